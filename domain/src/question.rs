//! A question to the citizen, of the petition or of one assignment; it pauses only that clock.

use serde::{Deserialize, Serialize};

use crate::assignment::Assignment;
use crate::code::Coded;
use crate::id::Id;
use crate::text::TextRef;
use crate::time::Instant;

/// Where a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionState {
    /// A dependency wants to ask; no post of the office has released it yet.
    Drafted,
    /// The citizen has it.
    Open,
    /// The citizen replied.
    Replied,
    /// The reply's term passed.
    Lapsed,
    /// It is not asked any more.
    Ended,
}

impl Coded for QuestionState {
    const NAME: &'static str = "QuestionState";
    const ALL: &'static [Self] = &[Self::Drafted, Self::Open, Self::Replied, Self::Lapsed, Self::Ended];

    fn code(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Open => "open",
            Self::Replied => "replied",
            Self::Lapsed => "lapsed",
            Self::Ended => "ended",
        }
    }
}

/// Why a question ended without a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionEnd {
    /// The office cancelled it.
    Cancelled,
    /// Its assignment ended.
    AssignmentEnded,
    /// The petition was answered or closed.
    PetitionEnded,
}

/// A question to the citizen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its identifier.
    pub id: Id<Question>,
    /// The round in which it was asked.
    pub round: i32,
    /// The assignment that asks; none where the office asks.
    pub assignment: Option<Id<Assignment>>,
    /// The words.
    pub text: TextRef,
    /// Where it stands.
    pub state: QuestionState,
    /// When it was asked.
    pub asked_at: Instant,
    /// When the reply is due, once it is out.
    pub reply_due_at: Option<Instant>,
    /// The citizen's words.
    pub reply: Option<TextRef>,
}
