//! The store and its two verbs: [`Store::read`] sees one snapshot, [`Store::write`] is one unit of work.
//!
//! Readers share a small pool; writes of a process go through one thread that commits them in groups.
//! A closure given to `write` may run twice, so ids and `now` come from outside and it has no side
//! effect but rows. The store knows nothing of petitions.

mod error;
mod observe;
mod read;
mod tx;
mod write;

use std::sync::Arc;

use tokio::sync::watch;

use crate::db::{Address, Purpose};
use crate::idempotency::Key;
use crate::{migrate, store::observe::Statements};

pub use error::{Failure, StoreError};
pub use tx::Tx;

/// How the store is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:path`, `postgres://…` or `postgresql://…`.
    pub url: String,
    /// Connections for reading, at least 1; for SQLite at most twice the cores.
    pub readers: usize,
    /// Writes committed together, at least 1.
    pub group: usize,
    /// Writes that may wait, at least 1; one more is [`StoreError::QueueFull`].
    pub queue: usize,
    /// Whether statements are counted, for tests ([`Store::statements`]).
    pub count_statements: bool,
}

impl Settings {
    /// The measured defaults for a database.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        Self { url: url.into(), readers: 2 * cores, group: 60, queue: 1000, count_statements: false }
    }
}

/// The store: cheap to clone, one per process.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    readers: read::Readers,
    writer: write::Writer,
    statements: Statements,
    changes: watch::Receiver<i64>,
}

impl Store {
    /// Opens the database and starts the writer. Migrating is another step: [`Store::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Settings`] for a URL that is not understood, [`StoreError::Unavailable`] when the
    /// database cannot be reached.
    pub fn open(settings: Settings) -> Result<Self, StoreError> {
        let Settings { url, readers, group, queue, count_statements } = settings;
        if readers == 0 || group == 0 || queue == 0 {
            return Err(StoreError::Settings("readers, group and queue of the store must be at least 1".into()));
        }
        let address = Address::parse(&url)?;
        let statements = Statements::new(count_statements);
        let (told, changes) = watch::channel(0);
        let writer = write::Writer::start(address.clone(), statements.clone(), group, queue, told)?;
        let readers = read::Readers::new(address.clone(), statements.clone(), readers);
        Ok(Self { inner: Arc::new(Inner { address, readers, writer, statements, changes }) })
    }

    /// Applies the migrations that are missing and says which.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when one fails or the database is newer than this binary.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        migrate::migrate(self.inner.address.open(Purpose::Maintain)?)
    }

    /// The migrations that are missing: none when the schema is current.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when the database is newer than this binary.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        migrate::pending(&mut self.inner.address.open(Purpose::Maintain)?)
    }

    /// Refuses a schema that is not current, naming what is missing.
    ///
    /// # Errors
    /// [`StoreError::Schema`].
    pub fn require_current_schema(&self) -> Result<(), StoreError> {
        let missing = self.pending_migrations()?;
        if missing.is_empty() {
            Ok(())
        } else {
            Err(StoreError::Schema(format!("pending migrations: {}; run `atiende migrate` first", missing.join(", "))))
        }
    }

    /// Runs `f` on a reader: all of its statements see one snapshot, and it cannot write.
    ///
    /// # Errors
    /// What `f` answers; [`StoreError::Busy`] when no reader came free in time,
    /// [`StoreError::Unavailable`] when the database is away.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut crate::Db) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let permit = self.inner.readers.permit().await?;
        let inner = Arc::clone(&self.inner);
        let done = tokio::task::spawn_blocking(move || inner.readers.snapshot(permit, f)).await;
        done.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }

    /// [`Store::read`] for the command line: blocks the thread.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut crate::Db) -> Result<T, E>,
        E: From<StoreError>,
    {
        let permit = self.inner.readers.permit_blocking()?;
        self.inner.readers.snapshot(permit, f)
    }

    /// Runs `f` as one unit of work: all of it is kept, durably, or none. `keys` holds the request's
    /// idempotency key if it has one. `f` may run twice.
    ///
    /// # Errors
    /// What `f` answers (an error without a store error that came before anything was written is a
    /// refusal and disturbs nobody); [`StoreError::QueueFull`], [`StoreError::Closed`],
    /// [`StoreError::Busy`], [`StoreError::Full`], [`StoreError::Panicked`],
    /// [`StoreError::Unavailable`], and [`StoreError::Unknown`] when the commit's outcome is unknown.
    pub async fn write<T, E, F>(&self, keys: Vec<Key>, f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        self.write_weighing(keys, 1, f).await
    }

    /// [`Store::write`] of what is worth `weight` ordinary pieces of work, such as many petitions at once: it fills
    /// its group accordingly, so that others wait for no more than one of its size.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_weighing<T, E, F>(&self, keys: Vec<Key>, weight: usize, f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let answer = self.inner.writer.take(keys, weight.max(1), f)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unknown.into()))
    }

    /// [`Store::write`] for the command line: blocks the thread, which must not be an async one.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, keys: Vec<Key>, f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let answer = self.inner.writer.take(keys, 1, f)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::Unknown.into()))
    }

    /// Takes no more writes, finishes those taken, and returns when the last is answered.
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        // The join error would be a panic of `close` itself, which has none.
        let _ = tokio::task::spawn_blocking(move || inner.writer.close()).await;
    }

    /// [`Store::close`] for the command line.
    pub fn close_blocking(&self) {
        self.inner.writer.close();
    }

    /// Tells whenever this process has committed changes: the number of the last one. Of other processes' changes it
    /// tells nothing.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.inner.changes.clone()
    }

    /// How many statements ran so far, without BEGIN, COMMIT and ROLLBACK; 0 unless
    /// [`Settings::count_statements`].
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.inner.statements.count()
    }
}
