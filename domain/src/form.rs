//! The form of a category: what is asked beside the citizen's words when a petition is captured, and what a petition
//! says of it.
//!
//! Judges what is given, and is total: whatever is given is either filled in or told, field by field. Which fields a
//! category asks for is the catalogue's to say ([`crate::catalogue::Catalogue::form`]). A question put to the citizen
//! while a petition runs is something else ([`crate::question`]).

mod judge;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::FormField;
use crate::code::Coded;
use crate::text::{Text, TextRef};

/// The largest number that a field takes, and the smallest without its sign: 2^53 − 1, which every reader of JSON
/// keeps exactly (RFC 8785, appendix D).
pub const LARGEST: i64 = 9_007_199_254_740_991;

/// The longest text that a field takes, in characters.
pub const LONGEST: usize = 2_000;

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Words.
    Text,
    /// A whole number.
    Number,
    /// A day.
    Date,
    /// One of its choices.
    Choice,
    /// One or more of its choices.
    Several,
}

impl Coded for FieldType {
    const NAME: &'static str = "FieldType";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Text, Self::Number, Self::Date, Self::Choice, Self::Several];

    fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice => "choice",
            Self::Several => "several",
        }
    }
}

impl FieldType {
    /// Whether it takes choices.
    #[must_use]
    pub const fn chooses(self) -> bool {
        match self {
            Self::Choice | Self::Several => true,
            Self::Text | Self::Number | Self::Date => false,
        }
    }
}

/// What somebody put into a field, not judged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Words: a text, a date or a choice.
    Words(String),
    /// A whole number.
    Number(i64),
    /// Codes.
    Codes(Vec<String>),
}

/// What a field says. Of words the petition holds a reference only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue<T> {
    /// Words.
    Text(T),
    /// A whole number.
    Number(i64),
    /// A day.
    Date(NaiveDate),
    /// Code of the choice.
    Choice(String),
    /// Codes of the choices, in the order of the field.
    Several(Vec<String>),
}

impl<T> FieldValue<T> {
    /// The codes that were chosen.
    pub fn chosen(&self) -> impl Iterator<Item = &str> {
        let (one, several) = match self {
            Self::Choice(code) => (Some(code), None),
            Self::Several(codes) => (None, Some(codes)),
            Self::Text(_) | Self::Number(_) | Self::Date(_) => (None, None),
        };
        one.into_iter().chain(several.into_iter().flatten()).map(String::as_str)
    }

    /// Its words, where it is words.
    pub const fn text(&self) -> Option<&T> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Date(_) | Self::Choice(_) | Self::Several(_) => None,
        }
    }

    /// The same with other words.
    pub fn worded<U>(self, mut words: impl FnMut(T) -> U) -> FieldValue<U> {
        match self {
            Self::Text(text) => FieldValue::Text(words(text)),
            Self::Number(number) => FieldValue::Number(number),
            Self::Date(day) => FieldValue::Date(day),
            Self::Choice(code) => FieldValue::Choice(code),
            Self::Several(codes) => FieldValue::Several(codes),
        }
    }
}

/// A field that says something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled<T = TextRef> {
    /// Code of the field.
    pub field: String,
    /// What it says.
    pub value: FieldValue<T>,
}

/// A form that was filled in and judged. Only a [`Form`] makes one that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries(pub(crate) Vec<Filled<Text>>);

impl Entries {
    /// What was filled in, in the order of the form.
    #[must_use]
    pub fn filled(&self) -> &[Filled<Text>] {
        &self.0
    }
}

/// What of a petition's form is to change, judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    pub(crate) filled: Vec<Filled<Text>>,
    pub(crate) emptied: Vec<String>,
}

impl Correction {
    /// What is filled in, anew or for the first time.
    #[must_use]
    pub fn filled(&self) -> &[Filled<Text>] {
        &self.filled
    }

    /// The fields that say nothing any more, those among them that are no longer asked because of another.
    #[must_use]
    pub fn emptied(&self) -> &[String] {
        &self.emptied
    }

    /// Without what fills in what stands already. `words` are those that stand, by the codes of their fields; words of a
    /// field that is not among them differ from whatever is said.
    #[must_use]
    pub fn differing(mut self, before: &[Filled], words: &BTreeMap<String, String>) -> Self {
        self.filled.retain(|new| {
            let said = new.value.clone().worded(|text| Some(text.as_str().to_owned()));
            let old = before.iter().find(|old| old.field == new.field);
            old.is_none_or(|old| old.value.clone().worded(|_| words.get(&old.field).cloned()) != said)
        });
        self
    }

    /// Whether nothing is to change.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.filled.is_empty() && self.emptied.is_empty()
    }
}

/// Whether a form has to be filled in wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every required field that is asked: a petition is captured with the citizen there.
    Whole,
    /// What is known: a part that is split off.
    Known,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Code of the field, as it was given.
    pub field: String,
    /// What.
    pub why: Why,
}

impl Fault {
    fn of(field: &str, why: Why) -> Self {
        Self { field: field.to_owned(), why }
    }
}

/// What may be wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The category does not ask for it.
    Unknown,
    /// It says nothing, and must.
    Required,
    /// A number where words are expected, or the other way round.
    WrongType,
    /// None of its choices, which are these.
    NotAChoice(String),
    /// The same choice twice.
    Twice,
    /// More characters than these.
    TooLong(usize),
    /// Outside these bounds.
    OutOfRange(i64, i64),
    /// Nothing to be seen, or nothing chosen.
    Empty,
    /// Characters that are none.
    ControlCharacter,
    /// Not a day, as `2026-11-23`.
    DateMalformed,
    /// A day that lies nowhere near.
    DateOutOfRange,
    /// It is asked only if this other field says so, and it does not.
    NotShown(String),
}

impl Why {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not_asked",
            Self::Required => "required",
            Self::WrongType => "wrong_type",
            Self::NotAChoice(_) => "not_a_code",
            Self::Twice => "twice",
            Self::TooLong(_) => "too_long",
            Self::OutOfRange(..) => "out_of_range",
            Self::Empty => "empty",
            Self::ControlCharacter => "control_character",
            Self::DateMalformed => "date_malformed",
            Self::DateOutOfRange => "date_out_of_range",
            Self::NotShown(_) => "not_shown",
        }
    }

    /// What the explanation may name: codes and numbers of the catalogue.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotAChoice(expected) => vec![("expected", expected.clone())],
            Self::TooLong(max) => vec![("max", max.to_string())],
            Self::OutOfRange(min, max) => vec![("min", min.to_string()), ("max", max.to_string())],
            Self::NotShown(other) => vec![("other", other.clone())],
            Self::Unknown
            | Self::Required
            | Self::WrongType
            | Self::Twice
            | Self::Empty
            | Self::ControlCharacter
            | Self::DateMalformed
            | Self::DateOutOfRange => Vec::new(),
        }
    }
}

/// The fields that a category asks for on a day, in the order in which they are asked.
#[derive(Clone, Debug, Default)]
pub struct Form<'c>(Vec<&'c FormField>);

impl<'c> Form<'c> {
    /// A form of these fields.
    #[must_use]
    pub const fn of(fields: Vec<&'c FormField>) -> Self {
        Self(fields)
    }

    /// Its fields.
    #[must_use]
    pub fn fields(&self) -> &[&'c FormField] {
        &self.0
    }

    /// Its field of this code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&'c FormField> {
        self.0.iter().copied().find(|field| field.code == code)
    }

    /// Fills the form in; none is nothing.
    ///
    /// # Errors
    /// Everything that is wrong, each by its field.
    pub fn fill(&self, given: &BTreeMap<String, Option<Given>>, complete: Completeness) -> Result<Entries, Vec<Fault>> {
        let Correction { filled, emptied: _ } = self.changed::<Text>(&[], given, |_| match complete {
            Completeness::Whole => true,
            Completeness::Known => false,
        })?;
        Ok(Entries(filled))
    }

    /// Corrects what a petition says: what is absent stays, none empties. What is asked no longer because of it is
    /// emptied. A required field that says something stays so, or one that comes to be asked has to; one that was missing
    /// before may still be.
    ///
    /// # Errors
    /// Everything that is wrong, each by its field.
    pub fn correct<T>(
        &self,
        before: &[Filled<T>],
        given: &BTreeMap<String, Option<Given>>,
    ) -> Result<Correction, Vec<Fault>> {
        self.changed(before, given, |missing_before| !missing_before)
    }

    /// The required fields that are asked and say nothing.
    #[must_use]
    pub fn missing<T>(&self, filled: &[Filled<T>]) -> Vec<&'c FormField> {
        let chosen = chosen(filled);
        self.missing_of(&chosen, &filled.iter().map(|one| one.field.as_str()).collect())
    }

    /// Whether a field is asked, after what the others say.
    #[must_use]
    pub fn shows<T>(&self, field: &FormField, filled: &[Filled<T>]) -> bool {
        self.shown(field, &chosen(filled))
    }

    fn missing_of(&self, chosen: &Chosen<'_>, said: &BTreeSet<&str>) -> Vec<&'c FormField> {
        let missing =
            |field: &&&FormField| field.required && !said.contains(field.code.as_str()) && self.shown(field, chosen);
        self.0.iter().filter(missing).copied().collect()
    }

    /// A field whose condition is asked for by nobody, or waits for itself, is not shown.
    fn shown(&self, field: &FormField, chosen: &Chosen<'_>) -> bool {
        let mut at = field;
        for _ in 0..=self.0.len() {
            let Some(other) = &at.shown_when_field else { return true };
            let says = chosen
                .get(other.as_str())
                .is_some_and(|codes| codes.iter().any(|code| at.shown_when_is.iter().any(|wanted| wanted == code)));
            match self.field(other).filter(|_| says) {
                Some(above) => at = above,
                None => return false,
            }
        }
        false
    }

    /// `needed`: whether a required field that says nothing is wrong, by whether it was missing before.
    fn changed<T>(
        &self,
        before: &[Filled<T>],
        given: &BTreeMap<String, Option<Given>>,
        needed: impl Fn(bool) -> bool,
    ) -> Result<Correction, Vec<Fault>> {
        let mut faults = Vec::new();
        let held = |code: &str| before.iter().any(|one| one.field == code);
        let mut filled: Vec<Filled<Text>> = Vec::new();
        let mut emptied: Vec<String> = Vec::new();
        for (code, given) in given {
            match (self.field(code), given) {
                (Some(field), Some(given)) => match field.judge(given) {
                    Ok(value) => filled.push(Filled { field: code.clone(), value }),
                    Err(why) => faults.push(Fault::of(code, why)),
                },
                (_, None) if held(code) => emptied.push(code.clone()),
                (Some(_), None) => {}
                (None, _) => faults.push(Fault::of(code, Why::Unknown)),
            }
        }
        // Whether a field is asked follows from the others: those are right first.
        if !faults.is_empty() {
            return Err(faults);
        }
        let place = |code: &str| self.0.iter().position(|field| field.code == code);
        filled.sort_by_key(|one| place(&one.field));
        let old = chosen(before);
        let mut new = old.clone();
        new.retain(|code, _| !emptied.iter().any(|gone| gone == code));
        new.extend(chosen(&filled));
        let mut said: BTreeSet<&str> = before.iter().map(|one| one.field.as_str()).collect();
        let lacking = self.missing_of(&old, &said);
        said.retain(|code| !emptied.iter().any(|gone| gone == code));
        said.extend(filled.iter().map(|one| one.field.as_str()));
        for one in &filled {
            let hidden = self.field(&one.field).filter(|field| !self.shown(field, &new));
            if let Some(other) = hidden.and_then(|field| field.shown_when_field.clone()) {
                faults.push(Fault::of(&one.field, Why::NotShown(other)));
            }
        }
        // What is no longer asked goes with what it hung on, and what hung on that in its turn.
        let mut hidden: Vec<String> = Vec::new();
        loop {
            let gone = said.iter().copied().find(|code| {
                let given = filled.iter().any(|one| one.field == *code);
                !given && self.field(code).is_some_and(|field| !self.shown(field, &new))
            });
            let Some(code) = gone else { break };
            hidden.push(code.to_owned());
            said.remove(code);
            new.remove(code);
        }
        for field in self.missing_of(&new, &said) {
            if needed(lacking.iter().any(|one| one.code == field.code)) {
                faults.push(Fault::of(&field.code, Why::Required));
            }
        }
        emptied.extend(hidden);
        if faults.is_empty() { Ok(Correction { filled, emptied }) } else { Err(faults) }
    }
}

/// What was chosen, by field: all that decides which fields are asked.
type Chosen<'f> = BTreeMap<&'f str, Vec<String>>;

fn chosen<T>(filled: &[Filled<T>]) -> Chosen<'_> {
    filled.iter().map(|one| (one.field.as_str(), one.value.chosen().map(str::to_owned).collect())).collect()
}

#[cfg(test)]
mod tests;
