//! The unit of work: what a closure of [`Store::write`](super::Store::write) may do.
//!
//! Only the store makes a [`Tx`], and writing functions demand one. What nobody reads inside a group (events,
//! texts, keys) is collected and written set-wise just before COMMIT; so are new petitions, until somebody of the
//! group reads or writes anything of petitions ([`Tx::db`], [`Tx::writing`]). Everything else is written at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::StoreError;
use crate::db::Db;
use crate::history::{self, EventRow, TextRow};
use crate::idempotency::{self, Key, Recorded};
use crate::intakes::{self, DetailsRow, IntakeRow};
use crate::ledger::Ledger;
use crate::petitions::NewRows;
use crate::petitions::desks::{self, Delta};

/// One transaction with the ledger locked.
pub struct Tx {
    db: Db,
    ledger: Ledger,
    /// The catalogue's version as it is committed.
    catalogue_committed: i64,
    /// The keys of the group that were recorded before or by an earlier member.
    known: HashMap<[u8; 32], Recorded>,
    pending: Pending,
    /// Where the present closure began.
    began: Mark,
    /// Whether the present closure wrote.
    wrote: bool,
    /// Whether any closure of the group wrote.
    touched: bool,
}

/// What is written just before COMMIT.
#[derive(Default)]
struct Pending {
    petitions: NewRows,
    events: Vec<EventRow>,
    texts: Vec<TextRow>,
    intakes: Vec<IntakeRow>,
    intake_details: Vec<DetailsRow>,
    keys: Vec<idempotency::Row>,
    desk_counts: Vec<Delta>,
}

/// Where a closure began, to give back what a refused one took.
#[derive(Default)]
struct Mark {
    ledger: Ledger,
    petitions: usize,
    events: usize,
    texts: usize,
    intakes: usize,
    intake_details: usize,
    keys: usize,
    desk_counts: usize,
}

impl Tx {
    pub(super) fn new(db: Db, ledger: Ledger, known: HashMap<[u8; 32], Recorded>) -> Self {
        let (pending, began) = (Pending::default(), Mark::default());
        let catalogue_committed = ledger.catalogue_version();
        Self { db, ledger, catalogue_committed, known, pending, began, wrote: false, touched: false }
    }

    /// The connection, for reading what is committed or was written earlier in this group.
    ///
    /// # Errors
    /// The database's, when what was collected of petitions has to be written first.
    pub fn db(&mut self) -> Result<&mut Db, StoreError> {
        self.settle()?;
        Ok(&mut self.db)
    }

    /// The connection, for reading accounts and catalogues only: of these nothing is ever collected.
    pub fn beside(&mut self) -> &mut Db {
        &mut self.db
    }

    /// The connection, for writing. From here on an error is no longer a harmless refusal.
    ///
    /// # Errors
    /// As [`Tx::db`].
    pub fn writing(&mut self) -> Result<&mut Db, StoreError> {
        self.settle()?;
        self.wrote = true;
        self.touched = true;
        Ok(&mut self.db)
    }

    /// Writes the new petitions that were collected, so that they can be read.
    fn settle(&mut self) -> Result<(), StoreError> {
        if self.pending.petitions.is_empty() {
            return Ok(());
        }
        self.touched = true;
        // What this closure itself added is then no longer taken back by forgetting it.
        self.wrote |= self.pending.petitions.len() > self.began.petitions;
        self.began.petitions = 0;
        std::mem::take(&mut self.pending.petitions).insert(&mut self.db)
    }

    /// The next folio number of a series and year (`AC-2026`), from 1. Given back if the closure is refused.
    pub fn next_folio(&mut self, series_and_year: &str) -> i64 {
        self.ledger.next_folio(series_and_year)
    }

    /// The next change number, in the order of commits over all nodes. Given back if the closure is refused.
    pub fn next_change(&mut self) -> i64 {
        self.ledger.next_change()
    }

    /// The version of the catalogues that this unit of work sees, edits of the group's earlier members included.
    #[must_use]
    pub fn catalogue_version(&self) -> i64 {
        self.ledger.catalogue_version()
    }

    /// Whether that version is committed. One that is not may yet be rolled back: nobody keeps what they read of it.
    #[must_use]
    pub fn catalogue_is_committed(&self) -> bool {
        self.ledger.catalogue_version() == self.catalogue_committed
    }

    /// Counts an edit of the catalogues. Given back if the closure is refused.
    pub(crate) fn catalogue_changes(&mut self) {
        self.ledger.catalogue_changes();
    }

    /// New petitions and what is kept beside them; written just before COMMIT, or when somebody looks.
    pub(crate) fn new_petitions(&mut self) -> &mut NewRows {
        &mut self.pending.petitions
    }

    /// Adds an event; written just before COMMIT.
    pub fn push_event(&mut self, event: EventRow) {
        self.pending.events.push(event);
    }

    /// Adds a text; written just before COMMIT.
    pub fn push_text(&mut self, text: TextRow) {
        self.pending.texts.push(text);
    }

    /// The texts with these ids, those of this group included that are not written yet.
    ///
    /// # Errors
    /// The database's.
    pub fn texts(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, TextRow>, StoreError> {
        let mut found = history::texts(&mut self.db, ids)?;
        let coming = self.pending.texts.iter().filter(|row| ids.contains(&row.id.0));
        found.extend(coming.map(|row| (row.id.0, row.clone())));
        Ok(found)
    }

    /// Adds an intake; written just before COMMIT.
    pub(crate) fn push_intake(&mut self, intake: IntakeRow) {
        self.pending.intakes.push(intake);
    }

    /// Adds what was said of an intake; written just before COMMIT.
    pub(crate) fn push_intake_details(&mut self, details: DetailsRow) {
        self.pending.intake_details.push(details);
    }

    /// By how much the counts of desks move; written just before COMMIT.
    pub(crate) fn desk_counts(&mut self) -> &mut Vec<Delta> {
        &mut self.pending.desk_counts
    }

    /// What was done under this key before, here or by an earlier member of the group. The key must be
    /// among those given to [`Store::write`](super::Store::write).
    #[must_use]
    pub fn replay(&self, key: &Key) -> Option<Recorded> {
        self.known.get(key.hash()).cloned()
    }

    /// Remembers what was done under this key, together with the effect itself.
    pub fn record(&mut self, key: &Key, result_id: Uuid, now: DateTime<Utc>) {
        let fingerprint = key.fingerprint().to_vec();
        self.known.insert(*key.hash(), Recorded { fingerprint: fingerprint.clone(), result_id });
        self.pending.keys.push(idempotency::Row {
            key: key.hash().to_vec(),
            fingerprint,
            result_id: result_id.into(),
            recorded_at: now.into(),
        });
    }

    /// Notes where the next closure begins.
    pub(super) fn begin_member(&mut self) {
        self.wrote = false;
        self.began = Mark {
            ledger: self.ledger.clone(),
            petitions: self.pending.petitions.len(),
            events: self.pending.events.len(),
            texts: self.pending.texts.len(),
            intakes: self.pending.intakes.len(),
            intake_details: self.pending.intake_details.len(),
            keys: self.pending.keys.len(),
            desk_counts: self.pending.desk_counts.len(),
        };
    }

    /// Undoes what a refused closure took: numbers, rows to come and keys.
    pub(super) fn give_back(&mut self) {
        let Mark { ledger, petitions, events, texts, intakes, intake_details, keys, desk_counts } =
            std::mem::take(&mut self.began);
        self.ledger = ledger;
        self.pending.petitions.truncate(petitions);
        self.pending.events.truncate(events);
        self.pending.texts.truncate(texts);
        self.pending.intakes.truncate(intakes);
        self.pending.intake_details.truncate(intake_details);
        self.pending.desk_counts.truncate(desk_counts);
        for row in self.pending.keys.drain(keys..) {
            if let Ok(hash) = <[u8; 32]>::try_from(row.key.as_slice()) {
                self.known.remove(&hash);
            }
        }
    }

    pub(super) const fn wrote(&self) -> bool {
        self.wrote
    }

    /// Writes what was collected and the ledger. Says whether there is anything to commit.
    pub(super) fn flush(&mut self, begun_with: &Ledger) -> Result<bool, StoreError> {
        self.settle()?;
        let Pending { petitions: _, events, texts, intakes, intake_details, keys, desk_counts } = &self.pending;
        intakes::insert(&mut self.db, intakes)?;
        intakes::insert_details(&mut self.db, intake_details)?;
        history::insert_texts(&mut self.db, texts)?;
        history::insert_events(&mut self.db, events)?;
        idempotency::insert(&mut self.db, keys)?;
        let moved = desks::count(&mut self.db, desk_counts)?;
        let counted = self.ledger != *begun_with;
        if counted {
            self.ledger.keep(&mut self.db)?;
        }
        let collected = !(events.is_empty() && texts.is_empty() && intakes.is_empty() && keys.is_empty());
        Ok(counted || collected || moved || self.touched)
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How deep the connection is: 1 as long as nobody meddled with the transaction.
    pub(super) fn depth(&mut self) -> Option<u32> {
        self.db.depth()
    }

    /// Ends the unit of work; the connection goes back to the writer.
    pub(super) fn into_db(self) -> Db {
        self.db
    }
}
