//! Appointments: what somebody is, from a day, until a day.
//!
//! A day is the city's; `until` is the first day on which the appointment no longer holds.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::time::Instant;
use uuid::Uuid;

use super::schema::{accounts, appointments};
use crate::sql::{self, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// What somebody is, from a day, until a day.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = appointments)]
pub struct Appointment {
    /// Made by the application, in order of appointment.
    pub id: Uuid,
    /// Who.
    pub account_id: Uuid,
    /// The role's code.
    pub role: String,
    /// The post's code, of somebody in the office.
    pub position: Option<String>,
    /// The dependency's code, of a liaison.
    pub dependency: Option<String>,
    /// The unit's code, of a liaison of that unit only.
    pub unit: Option<String>,
    /// The first day.
    pub from_date: NaiveDate,
    /// The first day on which it no longer holds; none is until further notice.
    pub until_date: Option<NaiveDate>,
    /// Who appointed; none is the first administrator or the command line.
    pub appointed_by: Option<Uuid>,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Raised by every change.
    pub version: i32,
}

impl Appointment {
    /// Whether it holds on that day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from_date <= day && self.until_date.is_none_or(|until| day < until)
    }
}

/// Which appointments a list wants; everything that is none is not asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Of this account.
    pub account: Option<Uuid>,
    /// Of this role.
    pub role: Option<String>,
    /// Of any role but this.
    pub not_role: Option<String>,
    /// Of this post.
    pub position: Option<String>,
    /// Of this dependency.
    pub dependency: Option<String>,
    /// In force on this day.
    pub on: Option<NaiveDate>,
    /// After this id, in order of appointment.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

/// The appointment with this id.
///
/// # Errors
/// The database's.
pub fn appointment(db: &mut Db, id: Uuid) -> Result<Option<Appointment>, StoreError> {
    Ok(on!(db, c => appointments::table.find(Uid(id)).select(Appointment::as_select()).first(c).optional())?)
}

/// Appointments in order, each with the name of who holds it. Few rows and rarely asked: the
/// filters are put together for each call.
///
/// # Errors
/// The database's.
pub fn appointments(db: &mut Db, asked: &Asked) -> Result<Vec<(Appointment, String)>, StoreError> {
    let asked = asked.clone();
    Ok(on!(db, c => {
        let mut query = appointments::table
            .inner_join(accounts::table.on(accounts::id.eq(appointments::account_id)))
            .filter(appointments::id.gt(Uid(asked.after.unwrap_or(Uuid::nil()))))
            .into_boxed();
        if let Some(account) = asked.account {
            query = query.filter(appointments::account_id.eq(Uid(account)));
        }
        if let Some(role) = asked.role {
            query = query.filter(appointments::role.eq(role));
        }
        if let Some(role) = asked.not_role {
            query = query.filter(appointments::role.ne(role));
        }
        if let Some(position) = asked.position {
            query = query.filter(appointments::position.eq(position));
        }
        if let Some(dependency) = asked.dependency {
            query = query.filter(appointments::dependency.eq(dependency));
        }
        if let Some(day) = asked.on {
            query = query
                .filter(appointments::from_date.le(day))
                .filter(appointments::until_date.is_null().or(appointments::until_date.gt(day)));
        }
        query
            .order(appointments::id)
            .limit(asked.limit)
            .select((Appointment::as_select(), accounts::name))
            .load(c)
    })?)
}

/// Appoints.
///
/// # Errors
/// The database's.
pub fn appoint(tx: &mut Tx, appointment: &Appointment) -> Result<(), StoreError> {
    let Appointment { id, account_id, role, position, dependency, unit, .. } = appointment;
    let Appointment { from_date, until_date, appointed_by, recorded_at, version, .. } = appointment;
    on!(tx.writing()?, c => diesel::insert_into(appointments::table)
        .values((
            appointments::id.eq(Uid(*id)),
            appointments::account_id.eq(Uid(*account_id)),
            appointments::role.eq(role),
            appointments::position.eq(position),
            appointments::dependency.eq(dependency),
            appointments::unit.eq(unit),
            appointments::from_date.eq(from_date),
            appointments::until_date.eq(until_date),
            appointments::appointed_by.eq(appointed_by.map(Uid)),
            appointments::recorded_at.eq(sql::Instant(*recorded_at)),
            appointments::version.eq(version),
        ))
        .execute(c))?;
    Ok(())
}

/// Sets the first day on which the appointment no longer holds, and raises the version.
///
/// # Errors
/// The database's.
pub fn end_appointment(tx: &mut Tx, id: Uuid, until: NaiveDate) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(appointments::table.find(Uid(id)))
        .set((
            appointments::until_date.eq(Some(until)),
            appointments::version.eq(appointments::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// Ids of the appointments, and of their accounts, that make an administrator who can sign in on
/// that day.
///
/// # Errors
/// The database's.
pub fn administrators(db: &mut Db, role: &str, day: NaiveDate) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    Ok(on!(db, c => appointments::table
        .inner_join(accounts::table.on(accounts::id.eq(appointments::account_id)))
        .filter(appointments::role.eq(role))
        .filter(accounts::active.eq(true))
        .filter(appointments::from_date.le(day))
        .filter(appointments::until_date.is_null().or(appointments::until_date.gt(day)))
        .select((appointments::id, appointments::account_id))
        .load(c))?)
}

/// Whether an administrator remains on that day without this appointment and without this account.
///
/// # Errors
/// The database's.
pub fn administered_without(
    db: &mut Db,
    role: &str,
    day: NaiveDate,
    appointment: Option<Uuid>,
    account: Option<Uuid>,
) -> Result<bool, StoreError> {
    Ok(administrators(db, role, day)?.into_iter().any(|(one, who)| Some(one) != appointment && Some(who) != account))
}
