//! The history's rows: events in the order of their commits, and the texts that events point to.
//!
//! Rows are written through [`Tx::push_event`](crate::store::Tx::push_event) and
//! [`Tx::push_text`](crate::store::Tx::push_text) and never edited; only erasing empties a text. What
//! an event says and how the chain is hashed is `domain`'s; here it is bytes.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;

use crate::db::{Db, insert_all};
use crate::on;
use crate::schema::{events, texts};
use crate::search;
use crate::sql::{Uid, among};
use crate::store::{StoreError, Tx};

/// One event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct EventRow {
    /// Its place in the order of commits, over all petitions ([`Tx::next_change`](crate::store::Tx::next_change)).
    pub change_no: i64,
    /// Whose history it belongs to.
    pub petition_id: Uid,
    /// Its place in that history, from 1.
    pub sequence: i32,
    /// Canonical JSON: the very bytes that are hashed.
    pub body: String,
    /// The chain's SHA-256 up to and with this event.
    pub hash: Vec<u8>,
}

/// One text. Erased, it keeps its id and loses salt and body.
#[derive(Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = texts, treat_none_as_default_value = false)]
pub struct TextRow {
    /// What events name it by.
    pub id: Uid,
    /// Whose text it is.
    pub petition_id: Uid,
    /// The random bytes before the body in the hash that events carry.
    pub salt: Option<Vec<u8>>,
    /// The words.
    pub body: Option<String>,
}

// Words of citizens must not reach a log through `{:?}`.
impl std::fmt::Debug for TextRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let TextRow { id, petition_id, salt: _, body } = self;
        let erased = body.is_none();
        f.debug_struct("TextRow")
            .field("id", id)
            .field("petition_id", petition_id)
            .field("erased", &erased)
            .finish_non_exhaustive()
    }
}

/// Writes the events of a group.
pub(crate) fn insert_events(db: &mut Db, rows: &[EventRow]) -> Result<(), StoreError> {
    insert_all!(db, events::table, rows);
    Ok(())
}

/// Writes the texts of a group.
pub(crate) fn insert_texts(db: &mut Db, rows: &[TextRow]) -> Result<(), StoreError> {
    insert_all!(db, texts::table, rows);
    Ok(())
}

/// The events of one petition after `after_sequence` (0 for all), oldest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub fn events_of(db: &mut Db, petition: Uuid, after_sequence: i32, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    let rows = on!(db, c => {
        events::table
            .filter(events::petition_id.eq(Uid(petition)))
            .filter(events::sequence.gt(after_sequence))
            .order(events::sequence)
            .limit(limit)
            .select(EventRow::as_select())
            .load(c)
    })?;
    Ok(rows)
}

/// The whole histories of some petitions, each oldest first: one query.
///
/// # Errors
/// When the database fails.
pub fn histories(db: &mut Db, petitions: &[Uuid]) -> Result<Vec<EventRow>, StoreError> {
    if petitions.is_empty() {
        return Ok(Vec::new());
    }
    let those = petitions.iter().copied().map(Uid);
    let rows = on!(db, c => {
        events::table
            .filter(events::petition_id.eq_any(those.clone()))
            .order((events::petition_id, events::sequence))
            .select(EventRow::as_select())
            .load(c)
    })?;
    Ok(rows)
}

/// The events of all petitions after `change_no` (0 for all), in the order of their commits, at most `limit`.
///
/// # Errors
/// When the database fails.
pub fn events_since(db: &mut Db, change_no: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    let rows = on!(db, c => {
        events::table
            .filter(events::change_no.gt(change_no))
            .order(events::change_no)
            .limit(limit)
            .select(EventRow::as_select())
            .load(c)
    })?;
    Ok(rows)
}

/// How many texts are asked for in one statement.
const TEXTS_AT_ONCE: usize = 500;

/// The texts with these ids; an id that names none is simply absent.
///
/// # Errors
/// When the database fails.
pub fn texts(db: &mut Db, ids: &[Uuid]) -> Result<HashMap<Uuid, TextRow>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(TEXTS_AT_ONCE) {
        let some: Vec<Uid> = some.iter().copied().map(Uid).collect();
        let rows = on!(db, c => {
            texts::table.filter(among(texts::id, some)).select(TextRow::as_select()).load(c)
        })?;
        found.extend(rows.into_iter().map(|row| (row.id.0, row)));
    }
    Ok(found)
}

/// All texts of one petition: one prepared statement whatever their number.
///
/// # Errors
/// When the database fails.
pub fn texts_of(db: &mut Db, petition: Uuid) -> Result<HashMap<Uuid, TextRow>, StoreError> {
    let rows = on!(db, c => {
        texts::table
            .filter(texts::petition_id.eq(Uid(petition)))
            .select(TextRow::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(|row| (row.id.0, row)).collect())
}

/// Erases a text: salt and body go, the id stays, and the chain still verifies; the search no longer finds its
/// petition by it. Says whether there was such a text with something to erase.
///
/// # Errors
/// When the database fails.
pub fn erase_text(tx: &mut Tx, id: Uuid) -> Result<bool, StoreError> {
    let rows = on!(tx.writing()?, c => {
        diesel::update(texts::table.filter(texts::id.eq(Uid(id))).filter(texts::body.is_not_null()))
            .set((texts::salt.eq(None::<Vec<u8>>), texts::body.eq(None::<String>)))
            .execute(c)
    })?;
    if rows > 0 {
        let whose: Uuid = on!(tx.db()?, c => texts::table.find(Uid(id)).select(texts::petition_id).first(c))?;
        search::forget(tx, whose)?;
    }
    Ok(rows > 0)
}
