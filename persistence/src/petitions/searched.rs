//! Lists of what a search finds: the words from the search's index, every other filter from the petitions.
//!
//! By receipt, a page is exact as far as it goes: the index knows which blocks hold the newest (or oldest) receipts,
//! and what lies beyond is the next page's. Where receipts came in without any order, and in the other orders, only
//! so many matches are looked at, and the page says that it was capped.

use domain::petition::Petition;
use domain::search::Search;
use domain::visibility::Visibility;

use super::list::{Count, Page, PetitionFilter, PetitionSort, Position, Span, page as cut, scan_petitions};
use super::row::CLOSED_LISTS;
use crate::search::{Bounds, Hunt, counted};
use crate::sql::Side;
use crate::{Db, StoreError};

/// Matches that one call holds in hand, at most, while it looks for the first of them.
const HELD: usize = 10_000;

/// Matches whose petitions are read to put them into another order than by receipt.
const SORTED: usize = 2_000;

/// Petitions that are read at once, to see whether the other filters let them through.
const AT_ONCE: usize = 400;

/// A page of what a search finds.
pub(super) fn page(
    db: &mut Db,
    search: &Search,
    filter: &PetitionFilter,
    visibility: &Visibility,
    sort: PetitionSort,
    after: Option<Position>,
    limit: i64,
) -> Result<Page<Petition>, StoreError> {
    let others = Others::of(filter, visibility);
    match sort {
        PetitionSort::Received(side) => {
            let hunt = Hunt::begin(db, search, side, bounds(filter, after))?;
            by_receipt(db, hunt, &others, side, limit)
        }
        PetitionSort::Updated(_) | PetitionSort::Due => {
            let mut hunt = Hunt::begin(db, search, Side::Before, bounds(filter, None))?;
            let (held, capped) = held(db, &mut hunt, SORTED)?;
            let among = Some(held.into_iter().map(|(_, id)| id).collect());
            let span = Span { after, among, limit: limit + 1, ..Span::default() };
            let found = scan_petitions(db, &others.filter, Some(visibility), sort, &span)?;
            Ok(Page { capped, ..cut(found, limit, None) })
        }
    }
}

/// How many a search finds, as far as it is looked at.
pub(super) fn count(
    db: &mut Db,
    search: &Search,
    filter: &PetitionFilter,
    visibility: &Visibility,
    most: i64,
) -> Result<Count, StoreError> {
    let others = Others::of(filter, visibility);
    let whole = filter.received_from.is_none() && filter.received_to.is_none();
    if others.let_all_through
        && whole
        && let Some(value) = counted(db, search)?
    {
        return Ok(Count { value: value.min(most), exact: value <= most });
    }
    let mut hunt = Hunt::begin(db, search, Side::Before, bounds(filter, None))?;
    let (held, capped) = held(db, &mut hunt, usize::try_from(most).unwrap_or(HELD))?;
    let mut value = 0;
    for some in held.chunks(AT_ONCE * 5) {
        value += others.let_through(db, some, PetitionSort::Received(Side::Before))?.len();
    }
    Ok(Count { value: i64::try_from(value).unwrap_or(most), exact: !capped })
}

fn bounds(filter: &PetitionFilter, after: Option<Position>) -> Bounds {
    Bounds { from: filter.received_from, to: filter.received_to, after }
}

/// At most so many of what the hunt finds, and whether there is more.
fn held(db: &mut Db, hunt: &mut Hunt<'_>, most: usize) -> Result<(Vec<Position>, bool), StoreError> {
    let mut held = Vec::new();
    while held.len() <= most && hunt.edge().is_some() {
        held.extend(hunt.next(db, most + 1 - held.len())?);
    }
    let capped = held.len() > most;
    held.sort_unstable_by(|one, other| other.cmp(one));
    held.truncate(most);
    Ok((held, capped))
}

/// What is asked for besides the words and the receipt.
struct Others<'v> {
    filter: PetitionFilter,
    visibility: &'v Visibility,
    let_all_through: bool,
}

impl<'v> Others<'v> {
    fn of(filter: &PetitionFilter, visibility: &'v Visibility) -> Self {
        let filter = PetitionFilter { search: None, received_from: None, received_to: None, ..filter.clone() };
        let let_all_through = filter == PetitionFilter::default() && visibility.is_all();
        Self { filter, visibility, let_all_through }
    }

    /// Those of these that the other filters and the visibility let through, in the order of the sort.
    fn let_through(&self, db: &mut Db, some: &[Position], sort: PetitionSort) -> Result<Vec<Position>, StoreError> {
        if self.let_all_through {
            return Ok(some.to_vec());
        }
        let among = Some(some.iter().map(|(_, id)| *id).collect());
        let span = Span { among, limit: i64::try_from(some.len()).unwrap_or(CLOSED_LISTS), ..Span::default() };
        scan_petitions(db, &self.filter, Some(self.visibility), sort, &span)
    }
}

/// A page by receipt: what lies before every receipt of the blocks still ahead is in its place.
fn by_receipt(
    db: &mut Db,
    mut hunt: Hunt<'_>,
    others: &Others<'_>,
    side: Side,
    limit: i64,
) -> Result<Page<Petition>, StoreError> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let budget = usize::try_from(CLOSED_LISTS).unwrap_or(usize::MAX);
    let mut ahead: Vec<Position> = Vec::new();
    let mut found: Vec<Position> = Vec::new();
    let (mut looked, mut read) = (0, 0);
    let mut capped = false;
    loop {
        let more = hunt.next(db, HELD - ahead.len().min(HELD - 1))?;
        read += more.len();
        ahead.extend(more);
        ahead.sort_unstable();
        if side == Side::Before {
            ahead.reverse();
        }
        let mut placed = match (hunt.edge(), side) {
            (None, _) => ahead.len(),
            (Some(edge), Side::Before) => ahead.partition_point(|(at, _)| *at > edge),
            (Some(edge), Side::After) => ahead.partition_point(|(at, _)| *at < edge),
        };
        let full = read >= HELD && hunt.edge().is_some();
        if full && found.len() + placed <= wanted {
            // Blocks that reach over the same times: which come first would only show in more of them.
            (placed, capped) = (ahead.len(), true);
        }
        while placed > 0 && found.len() <= wanted && looked < budget {
            let some: Vec<Position> = ahead.drain(..placed.min(AT_ONCE)).collect();
            placed -= some.len();
            looked += if others.let_all_through { 0 } else { some.len() };
            found.extend(others.let_through(db, &some, PetitionSort::Received(side))?);
            if looked >= budget || (full && placed == 0) {
                let bound = if ahead.is_empty() && hunt.edge().is_none() { None } else { some.last().copied() };
                if found.len() <= wanted {
                    return Ok(Page { capped, ..cut(found, limit, bound) });
                }
            }
        }
        if found.len() > wanted || hunt.edge().is_none() {
            return Ok(Page { capped, ..cut(found, limit, None) });
        }
    }
}
