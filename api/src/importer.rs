//! Works on the imports that were asked for: one at a time per database, each in small groups beside all requests.
//!
//! Any number of nodes may try. Whoever works on an import holds its claim, and every group of rows is written together
//! with how far the import is: a node that dies leaves a lease that runs out, another goes on at the very row, and one
//! that was only slow finds that its claim is gone and writes nothing more. What a row becomes is [`crate::import`]'s.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use domain::import::{ImportFailure as Failure, ImportState};
use object_store::Error as FilesError;
use persistence::imports::{self, Found, Import, Progress};
use persistence::{StoreError, Tx};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::files::contents::failed;
use crate::import::fault::ROW_TOO_LONG;
use crate::import::mapping::Mapping;
use crate::import::report::{Deed, Rule, Taken};
use crate::import::{Course, Import as Work, ImportFailure, Witness};
use crate::problem::Problem;
use crate::state::AppState;

/// How often what a node left that died is looked for. What is asked of this one wakes it.
const LOOKED: Duration = Duration::from_secs(15);

/// How long a claim holds without a group being written.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// How long the database is left to others between two groups.
const PAUSE: Duration = Duration::from_millis(5);

/// How often an import is begun without getting any further.
const ATTEMPTS: i32 = 5;

/// How much longer is waited before each further attempt.
const BETWEEN: TimeDelta = TimeDelta::seconds(30);

/// Findings of one import that are listed; those beyond are counted.
pub const LISTED: i64 = 100_000;

/// Files taken away at a time.
const AT_ONCE: i64 = 100;

/// What handlers and the task have in common.
pub struct Importer {
    /// The largest file, in bytes.
    pub limit: u64,
    wake: Notify,
    stopping: AtomicBool,
}

impl Importer {
    /// One that takes files of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self { limit, wake: Notify::new(), stopping: AtomicBool::new(false) }
    }

    /// There is something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// No further group is to be begun.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.wake();
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// Works until the server stops, which waits for the group at hand.
pub async fn run(state: Data<AppState>) {
    while !state.imports.is_stopping() {
        match next(&state, |_| {}).await {
            Ok(Some(_)) => continue,
            Ok(None) => {}
            Err(problem) => {
                log::warn!(target: "importer", code = problem.kind.code(); "an import could not be looked after; it is tried again");
            }
        }
        tokio::select! {
            () = state.imports.wake.notified() => {}
            () = tokio::time::sleep(LOOKED) => {}
        }
    }
}

/// Works on the import that is due, until it is over or this node can do no more for it; which that was, if any. `told`
/// of every group how many rows it had.
///
/// # Errors
/// The store's; the next time it is tried again.
pub async fn next(state: &Data<AppState>, told: impl FnMut(u64) + Send + 'static) -> Result<Option<Uuid>, Problem> {
    let now = state.clock.now();
    if state.store.read(move |db| imports::due(db, now)).await?.is_none() {
        return Ok(None);
    }
    let claim = Uuid::now_v7();
    let claimed = state.store.write(Vec::new(), move |tx| imports::claim(tx, claim, now, now + LEASE));
    let Some(import) = claimed.await? else { return Ok(None) };
    let id = import.id;
    let ended = if import.attempts > ATTEMPTS {
        Ended::Failed(Failure::NoProgress)
    } else {
        work(state, &import, claim, told).await?
    };
    conclude(state, &import, claim, ended).await?;
    tidy(state).await?;
    Ok(Some(id))
}

/// How the work on an import came to an end.
enum Ended {
    /// Every row was read.
    Finished,
    /// It was told to stop: by whoever cancels, by the server that stops, or by another node that has it.
    Stopped,
    /// It cannot go on, and never will.
    Failed(Failure),
    /// It cannot go on now.
    Hindered,
}

async fn work(
    state: &Data<AppState>,
    import: &Import,
    claim: Uuid,
    mut told: impl FnMut(u64) + Send + 'static,
) -> Result<Ended, Problem> {
    let Ok(mapping) = Mapping::parse(&import.mapping) else { return Ok(Ended::Failed(Failure::FileUnreadable)) };
    let file = match state.files.fetch(import.id).await.and_then(|file| file.handle().map_err(generic)) {
        Ok(file) => file,
        Err(FilesError::NotFound { .. }) => return Ok(Ended::Failed(Failure::FileGone)),
        Err(error) => {
            log::error!(target: "importer", import = import.id.to_string().as_str(); "the file of an import cannot be read: {error}");
            return Ok(Ended::Hindered);
        }
    };
    let offices = Arc::clone(&state.offices);
    let office = state.store.read(move |db| offices.of(db)).await?;
    let keeper = Keeper { state: state.clone(), id: import.id, claim };
    let done = u64::try_from(import.progress.rows_read).unwrap_or_default();
    let course = Course { dry_run: import.dry_run, done, witness: Arc::new(keeper) };
    let shared = state.clone();
    let worked = tokio::task::spawn_blocking(move || {
        let (store, clock) = (&shared.store, &shared.clock);
        let work = Work { store, office: &office, mapping: &mapping, clock, pause: PAUSE };
        work.go(file, course, |taken| {
            told(taken.tally.rows);
            Ok(())
        })
    });
    Ok(match worked.await {
        Ok(Ok(())) => Ended::Finished,
        Ok(Err(ImportFailure::Stopped)) => Ended::Stopped,
        Ok(Err(ImportFailure::Input(fault))) if fault.error.code == ROW_TOO_LONG => Ended::Failed(Failure::RowTooLong),
        Ok(Err(ImportFailure::Input(_) | ImportFailure::Report(_))) => Ended::Failed(Failure::FileUnreadable),
        Ok(Err(ImportFailure::Store(error))) if error.is_passing() => {
            log::warn!(target: "importer", import = import.id.to_string().as_str(); "an import is held up: {error}");
            Ended::Hindered
        }
        Ok(Err(ImportFailure::Store(error))) => {
            log::error!(target: "importer", import = import.id.to_string().as_str(); "an import failed: {error}");
            Ended::Failed(Failure::Internal)
        }
        Err(_) => {
            log::error!(target: "importer", import = import.id.to_string().as_str(); "an import failed by a fault of the program");
            Ended::Hindered
        }
    })
}

fn generic(error: std::io::Error) -> FilesError {
    FilesError::Generic { store: "incoming", source: Box::new(error) }
}

/// Writes down how it ended, unless another has it by now.
async fn conclude(state: &Data<AppState>, import: &Import, claim: Uuid, ended: Ended) -> Result<(), Problem> {
    let (id, attempts, now) = (import.id, import.attempts, state.clock.now());
    let concluded = state.store.write(Vec::new(), move |tx| -> Result<(), StoreError> {
        let Some(held) = imports::held(tx, id, claim)? else { return Ok(()) };
        match ended {
            Ended::Finished => {
                let progress = Progress { bytes_read: held.bytes, ..held.progress };
                imports::went_on(tx, id, &progress, &[], now)?;
                imports::end(tx, id, ImportState::Finished, None, now)
            }
            Ended::Failed(failure) => imports::end(tx, id, ImportState::Failed, Some(failure), now),
            Ended::Stopped if held.cancel_requested_at.is_some() => {
                imports::end(tx, id, ImportState::Cancelled, None, now)
            }
            Ended::Stopped => imports::let_go(tx, id, now),
            Ended::Hindered => imports::let_go(tx, id, now + BETWEEN * attempts),
        }
    });
    Ok(concluded.await?)
}

/// Takes the files of imports that are over out of the store. Also what a crash in between left.
///
/// # Errors
/// The stores'; the next time it is tried again.
pub async fn tidy(state: &Data<AppState>) -> Result<(), Problem> {
    loop {
        let ids = state.store.read(move |db| imports::to_remove(db, AT_ONCE)).await?;
        if ids.is_empty() {
            return Ok(());
        }
        for id in &ids {
            state.files.contents.remove(*id).await.map_err(|error| failed(&error))?;
        }
        state.store.write(Vec::new(), move |tx| imports::removed(tx, &ids)).await?;
    }
}

/// Keeps the books of an import in the units of work that write its rows.
struct Keeper {
    state: Data<AppState>,
    id: Uuid,
    claim: Uuid,
}

impl Witness for Keeper {
    fn may_go_on(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        if self.state.imports.is_stopping() {
            return Ok(false);
        }
        let held = imports::held(tx, self.id, self.claim)?;
        Ok(held.is_some_and(|import| import.cancel_requested_at.is_none()))
    }

    fn takes_note(&self, tx: &mut Tx, taken: &Taken) -> Result<(), StoreError> {
        let Some(import) = imports::held(tx, self.id, self.claim)? else { return Ok(()) };
        let (progress, found) = after(&import, taken);
        imports::went_on(tx, self.id, &progress, &found, self.state.clock.now() + LEASE)
    }
}

/// How far an import is after some more rows, and what of their findings is listed.
fn after(import: &Import, taken: &Taken) -> (Progress, Vec<Found>) {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let before = &import.progress;
    let room = usize::try_from(LISTED - before.findings_listed).unwrap_or_default();
    let listed = taken.findings.iter().take(room).zip(before.findings_listed + 1..);
    let found: Vec<Found> = listed
        .map(|(finding, number)| Found {
            number,
            line: signed(finding.line),
            column_name: finding.column.clone(),
            rule: finding.rule.number(),
            deed: finding.deed.code().to_owned(),
            refusal: finding.refused_by(),
        })
        .collect();
    let mut counted = counted(before);
    for (of, count) in &taken.tally.findings {
        *counted.entry(*of).or_default() += count;
    }
    let progress = Progress {
        rows_read: before.rows_read + signed(taken.tally.rows),
        rows_taken: before.rows_taken + signed(taken.tally.written),
        rows_already: before.rows_already + signed(taken.tally.already),
        rows_refused: before.rows_refused + signed(taken.tally.refused),
        rows_repaired: before.rows_repaired + signed(taken.tally.repaired),
        bytes_read: signed(taken.bytes).min(import.bytes),
        findings: before.findings + signed(taken.findings.len() as u64),
        findings_listed: before.findings_listed + signed(found.len() as u64),
        findings_counted: written(&counted),
    };
    (progress, found)
}

/// Findings by rule and deed.
pub type Counted = BTreeMap<(Rule, Deed), u64>;

/// What was found in an import so far, by rule and deed.
#[must_use]
pub fn counted(progress: &Progress) -> Counted {
    let counts = progress.findings_counted.split_whitespace();
    counts
        .filter_map(|one| {
            let (of, count) = one.split_once('=')?;
            let (rule, deed) = of.split_once(':')?;
            Some(((Rule::parse(rule)?, Deed::parse(deed)?), count.parse().ok()?))
        })
        .collect()
}

/// As a row keeps it: `R12:kept=7 R16:repaired=2`.
fn written(counted: &Counted) -> String {
    let one = |((rule, deed), count): (&(Rule, Deed), &u64)| format!("{}:{}={count}", rule.number(), deed.code());
    counted.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_reads_back_as_it_was_written() {
        let counts = Counted::from([((Rule::NoText, Deed::Kept), 1_039), ((Rule::Crossing, Deed::Repaired), 2)]);
        let progress = Progress { findings_counted: written(&counts), ..Progress::default() };
        assert_eq!(progress.findings_counted, "R12:kept=1039 R27:repaired=2");
        assert_eq!(counted(&progress), counts);
        assert!(counted(&Progress::default()).is_empty());
    }
}
