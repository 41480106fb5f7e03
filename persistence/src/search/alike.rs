//! Petitions with the same rare words, among the latest of some days, and what the index has noted of others: for finding
//! duplicates.
//!
//! Reads so many blocks and words and no more, whatever the size of the city. What is alike enough is decided elsewhere.

use diesel::prelude::*;
use domain::duplicate::Rarity;
use domain::time;
use uuid::Uuid;

use super::bits::{BLOCK, Bits, PLACES};
use super::schema::{
    search_blocks as blocks, search_entries as entries, search_postings as postings, search_state as state,
};
use crate::petitions::schema::places;
use crate::sql::{Instant, Uid, among};
use crate::{Db, StoreError, on};

/// Blocks that are looked at, at most: those with the latest receipts.
const BLOCKS: i64 = 4;

/// A word that stands in more petitions finds none by itself.
const COMMON: usize = 400;

/// Petitions that are found, at most.
const MOST: usize = 30;

/// What petitions with these words, presented from then to then, say together at least.
const SAID: f64 = 1.0;

/// What the index has noted of a petition.
#[derive(Queryable)]
pub(crate) struct Noted {
    pub petition: Uuid,
    pub received_at: Instant,
    /// With spaces between them.
    pub words: String,
    pub category: String,
    pub kind: String,
}

/// Latitude, longitude and code of the neighbourhood of one that was found, as far as they are known.
pub(crate) type Whereabouts = (Option<f64>, Option<f64>, Option<String>);

/// The petitions that share the rarest of these words, and how rare each is; the index may not hold the very latest.
pub(crate) fn alike<'w>(
    db: &mut Db,
    words: impl IntoIterator<Item = &'w str>,
    (from, to): (time::Instant, time::Instant),
) -> Result<(Vec<(Noted, Whereabouts)>, Rarity), StoreError> {
    let words: Vec<&str> = words.into_iter().collect();
    if words.is_empty() {
        return Ok((Vec::new(), Rarity::default()));
    }
    let near: Vec<(i32, Option<i64>)> = on!(db, c => blocks::table
        .filter(blocks::newest.ge(Instant::from(from)))
        .filter(blocks::oldest.le(Instant::from(to)))
        .order((blocks::newest.desc(), blocks::block.desc()))
        .limit(BLOCKS)
        .select((blocks::block, state::table.select(state::next_number).single_value()))
        .load(c))?;
    if near.is_empty() {
        return Ok((Vec::new(), Rarity::default()));
    }
    let mut rarity = Rarity::default();
    for (block, numbered) in &near {
        let held = (numbered.unwrap_or_default() - i64::from(*block) * BLOCK).clamp(0, BLOCK);
        rarity.petitions += usize::try_from(held).unwrap_or_default();
    }
    let near: Vec<i32> = near.into_iter().map(|(block, _)| block).collect();
    let rows: Vec<(i32, String, Vec<u8>)> = on!(db, c => postings::table
        .filter(among(postings::block, near.clone()))
        .filter(among(postings::word, words))
        .select((postings::block, postings::word, postings::numbers))
        .load(c))?;
    let mut sets = Vec::with_capacity(rows.len());
    for (block, word, bytes) in rows {
        let set = Bits::read(&bytes)?;
        if let Some(found) = rarity.found.get_mut(&word) {
            *found += set.len();
        } else {
            rarity.found.insert(word.clone(), set.len());
        }
        sets.push((block, word, set));
    }
    // A field for each number of these blocks: many numbers have one of the words, and a map would cost more than all.
    let mut said = vec![0.0_f64; near.len() * PLACES];
    for (block, word, set) in &sets {
        let Some(at) = near.iter().position(|one| one == block) else { continue };
        if rarity.found.get(word).is_some_and(|found| *found <= COMMON) {
            let weight = rarity.of(word);
            set.places().for_each(|place| said[at * PLACES + usize::from(place)] += weight);
        }
    }
    let number = |at: usize| {
        let place = i64::try_from(at % PLACES).unwrap_or_default();
        near.get(at / PLACES).map_or(place, |block| i64::from(*block) * BLOCK + place)
    };
    let said = said.into_iter().enumerate().filter(|(_, said)| *said >= SAID);
    let mut said: Vec<(i64, f64)> = said.map(|(at, said)| (number(at), said)).collect();
    said.sort_by(|(number, one), (other, said)| said.total_cmp(one).then(other.cmp(number)));
    said.truncate(MOST);
    if said.is_empty() {
        return Ok((Vec::new(), rarity));
    }
    let numbers: Vec<i64> = said.into_iter().map(|(number, _)| number).collect();
    let found: Vec<(Noted, Whereabouts)> = on!(db, c => entries::table
        .left_join(places::table.on(places::petition_id.eq(entries::petition_id)))
        .filter(among(entries::number, numbers))
        .select((
            (entries::petition_id, entries::received_at, entries::words, entries::category, entries::kind),
            (places::latitude.nullable(), places::longitude.nullable(), places::neighbourhood_code.nullable()),
        ))
        .load(c))?;
    Ok((found, rarity))
}

/// What is noted of these petitions; one that is not in the index yet is left out.
pub(crate) fn noted(db: &mut Db, ids: &[Uuid]) -> Result<Vec<Noted>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    Ok(on!(db, c => entries::table
        .filter(among(entries::petition_id, ids))
        .select((entries::petition_id, entries::received_at, entries::words, entries::category, entries::kind))
        .load(c))?)
}
