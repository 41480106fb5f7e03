//! A row of a catalogue as people write it, column by column, and what is wrong with it.
//!
//! One reading for a file's line and for a body's members, so that both are judged by the same rules.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::code::Coded;
use crate::template::Field;

/// The longest name of an entry, in characters.
pub(super) const LONGEST_NAME: usize = 200;

/// The longest explanation, in characters.
pub(super) const LONGEST_WORDS: usize = 2_000;

/// What is given of a row, by column. A column that is not there leaves the row as it is; an empty cell empties it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<String, String>);

/// Why a cell is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing is there, and something must be.
    Required,
    /// Longer than so many characters.
    TooLong(usize),
    /// A control character, or one that turns the direction of writing.
    ControlCharacter,
    /// A code begins with a letter and goes on with small letters, digits and low lines.
    CodeMalformed,
    /// None of these codes.
    NotACode(String),
    /// Not a day between 1900 and 2999, as `2026-11-23`.
    DateMalformed,
    /// Not a whole number from 0.
    NumberMalformed,
    /// Five digits are a postal code.
    PostalCodeMalformed,
    /// Not an address of the web.
    Url,
    /// The same code stands in a line before.
    Twice,
    /// No entry has this code.
    CodeUnknown,
    /// The entry would stand above itself.
    Ring,
    /// It would end before it begins.
    ValidityReversed,
    /// The unit is another dependency's.
    NotItsUnit,
    /// A dependency that ends names its successor, and only then.
    SuccessorMissing,
    /// It has no end, so it has no successor.
    SuccessorUnexpected,
    /// What stands below would outlive it.
    OutlivedBelow,
    /// It would outlive what stands above.
    OutlivesAbove,
    /// The rules of the house name it: it cannot end.
    NamedByRules,
    /// The post does not see petitions to their end.
    PostUnfit,
    /// It cannot be changed.
    Fixed,
    /// The successors would lead back to it.
    SuccessionRing,
    /// More than one line, or characters that are none.
    NotOneLine,
    /// A template names a field that there is not.
    TemplateFieldUnknown {
        /// Which: at most 40 letters, digits and low lines.
        name: String,
        /// On which line, from 1.
        line: usize,
    },
    /// A template has braces that are none of its tags, on this line.
    TemplateTagUnfit(usize),
    /// A template's `if` and `endif` do not match, as of this line.
    TemplateUnbalanced(usize),
    /// More than so many of them.
    TooMany(usize),
    /// Not a number between these.
    OutOfRange(usize, usize),
    /// Not a whole number, or one too large to be kept.
    WholeNumber,
    /// The largest is smaller than the smallest.
    BoundsReversed,
    /// Choices that cannot be read.
    ChoicesMalformed,
    /// A choice that was offered is not there any more.
    ChoiceGone,
    /// What the type of the field has no use for.
    NotOfThisType,
}

impl Rule {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong(_) => "too_long",
            Self::ControlCharacter => "control_character",
            Self::CodeMalformed => "code_malformed",
            Self::NotACode(_) => "not_a_code",
            Self::DateMalformed => "date_malformed",
            Self::NumberMalformed => "number_malformed",
            Self::PostalCodeMalformed => "postal_code_malformed",
            Self::Url => "url",
            Self::Twice => "twice",
            Self::CodeUnknown => "code_unknown",
            Self::Ring => "ring",
            Self::ValidityReversed => "validity_reversed",
            Self::NotItsUnit => "not_its_unit",
            Self::SuccessorMissing => "successor_missing",
            Self::SuccessorUnexpected => "successor_unexpected",
            Self::OutlivedBelow => "outlived_below",
            Self::OutlivesAbove => "outlives_above",
            Self::NamedByRules => "named_by_rules",
            Self::PostUnfit => "post_unfit",
            Self::Fixed => "fixed",
            Self::SuccessionRing => "succession_ring",
            Self::NotOneLine => "not_one_line",
            Self::TemplateFieldUnknown { .. } => "template_field_unknown",
            Self::TemplateTagUnfit(_) => "template_tag_unfit",
            Self::TemplateUnbalanced(_) => "template_unbalanced",
            Self::TooMany(_) => "too_many",
            Self::OutOfRange(..) => "out_of_range",
            Self::WholeNumber => "whole_number",
            Self::BoundsReversed => "bounds_reversed",
            Self::ChoicesMalformed => "choices_malformed",
            Self::ChoiceGone => "choice_gone",
            Self::NotOfThisType => "not_of_this_type",
        }
    }

    /// What the explanation may name.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong(max) | Self::TooMany(max) => vec![("max", max.to_string())],
            Self::OutOfRange(min, max) => vec![("min", min.to_string()), ("max", max.to_string())],
            Self::NotACode(expected) => vec![("expected", expected.clone())],
            Self::TemplateFieldUnknown { name, line } => {
                vec![("name", name.clone()), ("line", line.to_string()), ("fields", Field::listed())]
            }
            Self::TemplateTagUnfit(line) | Self::TemplateUnbalanced(line) => vec![("line", line.to_string())],
            Self::Required
            | Self::ControlCharacter
            | Self::CodeMalformed
            | Self::DateMalformed
            | Self::NumberMalformed
            | Self::PostalCodeMalformed
            | Self::Url
            | Self::Twice
            | Self::CodeUnknown
            | Self::Ring
            | Self::ValidityReversed
            | Self::NotItsUnit
            | Self::SuccessorMissing
            | Self::SuccessorUnexpected
            | Self::OutlivedBelow
            | Self::OutlivesAbove
            | Self::NamedByRules
            | Self::PostUnfit
            | Self::Fixed
            | Self::SuccessionRing
            | Self::WholeNumber
            | Self::BoundsReversed
            | Self::ChoicesMalformed
            | Self::ChoiceGone
            | Self::NotOfThisType
            | Self::NotOneLine => Vec::new(),
        }
    }
}

/// One cell that is wrong. It names no content, but the name of a field that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Which of the given rows, from 0.
    pub row: usize,
    /// Which column.
    pub column: &'static str,
    /// Why.
    pub rule: Rule,
}

/// What is wrong so far.
#[derive(Clone, Debug, Default)]
pub struct Wrongs {
    /// The row that is judged now, from 0.
    pub row: usize,
    /// All of it, in the order in which it was found.
    pub found: Vec<Wrong>,
}

impl Wrongs {
    /// Adds a wrong cell of the present row.
    pub fn add(&mut self, column: &'static str, rule: Rule) {
        self.found.push(Wrong { row: self.row, column, rule });
    }

    /// A name: not empty, not too long, on one line.
    pub(super) fn name(&mut self, column: &'static str, name: &str) {
        if name.is_empty() {
            self.add(column, Rule::Required);
        }
        self.line(column, name);
    }

    /// A short text on one line, or none.
    pub(super) fn line(&mut self, column: &'static str, text: &str) {
        if text.chars().any(invisible) {
            self.add(column, Rule::NotOneLine);
        }
        if text.chars().count() > LONGEST_NAME {
            self.add(column, Rule::TooLong(LONGEST_NAME));
        }
    }

    /// An explanation: not empty, not too long; lines may break.
    pub(super) fn words(&mut self, column: &'static str, words: &str) {
        if words.is_empty() {
            self.add(column, Rule::Required);
        }
        self.lines(column, words);
    }

    /// An explanation in both languages, or in neither.
    pub(super) fn in_both(&mut self, es: (&'static str, Option<&String>), en: (&'static str, Option<&String>)) {
        for ((column, words), other) in [(es, en.1), (en, es.1)] {
            match words {
                Some(words) => self.lines(column, words),
                None if other.is_some() => self.add(column, Rule::Required),
                None => {}
            }
        }
    }

    fn lines(&mut self, column: &'static str, words: &str) {
        if words.chars().any(|letter| !matches!(letter, '\n' | '\t') && invisible(letter)) {
            self.add(column, Rule::ControlCharacter);
        }
        if words.chars().count() > LONGEST_WORDS {
            self.add(column, Rule::TooLong(LONGEST_WORDS));
        }
    }

    /// A telephone and a page, where there are.
    pub(super) fn reached(&mut self, telephone: Option<&String>, website: Option<&String>) {
        self.line("telephone", telephone.map_or("", String::as_str));
        if let Some(website) = website {
            self.line("website", website);
            let host = website.strip_prefix("https://").or_else(|| website.strip_prefix("http://"));
            if !host.is_some_and(|host| host.contains('.') && !host.contains(char::is_whitespace)) {
                self.add("website", Rule::Url);
            }
        }
    }

    /// A validity that does not end before it begins.
    pub(super) fn validity(&mut self, from: Option<NaiveDate>, until: Option<NaiveDate>) {
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.add("valid_until", Rule::ValidityReversed);
        }
    }
}

/// Control characters, and those that reorder or hide what stands around them.
fn invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

impl Cells {
    /// Adds a cell; white space around it is not part of it.
    pub fn put(&mut self, column: impl Into<String>, text: &str) {
        self.0.insert(column.into(), text.trim().to_owned());
    }

    /// The text of a column, if the column is there.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str)
    }

    pub(super) fn text(&self, column: &str, into: &mut String) {
        if let Some(text) = self.get(column) {
            text.clone_into(into);
        }
    }

    pub(super) fn maybe(&self, column: &str, into: &mut Option<String>) {
        if let Some(text) = self.get(column) {
            *into = Some(text.to_owned()).filter(|text| !text.is_empty());
        }
    }

    /// Words in both languages; an empty cell under the name of both takes them away.
    pub(super) fn both(&self, both: &str, es: (&str, &mut Option<String>), en: (&str, &mut Option<String>)) {
        if self.get(both).is_some() {
            (*es.1, *en.1) = (None, None);
        }
        self.maybe(es.0, es.1);
        self.maybe(en.0, en.1);
    }

    pub(super) fn validity(&self, from: &mut Option<NaiveDate>, until: &mut Option<NaiveDate>, wrong: &mut Wrongs) {
        for (column, into) in [("valid_from", from), ("valid_until", until)] {
            match self.get(column) {
                None => {}
                Some("") => *into = None,
                Some(text) => match text.parse::<NaiveDate>() {
                    Ok(day) if (1900..=2999).contains(&day.year()) => *into = Some(day),
                    Ok(_) | Err(_) => wrong.add(column, Rule::DateMalformed),
                },
            }
        }
    }

    pub(super) fn number(&self, column: &'static str, into: &mut Option<i32>, wrong: &mut Wrongs) {
        match self.get(column) {
            None => {}
            Some("") => *into = None,
            Some(text) => match text.parse() {
                Ok(number) if number >= 0 => *into = Some(number),
                Ok(_) | Err(_) => wrong.add(column, Rule::NumberMalformed),
            },
        }
    }

    /// A whole number, below nought too.
    pub(super) fn whole(&self, column: &'static str, into: &mut Option<i64>, wrong: &mut Wrongs) {
        match self.get(column) {
            None => {}
            Some("") => *into = None,
            Some(text) => match text.parse() {
                Ok(number) => *into = Some(number),
                Err(_) => wrong.add(column, Rule::WholeNumber),
            },
        }
    }

    pub(super) fn rank(&self, into: &mut i32, wrong: &mut Wrongs) {
        let mut rank = Some(*into);
        self.number("rank", &mut rank, wrong);
        *into = rank.unwrap_or(*into);
    }

    pub(super) fn flag(&self, column: &'static str, into: &mut bool, wrong: &mut Wrongs) {
        match self.get(column) {
            None => {}
            Some("") => wrong.add(column, Rule::Required),
            Some(text) => match text.parse() {
                Ok(flag) => *into = flag,
                Err(_) => wrong.add(column, Rule::NotACode("true, false".to_owned())),
            },
        }
    }

    pub(super) fn coded<T: Coded>(&self, column: &'static str, into: &mut T, wrong: &mut Wrongs) {
        match self.get(column) {
            None => {}
            Some("") => wrong.add(column, Rule::Required),
            Some(code) => match T::parse(code) {
                Some(value) => *into = value,
                None => wrong.add(column, not_one_of::<T>()),
            },
        }
    }
}

/// The rule that a text is none of a set's codes.
pub(super) fn not_one_of<T: Coded>() -> Rule {
    Rule::NotACode(T::ALL.iter().map(|value| value.code()).collect::<Vec<_>>().join(", "))
}

/// Whether it can be an entry's code: 1 to 60 of small letters, digits and low lines, a letter first.
pub(super) fn is_code(code: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    code.len() <= 60 && code.starts_with(|first: char| first.is_ascii_lowercase()) && code.bytes().all(plain)
}
