//! A fresh, migrated database for every test, on either engine.
//!
//! The template is migrated once per process; SQLite's is copied as a file, PostgreSQL's as a template
//! database in the throwaway cluster that `tests/run` starts. Databases are never dropped one by one:
//! the cluster goes as a whole.

#![allow(dead_code, reason = "every suite uses its own part")]

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use persistence::{Db, Settings, Store};
use tempfile::TempDir;

/// The two engines that everything must run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, compiled in.
    Lite,
    /// PostgreSQL.
    Pg,
}

impl Engine {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Lite, Self::Pg];
}

/// A database of one test. Its file, if it is one, goes with it.
pub struct TestDatabase {
    /// What it runs on.
    pub engine: Engine,
    /// For `DATABASE_URL` or [`Settings::new`].
    pub url: String,
    _directory: Option<TempDir>,
}

impl TestDatabase {
    /// The same database for another node; its file goes with the first.
    pub fn shared(&self) -> Self {
        Self { engine: self.engine, url: self.url.clone(), _directory: None }
    }
}

/// A migrated database that nobody else uses.
pub fn fresh(engine: Engine) -> TestDatabase {
    match engine {
        Engine::Lite => {
            let directory = tempfile::tempdir().expect("a temporary directory");
            let file = directory.path().join("test.db");
            std::fs::write(&file, &*LITE_TEMPLATE).expect("a copy of the template");
            TestDatabase { engine, url: lite_url(&file), _directory: Some(directory) }
        }
        Engine::Pg => {
            let url = create(&format!("TEMPLATE \"{}\"", *PG_TEMPLATE));
            TestDatabase { engine, url, _directory: None }
        }
    }
}

/// A database without a single table.
pub fn empty(engine: Engine) -> TestDatabase {
    match engine {
        Engine::Lite => {
            let directory = tempfile::tempdir().expect("a temporary directory");
            let url = lite_url(&directory.path().join("test.db"));
            TestDatabase { engine, url, _directory: Some(directory) }
        }
        Engine::Pg => TestDatabase { engine, url: create(""), _directory: None },
    }
}

fn lite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// The bytes of a migrated SQLite file.
static LITE_TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("template.db");
    migrate(&lite_url(&file));
    std::fs::read(&file).expect("the template")
});

/// The name of a migrated PostgreSQL database.
static PG_TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    let url = create("");
    migrate(&url);
    name_in(&url).to_owned()
});

fn migrate(url: &str) {
    let store = Store::open(Settings::new(url)).expect("the template opens");
    store.migrate().expect("the template migrates");
    store.close_blocking();
}

/// The cluster's maintenance database.
static CLUSTER: LazyLock<String> = LazyLock::new(|| {
    std::env::var("ATIENDE_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "ATIENDE_TEST_POSTGRES names no PostgreSQL cluster: run the tests with tests/run, \
             which starts one"
        )
    })
});

/// Creates a database in the cluster and gives its URL.
fn create(clause: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    static STARTED: LazyLock<u128> =
        LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros()));
    let (process, started) = (std::process::id(), *STARTED);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("atiende_test_{process}_{started}_{number}");
    let mut cluster = Db::connect(&CLUSTER).expect("the test cluster answers");
    cluster.batch(&format!("CREATE DATABASE \"{name}\" {clause}")).expect("a database is created");
    let old = name_in(&CLUSTER);
    let at = CLUSTER.rfind(&format!("/{old}")).expect("the URL names a database");
    format!("{}/{name}{}", &CLUSTER[..at], &CLUSTER[at + 1 + old.len()..])
}

fn name_in(url: &str) -> &str {
    let bare = url.split('?').next().unwrap_or(url);
    bare.rsplit('/').next().unwrap_or(bare)
}
