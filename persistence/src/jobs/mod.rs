//! Jobs: the same step on many petitions, in what order, how far it has come, and what became of each.
//!
//! Owns the three tables and every query over them. Whoever takes a petition's step writes its result in the same unit
//! of work: the ledger's lock lets one at a time do so, so that no petition has two turns and none is lost, however many
//! nodes work and whenever one dies. Words stand apart and go when the job is over.

mod items;
mod schema;

use diesel::prelude::*;
use domain::code::Coded;
use domain::id::Id;
use domain::job::{self, JobState, JobStep};
use domain::time;
use uuid::Uuid;

pub use self::items::{Item, body, call_off, decide, items, open, pending, take_back, undoable};
use self::schema::{job_bodies, job_items, jobs};
use crate::petitions::Position;
use crate::sql::{Instant, Side, Uid, keyset};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Made by the application.
    pub id: Id<job::Job>,
    /// Whose.
    pub account: Uuid,
    /// What is done to each petition.
    pub step: JobStep,
    /// The job that this one takes back.
    pub undoes: Option<Id<job::Job>>,
    /// Where it stands.
    pub state: JobState,
    /// How many petitions.
    pub total: i32,
    /// Of how many the step was taken and stands.
    pub done: i32,
    /// Of how many it was refused.
    pub refused: i32,
    /// Of how many it was taken and taken back.
    pub undone: i32,
    /// How many were called off.
    pub cancelled: i32,
    /// When it was made.
    pub created_at: time::Instant,
    /// When the first petition had its turn.
    pub started_at: Option<time::Instant>,
    /// When it was over.
    pub finished_at: Option<time::Instant>,
    /// Raised when it is over; progress does not count.
    pub version: i32,
    /// Of how many of those done it cannot be taken back.
    pub lasting: i32,
}

impl Job {
    /// How many petitions wait for their turn.
    #[must_use]
    pub const fn pending(&self) -> i32 {
        self.total - self.done - self.refused - self.undone - self.cancelled
    }

    /// Whether some of it can be taken back now.
    #[must_use]
    pub fn is_undoable(&self) -> bool {
        self.state != JobState::Running && self.undoes.is_none() && self.step.is_undoable() && self.done > self.lasting
    }
}

#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    id: Uid,
    account_id: Uid,
    step: String,
    undoes: Option<Uid>,
    state: String,
    total: i32,
    done: i32,
    refused: i32,
    undone: i32,
    cancelled: i32,
    created_at: Instant,
    started_at: Option<Instant>,
    finished_at: Option<Instant>,
    version: i32,
    lasting: i32,
}

impl From<&Job> for Row {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.into(),
            account_id: Uid(job.account),
            step: job.step.code().to_owned(),
            undoes: job.undoes.map(Uid::from),
            state: job.state.code().to_owned(),
            total: job.total,
            done: job.done,
            refused: job.refused,
            undone: job.undone,
            cancelled: job.cancelled,
            created_at: job.created_at.into(),
            started_at: job.started_at.map(Instant::from),
            finished_at: job.finished_at.map(Instant::from),
            version: job.version,
            lasting: job.lasting,
        }
    }
}

impl TryFrom<Row> for Job {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unknown = || StoreError::Schema("a job has a step or a state that this binary does not know".into());
        Ok(Self {
            id: row.id.id(),
            account: row.account_id.0,
            step: JobStep::parse(&row.step).ok_or_else(unknown)?,
            undoes: row.undoes.map(Uid::id),
            state: JobState::parse(&row.state).ok_or_else(unknown)?,
            total: row.total,
            done: row.done,
            refused: row.refused,
            undone: row.undone,
            cancelled: row.cancelled,
            created_at: row.created_at.0,
            started_at: row.started_at.map(|at| at.0),
            finished_at: row.finished_at.map(|at| at.0),
            version: row.version,
            lasting: row.lasting,
        })
    }
}

/// One job.
///
/// # Errors
/// The database's.
pub fn find(db: &mut Db, id: Id<job::Job>) -> Result<Option<Job>, StoreError> {
    let row: Option<Row> = on!(db, c => jobs::table.find(Uid::from(id)).select(Row::as_select()).first(c).optional())?;
    row.map(Job::try_from).transpose()
}

/// A page of a person's jobs, newest first, at most `limit`; and where the next one begins.
///
/// # Errors
/// The database's.
pub fn list(
    db: &mut Db,
    account: Uuid,
    after: Option<Position>,
    limit: i64,
) -> Result<(Vec<Job>, Option<Position>), StoreError> {
    let key = (jobs::created_at, jobs::id);
    let rows: Vec<Row> = on!(db, c => {
        let mut query = jobs::table.filter(jobs::account_id.eq(Uid(account))).limit(limit + 1).into_boxed();
        if let Some((at, id)) = after {
            query = query.filter(keyset(key, Side::Before, (Instant::from(at), Uid(id))));
        }
        query.order((jobs::created_at.desc(), jobs::id.desc())).select(Row::as_select()).load(c)
    })?;
    let mut found: Vec<Job> = rows.into_iter().map(Job::try_from).collect::<Result<_, _>>()?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| more).map(|job| (job.created_at, job.id.uuid()));
    Ok((found, next))
}

/// Jobs of which petitions wait for their turn, oldest first, at most `limit`.
///
/// # Errors
/// The database's.
pub fn running(db: &mut Db, limit: i64) -> Result<Vec<Id<job::Job>>, StoreError> {
    let found: Vec<Uuid> = on!(db, c => jobs::table
        .filter(jobs::finished_at.is_null())
        .order((jobs::created_at, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .load(c))?;
    Ok(found.into_iter().map(Id::new).collect())
}

/// Whether a job that still runs takes this one back.
///
/// # Errors
/// The database's.
pub fn is_being_undone(db: &mut Db, id: Id<job::Job>) -> Result<bool, StoreError> {
    let running = jobs::table.filter(jobs::finished_at.is_null()).filter(jobs::undoes.eq(Uid::from(id)));
    let found: Option<Uid> = on!(db, c => running.select(jobs::id).first(c).optional())?;
    Ok(found.is_some())
}

/// Writes how far a job has come.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    let row = Row::from(job);
    on!(tx.writing()?, c => diesel::update(jobs::table.find(row.id)).set(&row).execute(c))?;
    if job.state != JobState::Running {
        let words = job_bodies::table.find(row.id);
        on!(tx.writing()?, c => diesel::delete(words).execute(c))?;
    }
    Ok(())
}

/// Forgets, of the jobs that were over before this instant, at most `limit` petitions, and the job with its last one;
/// says how many went.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx, before: time::Instant, limit: i64) -> Result<usize, StoreError> {
    let over: Option<Uid> = on!(tx.db()?, c => jobs::table
        .filter(jobs::finished_at.lt(Instant::from(before)))
        .order(jobs::finished_at)
        .select(jobs::id)
        .first(c)
        .optional())?;
    let Some(id) = over else { return Ok(0) };
    let last: Option<i32> = on!(tx.db()?, c => job_items::table
        .filter(job_items::job_id.eq(id))
        .order(job_items::position)
        .offset(limit - 1)
        .select(job_items::position)
        .first(c)
        .optional())?;
    let some =
        job_items::table.filter(job_items::job_id.eq(id)).filter(job_items::position.le(last.unwrap_or(i32::MAX)));
    let gone = on!(tx.writing()?, c => diesel::delete(some).execute(c))?;
    if last.is_none() {
        on!(tx.writing()?, c => diesel::delete(jobs::table.find(id)).execute(c))?;
    }
    Ok(gone)
}
