//! What the commands that work on a whole database share: opening it, the progress bar, the language.

use indicatif::{ProgressBar, ProgressStyle};
use persistence::Store;

use crate::clock::Clock;
use crate::config::Storage;
use crate::office::Office;
use crate::server;
use crate::text::Language;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Opens a database for writing: migrated and with its catalogues, as a server would find it.
pub(super) fn open(storage: &Storage, clock: &Clock) -> Result<(Store, Office), Failure> {
    let store = server::store(storage)?;
    store.migrate()?;
    let now = clock.now();
    store.write_blocking(Vec::new(), move |tx| Office::seed(tx, now))?;
    let office = office(&store)?;
    Ok((store, office))
}

/// The catalogues and rules of an open database.
pub(super) fn office(store: &Store) -> Result<Office, Failure> {
    Ok(store.read_blocking(|db| Office::read(db, &domain::calendar::Calendar::torreon()))?)
}

/// A progress bar on a terminal; elsewhere nothing is drawn.
pub(super) fn bar(length: u64, style: ProgressStyle) -> ProgressBar {
    ProgressBar::new(length).with_style(style)
}

/// Reads `--language`.
pub(super) fn language(tag: &str) -> Result<Language, String> {
    let found = Language::ALL.iter().copied().find(|language| language.tag() == tag);
    found.ok_or_else(|| "en or es".to_owned())
}
