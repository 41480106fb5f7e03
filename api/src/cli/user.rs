//! `atiende user`: accounts from the command line, for whoever holds the machine: the first people, and
//! whoever forgot a password.
//!
//! Passwords are made here, shown once on standard output, and good for choosing another; they are never
//! taken as arguments, which other people on the machine can read.

use std::fmt;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::calendar::Calendar;
use domain::position::position;
use domain::time::Instant;
use persistence::accounts::{self, Account, Appointment, RoleCode};
use persistence::{Failure, Store, StoreError, Tx, catalogues};

use super::Outcome;
use crate::auth::{self, new_id, password};
use crate::clock::Clock;
use crate::config::Storage;
use crate::routes::liaisons::known_on;
use crate::server;

/// Open accounts, renew passwords, appoint people
#[derive(Args)]
pub struct Users {
    #[command(flatten)]
    storage: Storage,
    #[command(subcommand)]
    what: User,
}

impl Users {
    pub(super) fn run(self) -> Outcome {
        let store = server::store(&self.storage)?;
        store.require_current_schema()?;
        super::say(&run(&self.what, &store, &Calendar::torreon(), Clock::system().now())?);
        store.close_blocking();
        Ok(())
    }
}

/// What to do with accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum User {
    /// Open an account; its one-use password is shown once.
    Add {
        /// To sign in with.
        #[arg(long)]
        email: String,
        /// First name and surnames.
        #[arg(long)]
        name: String,
    },
    /// Give an account another one-use password and end its sessions.
    Password {
        /// Whose.
        #[arg(long)]
        email: String,
    },
    /// Appoint somebody to a post or another role.
    Appoint {
        /// Whom.
        #[arg(long)]
        email: String,
        /// position, liaison, administrator, auditor, transparency or privacy_officer.
        #[arg(long, default_value = "position", value_parser = role)]
        role: RoleCode,
        /// The post's code (with the role position).
        #[arg(long)]
        position: Option<String>,
        /// The dependency's code (with the role liaison).
        #[arg(long)]
        dependency: Option<String>,
        /// The unit's code, for a liaison of that unit only.
        #[arg(long)]
        unit: Option<String>,
        /// The first day (2026-03-02); today when absent.
        #[arg(long)]
        from: Option<NaiveDate>,
        /// The first day on which it no longer holds; until further notice when absent.
        #[arg(long)]
        until: Option<NaiveDate>,
    },
}

fn role(code: &str) -> Result<RoleCode, String> {
    RoleCode::parse(code).ok_or_else(|| {
        let codes: Vec<_> = RoleCode::ALL.iter().map(|role| role.code()).collect();
        format!("one of {}", codes.join(", "))
    })
}

/// Why nothing was done.
#[derive(Debug)]
pub enum UserFailure {
    /// The database's.
    Store(StoreError),
    /// Said in words.
    Refused(&'static str),
}

impl fmt::Display for UserFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Refused(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for UserFailure {}

impl From<StoreError> for UserFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure for UserFailure {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

/// Does it, and answers the lines to show. Blocks the thread, which must not be an async one.
///
/// # Errors
/// See [`UserFailure`]; nothing has been changed then.
pub fn run(command: &User, store: &Store, calendar: &Calendar, now: Instant) -> Result<String, UserFailure> {
    match command {
        User::Add { email, name } => add(store, email, name, now),
        User::Password { email } => renew(store, email, now),
        User::Appoint { email, role, position, dependency, unit, from, until } => {
            let wanted = Wanted { role: *role, position, dependency, unit };
            wanted.check()?;
            let from_date = from.unwrap_or(calendar.date_of(now));
            if until.is_some_and(|until| until <= from_date) {
                return Err(UserFailure::Refused("--until must come after the first day"));
            }
            let appointment = Appointment {
                id: new_id(now),
                account_id: uuid::Uuid::nil(),
                role: role.code().to_owned(),
                position: position.clone(),
                dependency: dependency.clone(),
                unit: unit.clone(),
                from_date,
                until_date: *until,
                appointed_by: None,
                recorded_at: now,
                version: 1,
            };
            appoint(store, email, appointment, calendar.date_of(now))
        }
    }
}

fn add(store: &Store, email: &str, name: &str, now: Instant) -> Result<String, UserFailure> {
    let email = auth::email(email).ok_or(UserFailure::Refused("that is not an e-mail address"))?;
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(UserFailure::Refused("--name takes 1 to 200 characters"));
    }
    let (password, password_hash) = made()?;
    let id = new_id(now);
    let account =
        Account { id, email, name, password_hash, must_change: true, active: true, created_at: now, version: 1 };
    store.write_blocking(Vec::new(), move |tx| -> Result<(), UserFailure> {
        if accounts::account_by_email(tx.db()?, &account.email)?.is_some() {
            return Err(UserFailure::Refused("the e-mail belongs to an account already"));
        }
        Ok(accounts::open_account(tx, &account)?)
    })?;
    Ok(format!("account {id}\none-use password: {password}"))
}

fn renew(store: &Store, email: &str, now: Instant) -> Result<String, UserFailure> {
    let (password, hash) = made()?;
    let email = email.to_owned();
    store.write_blocking(Vec::new(), move |tx| -> Result<(), UserFailure> {
        let account = known(tx, &email)?;
        accounts::set_password(tx, account.id, &hash, true)?;
        Ok(accounts::end_sessions_of(tx, account.id, None, now)?)
    })?;
    Ok(format!("one-use password: {password}"))
}

fn appoint(store: &Store, email: &str, appointment: Appointment, today: NaiveDate) -> Result<String, UserFailure> {
    let email = email.to_owned();
    let id = appointment.id;
    store.write_blocking(Vec::new(), move |tx| -> Result<(), UserFailure> {
        let account_id = known(tx, &email)?.id;
        if let Some(dependency) = &appointment.dependency {
            let catalogue = catalogues::catalogue(tx.db()?)?;
            known_on(today, &catalogue, dependency, appointment.unit.as_deref())
                .map_err(|_| UserFailure::Refused("there is no such dependency, or no such unit of it"))?;
        }
        Ok(accounts::appoint(tx, &Appointment { account_id, ..appointment.clone() })?)
    })?;
    Ok(format!("appointment {id}"))
}

fn known(tx: &mut Tx, email: &str) -> Result<Account, UserFailure> {
    let email = auth::email(email).ok_or(UserFailure::Refused("that is not an e-mail address"))?;
    accounts::account_by_email(tx.db()?, &email)?.ok_or(UserFailure::Refused("there is no account with that e-mail"))
}

fn made() -> Result<(String, String), UserFailure> {
    let password = password::one_use();
    let hash =
        password::hash_blocking(&password).map_err(|_| UserFailure::Refused("the password could not be hashed"))?;
    Ok((password, hash))
}

/// What goes with a role.
struct Wanted<'a> {
    role: RoleCode,
    position: &'a Option<String>,
    dependency: &'a Option<String>,
    unit: &'a Option<String>,
}

impl Wanted<'_> {
    fn check(&self) -> Result<(), UserFailure> {
        let refused = |words| Err(UserFailure::Refused(words));
        let elsewhere = self.dependency.is_some() || self.unit.is_some();
        match self.role {
            RoleCode::Position => match self.position.as_deref().map(position) {
                Some(Some(_)) if !elsewhere => Ok(()),
                Some(Some(_)) => refused("--dependency and --unit go with the role liaison"),
                Some(None) => refused("there is no post with that code"),
                None => refused("the role position needs --position"),
            },
            RoleCode::Liaison if self.position.is_some() => refused("--position goes with the role position"),
            RoleCode::Liaison if self.dependency.is_none() => refused("the role liaison needs --dependency"),
            RoleCode::Liaison => Ok(()),
            RoleCode::Administrator | RoleCode::Auditor | RoleCode::Transparency | RoleCode::PrivacyOfficer => {
                if self.position.is_some() || elsewhere {
                    refused("this role takes neither --position nor --dependency nor --unit")
                } else {
                    Ok(())
                }
            }
        }
    }
}
