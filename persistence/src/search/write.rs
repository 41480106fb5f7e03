//! Writes what petitions are found by, and takes back what no longer holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Binary, HasSqlType, Integer, Text};
use domain::folio::Folio;
use domain::search;
use serde::Deserialize;
use uuid::Uuid;

use super::bits::{BLOCK, Bits};
use super::follow::State;
use super::schema::{search_blocks as blocks, search_entries as entries, search_postings as postings};
use crate::petitions::described;
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, Tx, history, on};

/// What one petition is found by, and of what class it is.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub petition: Uuid,
    pub received_at: Instant,
    pub folio: String,
    pub words: BTreeSet<String>,
    pub category: String,
    pub kind: String,
}

/// A petition's facts, as far as they say where its words are.
#[derive(Deserialize)]
struct Facts {
    text: Option<Named>,
    address: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Uuid,
}

#[derive(Insertable)]
// Otherwise SQLite takes the rows of a batch one by one.
#[diesel(table_name = entries, treat_none_as_default_value = false)]
struct EntryRow {
    number: i64,
    petition_id: Uid,
    received_at: Instant,
    folio: String,
    words: String,
    category: String,
    kind: String,
}

/// What of a petition is in the index.
#[derive(Queryable)]
struct Known {
    petition: Uid,
    number: i64,
    words: String,
    category: String,
    kind: String,
}

struct Posting {
    block: i32,
    word: String,
    numbers: Vec<u8>,
}

/// How many values one statement names.
const AT_ONCE: usize = 500;

/// What these petitions are found by, as their texts are now. An identifier that names none is left out.
pub(super) fn read(db: &mut Db, ids: &[Uuid]) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let rows = described(db, some)?;
        let mut texts = Vec::with_capacity(2 * rows.len());
        let mut facts = Vec::with_capacity(rows.len());
        for row in &rows {
            let said: Facts = serde_json::from_str(&row.facts)
                .map_err(|_| StoreError::Schema("facts that do not say where the words are".into()))?;
            texts.extend([&said.text, &said.address].into_iter().flatten().map(|named| named.id));
            facts.push(said);
        }
        let texts = history::texts(db, &texts)?;
        let body = |named: &Option<Named>| {
            let row = texts.get(&named.as_ref()?.id)?;
            row.body.as_deref()
        };
        for (row, said) in rows.iter().zip(&facts) {
            let folio = Folio::parse(&row.folio).map_err(|_| StoreError::Schema("a folio that is none".into()))?;
            let words = [body(&said.text), body(&said.address), row.neighbourhood.as_deref(), row.crossing.as_deref()];
            found.push(Entry {
                petition: row.id.0,
                received_at: row.received_at,
                folio: row.folio.clone(),
                words: search::terms(&folio, words.into_iter().flatten()),
                category: row.category.clone(),
                kind: row.kind.clone(),
            });
        }
    }
    Ok(found)
}

/// What of each block and word is to come in and to go.
type Changes = BTreeMap<(i32, String), (Bits, Bits)>;

/// What of one word is to come in and to go.
type Change = (String, (Bits, Bits));

/// Puts these petitions into the index, new ones and those that are there with other words.
pub(super) fn write(tx: &mut Tx, state: &mut State, those: &[Entry]) -> Result<(), StoreError> {
    let mut changes = Changes::new();
    let mut spans: BTreeMap<i32, (Instant, Instant)> = BTreeMap::new();
    let mut rows = Vec::new();
    let known = known(tx.db()?, those.iter().map(|entry| entry.petition))?;
    for entry in those {
        let written = joined(&entry.words);
        let number = if let Some(known) = known.get(&entry.petition) {
            let same_class = known.category == entry.category && known.kind == entry.kind;
            if same_class && known.words == written {
                continue;
            }
            let old = known.words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
            let old: BTreeSet<String> = old.collect();
            old.difference(&entry.words).for_each(|word| note(&mut changes, known.number, word, false));
            entry.words.difference(&old).for_each(|word| note(&mut changes, known.number, word, true));
            let here = entries::table.find(known.number);
            let now =
                (entries::words.eq(&written), entries::category.eq(&entry.category), entries::kind.eq(&entry.kind));
            on!(tx.writing()?, c => diesel::update(here).set(now).execute(c))?;
            continue;
        } else {
            state.next_number += 1;
            state.next_number - 1
        };
        entry.words.iter().for_each(|word| note(&mut changes, number, word, true));
        let at = entry.received_at;
        let span = spans.entry(place(number).0).or_insert((at, at));
        *span = (span.0.min(at), span.1.max(at));
        rows.push(EntryRow {
            number,
            petition_id: Uid(entry.petition),
            received_at: at,
            folio: entry.folio.clone(),
            words: written,
            category: entry.category.clone(),
            kind: entry.kind.clone(),
        });
    }
    let rest = entries_by::<64>(tx.writing()?, &rows)?;
    entries_by::<1>(tx.writing()?, rest)?;
    let fresh = keep_spans(tx.writing()?, spans)?;
    keep_postings(tx.writing()?, changes, &fresh)
}

fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Block and place of a number.
pub(super) fn place(number: i64) -> (i32, u16) {
    (i32::try_from(number / BLOCK).unwrap_or(i32::MAX), u16::try_from(number % BLOCK).unwrap_or(0))
}

fn note(changes: &mut Changes, number: i64, word: &str, comes: bool) {
    let (block, place) = place(number);
    let (come, go) = changes.entry((block, word.to_owned())).or_insert((Bits::NONE, Bits::NONE));
    if comes { come.set(place) } else { go.set(place) }
}

/// What is in the index of those that are there.
fn known(db: &mut Db, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Known>, StoreError> {
    let mut known = HashMap::new();
    let ids: Vec<Uid> = ids.map(Uid).collect();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<Known> = on!(db, c => entries::table
            .filter(entries::petition_id.eq_any(some))
            .select((entries::petition_id, entries::number, entries::words, entries::category, entries::kind))
            .load(c))?;
        known.extend(rows.into_iter().map(|row| (row.petition.0, row)));
    }
    Ok(known)
}

// Statements of a fixed size stay prepared.
fn entries_by<'r, const N: usize>(db: &mut Db, rows: &'r [EntryRow]) -> Result<&'r [EntryRow], StoreError> {
    let (chunks, rest) = rows.as_chunks::<N>();
    for chunk in chunks {
        on!(db, c => diesel::insert_into(entries::table).values(chunk).execute(c))?;
    }
    Ok(rest)
}

/// Widens the spans of these blocks; says which are new.
fn keep_spans(db: &mut Db, spans: BTreeMap<i32, (Instant, Instant)>) -> Result<BTreeSet<i32>, StoreError> {
    let mut fresh = BTreeSet::new();
    for (block, (oldest, newest)) in spans {
        let old: Option<(Instant, Instant)> = on!(db, c => blocks::table
            .find(block)
            .select((blocks::oldest, blocks::newest))
            .first(c)
            .optional())?;
        if let Some((first, last)) = old {
            let wider = (blocks::oldest.eq(first.min(oldest)), blocks::newest.eq(last.max(newest)));
            on!(db, c => diesel::update(blocks::table.find(block)).set(wider).execute(c))?;
        } else {
            let row = (blocks::block.eq(block), blocks::oldest.eq(oldest), blocks::newest.eq(newest));
            on!(db, c => diesel::insert_into(blocks::table).values(row).execute(c))?;
            fresh.insert(block);
        }
    }
    Ok(fresh)
}

/// Writes the sets of these blocks and words; one that is empty now goes.
fn keep_postings(db: &mut Db, changes: Changes, fresh: &BTreeSet<i32>) -> Result<(), StoreError> {
    let mut by_block: BTreeMap<i32, Vec<Change>> = BTreeMap::new();
    for ((block, word), change) in changes {
        by_block.entry(block).or_default().push((word, change));
    }
    for (block, words) in by_block {
        let old = if fresh.contains(&block) { HashMap::new() } else { stored(db, block, &words)? };
        let mut rows = Vec::with_capacity(words.len());
        let mut gone = Vec::new();
        for (word, (come, go)) in words {
            let mut set = old.get(&word).copied().unwrap_or(Bits::NONE);
            go.places().for_each(|place| set.clear(place));
            set.or(&come);
            if set.is_empty() {
                gone.push(word);
            } else {
                rows.push(Posting { block, word, numbers: set.bytes() });
            }
        }
        let rest = postings_by::<128>(db, &rows)?;
        let rest = postings_by::<16>(db, rest)?;
        postings_by::<1>(db, rest)?;
        for some in gone.chunks(AT_ONCE) {
            let those = postings::table.filter(postings::block.eq(block)).filter(postings::word.eq_any(some));
            on!(db, c => diesel::delete(those).execute(c))?;
        }
    }
    Ok(())
}

fn stored(db: &mut Db, block: i32, words: &[Change]) -> Result<HashMap<String, Bits>, StoreError> {
    let mut stored = HashMap::with_capacity(words.len());
    for some in words.chunks(AT_ONCE) {
        let names = some.iter().map(|(word, _)| word.as_str());
        let rows: Vec<(String, Vec<u8>)> = on!(db, c => postings::table
            .filter(postings::block.eq(block))
            .filter(postings::word.eq_any(names.clone()))
            .select((postings::word, postings::numbers))
            .load(c))?;
        for (word, bytes) in rows {
            stored.insert(word, Bits::read(&bytes)?);
        }
    }
    Ok(stored)
}

fn postings_by<'r, const N: usize>(db: &mut Db, rows: &'r [Posting]) -> Result<&'r [Posting], StoreError> {
    let (chunks, rest) = rows.as_chunks::<N>();
    for chunk in chunks {
        on!(db, c => Upsert(chunk).execute(c))?;
    }
    Ok(rest)
}

/// Writes so many sets in one prepared statement, each over the one before it: Diesel writes no such statement for
/// several rows on both engines.
struct Upsert<'r, const N: usize>(&'r [Posting; N]);

impl<const N: usize> QueryId for Upsert<'_, N> {
    type QueryId = Upsert<'static, N>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C, const N: usize> RunQueryDsl<C> for Upsert<'_, N> {}

impl<DB, const N: usize> QueryFragment<DB> for Upsert<'_, N>
where
    DB: Backend,
    i32: ToSql<Integer, DB>,
    String: ToSql<Text, DB>,
    Vec<u8>: ToSql<Binary, DB>,
    DB: HasSqlType<Integer> + HasSqlType<Text> + HasSqlType<Binary>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO search_postings (block, word, numbers) VALUES ");
        for (at, row) in self.0.iter().enumerate() {
            out.push_sql(if at == 0 { "(" } else { "), (" });
            out.push_bind_param::<Integer, _>(&row.block)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.word)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(&row.numbers)?;
        }
        out.push_sql(") ON CONFLICT (block, word) DO UPDATE SET numbers = excluded.numbers");
        Ok(())
    }
}

/// Takes back what a petition was found by and does no longer, at once: a text of it has been erased. Whoever is at
/// work on the index with the text in hand learns of it by the state.
pub(crate) fn forget(tx: &mut Tx, petition: Uuid) -> Result<(), StoreError> {
    let mut state = State::read(tx.db()?)?;
    if !known(tx.db()?, std::iter::once(petition))?.is_empty() {
        let those = read(tx.db()?, &[petition])?;
        write(tx, &mut state, &those)?;
    }
    state.erasures += 1;
    state.keep(tx)
}
