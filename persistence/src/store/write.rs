//! The writer: one thread per process that commits the writes it is given in groups.
//!
//! 1. A group locks the ledger, looks its keys up in one query, and runs its closures one after the other.
//! 2. A refused closure gives back what it took and the group goes on. Whatever else goes wrong (a
//!    failure of the database, an error after writing, a panic, a meddled transaction) rolls the group
//!    back, and its members run singly, so that only the guilty one suffers.
//! 3. Answers leave after the commit. There are no savepoints.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::result::{DatabaseErrorKind, Error};
use tokio::sync::{oneshot, watch};

use super::observe::{Statements, Trouble};
use super::tx::Tx;
use super::{Failure, StoreError};
use crate::db::{Address, Db, LOCK_TIMEOUT, Purpose};
use crate::idempotency::{self, Key};
use crate::ledger::Ledger;

/// The writer as the store sees it: a queue and a thread.
pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Opens the connection, so that a database that is away shows at once, and starts the thread.
    pub(super) fn start(
        address: Address,
        statements: Statements,
        group: usize,
        queue: usize,
        changes: watch::Sender<i64>,
    ) -> Result<Self, StoreError> {
        let mut desk = Desk { address, statements, trouble: Trouble::default(), changes, db: None };
        desk.db = Some(desk.open()?);
        let (sender, receiver) = sync_channel(queue);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || desk.serve(&receiver, group))
            .map_err(|error| StoreError::Unavailable(error.kind().to_string()))?;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    /// Takes one unit of work, or says at once that it cannot.
    pub(super) fn take<T, E, F>(
        &self,
        keys: Vec<Key>,
        weight: usize,
        closure: F,
    ) -> Result<oneshot::Receiver<Result<T, E>>, StoreError>
    where
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Work { keys, weight, closure, answer: None, reply });
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = queue.as_ref() else { return Err(StoreError::Closed) };
        match sender.try_send(work) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(StoreError::QueueFull),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::Closed),
        }
    }

    /// Takes no more work and waits until what was taken is answered.
    pub(super) fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            log::error!("the writer ended by a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// One unit of work, whatever its types.
trait Job: Send {
    fn keys(&self) -> &[Key];
    /// How many ordinary pieces of work it is worth.
    fn weight(&self) -> usize;
    /// Runs the closure and keeps its answer. May be called twice.
    fn run(&mut self, tx: &mut Tx) -> Outcome;
    /// Replaces the answer.
    fn fail(&mut self, error: StoreError);
    /// Sends the answer off.
    fn deliver(self: Box<Self>);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It answered.
    Done,
    /// The rules said no.
    Refused,
    /// The database failed it.
    Failed,
}

struct Work<T, E, F> {
    keys: Vec<Key>,
    weight: usize,
    closure: F,
    answer: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: FnMut(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: Failure,
{
    fn keys(&self) -> &[Key] {
        &self.keys
    }

    fn weight(&self) -> usize {
        self.weight
    }

    fn run(&mut self, tx: &mut Tx) -> Outcome {
        self.answer = None;
        let answer = (self.closure)(tx);
        let outcome = match &answer {
            Ok(_) => Outcome::Done,
            Err(error) if error.store_error().is_some() => Outcome::Failed,
            Err(_) => Outcome::Refused,
        };
        self.answer = Some(answer);
        outcome
    }

    fn fail(&mut self, error: StoreError) {
        self.answer = Some(Err(error.into()));
    }

    fn deliver(self: Box<Self>) {
        if let Some(answer) = self.answer {
            // Whoever asked may have gone; what was done stays done.
            let _ = self.reply.send(answer);
        }
    }
}

/// Why a group was not committed.
enum Broken {
    /// One member spoilt it: run them singly. A single member holds its own answer.
    Singly,
    /// It is nobody's fault: all get this answer.
    All(StoreError),
}

/// The writer's thread and its connection.
struct Desk {
    address: Address,
    statements: Statements,
    trouble: Trouble,
    /// Told the last change number after every commit that gave one.
    changes: watch::Sender<i64>,
    db: Option<Db>,
}

impl Desk {
    fn serve(mut self, queue: &Receiver<Box<dyn Job>>, most: usize) {
        let (mut last, mut took) = (1, Duration::ZERO);
        while let Ok(first) = queue.recv() {
            let group = gather(first, queue, (last, patience(took)), most);
            last = group.len();
            let began = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| self.settle(group))).is_err() {
                // A fault of the store itself. The members' channels closed: their answer is "unknown".
                self.db = None;
                log::error!("a group of writes was lost by a panic of the writer");
            }
            took = began.elapsed();
        }
    }

    /// Commits a group and sends the answers.
    fn settle(&mut self, mut group: Vec<Box<dyn Job>>) {
        match self.attempt(&mut group) {
            Ok(()) => group.into_iter().for_each(Job::deliver),
            Err(Broken::All(error)) => refuse(group, &error),
            Err(Broken::Singly) if group.len() == 1 => group.into_iter().for_each(Job::deliver),
            Err(Broken::Singly) => self.settle_singly(group),
        }
    }

    fn settle_singly(&mut self, group: Vec<Box<dyn Job>>) {
        let mut rest = group.into_iter();
        while let Some(job) = rest.next() {
            let mut single = [job];
            let tried = self.attempt(&mut single);
            let [job] = single;
            match tried {
                Ok(()) | Err(Broken::Singly) => job.deliver(),
                Err(Broken::All(error)) => {
                    // The rest would only wait for the same.
                    refuse(std::iter::once(job).chain(rest), &error);
                    return;
                }
            }
        }
    }

    /// Runs a group as one transaction.
    fn attempt(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), Broken> {
        let mut tx = self.begin(group).map_err(Broken::All)?;
        let begun_with = tx.ledger().clone();
        for job in &mut *group {
            tx.begin_member();
            let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx))) else {
                // The connection goes with `tx`: who knows where the panic left it.
                job.fail(StoreError::Panicked);
                return Err(Broken::Singly);
            };
            let sound = tx.depth() == Some(1) && !self.trouble.is_there();
            match outcome {
                Outcome::Done if sound => {}
                Outcome::Refused if sound && !tx.wrote() => tx.give_back(),
                Outcome::Done => {
                    job.fail(StoreError::Unavailable("the work passed over a statement that failed".into()));
                    self.abandon(tx);
                    return Err(Broken::Singly);
                }
                Outcome::Refused | Outcome::Failed => {
                    self.abandon(tx);
                    return Err(Broken::Singly);
                }
            }
        }
        match tx.flush(&begun_with) {
            Ok(true) => self.commit(tx, group),
            // Only refusals and replays: there is nothing to wait for a disk for.
            Ok(false) => {
                self.abandon(tx);
                Ok(())
            }
            Err(error) => {
                fail_single(group, error);
                self.abandon(tx);
                Err(Broken::Singly)
            }
        }
    }

    fn begin(&mut self, group: &[Box<dyn Job>]) -> Result<Tx, StoreError> {
        let keys: Vec<[u8; 32]> = group.iter().flat_map(|job| job.keys()).map(|key| *key.hash()).collect();
        let mut db = self.begun()?;
        let asked = Instant::now();
        let opened = Ledger::lock(&mut db).and_then(|ledger| Ok((ledger, idempotency::recorded(&mut db, &keys)?)));
        match opened {
            Ok((ledger, known)) => Ok(Tx::new(db, ledger, known)),
            Err(error) => {
                if db.rollback().is_ok() && db.depth() == Some(0) {
                    self.db = Some(db);
                }
                // The server may say in any language that the lock did not come in time.
                let waited = asked.elapsed() >= LOCK_TIMEOUT;
                Err(if waited && !error.is_passing() { StoreError::Busy } else { error })
            }
        }
    }

    /// The connection with a transaction begun. One that lay idle may have died: then a new one.
    fn begun(&mut self) -> Result<Db, StoreError> {
        if let Some(mut db) = self.db.take() {
            match db.begin(Purpose::Write).map_err(StoreError::from) {
                Ok(()) => return Ok(db),
                Err(StoreError::Busy) => {
                    self.db = Some(db);
                    return Err(StoreError::Busy);
                }
                Err(_) => {}
            }
        }
        let mut db = self.open()?;
        db.begin(Purpose::Write)?;
        Ok(db)
    }

    fn open(&self) -> Result<Db, StoreError> {
        let mut db = self.address.open(Purpose::Write)?;
        self.statements.watch_writer(&mut db, &self.trouble);
        Ok(db)
    }

    /// Rolls back. The connection is kept only if that went as it should.
    fn abandon(&mut self, tx: Tx) {
        let mut db = tx.into_db();
        let depth = db.depth();
        if depth == Some(1) && db.rollback().is_ok() && db.depth() == Some(0) {
            self.db = Some(db);
        }
    }

    fn commit(&mut self, tx: Tx, group: &mut [Box<dyn Job>]) -> Result<(), Broken> {
        let last = tx.ledger().change_no();
        let mut db = tx.into_db();
        if db.depth() != Some(1) || self.trouble.is_there() {
            return Err(Broken::All(StoreError::Unavailable("the transaction was broken".into())));
        }
        let committed = db.commit();
        let outside = db.depth() == Some(0);
        match committed {
            Ok(()) if outside => {
                self.db = Some(db);
                self.changes.send_if_modified(|known| std::mem::replace(known, last) != last);
                Ok(())
            }
            // Whatever was released, it was not the transaction: the connection goes.
            Ok(()) => Err(Broken::All(StoreError::Unknown)),
            Err(error) if outside && is_refusal_of_commit(&error) => {
                self.db = Some(db);
                fail_single(group, error.into());
                Err(Broken::Singly)
            }
            Err(_) => Err(Broken::All(StoreError::Unknown)),
        }
    }
}

/// How long a group waits for those who were just answered to come back: an eighth of what the group before it took.
/// They are on their way; a group that leaves without half of them pays for a whole commit, and so does theirs.
fn patience(took: Duration) -> Duration {
    (took / 8).clamp(Duration::from_micros(150), Duration::from_millis(2))
}

/// The first of a group and those who are there. When the group before it was of `expected`, as many will come in a
/// moment; a group that left without them would pay for a commit of its own. Whoever writes alone never waits. A group
/// is full at a weight of `most`: what is worth many pieces of work fills it, so that nobody waits for two of those.
fn gather(
    first: Box<dyn Job>,
    queue: &Receiver<Box<dyn Job>>,
    (expected, patience): (usize, Duration),
    most: usize,
) -> Vec<Box<dyn Job>> {
    let mut weight = first.weight();
    let mut group = Vec::with_capacity(expected);
    group.push(first);
    let until = Instant::now() + patience;
    while weight < most {
        let next = if group.len() < expected {
            let left = until.saturating_duration_since(Instant::now());
            queue.recv_timeout(left).ok()
        } else {
            queue.try_recv().ok()
        };
        let Some(job) = next else { break };
        weight += job.weight();
        group.push(job);
    }
    group
}

fn refuse(jobs: impl IntoIterator<Item = Box<dyn Job>>, error: &StoreError) {
    for mut job in jobs {
        job.fail(error.again());
        job.deliver();
    }
}

/// Gives the error to the member when it is alone; of a group, each will meet its own.
fn fail_single(group: &mut [Box<dyn Job>], error: StoreError) {
    if let [job] = group {
        job.fail(error);
    }
}

/// Whether the database itself said no to a COMMIT, so that it is certain that nothing was kept.
fn is_refusal_of_commit(error: &Error) -> bool {
    match error {
        Error::DatabaseError(kind, information) => match kind {
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation
            | DatabaseErrorKind::ExclusionViolation
            | DatabaseErrorKind::SerializationFailure => true,
            _ => information.message() == "database or disk is full",
        },
        _ => false,
    }
}
