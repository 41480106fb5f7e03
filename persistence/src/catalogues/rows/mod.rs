//! Rows of the catalogues, from and to the domain's types: what they have in common.

mod beside;
mod routing;

use domain::catalogue::Entry;

use crate::{Db, StoreError};

/// A row of a catalogue that is kept here.
pub trait Kept: Entry {
    /// All rows, in no order.
    ///
    /// # Errors
    /// The database's; a row with a code that this binary does not know.
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError>;

    /// Writes a row, new or changed.
    ///
    /// # Errors
    /// The database's.
    fn keep(&self, db: &mut Db) -> Result<(), StoreError>;
}

pub(super) fn unknown(column: &str) -> StoreError {
    StoreError::Schema(format!("a catalogue with an unknown code in {column}"))
}
