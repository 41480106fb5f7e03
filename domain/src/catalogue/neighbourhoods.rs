//! Neighbourhoods by their names, which people write in many ways and which several may bear.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Catalogue, Neighbourhood, folded, in_force};

/// Where the neighbourhoods of each folded name stand in the catalogue of which it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbourhoods(HashMap<String, Vec<usize>>);

impl Neighbourhoods {
    /// Those of a catalogue; ask it with the same catalogue.
    #[must_use]
    pub fn of(city: &Catalogue) -> Self {
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in city.neighbourhoods.iter().enumerate() {
            named.entry(folded(&row.name)).or_default().push(at);
        }
        Self(named)
    }

    /// All of this name that are valid on this day; accents, case and punctuation do not matter.
    #[must_use]
    pub fn named<'c>(&self, city: &'c Catalogue, name: &str, on: NaiveDate) -> Vec<&'c Neighbourhood> {
        let places = self.0.get(&folded(name)).map(Vec::as_slice).unwrap_or_default();
        let rows = places.iter().filter_map(|at| city.neighbourhoods.get(*at));
        rows.filter(|one| in_force(one.valid_from, one.valid_until, on)).collect()
    }

    /// The one of this name, where there is exactly one.
    #[must_use]
    pub fn only<'c>(&self, city: &'c Catalogue, name: &str, on: NaiveDate) -> Option<&'c Neighbourhood> {
        match self.named(city, name, on).as_slice() {
            [only] => Some(only),
            [] | [_, _, ..] => None,
        }
    }
}
