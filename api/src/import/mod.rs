//! Imports: a file of service requests becomes petitions with a history, in small groups that leave the
//! database to others in between, and never twice.
//!
//! Knows nothing of the command line. What a row means is [`row`]'s, what may happen is the domain's.

pub mod dates;
pub mod filing;
pub mod mapping;
pub mod report;
pub mod row;
pub mod rows;

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant as Stopwatch};

use domain::actor::Actor;
use domain::folio::{Folio, Series};
use domain::refusal::Refusal;
use domain::time::Instant;
use persistence::petitions::{self, Details};
use persistence::{Failure, Store, StoreError, Tx};

use self::filing::House;
use self::mapping::Mapping;
use self::report::{Deed, Finding, Report, Rule, Tally};
use self::row::{Judge, Prepared};
use self::rows::Rows;
use crate::clock::Clock;
use crate::office::Office;

/// How long one group may hold the database.
const HOLD: Duration = Duration::from_millis(50);
/// What a group aims at, so that a slow moment does not pass [`HOLD`].
const AIM: Duration = Duration::from_millis(35);
/// How many rows a group holds at most.
const MOST: usize = 500;
/// How many rows the first group holds: nobody knows yet how long they take.
const FIRST: usize = 8;
/// How many rows are read ahead.
const AHEAD: usize = 1_000;

/// Why an import ended early. What was written before stays, and the same import goes on from there.
#[derive(Debug)]
pub enum ImportFailure {
    /// The file, the mapping or the report; in words for whoever called.
    Input(String),
    /// The database's.
    Store(StoreError),
}

impl fmt::Display for ImportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(words) => f.write_str(words),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ImportFailure {}

impl From<StoreError> for ImportFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for ImportFailure {
    fn from(error: io::Error) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<csv::Error> for ImportFailure {
    fn from(error: csv::Error) -> Self {
        Self::Input(format!("the report cannot be written: {error}"))
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

/// What the reading thread hands over: a row, or why it is none.
type Judged = Result<(Prepared, Vec<Finding>), Finding>;

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
        let mapping = self.mapping;
        mapping.check(&self.office.catalogue).map_err(ImportFailure::Input)?;
        let rows = Rows::open(file, &mapping.encoding, mapping.delimiter)?;
        let rules = self.office.rules.clone();
        let judge = Judge::new(mapping, (&self.office.catalogue, &rules.calendar), &rows, self.clock.now())
            .map_err(ImportFailure::Input)?;
        let bytes = rows.bytes();
        let house = House { actor: Actor::system(), rules: rules.clone(), source: mapping.source.clone() };
        let mut writer = Writer { import: self, house: Arc::new(house), size: FIRST };
        let (sender, receiver) = sync_channel(AHEAD);
        // Reading and judging goes on while the database writes.
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || read(rows, &judge, &sender));
            let written = writer.write_all(receiver, &mut report, || progress(bytes.load(Ordering::Relaxed)));
            let read = reading.join().unwrap_or_else(|_| Err(io::Error::other("the reading thread failed")));
            written?;
            read.map_err(ImportFailure::from)
        })?;
        Ok(report.finish()?)
    }
}

fn read<R: Read + Send + 'static>(rows: Rows<R>, judge: &Judge<'_>, to: &SyncSender<Judged>) -> io::Result<()> {
    for row in rows {
        let judged = row?.and_then(|row| judge.judge(&row));
        if to.send(judged).is_err() {
            // The writer gave up and says why.
            return Ok(());
        }
    }
    Ok(())
}

/// Writes rows in groups.
struct Writer<'a> {
    import: &'a Import<'a>,
    house: Arc<House>,
    /// How many rows the next group holds.
    size: usize,
}

impl Writer<'_> {
    fn write_all<W: Write>(
        &mut self,
        from: Receiver<Judged>,
        report: &mut Report<W>,
        progress: impl Fn(),
    ) -> Result<(), ImportFailure> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut group: Vec<(Prepared, Vec<Finding>)> = Vec::with_capacity(self.size);
        for judged in from {
            report.tally.rows += 1;
            match judged {
                Err(finding) => refuse(report, finding)?,
                Ok((row, _)) if seen.contains(&row.external_id) => {
                    let column = &self.import.mapping.columns.id;
                    refuse(report, Finding::new(row.line, column, Rule::IdTwice, Deed::Refused))?;
                }
                Ok((row, findings)) => {
                    seen.insert(row.external_id.clone());
                    group.push((row, findings));
                }
            }
            if group.len() >= self.size {
                self.write(std::mem::take(&mut group), report)?;
                progress();
                std::thread::sleep(self.import.pause);
            }
        }
        self.write(group, report)?;
        progress();
        Ok(())
    }

    /// Writes a group; a row that the steps refuse leaves it and the rest goes again.
    fn write<W: Write>(
        &mut self,
        group: Vec<(Prepared, Vec<Finding>)>,
        report: &mut Report<W>,
    ) -> Result<(), ImportFailure> {
        let (mut rows, mut findings): (Vec<Prepared>, Vec<Vec<Finding>>) = group.into_iter().unzip();
        while !rows.is_empty() {
            let kept = Arc::new(rows);
            match self.commit(&kept) {
                Ok(written) => {
                    for (fresh, findings) in written.into_iter().zip(&findings) {
                        if fresh {
                            report.tally.written += 1;
                            let repaired = findings.iter().any(|finding| finding.deed == Deed::Repaired);
                            report.tally.repaired += u64::from(repaired);
                            report.add(findings)?;
                        } else {
                            report.tally.already += 1;
                        }
                    }
                    return Ok(());
                }
                Err(GroupFailure::Store(error)) => return Err(error.into()),
                Err(GroupFailure::Row(at, refusal)) => {
                    rows = Arc::try_unwrap(kept).unwrap_or_else(|shared| (*shared).clone());
                    let refused = rows.remove(at);
                    findings.remove(at);
                    let finding = Finding::new(refused.line, "", Rule::History, Deed::Refused);
                    refuse(report, Finding { refusal: Some(refusal.code), ..finding })?;
                }
            }
        }
        Ok(())
    }

    /// One unit of work. Says of each row whether it is new.
    fn commit(&mut self, rows: &Arc<Vec<Prepared>>) -> Result<Vec<bool>, GroupFailure> {
        let now = self.import.clock.now();
        let seed: [u8; 32] = rand::random();
        let (house, work) = (Arc::clone(&self.house), Arc::clone(rows));
        let began = Arc::new(AtomicU64::new(0));
        let begun = Arc::clone(&began);
        let watch = Stopwatch::now();
        let written = self.import.store.write_blocking(Vec::new(), move |tx| {
            begun.store(micros(watch.elapsed()), Ordering::Relaxed);
            write_group(tx, &house, &work, now, seed)
        })?;
        let held = micros(watch.elapsed()).saturating_sub(began.load(Ordering::Relaxed));
        self.size = next_size(rows.len(), Duration::from_micros(held));
        Ok(written)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// How many rows fit the aim, when so many took so long; grows by half again at most.
fn next_size(rows: usize, held: Duration) -> usize {
    let each = held.as_secs_f64() / rows.max(1) as f64;
    let most = if held > HOLD { rows } else { rows + rows / 2 + 1 };
    // Cutting off is meant: a group more or less.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and small")]
    let fit = (AIM.as_secs_f64() / each.max(1e-6)) as usize;
    fit.clamp(1, most.min(MOST))
}

fn refuse<W: Write>(report: &mut Report<W>, finding: Finding) -> Result<(), csv::Error> {
    report.tally.refused += 1;
    report.add(&[finding])
}

/// Why a group was not written.
enum GroupFailure {
    Store(StoreError),
    /// The steps refuse this row.
    Row(usize, Refusal),
}

impl From<StoreError> for GroupFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure for GroupFailure {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Row(..) => None,
        }
    }
}

fn write_group(
    tx: &mut Tx,
    house: &House,
    rows: &[Prepared],
    now: Instant,
    seed: [u8; 32],
) -> Result<Vec<bool>, GroupFailure> {
    let ids: Vec<String> = rows.iter().map(|row| row.external_id.clone()).collect();
    let here: HashSet<String> = petitions::imported(tx.db()?, &house.source, &ids)?.into_iter().collect();
    let year = house.rules.calendar.year_of(now);
    let series = format!("{}-{year}", Series::Historical.code());
    let mut written = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let fresh = !here.contains(&row.external_id);
        if fresh {
            let folio = Folio { series: Series::Historical, year, number: tx.next_folio(&series) };
            let mut seed = seed;
            for (byte, of) in seed.iter_mut().zip((at as u64).to_be_bytes()) {
                *byte ^= of;
            }
            let change =
                filing::history(house, row, folio, now, seed).map_err(|refusal| GroupFailure::Row(at, refusal))?;
            let details = Details { place: row.place.clone(), petitioners: Vec::new() };
            petitions::save(tx, None, &change, Some(&details))?;
        }
        written.push(fresh);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_grow_slowly_and_shrink_at_once() {
        let ms = Duration::from_millis;
        assert_eq!(next_size(8, ms(1)), 13);
        assert_eq!(next_size(100, ms(70)), 50);
        assert_eq!(next_size(400, ms(1)), MOST);
        assert_eq!(next_size(1, ms(900)), 1);
    }
}
