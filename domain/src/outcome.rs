//! What became of the matter, and how the file ended: two different things.

use serde::{Deserialize, Serialize};

use crate::code::Coded;

/// What became of the matter, set by the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done as asked.
    Attended,
    /// Done in part.
    PartiallyAttended,
    /// It cannot be done; [`Infeasibility`] says why.
    NotFeasible,
    /// There was nothing to do.
    Unfounded,
    /// Another authority's business, named with its procedure (Reglamento de Participación
    /// Ciudadana art. 67).
    NotCompetent,
    /// It was a question, or a procedure that the citizen starts.
    Oriented,
    /// Taken note of, with thanks.
    Acknowledged,
}

impl Coded for Outcome {
    const NAME: &'static str = "Outcome";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::Attended,
        Self::PartiallyAttended,
        Self::NotFeasible,
        Self::Unfounded,
        Self::NotCompetent,
        Self::Oriented,
        Self::Acknowledged,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::PartiallyAttended => "partially_attended",
            Self::NotFeasible => "not_feasible",
            Self::Unfounded => "unfounded",
            Self::NotCompetent => "not_competent",
            Self::Oriented => "oriented",
            Self::Acknowledged => "acknowledged",
        }
    }
}

/// Why it cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Infeasibility {
    /// No money for it.
    Budget,
    /// It cannot be built or repaired that way.
    Technical,
    /// A rule forbids it.
    Legal,
    /// It stands on private property.
    PrivateProperty,
    /// It depends on somebody else.
    ThirdParty,
}

impl Coded for Infeasibility {
    const NAME: &'static str = "Infeasibility";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Budget, Self::Technical, Self::Legal, Self::PrivateProperty, Self::ThirdParty];

    fn code(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Technical => "technical",
            Self::Legal => "legal",
            Self::PrivateProperty => "private_property",
            Self::ThirdParty => "third_party",
        }
    }
}

/// How the file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// The citizen was told.
    Notified,
    /// The policy's attempts were made, on different days.
    Unreachable,
    /// There is no way to tell; the answer stays readable by folio and PIN.
    NoContact,
    /// The citizen did not reply to a question that was needed.
    NoReply,
    /// The petitioner took it back.
    Withdrawn,
    /// Capture error, prank or test: listed, counted nowhere else.
    Annulled,
    /// It came in already closed.
    Imported,
}

impl Closing {
    /// Whether a closing of this kind needs an outcome.
    #[must_use]
    pub const fn needs_outcome(self) -> bool {
        match self {
            Self::Notified | Self::Unreachable | Self::NoContact => true,
            Self::NoReply | Self::Withdrawn | Self::Annulled | Self::Imported => false,
        }
    }
}

impl Coded for Closing {
    const NAME: &'static str = "Closing";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::Notified,
        Self::Unreachable,
        Self::NoContact,
        Self::NoReply,
        Self::Withdrawn,
        Self::Annulled,
        Self::Imported,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Notified => "notified",
            Self::Unreachable => "unreachable",
            Self::NoContact => "no_contact",
            Self::NoReply => "no_reply",
            Self::Withdrawn => "withdrawn",
            Self::Annulled => "annulled",
            Self::Imported => "imported",
        }
    }
}
