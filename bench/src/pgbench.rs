//! `pgbench` with the same statements: what PostgreSQL gives to a client that does nothing else.
//!
//! The statements are written down here as Diesel sends them. Reads come as one script for each of a few
//! petitions; whoever compares reads the same few.

use std::fmt::Write as _;
use std::process::Command;

use api::clock::Clock;
use domain::petition::Petition;
use domain::text::TextRef;
use persistence::petitions::{self, AssignmentFilter, AssignmentSort, PetitionFilter, PetitionSort};
use persistence::sql::Side;
use persistence::{Db, StoreError};
use uuid::Uuid;

use crate::city::{City, DEPENDENCY, Person};
use crate::reads::{PAGE, What};
use crate::{Failure, Line, bare};

/// How many petitions the scripts read. Each connection prepares every statement of every script: many scripts
/// would measure that.
pub const SCRIPTS: usize = 10;

/// Seconds that are not counted, in which `pgbench` prepares its statements.
const WARMING: u64 = 2;

/// A connection that reads for comparison has one snapshot, as ours have.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n";

/// Transactions a second of these scripts, once they are prepared.
///
/// # Errors
/// When `pgbench` fails or says nothing.
pub fn run(line: &Line, url: &str, scripts: &[String], variables: &[(&str, String)]) -> Result<f64, Failure> {
    let place = tempfile::tempdir_in(&line.place)?;
    let mut command = Command::new(&line.pgbench);
    command.args(["-n", "-M", "prepared", "-j", "2", "-P", "1"]);
    command.args(["-c", &line.clients.to_string(), "-T", &(line.seconds + WARMING).to_string()]);
    for (at, script) in scripts.iter().enumerate() {
        let file = place.path().join(format!("{at}.sql"));
        std::fs::write(&file, script)?;
        command.arg("-f").arg(std::path::absolute(&file)?);
    }
    for (name, value) in variables {
        command.arg("-D").arg(format!("{name}={value}"));
    }
    let done = command.arg(url).output()?;
    // One line a second: `progress: 3.0 s, 2345.6 tps, …`.
    let said = String::from_utf8_lossy(&done.stderr);
    let seconds = said.lines().filter_map(|line| line.strip_prefix("progress: "));
    let rates = seconds.filter_map(|line| line.split(", ").nth(1)?.strip_suffix(" tps")?.parse().ok());
    let counted: Vec<f64> = rates.skip(usize::try_from(WARMING)?).collect();
    if !done.status.success() || counted.is_empty() {
        return Err(format!("pgbench: {said}").into());
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds are few")]
    Ok(counted.iter().sum::<f64>() / counted.len() as f64)
}

/// The scripts of one kind of read.
///
/// # Errors
/// The database's.
pub fn reads(city: &City, what: What, sample: &[Petition]) -> Result<Vec<String>, Failure> {
    let sample = sample.iter().take(SCRIPTS);
    match what {
        What::ById => Ok(sample.map(|petition| by_id(city, petition)).collect()),
        What::Page => sample.map(|petition| page(city, petition)).collect(),
        What::Work => Ok(vec![work(city)?]),
    }
}

fn by_id(city: &City, petition: &Petition) -> String {
    let id = petition.id;
    format!(
        "{BEGIN_READ}{}\
         SELECT facts, head FROM petitions WHERE id = '{id}' LIMIT 1;\n\
         SELECT facts FROM assignments WHERE petition_id = '{id}';\n{}COMMIT;\n",
        signed_in(city.clerk),
        material(std::slice::from_ref(petition)),
    )
}

fn page(city: &City, after: &Petition) -> Result<String, Failure> {
    let clerk = city.clerk;
    let position = (after.received_at, after.id.uuid());
    let found = city.store.read_blocking(|db| -> Result<Vec<Petition>, StoreError> {
        let now = Clock::system().now();
        let actor = clerk.actor(db, now.date_naive(), now)?;
        let (filter, sort) = (PetitionFilter::default(), PetitionSort::Received(Side::Before));
        let page = petitions::petitions(db, &filter, &actor.visibility(), sort, Some(position), PAGE)?;
        petitions::many(db, &page.ids)
    })?;
    Ok(format!(
        "{BEGIN_READ}{}\
         SELECT received_at, id FROM petitions WHERE (received_at, id) < ({}, '{}') \
         ORDER BY received_at DESC, id DESC LIMIT {} OFFSET 0;\n{}{}COMMIT;\n",
        signed_in(clerk),
        instant(after.received_at),
        after.id,
        PAGE + 1,
        many(&found),
        material(&found),
    ))
}

fn work(city: &City) -> Result<String, Failure> {
    let liaison = city.liaison;
    let (found, bound) = city.store.read_blocking(|db| -> Result<_, Failure> {
        let now = Clock::system().now();
        let actor = liaison.actor(db, now.date_naive(), now)?;
        let filter = AssignmentFilter { dependency: Some(DEPENDENCY.to_owned()), ..AssignmentFilter::default() };
        let page = petitions::assignments(db, &filter, &actor.visibility(), AssignmentSort::Due, None, PAGE)?;
        let bound = bare::work_bound(db, DEPENDENCY)?;
        Ok((petitions::of_assignments(db, &page.ids)?, bound.map(|bound| (page.ids, bound))))
    })?;
    let (ids, bound) = match bound {
        Some((ids, (at, id))) => (
            ids.iter().map(|id| id.uuid()).collect(),
            format!("AND NOT ((due_at, id) > ({}, '{}')) ", instant(at.0), id.0),
        ),
        None => {
            (found.iter().flat_map(|one| one.assignments.iter().map(|share| share.id.uuid())).collect(), String::new())
        }
    };
    let ids: Vec<Uuid> = ids;
    Ok(format!(
        "{BEGIN_READ}{}\
         SELECT due_at, id FROM assignments WHERE dependency = '{DEPENDENCY}' ORDER BY due_at, id \
         LIMIT 1 OFFSET {};\n\
         SELECT due_at, id FROM assignments WHERE dependency = '{DEPENDENCY}' \
         AND (dependency = ANY('{{{DEPENDENCY}}}') OR unit = ANY('{{}}'::text[])) \
         AND EXISTS (SELECT * FROM petitions WHERE petitions.id = assignments.petition_id \
         AND against_public_servant = false) {bound}ORDER BY due_at, id LIMIT {} OFFSET 0;\n\
         SELECT DISTINCT petition_id FROM assignments WHERE id = ANY({});\n{}{}COMMIT;\n",
        signed_in(liaison),
        petitions::CLOSED_LISTS - 1,
        PAGE + 1,
        array(ids),
        many(&found),
        material(&found),
    ))
}

fn many(found: &[Petition]) -> String {
    let ids = array(found.iter().map(|petition| petition.id.uuid()));
    format!(
        "SELECT facts, head FROM petitions WHERE id = ANY({ids});\n\
         SELECT petition_id, facts FROM assignments WHERE petition_id = ANY({ids});\n"
    )
}

fn material(found: &[Petition]) -> String {
    let ids = array(found.iter().map(|petition| petition.id.uuid()));
    let texts = array(found.iter().flat_map(shown_texts).map(|text| text.id.uuid()));
    format!(
        "SELECT id, petition_id, salt, body FROM texts WHERE id = ANY({texts});\n\
         SELECT petition_id, latitude, longitude, postal_code, neighbourhood, neighbourhood_code, crossing FROM places WHERE petition_id = ANY({ids});\n\
         SELECT id, kind, name, telephone, email, other_contact, preferred, presented_by, curp FROM petitioners \
         WHERE petition_id = ANY({ids});\n"
    )
}

/// The texts that a view shows.
fn shown_texts(petition: &Petition) -> Vec<&TextRef> {
    let mut shown: Vec<&TextRef> = Vec::new();
    shown.extend(&petition.text);
    shown.extend(&petition.address);
    if let Some(answer) = &petition.round.answer {
        shown.push(&answer.text);
        shown.extend(answer.document.as_ref().map(|document| &document.number));
        shown.extend(&answer.authority);
        shown.extend(&answer.procedure);
    }
    for share in &petition.assignments {
        shown.extend(&share.instructions);
        shown.extend(share.resolution.as_ref().map(|resolution| &resolution.report));
        shown.extend(share.returned.as_ref().map(|back| &back.explanation));
        shown.extend(share.responsible.as_ref().map(|responsible| &responsible.name));
    }
    for question in &petition.questions {
        shown.push(&question.text);
        shown.extend(&question.reply);
    }
    shown
}

fn array(ids: impl IntoIterator<Item = Uuid>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("'{{{}}}'::uuid[]", ids.join(","))
}

/// An instant without colons, which `pgbench` could take for variables.
fn instant(at: domain::time::Instant) -> String {
    format!("E'{}'::timestamptz", at.format("%Y-%m-%d %H\\x3a%M\\x3a%S%.6f+00"))
}

fn signed_in(who: Person) -> String {
    format!(
        "SELECT accounts.must_change, appointments.role, appointments.position, appointments.dependency, \
         appointments.unit, appointments.id FROM sessions \
         INNER JOIN accounts ON sessions.account_id = accounts.id \
         LEFT OUTER JOIN appointments ON appointments.account_id = sessions.account_id \
         AND appointments.from_date <= current_date \
         AND (appointments.until_date IS NULL OR appointments.until_date > current_date) \
         WHERE sessions.id = '{}' AND sessions.account_id = '{}' AND sessions.ended_at IS NULL \
         AND sessions.expires_at > now() AND accounts.active = true;\n",
        who.session, who.account
    )
}

/// Values that a script names.
pub type Variables = Vec<(&'static str, String)>;

/// The script of one create, and the values that it writes: those of the last petition that was filed.
///
/// # Errors
/// The database's.
pub fn creates(city: &City) -> Result<(String, Variables), Failure> {
    let model = bare::last(&mut Db::connect(&city.url)?)?;
    let part = |at: usize| format!("overlay(:id placing '{at:02}' from 35)::uuid");
    let mut script = String::from(
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;\n\
         SELECT change_no, folios, (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') \
         || substr(md5(random()::text), 1, 20))::uuid AS id FROM ledger FOR UPDATE \\gset\n\
         SELECT key, fingerprint, result_id FROM idempotency \
         WHERE key = ANY(ARRAY[uuid_send(:id::uuid) || uuid_send(:id::uuid)]);\n",
    );
    script.push_str(&signed_in(city.clerk));
    script.push_str(
        "INSERT INTO petitions (id, folio, version, sequence, head, state, outcome, closing, round, kind, category, \
         channel, priority, against_public_servant, followed_by, received_at, registered_at, \
         updated_at, due_at, reply_due_at, source, external_id, facts) VALUES (:id, 'B-' || :change_no, 2, 2, \
         uuid_send(:id::uuid) || uuid_send(:id::uuid), 'routed', NULL, NULL, 1, 'service_request', 'water_leak', \
         'phone_073', 'normal', false, 'call_center_head', now(), now(), now(), \
         now() + interval '1 day', NULL, NULL, NULL, :facts);\n",
    );
    let _ = writeln!(
        script,
        "INSERT INTO assignments (id, petition_id, round, version, dependency, unit, state, routed_at, due_at, facts) \
         VALUES ({}, :id, 1, 1, '{DEPENDENCY}', NULL, 'pending', now(), now() + interval '1 day', :share);",
        part(1)
    );
    script.push_str(
        "INSERT INTO places (petition_id, latitude, longitude, postal_code, neighbourhood) \
         VALUES (:id, 25.54, -103.41, '27200', 'Torreón Jardín');\n",
    );
    let _ = writeln!(
        script,
        "INSERT INTO petitioners (id, petition_id, kind, name, telephone, email, other_contact, preferred, \
         presented_by, curp, name_key, email_key, person_id) VALUES ({}, :id, 'person', 'Petra Salas Ibarra', \
         '+528711234567', NULL, NULL, NULL, NULL, NULL, 'petra salas ibarra', NULL, NULL);",
        part(2)
    );
    for at in 0..2 {
        let _ = writeln!(
            script,
            "INSERT INTO texts (id, petition_id, salt, body) \
             VALUES ({}, :id, uuid_send(:id::uuid) || uuid_send(:id::uuid), :text{at});",
            part(3 + at)
        );
    }
    for at in 0..2 {
        let _ = writeln!(
            script,
            "INSERT INTO events (change_no, petition_id, sequence, body, hash) VALUES (:change_no::bigint + {}, :id, \
             {}, :event{at}, uuid_send(:id::uuid) || uuid_send(:id::uuid));",
            at + 1,
            at + 1
        );
    }
    script.push_str(
        "INSERT INTO intakes (id, channel, received_at, received_precision, registered_at, registered_by, taken_by, \
         petitions, category, oriented_at) VALUES (:id, 'phone_073', now(), 'instant', now(), :id, :id, 1, NULL, \
         NULL);\n\
         INSERT INTO petition_desks (petition_id, desk, followed_by, follower, due_at) VALUES (:id, 'open', \
         'call_center_head', NULL, now() + interval '1 day');\n",
    );
    let _ = writeln!(
        script,
        "INSERT INTO assignment_desks (assignment_id, desk, dependency, unit, due_at) VALUES \
         ({0}, 'open', '{DEPENDENCY}', NULL, now() + interval '1 day'), \
         ({0}, 'to_accept', '{DEPENDENCY}', NULL, now() + interval '1 day');\n\
         INSERT INTO petition_desk_counts (desk, followed_by, follower, number) VALUES ('open', 'call_center_head', \
         '{nobody}', 1) ON CONFLICT (desk, followed_by, follower) DO UPDATE \
         SET number = petition_desk_counts.number + 1;",
        part(1),
        nobody = Uuid::nil(),
    );
    for (desk, at) in [
        ("open", "'9999-01-01'"),
        ("to_accept", "'9999-01-01'"),
        ("running", "'9999-01-01'"),
        ("due", "date_trunc('day', now())"),
    ] {
        let _ = writeln!(
            script,
            "INSERT INTO assignment_desk_counts (dependency, due_at, desk, unit, number) VALUES ('{DEPENDENCY}', {at}, \
             '{desk}', '', 1) ON CONFLICT (dependency, due_at, desk, unit) DO UPDATE \
             SET number = assignment_desk_counts.number + 1;"
        );
    }
    script.push_str(
        "INSERT INTO idempotency (key, fingerprint, result_id, recorded_at) VALUES (uuid_send(:id::uuid) || \
         uuid_send(:id::uuid), uuid_send(:id::uuid) || uuid_send(:id::uuid), :id, now());\n\
         UPDATE ledger SET change_no = :change_no::bigint + 2, folios = :folios;\nCOMMIT;\n",
    );
    let variables = vec![
        ("facts", model.petition.facts),
        ("share", model.shares.first().map(|share| share.facts.clone()).unwrap_or_default()),
        ("text0", model.texts.first().and_then(|text| text.body.clone()).unwrap_or_default()),
        ("text1", model.texts.last().and_then(|text| text.body.clone()).unwrap_or_default()),
        ("event0", model.events.first().map(|event| event.body.clone()).unwrap_or_default()),
        ("event1", model.events.last().map(|event| event.body.clone()).unwrap_or_default()),
    ];
    Ok((script, variables))
}
