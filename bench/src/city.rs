//! The database that is measured: filled by the demonstration's city, with a clerk and a liaison signed in.

use std::sync::Arc;
use std::time::Instant;

use api::clock::Clock;
use api::demo;
use api::indexer;
use api::office::Office;
use chrono::{Duration, NaiveDate};
use domain::actor::Actor;
use domain::calendar::Calendar;
use domain::petition::Petition;
use persistence::accounts::{self, Account, Appointment, Session};
use persistence::{Db, Settings, Store, StoreError, petitions};
use rand::RngExt as _;
use uuid::Uuid;

use crate::Failure;

/// The dependency whose work list is measured.
pub const DEPENDENCY: &str = "simas";

/// Somebody signed in.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The account.
    pub account: Uuid,
    /// The session.
    pub session: Uuid,
}

impl Person {
    /// The one look-up of a request: who is it, now?
    ///
    /// # Errors
    /// The database's; [`StoreError::Schema`] when nobody is signed in.
    pub fn actor(self, db: &mut Db, today: NaiveDate, now: domain::time::Instant) -> Result<Actor, StoreError> {
        accounts::actor_of(db, self.session, self.account, today, now)?
            .ok_or_else(|| StoreError::Schema("the bench's own session is gone".to_owned()))
    }
}

/// An open database, as a server has it.
#[derive(Clone)]
pub struct City {
    /// The store, committing in groups.
    pub store: Store,
    /// Catalogues and rules.
    pub office: Arc<Office>,
    /// Takes calls (Manual 9.1).
    pub clerk: Person,
    /// Answers for [`DEPENDENCY`].
    pub liaison: Person,
    /// Where it is.
    pub url: String,
}

impl City {
    /// Opens an empty database and signs two people in.
    ///
    /// # Errors
    /// The database's.
    pub fn open(url: &str) -> Result<Self, Failure> {
        let store = Store::open(Settings::new(url))?;
        store.migrate()?;
        let now = Clock::system().now();
        store.write_blocking(Vec::new(), move |tx| Office::seed(tx, now))?;
        let office = store.read_blocking(|db| Office::read(db, &Calendar::torreon()))?;
        let clerk = sign_in(&store, Some("data_entry_clerk"), None)?;
        let liaison = sign_in(&store, None, Some(DEPENDENCY))?;
        Ok(Self { store, office: Arc::new(office), clerk, liaison, url: url.to_owned() })
    }

    /// Fills it up to so many petitions and returns how many were written a second.
    ///
    /// # Errors
    /// The database's.
    pub fn fill(&self, more: usize, seed: u64) -> Result<f64, Failure> {
        let began = Instant::now();
        demo::fill(&self.store, &self.office, (more, seed), true, Clock::system().now(), None, |_| {})?;
        #[expect(clippy::cast_precision_loss, reason = "counts of petitions are small")]
        let rate = more as f64 / began.elapsed().as_secs_f64();
        // As a server that has run since the first of them would have it.
        indexer::follow_in_bulk(&self.store, |_| {})?;
        Ok(rate)
    }

    /// Petitions from all over the database: those that follow random instants of the year behind us. The same
    /// number is always taken, so that few and many petitions are read alike.
    ///
    /// # Errors
    /// The database's.
    pub fn sample(&self, number: usize) -> Result<Vec<Petition>, Failure> {
        let now = Clock::system().now().timestamp_millis();
        let year = Duration::days(350).num_milliseconds();
        let mut found = Vec::with_capacity(number);
        while found.len() < number {
            let after: Vec<Uuid> = (0..200)
                .map(|_| {
                    let at = u64::try_from(now - rand::rng().random_range(0..year)).unwrap_or(0);
                    uuid::Builder::from_unix_timestamp_millis(at, &rand::random()).into_uuid()
                })
                .collect();
            let some = self.store.read_blocking(|db| -> Result<Vec<Petition>, StoreError> {
                let mut some = Vec::with_capacity(after.len());
                for after in &after {
                    some.extend(petitions::walk(db, Some(domain::id::Id::new(*after)), 1)?);
                }
                Ok(some)
            })?;
            if some.is_empty() {
                return Err("there is nothing to sample".into());
            }
            found.extend(some);
        }
        found.truncate(number);
        Ok(found)
    }
}

fn sign_in(store: &Store, position: Option<&str>, dependency: Option<&str>) -> Result<Person, Failure> {
    let now = Clock::system().now();
    let person = Person { account: Uuid::now_v7(), session: Uuid::now_v7() };
    let account = Account {
        id: person.account,
        email: format!("{}@bench.invalid", person.account),
        name: "Bench".to_owned(),
        password_hash: String::new(),
        must_change: false,
        active: true,
        created_at: now,
        version: 1,
    };
    let appointment = Appointment {
        id: Uuid::now_v7(),
        account_id: person.account,
        role: if position.is_some() { "position" } else { "liaison" }.to_owned(),
        position: position.map(str::to_owned),
        dependency: dependency.map(str::to_owned),
        unit: None,
        from_date: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default(),
        until_date: None,
        appointed_by: None,
        recorded_at: now,
        version: 1,
    };
    let session = Session {
        id: person.session,
        account_id: person.account,
        generation: 0,
        created_at: now,
        used_at: now,
        expires_at: now + Duration::days(30),
        ended_at: None,
    };
    store.write_blocking(Vec::new(), move |tx| -> Result<(), StoreError> {
        accounts::open_account(tx, &account)?;
        accounts::appoint(tx, &appointment)?;
        accounts::open_session(tx, &session)
    })?;
    Ok(person)
}
