//! Who holds the office's posts on a day: by that, new petitions find who follows them and old ones who does no longer.
//!
//! Whoever cannot sign in holds nothing here: a suspended person's work has to be done by somebody.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::position;
use uuid::Uuid;

use super::role::RoleCode;
use super::schema::{accounts, appointments};
use crate::{Db, StoreError, on};

/// The appointments to posts in force on that day, of people who can sign in.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn held(today: NaiveDate) -> _ {
    let active = accounts::table.filter(accounts::active.eq(true)).select(accounts::id);
    let role: &'static str = RoleCode::Position.code();
    appointments::table
        .filter(appointments::role.eq(role))
        .filter(appointments::from_date.le(today))
        .filter(appointments::until_date.is_null().or(appointments::until_date.gt(today)))
        .filter(appointments::account_id.eq_any(active))
}

/// Post and account of everybody who holds a post on that day.
///
/// # Errors
/// The database's.
pub fn holders(db: &mut Db, today: NaiveDate) -> Result<HashSet<(String, Uuid)>, StoreError> {
    let found: Vec<(Option<String>, Uuid)> =
        on!(db, c => held(today).select((appointments::position, appointments::account_id)).load(c))?;
    Ok(found.into_iter().filter_map(|(post, account)| Some((post?, account))).collect())
}

/// Which post follows, on that day, what comes in by a channel that names `post`.
///
/// # Errors
/// The database's.
pub fn following(db: &mut Db, post: &str, today: NaiveDate) -> Result<String, StoreError> {
    // Only one post has a stand-in: for the others nothing is asked.
    let Some(stand_in) = position::position(post).and_then(|post| post.stand_in) else { return Ok(post.to_owned()) };
    let held: Vec<Option<String>> = on!(db, c => held(today)
        .filter(appointments::position.eq_any([post, stand_in]))
        .select(appointments::position)
        .load(c))?;
    Ok(position::following(post, |code| held.iter().flatten().any(|one| one == code)).to_owned())
}
