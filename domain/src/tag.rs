//! A mark that the office puts on petitions to find them again: a code that it agrees on, not words.
//!
//! It stands in events, lists and addresses, so it takes what codes are written with, and no run of digits that
//! could be somebody's telephone.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Small letters and digits in words with `_` between them, beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

/// Marks that one petition can have.
pub const MOST_TAGS: usize = 20;

impl Tag {
    /// The longest mark, in characters.
    pub const LONGEST: usize = 40;
    /// The longest run of digits: a year fits, a telephone does not.
    const DIGITS: usize = 4;

    /// Reads a mark. None where it is not written as one.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let first = written.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let words = written.split('_').all(|word| !word.is_empty() && word.bytes().all(plain));
        let digits = written.split(|c: char| !c.is_ascii_digit()).all(|run| run.len() <= Self::DIGITS);
        (first && words && digits && written.len() <= Self::LONGEST).then(|| Self(written.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_written_as_codes_are_and_is_nobodys_name_or_number() {
        for good in ["rain", "rain_2026", "b1", "mayor_visit_3", &"a".repeat(40)] {
            assert_eq!(Tag::parse(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "Rain", "rain 2026", "lluvia-2026", "_rain", "rain_", "a__b", "1st", "niño", "t8711234567", "a/b"]
        {
            assert_eq!(Tag::parse(bad), None, "{bad:?}");
        }
        assert_eq!(Tag::parse(&"a".repeat(41)), None);
    }
}
