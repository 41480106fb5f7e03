//! Why a mapping or a file cannot be used at all: as a code at its place for the contract, in words for whoever sits
//! at the machine.
//!
//! The words may quote what stands in the mapping, so they go to the command line only.

use std::fmt;

use crate::problem::FieldError;

/// Why an import cannot begin, or not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where (`/mapping/columns/id`, `/file`) and why.
    pub error: FieldError,
    said: String,
}

/// The code of a row that is longer than any row can be.
pub const ROW_TOO_LONG: &str = "row_too_long";

impl Fault {
    /// A fault at a place of the form.
    #[must_use]
    pub fn new(at: impl Into<String>, code: &'static str, said: impl Into<String>) -> Self {
        Self { error: FieldError::new(at, code), said: said.into() }
    }

    /// One whose code and place are known.
    #[must_use]
    pub fn of(error: FieldError, said: impl Into<String>) -> Self {
        Self { error, said: said.into() }
    }

    /// Adds a fact that the text may name.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        Self { error: self.error.with(name, value), ..self }
    }

    /// The file cannot be read.
    #[must_use]
    pub fn unreadable(error: &std::io::Error) -> Self {
        Self::new("/file", "file_malformed", error.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl std::error::Error for Fault {}
