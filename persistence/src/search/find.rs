//! Finds what a search asks for: block by block, those with the newest (or the oldest) receipts first.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::search::{Fragment, Search};
use domain::time;
use uuid::Uuid;

use super::bits::{BLOCK, Bits};
use super::schema::{search_blocks as blocks, search_entries as entries, search_postings as postings};
use super::write::place;
use crate::petitions::Position;
use crate::sql::{Instant, Side};
use crate::{Db, StoreError, on};

/// Which receipts are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    /// Then or later.
    pub from: Option<time::Instant>,
    /// Before.
    pub to: Option<time::Instant>,
    /// Beyond this one in the order of the hunt.
    pub after: Option<Position>,
}

#[derive(Clone, Copy, Debug, Queryable)]
struct Block {
    number: i32,
    oldest: Instant,
    newest: Instant,
}

/// A search on its way through the blocks.
pub(crate) struct Hunt<'s> {
    search: &'s Search,
    side: Side,
    bounds: Bounds,
    /// The blocks that it has not been through, the next one last.
    rest: Vec<Block>,
    /// How many it looks at next.
    stride: usize,
}

/// The sets of one block, by word.
type Words = HashMap<String, Bits>;

impl<'s> Hunt<'s> {
    /// A search that goes through the receipts from the newest (`Side::Before`) or from the oldest.
    ///
    /// # Errors
    /// The database's.
    pub fn begin(db: &mut Db, search: &'s Search, side: Side, bounds: Bounds) -> Result<Self, StoreError> {
        let mut rest: Vec<Block> = on!(db, c => blocks::table
            .select((blocks::block, blocks::oldest, blocks::newest))
            .load(c))?;
        rest.retain(|block| {
            let beyond = bounds.after.is_none_or(|(at, _)| match side {
                Side::Before => block.oldest.0 <= at,
                Side::After => block.newest.0 >= at,
            });
            beyond
                && bounds.from.is_none_or(|from| block.newest.0 >= from)
                && bounds.to.is_none_or(|to| block.oldest.0 < to)
        });
        match side {
            Side::Before => rest.sort_by_key(|block| (block.newest, block.number)),
            Side::After => rest.sort_by_key(|block| (std::cmp::Reverse(block.oldest), block.number)),
        }
        Ok(Self { search, side, bounds, rest, stride: 1 })
    }

    /// The first receipt, in the order of the hunt, that a block may hold which it has not been through; none when it
    /// has been through all.
    pub fn edge(&self) -> Option<time::Instant> {
        self.rest.last().map(|block| match self.side {
            Side::Before => block.newest.0,
            Side::After => block.oldest.0,
        })
    }

    /// What is found in the next blocks, in no order: those of at least one block, and then of no more than it takes
    /// to find so many.
    ///
    /// # Errors
    /// The database's.
    pub fn next(&mut self, db: &mut Db, enough: usize) -> Result<Vec<Position>, StoreError> {
        let from = self.rest.len().saturating_sub(self.stride);
        self.stride = (self.stride * 4).min(256);
        let some: Vec<i32> = self.rest[from..].iter().map(|block| block.number).collect();
        let mut sets = words(db, self.search, &some)?;
        let mut found: Vec<i64> = Vec::new();
        let mut doubtful: HashMap<i32, Vec<Vec<Found<'s>>>> = HashMap::new();
        while self.rest.len() > from
            && found.len() < enough
            && let Some(block) = self.rest.pop()
        {
            let words = sets.remove(&block.number).unwrap_or_default();
            let parts = parts(self.search, &words);
            let all = joined(&parts);
            found.extend(all.places().map(|place| i64::from(block.number) * BLOCK + i64::from(place)));
            doubtful.insert(block.number, parts);
        }
        let mut positions = Vec::with_capacity(found.len());
        // A statement takes so many values and no more.
        for some in found.chunks(4_096) {
            let rows: Vec<(i64, Uuid, Instant, String)> = on!(db, c => entries::table
                .filter(entries::number.eq_any(some))
                .select((entries::number, entries::petition_id, entries::received_at, entries::folio))
                .load(c))?;
            positions.extend(rows.into_iter().filter_map(|(number, id, at, folio)| {
                let (block, place) = place(number);
                let fits = doubtful
                    .get(&block)
                    .is_some_and(|parts| parts.iter().all(|ways| ways.iter().any(|way| way.has(place, &folio))));
                Some((at.0, id)).filter(|position| fits && self.wants(*position))
            }));
        }
        Ok(positions)
    }

    fn wants(&self, position: Position) -> bool {
        let Bounds { from, to, after } = self.bounds;
        from.is_none_or(|from| position.0 >= from)
            && to.is_none_or(|to| position.0 < to)
            && after.is_none_or(|after| match self.side {
                Side::Before => position < after,
                Side::After => position > after,
            })
    }
}

/// What one way of a part finds in a block.
struct Found<'s> {
    places: Bits,
    folio: Option<&'s Fragment>,
}

impl Found<'_> {
    fn has(&self, place: u16, folio: &str) -> bool {
        self.places.has(place) && self.folio.is_none_or(|fragment| fragment.fits(folio))
    }
}

/// What each way of each part finds by its terms.
fn parts<'s>(search: &'s Search, words: &Words) -> Vec<Vec<Found<'s>>> {
    let found = |terms: &[String]| {
        terms.iter().fold(Bits::ALL, |mut all, term| {
            all.and(words.get(term).unwrap_or(&Bits::NONE));
            all
        })
    };
    let ways = search.parts.iter().map(|part| &part.ways);
    ways.map(|ways| ways.iter().map(|way| Found { places: found(&way.terms), folio: way.folio.as_ref() }).collect())
        .collect()
}

/// What every part finds in some way.
fn joined(parts: &[Vec<Found<'_>>]) -> Bits {
    parts.iter().fold(Bits::ALL, |mut all, ways| {
        let any = ways.iter().fold(Bits::NONE, |mut any, way| {
            any.or(&way.places);
            any
        });
        all.and(&any);
        all
    })
}

/// The sets of these blocks for every term of the search.
fn words(db: &mut Db, search: &Search, some: &[i32]) -> Result<HashMap<i32, Words>, StoreError> {
    let terms: Vec<&str> = search.terms().into_iter().collect();
    let rows: Vec<(i32, String, Vec<u8>)> = on!(db, c => postings::table
        .filter(postings::block.eq_any(some))
        .filter(postings::word.eq_any(&terms))
        .select((postings::block, postings::word, postings::numbers))
        .load(c))?;
    let mut sets: HashMap<i32, Words> = HashMap::new();
    for (block, word, bytes) in rows {
        sets.entry(block).or_default().insert(word, Bits::read(&bytes)?);
    }
    Ok(sets)
}

/// How many petitions a search finds in all, where words alone tell: none for fragments of folios.
///
/// # Errors
/// The database's.
pub(crate) fn counted(db: &mut Db, search: &Search) -> Result<Option<i64>, StoreError> {
    if search.parts.iter().flat_map(|part| &part.ways).any(|way| way.folio.is_some()) {
        return Ok(None);
    }
    let all: Vec<i32> = on!(db, c => blocks::table.select(blocks::block).load(c))?;
    let mut count = 0;
    for some in all.chunks(256) {
        let sets = words(db, search, some)?;
        count += sets.values().map(|words| joined(&parts(search, words)).len()).sum::<usize>();
    }
    Ok(i64::try_from(count).ok())
}
