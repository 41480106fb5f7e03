//! Measures the house: durable creates, reads, lists and imports on both databases, beside `pgbench` and beside
//! the same code with one commit per request, with few petitions and with many.
//!
//! Owns its databases, which it makes and leaves in the directory it is given. Run it by `bench/run`: without a
//! release build and a quiet machine its numbers mean nothing.

mod anatomy;
mod bare;
mod city;
mod creates;
mod csv_file;
mod day;
mod import;
mod load;
mod machine;
mod pgbench;
mod phases;
mod reads;
mod server;
mod table;

use std::path::PathBuf;

use clap::Parser;

/// As the server has it: what is measured in here is the server's code.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a measurement ends with when it cannot go on.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measure the house and print a table
#[derive(Clone, Debug, Parser)]
struct Line {
    /// An empty directory for the SQLite database
    #[arg(long)]
    place: PathBuf,

    /// A PostgreSQL cluster that keeps its promises (fsync on); its URL names the maintenance database
    #[arg(long)]
    postgres: Option<String>,

    /// The `pgbench` program
    #[arg(long, default_value = "pgbench")]
    pgbench: PathBuf,

    /// The `atiende` binary, for start, memory and HTTP
    #[arg(long)]
    atiende: PathBuf,

    /// The mapping with which the imported file is read
    #[arg(long, default_value = "mappings/sf311.toml")]
    mapping: PathBuf,

    /// Where to write the table besides standard output
    #[arg(long)]
    out: Option<PathBuf>,

    /// How many petitions are few
    #[arg(long, default_value_t = 10_000)]
    few: usize,

    /// How many petitions are many
    #[arg(long, default_value_t = 1_000_000)]
    million: usize,

    /// How many petitions are many on PostgreSQL, where filling takes longer; as on SQLite unless it is said
    #[arg(long)]
    postgres_million: Option<usize>,

    /// Seconds of one measurement
    #[arg(long, default_value_t = 5)]
    seconds: u64,

    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,

    /// Clients at once
    #[arg(long, default_value_t = 32)]
    clients: usize,

    /// Rows of the imported file
    #[arg(long, default_value_t = 20_000)]
    import: usize,

    /// Durable creates only, with few petitions on SQLite: for whoever works on them
    #[arg(long)]
    creates_only: bool,

    /// Leave SQLite out
    #[arg(long)]
    without_sqlite: bool,
}

impl Line {
    /// How many petitions are many on PostgreSQL.
    fn many_on_postgres(&self) -> usize {
        self.postgres_million.unwrap_or(self.million)
    }
}

fn main() -> Result<(), Failure> {
    let line = Line::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut table = table::Table::default();
    if line.creates_only {
        phases::creates(&line, &runtime, &mut table)?;
        return Ok(());
    }
    if !line.without_sqlite {
        phases::sqlite(&line, &runtime, &mut table)?;
    }
    if let Some(cluster) = &line.postgres {
        phases::postgres(&line, cluster, &runtime, &mut table)?;
    }
    let page = table.page(&line, &machine::description(&line));
    println!("{page}");
    if let Some(out) = &line.out {
        std::fs::write(out, page)?;
    }
    Ok(())
}
