//! What lies in a box of the map: which petitions, for lists; where they are and how they stand, for drawing.
//!
//! A box that is no larger than a city is looked up by its cells, row by row of them (an `OR` of ranges would have SQLite
//! tell twins apart at great cost), whenever what lies in it was received. A larger one, or one in which too much lies, is
//! looked at from the latest receipt on: a call reads so many and no more. Child of the lists, because it asks for the
//! same filters.

use domain::cell;
use domain::map::Spot;
use domain::state::State;

use super::*;

/// Petitions that one drawing looks at.
const DRAWN: i64 = 100_000;

/// Places that are read by their cells, whenever they were received.
const FEW: i64 = 20_000;

/// Places that a list looks at to see which lie in its box.
const LOOKED_AT: i64 = 4_000;

/// Places to draw.
#[derive(Clone, Debug)]
pub struct Spots {
    /// Whose they are.
    pub ids: Vec<Id<Petition>>,
    /// Where they are, and how they stand: one for each.
    pub spots: Vec<Spot>,
    /// Whether there may be more than was looked at.
    pub capped: bool,
}

/// What is told of a petition that stands alone on the map.
#[derive(Clone, Debug, Queryable)]
pub struct Pin {
    /// The petition.
    pub id: Uuid,
    /// Its folio.
    pub folio: String,
    /// Its version.
    pub version: i32,
    /// Code of its kind.
    pub kind: String,
    /// Code of its category.
    pub category: String,
    /// Code of its priority.
    pub priority: String,
}

/// The petitions that lie in a box; none where it is too large, or too much lies in it, to look them all up.
pub(in crate::petitions) fn lying_in(db: &mut Db, within: BoundingBox) -> Result<Option<Vec<Uuid>>, StoreError> {
    let Some(ranges) = ranges(within) else { return Ok(None) };
    let mut among = Vec::new();
    let mut left = LOOKED_AT;
    for (first, last) in ranges {
        let found: Vec<(Uuid, Option<f64>, Option<f64>)> = on!(db, c => places::table
            .filter(places::cell.between(first, last))
            .limit(left + 1)
            .select((places::petition_id, places::latitude, places::longitude))
            .load(c))?;
        left -= i64::try_from(found.len()).unwrap_or(i64::MAX);
        if left < 0 {
            return Ok(None);
        }
        among.extend(found.into_iter().filter_map(|(id, latitude, longitude)| {
            let (latitude, longitude) = latitude.zip(longitude)?;
            within.holds(latitude, longitude).then_some(id)
        }));
    }
    Ok(Some(among).filter(|among| among.len() <= usize::try_from(CLOSED_LISTS).unwrap_or(usize::MAX)))
}

/// Whether no more than so many places lie in these cells.
fn are_few(db: &mut Db, ranges: &[(i64, i64)]) -> Result<bool, StoreError> {
    let mut left = FEW;
    for (first, last) in ranges {
        let found: Vec<Option<i64>> = on!(db, c => places::table
            .filter(places::cell.between(*first, *last))
            .limit(left + 1)
            .select(places::cell)
            .load(c))?;
        left -= i64::try_from(found.len()).unwrap_or(i64::MAX);
        if left < 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The cells that a box touches, where it is no larger than a city.
fn ranges(within: BoundingBox) -> Option<Vec<(i64, i64)>> {
    let [west, south, east, north] = within.degrees();
    cell::across((south, west), (north, east))
}

/// How the places to draw are found.
#[derive(Clone, Copy)]
enum By<'a> {
    /// By the cells in which they lie, from one to another.
    Cells(i64, i64),
    /// By receipt, from the latest on, until this one.
    Receipt(Option<Position>),
    /// One by one.
    Themselves(&'a [Id<Petition>]),
}

/// Places of petitions, to draw: at most so many, the latest received.
///
/// # Errors
/// The database's; a state that this binary does not know.
pub fn spots(db: &mut Db, filter: &PetitionFilter, visibility: &Visibility) -> Result<Spots, StoreError> {
    let mut drawn = Spots { ids: Vec::new(), spots: Vec::new(), capped: false };
    if visibility.is_nothing() || (filter.is_of_office() && !visibility.is_all()) {
        return Ok(drawn);
    }
    if let Some(search) = &filter.search {
        let sort = PetitionSort::Received(Side::Before);
        let page = searched::page(db, search, filter, visibility, sort, None, CLOSED_LISTS)?;
        drawn.capped = page.capped || page.next.is_some();
        // They passed every filter already.
        draw(db, &PetitionFilter::default(), visibility, By::Themselves(&page.ids), &mut drawn)?;
        return Ok(drawn);
    }
    if let Some(ranges) = filter.within.and_then(ranges)
        && are_few(db, &ranges)?
    {
        for (first, last) in ranges {
            draw(db, filter, visibility, By::Cells(first, last), &mut drawn)?;
        }
        return Ok(drawn);
    }
    // Many places are read sooner in the order in which they were written than in that of their cells.
    let indexed = PetitionFilter {
        received_from: filter.received_from,
        received_to: filter.received_to,
        ..PetitionFilter::default()
    };
    let last = Span { offset: DRAWN, limit: 1, ..Span::default() };
    let until = scan_petitions(db, &indexed, None, PetitionSort::Received(Side::Before), &last)?.pop();
    drawn.capped = until.is_some();
    draw(db, filter, visibility, By::Receipt(until), &mut drawn)?;
    Ok(drawn)
}

fn draw(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    by: By<'_>,
    drawn: &mut Spots,
) -> Result<(), StoreError> {
    // The filter's box is the joined place's own: it is not looked up once more.
    let others = PetitionFilter { within: None, ..filter.clone() };
    let found: Vec<(Uuid, String, Option<f64>, Option<f64>)> = on!(db, c => {
        let marks = diesel::alias!(places as marks);
        let mut query = rows::table
            .inner_join(marks.on(marks.field(places::petition_id).eq(rows::id)))
            .into_boxed();
        match by {
            By::Cells(first, last) => query = query.filter(marks.field(places::cell).between(first, last)),
            By::Receipt(until) => {
                if let Some(until) = until {
                    query = query.filter(within((rows::received_at, rows::id), Side::Before, until));
                }
                if let Some(to) = filter.received_to {
                    query = query.filter(rows::received_at.lt(sql::Instant::from(to)));
                }
            }
            By::Themselves(those) => {
                query = query.filter(rows::id.eq_any(those.iter().copied().map(sql::Uid::from)));
            }
        }
        query = narrowed!(query, &others, Some(visibility), true);
        if let Some(within) = filter.within {
            let [west, south, east, north] = within.degrees();
            query = query
                .filter(marks.field(places::latitude).between(south, north))
                .filter(marks.field(places::longitude).between(west, east));
        }
        query
            .select((rows::id, rows::state, marks.field(places::latitude), marks.field(places::longitude)))
            .load(c)
    })?;
    for (id, state, latitude, longitude) in found {
        let unknown = || StoreError::Schema("a petition with an unknown code in state".to_owned());
        let state = State::parse(&state).ok_or_else(unknown)?;
        if let Some((latitude, longitude)) = latitude.zip(longitude) {
            drawn.ids.push(Id::new(id));
            drawn.spots.push(Spot { latitude, longitude, state });
        }
    }
    Ok(())
}

/// What is told of some petitions that stand alone on the map, in no order.
///
/// # Errors
/// The database's.
pub fn pins(db: &mut Db, ids: &[Id<Petition>]) -> Result<Vec<Pin>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(db, c => rows::table
        .filter(rows::id.eq_any(ids.iter().copied().map(sql::Uid::from)))
        .select((rows::id, rows::folio, rows::version, rows::kind, rows::category, rows::priority))
        .load(c))?)
}
