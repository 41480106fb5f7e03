//! `atiende demo`: fills a database with a city to look at.

use clap::Args;
use indicatif::ProgressStyle;

use super::{Outcome, tools};
use crate::clock::Clock;
use crate::config::Storage;
use crate::demo::shelf::Shelf;
use crate::demo::{self, DemoFailure};
use crate::files::{Files, MEBIBYTE};
use crate::indexer;
use crate::server;
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

    /// With how many of a hundred petitions files come: small photographs and letters of the citizens, and what
    /// dependencies show of their work, kept where attachments are kept (some 20 kB each)
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    with_attachments: u8,

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
        let shelf = self.shelf()?;
        let bar = tools::bar(self.petitions.into(), ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}")?);
        let (city, now) = ((number, self.seed), clock.now());
        let filled = demo::fill(&store, &office, city, self.add, now, shelf.as_ref(), |more| bar.inc(more as u64));
        bar.finish_and_clear();
        if filled.is_ok() {
            indexer::follow_in_bulk(&store, |_| {})?;
        }
        store.close_blocking();
        match filled {
            Ok(files) => {
                super::say(&text(self.language, "demo-done", &[("petitions", number.to_string())]));
                if shelf.is_some() {
                    super::say(&text(self.language, "demo-files", &[("files", files.to_string())]));
                }
                Ok(())
            }
            Err(DemoFailure::NotEmpty) => Err(text(self.language, "demo-not-empty", &[]).into()),
            Err(DemoFailure::File(problem)) => Err(problem.document(self.language, None).detail.into()),
            Err(error @ (DemoFailure::Store(_) | DemoFailure::Step(_))) => Err(error.into()),
        }
    }

    /// Where files go, if any are to come: they pass the door of uploads, with no scanner in it.
    fn shelf(&self) -> Outcome<Option<Shelf>> {
        if self.with_attachments == 0 {
            return Ok(None);
        }
        let (contents, incoming) = (server::contents(&self.storage)?, server::incoming(&self.storage)?);
        Ok(Some(Shelf::new(Files::new(contents, MEBIBYTE, incoming, None), self.with_attachments)?))
    }
}
