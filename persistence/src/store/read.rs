//! Readers: a small pool of connections, each read a transaction of its own that sees one snapshot.
//!
//! Connections are opened when first needed and dropped when anything about them is off. A reader
//! cannot write: PostgreSQL's transaction is READ ONLY, SQLite's connection `query_only`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::StoreError;
use super::observe::Statements;
use crate::db::{Address, Db, Purpose};

/// How long a read waits for a free reader.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Readers {
    address: Address,
    statements: Statements,
    free: Mutex<Vec<Db>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(address: Address, statements: Statements, number: usize) -> Self {
        Self {
            address,
            statements,
            free: Mutex::new(Vec::with_capacity(number)),
            permits: Arc::new(Semaphore::new(number)),
        }
    }

    pub(super) async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let permits = Arc::clone(&self.permits);
        match tokio::time::timeout(PATIENCE, permits.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(StoreError::Closed),
            Err(_) => Err(StoreError::Busy),
        }
    }

    pub(super) fn permit_blocking(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let start = Instant::now();
        loop {
            if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
                return Ok(permit);
            }
            if start.elapsed() > PATIENCE {
                return Err(StoreError::Busy);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Runs `f` in one snapshot. A panic drops the connection on its way.
    pub(super) fn snapshot<T, E: From<StoreError>>(
        &self,
        permit: OwnedSemaphorePermit,
        f: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut db = self.begun()?;
        let answer = f(&mut db);
        let ended = if answer.is_ok() { db.commit() } else { db.rollback() };
        if ended.is_ok() && db.depth() == Some(0) {
            self.lock().push(db);
        }
        drop(permit);
        answer
    }

    /// A connection with its transaction begun. One that lay idle may have died: then a new one.
    fn begun(&self) -> Result<Db, StoreError> {
        let idle = self.lock().pop();
        if let Some(mut db) = idle
            && db.begin(Purpose::Read).is_ok()
        {
            return Ok(db);
        }
        let mut db = self.address.open(Purpose::Read)?;
        self.statements.watch(&mut db);
        db.begin(Purpose::Read)?;
        Ok(db)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Db>> {
        // Nothing that runs under the lock can leave the list half made.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
