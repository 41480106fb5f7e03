//! What the store watches on its connections: how many statements ran, and whether one failed.
//!
//! The second matters on SQLite, where a full disk ends the transaction silently and the next statement
//! would commit by itself: after a failed statement no other may run on the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent};

use crate::db::Db;

/// The count of statements over all connections of a store, when anybody wants it.
#[derive(Clone, Default)]
pub(super) struct Statements(Option<Arc<AtomicI64>>);

impl Statements {
    pub(super) fn new(wanted: bool) -> Self {
        Self(wanted.then(Arc::default))
    }

    pub(super) fn count(&self) -> u64 {
        let count = self.0.as_ref().map_or(0, |count| count.load(Ordering::Relaxed));
        u64::try_from(count).unwrap_or(0)
    }

    /// Counts on a reader; costs nothing when nobody wants it.
    pub(super) fn watch(&self, db: &mut Db) {
        if self.0.is_some() {
            db.observe(Observer { statements: self.clone(), trouble: None });
        }
    }

    /// Counts on the writer and notes failures.
    pub(super) fn watch_writer(&self, db: &mut Db, trouble: &Trouble) {
        db.observe(Observer { statements: self.clone(), trouble: Some(trouble.clone()) });
    }

    fn add(&self, number: i64) {
        if let Some(count) = &self.0 {
            count.fetch_add(number, Ordering::Relaxed);
        }
    }
}

/// Whether a statement of the present transaction failed, whatever the closure made of it.
#[derive(Clone, Default)]
pub(super) struct Trouble(Arc<AtomicBool>);

impl Trouble {
    pub(super) fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, there: bool) {
        self.0.store(there, Ordering::Relaxed);
    }
}

struct Observer {
    statements: Statements,
    trouble: Option<Trouble>,
}

impl Instrumentation for Observer {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                self.statements.add(1);
                if self.trouble.as_ref().is_some_and(Trouble::is_there) {
                    panic!("a statement was tried after one that failed in the same transaction");
                }
            }
            InstrumentationEvent::FinishQuery { error: Some(_), .. } => {
                if let Some(trouble) = &self.trouble {
                    trouble.set(true);
                }
            }
            // Each of these is followed by its own statement, which does not count. The outermost
            // ones start afresh.
            InstrumentationEvent::BeginTransaction { depth, .. }
            | InstrumentationEvent::RollbackTransaction { depth, .. } => {
                self.statements.add(-1);
                if depth.get() == 1
                    && let Some(trouble) = &self.trouble
                {
                    trouble.set(false);
                }
            }
            InstrumentationEvent::CommitTransaction { .. } => self.statements.add(-1),
            _ => {}
        }
    }
}
