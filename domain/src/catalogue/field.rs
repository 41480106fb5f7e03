//! The fields of categories' forms as rows of a catalogue: what a category asks for, with all below it.
//!
//! How what is filled in is judged is [`crate::form`]'s to tell. What a field takes never changes, because petitions hold
//! what it took: it ends, and another one is added.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

use super::cells::{Cells, Rule, Wrongs, is_code};
use super::entries::{CatalogueName, Entry, day, fixed, leads_to, refers};
use super::{Catalogue, Category, in_force, lineage};
use crate::code::Coded;
use crate::form::{FieldType, Form, LARGEST, LONGEST};

/// Fields that one category asks for of its own at most, those that have ended left out.
pub const MOST_FIELDS: usize = 20;

/// Choices that a field offers at most.
pub const MOST_CHOICES: usize = 50;

/// What a field offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its code in the field, never reused there.
    pub code: String,
    /// What it says, Spanish.
    pub name_es: String,
    /// What it says, English.
    pub name_en: String,
    /// Whether it is offered no more, and kept for what was filled in before.
    pub ended: bool,
}

/// What a category asks for beside the citizen's words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FormField {
    /// Stable code, never reused, unique over all categories.
    pub code: String,
    /// Code of the category that asks for it, as do those below.
    pub category: String,
    /// What is asked, Spanish.
    pub name_es: String,
    /// What is asked, English.
    pub name_en: String,
    /// How to fill it in, Spanish.
    pub help_es: Option<String>,
    /// How to fill it in, English.
    pub help_en: Option<String>,
    /// What it takes.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether it has to be filled in where it is asked.
    pub required: bool,
    /// What it offers.
    #[serde(deserialize_with = "offered")]
    pub choices: Vec<Choice>,
    /// The smallest number that it takes.
    pub min: Option<i64>,
    /// The largest number that it takes.
    pub max: Option<i64>,
    /// The most characters that it takes.
    pub max_length: Option<i32>,
    /// Code of another field of the form, on which it hangs whether this one is asked.
    pub shown_when_field: Option<String>,
    /// Codes of that field's choices with which it is.
    #[serde(deserialize_with = "codes")]
    pub shown_when_is: Vec<String>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when asked, from 0.
    #[serde(default)]
    pub rank: i32,
}

impl Catalogue {
    /// What a category asks for on a day: what those above it ask for first, each in its order.
    #[must_use]
    pub fn form(&self, category: &str, on: NaiveDate) -> Form<'_> {
        let mut asked = self.fields_of(category);
        asked.retain(|field| in_force(field.valid_from, field.valid_until, on));
        Form::of(asked)
    }

    /// What a category asks for, valid or not.
    #[must_use]
    pub fn fields_of(&self, category: &str) -> Vec<&FormField> {
        let mut asked = Vec::new();
        for above in lineage(&self.categories, category).into_iter().rev() {
            asked.extend(self.fields.iter().filter(|field| field.category == above.code));
        }
        asked
    }
}

/// The choices of a cell: one a line, as `code | Spanish | English`, with `| ended` behind what is offered no more.
fn choices(cell: &str) -> Option<Vec<Choice>> {
    let lines = cell.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let (code, name_es, name_en, ended) = match parts.as_slice() {
                [code, es, en] => (code, es, en, false),
                [code, es, en, "ended"] => (code, es, en, true),
                _ => return None,
            };
            let named = is_code(code) && !name_es.is_empty() && !name_en.is_empty();
            let choice = || Choice {
                code: (*code).to_owned(),
                name_es: (*name_es).to_owned(),
                name_en: (*name_en).to_owned(),
                ended,
            };
            named.then(choice)
        })
        .collect()
}

/// The cell of these choices.
fn cell(choices: &[Choice]) -> String {
    let line = |choice: &Choice| {
        let ended = if choice.ended { " | ended" } else { "" };
        format!("{} | {} | {}{ended}", choice.code, choice.name_es, choice.name_en)
    };
    choices.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn offered<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Choice>, D::Error> {
    let text = String::deserialize(deserializer)?;
    choices(&text).ok_or_else(|| serde::de::Error::custom("these are no choices"))
}

fn codes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(String::deserialize(deserializer)?.split_whitespace().map(str::to_owned).collect())
}

impl Entry for FormField {
    const CATALOGUE: CatalogueName = CatalogueName::Fields;
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "category",
        "name_es",
        "name_en",
        "help_es",
        "help_en",
        "type",
        "required",
        "choices",
        "min",
        "max",
        "max_length",
        "shown_when_field",
        "shown_when_is",
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
            field_type: FieldType::Text,
            required: false,
            choices: Vec::new(),
            min: None,
            max: None,
            max_length: None,
            shown_when_field: None,
            shown_when_is: Vec::new(),
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
        if !known && cells.get("type").is_none() {
            wrong.add("type", Rule::Required);
        }
        let before = self.field_type;
        cells.coded("type", &mut self.field_type, wrong);
        if known && self.field_type != before {
            wrong.add("type", Rule::Fixed);
        }
        cells.flag("required", &mut self.required, wrong);
        self.take_choices(cells, wrong);
        cells.whole("min", &mut self.min, wrong);
        cells.whole("max", &mut self.max, wrong);
        cells.number("max_length", &mut self.max_length, wrong);
        // Null for the whole condition takes all of it away.
        if cells.get("shown_when").is_some() {
            self.shown_when_field = None;
            self.shown_when_is.clear();
        }
        cells.maybe("shown_when_field", &mut self.shown_when_field);
        if let Some(codes) = cells.get("shown_when_is") {
            self.shown_when_is = codes.split_whitespace().map(str::to_owned).collect();
        }
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.in_both(("help_es", self.help_es.as_ref()), ("help_en", self.help_en.as_ref()));
        wrong.validity(self.valid_from, self.valid_until);
        refers::<Category>(city, "category", &self.category, wrong);
        let present = |field: &&Self| field.category == self.category && field.valid_until.is_none();
        if self.valid_until.is_none() && city.fields.iter().filter(present).count() > MOST_FIELDS {
            wrong.add("code", Rule::TooMany(MOST_FIELDS));
        }
        self.judge_choices(wrong);
        self.judge_bounds(wrong);
        self.judge_condition(city, wrong);
    }

    fn cells(&self) -> Vec<String> {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![
            self.code.clone(),
            self.category.clone(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.help_es.clone().unwrap_or_default(),
            self.help_en.clone().unwrap_or_default(),
            self.field_type.code().to_owned(),
            self.required.to_string(),
            cell(&self.choices),
            number(self.min),
            number(self.max),
            number(self.max_length.map(i64::from)),
            self.shown_when_field.clone().unwrap_or_default(),
            self.shown_when_is.join(" "),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.fields
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.fields
    }
}

impl FormField {
    /// The choices as the one cell that they are in a table.
    #[must_use]
    pub fn choices_cell(&self) -> String {
        cell(&self.choices)
    }

    /// The choices of such a cell; none where it cannot be read.
    #[must_use]
    pub fn read_choices(text: &str) -> Option<Vec<Choice>> {
        choices(text)
    }

    /// What petitions hold goes on to have a name: a choice ends and does not go.
    fn take_choices(&mut self, cells: &Cells, wrong: &mut Wrongs) {
        let Some(text) = cells.get("choices") else { return };
        let Some(new) = choices(text) else {
            wrong.add("choices", Rule::ChoicesMalformed);
            return;
        };
        if self.choices.iter().any(|old| new.iter().all(|choice| choice.code != old.code)) {
            wrong.add("choices", Rule::ChoiceGone);
        }
        self.choices = new;
    }

    fn judge_choices(&self, wrong: &mut Wrongs) {
        for choice in &self.choices {
            for name in [&choice.name_es, &choice.name_en] {
                wrong.name("choices", name);
            }
        }
        let twice = |at: usize, choice: &Choice| self.choices.iter().take(at).any(|before| before.code == choice.code);
        if self.choices.iter().enumerate().any(|(at, choice)| twice(at, choice)) {
            wrong.add("choices", Rule::Twice);
        }
        if self.choices.len() > MOST_CHOICES {
            wrong.add("choices", Rule::TooMany(MOST_CHOICES));
        }
        match (self.field_type.chooses(), self.choices.iter().any(|choice| !choice.ended)) {
            (true, false) => wrong.add("choices", Rule::Required),
            (false, _) if !self.choices.is_empty() => wrong.add("choices", Rule::NotOfThisType),
            (true, true) | (false, _) => {}
        }
    }

    fn judge_bounds(&self, wrong: &mut Wrongs) {
        let is = |wanted| self.field_type == wanted;
        for (column, given, fits) in [
            ("min", self.min.is_some(), is(FieldType::Number)),
            ("max", self.max.is_some(), is(FieldType::Number)),
            ("max_length", self.max_length.is_some(), is(FieldType::Text)),
        ] {
            if given && !fits {
                wrong.add(column, Rule::NotOfThisType);
            }
        }
        if let (Some(min), Some(max)) = (self.min, self.max)
            && max < min
        {
            wrong.add("max", Rule::BoundsReversed);
        }
        for (column, bound) in [("min", self.min), ("max", self.max)] {
            if bound.is_some_and(|bound| !(-LARGEST..=LARGEST).contains(&bound)) {
                wrong.add(column, Rule::WholeNumber);
            }
        }
        let fits = |most: i32| usize::try_from(most).is_ok_and(|most| (1..=LONGEST).contains(&most));
        if self.max_length.is_some_and(|most| !fits(most)) {
            wrong.add("max_length", Rule::OutOfRange(1, LONGEST));
        }
    }

    /// It hangs on a field of the same form that has choices, and not on itself in the end.
    fn judge_condition(&self, city: &Catalogue, wrong: &mut Wrongs) {
        let Some(other) = &self.shown_when_field else {
            if !self.shown_when_is.is_empty() {
                wrong.add("shown_when_field", Rule::Required);
            }
            return;
        };
        let line = lineage(&city.categories, &self.category);
        let of_the_form = |field: &&Self| line.iter().any(|above| above.code == field.category);
        let Some(found) = Self::of(city, other).filter(of_the_form) else {
            wrong.add("shown_when_field", Rule::CodeUnknown);
            return;
        };
        if leads_to(other, &self.code, |code| Self::of(city, code)?.shown_when_field.as_deref()) {
            wrong.add("shown_when_field", Rule::Ring);
        }
        if !found.field_type.chooses() {
            wrong.add("shown_when_field", Rule::NotOfThisType);
        } else if self.shown_when_is.is_empty() {
            wrong.add("shown_when_is", Rule::Required);
        } else if self.shown_when_is.iter().any(|code| found.choices.iter().all(|choice| choice.code != *code)) {
            let known: Vec<&str> = found.choices.iter().map(|choice| choice.code.as_str()).collect();
            wrong.add("shown_when_is", Rule::NotACode(known.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests;
