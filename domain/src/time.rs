//! Instants, and how exactly they are known.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A point in time, UTC, in whole microseconds: what both databases keep.
pub type Instant = DateTime<Utc>;

/// Cuts an instant to whole microseconds. A leap second becomes the first of the next minute, as both databases have it:
/// what is written in a history and what is read back have to be the same.
#[must_use]
pub fn truncated(at: Instant) -> Instant {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

/// How exactly the instant of an event is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the moment.
    Instant,
    /// Only the city's day; the instant is that day's first.
    Day,
    /// Not at all: the instant is a stand-in and enters no term and no statistic.
    Unknown,
}

impl Precision {
    /// All of them, for catalogues and contracts.
    pub const ALL: &[Self] = &[Self::Instant, Self::Day, Self::Unknown];

    /// The code on the wire and in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Day => "day",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|precision| precision.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Instant {
        DateTime::parse_from_rfc3339(written).unwrap().to_utc()
    }

    #[test]
    fn instants_are_what_both_databases_give_back() {
        for (written, kept) in [
            ("2026-11-23T17:00:59.1234567Z", "2026-11-23T17:00:59.123456Z"),
            ("2026-11-23T17:00:60Z", "2026-11-23T17:01:00Z"),
            ("2026-11-23T17:00:60.9Z", "2026-11-23T17:01:00.9Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(truncated(read(written)), read(kept), "{written}");
            assert_eq!(truncated(read(written)).to_rfc3339(), read(kept).to_rfc3339(), "{written}");
        }
    }
}
