//! Lists of what lies on a desk, what is due first: each by an index of the desks' own, however much is closed.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::desk::{Desk, ShareDesk};
use domain::petition::Petition;
use domain::visibility::Visibility;
use uuid::Uuid;

use super::assignment_list::AssignmentFilter;
use super::list::{
    AtDesk, Count, Page, PetitionFilter, PetitionSort, Position, Span, page, reaches, scan_petitions, sees_flagged,
};
use super::load::{beyond, within};
use super::row::CLOSED_LISTS;
use super::schema::{
    assignment_desks as share_lying, assignments as shares, petition_desks as lying, petitions, places,
};
use crate::accounts::held;
use crate::accounts::schema::appointments;
use crate::sql::{self, Side};
use crate::{Db, StoreError, on, worklists};

/// The desk by which rows are kept: whose appointment ended is looked for among all that is open.
pub(super) const fn kept_as(desk: Desk) -> Desk {
    match desk {
        Desk::ToReassign | Desk::Open => Desk::Open,
        Desk::ToRoute
        | Desk::Returned
        | Desk::ToReview
        | Desk::ToRelease
        | Desk::ToReply
        | Desk::ToTell
        | Desk::ToCallBack => desk,
    }
}

/// A page of what lies on a desk of the office.
pub(super) fn petitions(
    db: &mut Db,
    at: AtDesk,
    filter: &PetitionFilter,
    visibility: &Visibility,
    after: Option<Position>,
    limit: i64,
) -> Result<Page<Petition>, StoreError> {
    let indexed = indexed(at, filter);
    let whole = Span { after, limit: limit + 1, ..Span::default() };
    if indexed == *filter && visibility.is_all() {
        let found = scan(db, at, filter, &whole)?;
        return Ok(page(found, limit, None));
    }
    let candidates = scan(db, at, &indexed, &Span { limit: CLOSED_LISTS, ..whole.clone() })?;
    let full = i64::try_from(candidates.len()).is_ok_and(|found| found >= CLOSED_LISTS);
    let bound = candidates.last().copied().filter(|_| full);
    let among: Vec<Uuid> = candidates.into_iter().map(|(_, id)| id).collect();
    if among.is_empty() {
        return Ok(page(Vec::new(), limit, None));
    }
    let span = Span { among: Some(among), ..whole };
    let found = scan_petitions(db, filter, Some(visibility), PetitionSort::Due, &span)?;
    Ok(page(found, limit, bound))
}

/// How many lie on a desk, where its own index answers the whole filter; `most` are looked at.
pub(super) fn count(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    most: i64,
) -> Result<Option<Count>, StoreError> {
    let Some(at) = filter.desk.filter(|at| visibility.is_all() && indexed(*at, filter) == *filter) else {
        return Ok(None);
    };
    let found = scan(db, at, filter, &Span { limit: most, ..Span::default() })?;
    let value = i64::try_from(found.len()).unwrap_or(most);
    Ok(Some(Count { value, exact: value < most }))
}

/// What of a filter the desk's own index answers.
fn indexed(at: AtDesk, filter: &PetitionFilter) -> PetitionFilter {
    PetitionFilter {
        desk: Some(at),
        followed_by: filter.followed_by.clone(),
        follower: filter.follower,
        due_to: filter.due_to,
        ..Default::default()
    }
}

/// Rows of a desk in their order, by its own index. What is followed by those who left is as long as their work.
fn scan(db: &mut Db, at: AtDesk, filter: &PetitionFilter, span: &Span) -> Result<Vec<Position>, StoreError> {
    let left = if at.desk == Desk::ToReassign { Some(worklists::left(db, at.today)?) } else { None };
    if left.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    Ok(on!(db, c => {
        let key = (lying::due_at, lying::petition_id);
        let mut query = lying::table
            .filter(lying::desk.eq(kept_as(at.desk).code()))
            .offset(span.offset)
            .limit(span.limit)
            .into_boxed();
        if let Some(left) = &left {
            let people = left.iter().map(|(_, person)| sql::Uid(*person));
            query = query.filter(lying::follower.eq_any(people)).filter(not(exists(
                held(at.today)
                    .filter(appointments::position.eq(lying::followed_by.nullable()))
                    .filter(appointments::account_id.nullable().eq(lying::follower)),
            )));
        }
        if let Some(followed_by) = &filter.followed_by {
            query = query.filter(lying::followed_by.eq(followed_by));
        }
        if let Some(follower) = filter.follower {
            query = query.filter(lying::follower.eq(sql::Uid(follower)));
        }
        if let Some(to) = filter.due_to {
            query = query.filter(lying::due_at.lt(sql::Instant::from(to)));
        }
        if let Some(after) = span.after {
            query = query.filter(beyond(key, Side::After, after));
        }
        query.order((lying::due_at.asc(), lying::petition_id.asc())).select(key).load(c)
    })?)
}

/// A page of what lies on a desk of liaisons. The other filters are few and looked at as the desk is read.
pub(super) fn assignments(
    db: &mut Db,
    desk: ShareDesk,
    filter: &AssignmentFilter,
    visibility: &Visibility,
    after: Option<Position>,
    limit: i64,
) -> Result<Page<Assignment>, StoreError> {
    let indexed = AssignmentFilter { dependency: filter.dependency.clone(), ..Default::default() };
    let last = Span { after, offset: CLOSED_LISTS - 1, limit: 1, ..Span::default() };
    let bound = scan_shares(db, desk, &indexed, None, &last)?.pop();
    let span = Span { after, until: bound, limit: limit + 1, ..Span::default() };
    let found = scan_shares(db, desk, filter, Some(visibility), &span)?;
    Ok(page(found, limit, bound))
}

fn scan_shares(
    db: &mut Db,
    desk: ShareDesk,
    filter: &AssignmentFilter,
    visibility: Option<&Visibility>,
    span: &Span,
) -> Result<Vec<Position>, StoreError> {
    Ok(on!(db, c => {
        let key = (share_lying::due_at, share_lying::assignment_id);
        let mut query = share_lying::table
            .filter(share_lying::desk.eq(desk.code()))
            .offset(span.offset)
            .limit(span.limit)
            .into_boxed();
        if let Some(dependency) = &filter.dependency {
            query = query.filter(share_lying::dependency.eq(dependency));
        }
        if let Some(unit) = &filter.unit {
            query = query.filter(share_lying::unit.eq(unit));
        }
        if let Some(from) = filter.due_from {
            query = query.filter(share_lying::due_at.ge(sql::Instant::from(from)));
        }
        if let Some(to) = filter.due_to {
            query = query.filter(share_lying::due_at.lt(sql::Instant::from(to)));
        }
        if let Some(states) = &filter.states {
            query = query.filter(exists(
                shares::table.filter(shares::id.eq(share_lying::assignment_id)).filter(shares::state.eq_any(states)),
            ));
        }
        if let Some(within) = filter.within {
            let [west, south, east, north] = within.degrees();
            query = query.filter(exists(
                shares::table.filter(shares::id.eq(share_lying::assignment_id)).filter(exists(
                    places::table
                        .filter(places::petition_id.eq(shares::petition_id))
                        .filter(places::latitude.between(south, north))
                        .filter(places::longitude.between(west, east)),
                )),
            ));
        }
        if let Some(visibility) = visibility.filter(|visibility| !visibility.is_all()) {
            let (whole, units, _) = reaches(visibility);
            query = query.filter(
                share_lying::dependency.eq_any(whole).or(share_lying::unit.assume_not_null().eq_any(units)),
            );
            if !sees_flagged(visibility) {
                query = query.filter(exists(
                    shares::table.filter(shares::id.eq(share_lying::assignment_id)).filter(exists(
                        petitions::table
                            .filter(petitions::id.eq(shares::petition_id))
                            .filter(petitions::against_public_servant.eq(false)),
                    )),
                ));
            }
        }
        if let Some(after) = span.after {
            query = query.filter(beyond(key, Side::After, after));
        }
        if let Some(until) = span.until {
            query = query.filter(within(key, Side::After, until));
        }
        query.order((share_lying::due_at.asc(), share_lying::assignment_id.asc())).select(key).load(c)
    })?)
}
