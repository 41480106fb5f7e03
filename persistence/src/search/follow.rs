//! Follows the history: what was filed, amended or classified anew comes into the index, in the order of commits.
//!
//! A batch is read in a snapshot and written in a unit of work that finds the state as the snapshot saw it, or
//! leaves everything alone: so several nodes may follow at once, and none does a thing twice.

use std::collections::HashSet;

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::event::DESCRIBING;
use domain::time;
use serde::Deserialize;
use uuid::Uuid;

use super::bits::BLOCK;
use super::schema::{
    search_blocks as blocks, search_entries as entries, search_postings as postings, search_state as state,
};
use super::write::{self, Entry};
use crate::ledger::Ledger;
use crate::schema::events;
use crate::{Db, StoreError, Tx, on};

/// Blocks that one unit of work removes.
const CLEARED_AT_ONCE: i64 = 8;

/// The position of an index that is being emptied.
const CLEARING: i64 = -1;

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub(super) struct State {
    /// The last change that it followed.
    pub position: i64,
    /// The number that the next petition gets.
    pub next_number: i64,
    /// How many texts were erased under it.
    pub erasures: i64,
}

impl State {
    pub fn read(db: &mut Db) -> Result<Self, StoreError> {
        Ok(on!(db, c => state::table.select((state::position, state::next_number, state::erasures)).first(c))?)
    }

    pub fn keep(self, tx: &mut Tx) -> Result<(), StoreError> {
        let now = (
            state::position.eq(self.position),
            state::next_number.eq(self.next_number),
            state::erasures.eq(self.erasures),
        );
        on!(tx.writing()?, c => diesel::update(state::table).set(now).execute(c))?;
        Ok(())
    }
}

/// What is to be written next.
pub struct Batch {
    seen: State,
    reach: i64,
    entries: Vec<Entry>,
}

impl Batch {
    /// How many petitions it brings.
    #[must_use]
    pub fn petitions(&self) -> usize {
        self.entries.len()
    }
}

/// What an event is about, without its payload.
#[derive(Deserialize)]
struct Told<'b> {
    kind: &'b str,
}

/// Reads what at most so many changes after the index's position bring into it; none when it is up to date.
///
/// # Errors
/// The database's; [`StoreError::Schema`] for an event that cannot be read.
pub fn prepare(db: &mut Db, changes: i64) -> Result<Option<Batch>, StoreError> {
    let seen = State::read(db)?;
    if seen.position == CLEARING {
        return Ok(Some(Batch { seen, reach: CLEARING, entries: Vec::new() }));
    }
    let rows: Vec<(i64, Uuid, String)> = on!(db, c => events::table
        .filter(events::change_no.gt(seen.position))
        .order(events::change_no)
        .limit(changes)
        .select((events::change_no, events::petition_id, events::body))
        .load(c))?;
    let Some((reach, _, _)) = rows.last() else { return Ok(None) };
    let mut known = HashSet::new();
    let mut ids = Vec::new();
    for (_, petition, body) in &rows {
        let told: Told<'_> =
            serde_json::from_str(body).map_err(|_| StoreError::Schema("an event that cannot be read".into()))?;
        if DESCRIBING.contains(&told.kind) && known.insert(*petition) {
            ids.push(*petition);
        }
    }
    Ok(Some(Batch { seen, reach: *reach, entries: write::read(db, &ids)? }))
}

/// Writes a batch, unless the index has moved on since it was read.
///
/// # Errors
/// The database's.
pub fn apply(tx: &mut Tx, batch: &Batch) -> Result<(), StoreError> {
    let mut state = State::read(tx.db()?)?;
    if (state.position, state.erasures) != (batch.seen.position, batch.seen.erasures) {
        return Ok(());
    }
    if batch.reach == CLEARING {
        return clear(tx, state);
    }
    write::write(tx, &mut state, &batch.entries)?;
    state.position = batch.reach;
    state.keep(tx)
}

/// Empties the index, a few blocks at a time, so that nobody waits long; then it follows from the beginning.
fn clear(tx: &mut Tx, mut state: State) -> Result<(), StoreError> {
    let some: Vec<i32> = on!(tx.db()?, c => blocks::table
        .order(blocks::block.desc())
        .limit(CLEARED_AT_ONCE)
        .select(blocks::block)
        .load(c))?;
    if let Some(from) = some.last() {
        let number = i64::from(*from) * BLOCK;
        let db = tx.writing()?;
        on!(db, c => diesel::delete(postings::table.filter(postings::block.ge(*from))).execute(c))?;
        on!(db, c => diesel::delete(entries::table.filter(entries::number.ge(number))).execute(c))?;
        on!(db, c => diesel::delete(blocks::table.filter(blocks::block.ge(*from))).execute(c))?;
        return Ok(());
    }
    // What no block knows of would be found again by nobody.
    let db = tx.writing()?;
    on!(db, c => diesel::delete(postings::table).execute(c))?;
    on!(db, c => diesel::delete(entries::table).execute(c))?;
    state.position = 0;
    state.next_number = 0;
    state.keep(tx)
}

/// Begins to make the index anew: it is emptied and follows from the first change, by whoever follows.
///
/// # Errors
/// The database's.
pub fn rebuild(tx: &mut Tx) -> Result<(), StoreError> {
    let state = State::read(tx.db()?)?;
    State { position: CLEARING, ..state }.keep(tx)
}

/// How far the index is behind the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Changes that it has not followed.
    pub changes: i64,
    /// The age of the oldest of them.
    pub age: TimeDelta,
}

/// An event's instant, without the rest.
#[derive(Deserialize)]
struct Recorded {
    recorded_at: time::Instant,
}

/// How far the index is behind the history.
///
/// # Errors
/// The database's.
pub fn lag(db: &mut Db, now: time::Instant) -> Result<Lag, StoreError> {
    let position = State::read(db)?.position;
    let changes = Ledger::read(db)?.change_no() - position.max(0);
    let first: Option<String> = on!(db, c => events::table
        .filter(events::change_no.gt(position))
        .order(events::change_no)
        .select(events::body)
        .first(c)
        .optional())?;
    let recorded = first.and_then(|body| serde_json::from_str::<Recorded>(&body).ok());
    let age = recorded.map_or(TimeDelta::zero(), |event| (now - event.recorded_at).max(TimeDelta::zero()));
    Ok(Lag { changes, age })
}
