//! Runs the built binary in a directory of its own, and looks at what it left in the database.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use domain::petition::Petition;
use persistence::petitions::Place;
use persistence::{Db, Settings, Store, StoreError, petitions};
use tempfile::TempDir;

use crate::database::{Engine, TestDatabase, fresh};

/// A database and a directory to work in.
pub struct Tool {
    database: TestDatabase,
    place: TempDir,
}

/// How a command ended.
pub struct Ended {
    /// Whether it ended well.
    pub well: bool,
    /// What it printed, on both channels.
    pub said: String,
}

impl Ended {
    #[track_caller]
    pub fn well(self) -> String {
        assert!(self.well, "{}", self.said);
        self.said
    }

    #[track_caller]
    pub fn badly(self) -> String {
        assert!(!self.well, "{}", self.said);
        self.said
    }
}

impl Tool {
    pub fn on(engine: Engine) -> Self {
        Self { database: fresh(engine), place: tempfile::tempdir().unwrap() }
    }

    /// Puts a file there.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.place.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Reads a file that is there.
    pub fn get(&self, name: &str) -> String {
        std::fs::read_to_string(self.place.path().join(name)).unwrap()
    }

    /// Every file that is kept of attachments.
    pub fn kept(&self) -> Vec<PathBuf> {
        let (mut found, mut folders) = (Vec::new(), vec![self.place.path().join("data/attachments")]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }

    /// Starts a command.
    pub fn start(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_atiende"))
            .args(arguments)
            .current_dir(self.place.path())
            .env("DATABASE_URL", &self.database.url)
            .env("ATIENDE_DATA_DIR", self.place.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.start(arguments))
    }

    /// All petitions.
    pub fn petitions(&self) -> Vec<Petition> {
        let store = self.store();
        let all = store.read_blocking(|db| -> Result<_, StoreError> { petitions::walk(db, None, 100_000) }).unwrap();
        store.close_blocking();
        all
    }

    /// Where they are.
    pub fn places(&self) -> Vec<Place> {
        let ids: Vec<_> = self.petitions().iter().map(|petition| petition.id).collect();
        let store = self.store();
        let places = store.read_blocking(|db| petitions::places(db, &ids)).unwrap();
        store.close_blocking();
        ids.iter().map(|id| places.get(id).cloned().unwrap_or_default()).collect()
    }

    pub fn neighbourhoods(&self) -> Vec<Option<String>> {
        self.places().into_iter().map(|place| place.neighbourhood).collect()
    }

    pub fn store(&self) -> Store {
        Store::open(Settings::new(self.database.url.as_str())).unwrap()
    }

    /// Meddles with the database by hand.
    pub fn meddle(&self, sql: &str) {
        Db::connect(&self.database.url).unwrap().batch(sql).unwrap();
    }
}

pub fn ended(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    Ended { well: output.status.success(), said }
}
