//! Lists of what lies on a desk, what is due first: each by an index of the desks' own, however much is closed.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::desk::{Desk, ShareDesk};
use domain::petition::Petition;
use domain::visibility::Visibility;
use uuid::Uuid;

use super::list::{
    AssignmentFilter, AtDesk, Count, Page, PetitionFilter, PetitionSort, Position, Span, page, reaches, scan_petitions,
    sees_flagged,
};
use super::load::beyond;
use super::row::CLOSED_LISTS;
use super::schema::{assignment_desks as share_lying, assignments as shares, petition_desks as lying, petitions};
use crate::accounts::held;
use crate::accounts::schema::appointments;
use crate::sql::{self, Side};
use crate::{Db, StoreError, on};

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
    if at.desk == Desk::ToReassign {
        // As long as the work of those who left.
        let span = Span { after, limit: limit + 1, ..Span::default() };
        let found = scan_left(db, at, filter, &span)?;
        return narrowed(db, filter, visibility, found, &span, None);
    }
    if indexed == *filter && visibility.is_all() {
        let found = scan(db, at.desk, filter, &Span { after, limit: limit + 1, ..Span::default() })?;
        return Ok(page(found, limit, None));
    }
    let last = Span { after, offset: CLOSED_LISTS - 1, limit: 1, ..Span::default() };
    let bound = scan(db, at.desk, &indexed, &last)?.pop();
    let candidates = scan(db, at.desk, &indexed, &Span { after, until: bound, limit: CLOSED_LISTS, ..Span::default() })?;
    let span = Span { after, limit: limit + 1, ..Span::default() };
    narrowed(db, filter, visibility, candidates, &span, bound)
}

/// How many lie on a desk, where its own index answers the whole filter; `most` are looked at.
pub(super) fn count(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    most: i64,
) -> Result<Option<Count>, StoreError> {
    let Some(at) = filter.desk.filter(|at| at.desk != Desk::ToReassign && visibility.is_all()) else {
        return Ok(None);
    };
    if indexed(at, filter) != *filter {
        return Ok(None);
    }
    let found = scan(db, at.desk, filter, &Span { limit: most, ..Span::default() })?;
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

/// Of these, those that the whole filter finds.
fn narrowed(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    candidates: Vec<Position>,
    span: &Span,
    bound: Option<Position>,
) -> Result<Page<Petition>, StoreError> {
    let among: Vec<Uuid> = candidates.into_iter().map(|(_, id)| id).collect();
    let found = if among.is_empty() {
        Vec::new()
    } else {
        let span = Span { among: Some(among), ..span.clone() };
        scan_petitions(db, filter, Some(visibility), PetitionSort::Due, &span)?
    };
    Ok(page(found, span.limit - 1, bound))
}

fn scan(db: &mut Db, desk: Desk, filter: &PetitionFilter, span: &Span) -> Result<Vec<Position>, StoreError> {
    Ok(on!(db, c => {
        let key = (lying::due_at, lying::petition_id);
        let mut query = lying::table
            .filter(lying::desk.eq(desk.code()))
            .offset(span.offset)
            .limit(span.limit)
            .into_boxed();
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
        if let Some(until) = span.until {
            query = query.filter(not(beyond(key, Side::After, until)));
        }
        query.order((lying::due_at.asc(), lying::petition_id.asc())).select(key).load(c)
    })?)
}

/// What is followed by somebody who is not appointed to that post any more.
fn scan_left(db: &mut Db, at: AtDesk, filter: &PetitionFilter, span: &Span) -> Result<Vec<Position>, StoreError> {
    let left: Vec<sql::Uid> =
        crate::worklists::left(db, at.today)?.into_iter().map(|(_, person)| sql::Uid(person)).collect();
    if left.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(db, c => {
        let key = (lying::due_at, lying::petition_id);
        let mut query = lying::table
            .filter(lying::desk.eq(Desk::Open.code()))
            .filter(lying::follower.eq_any(left))
            .filter(not(exists(
                held(at.today)
                    .filter(appointments::position.eq(lying::followed_by.nullable()))
                    .filter(appointments::account_id.nullable().eq(lying::follower)),
            )))
            .limit(span.limit)
            .into_boxed();
        if let Some(followed_by) = &filter.followed_by {
            query = query.filter(lying::followed_by.eq(followed_by));
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
            query = query.filter(not(beyond(key, Side::After, until)));
        }
        query.order((share_lying::due_at.asc(), share_lying::assignment_id.asc())).select(key).load(c)
    })?)
}
