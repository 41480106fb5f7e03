//! What the store's failures are to a caller.
//!
//! Nothing of the database's words reaches an answer; what is our fault is logged, without values.

use std::sync::Arc;

use persistence::{Failure, StoreError};

use super::{Kind, Problem};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let problem = match &error {
            StoreError::Unavailable(_) => Self::new(Kind::DatabaseUnavailable).retry_after(5),
            StoreError::Busy | StoreError::QueueFull => Self::new(Kind::Busy).retry_after(1),
            StoreError::Full => Self::new(Kind::StorageFull).retry_after(60),
            StoreError::Unknown => Self::new(Kind::OutcomeUnknown).retry_after(2),
            StoreError::Closed => Self::new(Kind::Stopping).retry_after(5),
            StoreError::Settings(_) | StoreError::Panicked | StoreError::Query(_) | StoreError::Schema(_) => {
                Self::new(Kind::Internal)
            }
        };
        let level = if error.is_passing() { log::Level::Warn } else { log::Level::Error };
        log::log!(target: "store", level, code = problem.kind.code(); "{error}");
        Self { cause: Some(Arc::new(error)), ..problem }
    }
}

impl Failure for Problem {
    fn store_error(&self) -> Option<&StoreError> {
        self.cause.as_deref()
    }
}
