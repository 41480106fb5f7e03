//! Instants, and how exactly they are known.

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

/// A point in time, UTC, in whole microseconds: what both databases keep.
pub type Instant = DateTime<Utc>;

/// Cuts an instant to whole microseconds.
#[must_use]
pub fn truncated(at: Instant) -> Instant {
    at.trunc_subsecs(6)
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
