//! Imports: a file of service requests becomes petitions with a history, in small groups that leave the
//! database to others in between, and never twice.
//!
//! Knows neither the command line nor the server. What a row means is [`row`]'s, what may happen is the domain's.

pub mod dates;
pub mod fault;
pub mod filing;
mod groups;
pub mod mapping;
pub mod report;
pub mod row;
pub mod rows;

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use chrono::NaiveDate;
use domain::actor::Actor;
use domain::calendar::Calendar;
use domain::catalogue::Catalogue;
use persistence::{Store, StoreError, Tx, accounts};

use self::fault::Fault;
use self::filing::House;
use self::groups::{Item, Writer};
use self::mapping::Mapping;
use self::report::{Report, Taken, Tally};
use self::row::Judge;
use self::rows::Rows;
use crate::clock::Clock;
use crate::office::Office;

/// How many rows are read ahead.
const AHEAD: usize = 1_000;

/// Why an import ended early. What was written before stays, and the same import goes on from there.
#[derive(Debug)]
pub enum ImportFailure {
    /// The file or the mapping.
    Input(Fault),
    /// The report cannot be written; in words for whoever called.
    Report(String),
    /// The database's.
    Store(StoreError),
    /// The witness said so.
    Stopped,
}

impl fmt::Display for ImportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(fault) => fault.fmt(f),
            Self::Report(words) => f.write_str(words),
            Self::Store(error) => error.fmt(f),
            Self::Stopped => f.write_str("it was told to stop"),
        }
    }
}

impl std::error::Error for ImportFailure {}

impl From<StoreError> for ImportFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Fault> for ImportFailure {
    fn from(fault: Fault) -> Self {
        Self::Input(fault)
    }
}

impl From<csv::Error> for ImportFailure {
    fn from(error: csv::Error) -> Self {
        Self::Report(format!("the report cannot be written: {error}"))
    }
}

/// What an import needs besides the file.
pub struct Import<'a> {
    /// Where it goes.
    pub store: &'a Store,
    /// Catalogues and rules.
    pub office: &'a Office,
    /// How to read the file.
    pub mapping: &'a Mapping,
    /// What time it is.
    pub clock: &'a Clock,
    /// How long the database is left to others between two groups.
    pub pause: Duration,
}

/// Who is there when a group of rows is written: within the same unit of work, which may run twice.
pub trait Witness: Send + Sync + 'static {
    /// Whether the import may go on. Asked before anything of the group is written.
    ///
    /// # Errors
    /// The database's.
    fn may_go_on(&self, tx: &mut Tx) -> Result<bool, StoreError>;

    /// Writes down what became of the group, together with it.
    ///
    /// # Errors
    /// The database's.
    fn takes_note(&self, tx: &mut Tx, taken: &Taken) -> Result<(), StoreError>;
}

/// Nobody: what the command line has, which reports to a file.
struct Nobody;

impl Witness for Nobody {
    fn may_go_on(&self, _: &mut Tx) -> Result<bool, StoreError> {
        Ok(true)
    }

    fn takes_note(&self, _: &mut Tx, _: &Taken) -> Result<(), StoreError> {
        Ok(())
    }
}

/// How an import goes.
#[derive(Clone)]
pub struct Course {
    /// Whether everything is done but to write petitions.
    pub dry_run: bool,
    /// Rows that were dealt with before, from the beginning of the file.
    pub done: u64,
    /// Who is there.
    pub witness: Arc<dyn Witness>,
}

impl Import<'_> {
    /// Reads the whole file. `progress` is told after every group how many bytes of it have been read.
    ///
    /// # Errors
    /// [`ImportFailure`]; a row that is refused is none.
    pub fn run<R: Read + Send + 'static, W: Write>(
        &self,
        file: R,
        mut report: Report<W>,
        progress: impl Fn(u64),
    ) -> Result<Tally, ImportFailure> {
        let course = Course { dry_run: false, done: 0, witness: Arc::new(Nobody) };
        self.go(file, course, |taken| {
            report.add(taken)?;
            progress(taken.bytes);
            Ok(())
        })?;
        Ok(report.finish()?)
    }

    /// Reads the file from where it was left. `told` of every group once it is committed.
    ///
    /// # Errors
    /// [`ImportFailure`]; a row that is refused is none.
    pub fn go<R: Read + Send + 'static>(
        &self,
        file: R,
        course: Course,
        told: impl FnMut(&Taken) -> Result<(), ImportFailure>,
    ) -> Result<(), ImportFailure> {
        let mapping = self.mapping;
        let rules = self.office.rules.clone();
        let catalogue = self.followed(rules.calendar.date_of(self.clock.now()))?;
        let (rows, judge) = opened(file, mapping, (&catalogue, &rules.calendar), self.clock)?;
        let house = House { actor: Actor::system(), rules: rules.clone(), source: mapping.source.clone() };
        let mut writer = Writer::new(self, house, course);
        let (sender, receiver) = sync_channel(AHEAD);
        // Reading and judging goes on while the database writes.
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || read(rows, &judge, &sender));
            let written = writer.write_all(receiver, told);
            let lost = || Err(Fault::new("/file", "file_malformed", "the reading thread failed"));
            let read = reading.join().unwrap_or_else(|_| lost());
            written?;
            read.map_err(ImportFailure::from)
        })
    }

    /// The catalogue, with the post that follows today what comes in by each channel.
    fn followed(&self, today: NaiveDate) -> Result<Catalogue, StoreError> {
        let mut catalogue = self.office.catalogue.clone();
        self.store.read_blocking(|db| -> Result<Catalogue, StoreError> {
            for channel in &mut catalogue.channels {
                channel.followed_by = accounts::following(db, &channel.followed_by, today)?;
            }
            Ok(catalogue)
        })
    }
}

/// A file whose header has all that the mapping names, and by what its rows are judged.
fn opened<'a, R: Read + Send + 'static>(
    file: R,
    mapping: &'a Mapping,
    (catalogue, calendar): (&'a Catalogue, &'a Calendar),
    clock: &Clock,
) -> Result<(Rows<R>, Judge<'a>), Fault> {
    mapping.check(catalogue)?;
    let rows = Rows::open(file, &mapping.encoding, mapping.delimiter)?;
    let judge = Judge::new(mapping, (catalogue, calendar), &rows, clock.now())?;
    Ok((rows, judge))
}

/// Whether an import of this file by this mapping can begin.
///
/// # Errors
/// What is wrong with the mapping or with the file's beginning.
pub fn try_out<R: Read + Send + 'static>(
    file: R,
    mapping: &Mapping,
    office: &Office,
    clock: &Clock,
) -> Result<(), Fault> {
    opened(file, mapping, (&office.catalogue, &office.rules.calendar), clock).map(drop)
}

fn read<R: Read + Send + 'static>(rows: Rows<R>, judge: &Judge<'_>, to: &SyncSender<Item>) -> Result<(), Fault> {
    let bytes = rows.bytes();
    for row in rows {
        let judged = row?.and_then(|row| judge.judge(&row));
        if to.send(Item { judged, bytes: bytes.load(Ordering::Relaxed) }).is_err() {
            // The writer gave up and says why.
            return Ok(());
        }
    }
    Ok(())
}
