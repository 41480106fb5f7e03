//! The rules that the office sets for itself (*Manual 1.3*): terms, attempts, windows.

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::clock::Term;
use crate::contact::ContactResult;

/// Who issues the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// A post of the office, after reading what the dependencies say.
    Office,
    /// A single assignment's resolution is the answer as it stands.
    Automatic,
}

/// One version of the policy. A new version never touches what is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its code.
    pub code: String,
    /// Its version, from 1.
    pub version: i32,
    /// Receipt to first route or answer.
    pub route: Term,
    /// Routed to accepted or returned.
    pub accept: Term,
    /// Routed to resolved.
    pub resolve: Term,
    /// Receipt to answer.
    pub answer: Term,
    /// Answer to telling the citizen.
    pub notify: Term,
    /// How long a citizen has to reply to a question.
    pub reply: Term,
    /// On how many different days the citizen is tried before the file closes as unreachable.
    pub contact_attempts: u16,
    /// Which results count as told.
    pub told: Vec<ContactResult>,
    /// Calendar days after the closing in which a petition can be reopened.
    pub reopening_days: u16,
    /// How often an assignment's term can be extended.
    pub extensions: u16,
    /// Working days that one extension may add at most.
    pub extension_days: u16,
    /// Questions that one petition may put to the citizen in a round.
    pub questions: u16,
    /// Whether a dependency's question waits until a post of the office releases it.
    pub release_questions: bool,
    /// Calendar days that staff may date back.
    pub dating_days: u16,
    /// Who issues the answer.
    pub review: Review,
}

impl Policy {
    /// The policy that a new installation starts with.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            code: "default".to_owned(),
            version: 1,
            route: Term::WorkingDays(1),
            accept: Term::WorkingDays(1),
            resolve: Term::WorkingDays(4),
            answer: Term::WorkingDays(5),
            notify: Term::WorkingDays(2),
            reply: Term::WorkingDays(5),
            contact_attempts: 3,
            told: vec![ContactResult::Told, ContactResult::Delivered],
            reopening_days: 15,
            extensions: 1,
            extension_days: 5,
            questions: 3,
            release_questions: true,
            dating_days: 30,
            review: Review::Office,
        }
    }
}

/// What a step is judged by: the calendar and the policy in force.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Working days and hours of the city.
    pub calendar: Calendar,
    /// The policy of the petition.
    pub policy: Policy,
}
