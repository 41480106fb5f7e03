//! What changed, in the order of the commits, for whoever stays in step: bounded rows of the history a call.
//!
//! Change numbers are given under the lock of the ledger and have no gap, so a span of numbers is a span of rows.
//! What of them a caller is told is decided by who asks. Here is only whose they may be: what was once a dependency's
//! is found too, since it is told when something leaves its sight.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::id::Id;
use domain::petition::Petition;
use domain::visibility::Visibility;
use uuid::Uuid;

use super::list::reaches;
use super::row::CLOSED_LISTS;
use super::schema::{assignments as shares, petitions as rows};
use crate::ledger::Ledger;
use crate::schema::events;
use crate::sql::Uid;
use crate::{Db, StoreError, on};

/// One entry of the history of a petition that is seen, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the order of the commits.
    pub change_no: i64,
    /// The petition.
    pub petition: Id<Petition>,
    /// Its folio, as people read it.
    pub folio: String,
    /// Its place in the petition's history.
    pub sequence: i32,
    /// The event as it is stored.
    pub body: String,
}

/// A part of what changed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The entries, in the order of their commits.
    pub entries: Vec<Change>,
    /// Up to where has been looked: where the next part begins.
    pub up_to: i64,
    /// The last number given, in the same snapshot.
    pub last: i64,
}

/// An assignment that a number of its dependency's own system names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternallyKnown {
    /// The number.
    pub reference: String,
    /// The assignment.
    pub assignment: Id<Assignment>,
    /// Its petition.
    pub petition: Id<Petition>,
}

/// The number of the last change.
///
/// # Errors
/// The database's.
pub fn last_change(db: &mut Db) -> Result<i64, StoreError> {
    Ok(Ledger::read(db)?.change_no())
}

/// What changed after `after` (0 for all) in the petitions that this visibility reaches, or has reached: those with a
/// share of its dependencies, whoever sees it now. At most `limit` entries out of at most [`CLOSED_LISTS`] rows. Both
/// are asked in one snapshot, so that what is committed meanwhile comes with the next part.
///
/// # Errors
/// The database's.
pub fn changes(db: &mut Db, visibility: &Visibility, after: i64, limit: i64) -> Result<Changes, StoreError> {
    let last = last_change(db)?;
    let span = if visibility.is_all() { limit } else { CLOSED_LISTS };
    let until = after.saturating_add(span).min(last);
    if visibility.is_nothing() || until <= after {
        return Ok(Changes { entries: Vec::new(), up_to: after, last });
    }
    let found: Vec<(i64, Uuid, String, i32, String)> = on!(db, c => {
        let mut query = events::table
            .inner_join(rows::table.on(rows::id.eq(events::petition_id)))
            .filter(events::change_no.gt(after))
            .filter(events::change_no.le(until))
            .into_boxed();
        if !visibility.is_all() {
            let (_, _, own) = reaches(visibility);
            let had = shares::table
                .filter(shares::petition_id.eq(events::petition_id))
                .filter(shares::dependency.eq_any(visibility.dependencies()));
            query = query.filter(exists(had).or(events::petition_id.eq_any(own)));
        }
        query
            .order(events::change_no)
            .limit(limit)
            .select((events::change_no, events::petition_id, rows::folio, events::sequence, events::body))
            .load(c)
    })?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found >= limit);
    let up_to = found.last().filter(|_| full).map_or(until, |(change_no, ..)| *change_no);
    let entries = found
        .into_iter()
        .map(|(change_no, petition, folio, sequence, body)| Change {
            change_no,
            petition: Id::new(petition),
            folio,
            sequence,
            body,
        })
        .collect();
    Ok(Changes { entries, up_to, last })
}

/// The assignments that these numbers of dependencies' own systems name, as far as these reaches have any: each
/// with its petition.
///
/// # Errors
/// The database's.
pub fn externally_known(
    db: &mut Db,
    visibility: &Visibility,
    references: &[&str],
) -> Result<Vec<ExternallyKnown>, StoreError> {
    let dependencies = visibility.dependencies();
    if references.is_empty() || dependencies.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<(Option<String>, Uuid, Uuid)> = on!(db, c => shares::table
        .filter(shares::dependency.eq_any(&dependencies))
        .filter(shares::external_reference.eq_any(references))
        .select((shares::external_reference, shares::id, shares::petition_id))
        .load(c))?;
    let named = |(reference, id, petition): (Option<String>, Uuid, Uuid)| {
        let (assignment, petition) = (Id::new(id), Id::new(petition));
        reference.map(|reference| ExternallyKnown { reference, assignment, petition })
    };
    Ok(found.into_iter().filter_map(named).collect())
}

/// Of which petitions these are the assignments.
///
/// # Errors
/// The database's.
pub fn petitions_of(db: &mut Db, ids: &[Id<Assignment>]) -> Result<HashMap<Id<Assignment>, Id<Petition>>, StoreError> {
    let uids = ids.iter().copied().map(Uid::from);
    let found: Vec<(Uuid, Uuid)> = on!(db, c => shares::table
        .filter(shares::id.eq_any(uids.clone()))
        .select((shares::id, shares::petition_id))
        .load(c))?;
    Ok(found.into_iter().map(|(id, petition)| (Id::new(id), Id::new(petition))).collect())
}

/// Whether another assignment of the dependency has this number.
///
/// # Errors
/// The database's.
pub fn externally_taken(db: &mut Db, dependency: &str, reference: &str, but: Id<Petition>) -> Result<bool, StoreError> {
    let found: Option<Uuid> = on!(db, c => shares::table
        .filter(shares::dependency.eq(dependency))
        .filter(shares::external_reference.eq(reference))
        .filter(shares::petition_id.ne(Uid::from(but)))
        .select(shares::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}
