//! `atiende migrate`: brings the schema up to date. The server does so itself at start.

use clap::Args;

use super::Outcome;
use crate::config::Storage;
use crate::server;

/// Bring the database's schema up to date
#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    storage: Storage,
}

impl Migrate {
    pub(super) fn run(self) -> Outcome {
        let store = server::store(&self.storage)?;
        let done = store.migrate()?;
        if done.is_empty() {
            super::say("The schema is up to date.");
        }
        for name in done {
            super::say(&name);
        }
        store.close_blocking();
        Ok(())
    }
}
