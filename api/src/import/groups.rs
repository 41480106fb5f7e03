//! Groups of rows: how many fit one unit of work, and what of each is written.
//!
//! Judges no row and decides no step; says of each row whether it is in, was in, or was refused.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant as Stopwatch};

use domain::folio::{Folio, Series};
use domain::refusal::Refusal;
use domain::time::Instant;
use persistence::petitions::{self, Details};
use persistence::{Failure, StoreError, Tx};

use super::filing::{self, House};
use super::report::{Deed, Finding, Rule, Taken};
use super::row::Prepared;
use super::{Course, Import, ImportFailure};

/// How long one group may hold the database.
const HOLD: Duration = Duration::from_millis(50);
/// What a group aims at, so that a slow moment does not pass [`HOLD`].
const AIM: Duration = Duration::from_millis(35);
/// How many rows a group holds at most.
const MOST: usize = 500;
/// How many rows the first group holds: nobody knows yet how long they take.
const FIRST: usize = 8;
/// How long a group waits when the database has more to do than it can take, and how often.
const WAIT: Duration = Duration::from_secs(1);
const WAITS: usize = 10;

/// What the reading thread hands over: a row, or why it is none.
#[derive(Clone)]
pub(super) struct Item {
    pub judged: Result<(Prepared, Vec<Finding>), Finding>,
    /// How many bytes of the file had been read for it.
    pub bytes: u64,
}

/// Writes rows in groups.
pub(super) struct Writer<'a> {
    import: &'a Import<'a>,
    house: Arc<House>,
    course: Course,
    /// How many rows the next group holds.
    size: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(import: &'a Import<'a>, house: House, course: Course) -> Self {
        Self { import, house: Arc::new(house), course, size: FIRST }
    }

    pub(super) fn write_all(
        &mut self,
        from: Receiver<Item>,
        mut told: impl FnMut(&Taken) -> Result<(), ImportFailure>,
    ) -> Result<(), ImportFailure> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut group: Vec<Item> = Vec::with_capacity(self.size);
        for (number, mut item) in (1_u64..).zip(from) {
            let twice = match &item.judged {
                Ok((row, _)) if !seen.insert(row.external_id.clone()) => Some(row.line),
                Ok(_) | Err(_) => None,
            };
            if number <= self.course.done {
                continue;
            }
            if let Some(line) = twice {
                let column = &self.import.mapping.columns.id;
                item.judged = Err(Finding::new(line, column, Rule::IdTwice, Deed::Refused));
            }
            group.push(item);
            if group.len() >= self.size {
                self.write(std::mem::take(&mut group), &mut told)?;
                std::thread::sleep(self.import.pause);
            }
        }
        self.write(group, &mut told)
    }

    /// Writes a group; a row that the steps refuse is refused and the rest goes again.
    fn write(
        &mut self,
        mut group: Vec<Item>,
        told: &mut impl FnMut(&Taken) -> Result<(), ImportFailure>,
    ) -> Result<(), ImportFailure> {
        let mut waits = 0;
        while !group.is_empty() {
            let kept = Arc::new(group);
            match self.commit(&kept) {
                Ok(taken) => return told(&taken),
                Err(GroupFailure::Stopped) => return Err(ImportFailure::Stopped),
                // Nothing was written, and others may be done in a moment.
                Err(GroupFailure::Store(StoreError::Busy | StoreError::QueueFull)) if waits < WAITS => {
                    waits += 1;
                    std::thread::sleep(WAIT);
                    group = again(kept);
                }
                Err(GroupFailure::Store(error)) => return Err(error.into()),
                Err(GroupFailure::Row(at, refusal)) => {
                    group = again(kept);
                    if let Some(Item { judged, bytes: _ }) = group.get_mut(at)
                        && let Ok((row, _)) = judged
                    {
                        let finding = Finding::new(row.line, "", Rule::History, Deed::Refused);
                        *judged = Err(Finding { refusal: Some(refusal.code), ..finding });
                    }
                }
            }
        }
        Ok(())
    }

    /// One unit of work. Says what became of the rows.
    fn commit(&mut self, group: &Arc<Vec<Item>>) -> Result<Taken, GroupFailure> {
        let now = self.import.clock.now();
        let seed: [u8; 32] = rand::random();
        let (house, course, work) = (Arc::clone(&self.house), self.course.clone(), Arc::clone(group));
        let began = Arc::new(AtomicU64::new(0));
        let begun = Arc::clone(&began);
        let watch = Stopwatch::now();
        let taken = self.import.store.write_blocking(Vec::new(), move |tx| {
            begun.store(micros(watch.elapsed()), Ordering::Relaxed);
            write_group(tx, (&house, &course), &work, now, seed)
        })?;
        let held = micros(watch.elapsed()).saturating_sub(began.load(Ordering::Relaxed));
        self.size = next_size(group.len(), Duration::from_micros(held));
        Ok(taken)
    }
}

/// The same group, to be written once more.
fn again(group: Arc<Vec<Item>>) -> Vec<Item> {
    Arc::try_unwrap(group).unwrap_or_else(|shared| (*shared).clone())
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

/// Why a group was not written.
enum GroupFailure {
    Store(StoreError),
    /// The steps refuse this row.
    Row(usize, Refusal),
    /// The witness says that the import is not to go on.
    Stopped,
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
            Self::Row(..) | Self::Stopped => None,
        }
    }
}

fn write_group(
    tx: &mut Tx,
    (house, course): (&House, &Course),
    group: &[Item],
    now: Instant,
    seed: [u8; 32],
) -> Result<Taken, GroupFailure> {
    if !course.witness.may_go_on(tx)? {
        return Err(GroupFailure::Stopped);
    }
    let fit = group.iter().filter_map(|item| item.judged.as_ref().ok());
    let ids: Vec<String> = fit.map(|(row, _)| row.external_id.clone()).collect();
    let here: HashSet<String> = petitions::imported(tx.db()?, &house.source, &ids)?.into_iter().collect();
    let mut taken = Taken::default();
    for (at, item) in group.iter().enumerate() {
        taken.tally.rows += 1;
        taken.bytes = item.bytes;
        match &item.judged {
            Err(finding) => {
                taken.tally.refused += 1;
                taken.found(std::slice::from_ref(finding));
            }
            Ok((row, _)) if here.contains(&row.external_id) => taken.tally.already += 1,
            Ok((row, findings)) => {
                write_row(tx, (house, course), (at, row), now, seed)?;
                taken.tally.written += 1;
                let repaired = findings.iter().any(|finding| finding.deed == Deed::Repaired);
                taken.tally.repaired += u64::from(repaired);
                taken.found(findings);
            }
        }
    }
    course.witness.takes_note(tx, &taken)?;
    Ok(taken)
}

/// Writes the petition of a row; in a dry run, only asks whether its history could be.
fn write_row(
    tx: &mut Tx,
    (house, course): (&House, &Course),
    (at, row): (usize, &Prepared),
    now: Instant,
    mut seed: [u8; 32],
) -> Result<(), GroupFailure> {
    for (byte, of) in seed.iter_mut().zip((at as u64).to_be_bytes()) {
        *byte ^= of;
    }
    let year = house.rules.calendar.year_of(now);
    let series = format!("{}-{year}", Series::Historical.code());
    let number = if course.dry_run { 1 } else { tx.next_folio(&series) };
    let folio = Folio { series: Series::Historical, year, number };
    let change = filing::history(house, row, folio, now, seed).map_err(|refusal| GroupFailure::Row(at, refusal))?;
    if !course.dry_run {
        let details = Details { place: row.place.clone(), petitioners: Vec::new() };
        petitions::save(tx, None, &change, Some(&details))?;
    }
    Ok(())
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
