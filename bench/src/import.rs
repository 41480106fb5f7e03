//! An import, beside the same rows written by bare prepared statements.

use std::fs::File;
use std::io::sink;
use std::time::{Duration, Instant};

use api::clock::Clock;
use api::import::Import;
use api::import::mapping::Mapping;
use api::import::report::Report;
use api::office::Office;
use api::text::Language;
use domain::calendar::Calendar;
use persistence::{Db, Settings, Store};

use crate::{Failure, Line, bare, csv_file};

/// Rows a second of the import and of the bare statements, into two new databases.
///
/// # Errors
/// The file's, the mapping's or the database's.
pub fn measure(line: &Line, (imported, rewritten): (&str, &str)) -> Result<(f64, f64), Failure> {
    let file = line.place.join("import.csv");
    csv_file::write(&file, line.import)?;
    let mapping = Mapping::parse(&std::fs::read_to_string(&line.mapping)?)?;
    let clock = Clock::system();
    let store = Store::open(Settings::new(imported))?;
    store.migrate()?;
    let now = clock.now();
    store.write_blocking(Vec::new(), move |tx| Office::seed(tx, now))?;
    let office = store.read_blocking(|db| Office::read(db, &Calendar::torreon()))?;
    // As `atiende import` does it unless told otherwise: the database is left to others now and then.
    let pause = Duration::from_millis(5);
    let work = Import { store: &store, office: &office, mapping: &mapping, clock: &clock, pause };
    let began = Instant::now();
    let tally = work.run(File::open(&file)?, Report::new(sink(), Language::English)?, |_| {})?;
    let took = began.elapsed();
    store.close_blocking();
    if tally.refused > 0 {
        return Err(format!("the import refused {} of the bench's own rows", tally.refused).into());
    }
    let wholes = bare::all(&mut Db::connect(imported)?)?;
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    let rate = wholes.len() as f64 / took.as_secs_f64();
    Ok((rate, bare::write(rewritten, &wholes)?))
}
