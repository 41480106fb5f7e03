//! What a petitioner brings before a petition can be attended: documents per category, as rows of a catalogue.
//!
//! What was brought is [`crate::delivery`]'s.

use chrono::NaiveDate;
use serde::Deserialize;

use super::cells::{Cells, Rule, Wrongs};
use super::entries::{CatalogueName, Entry, day, fixed, refers};
use super::{Catalogue, Category, in_force, lineage};
use crate::code::Coded;

/// Documents that one category asks for of its own at most, those that have ended left out.
pub const MOST_REQUIREMENTS: usize = 20;

/// What becomes of a document that is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// A copy stays with the petition.
    Kept,
    /// It is looked at and given back: no more is kept of a person than is needed.
    Seen,
}

impl Coded for Handling {
    const NAME: &'static str = "Handling";
    const ALL: &'static [Self] = &[Self::Kept, Self::Seen];

    fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Seen => "seen",
        }
    }
}

/// A document to bring.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Requirement {
    /// Stable code, never reused, unique over all categories.
    pub code: String,
    /// Code of the category that asks for it, as do those below.
    pub category: String,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// What does for it, Spanish.
    pub help_es: Option<String>,
    /// What does for it, English.
    pub help_en: Option<String>,
    /// What becomes of it.
    pub handling: Handling,
    /// Whether it cannot be done without.
    pub required: bool,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

impl Catalogue {
    /// What has to be brought for a category on a day: what those above it ask for first, each in its order.
    #[must_use]
    pub fn requirements_on(&self, category: &str, on: NaiveDate) -> Vec<&Requirement> {
        let mut asked = self.requirements_of(category);
        asked.retain(|row| in_force(row.valid_from, row.valid_until, on));
        asked
    }

    /// What has to be brought for a category, valid or not.
    #[must_use]
    pub fn requirements_of(&self, category: &str) -> Vec<&Requirement> {
        let mut asked = Vec::new();
        for above in lineage(&self.categories, category).into_iter().rev() {
            asked.extend(self.requirements.iter().filter(|row| row.category == above.code));
        }
        asked
    }
}

impl Entry for Requirement {
    const CATALOGUE: CatalogueName = CatalogueName::Requirements;
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "category",
        "name_es",
        "name_en",
        "help_es",
        "help_en",
        "handling",
        "required",
        "valid_from",
        "valid_until",
        "rank",
    ];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            category: String::new(),
            name_es: String::new(),
            name_en: String::new(),
            help_es: None,
            help_en: None,
            // Nobody keeps a person's papers by oversight.
            handling: Handling::Seen,
            required: false,
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs) {
        fixed(cells, "category", &mut self.category, known, wrong);
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.both("help", ("help_es", &mut self.help_es), ("help_en", &mut self.help_en));
        cells.coded("handling", &mut self.handling, wrong);
        cells.flag("required", &mut self.required, wrong);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.in_both(("help_es", self.help_es.as_ref()), ("help_en", self.help_en.as_ref()));
        wrong.validity(self.valid_from, self.valid_until);
        refers::<Category>(city, "category", &self.category, wrong);
        let present = |row: &&Self| row.category == self.category && row.valid_until.is_none();
        if self.valid_until.is_none() && city.requirements.iter().filter(present).count() > MOST_REQUIREMENTS {
            wrong.add("code", Rule::TooMany(MOST_REQUIREMENTS));
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.category.clone(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.help_es.clone().unwrap_or_default(),
            self.help_en.clone().unwrap_or_default(),
            self.handling.code().to_owned(),
            self.required.to_string(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.requirements
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.requirements
    }
}
