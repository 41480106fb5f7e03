//! A table that only these tests have, an error of their own, and the ways to put work in one group.

use std::sync::mpsc;

use diesel::prelude::*;
use persistence::{Db, Failure, Settings, Store, StoreError, Tx, on};

use crate::database::{Engine, TestDatabase, fresh};

diesel::table! {
    scratch (number) {
        number -> BigInt,
        words -> Text,
    }
}

/// What a piece of work answers when it does not succeed.
#[derive(Debug)]
pub enum Mishap {
    Refused,
    Store(StoreError),
}

impl From<StoreError> for Mishap {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure for Mishap {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Refused => None,
            Self::Store(error) => Some(error),
        }
    }
}

pub type Answer<T> = Result<T, Mishap>;
pub type Work<T> = Box<dyn FnMut(&mut Tx) -> Answer<T> + Send>;

/// Runs a test on a fresh database of each engine.
pub fn on_both(test: impl Fn(&TestDatabase)) {
    for engine in Engine::BOTH {
        eprintln!("on {engine:?}");
        let database = fresh(engine);
        let mut db = Db::connect(&database.url).unwrap();
        db.batch("CREATE TABLE scratch (number bigint NOT NULL PRIMARY KEY, words text NOT NULL)").unwrap();
        drop(db);
        test(&database);
    }
}

pub fn open(database: &TestDatabase) -> Store {
    Store::open(Settings { count_statements: true, ..Settings::new(&database.url) }).unwrap()
}

/// Writes a row that the rest of the group may read.
pub fn put(tx: &mut Tx, number: i64, words: &str) -> Result<(), StoreError> {
    let row = (scratch::number.eq(number), scratch::words.eq(words));
    on!(tx.writing()?, c => diesel::insert_into(scratch::table).values(row).execute(c))?;
    Ok(())
}

pub fn numbers_in(db: &mut Db) -> Result<Vec<i64>, StoreError> {
    Ok(on!(db, c => scratch::table.order(scratch::number).select(scratch::number).load(c))?)
}

pub fn numbers(store: &Store) -> Vec<i64> {
    store.read_blocking(numbers_in).unwrap()
}

pub fn work<T>(work: impl FnMut(&mut Tx) -> Answer<T> + Send + 'static) -> Work<T> {
    Box::new(work)
}

/// Keeps the writer busy until let go, so that whatever is submitted meanwhile becomes one group.
pub fn hold(store: &Store) -> Hold {
    let (let_go, wait) = mpsc::channel::<()>();
    let (tell, held) = mpsc::channel();
    let store = store.clone();
    let thread = std::thread::spawn(move || {
        store.write_blocking(vec![], move |_| -> Answer<()> {
            let _ = tell.send(());
            let _ = wait.recv();
            Ok(())
        })
    });
    held.recv().unwrap();
    Hold { let_go, thread }
}

pub struct Hold {
    let_go: mpsc::Sender<()>,
    thread: std::thread::JoinHandle<Answer<()>>,
}

impl Hold {
    pub fn let_go(self) {
        drop(self.let_go);
        self.thread.join().unwrap().unwrap();
    }
}

/// Runs pieces of work in one group, in this order, and gives their answers in this order.
pub fn together<T: Send + 'static>(store: &Store, pieces: Vec<Work<T>>) -> Vec<Answer<T>> {
    together_weighing(store, pieces.into_iter().map(|piece| (1, piece)).collect())
}

/// As [`together`], each with what it is worth.
pub fn together_weighing<T: Send + 'static>(store: &Store, pieces: Vec<(usize, Work<T>)>) -> Vec<Answer<T>> {
    let hold = hold(store);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for (weight, piece) in pieces {
            let store = store.clone();
            tasks.push(tokio::spawn(async move { store.write_weighing(vec![], weight, piece).await }));
        }
        // The tasks of this runtime run in order when this one yields, and each queues its work.
        tokio::task::yield_now().await;
        hold.let_go();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers
    })
}
