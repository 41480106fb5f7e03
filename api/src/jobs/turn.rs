//! One unit of work of a job: the step on the next petitions that wait, as the person who made the job, with what that
//! person may do at this moment.
//!
//! A petition whose step is refused leaves nothing behind but its result; the others go on.

use std::collections::HashMap;

use actix_web::web::Data;
use domain::code::Coded;
use domain::id::Id;
use domain::job::{Job as JobName, JobResult, JobState, Trace};
use domain::petition::Petition;
use domain::refusal::{Code, Refusal};
use domain::time::Instant;
use persistence::jobs::{self, Item, Job};
use persistence::petitions;
use persistence::{Failure, Tx, accounts};

use super::work::{Turn, Work, within};
use crate::problem::{Kept, Kind, Problem};
use crate::state::AppState;
use crate::step::{Done, carry};

/// Gives at most `most` petitions their turn.
pub(super) async fn take(state: &Data<AppState>, id: Id<JobName>, most: usize) -> Result<(), Problem> {
    let (now, seed, shared) = (state.clock.now(), rand::random(), state.clone());
    state.store.write_weighing(Vec::new(), most, move |tx| some(tx, &shared, id, most, now, seed)).await
}

/// Refuses the first that waits, unread: whatever is wrong with it is ours.
pub(super) async fn pass_over(state: &Data<AppState>, id: Id<JobName>) -> Result<(), Problem> {
    let now = state.clock.now();
    state
        .store
        .write(Vec::new(), move |tx| -> Result<(), Problem> {
            let Some(mut job) = running(tx, id)? else { return Ok(()) };
            let mut items = jobs::pending(tx.db()?, id, 1)?;
            for item in &mut items {
                settle(item, Err(Kind::Internal.into()), now);
            }
            close(tx, &mut job, &items, now)
        })
        .await
}

fn running(tx: &mut Tx, id: Id<JobName>) -> Result<Option<Job>, Problem> {
    Ok(jobs::find(tx.db()?, id)?.filter(|job| job.state == JobState::Running))
}

fn some(
    tx: &mut Tx,
    state: &AppState,
    id: Id<JobName>,
    most: usize,
    now: Instant,
    seed: [u8; 32],
) -> Result<(), Problem> {
    let Some(mut job) = running(tx, id)? else { return Ok(()) };
    let mut items = jobs::pending(tx.db()?, id, i64::try_from(most).unwrap_or(1))?;
    let today = state.calendar.date_of(now);
    let actor = accounts::in_office(tx.beside(), job.account, today)?;
    let office = state.offices.in_unit(tx)?;
    let body = jobs::body(tx.db()?, id)?.unwrap_or_default();
    let work = match job.undoes {
        None => Work::read(job.step, body.as_bytes()),
        Some(_) => Work::undoing(job.step, body.as_bytes()),
    };
    let ids: Vec<Id<Petition>> = items.iter().map(|item| item.petition).collect();
    let mut found: HashMap<Id<Petition>, Petition> =
        petitions::many(tx.db()?, &ids)?.into_iter().map(|petition| (petition.id, petition)).collect();
    for item in &mut items {
        let outcome = match (&actor, &work, found.remove(&item.petition)) {
            (Some(actor), Ok(work), Some(petition)) => {
                let turn = Turn { actor, office: &office, now, seed: own(seed, item.position), today };
                let outcome = one(tx, work, &petition, &turn, item.trace.as_ref(), &job)?;
                // Those that follow it went along: who waits is taken as it is now.
                if !petition.followers.is_empty() {
                    for fresh in petitions::many(tx.db()?, &petition.followers)? {
                        found.entry(fresh.id).and_modify(|waiting| *waiting = fresh);
                    }
                }
                outcome
            }
            // Who was suspended does nothing any more.
            (None, _, _) => Err(Refusal::new(Code::NotAllowed).with("step", job.step.code()).into()),
            (Some(_), Err(problem), _) => Err(problem.clone()),
            (Some(_), Ok(_), None) => Err(Code::PetitionUnknown.into()),
        };
        settle(item, outcome, now);
    }
    close(tx, &mut job, &items, now)
}

/// The step on one petition: what it did, or why it is refused, with nothing written then. An error ends the whole unit
/// of work.
fn one(
    tx: &mut Tx,
    work: &Work,
    petition: &Petition,
    turn: &Turn<'_>,
    before: Option<&Trace>,
    job: &Job,
) -> Result<Result<Option<Trace>, Problem>, Problem> {
    let Done { change, beside } = match work.take(petition, before, turn, tx.db()?) {
        Ok(done) => done,
        Err(problem) if problem.store_error().is_some() => return Err(problem),
        Err(problem) => return Ok(Err(if job.undoes.is_none() { within(problem) } else { problem })),
    };
    carry::save(tx, turn.office, (turn.now, turn.seed), petition, &change)?;
    if let Some(beside) = beside {
        beside(tx)?;
    }
    // What takes back is not taken back in its turn; its item keeps what it took back.
    Ok(Ok(if job.undoes.is_some() { before.cloned() } else { Some(Trace::of(job.step, petition, &change.petition)) }))
}

fn settle(item: &mut Item, outcome: Result<Option<Trace>, Problem>, now: Instant) {
    item.decided_at = Some(now);
    match outcome {
        Ok(trace) => {
            item.result = JobResult::Done;
            item.trace = trace;
        }
        Err(problem) => {
            item.result = JobResult::Refused;
            item.problem = Some(Kept::of(&problem).written());
        }
    }
}

/// Writes what became of these, and how far the job has come with them.
fn close(tx: &mut Tx, job: &mut Job, items: &[Item], now: Instant) -> Result<(), Problem> {
    let done: Vec<i32> = items.iter().filter(|item| item.result == JobResult::Done).map(|item| item.position).collect();
    let number = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    let lasting = items.iter().filter(|item| item.result == JobResult::Done && item.trace == Some(Trace::Final));
    job.lasting += number(lasting.count());
    job.done += number(done.len());
    job.refused += number(items.len() - done.len());
    job.started_at.get_or_insert(now);
    if job.pending() <= 0 {
        job.state = JobState::Finished;
        job.finished_at = Some(now);
        job.version += 1;
    }
    jobs::decide(tx, job.id, items)?;
    jobs::keep(tx, job)?;
    // It may have been forgotten meanwhile.
    let original = job.undoes.filter(|_| !done.is_empty());
    if let Some(original) = original
        && let Some(mut original) = jobs::find(tx.db()?, original)?
    {
        jobs::take_back(tx, original.id, &done)?;
        original.done -= number(done.len());
        original.undone += number(done.len());
        jobs::keep(tx, &original)?;
    }
    Ok(())
}

/// Each petition draws its identifiers from a seed of its own.
fn own(mut seed: [u8; 32], position: i32) -> [u8; 32] {
    for (byte, number) in seed.iter_mut().zip(position.to_be_bytes()) {
        *byte ^= number;
    }
    seed
}
