//! Whether the history holds: chains, heads, texts, the stored petition itself, and the counters.
//!
//! Reads only, and repairs nothing. What a chain is and how events fold is `domain`'s; which policy a
//! petition is judged by is the caller's.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::chain::{self, Break, Hash, ORIGIN, Sealed};
use domain::event::Event;
use domain::folio::Folio;
use domain::id::Id;
use domain::petition::Petition;
use domain::policy::Rules;
use domain::text::{TextRef, commitment};
use uuid::Uuid;

use crate::history::{EventRow, TextRow};
use crate::ledger::Ledger;
use crate::on;
use crate::petitions::desks::miscounted;
use crate::petitions::differing;
use crate::schema::{events, texts};
use crate::sql::Uid;
use crate::{Db, StoreError};

/// What the verification of one petition found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integrity {
    /// Whether everything is as it was written.
    pub holds: bool,
    /// Entries of its history.
    pub events: i32,
    /// Texts that were erased on purpose: their chain still holds.
    pub erased_texts: i32,
    /// The first entry that does not hold, by sequence, and why.
    pub first_break: Option<(i32, Break)>,
}

/// Verifies one petition as it is stored. `rules` are those of the petition's own policy.
///
/// # Errors
/// The database's; a break is no error.
pub fn verify_petition(db: &mut Db, petition: &Petition, rules: &Rules) -> Result<Integrity, StoreError> {
    let verified = verify_petitions(db, std::slice::from_ref(petition), |_| rules)?;
    verified.first().copied().ok_or_else(|| StoreError::Schema("a petition that was not verified".to_owned()))
}

/// Verifies several petitions in four queries, and two more where some follow others. `rules` finds those of a petition's own policy.
///
/// # Errors
/// The database's; a break is no error.
pub fn verify_petitions<'r>(
    db: &mut Db,
    petitions: &[Petition],
    rules: impl Fn(&Petition) -> &'r Rules,
) -> Result<Vec<Integrity>, StoreError> {
    let ids = || petitions.iter().map(|petition| Uid::from(petition.id));
    let rows: Vec<EventRow> = on!(db, c => events::table
        .filter(events::petition_id.eq_any(ids()))
        .order((events::petition_id, events::sequence))
        .select(EventRow::as_select())
        .load(c))?;
    let mut histories: HashMap<Uuid, Vec<EventRow>> = HashMap::with_capacity(petitions.len());
    for row in rows {
        histories.entry(row.petition_id.0).or_default().push(row);
    }
    let rows: Vec<TextRow> = on!(db, c => texts::table
        .filter(texts::petition_id.eq_any(ids()))
        .select(TextRow::as_select())
        .load(c))?;
    let texts: HashMap<Uuid, TextRow> = rows.into_iter().map(|row| (row.id.0, row)).collect();
    let mut differing = differing(db, petitions)?;
    differing.extend(astray(db, petitions)?);
    let verified = petitions.iter().map(|petition| {
        let events = histories.get(&petition.id.uuid()).map_or(&[][..], Vec::as_slice);
        let found = examine(petition, events, &texts, rules(petition));
        if found.holds && differing.contains(&petition.id) {
            return Integrity { holds: false, first_break: Some((petition.sequence, Break::State)), ..found };
        }
        found
    });
    Ok(verified.collect())
}

/// Those that do not stand where the petition stands that they follow.
fn astray(db: &mut Db, petitions: &[Petition]) -> Result<HashSet<Id<Petition>>, StoreError> {
    let followers = || petitions.iter().filter_map(|one| Some((one, one.follows.as_ref()?.principal)));
    let wanted: BTreeSet<Id<Petition>> = followers().map(|(_, principal)| principal).collect();
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let principals = crate::petitions::many(db, &wanted.into_iter().collect::<Vec<_>>())?;
    let principals: HashMap<Id<Petition>, &Petition> = principals.iter().map(|one| (one.id, one)).collect();
    let stands = |one: &Petition, principal: Id<Petition>| {
        principals.get(&principal).is_some_and(|other| one.stands_with(other))
    };
    Ok(followers().filter(|(one, principal)| !stands(one, *principal)).map(|(one, _)| one.id).collect())
}

/// The chain, then whether folding it gives what is stored.
fn examine(petition: &Petition, rows: &[EventRow], texts: &HashMap<Uuid, TextRow>, rules: &Rules) -> Integrity {
    let (integrity, events) = examine_chain(petition, rows, texts);
    if !integrity.holds || Petition::fold(&events, rules).is_some_and(|folded| same(petition, folded)) {
        return integrity;
    }
    Integrity { holds: false, first_break: Some((petition.sequence, Break::State)), ..integrity }
}

fn examine_chain(
    petition: &Petition,
    rows: &[EventRow],
    texts: &HashMap<Uuid, TextRow>,
) -> (Integrity, Vec<(Event, Hash)>) {
    let mut erased_texts = 0;
    let mut history = Vec::with_capacity(rows.len());
    let mut last = (0, ORIGIN);
    let mut first_break = None;
    for row in rows {
        let found = sealed(petition.id, row).and_then(|entry| {
            let event = chain::check(petition.id, last, &entry)?;
            Ok((event, entry.hash, words(petition.id, &entry.body, texts)?))
        });
        match found {
            Ok((event, hash, erased)) => {
                last = (row.sequence, hash);
                erased_texts += erased;
                history.push((event, hash));
            }
            Err(broken) => {
                first_break = Some((last.0 + 1, broken));
                break;
            }
        }
    }
    if first_break.is_none() && last != (petition.sequence, petition.head) {
        let sequence = match last.0.cmp(&petition.sequence) {
            std::cmp::Ordering::Equal => last.0,
            // The first entry that only one of the two knows.
            std::cmp::Ordering::Less => last.0 + 1,
            std::cmp::Ordering::Greater => petition.sequence + 1,
        };
        first_break = Some((sequence, Break::Head));
    }
    let events = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    (Integrity { holds: first_break.is_none(), events, erased_texts, first_break }, history)
}

fn sealed(petition: Id<Petition>, row: &EventRow) -> Result<Sealed, Break> {
    let hash = Hash::try_from(row.hash.as_slice()).map_err(|_| Break::Altered)?;
    Ok(Sealed { petition, sequence: row.sequence, body: row.body.clone(), hash })
}

/// Checks the commitments of one entry and counts what was erased.
fn words(petition: Id<Petition>, body: &str, texts: &HashMap<Uuid, TextRow>) -> Result<i32, Break> {
    let body: serde_json::Value = serde_json::from_str(body).map_err(|_| Break::Unreadable)?;
    let mut references = Vec::new();
    collect(&body, &mut references);
    let mut erased = 0;
    for reference in references {
        let row =
            texts.get(&reference.id.uuid()).filter(|row| row.petition_id == petition.into()).ok_or(Break::Text)?;
        match (&row.salt, &row.body) {
            (Some(salt), Some(body)) if commitment(salt, body) == reference.sha256 => {}
            (None, None) => erased += 1,
            (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => return Err(Break::Text),
        }
    }
    Ok(erased)
}

// Whatever carries an identifier and a commitment is a text, in every kind of event there will ever be.
fn collect(value: &serde_json::Value, into: &mut Vec<TextRef>) {
    match value {
        serde_json::Value::Object(fields) => {
            if fields.len() == 2
                && let Ok(reference) = serde_json::from_value::<TextRef>(value.clone())
            {
                into.push(reference);
                return;
            }
            fields.values().for_each(|field| collect(field, into));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

/// Whether the fold gives what is stored. Assignments are loaded in another order than they were routed.
fn same(stored: &Petition, mut folded: Petition) -> bool {
    let mut routed: Vec<&Assignment> = folded.assignments.iter().collect();
    let mut shares: Vec<&Assignment> = stored.assignments.iter().collect();
    routed.sort_by_key(|share| share.id);
    shares.sort_by_key(|share| share.id);
    if routed != shares {
        return false;
    }
    // A new PIN makes no entry in the history.
    folded.pin_version = stored.pin_version;
    folded.assignments.clone_from(&stored.assignments);
    folded == *stored
}

/// A counter that does not agree with what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterBreak {
    /// No event has this change number, or one has it that was never given.
    Change(i64),
    /// No petition has this number of a series and year.
    FolioMissing(String, i64),
    /// Two petitions have this number of a series and year.
    FolioTwice(String, i64),
    /// Not so many lie on this desk of this post or dependency as its count says.
    Desk(String, String),
}

/// The first count of a desk that does not agree with what lies there.
///
/// # Errors
/// The database's.
pub fn desk_miscounted(db: &mut Db) -> Result<Option<CounterBreak>, StoreError> {
    Ok(miscounted(db)?.map(|(desk, owner)| CounterBreak::Desk(desk, owner)))
}

/// How many change numbers are read in one statement.
const CHANGES_AT_ONCE: i64 = 10_000;

/// The first change number up to `upto` that no event has.
///
/// # Errors
/// The database's.
pub fn change_gap(db: &mut Db, upto: i64) -> Result<Option<CounterBreak>, StoreError> {
    let mut last = 0;
    while last < upto {
        let numbers: Vec<i64> = on!(db, c => events::table
            .filter(events::change_no.gt(last))
            .order(events::change_no)
            .limit(CHANGES_AT_ONCE)
            .select(events::change_no)
            .load(c))?;
        if numbers.is_empty() {
            return Ok(Some(CounterBreak::Change(last + 1)));
        }
        for number in numbers {
            if number != last + 1 {
                return Ok((last < upto).then_some(CounterBreak::Change(last + 1)));
            }
            last = number;
        }
    }
    Ok(None)
}

/// The folios of the petitions that were seen, against the ledger as it stood before the walk.
#[derive(Debug)]
pub struct Folios {
    seen: BTreeMap<String, Vec<bool>>,
    twice: Option<CounterBreak>,
}

impl Folios {
    /// Expects every number that the ledger has given.
    #[must_use]
    pub fn of(ledger: &Ledger) -> Self {
        let seen = ledger
            .folios()
            .iter()
            .map(|(series, last)| (series.clone(), vec![false; usize::try_from(*last).unwrap_or(0)]));
        Self { seen: seen.collect(), twice: None }
    }

    /// Takes one petition's folio in. Numbers given after the ledger was read are passed over.
    pub fn see(&mut self, folio: Folio) {
        let series = format!("{}-{}", folio.series.code(), folio.year);
        let at = usize::try_from(folio.number - 1).ok();
        let place = self.seen.get_mut(&series).zip(at).and_then(|(seen, at)| seen.get_mut(at));
        match place {
            Some(true) if self.twice.is_none() => {
                self.twice = Some(CounterBreak::FolioTwice(series, folio.number));
            }
            Some(seen) => *seen = true,
            None => {}
        }
    }

    /// The first number that is there twice or not at all.
    #[must_use]
    pub fn first_break(&self) -> Option<CounterBreak> {
        let missing = || {
            self.seen.iter().find_map(|(series, seen)| {
                let at = seen.iter().position(|seen| !seen)?;
                let number = i64::try_from(at).unwrap_or(i64::MAX).saturating_add(1);
                Some(CounterBreak::FolioMissing(series.clone(), number))
            })
        };
        self.twice.clone().or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use domain::folio::Series;

    use super::*;

    fn folio(number: i64) -> Folio {
        Folio { series: Series::Registered, year: 2026, number }
    }

    fn expecting(last: i64) -> Folios {
        let seen = BTreeMap::from([("AC-2026".to_owned(), vec![false; usize::try_from(last).unwrap()])]);
        Folios { seen, twice: None }
    }

    #[test]
    fn a_missing_and_a_double_folio_are_named_and_later_ones_are_passed_over() {
        let mut whole = expecting(2);
        [1, 2, 3].into_iter().for_each(|number| whole.see(folio(number)));
        assert_eq!(whole.first_break(), None);
        let mut gap = expecting(3);
        [1, 3].into_iter().for_each(|number| gap.see(folio(number)));
        assert_eq!(gap.first_break(), Some(CounterBreak::FolioMissing("AC-2026".to_owned(), 2)));
        let mut twice = expecting(2);
        [1, 2, 2].into_iter().for_each(|number| twice.see(folio(number)));
        assert_eq!(twice.first_break(), Some(CounterBreak::FolioTwice("AC-2026".to_owned(), 2)));
    }

    #[test]
    fn texts_are_found_wherever_an_event_names_them() {
        let id = Uuid::from_u128(7);
        let reference = serde_json::json!({ "id": id, "sha256": "ab" });
        let body = serde_json::json!({ "payload": { "text": reference, "others": [{ "reason": reference }, null] } });
        let mut found = Vec::new();
        collect(&body, &mut found);
        assert_eq!(found.iter().map(|text| text.id.uuid()).collect::<Vec<_>>(), [id, id]);
    }
}
