//! The state of a petition: one pure, total function of the facts of its current round.

use serde::{Deserialize, Serialize};

use crate::assignment::AssignmentState;
use crate::code::Coded;

/// Where a petition stands (`domain.md`, *Lifecycle*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Registered; nobody has it yet.
    Received,
    /// A dependency has it and has not taken it up.
    Routed,
    /// A dependency works on it.
    InProgress,
    /// Everything waits for the citizen.
    AwaitingCitizen,
    /// Every dependency is done; the office has not answered.
    InReview,
    /// The answer is issued; the citizen does not know it yet.
    Answered,
    /// The file ended.
    Closed,
}

impl Coded for State {
    const NAME: &'static str = "PetitionState";
    const ALL: &'static [Self] = &[
        Self::Received,
        Self::Routed,
        Self::InProgress,
        Self::AwaitingCitizen,
        Self::InReview,
        Self::Answered,
        Self::Closed,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Routed => "routed",
            Self::InProgress => "in_progress",
            Self::AwaitingCitizen => "awaiting_citizen",
            Self::InReview => "in_review",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}

impl State {
    /// How far a petition has come: waiting for the citizen is not further than being worked on.
    #[must_use]
    pub const fn advance(self) -> u8 {
        match self {
            Self::Received => 0,
            Self::Routed => 1,
            Self::InProgress | Self::AwaitingCitizen => 2,
            Self::InReview => 3,
            Self::Answered => 4,
            Self::Closed => 5,
        }
    }
}

/// What of a round decides the state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundFacts {
    /// The round has a closing.
    pub closed: bool,
    /// An answer was issued.
    pub answered: bool,
    /// It follows another petition, which stands there.
    pub led: Option<State>,
    /// A question of the petition itself is open.
    pub question_open: bool,
    /// The round's assignments, each with whether a question of its own is open.
    pub assignments: Vec<(AssignmentState, bool)>,
}

/// The state of a round: the first row of `domain.md`'s table that holds.
#[must_use]
pub fn state(facts: &RoundFacts) -> State {
    let states = || facts.assignments.iter().map(|(state, _)| *state);
    let open = || facts.assignments.iter().filter(|(state, _)| state.is_open());
    let any_open = open().next().is_some();
    if facts.closed {
        State::Closed
    } else if facts.answered {
        State::Answered
    } else if let Some(led) = facts.led {
        led
    } else if facts.question_open || (any_open && open().all(|(_, question_open)| *question_open)) {
        State::AwaitingCitizen
    } else if !any_open && states().any(|state| state == AssignmentState::Resolved) {
        State::InReview
    } else if states().any(|state| matches!(state, AssignmentState::Accepted | AssignmentState::Resolved)) {
        State::InProgress
    } else if states().any(|state| state == AssignmentState::Pending) {
        State::Routed
    } else {
        State::Received
    }
}
