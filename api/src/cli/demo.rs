//! `atiende demo`: fills a database with a city to look at.

use clap::Args;
use indicatif::ProgressStyle;

use super::{Outcome, tools};
use crate::clock::Clock;
use crate::config::Storage;
use crate::demo::{self, DemoFailure};
use crate::indexer;
use crate::text::{Language, text};

/// Fill the database with a year of a city that does not exist, in every state
///
/// The same seed gives the same city. A database that holds petitions is left alone unless --add is given.
#[derive(Args)]
pub struct Demo {
    /// How many petitions
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    petitions: u32,

    /// What city
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Put them beside the petitions that are there
    #[arg(long)]
    add: bool,

    /// The language of the report: en or es
    #[arg(long, default_value = "en", value_parser = tools::language)]
    language: Language,

    #[command(flatten)]
    storage: Storage,
}

impl Demo {
    pub(super) fn run(self) -> Outcome {
        let clock = Clock::system();
        let (store, office) = tools::open(&self.storage, &clock)?;
        let number = usize::try_from(self.petitions)?;
        let bar = tools::bar(self.petitions.into(), ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}")?);
        let filled =
            demo::fill(&store, &office, (number, self.seed), self.add, clock.now(), |more| bar.inc(more as u64));
        bar.finish_and_clear();
        if filled.is_ok() {
            indexer::follow_in_bulk(&store, |_| {})?;
        }
        store.close_blocking();
        match filled {
            Ok(()) => {
                super::say(&text(self.language, "demo-done", &[("petitions", number.to_string())]));
                Ok(())
            }
            Err(DemoFailure::NotEmpty) => Err(text(self.language, "demo-not-empty", &[]).into()),
            Err(error) => Err(error.into()),
        }
    }
}
