//! `atiende catalogue`: catalogues out to files and in from files, from the command line.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::calendar::Calendar;
use domain::catalogue::CatalogueName;
use domain::code::Coded;
use encoding_rs::Encoding;
use persistence::{Tx, catalogues};

use super::{Outcome, tools};
use crate::clock::Clock;
use crate::config::Storage;
use crate::problem::Problem;
use crate::tables::{self, Asked, Source, TORREON, Taken};
use crate::text::{Language, text};

/// Write a catalogue to a file, or put a file into one
#[derive(Args)]
pub struct Catalogues {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Print a catalogue as CSV
    Export(Export),
    /// Put a file into a catalogue: all of it, or nothing
    Import(Import),
}

#[derive(Args)]
struct Export {
    /// Which: dependencies, units, categories, channels, neighbourhoods, programmes, authorities, procedures, templates,
    /// fields or requirements
    #[arg(value_parser = named)]
    catalogue: CatalogueName,

    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
struct Import {
    /// Which: dependencies, units, categories, channels, neighbourhoods, programmes, authorities, procedures, templates,
    /// fields or requirements
    #[arg(value_parser = named)]
    catalogue: CatalogueName,

    /// The file
    file: PathBuf,

    /// What sort of file it is; all but `table` are for neighbourhoods
    #[arg(long, value_enum, default_value_t)]
    source: Source,

    /// The key by INEGI of the municipality that is taken from a file of postal codes
    #[arg(long, default_value = TORREON)]
    municipality: String,

    /// The encoding of the file, by its WHATWG label; without it a table is UTF-8 and the post's file Latin-1
    #[arg(long, value_parser = encoding)]
    encoding: Option<&'static Encoding>,

    /// Only look at the file and tell what would become of it
    #[arg(long)]
    dry_run: bool,

    /// The language of what is told: en or es
    #[arg(long, default_value = "en", value_parser = tools::language)]
    language: Language,

    #[command(flatten)]
    storage: Storage,
}

fn named(code: &str) -> Result<CatalogueName, String> {
    let known = || CatalogueName::ALL.iter().map(|name| name.code()).collect::<Vec<_>>().join(", ");
    CatalogueName::parse(code).ok_or_else(|| format!("one of {}", known()))
}

fn encoding(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| "none that is known".to_owned())
}

impl Catalogues {
    pub(super) fn run(self) -> Outcome {
        match self.what {
            What::Export(export) => export.run(),
            What::Import(import) => import.run(),
        }
    }
}

impl Export {
    fn run(self) -> Outcome {
        let (store, office) = tools::open(&self.storage, &Clock::system())?;
        store.close_blocking();
        super::say(tables::table(&office.catalogue, self.catalogue).trim_end());
        Ok(())
    }
}

impl Import {
    fn run(self) -> Outcome {
        let at = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let bytes = std::fs::read(&self.file).map_err(|error| at(&self.file, &error))?;
        let clock = Clock::system();
        let asked = Asked {
            catalogue: self.catalogue,
            source: self.source,
            municipality: self.municipality.clone(),
            encoding: self.encoding,
            today: Calendar::torreon().date_of(clock.now()),
        };
        let (store, _) = tools::open(&self.storage, &clock)?;
        let keep = !self.dry_run;
        let taken = store.write_blocking(Vec::new(), move |tx: &mut Tx| -> Result<Taken, Problem> {
            let city = catalogues::catalogue(tx.beside())?;
            tables::put_in(tx, &city, &asked, &bytes, keep)
        });
        store.close_blocking();
        match taken {
            Ok(taken) => self.tell(&taken),
            Err(problem) => Err(self.refused(&problem).into()),
        }
    }

    fn tell(&self, taken: &Taken) -> Outcome {
        let numbers = [
            ("added", taken.added.to_string()),
            ("changed", taken.changed.to_string()),
            ("unchanged", taken.unchanged.to_string()),
        ];
        let key = if self.dry_run { "catalogue-would" } else { "catalogue-done" };
        super::say(&text(self.language, key, &numbers));
        if !taken.ambiguous.is_empty() {
            let codes = [("codes", taken.ambiguous.join(", "))];
            super::say(&text(self.language, "catalogue-ambiguous", &codes));
        }
        Ok(())
    }

    /// What is wrong, place by place.
    fn refused(&self, problem: &Problem) -> String {
        let document = problem.document(self.language, None);
        let places = document.errors.iter().map(|error| format!("\n  {}: {}", error.pointer, error.detail));
        format!("{}: {}{}", self.file.display(), document.title, places.collect::<String>())
    }
}
