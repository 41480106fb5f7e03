//! Who is behind a token, now: the one look-up for permissions that a request makes. It also tells which version of
//! the catalogues holds, so that asking that costs no query of its own.
//!
//! Asked inside the same `read` or `write` as the work, so that a suspension or the end of an
//! appointment counts from the moment in which it is committed, not from the token's end.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::actor::{Actor, Role};
use domain::id::Id;
use domain::time::Instant;
use uuid::Uuid;

use super::role::RoleCode;
use super::schema::{accounts, appointments, sessions};
use crate::schema::ledger;
use crate::sql::{self, Uid};
use crate::{Db, StoreError, on};

/// Somebody whose session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// With the roles in force today.
    pub actor: Actor,
    /// Whether another password must be chosen before anything else.
    pub must_change: bool,
    /// The version of the catalogues, as this snapshot has it.
    pub catalogue: i64,
}

/// Role, position, dependency, unit and id of an appointment, where there is one.
type Appointed = Option<(String, Option<String>, Option<String>, Option<String>, Uuid)>;

/// Who is behind a session, in one query: nobody if it is unknown, ended, over, of another account
/// or if the account is suspended. `today` is the city's day.
///
/// # Errors
/// The database's.
pub fn signed_in(
    db: &mut Db,
    session: Uuid,
    account: Uuid,
    today: NaiveDate,
    now: Instant,
) -> Result<Option<SignedIn>, StoreError> {
    let rows: Vec<(bool, Option<i64>, Appointed)> = on!(db, c => sessions::table
        .inner_join(accounts::table)
        .left_join(appointments::table.on(appointments::account_id
            .eq(sessions::account_id)
            .and(appointments::from_date.le(today))
            .and(appointments::until_date.is_null().or(appointments::until_date.gt(today)))))
        .filter(sessions::id.eq(Uid(session)))
        .filter(sessions::account_id.eq(Uid(account)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(sql::Instant(now)))
        .filter(accounts::active.eq(true))
        .select((
            accounts::must_change,
            ledger::table.select(ledger::catalogue_version).single_value(),
            (
                appointments::role,
                appointments::position,
                appointments::dependency,
                appointments::unit,
                appointments::id,
            )
                .nullable(),
        ))
        .load(c))?;
    let Some((must_change, catalogue, _)) = rows.first() else { return Ok(None) };
    let (must_change, catalogue) = (*must_change, catalogue.unwrap_or_default());
    let roles = roles(rows.into_iter().filter_map(|(_, _, appointed)| appointed));
    Ok(Some(SignedIn { actor: Actor::person(Id::new(account), roles), must_change, catalogue }))
}

/// What a person may do today, signed in or not: nobody where the account is unknown or suspended.
///
/// # Errors
/// The database's.
pub fn in_office(db: &mut Db, account: Uuid, today: NaiveDate) -> Result<Option<Actor>, StoreError> {
    let rows: Vec<Appointed> = on!(db, c => accounts::table
        .left_join(appointments::table.on(appointments::account_id
            .eq(accounts::id)
            .and(appointments::from_date.le(today))
            .and(appointments::until_date.is_null().or(appointments::until_date.gt(today)))))
        .filter(accounts::id.eq(Uid(account)))
        .filter(accounts::active.eq(true))
        .select(
            (
                appointments::role,
                appointments::position,
                appointments::dependency,
                appointments::unit,
                appointments::id,
            )
                .nullable(),
        )
        .load(c))?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(Actor::person(Id::new(account), roles(rows.into_iter().flatten()))))
}

/// The roles in a fixed order: posts first, then by appointment.
fn roles(appointed: impl Iterator<Item = (String, Option<String>, Option<String>, Option<String>, Uuid)>) -> Vec<Role> {
    let mut found: Vec<_> = appointed
        .filter_map(|(code, position, dependency, unit, id)| {
            let code = RoleCode::parse(&code)?;
            Some(((code, id), code.role(position, dependency, unit)?))
        })
        .collect();
    found.sort_by_key(|(key, _)| *key);
    found.into_iter().map(|(_, role)| role).collect()
}

/// The actor behind a session, without looking whether a password must be changed first. Handlers
/// ask the API's `Caller`, which looks.
///
/// # Errors
/// The database's.
pub fn actor_of(
    db: &mut Db,
    session: Uuid,
    account: Uuid,
    today: NaiveDate,
    now: Instant,
) -> Result<Option<Actor>, StoreError> {
    Ok(signed_in(db, session, account, today, now)?.map(|who| who.actor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_post_comes_first_whatever_was_recorded_first() {
        let rows = [
            ("auditor".to_owned(), None, None, None, Uuid::from_u128(1)),
            ("unheard_of".to_owned(), None, None, None, Uuid::from_u128(2)),
            ("position".to_owned(), Some("messenger".to_owned()), None, None, Uuid::from_u128(3)),
        ];
        assert_eq!(roles(rows.into_iter()), [Role::Position("messenger".into()), Role::Auditor]);
    }
}
