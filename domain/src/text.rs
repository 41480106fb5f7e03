//! Free texts: validated when they come in, and apart from events ever after.
//!
//! An event never holds a text. It holds its identifier and a commitment, SHA-256(salt ‖ body), so
//! that the text can be erased and the chain still verifies (`domain.md`, *History*).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::Id;

/// Words that somebody wrote: trimmed, with something to see in them, without control characters but line feed and tab.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

/// Why words are not a [`Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Nothing but white space and characters that nobody sees.
    Empty,
    /// Longer than [`Text::LONGEST`] characters.
    TooLong,
    /// A control character other than line feed and tab.
    ControlCharacter,
}

impl Text {
    /// The longest text, in characters.
    pub const LONGEST: usize = 10_000;

    /// Reads a text; carriage returns before line feeds are dropped.
    ///
    /// # Errors
    /// Empty, too long, or with control characters.
    pub fn parse(words: &str) -> Result<Self, TextError> {
        let words = words.replace("\r\n", "\n");
        let words = words.trim();
        if is_blank(words) {
            return Err(TextError::Empty);
        }
        if words.chars().count() > Self::LONGEST {
            return Err(TextError::TooLong);
        }
        if words.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(TextError::ControlCharacter);
        }
        Ok(Self(words.to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether nobody would see anything of these words: white space and invisible characters at most.
#[must_use]
pub fn is_blank(words: &str) -> bool {
    words.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Characters without a shape of their own: Unicode's default-ignorable ones (DerivedCoreProperties.txt), with the blank
/// pattern of braille. Among others they join letters, so they are refused only where nothing else is there.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a name has characters that nobody sees or that turn the reading round. What joins the parts of an emoji is
/// taken: telephones write those.
#[must_use]
pub fn hides(name: &str) -> bool {
    let joins = |c: char| matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
    name.chars().any(|c| c.is_control() || (is_invisible(c) && !joins(c)))
}

impl fmt::Debug for Text {
    /// Never prints the words: they may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

/// A text as it is kept: once, with the salt of its commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText {
    /// Its identifier.
    pub id: Id<KeptText>,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// The words.
    pub body: Text,
}

/// What an event says of a text: which, and its commitment in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// The text's identifier.
    pub id: Id<KeptText>,
    /// SHA-256(salt ‖ body).
    pub sha256: String,
}

impl KeptText {
    /// The reference that events carry.
    #[must_use]
    pub fn reference(&self) -> TextRef {
        TextRef { id: self.id, sha256: commitment(&self.salt, self.body.as_str()) }
    }
}

/// SHA-256(salt ‖ body), lower-case hexadecimal.
#[must_use]
pub fn commitment(salt: &[u8], body: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(body.as_bytes());
    hex(&hash.finalize())
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + (nibble - 10) });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_see_is_no_text() {
        for blank in
            ["", " \n\t ", "\u{200b}", " \u{2060}\u{feff} ", "\u{ad}\u{ad}", "\u{3164}\u{a0}", "\u{200d}\u{fe0f}"]
        {
            assert_eq!(Text::parse(blank), Err(TextError::Empty), "{blank:?}");
        }
        for seen in ["a", "\u{200b}a", "👩\u{200d}🌾", "—", "0"] {
            assert!(Text::parse(seen).is_ok(), "{seen:?}");
        }
        assert_eq!(Text::parse("a\u{0}"), Err(TextError::ControlCharacter));
    }

    #[test]
    fn line_breaks_are_one_and_the_rims_are_cut() {
        assert_eq!(Text::parse(" Hay\r\n una\tfuga \n").unwrap().as_str(), "Hay\n una\tfuga");
    }
}
