//! The demonstration: a year of a city that does not exist, in every state, the same for the same seed.
//!
//! Everything goes through the steps of the domain and the posts that may take them.

pub mod chance;
pub mod city;
pub mod entry;
pub mod plot;
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
use persistence::{Failure, Store, StoreError, catalogues, petitions};

use self::chance::Chance;
use self::plot::Plot;
use self::tale::Plan;
use crate::office::Office;
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
    /// The database holds petitions already.
    NotEmpty,
}

impl fmt::Display for DemoFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Step(refusal) => write!(f, "a step of the demonstration was refused: {:?}", refusal.code),
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
            Self::Step(_) | Self::NotEmpty => None,
        }
    }
}

/// Fills a database with so many petitions up to `now`; beside what is there already only if `add` says so.
/// `progress` is told how many more were written.
///
/// # Errors
/// [`DemoFailure`]; what was written before stays.
pub fn fill(
    store: &Store,
    office: &Office,
    (number, seed): (usize, u64),
    add: bool,
    now: Instant,
    progress: impl Fn(usize),
) -> Result<(), DemoFailure> {
    if !add && !store.read_blocking(|db| petitions::walk(db, None, 1))?.is_empty() {
        return Err(DemoFailure::NotEmpty);
    }
    let office = Arc::new(settled(store, office)?);
    for plans in plans(&office, number, seed, now).chunks(AT_ONCE) {
        let (work, city) = (plans.to_vec(), Arc::clone(&office));
        store.write_blocking(Vec::new(), move |tx| -> Result<(), DemoFailure> {
            for plan in &work {
                let (series, year) = (Series::Registered, city.rules.calendar.year_of(plan.begins));
                let number = tx.next_folio(&format!("{}-{year}", series.code()));
                let told = tale::tell(&city, plan, Folio { series, year, number }, now);
                let (change, details) = told.map_err(DemoFailure::Step)?;
                petitions::save(tx, None, &change, Some(&details))?;
            }
            Ok(())
        })?;
        progress(plans.len());
    }
    Ok(())
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
            Plan { plot, begins, seed: chance.number() }
        })
        .collect();
    plans.sort_by_key(|plan| plan.begins);
    plans
}
