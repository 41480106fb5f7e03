//! What is given for one field, by itself: whether it is of the field's type and within its bounds.

use chrono::{Datelike, NaiveDate};

use super::{FieldType, FieldValue, Given, LARGEST, LONGEST, Why};
use crate::catalogue::FormField;
use crate::text::{Text, TextError};

impl FormField {
    /// What is given for this field, or what is wrong with it by itself.
    ///
    /// # Errors
    /// [`Why`].
    pub fn judge(&self, given: &Given) -> Result<FieldValue<Text>, Why> {
        match (self.field_type, given) {
            (FieldType::Text, Given::Words(words)) => {
                let text = Text::parse(words).map_err(|error| match error {
                    TextError::Empty => Why::Empty,
                    TextError::TooLong => Why::TooLong(self.longest()),
                    TextError::ControlCharacter => Why::ControlCharacter,
                })?;
                let short_enough = text.as_str().chars().count() <= self.longest();
                if short_enough { Ok(FieldValue::Text(text)) } else { Err(Why::TooLong(self.longest())) }
            }
            (FieldType::Number, Given::Number(number)) => {
                let (min, max) = (self.min.unwrap_or(-LARGEST), self.max.unwrap_or(LARGEST));
                if (min..=max).contains(number) {
                    Ok(FieldValue::Number(*number))
                } else {
                    Err(Why::OutOfRange(min, max))
                }
            }
            (FieldType::Date, Given::Words(words)) => match words.parse::<NaiveDate>() {
                Ok(day) if (1900..=2999).contains(&day.year()) => Ok(FieldValue::Date(day)),
                Ok(_) => Err(Why::DateOutOfRange),
                Err(_) => Err(Why::DateMalformed),
            },
            (FieldType::Choice, Given::Words(code)) => self.offered(code).map(FieldValue::Choice),
            (FieldType::Several, Given::Codes(codes)) => {
                let mut chosen = Vec::with_capacity(codes.len().min(self.choices.len()));
                for code in codes {
                    let code = self.offered(code)?;
                    if chosen.contains(&code) {
                        return Err(Why::Twice);
                    }
                    chosen.push(code);
                }
                if chosen.is_empty() {
                    return Err(Why::Empty);
                }
                chosen.sort_by_key(|code| self.choices.iter().position(|choice| choice.code == *code));
                Ok(FieldValue::Several(chosen))
            }
            (FieldType::Text | FieldType::Date | FieldType::Choice, Given::Number(_) | Given::Codes(_))
            | (FieldType::Number, Given::Words(_) | Given::Codes(_))
            | (FieldType::Several, Given::Words(_) | Given::Number(_)) => Err(Why::WrongType),
        }
    }

    /// The most characters that its text has.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.max_length.and_then(|most| usize::try_from(most).ok()).unwrap_or(LONGEST)
    }

    fn offered(&self, code: &str) -> Result<String, Why> {
        let offered: Vec<&str> =
            self.choices.iter().filter(|choice| !choice.ended).map(|choice| choice.code.as_str()).collect();
        if offered.contains(&code) { Ok(code.to_owned()) } else { Err(Why::NotAChoice(offered.join(", "))) }
    }
}
