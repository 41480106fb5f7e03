//! The number under which a dependency's own system has an assignment: an identifier, not words.
//!
//! It stands in events and columns, so it takes what identifiers are written with and nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 1 to 64 letters and digits of ASCII and `-`, `_`, `.`, `/`, `:`, `#` between or after them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalReference(String);

impl ExternalReference {
    /// The longest number, in characters.
    pub const LONGEST: usize = 64;

    /// Reads a number; white space around it is dropped. None where it is not written as one.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim();
        let first = written.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let rest = written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:#".contains(&byte));
        (first && rest && written.len() <= Self::LONGEST).then(|| Self(written.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExternalReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_systems_write_them() {
        for good in ["1", "OT-2026/0041", " SIMAS:77.3#b_2 ", &"9".repeat(64)] {
            assert_eq!(ExternalReference::parse(good).unwrap().as_str(), good.trim());
        }
        for bad in ["", " ", "-1", "Juan Pérez", "8711234567 Ana", "a\u{0}b", "ñ1", &"9".repeat(65)] {
            assert_eq!(ExternalReference::parse(bad), None, "{bad:?}");
        }
    }
}
