//! Imports inside a running house: which there are, who is at work on one, how far it is and what was found.
//!
//! Owns both tables and every query over them. Whoever works on an import holds its claim: a number of their own with a
//! lease that each group of rows renews. What a group took in and how far the import is are one unit of work, so that
//! another who goes on after a crash neither repeats nor leaves out a row. Knows nothing of files and rules.

mod row;
mod schema;

use std::collections::HashSet;

use diesel::prelude::*;
use domain::code::Coded;
use domain::import::{ImportFailure, ImportState};
use domain::time::Instant;
use uuid::Uuid;

pub use self::row::{Found, Import, NewImport, Progress};
use self::row::{FoundRow, Row};
use self::schema::{import_findings, imports};
use crate::db::insert_all;
use crate::sql::{self, Uid};
use crate::{Db, StoreError, Tx, on};

fn read(row: Option<Row>) -> Result<Option<Import>, StoreError> {
    row.map(Import::try_from).transpose()
}

/// Keeps the request for an import: it waits for its turn.
///
/// # Errors
/// The database's.
pub fn request(tx: &mut Tx, wanted: &NewImport, now: Instant) -> Result<(), StoreError> {
    let nothing = Progress::default();
    on!(tx.writing()?, c => diesel::insert_into(imports::table)
        .values((
            imports::id.eq(Uid(wanted.id)),
            imports::source.eq(&wanted.source),
            imports::dry_run.eq(wanted.dry_run),
            imports::mapping.eq(&wanted.mapping),
            imports::bytes.eq(wanted.bytes),
            imports::content_kept.eq(true),
            imports::requested_by.eq(Uid(wanted.requested_by)),
            imports::created_at.eq(sql::Instant::from(now)),
            imports::state.eq(ImportState::Waiting.code()),
            imports::attempts.eq(0),
            imports::version.eq(1),
            imports::rows_read.eq(nothing.rows_read),
            imports::rows_taken.eq(nothing.rows_taken),
            imports::rows_already.eq(nothing.rows_already),
            imports::rows_refused.eq(nothing.rows_refused),
            imports::rows_repaired.eq(nothing.rows_repaired),
            imports::bytes_read.eq(nothing.bytes_read),
            imports::findings.eq(nothing.findings),
            imports::findings_listed.eq(nothing.findings_listed),
            imports::findings_counted.eq(nothing.findings_counted),
        ))
        .execute(c))?;
    Ok(())
}

/// The import with this id.
///
/// # Errors
/// The database's.
pub fn import(db: &mut Db, id: Uuid) -> Result<Option<Import>, StoreError> {
    read(on!(db, c => imports::table.find(Uid(id)).select(Row::as_select()).first(c).optional())?)
}

/// Imports requested before this one, the latest first, at most `limit`.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, before: Option<Uuid>, limit: i64) -> Result<Vec<Import>, StoreError> {
    let before = Uid(before.unwrap_or(Uuid::max()));
    let rows: Vec<Row> = on!(db, c => imports::table
        .filter(imports::id.lt(before))
        .order(imports::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Import::try_from).collect()
}

/// What was found, after this number, at most `limit`.
///
/// # Errors
/// The database's.
pub fn findings(db: &mut Db, id: Uuid, after: i64, limit: i64) -> Result<Vec<Found>, StoreError> {
    Ok(on!(db, c => import_findings::table
        .filter(import_findings::import_id.eq(Uid(id)))
        .filter(import_findings::number.gt(after))
        .order(import_findings::number)
        .limit(limit)
        .select(Found::as_select())
        .load(c))?)
}

/// The import that somebody should work on now: one at a time, in the order of requests. None while a lease holds.
///
/// # Errors
/// The database's.
pub fn due(db: &mut Db, now: Instant) -> Result<Option<Uuid>, StoreError> {
    let begun: Option<(Uuid, Option<Instant>)> = on!(db, c => imports::table
        .filter(imports::state.eq(ImportState::Running.code()))
        .order(imports::id)
        .select((imports::id, imports::lease_until))
        .first(c)
        .optional())?;
    if let Some((id, until)) = begun {
        return Ok(until.is_none_or(|until| until <= now).then_some(id));
    }
    Ok(on!(db, c => imports::table
        .filter(imports::state.eq(ImportState::Waiting.code()))
        .order(imports::id)
        .select(imports::id)
        .first(c)
        .optional())?)
}

/// Takes what is due under a claim until `lease_until`; none if nothing is.
///
/// # Errors
/// The database's.
pub fn claim(tx: &mut Tx, claim: Uuid, now: Instant, lease_until: Instant) -> Result<Option<Import>, StoreError> {
    let Some(id) = due(tx.beside(), now)? else { return Ok(None) };
    let Some(before) = import(tx.beside(), id)? else { return Ok(None) };
    let begins = i32::from(before.state == ImportState::Waiting);
    on!(tx.writing()?, c => diesel::update(imports::table.find(Uid(id)))
        .set((
            imports::state.eq(ImportState::Running.code()),
            imports::started_at.eq(Some(sql::Instant::from(before.started_at.unwrap_or(now)))),
            imports::claim.eq(Some(Uid(claim))),
            imports::lease_until.eq(Some(sql::Instant::from(lease_until))),
            imports::attempts.eq(imports::attempts + 1),
            imports::version.eq(imports::version + begins),
        ))
        .execute(c))?;
    import(tx.beside(), id)
}

/// The import, if it is still worked on under this claim: after a lease has run out another may have taken it.
///
/// # Errors
/// The database's.
pub fn held(tx: &mut Tx, id: Uuid, claim: Uuid) -> Result<Option<Import>, StoreError> {
    read(on!(tx.beside(), c => imports::table
        .filter(imports::id.eq(Uid(id)))
        .filter(imports::claim.eq(Some(Uid(claim))))
        .select(Row::as_select())
        .first(c)
        .optional())?)
}

/// Notes how far an import is now and what was found on the way, and renews the lease.
///
/// # Errors
/// The database's.
pub fn went_on(
    tx: &mut Tx,
    id: Uuid,
    progress: &Progress,
    found: &[Found],
    lease_until: Instant,
) -> Result<(), StoreError> {
    let db = tx.writing()?;
    on!(db, c => diesel::update(imports::table.find(Uid(id)))
        .set((
            progress,
            imports::attempts.eq(0),
            imports::lease_until.eq(Some(sql::Instant::from(lease_until))),
        ))
        .execute(c))?;
    let rows: Vec<FoundRow> = found
        .iter()
        .map(|found| FoundRow {
            import_id: Uid(id),
            number: found.number,
            line: found.line,
            column_name: found.column_name.clone(),
            rule: found.rule.clone(),
            deed: found.deed.clone(),
            refusal: found.refusal.clone(),
        })
        .collect();
    insert_all!(db, import_findings::table, &rows);
    Ok(())
}

/// Ends an import. Its file is to go.
///
/// # Errors
/// The database's.
pub fn end(
    tx: &mut Tx,
    id: Uuid,
    state: ImportState,
    failure: Option<ImportFailure>,
    now: Instant,
) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(imports::table.find(Uid(id)))
        .set((
            imports::state.eq(state.code()),
            imports::failure.eq(failure.map(Coded::code)),
            imports::ended_at.eq(Some(sql::Instant::from(now))),
            imports::claim.eq(None::<Uid>),
            imports::lease_until.eq(None::<sql::Instant>),
            imports::version.eq(imports::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// Lets go of an import that is not over: from `again_at` on somebody goes on with it.
///
/// # Errors
/// The database's.
pub fn let_go(tx: &mut Tx, id: Uuid, again_at: Instant) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(imports::table.find(Uid(id)))
        .set((imports::claim.eq(None::<Uid>), imports::lease_until.eq(Some(sql::Instant::from(again_at)))))
        .execute(c))?;
    Ok(())
}

/// Notes that somebody wants an import to end. One that waits is over with that; who works on another sees it before
/// the next group.
///
/// # Errors
/// The database's.
pub fn cancel(tx: &mut Tx, import: &Import, by: Uuid, now: Instant) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(imports::table.find(Uid(import.id)))
        .set((
            imports::cancelled_by.eq(Some(Uid(by))),
            imports::cancel_requested_at.eq(Some(sql::Instant::from(now))),
            imports::version.eq(imports::version + 1),
        ))
        .execute(c))?;
    if import.state == ImportState::Waiting { end(tx, import.id, ImportState::Cancelled, None, now) } else { Ok(()) }
}

/// Imports that are over and whose file still lies where it was kept, at most `limit`.
///
/// # Errors
/// The database's.
pub fn to_remove(db: &mut Db, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    Ok(on!(db, c => imports::table
        .filter(imports::content_kept.eq(true))
        .filter(imports::ended_at.is_not_null())
        .order(imports::id)
        .limit(limit)
        .select(imports::id)
        .load(c))?)
}

/// Notes that the files of these imports are gone.
///
/// # Errors
/// The database's.
pub fn removed(tx: &mut Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    on!(tx.writing()?, c => diesel::update(imports::table.filter(imports::id.eq_any(&ids)))
        .set(imports::content_kept.eq(false))
        .execute(c))?;
    Ok(())
}

/// Which of these are files of imports that are still to be kept.
///
/// # Errors
/// The database's.
pub fn known(db: &mut Db, ids: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    let found: Vec<Uuid> = on!(db, c => imports::table
        .filter(imports::id.eq_any(&ids))
        .filter(imports::content_kept.eq(true))
        .select(imports::id)
        .load(c))?;
    Ok(found.into_iter().collect())
}
