//! `atiende import`: a file of service requests into petitions, from the command line.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::ProgressStyle;

use super::{Outcome, tools};
use crate::clock::Clock;
use crate::config::Storage;
use crate::import::Import as Work;
use crate::import::mapping::Mapping;
use crate::import::report::{Report, Rule, Tally};
use crate::indexer;
use crate::text::{Language, text};

/// Read a CSV of service requests into petitions with their history
///
/// A second run writes only what is new: the source of the mapping and the row's number say what is here
/// already. Rows that cannot become a petition are refused and listed with line, column and rule; the rest
/// comes in. The import may run beside a server.
#[derive(Args)]
pub struct Import {
    /// The file, a CSV with a header
    file: PathBuf,

    /// How its columns and words are said here (`mappings/sf311.toml` is an example)
    #[arg(long, value_name = "MAPPING.toml")]
    mapping: PathBuf,

    /// Where to list what was refused, repaired or missing; by default FILE.report.csv in the working directory
    #[arg(long, value_name = "REPORT.csv")]
    report: Option<PathBuf>,

    /// How long the database is left to others after each group of rows, in milliseconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=1_000))]
    pause: u64,

    /// The language of the report: en or es
    #[arg(long, default_value = "en", value_parser = tools::language)]
    language: Language,

    #[command(flatten)]
    storage: Storage,
}

impl Import {
    pub(super) fn run(self) -> Outcome {
        let at = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let mapping = std::fs::read_to_string(&self.mapping).map_err(|error| at(&self.mapping, &error))?;
        let mapping = Mapping::parse(&mapping).map_err(|error| at(&self.mapping, &error))?;
        let file = File::open(&self.file).map_err(|error| at(&self.file, &error))?;
        let length = file.metadata().map_err(|error| at(&self.file, &error))?.len();
        let clock = Clock::system();
        let (store, office) = tools::open(&self.storage, &clock)?;
        let listed = self.report.clone().unwrap_or_else(|| beside(&self.file));
        let same = |path: &Path| path.canonicalize().ok();
        if same(&listed).is_some() && [same(&self.file), same(&self.mapping)].contains(&same(&listed)) {
            return Err(at(&listed, &"the report would overwrite what is to be read: name another file").into());
        }
        let out = File::create(&listed).map_err(|error| at(&listed, &error))?;
        let report = Report::new(std::io::BufWriter::new(out), self.language)?;
        let bar = tools::bar(length, ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}")?);
        let work = Work {
            store: &store,
            office: &office,
            mapping: &mapping,
            clock: &clock,
            pause: Duration::from_millis(self.pause),
        };
        let done = work.run(file, report, |bytes| bar.set_position(bytes));
        bar.finish_and_clear();
        // A server beside it would do so too.
        indexer::follow_in_bulk(&store, |_| {})?;
        store.close_blocking();
        self.tell(&done?, &mapping, &listed);
        Ok(())
    }

    fn tell(&self, tally: &Tally, mapping: &Mapping, listed: &Path) {
        let language = self.language;
        let numbers = [
            ("rows", tally.rows.to_string()),
            ("written", tally.written.to_string()),
            ("repaired", tally.repaired.to_string()),
            ("already", tally.already.to_string()),
            ("refused", tally.refused.to_string()),
        ];
        super::say(&text(language, "import-done", &numbers));
        for ((rule, deed), count) in &tally.findings {
            let deed = text(language, &format!("import-action-{}", deed.code()), &[]);
            super::say(&format!("  {} {deed} {count}: {}", rule.number(), rule.words(language)));
        }
        if tally.findings.keys().any(|(rule, _)| *rule == Rule::Encoding) {
            super::say(&text(language, "import-encoding-hint", &[("encoding", mapping.encoding.clone())]));
        }
        super::say(&text(language, "import-report", &[("file", listed.display().to_string())]));
    }
}

/// The file's name with `.report.csv`, in the working directory: the file's own may not be writable.
fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    PathBuf::from(format!("{stem}.report.csv"))
}
