//! What is measured on which database, in which order, and beside what.

use persistence::{Db, Settings, Store};
use tokio::runtime::Runtime;

use crate::city::City;
use crate::load::in_turn;
use crate::reads::{Starts, What};
use crate::table::{Row, Table, Target};
use crate::{Failure, Line, anatomy, creates, import, load, pgbench, reads, server};

/// How many petitions the reads choose from.
const SAMPLE: usize = 5_000;

const READS: [(What, &str); 3] = [
    (What::ById, "a petition by id"),
    (What::Page, "a page of 50 from the middle"),
    (What::Work, "a page of a liaison's work list"),
];

/// Rates of the reads, in the order of [`READS`].
type Rates = [f64; READS.len()];

/// Everything on SQLite.
///
/// # Errors
/// The first that fails.
pub fn sqlite(line: &Line, runtime: &Runtime, table: &mut Table) -> Result<(), Failure> {
    let url = |name: &str| format!("sqlite:{}", line.place.join(name).display());
    let mut rates = Vec::new();
    for number in [line.few, line.million] {
        let label = format!("SQLite, {number} petitions");
        let city = City::open(&url(&format!("bench-{number}.sqlite")))?;
        table.rate(format!("{label}: filled by `demo`"), city.fill(number, 1)?, None, None);
        let sample = city.sample(SAMPLE)?;
        rates.push(sqlite_reads(line, runtime, table, &city, &label, &Starts::of(&sample))?);

        durable(line, runtime, table, &city, &label)?;
        city.store.close_blocking();

        let shown = server::measure(line, runtime, &city.url, (city.clerk, city.liaison), &sample)?;
        let row = |what: &str, figure, unit, target| Row {
            what: format!("{label}: {what}"),
            figure,
            unit,
            beside: None,
            target,
        };
        table.add(row("start to first answer", shown.start, "ms", Some(Target::AtMost(300.0))));
        table.add(row("HTTP, 6 reads, 2 lists, 1 work list, 1 create of 10", shown.requests, "/s", None));
        table.add(row("resident memory after that", shown.memory, "MB", Some(Target::AtMost(150.0))));
        server::day(line, runtime, (&city.url, &label), (city.clerk, city.liaison), &sample, table)?;
    }
    growth(table, "SQLite", &rates);
    imported(line, table, "SQLite", (&url("import.sqlite"), &url("bare.sqlite")))
}

/// Durable creates with few petitions, and nothing else.
///
/// # Errors
/// The store's.
pub fn creates(line: &Line, runtime: &Runtime, table: &mut Table) -> Result<(), Failure> {
    let city = City::open(&format!("sqlite:{}", line.place.join("creates.sqlite").display()))?;
    city.fill(line.few, 1)?;
    durable(line, runtime, table, &city, &format!("SQLite, {} petitions", line.few))?;
    city.store.close_blocking();
    Ok(())
}

fn durable(line: &Line, runtime: &Runtime, table: &mut Table, city: &City, label: &str) -> Result<(), Failure> {
    let single = Store::open(Settings { group: 1, ..Settings::new(&city.url) })?;
    let [grouped, alone] = in_turn(
        line.rounds,
        [
            Box::new(|| creates::measure(line, runtime, city, &city.store)),
            Box::new(|| creates::measure(line, runtime, city, &single)),
        ],
    )?;
    single.close_blocking();
    parts(table, label, city)?;
    let beside = Some(("one commit per request", alone));
    table.rate(format!("{label}: durable creates"), grouped, beside, Some(Target::AtLeast(5.0)));
    Ok(())
}

fn sqlite_reads(
    line: &Line,
    runtime: &Runtime,
    table: &mut Table,
    city: &City,
    label: &str,
    starts: &Starts,
) -> Result<Rates, Failure> {
    let mut rates = [0.0; READS.len()];
    for (rate, (what, words)) in rates.iter_mut().zip(READS) {
        let [figure] = in_turn(line.rounds, [Box::new(|| reads::measure(line, runtime, city, what, starts))])?;
        table.rate(format!("{label}: {words}"), figure, None, None);
        *rate = figure;
    }
    Ok(rates)
}

/// Everything on PostgreSQL.
///
/// # Errors
/// The first that fails.
pub fn postgres(line: &Line, cluster: &str, runtime: &Runtime, table: &mut Table) -> Result<(), Failure> {
    let mut rates = Vec::new();
    for number in [line.few, line.many_on_postgres()] {
        let label = format!("PostgreSQL, {number} petitions");
        let city = City::open(&database(cluster, &format!("bench_{number}"))?)?;
        table.rate(format!("{label}: filled by `demo`"), city.fill(number, 1)?, None, None);
        // As autovacuum leaves it once it has come round.
        Db::connect(&city.url)?.batch("VACUUM ANALYZE")?;
        Db::connect(&city.url)?.batch("CHECKPOINT")?;
        let sample = city.sample(SAMPLE)?;
        rates.push(postgres_reads(line, runtime, table, &city, &label, &sample)?);

        parts(table, &label, &city)?;
        server::day(line, runtime, (&city.url, &label), (city.clerk, city.liaison), &sample, table)?;

        // The model of what pgbench writes; after this nothing is read again, for its rows are no petitions.
        runtime.block_on(creates::file(&city.store, city.office.clone(), city.clerk, 0))?;
        let (script, variables) = pgbench::creates(&city)?;
        let [ours, bare] = in_turn(
            line.rounds,
            [
                Box::new(|| creates::measure(line, runtime, &city, &city.store)),
                Box::new(|| pgbench::run(line, &city.url, std::slice::from_ref(&script), &variables)),
            ],
        )?;
        let beside = Some(("pgbench", bare));
        table.rate(format!("{label}: durable creates"), ours, beside, Some(Target::AtLeast(1.5)));
        city.store.close_blocking();
    }
    growth(table, "PostgreSQL", &rates);
    let (into, bare) = (database(cluster, "bench_import")?, database(cluster, "bench_bare")?);
    imported(line, table, "PostgreSQL", (&into, &bare))
}

fn postgres_reads(
    line: &Line,
    runtime: &Runtime,
    table: &mut Table,
    city: &City,
    label: &str,
    sample: &[domain::petition::Petition],
) -> Result<Rates, Failure> {
    let all = Starts::of(sample);
    let same = Starts::of(sample.get(..pgbench::SCRIPTS.min(sample.len())).unwrap_or_default());
    let mut rates = [0.0; READS.len()];
    for (rate, (what, words)) in rates.iter_mut().zip(READS) {
        let scripts = pgbench::reads(city, what, sample)?;
        let [figure, ours, bare] = in_turn(
            line.rounds,
            [
                Box::new(|| reads::measure(line, runtime, city, what, &all)),
                Box::new(|| reads::measure(line, runtime, city, what, &same)),
                Box::new(|| pgbench::run(line, &city.url, &scripts, &[])),
            ],
        )?;
        table.rate(format!("{label}: {words}"), figure, None, None);
        let target = match what {
            What::ById => Some(Target::AtLeast(0.3)),
            What::Page | What::Work => None,
        };
        table.rate(format!("{label}: {words}, always the same few"), ours, Some(("pgbench", bare)), target);
        *rate = figure;
    }
    Ok(rates)
}

fn parts(table: &mut Table, label: &str, city: &City) -> Result<(), Failure> {
    let parts = anatomy::measure(city)?;
    for (what, part) in [
        ("look-up of the caller", parts.caller),
        ("the domain", parts.domain),
        ("rows written at once", parts.rows),
        ("rows written set-wise, and the commit", parts.rest),
    ] {
        let what = format!("{label}: of a create in a group of 32, {what}");
        table.add(Row { what, figure: part.as_secs_f64() * 1e6, unit: "µs", beside: None, target: None });
    }
    Ok(())
}

fn growth(table: &mut Table, engine: &str, rates: &[Rates]) {
    let [few, many] = rates else { return };
    for ((few, many), (_, words)) in few.iter().zip(many).zip(READS) {
        table.growth(format!("{engine}: cost of {words}, many by few"), *few, *many);
    }
}

fn imported(line: &Line, table: &mut Table, engine: &str, urls: (&str, &str)) -> Result<(), Failure> {
    let mut both = Vec::new();
    for round in 0..line.rounds.max(1) {
        let (into, bare) = fresh(urls, round)?;
        both.push(import::measure(line, (&into, &bare))?);
    }
    let import = load::median(both.iter().map(|(import, _)| *import).collect());
    let bare = load::median(both.iter().map(|(_, bare)| *bare).collect());
    let beside = Some(("bare prepared statements", bare));
    table.rate(format!("{engine}: import of {} rows", line.import), import, beside, Some(Target::AtLeast(0.4)));
    Ok(())
}

/// Two databases that nobody has used.
fn fresh((into, bare): (&str, &str), round: usize) -> Result<(String, String), Failure> {
    if into.starts_with("sqlite:") {
        return Ok((format!("{into}-{round}"), format!("{bare}-{round}")));
    }
    let again = |url: &str| -> Result<String, Failure> {
        let (cluster, name) = url.rsplit_once('/').ok_or("no name in the URL")?;
        database(&format!("{cluster}/postgres"), &format!("{name}_{round}"))
    };
    Ok((again(into)?, again(bare)?))
}

/// Makes a database in the cluster and gives its URL.
fn database(cluster: &str, name: &str) -> Result<String, Failure> {
    Db::connect(cluster)?.batch(&format!("CREATE DATABASE {name}"))?;
    let (server, _) = cluster.rsplit_once('/').ok_or("no name in the URL")?;
    Ok(format!("{server}/{name}"))
}
