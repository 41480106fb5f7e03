//! Which machine clients used their keys, to be written down by the worker: reading writes nothing.
//!
//! Coarse on purpose: a day, and one row at most per client and day.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use uuid::Uuid;

/// Uses that are not written down yet.
#[derive(Clone, Debug, Default)]
pub struct Uses(Arc<Mutex<BTreeSet<(NaiveDate, Uuid)>>>);

impl Uses {
    /// Notes that a client used its key on this day.
    pub fn note(&self, client: Uuid, day: NaiveDate) {
        // Nothing that runs under the lock can leave the set half made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((day, client));
    }

    /// Takes what was noted. What is lost after this is noted again by the next use.
    #[must_use]
    pub fn take(&self) -> BTreeSet<(NaiveDate, Uuid)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
