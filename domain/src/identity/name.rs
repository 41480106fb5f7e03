//! Names of persons, as they give them. Does not know which part is a surname.

use std::fmt;

use crate::text::is_blank;
use crate::words::fold;

/// A person's name: 1 to 200 characters without control characters, single spaces between words.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

/// Why something typed is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing but white space and characters that nobody sees.
    Empty,
    /// Longer than [`PersonName::LONGEST`] characters.
    TooLong,
    /// A control character, or one that turns the direction of writing.
    ControlCharacter,
    /// An asterisk: a name as it is shown to whoever may not see it, which would replace the name itself.
    Masked,
}

impl PersonName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 200;

    /// Reads a name.
    ///
    /// # Errors
    /// Empty, too long, or with characters that are none.
    pub fn parse(typed: &str) -> Result<Self, NameError> {
        let typed = typed.trim();
        if is_blank(typed) {
            return Err(NameError::Empty);
        }
        if typed.chars().any(misleads) {
            return Err(NameError::ControlCharacter);
        }
        if typed.contains('*') {
            return Err(NameError::Masked);
        }
        let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        match name.chars().count() {
            0 => Err(NameError::Empty),
            1..=Self::LONGEST => Ok(Self(name)),
            _ => Err(NameError::TooLong),
        }
    }

    /// The name: personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it is looked for: in lower case, without accents, words with one space between them.
    #[must_use]
    pub fn key(&self) -> String {
        let folded = fold(&self.0);
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Two initials: `M*** L.` for `María López`. A single word keeps its own only.
    #[must_use]
    pub fn mask(&self) -> String {
        let mut words = self.0.split(' ');
        let first = words.next().map_or('*', initial);
        match words.next_back() {
            Some(last) => format!("{first}*** {}.", initial(last)),
            None => format!("{first}***"),
        }
    }
}

impl fmt::Debug for PersonName {
    /// Never prints the name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// A word's first letter or digit; an asterisk for a word without one.
fn initial(word: &str) -> char {
    word.chars().find(|c| c.is_alphanumeric()).unwrap_or('*')
}

/// Control characters, and those that reorder or hide what stands around them.
fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mask(typed: &str) -> String {
        PersonName::parse(typed).unwrap().mask()
    }

    #[test]
    fn a_mask_keeps_the_first_and_the_last_words_initial() {
        assert_eq!(mask("María López"), "M*** L.");
        assert_eq!(mask("Álvaro de la Ñusta"), "Á*** Ñ.");
        assert_eq!(mask("Cher"), "C***");
        assert_eq!(mask("«Pepe» (Ruiz)"), "P*** R.");
        assert_eq!(mask("— —"), "**** *.");
    }

    #[test]
    fn spaces_around_and_between_are_put_in_order() {
        let name = PersonName::parse("  Ana \u{a0} Sofía  ").unwrap();
        assert_eq!(name.as_str(), "Ana Sofía");
    }

    #[test]
    fn what_is_no_name_says_why() {
        for blank in ["  ", "\u{200b}\u{2060}", "\u{ad}", "\u{3164}"] {
            assert_eq!(PersonName::parse(blank), Err(NameError::Empty), "{blank:?}");
        }
        assert_eq!(PersonName::parse("Ana\nSofía"), Err(NameError::ControlCharacter));
        assert_eq!(PersonName::parse("Ana\u{202e}Sofía"), Err(NameError::ControlCharacter));
        assert_eq!(PersonName::parse(&PersonName::parse("Ana Gil").unwrap().mask()), Err(NameError::Masked));
        assert_eq!(PersonName::parse(&"ñ".repeat(201)), Err(NameError::TooLong));
        assert!(PersonName::parse(&"ñ".repeat(200)).is_ok());
    }

    #[test]
    fn a_key_has_neither_accents_nor_case_nor_signs() {
        let key = |typed: &str| PersonName::parse(typed).unwrap().key();
        assert_eq!(key("  MARÍA  José Núñez-López "), "maria jose nunez lopez");
        assert_eq!(key("Sra. Ma. Ángeles (Geles)"), "sra ma angeles geles");
    }

    proptest! {
        #[test]
        fn what_was_read_reads_the_same_again(typed in "\\PC{0,220}") {
            if let Ok(name) = PersonName::parse(&typed) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn neither_mask_nor_debug_tells_the_name(
            first in "[A-Z][a-z]{1,12}", last in "[A-Z][a-z]{1,12}",
        ) {
            let name = PersonName::parse(&format!("{first} {last}")).unwrap();
            prop_assert!(!name.mask().contains(&first) && !name.mask().contains(&last));
            prop_assert_eq!(format!("{name:?}"), "PersonName(…)");
        }
    }
}
