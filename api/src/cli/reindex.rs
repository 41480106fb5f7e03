//! `atiende reindex`: makes the search's index anew from the texts.

use clap::Args;
use indicatif::ProgressStyle;
use persistence::search;

use super::{Outcome, tools};
use crate::config::Storage;
use crate::indexer;
use crate::server;
use crate::text::{Language, text};

/// Make the search's index anew from the texts
///
/// May run beside a server: until it is done a search finds only what has come in again, and `/health/ready` tells how
/// much is missing.
#[derive(Args)]
pub struct Reindex {
    /// The language of the report: en or es
    #[arg(long, default_value = "en", value_parser = tools::language)]
    language: Language,

    #[command(flatten)]
    storage: Storage,
}

impl Reindex {
    pub(super) fn run(self) -> Outcome {
        let store = server::store(&self.storage)?;
        store.require_current_schema()?;
        let bar = tools::bar(0, ProgressStyle::with_template("{pos} {per_sec} {elapsed}")?);
        store.write_blocking(Vec::new(), search::rebuild)?;
        let petitions = indexer::follow_in_bulk(&store, |more| bar.inc(more as u64))?;
        bar.finish_and_clear();
        store.close_blocking();
        super::say(&text(self.language, "reindex-done", &[("petitions", petitions.to_string())]));
        Ok(())
    }
}
