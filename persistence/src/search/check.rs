//! Whether the index agrees with the petitions that it was made from, for verification.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use uuid::Uuid;

use super::bits::{BLOCK, Bits};
use super::follow::State;
use super::schema::{search_blocks as blocks, search_entries as entries, search_postings as postings};
use super::write::{self, Entry, place};
use crate::ledger::Ledger;
use crate::{Db, StoreError, on};

/// What one look at the index found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Petitions that were compared.
    pub compared: usize,
    /// Folios of those that are found by other words than their texts have, or noted as of another class.
    pub differing: Vec<String>,
    /// Whether the index had not followed every change yet: what differs may be about to be put right.
    pub behind: bool,
    /// The block to look at next; none after the last.
    pub next: Option<i32>,
}

/// A petition as the index has it: number, identifier, folio, words, and its category and kind.
type Noted = (i64, Uuid, String, String, (String, String));

/// Compares the petitions of one block of the index with their texts; `block` is 0 to begin with.
///
/// # Errors
/// The database's.
pub fn agreement(db: &mut Db, block: i32) -> Result<Agreement, StoreError> {
    let behind = State::read(db)?.position < Ledger::read(db)?.change_no();
    let next: Option<i32> = on!(db, c => blocks::table
        .filter(blocks::block.gt(block))
        .order(blocks::block)
        .select(blocks::block)
        .first(c)
        .optional())?;
    let first = i64::from(block) * BLOCK;
    let rows: Vec<Noted> = on!(db, c => entries::table
        .filter(entries::number.ge(first))
        .filter(entries::number.lt(first + BLOCK))
        .select((
            entries::number,
            entries::petition_id,
            entries::folio,
            entries::words,
            (entries::category, entries::kind),
        ))
        .load(c))?;
    let ids: Vec<Uuid> = rows.iter().map(|(_, id, _, _, _)| *id).collect();
    let petitions: HashMap<Uuid, Entry> =
        write::read(db, &ids)?.into_iter().map(|entry| (entry.petition, entry)).collect();
    let sets: Vec<(String, Vec<u8>)> = on!(db, c => postings::table
        .filter(postings::block.eq(block))
        .select((postings::word, postings::numbers))
        .load(c))?;
    let mut found_by: BTreeMap<u16, BTreeSet<String>> = BTreeMap::new();
    for (word, bytes) in sets {
        for place in Bits::read(&bytes)?.places() {
            found_by.entry(place).or_default().insert(word.clone());
        }
    }
    let mut differing = Vec::new();
    for (number, id, folio, noted, (category, kind)) in &rows {
        let petition = petitions.get(id);
        let words = petition.map(|entry| entry.words.clone()).unwrap_or_default();
        let of_class = petition.is_some_and(|entry| entry.category == *category && entry.kind == *kind);
        let noted: BTreeSet<String> = noted.split(' ').map(str::to_owned).collect();
        if found_by.remove(&place(*number).1).unwrap_or_default() != words || noted != words || !of_class {
            differing.push(folio.clone());
        }
    }
    // What is left belongs to no petition at all.
    differing.extend(found_by.keys().map(|place| format!("#{}", first + i64::from(*place))));
    Ok(Agreement { compared: rows.len(), differing, behind, next })
}

/// How many petitions the index does not hold, where it has followed every change.
///
/// # Errors
/// The database's.
pub fn missing(db: &mut Db) -> Result<i64, StoreError> {
    if State::read(db)?.position < Ledger::read(db)?.change_no() {
        return Ok(0);
    }
    let held: i64 = on!(db, c => entries::table.count().get_result(c))?;
    Ok(crate::petitions::how_many(db)? - held)
}
