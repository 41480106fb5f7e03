//! Terms as callers see them: when what is due, and how it stands now.

use chrono::{DateTime, Utc};
use domain::calendar::Calendar;
use domain::clock::{Clock, Stage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{Code, codes};

/// The term of one stage.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TermView {
    /// Which stage.
    pub stage: codes::Stage,
    /// How it stands now.
    pub state: codes::TermState,
    /// When it began.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub started_at: DateTime<Utc>,
    /// When it ends; null while a question to the citizen pauses it.
    #[schema(example = "2026-11-30T21:00:00Z")]
    pub due_at: Option<DateTime<Utc>>,
    /// From when it is at risk: three quarters of it have passed; null while it is paused.
    #[schema(example = "2026-11-27T19:00:00Z")]
    pub at_risk_at: Option<DateTime<Utc>>,
    /// Since when it is paused.
    #[schema(example = json!(null))]
    pub paused_since: Option<DateTime<Utc>>,
    /// When it was met or missed.
    #[schema(example = json!(null))]
    pub stopped_at: Option<DateTime<Utc>>,
    /// Minutes left, in working hours for terms in working days or minutes; negative when overdue, null once it
    /// stopped.
    #[schema(example = 1680)]
    pub left: Option<i64>,
}

/// The terms that are there, in the order of the stages.
#[must_use]
pub fn terms(clocks: &[(Stage, &Option<Clock>)], now: DateTime<Utc>, calendar: &Calendar) -> Vec<TermView> {
    clocks
        .iter()
        .filter_map(|(stage, clock)| {
            let clock = clock.as_ref()?;
            let reading = clock.reading(now, calendar);
            Some(TermView {
                stage: Code(*stage),
                state: Code(reading.state),
                started_at: clock.started_at,
                due_at: reading.due_at,
                at_risk_at: reading.at_risk_at,
                paused_since: reading.paused_since,
                stopped_at: reading.stopped_at,
                left: reading.left_minutes,
            })
        })
        .collect()
}
