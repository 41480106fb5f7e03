//! The ledger: the one row that every write locks first, with the counters that must have no gap.
//!
//! It makes one writer at a time out of any number of nodes, which is why folios are gapless and change
//! numbers grow in the order of commits. It gives numbers; what a folio looks like is `domain`'s.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::on;
use crate::schema::ledger;
use crate::sql::locked;
use crate::store::StoreError;

const COUNTERS: (ledger::change_no, ledger::folios, ledger::catalogue_version) =
    (ledger::change_no, ledger::folios, ledger::catalogue_version);

/// The counters as they stand in memory while a group is at work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    change_no: i64,
    folios: BTreeMap<String, i64>,
    catalogue_version: i64,
}

impl Ledger {
    /// Reads the ledger without locking it, to look at the counters (verification).
    ///
    /// # Errors
    /// When the database fails or the row cannot be understood.
    pub fn read(db: &mut Db) -> Result<Self, StoreError> {
        let row = on!(db, c => ledger::table.select(COUNTERS).first(c))?;
        Self::understand(row)
    }

    /// Reads the ledger and holds its lock until the transaction ends.
    pub(crate) fn lock(db: &mut Db) -> Result<Self, StoreError> {
        let row = on!(db, c => {
            locked(ledger::table.select(COUNTERS)).get_result(c)
        })?;
        Self::understand(row)
    }

    /// Writes the counters back, once per group.
    pub(crate) fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let folios = serde_json::to_string(&self.folios)
            .map_err(|_| StoreError::Schema("the ledger's folios cannot be written".into()))?;
        let counters = (
            ledger::change_no.eq(self.change_no),
            ledger::folios.eq(folios),
            ledger::catalogue_version.eq(self.catalogue_version),
        );
        let rows = on!(db, c => diesel::update(ledger::table).set(counters).execute(c))?;
        if rows == 1 { Ok(()) } else { Err(StoreError::Schema("the ledger must have exactly one row".into())) }
    }

    fn understand((change_no, folios, catalogue_version): (i64, String, i64)) -> Result<Self, StoreError> {
        let folios = serde_json::from_str(&folios)
            .map_err(|_| StoreError::Schema("the ledger's folios cannot be read".into()))?;
        Ok(Self { change_no, folios, catalogue_version })
    }

    /// The last change number given.
    #[must_use]
    pub const fn change_no(&self) -> i64 {
        self.change_no
    }

    /// The last folio number given, per series and year (`AC-2026`).
    #[must_use]
    pub const fn folios(&self) -> &BTreeMap<String, i64> {
        &self.folios
    }

    /// How often the catalogues have been edited.
    #[must_use]
    pub const fn catalogue_version(&self) -> i64 {
        self.catalogue_version
    }

    pub(crate) fn catalogue_changes(&mut self) {
        self.catalogue_version += 1;
    }

    pub(crate) fn next_change(&mut self) -> i64 {
        self.change_no += 1;
        self.change_no
    }

    pub(crate) fn next_folio(&mut self, series_and_year: &str) -> i64 {
        if let Some(last) = self.folios.get_mut(series_and_year) {
            *last += 1;
            return *last;
        }
        self.folios.insert(series_and_year.to_owned(), 1);
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_series_and_year_counts_for_itself_from_one() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.next_folio("AC-2026"), 1);
        assert_eq!(ledger.next_folio("AC-2026"), 2);
        assert_eq!(ledger.next_folio("H-2026"), 1);
        assert_eq!(ledger.next_folio("AC-2027"), 1);
        assert_eq!(ledger.next_folio("AC-2026"), 3);
    }

    #[test]
    fn a_ledger_that_is_not_json_is_refused() {
        assert!(matches!(Ledger::understand((1, "{".into(), 0)), Err(StoreError::Schema(_))));
    }
}
