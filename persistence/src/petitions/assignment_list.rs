//! Lists of assignments by keyset, as [`super::list`] does it for petitions: a bound on what one call reads, whatever
//! is filtered.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::desk::ShareDesk;
use domain::map::BoundingBox;
use domain::time::Instant;
use domain::visibility::Visibility;

use super::desk_list;
use super::list::{Page, Position, Span, in_place, lying_in, page, reaches, sees_flagged};
use super::load::{beyond, within};
use super::row::CLOSED_LISTS;
use super::schema::{assignment_desks, assignments as shares, petitions as rows, places};
use crate::sql::{self, Side, aside};
use crate::{Db, StoreError, on};

/// The orders in which assignments are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignmentSort {
    /// By the first end of a running term; what is not due comes last.
    Due,
    /// By when they were routed, newest first; a dependency must be named.
    Routed,
}

/// Which assignments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignmentFilter {
    /// Of this dependency.
    pub dependency: Option<String>,
    /// Of this unit.
    pub unit: Option<String>,
    /// In one of these states.
    pub states: Option<Vec<&'static str>>,
    /// On this desk of its dependency's liaison.
    pub desk: Option<ShareDesk>,
    /// Of a petition in this box of the map.
    pub within: Option<BoundingBox>,
    /// A term ends then or later.
    pub due_from: Option<Instant>,
    /// A term ends before.
    pub due_to: Option<Instant>,
}

/// A page of assignments, at most `limit`.
///
/// # Errors
/// The database's.
pub fn assignments(
    db: &mut Db,
    filter: &AssignmentFilter,
    visibility: &Visibility,
    sort: AssignmentSort,
    after: Option<Position>,
    limit: i64,
) -> Result<Page<Assignment>, StoreError> {
    if visibility.is_nothing() {
        return Ok(Page { ids: Vec::new(), next: None, capped: false });
    }
    // A liaison of one whole dependency, and no other reach, is a list of that dependency.
    let (whole, units, _) = reaches(visibility);
    let narrowed = match (whole.as_slice(), units.as_slice(), &filter.dependency) {
        ([only], [], None) => AssignmentFilter { dependency: Some((*only).to_owned()), ..filter.clone() },
        _ => filter.clone(),
    };
    // Of what lies in a small box the shares are looked up, in whatever order they are wanted.
    if let Some(within) = narrowed.within
        && let Some(among) = lying_in(db, within)?
    {
        let span = Span { after, among: Some(among), limit: limit + 1, ..Span::default() };
        return Ok(page(scan_assignments(db, &narrowed, Some(visibility), sort, &span)?, limit, None));
    }
    if let (Some(desk), AssignmentSort::Due) = (narrowed.desk, sort) {
        return desk_list::assignments(db, desk, &narrowed, visibility, after, limit);
    }
    let indexed = AssignmentFilter {
        dependency: narrowed.dependency.clone(),
        due_from: narrowed.due_from.filter(|_| sort == AssignmentSort::Due),
        due_to: narrowed.due_to.filter(|_| sort == AssignmentSort::Due),
        ..Default::default()
    };
    let bound = if indexed == narrowed && visibility.is_all() {
        None
    } else {
        let last = Span { after, offset: CLOSED_LISTS - 1, limit: 1, ..Span::default() };
        scan_assignments(db, &indexed, None, sort, &last)?.pop()
    };
    let span = Span { after, until: bound, limit: limit + 1, ..Span::default() };
    let found = scan_assignments(db, &narrowed, Some(visibility), sort, &span)?;
    Ok(page(found, limit, bound))
}

fn scan_assignments(
    db: &mut Db,
    filter: &AssignmentFilter,
    visibility: Option<&Visibility>,
    sort: AssignmentSort,
    span: &Span,
) -> Result<Vec<Position>, StoreError> {
    // As of petitions: shares of petitions that were picked are looked up by those and put in order here.
    let picked = span.among.is_some();
    let found: Vec<Position> = on!(db, c => {
        let mut query = shares::table.offset(span.offset).limit(if picked { i64::MAX } else { span.limit }).into_boxed();
        if let Some(among) = &span.among {
            query = query.filter(shares::petition_id.eq_any(among.iter().copied().map(sql::Uid)));
        }
        if let Some(dependency) = &filter.dependency {
            query = query.filter(aside(shares::dependency.eq(dependency), picked));
        }
        if let Some(unit) = &filter.unit {
            query = query.filter(shares::unit.eq(unit));
        }
        if let Some(states) = &filter.states {
            query = query.filter(shares::state.eq_any(states));
        }
        if let Some(desk) = filter.desk {
            query = query.filter(exists(
                assignment_desks::table
                    .filter(assignment_desks::assignment_id.eq(shares::id))
                    .filter(assignment_desks::desk.eq(desk.code())),
            ));
        }
        if let Some(within) = filter.within {
            let [west, south, east, north] = within.degrees();
            query = query.filter(exists(
                places::table
                    .filter(places::petition_id.eq(shares::petition_id))
                    .filter(places::latitude.between(south, north))
                    .filter(places::longitude.between(west, east)),
            ));
        }
        if let Some(from) = filter.due_from {
            query = query.filter(aside(shares::due_at.ge(sql::Instant::from(from)), picked));
        }
        if let Some(to) = filter.due_to {
            query = query.filter(aside(shares::due_at.lt(sql::Instant::from(to)), picked));
        }
        if let Some(visibility) = visibility.filter(|visibility| !visibility.is_all()) {
            let (whole, units, _) = reaches(visibility);
            query = query
                .filter(shares::dependency.eq_any(whole).or(shares::unit.assume_not_null().eq_any(units)));
            if !sees_flagged(visibility) {
                query = query.filter(exists(
                    rows::table.filter(rows::id.eq(shares::petition_id)).filter(rows::against_public_servant.eq(false)),
                ));
            }
        }
        if picked {
            return Ok(match sort {
                AssignmentSort::Due => in_place(query.select((shares::due_at, shares::id)).load(c)?, Side::After, span),
                AssignmentSort::Routed => in_place(query.select((shares::routed_at, shares::id)).load(c)?, Side::Before, span),
            });
        }
        match sort {
            AssignmentSort::Due => {
                let key = (shares::due_at, shares::id);
                if let Some(after) = span.after {
                    query = query.filter(beyond(key, Side::After, after));
                }
                if let Some(until) = span.until {
                    query = query.filter(within(key, Side::After, until));
                }
                query.order((shares::due_at.asc(), shares::id.asc())).select(key).load(c)
            }
            AssignmentSort::Routed => {
                let key = (shares::routed_at, shares::id);
                if let Some(after) = span.after {
                    query = query.filter(beyond(key, Side::Before, after));
                }
                if let Some(until) = span.until {
                    query = query.filter(within(key, Side::Before, until));
                }
                query.order((shares::routed_at.desc(), shares::id.desc())).select(key).load(c)
            }
        }
    })?;
    Ok(found)
}
