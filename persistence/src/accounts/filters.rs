//! Filters of lists that a person keeps under a name: rows of the person alone.

use diesel::prelude::*;
use domain::time::Instant;
use uuid::Uuid;

use super::schema::saved_filters as rows;
use crate::sql::{self, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// A filter that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rows)]
pub struct SavedFilter {
    /// Made by the application.
    pub id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// Unique among that person's.
    pub name: String,
    /// The code of the list.
    pub list: String,
    /// Its query, as after the question mark.
    pub query: String,
    /// Raised by every change.
    pub version: i32,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// The filters of a person, by name, at most `limit`.
///
/// # Errors
/// The database's.
pub fn filters(db: &mut Db, account: Uuid, limit: i64) -> Result<Vec<SavedFilter>, StoreError> {
    let mut found: Vec<SavedFilter> = on!(db, c => rows::table
        .filter(rows::account_id.eq(Uid(account)))
        .limit(limit)
        .select(SavedFilter::as_select())
        .load(c))?;
    // The engines do not sort names alike.
    found.sort_by_cached_key(|one| (domain::words::fold(&one.name), one.id));
    Ok(found)
}

/// One filter of a person.
///
/// # Errors
/// The database's.
pub fn filter(db: &mut Db, account: Uuid, id: Uuid) -> Result<Option<SavedFilter>, StoreError> {
    Ok(on!(db, c => rows::table
        .filter(rows::id.eq(Uid(id)))
        .filter(rows::account_id.eq(Uid(account)))
        .select(SavedFilter::as_select())
        .first(c)
        .optional())?)
}

/// Keeps a new filter.
///
/// # Errors
/// The database's.
pub fn keep_filter(tx: &mut Tx, filter: &SavedFilter) -> Result<(), StoreError> {
    let SavedFilter { id, account_id, name, list, query, version, updated_at } = filter;
    on!(tx.writing()?, c => diesel::insert_into(rows::table)
        .values((
            rows::id.eq(Uid(*id)),
            rows::account_id.eq(Uid(*account_id)),
            rows::name.eq(name),
            rows::list.eq(list),
            rows::query.eq(query),
            rows::version.eq(version),
            rows::updated_at.eq(sql::Instant::from(*updated_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes a filter over the one with its id.
///
/// # Errors
/// The database's.
pub fn replace_filter(tx: &mut Tx, filter: &SavedFilter) -> Result<(), StoreError> {
    let SavedFilter { id, account_id: _, name, list, query, version, updated_at } = filter;
    on!(tx.writing()?, c => diesel::update(rows::table.find(Uid(*id)))
        .set((
            rows::name.eq(name),
            rows::list.eq(list),
            rows::query.eq(query),
            rows::version.eq(version),
            rows::updated_at.eq(sql::Instant::from(*updated_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Drops a filter.
///
/// # Errors
/// The database's.
pub fn drop_filter(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::delete(rows::table.find(Uid(id))).execute(c))?;
    Ok(())
}
