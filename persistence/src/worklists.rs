//! How much lies on each desk: read from the counts that every write keeps, so that it costs the same at any size.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::code::Coded;
use domain::desk::{Desk, ShareDesk};
use domain::time;
use uuid::Uuid;

use crate::accounts;
use crate::petitions::desks::{DUE, RUNNING};
use crate::petitions::schema::{assignment_desk_counts as share_counts, petition_desk_counts as counts};
use crate::sql::Instant;
use crate::{Db, StoreError, on};

/// So many petitions lie on a desk for a post, or for one person of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lying {
    /// The desk.
    pub desk: Desk,
    /// Code of the post that follows them.
    pub followed_by: String,
    /// Who in particular.
    pub follower: Option<Uuid>,
    /// How many.
    pub number: i64,
}

/// What is counted of a dependency's shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfShares {
    /// What lies on this desk.
    Desk(ShareDesk),
    /// What of all that is open is late.
    Overdue,
    /// What of it is due before long.
    DueSoon,
}

/// So many shares lie with a dependency's liaison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareLying {
    /// Code of the dependency.
    pub dependency: String,
    /// Code of the unit.
    pub unit: Option<String>,
    /// What is counted.
    pub of: OfShares,
    /// How many.
    pub number: i64,
}

/// What lies on every desk of the office, by who follows it. With what those followed who left, as
/// [`Desk::ToReassign`], if that is wanted.
///
/// # Errors
/// The database's.
pub fn petitions(db: &mut Db, reassigning: Option<NaiveDate>) -> Result<Vec<Lying>, StoreError> {
    let rows: Vec<(String, String, Uuid, i32)> = on!(db, c => counts::table.select((counts::desk, counts::followed_by, counts::follower, counts::number)).load(c))?;
    let mut all: Vec<Lying> = rows
        .into_iter()
        .filter_map(|(desk, followed_by, follower, number)| {
            let follower = Some(follower).filter(|follower| !follower.is_nil());
            Some(Lying { desk: Desk::parse(&desk)?, followed_by, follower, number: number.into() })
        })
        .collect();
    if let Some(today) = reassigning
        && all.iter().any(|one| one.follower.is_some())
    {
        let holders = accounts::holders(db, today)?;
        let left: Vec<Lying> = all
            .iter()
            .filter(|one| one.desk == Desk::Open && gone(&holders, &one.followed_by, one.follower))
            .map(|one| Lying { desk: Desk::ToReassign, ..one.clone() })
            .collect();
        all.extend(left);
    }
    Ok(all)
}

/// Who follows something in a post to which they are not appointed any more.
///
/// # Errors
/// The database's.
pub(crate) fn left(db: &mut Db, today: NaiveDate) -> Result<Vec<(String, Uuid)>, StoreError> {
    let all = petitions(db, Some(today))?;
    let left = all.into_iter().filter(|one| one.desk == Desk::ToReassign);
    Ok(left.filter_map(|one| Some((one.followed_by, one.follower?))).collect())
}

fn gone(holders: &HashSet<(String, Uuid)>, post: &str, person: Option<Uuid>) -> bool {
    person.is_some_and(|person| !holders.contains(&(post.to_owned(), person)))
}

/// What lies with these dependencies' liaisons, by unit; late is what was due before `now`, soon what is from then on
/// and before `soon`. One query, of what lies ahead: how much is late already costs nothing.
///
/// # Errors
/// The database's.
pub fn shares(
    db: &mut Db,
    dependencies: &[&str],
    now: time::Instant,
    soon: time::Instant,
) -> Result<Vec<ShareLying>, StoreError> {
    let rows: Vec<(String, time::Instant, String, String, i32)> = on!(db, c => share_counts::table
        .filter(share_counts::dependency.eq_any(dependencies))
        .filter(share_counts::due_at.ge(Instant::from(now)))
        .select((
            share_counts::dependency,
            share_counts::due_at,
            share_counts::desk,
            share_counts::unit,
            share_counts::number,
        ))
        .load(c))?;
    let mut sums: BTreeMap<(String, String, OfShares), i64> = BTreeMap::new();
    for (dependency, due_at, what, unit, number) in rows {
        let mut add = |of: OfShares, number: i32| {
            *sums.entry((dependency.clone(), unit.clone(), of)).or_default() += i64::from(number);
        };
        match what.as_str() {
            RUNNING => add(OfShares::Overdue, number),
            DUE => {
                add(OfShares::Overdue, -number);
                if due_at < soon {
                    add(OfShares::DueSoon, number);
                }
            }
            desk => {
                if let Some(desk) = ShareDesk::parse(desk) {
                    add(OfShares::Desk(desk), number);
                }
            }
        }
    }
    let told = |((dependency, unit, of), number): ((String, String, OfShares), i64)| ShareLying {
        dependency,
        unit: Some(unit).filter(|unit| !unit.is_empty()),
        of,
        number,
    };
    Ok(sums.into_iter().map(told).collect())
}
