//! The demonstration: a year of a city that does not exist, in every state, the same for the same seed.
//!
//! Everything goes through the steps of the domain and the posts that may take them.

pub mod chance;
pub mod city;
pub mod entry;
pub mod files;
pub mod plot;
pub mod shelf;
pub mod tale;
pub mod words;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::catalogue::{Cells, Neighbourhood, merge};
use domain::folio::{Folio, Series};
use domain::refusal::Refusal;
use domain::time::{Instant, truncated};
use persistence::{Failure, Store, StoreError, attachments, catalogues, petitions};
use uuid::Uuid;

use self::chance::Chance;
use self::plot::Plot;
use self::shelf::Shelf;
use self::tale::Plan;
use crate::office::Office;
use crate::problem::Problem;
use crate::tables::code_of;

/// How many petitions are written together.
const AT_ONCE: usize = 100;

/// Why the demonstration ended early.
#[derive(Debug)]
pub enum DemoFailure {
    /// The database's.
    Store(StoreError),
    /// A step was refused: a fault of the demonstration.
    Step(Refusal),
    /// A file of the demonstration could not be brought in.
    File(Problem),
    /// The database holds petitions already.
    NotEmpty,
}

impl fmt::Display for DemoFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Step(refusal) => write!(f, "a step of the demonstration was refused: {:?}", refusal.code),
            Self::File(problem) => write!(f, "a file of the demonstration was refused: {}", problem.kind.code()),
            Self::NotEmpty => f.write_str("the database holds petitions already"),
        }
    }
}

impl std::error::Error for DemoFailure {}

impl From<StoreError> for DemoFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure for DemoFailure {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Step(_) | Self::File(_) | Self::NotEmpty => None,
        }
    }
}

/// Fills a database with so many petitions up to `now`; beside what is there already only if `add` says so.
/// Files come with them where there is a shelf to keep them. `progress` is told how many more petitions were written.
/// Returns how many files came.
///
/// # Errors
/// [`DemoFailure`]; what was written before stays, and what was kept and not written down is left to the sweep.
pub fn fill(
    store: &Store,
    office: &Office,
    (number, seed): (usize, u64),
    add: bool,
    now: Instant,
    shelf: Option<&Shelf>,
    progress: impl Fn(usize),
) -> Result<usize, DemoFailure> {
    if !add && !store.read_blocking(|db| petitions::walk(db, None, 1))?.is_empty() {
        return Err(DemoFailure::NotEmpty);
    }
    let office = Arc::new(settled(store, office)?);
    let mut files = 0;
    for plans in plans(&office, number, seed, now).chunks(AT_ONCE) {
        let mut plans = plans.to_vec();
        if let Some(shelf) = shelf {
            shelf.bring(&mut plans, now).map_err(DemoFailure::File)?;
        }
        let (work, city) = (plans.clone(), Arc::clone(&office));
        let written = store.write_blocking(Vec::new(), move |tx| -> Result<HashSet<Uuid>, DemoFailure> {
            let mut attached = Vec::new();
            for plan in &work {
                let (series, year) = (Series::Registered, city.rules.calendar.year_of(plan.begins));
                let number = tx.next_folio(&format!("{}-{year}", series.code()));
                let told = tale::tell(&city, plan, Folio { series, year, number }, now);
                let (change, details) = told.map_err(DemoFailure::Step)?;
                petitions::save(tx, None, &change, Some(&details))?;
                let petition = change.petition.id;
                attached.extend(change.petition.attachments.into_iter().map(|file| (petition, file)));
            }
            // After all petitions, which are written together as long as nothing of them is asked for.
            for (petition, file) in &attached {
                attachments::attach(tx, *petition, file)?;
            }
            Ok(attached.into_iter().map(|(_, file)| file.id.uuid()).collect())
        })?;
        if let Some(shelf) = shelf {
            shelf.clear(&plans, &written);
        }
        files += written.len();
        progress(plans.len());
    }
    Ok(files)
}

/// The office with neighbourhoods: the demonstration's own, where the city has none yet.
fn settled(store: &Store, office: &Office) -> Result<Office, StoreError> {
    if !office.catalogue.neighbourhoods.is_empty() {
        return Ok(office.clone());
    }
    let mut taken = HashSet::new();
    let named = city::NEIGHBOURHOODS.iter().map(|name| {
        let mut cells = Cells::default();
        cells.put("code", &code_of(name, &mut taken));
        cells.put("name", name);
        cells
    });
    let rows: Vec<Cells> = named.collect();
    store.write_blocking(Vec::new(), move |tx| -> Result<(), StoreError> {
        let city = catalogues::catalogue(tx.beside())?;
        // Names and codes are those above: there is nothing to refuse in them.
        merge::<Neighbourhood>(&city, &rows).map_or(Ok(()), |merged| catalogues::save(tx, &merged))
    })?;
    let calendar = office.rules.calendar.clone();
    store.read_blocking(move |db| Office::read(db, &calendar))
}

/// What happens to each, in the order in which they begin, so that folios grow with time.
fn plans(office: &Office, number: usize, seed: u64, now: Instant) -> Vec<Plan> {
    let mut chance = Chance::new(seed);
    let calendar = &office.rules.calendar;
    let mut plans: Vec<Plan> = (0..number)
        .map(|at| {
            let plot = Plot::draw(at, &mut chance);
            let (least, most) = plot.days_ago;
            let minutes = chance.between(least * 1_440 + 15, most * 1_440 + 15);
            let then = truncated(now - TimeDelta::minutes(minutes) - TimeDelta::seconds(chance.between(0, 59)));
            // Most come in while the office is open; a few write at night.
            let open = calendar.add_working_minutes(then, chance.between(1, 60));
            let begins = if chance.percent(85) && open < now { open } else { then };
            Plan { plot, begins, seed: chance.number(), files: Vec::new() }
        })
        .collect();
    plans.sort_by_key(|plan| plan.begins);
    plans
}
