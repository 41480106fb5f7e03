//! The petitions of jobs: in what order, what became of each, and the words of what is to be done.

use diesel::prelude::*;
use domain::code::Coded;
use domain::id::Id;
use domain::job::{self, JobResult, Trace};
use domain::petition::Petition;
use domain::time;

use super::schema::{job_bodies, job_items as rows, jobs};
use super::{Job, Row};
use crate::db::insert_all;
use crate::sql::{Instant, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// One petition of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its place in the job, from 0.
    pub position: i32,
    /// Which.
    pub petition: Id<Petition>,
    /// Its folio.
    pub folio: String,
    /// What became of it.
    pub result: JobResult,
    /// Why it was refused: codes and facts, as the API writes them.
    pub problem: Option<String>,
    /// What the step did, or, in a job that takes another back, what that one did.
    pub trace: Option<Trace>,
    /// When it had its turn.
    pub decided_at: Option<time::Instant>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rows, treat_none_as_default_value = false)]
struct ItemRow {
    job_id: Uid,
    position: i32,
    petition_id: Uid,
    folio: String,
    result: String,
    problem: Option<String>,
    trace: Option<String>,
    decided_at: Option<Instant>,
}

impl ItemRow {
    fn of(job: Id<job::Job>, item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            job_id: job.into(),
            position: item.position,
            petition_id: item.petition.into(),
            folio: item.folio.clone(),
            result: item.result.code().to_owned(),
            problem: item.problem.clone(),
            trace: written(item.trace.as_ref())?,
            decided_at: item.decided_at.map(Instant::from),
        })
    }
}

impl TryFrom<ItemRow> for Item {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let unknown = || StoreError::Schema("a petition of a job has a result that this binary does not know".into());
        Ok(Self {
            position: row.position,
            petition: row.petition_id.id(),
            folio: row.folio,
            result: JobResult::parse(&row.result).ok_or_else(unknown)?,
            problem: row.problem,
            trace: row.trace.map(|trace| serde_json::from_str(&trace).map_err(|_| unknown())).transpose()?,
            decided_at: row.decided_at.map(|at| at.0),
        })
    }
}

fn written(trace: Option<&Trace>) -> Result<Option<String>, StoreError> {
    let failed = |_| StoreError::Schema("what a step did could not be written".into());
    trace.map(|trace| serde_json::to_string(trace).map_err(failed)).transpose()
}

fn read(rows: Vec<ItemRow>) -> Result<Vec<Item>, StoreError> {
    rows.into_iter().map(Item::try_from).collect()
}

/// Makes a job with its petitions; `body` is what is to be done, as it was said.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx, job: &Job, body: &str, items: &[Item]) -> Result<(), StoreError> {
    let row = Row::from(job);
    let words = (job_bodies::job_id.eq(row.id), job_bodies::body.eq(body));
    let items: Vec<ItemRow> = items.iter().map(|item| ItemRow::of(job.id, item)).collect::<Result<_, _>>()?;
    let db = tx.writing()?;
    on!(db, c => diesel::insert_into(jobs::table).values(&row).execute(c))?;
    on!(db, c => diesel::insert_into(job_bodies::table).values(words).execute(c))?;
    insert_all!(db, rows::table, items);
    Ok(())
}

/// What is to be done, as it was said; nothing once the job is over.
///
/// # Errors
/// The database's.
pub fn body(db: &mut Db, job: Id<job::Job>) -> Result<Option<String>, StoreError> {
    Ok(on!(db, c => job_bodies::table.find(Uid::from(job)).select(job_bodies::body).first(c).optional())?)
}

/// The petitions of a job after this place, in their order, at most `limit`; all, or those with this result.
///
/// # Errors
/// The database's.
pub fn items(
    db: &mut Db,
    job: Id<job::Job>,
    result: Option<JobResult>,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Item>, StoreError> {
    let found: Vec<ItemRow> = on!(db, c => {
        let mut query = rows::table.filter(rows::job_id.eq(Uid::from(job))).limit(limit).into_boxed();
        if let Some(result) = result {
            query = query.filter(rows::result.eq(result.code()));
        }
        if let Some(after) = after {
            query = query.filter(rows::position.gt(after));
        }
        query.order(rows::position).select(ItemRow::as_select()).load(c)
    })?;
    read(found)
}

/// The next petitions of a job that wait for their turn, at most `limit`.
///
/// # Errors
/// The database's.
pub fn pending(db: &mut Db, job: Id<job::Job>, limit: i64) -> Result<Vec<Item>, StoreError> {
    items(db, job, Some(JobResult::Pending), None, limit)
}

/// The petitions of a job whose step was taken and stands: at most so many as a job has.
///
/// # Errors
/// The database's.
pub fn undoable(db: &mut Db, job: Id<job::Job>) -> Result<Vec<Item>, StoreError> {
    items(db, job, Some(JobResult::Done), None, i64::try_from(job::MOST).unwrap_or(i64::MAX))
}

/// Writes what became of these petitions, in the unit of work in which it did.
///
/// # Errors
/// The database's.
pub fn decide(tx: &mut Tx, job: Id<job::Job>, items: &[Item]) -> Result<(), StoreError> {
    for item in items {
        let here = rows::table.find((Uid::from(job), item.position));
        let now = (
            rows::result.eq(item.result.code()),
            rows::problem.eq(&item.problem),
            rows::trace.eq(written(item.trace.as_ref())?),
            rows::decided_at.eq(item.decided_at.map(Instant::from)),
        );
        on!(tx.writing()?, c => diesel::update(here).set(now).execute(c))?;
    }
    Ok(())
}

/// Says of these petitions of a job that their step was taken back.
///
/// # Errors
/// The database's.
pub fn take_back(tx: &mut Tx, job: Id<job::Job>, positions: &[i32]) -> Result<(), StoreError> {
    let those = rows::table.filter(rows::job_id.eq(Uid::from(job))).filter(rows::position.eq_any(positions));
    let undone = rows::result.eq(JobResult::Undone.code());
    on!(tx.writing()?, c => diesel::update(those).set(undone).execute(c))?;
    Ok(())
}

/// Calls off whatever waits for its turn.
///
/// # Errors
/// The database's.
pub fn call_off(tx: &mut Tx, job: Id<job::Job>) -> Result<(), StoreError> {
    let waiting =
        rows::table.filter(rows::job_id.eq(Uid::from(job))).filter(rows::result.eq(JobResult::Pending.code()));
    let cancelled = rows::result.eq(JobResult::Cancelled.code());
    on!(tx.writing()?, c => diesel::update(waiting).set(cancelled).execute(c))?;
    Ok(())
}
