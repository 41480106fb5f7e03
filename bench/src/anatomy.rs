//! Where the time of a create goes: the look-up of the caller, the domain (rules, identifiers, canonical JSON,
//! hashes), the rows that are written at once, and the rest (what is written set-wise, and the commit).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use api::clock::Clock;
use api::problem::Problem;
use domain::folio::{Folio, Series};
use domain::occasion::Occasion;
use domain::petition::Petition;
use persistence::petitions;

use crate::Failure;
use crate::city::City;
use crate::creates::filing;

/// Petitions in one unit of work, and how many such units.
const GROUP: u64 = 32;
const UNITS: u64 = 30;

/// The parts of one create.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anatomy {
    /// Who is it?
    pub caller: Duration,
    /// The step.
    pub domain: Duration,
    /// The rows that others read.
    pub rows: Duration,
    /// Events, texts, the ledger, the commit.
    pub rest: Duration,
}

/// Times creates from within, one client, so many in a unit of work as there are clients.
///
/// # Errors
/// The store's.
pub fn measure(city: &City) -> Result<Anatomy, Failure> {
    let sum = Arc::new(Mutex::new(Anatomy::default()));
    let began = Instant::now();
    for unit in 0..UNITS {
        let (sum, office, clerk) = (Arc::clone(&sum), Arc::clone(&city.office), city.clerk);
        let seeds: Vec<[u8; 32]> = (0..GROUP).map(|_| rand::random()).collect();
        city.store.write_blocking(Vec::new(), move |tx| -> Result<(), Problem> {
            for (number, seed) in (unit * GROUP..).zip(&seeds) {
                let at = Instant::now();
                let now = Clock::system().now();
                let actor = clerk.actor(tx.beside(), office.rules.calendar.date_of(now), now)?;
                let caller = at.elapsed();

                let at = Instant::now();
                let mut occasion = Occasion::new(&actor, &office.rules, now, *seed);
                let (mut filing, details) = filing(&office, number)?;
                let (series, year) = (Series::Registered, office.rules.calendar.year_of(now));
                filing.folio = Folio { series, year, number: tx.next_folio(&format!("{}-{year}", series.code())) };
                let change = Petition::file(&mut occasion, filing)?;
                let domain = at.elapsed();

                let at = Instant::now();
                petitions::save(tx, None, &change, Some(&details))?;
                let rows = at.elapsed();

                let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                sum.caller += caller;
                sum.domain += domain;
                sum.rows += rows;
            }
            Ok(())
        })?;
    }
    let whole = began.elapsed();
    let number = u32::try_from(GROUP * UNITS)?;
    let sum = *sum.lock().unwrap_or_else(PoisonError::into_inner);
    let rest = whole.saturating_sub(sum.caller + sum.domain + sum.rows);
    Ok(Anatomy {
        caller: sum.caller / number,
        domain: sum.domain / number,
        rows: sum.rows / number,
        rest: rest / number,
    })
}
