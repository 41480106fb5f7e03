//! Lists by keyset: an index ending in the sort key, and a bound on what one call reads.
//!
//! Filters that the index does not answer are applied between two positions of it, at most
//! [`CLOSED_LISTS`] rows apart: a page may be short or empty while there is more.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::code::Coded;
use domain::desk::Desk;
use domain::id::Id;
use domain::map::BoundingBox;
use domain::petition::{COMPTROLLER, Petition};
use domain::visibility::{Reach, Visibility};
use uuid::Uuid;

mod filter;

pub use self::filter::{AtDesk, Count, Page, PetitionFilter, PetitionSort, Position};
use super::desk_list;
use super::load::{beyond, within};
use super::row::CLOSED_LISTS;
use super::schema::{assignments as shares, petition_desks, petition_tags, petitions as rows, places};
use super::searched;
use crate::accounts::held;
use crate::accounts::schema::appointments;
use crate::sql::{self, Side, aside};
use crate::{Db, StoreError, on};

/// A page of petitions, at most `limit`.
///
/// # Errors
/// The database's.
pub fn petitions(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    sort: PetitionSort,
    after: Option<Position>,
    limit: i64,
) -> Result<Page<Petition>, StoreError> {
    if visibility.is_nothing() || (filter.is_of_office() && !visibility.is_all()) {
        return Ok(Page { ids: Vec::new(), next: None, capped: false });
    }
    if let Some(search) = &filter.search {
        return searched::page(db, search, filter, visibility, sort, after, limit);
    }
    if let (Some(at), PetitionSort::Due) = (filter.desk, sort) {
        return desk_list::petitions(db, at, filter, visibility, after, limit);
    }
    // What lies in a small box is looked up by its cells, in whatever order it is wanted.
    if let Some(within) = filter.within
        && let Some(among) = lying_in(db, within)?
    {
        let span = Span { after, among: Some(among), limit: limit + 1, ..Span::default() };
        return Ok(page(scan_petitions(db, filter, Some(visibility), sort, &span)?, limit, None));
    }
    // The index of the sort answers this much of the filter; the rest is looked at row by row.
    let indexed = match sort {
        PetitionSort::Due => {
            PetitionFilter { state: filter.state.clone(), due_to: filter.due_to, ..Default::default() }
        }
        PetitionSort::Received(_) => PetitionFilter {
            received_from: filter.received_from,
            received_to: filter.received_to,
            ..Default::default()
        },
        PetitionSort::Updated(_) => {
            PetitionFilter { updated_from: filter.updated_from, updated_to: filter.updated_to, ..Default::default() }
        }
    };
    let bound = if indexed == *filter && visibility.is_all() {
        None
    } else {
        let last = Span { after, offset: CLOSED_LISTS - 1, limit: 1, ..Span::default() };
        scan_petitions(db, &indexed, None, sort, &last)?.pop()
    };
    let span = Span { after, until: bound, limit: limit + 1, ..Span::default() };
    let found = scan_petitions(db, filter, Some(visibility), sort, &span)?;
    Ok(page(found, limit, bound))
}

/// How many petitions the filter finds: counted as far as one call of a list may read.
///
/// # Errors
/// The database's.
pub fn count(db: &mut Db, filter: &PetitionFilter, visibility: &Visibility) -> Result<Count, StoreError> {
    if visibility.is_nothing() || (filter.is_of_office() && !visibility.is_all()) {
        return Ok(Count { value: 0, exact: true });
    }
    if let Some(search) = &filter.search {
        return searched::count(db, search, filter, visibility, COUNTED);
    }
    if let Some(count) = desk_list::count(db, filter, visibility, COUNTED)? {
        return Ok(count);
    }
    let sort = PetitionSort::Received(Side::Before);
    if let Some(within) = filter.within
        && let Some(among) = lying_in(db, within)?
    {
        let span = Span { among: Some(among), limit: COUNTED, ..Span::default() };
        let found = scan_petitions(db, filter, Some(visibility), sort, &span)?;
        return Ok(Count { value: i64::try_from(found.len()).unwrap_or(COUNTED), exact: true });
    }
    let last = Span { offset: COUNTED - 1, limit: 1, ..Span::default() };
    let until = scan_petitions(db, &PetitionFilter::default(), None, sort, &last)?.pop();
    let span = Span { until, limit: COUNTED, ..Span::default() };
    let found = scan_petitions(db, filter, Some(visibility), sort, &span)?;
    Ok(Count { value: i64::try_from(found.len()).unwrap_or(COUNTED), exact: until.is_none() })
}

/// Rows that counting looks at, at most.
const COUNTED: i64 = 10_000;

/// The part of an index that one statement reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    pub after: Option<Position>,
    /// The last row that may be looked at, itself included.
    pub until: Option<Position>,
    /// None but these.
    pub among: Option<Vec<Uuid>>,
    pub offset: i64,
    pub limit: i64,
}

pub(super) fn page<T>(mut found: Vec<Position>, limit: i64, bound: Option<Position>) -> Page<T> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = if found.len() > wanted {
        found.truncate(wanted);
        found.last().copied()
    } else {
        bound
    };
    Page { ids: found.into_iter().map(|(_, id)| Id::new(id)).collect(), next, capped: false }
}

/// Codes of dependencies seen whole, codes of single units, and the one petition of a citizen.
pub(super) fn reaches(visibility: &Visibility) -> (Vec<&str>, Vec<&str>, Vec<sql::Uid>) {
    let mut whole = Vec::new();
    let mut units = Vec::new();
    let mut own = Vec::new();
    for reach in visibility.reaches() {
        match reach {
            Reach::All => {}
            Reach::Dependency { code, unit: None } => whole.push(code.as_str()),
            Reach::Dependency { code: _, unit: Some(unit) } => units.push(unit.as_str()),
            Reach::Own(petition) => own.push(sql::Uid::from(*petition)),
        }
    }
    (whole, units, own)
}

/// Whether what is against a public servant is seen: by the office, by Contraloría, by its petitioner.
pub(super) fn sees_flagged(visibility: &Visibility) -> bool {
    visibility.reaches().iter().any(|reach| match reach {
        Reach::All | Reach::Own(_) => true,
        Reach::Dependency { code, unit: _ } => code == COMPTROLLER,
    })
}

/// What was picked in its order, from the span's beginning on and as far as its limit.
pub(super) fn in_place(mut found: Vec<Position>, side: Side, span: &Span) -> Vec<Position> {
    found.sort_unstable();
    if side == Side::Before {
        found.reverse();
    }
    if let Some(after) = span.after {
        found.retain(|position| if side == Side::Before { *position < after } else { *position > after });
    }
    found.truncate(usize::try_from(span.limit).unwrap_or(usize::MAX));
    found
}

/// A query of petitions, alone or beside others, with all that a filter and a visibility ask for: `narrowed!(query, filter,
/// visibility, picked)`. `picked`: its rows are found by something else, and no index of theirs is to be walked.
macro_rules! narrowed {
    ($query:expr, $filter:expr, $visibility:expr, $picked:expr) => {{
        let (filter, visibility, picked): (&PetitionFilter, Option<&Visibility>, bool) =
            ($filter, $visibility, $picked);
        let mut query = $query;
        if let Some(state) = &filter.state {
            query = query.filter(aside(rows::state.eq(state), picked));
        }
        if let Some(outcome) = &filter.outcome {
            query = query.filter(rows::outcome.eq(outcome));
        }
        if let Some(closing) = &filter.closing {
            query = query.filter(rows::closing.eq(closing));
        }
        if let Some(kind) = &filter.kind {
            query = query.filter(rows::kind.eq(kind));
        }
        if let Some(categories) = &filter.categories {
            query = query.filter(rows::category.eq_any(categories));
        }
        if let Some(channel) = &filter.channel {
            query = query.filter(rows::channel.eq(channel));
        }
        if let Some(neighbourhood) = &filter.neighbourhood {
            let so_called = places::neighbourhood.eq(neighbourhood);
            let coded = places::neighbourhood_code.eq(&filter.neighbourhood_code);
            query = query
                .filter(exists(places::table.filter(places::petition_id.eq(rows::id)).filter(so_called.or(coded))));
        }
        if let Some(within) = filter.within {
            let [west, south, east, north] = within.degrees();
            query = query.filter(exists(
                places::table
                    .filter(places::petition_id.eq(rows::id))
                    .filter(places::latitude.between(south, north))
                    .filter(places::longitude.between(west, east)),
            ));
        }
        if let Some(priority) = &filter.priority {
            query = query.filter(rows::priority.eq(priority));
        }
        if let Some(followed_by) = &filter.followed_by {
            query = query.filter(rows::followed_by.eq(followed_by));
        }
        if let Some(follower) = filter.follower {
            query = query.filter(rows::follower.eq(sql::Uid(follower)));
        }
        if let Some(tag) = &filter.tag {
            query = query.filter(exists(
                petition_tags::table.filter(petition_tags::petition_id.eq(rows::id)).filter(petition_tags::tag.eq(tag)),
            ));
        }
        if let Some(AtDesk { desk, today }) = filter.desk {
            query = query.filter(exists(
                petition_desks::table
                    .filter(petition_desks::petition_id.eq(rows::id))
                    .filter(petition_desks::desk.eq(desk_list::kept_as(desk).code())),
            ));
            if desk == Desk::ToReassign {
                query = query.filter(rows::follower.is_not_null()).filter(not(exists(
                    held(today)
                        .filter(appointments::position.eq(rows::followed_by.nullable()))
                        .filter(appointments::account_id.nullable().eq(rows::follower)),
                )));
            }
        }
        if let Some(from) = filter.received_from {
            query = query.filter(aside(rows::received_at.ge(sql::Instant::from(from)), picked));
        }
        if let Some(to) = filter.received_to {
            query = query.filter(aside(rows::received_at.lt(sql::Instant::from(to)), picked));
        }
        if let Some(from) = filter.updated_from {
            query = query.filter(aside(rows::updated_at.ge(sql::Instant::from(from)), picked));
        }
        if let Some(to) = filter.updated_to {
            query = query.filter(aside(rows::updated_at.lt(sql::Instant::from(to)), picked));
        }
        if let Some(to) = filter.due_to {
            query = query.filter(aside(rows::due_at.lt(sql::Instant::from(to)), picked));
        }
        if let Some(dependency) = &filter.dependency {
            query = query.filter(exists(
                shares::table.filter(shares::petition_id.eq(rows::id)).filter(shares::dependency.eq(dependency)),
            ));
        }
        if let Some(unit) = &filter.unit {
            let named = shares::table.filter(shares::petition_id.eq(rows::id)).filter(shares::unit.eq(unit));
            // Of others' assignments a dependency is not told the unit.
            query = match visibility.filter(|visibility| !visibility.is_all()) {
                Some(visibility) => {
                    let (whole, units, _) = reaches(visibility);
                    let own = shares::dependency.eq_any(whole).or(shares::unit.assume_not_null().eq_any(units));
                    query.filter(exists(named.filter(own)))
                }
                None => query.filter(exists(named)),
            };
        }
        if let Some(visibility) = visibility.filter(|visibility| !visibility.is_all()) {
            let (whole, units, own) = reaches(visibility);
            let share = shares::table
                .filter(shares::petition_id.eq(rows::id))
                .filter(shares::dependency.eq_any(whole).or(shares::unit.assume_not_null().eq_any(units)));
            query = query.filter(rows::id.eq_any(own).or(exists(share)));
            if !sees_flagged(visibility) {
                query = query.filter(rows::against_public_servant.eq(false));
            }
        }
        query
    }};
}

mod map;

pub(super) use self::map::lying_in;
pub use self::map::{Pin, Spots, pins, spots};

pub(super) fn scan_petitions(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: Option<&Visibility>,
    sort: PetitionSort,
    span: &Span,
) -> Result<Vec<Position>, StoreError> {
    // Rows that were picked are looked up by their identifiers and put in order here: left to itself an engine may
    // walk the index of a filter or of the sort instead, and that is as long as the table.
    let picked = span.among.is_some();
    let found: Vec<Position> = on!(db, c => {
        let mut query = rows::table.offset(span.offset).limit(if picked { i64::MAX } else { span.limit }).into_boxed();
        if let Some(among) = &span.among {
            query = query.filter(rows::id.eq_any(among.iter().copied().map(sql::Uid)));
        }
        query = narrowed!(query, filter, visibility, picked);
        if picked {
            return Ok(match sort {
                PetitionSort::Received(side) => in_place(query.select((rows::received_at, rows::id)).load(c)?, side, span),
                PetitionSort::Updated(side) => in_place(query.select((rows::updated_at, rows::id)).load(c)?, side, span),
                PetitionSort::Due => in_place(query.select((rows::due_at, rows::id)).load(c)?, Side::After, span),
            });
        }
        match sort {
            PetitionSort::Received(side) => {
                let key = (rows::received_at, rows::id);
                if let Some(after) = span.after {
                    query = query.filter(beyond(key, side, after));
                }
                if let Some(until) = span.until {
                    query = query.filter(within(key, side, until));
                }
                match side {
                    Side::After => query.order((rows::received_at.asc(), rows::id.asc())).select(key).load(c),
                    Side::Before => query.order((rows::received_at.desc(), rows::id.desc())).select(key).load(c),
                }
            }
            PetitionSort::Updated(side) => {
                let key = (rows::updated_at, rows::id);
                if let Some(after) = span.after {
                    query = query.filter(beyond(key, side, after));
                }
                if let Some(until) = span.until {
                    query = query.filter(within(key, side, until));
                }
                match side {
                    Side::After => query.order((rows::updated_at.asc(), rows::id.asc())).select(key).load(c),
                    Side::Before => query.order((rows::updated_at.desc(), rows::id.desc())).select(key).load(c),
                }
            }
            PetitionSort::Due => {
                let key = (rows::due_at, rows::id);
                if let Some(after) = span.after {
                    query = query.filter(beyond(key, Side::After, after));
                }
                if let Some(until) = span.until {
                    query = query.filter(within(key, Side::After, until));
                }
                query.order((rows::due_at.asc(), rows::id.asc())).select(key).load(c)
            }
        }
    })?;
    Ok(found)
}
