//! The stages that have a term, the units a term is set in, and the words for how it stands.
//!
//! Vocabulary and the arithmetic of units; a running term is [`super::Clock`].

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::time::{Instant, truncated};

/// What a term is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// From receipt to the first routing or answer; the office's.
    Route,
    /// From routing to acceptance or return; a dependency's.
    Accept,
    /// From routing to the resolution that is not sent back; a dependency's.
    Resolve,
    /// From receipt to the answer; the office's.
    Answer,
    /// From the answer until the citizen knows it, or enough was tried; the office's.
    Notify,
}

impl Stage {
    /// All of them, for catalogues and contracts.
    pub const ALL: &[Self] = &[Self::Route, Self::Accept, Self::Resolve, Self::Answer, Self::Notify];

    /// The code on the wire and in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Accept => "accept",
            Self::Resolve => "resolve",
            Self::Answer => "answer",
            Self::Notify => "notify",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.code() == code)
    }
}

/// How long a stage may take, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// To the closing of the n-th working day; the first day does not count.
    WorkingDays(u16),
    /// So many minutes of working time.
    WorkingMinutes(u32),
    /// So many hours by day and night, for what is urgent.
    CalendarHours(u32),
    /// To the end of the n-th day, working or not; the first day does not count.
    CalendarDays(u16),
}

impl Term {
    /// When a term that begins at an instant ends.
    #[must_use]
    pub fn end(self, from: Instant, calendar: &Calendar) -> Instant {
        match self {
            Self::WorkingDays(days) => calendar.end_of_working_day_after(from, days),
            Self::WorkingMinutes(minutes) => calendar.add_working_minutes(from, minutes.into()),
            Self::CalendarHours(hours) => {
                from.checked_add_signed(TimeDelta::hours(hours.into())).unwrap_or(Instant::MAX_UTC)
            }
            Self::CalendarDays(days) => calendar.end_of_day_after(from, days),
        }
    }

    /// Time between two instants as this unit counts it: working time or all of it.
    pub(super) fn between(self, a: Instant, b: Instant, calendar: &Calendar) -> TimeDelta {
        match self {
            Self::WorkingDays(_) | Self::WorkingMinutes(_) => calendar.working_time_between(a, b),
            Self::CalendarHours(_) | Self::CalendarDays(_) => b - a,
        }
    }

    /// An instant moved on by so much of this unit's time.
    pub(super) fn moved(self, from: Instant, by: TimeDelta, calendar: &Calendar) -> Instant {
        truncated(match self {
            Self::WorkingDays(_) | Self::WorkingMinutes(_) => calendar.add_working_time(from, by),
            Self::CalendarHours(_) | Self::CalendarDays(_) => from.checked_add_signed(by).unwrap_or(Instant::MAX_UTC),
        })
    }
}

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermState {
    /// Running, less than three quarters over.
    OnTime,
    /// Running, three quarters over.
    AtRisk,
    /// Running, and over.
    Overdue,
    /// Waiting for the citizen.
    Paused,
    /// Stopped in time.
    Met,
    /// Stopped too late.
    Missed,
}

impl TermState {
    /// All of them, for catalogues and contracts.
    pub const ALL: &[Self] = &[Self::OnTime, Self::AtRisk, Self::Overdue, Self::Paused, Self::Met, Self::Missed];

    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::AtRisk => "at_risk",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Missed => "missed",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }
}
