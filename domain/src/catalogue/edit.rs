//! The one way in which a catalogue changes: rows are put in by code, all of them or none.
//!
//! Owns the rules that hold for every catalogue; those of one catalogue stand beside its rows. Nothing is taken out:
//! what ends keeps its row and its code.

use std::collections::{HashMap, HashSet};

use super::Catalogue;
use super::cells::{Cells, Rule, Wrong, Wrongs, is_code};
use super::entries::Entry;

/// What a catalogue is after rows were put in.
#[derive(Clone, Debug)]
pub struct Merged<E> {
    /// The whole, as it is afterwards.
    pub catalogue: Catalogue,
    /// The rows whose codes are new, what others refer to first.
    pub added: Vec<E>,
    /// The rows that are not as they were.
    pub changed: Vec<E>,
    /// How many were given as they are already.
    pub unchanged: usize,
}

impl<E> Merged<E> {
    /// Whether anything is to be written.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }
}

/// Puts rows in by code: those that are there are changed in the columns that are given, the others are added.
///
/// # Errors
/// Everything that is wrong, by row and column; then nothing is put in.
pub fn merge<E: Entry>(city: &Catalogue, given: &[Cells]) -> Result<Merged<E>, Vec<Wrong>> {
    let mut wrong = Wrongs::default();
    let mut after = city.clone();
    let rows = E::rows_mut(&mut after);
    let mut places: HashMap<String, usize> =
        rows.iter().enumerate().map(|(at, row)| (row.code().to_owned(), at)).collect();
    let known = rows.len();
    let mut last = rows.iter().map(Entry::rank).max().unwrap_or(-1);
    let mut seen = HashSet::new();
    let mut touched = Vec::with_capacity(given.len());
    for (at, cells) in given.iter().enumerate() {
        wrong.row = at;
        let Some(code) = cells.get("code").filter(|code| !code.is_empty()) else {
            wrong.add("code", Rule::Required);
            continue;
        };
        if !is_code(code) {
            wrong.add("code", Rule::CodeMalformed);
            continue;
        }
        if !seen.insert(code.to_owned()) {
            wrong.add("code", Rule::Twice);
            continue;
        }
        let place = *places.entry(code.to_owned()).or_insert_with(|| {
            last = last.saturating_add(1);
            rows.push(E::blank(code, last));
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(place) {
            row.take(cells, place < known, &mut wrong);
        }
        touched.push((at, place));
    }
    for (at, place) in &touched {
        wrong.row = *at;
        if let Some(row) = E::rows(&after).get(*place) {
            row.judge(&after, &mut wrong);
        }
    }
    if !wrong.found.is_empty() {
        wrong.found.sort_by_key(|one| one.row);
        return Err(wrong.found);
    }
    let mut merged = Merged { catalogue: city.clone(), added: Vec::new(), changed: Vec::new(), unchanged: 0 };
    for (_, place) in touched {
        match (E::rows(&after).get(place), E::rows(city).get(place)) {
            (Some(row), None) => merged.added.push(row.clone()),
            (Some(row), Some(old)) if row != old => merged.changed.push(row.clone()),
            (Some(_), Some(_)) => merged.unchanged += 1,
            (None, _) => {}
        }
    }
    after.put_in_order();
    let order: HashMap<&str, usize> = E::rows(&after).iter().enumerate().map(|(at, row)| (row.code(), at)).collect();
    merged.added.sort_by_key(|row| order.get(row.code()).copied());
    merged.catalogue = after;
    Ok(merged)
}

impl Catalogue {
    /// Brings the rows into the order in which people are shown them: by rank, categories after the one above them,
    /// neighbourhoods by name.
    pub fn put_in_order(&mut self) {
        self.dependencies.sort_by_key(|row| row.rank);
        self.units.sort_by_key(|row| row.rank);
        self.channels.sort_by_key(|row| row.rank);
        self.programmes.sort_by_key(|row| row.rank);
        self.authorities.sort_by_key(|row| row.rank);
        self.procedures.sort_by_key(|row| row.rank);
        self.templates.sort_by_key(|row| row.rank);
        self.fields.sort_by_key(|row| row.rank);
        self.requirements.sort_by_key(|row| row.rank);
        self.neighbourhoods.sort_by_cached_key(|row| (super::folded(&row.name), row.code.clone()));
        self.categories.sort_by_key(|row| row.rank);
        let mut below: HashMap<Option<String>, Vec<super::Category>> = HashMap::new();
        let codes: HashSet<String> = self.categories.iter().map(|row| row.code.clone()).collect();
        for row in std::mem::take(&mut self.categories) {
            // One whose parent is not there stands at the top rather than nowhere.
            let parent = row.parent.clone().filter(|parent| codes.contains(parent));
            below.entry(parent).or_default().push(row);
        }
        let mut waiting = below.remove(&None).unwrap_or_default();
        waiting.reverse();
        while let Some(row) = waiting.pop() {
            let children = below.remove(&Some(row.code.clone())).unwrap_or_default();
            waiting.extend(children.into_iter().rev());
            self.categories.push(row);
        }
        // What hangs in a ring is reached from no top, and still is not lost.
        let mut rest: Vec<super::Category> = below.into_values().flatten().collect();
        rest.sort_by_key(|row| row.rank);
        self.categories.append(&mut rest);
    }
}

#[cfg(test)]
mod tests;
