//! Free texts: validated when they come in, and apart from events ever after.
//!
//! An event never holds a text. It holds its identifier and a commitment, SHA-256(salt ‖ body), so
//! that the text can be erased and the chain still verifies (`domain.md`, *History*).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::Id;

/// Words that somebody wrote: trimmed, not empty, without control characters but line feed and tab.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

/// Why words are not a [`Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Nothing but white space.
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
        if words.is_empty() {
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
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
