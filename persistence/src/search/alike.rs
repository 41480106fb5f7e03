//! Petitions with the same rare words, among the latest of some days: for finding duplicates.
//!
//! Reads so many blocks and words and no more, whatever the size of the city. What is alike enough is decided elsewhere.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::duplicate::Rarity;
use domain::time;
use uuid::Uuid;

use super::bits::{BLOCK, Bits};
use super::follow::State;
use super::schema::{search_blocks as blocks, search_entries as entries, search_postings as postings};
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, on};

/// Blocks that are looked at, at most: those with the latest receipts.
const BLOCKS: usize = 4;

/// A word that stands in more petitions finds none by itself.
const COMMON: usize = 400;

/// Petitions that are found, at most.
const MOST: usize = 30;

/// What petitions with these words, presented from then to then, say together at least.
const SAID: f64 = 1.0;

/// The petitions that share the rarest of these words, and how rare each is; the index may not hold the very latest.
pub(crate) fn alike<'w>(
    db: &mut Db,
    words: impl IntoIterator<Item = &'w str>,
    (from, to): (time::Instant, time::Instant),
) -> Result<(Vec<Uuid>, Rarity), StoreError> {
    let words: Vec<&str> = words.into_iter().collect();
    let mut near: Vec<(i32, Instant)> = on!(db, c => blocks::table
        .filter(blocks::newest.ge(Instant::from(from)))
        .filter(blocks::oldest.le(Instant::from(to)))
        .select((blocks::block, blocks::newest))
        .load(c))?;
    near.sort_by_key(|(block, newest)| std::cmp::Reverse((*newest, *block)));
    near.truncate(BLOCKS);
    let mut rarity = Rarity::default();
    if words.is_empty() || near.is_empty() {
        return Ok((Vec::new(), rarity));
    }
    let numbered = State::read(db)?.next_number;
    for (block, _) in &near {
        let held = (numbered - i64::from(*block) * BLOCK).clamp(0, BLOCK);
        rarity.petitions += usize::try_from(held).unwrap_or_default();
    }
    let near: Vec<i32> = near.into_iter().map(|(block, _)| block).collect();
    let rows: Vec<(i32, String, Vec<u8>)> = on!(db, c => postings::table
        .filter(postings::block.eq_any(&near))
        .filter(postings::word.eq_any(&words))
        .select((postings::block, postings::word, postings::numbers))
        .load(c))?;
    let sets = rows
        .into_iter()
        .map(|(block, word, bytes)| Ok((block, word, Bits::read(&bytes)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    for (_, word, set) in &sets {
        *rarity.found.entry(word.clone()).or_default() += set.len();
    }
    let mut said: HashMap<i64, f64> = HashMap::new();
    for (block, word, set) in &sets {
        if rarity.found.get(word).is_some_and(|found| *found <= COMMON) {
            let weight = rarity.of(word);
            for place in set.places() {
                *said.entry(i64::from(*block) * BLOCK + i64::from(place)).or_default() += weight;
            }
        }
    }
    let mut said: Vec<(i64, f64)> = said.into_iter().filter(|(_, said)| *said >= SAID).collect();
    said.sort_by(|(number, one), (other, said)| said.total_cmp(one).then(other.cmp(number)));
    said.truncate(MOST);
    let numbers: Vec<i64> = said.into_iter().map(|(number, _)| number).collect();
    let found: Vec<Uuid> = on!(db, c => entries::table
        .filter(entries::number.eq_any(&numbers))
        .select(entries::petition_id)
        .load(c))?;
    Ok((found, rarity))
}

/// The terms by which these petitions are found; one that is not in the index yet is left out.
pub(crate) fn terms_of(db: &mut Db, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, StoreError> {
    let ids = ids.iter().copied().map(Uid);
    let found: Vec<(Uuid, String)> = on!(db, c => entries::table
        .filter(entries::petition_id.eq_any(ids.clone()))
        .select((entries::petition_id, entries::words))
        .load(c))?;
    Ok(found.into_iter().collect())
}
