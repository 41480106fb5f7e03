//! What sort of petition it is, how soon it wants attention, and what sort of petitioner asks.

use serde::{Deserialize, Serialize};

use crate::code::Coded;

/// What the citizen wants of the city (`domain.md`, *Words*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A service that the city owes everyone: the default.
    ServiceRequest,
    /// Help for a person or family (apoyo).
    Support,
    /// A question.
    Information,
    /// An idea.
    Suggestion,
    /// Praise.
    Recognition,
    /// A service owed is deficient.
    Complaint,
    /// Somebody breaks a rule.
    Denunciation,
}

impl Coded for Kind {
    const NAME: &'static str = "Kind";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::ServiceRequest,
        Self::Support,
        Self::Information,
        Self::Suggestion,
        Self::Recognition,
        Self::Complaint,
        Self::Denunciation,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::ServiceRequest => "service_request",
            Self::Support => "support",
            Self::Information => "information",
            Self::Suggestion => "suggestion",
            Self::Recognition => "recognition",
            Self::Complaint => "complaint",
            Self::Denunciation => "denunciation",
        }
    }
}

/// How soon it wants attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// As everything else.
    Normal,
    /// Before the rest.
    High,
    /// Now.
    Urgent,
}

impl Coded for Priority {
    const NAME: &'static str = "Priority";
    const ALL: &'static [Self] = &[Self::Normal, Self::High, Self::Urgent];

    fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// Who asks: one person, or several by whoever presents it for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PetitionerKind {
    /// One person: the default.
    #[default]
    Person,
    /// A company, school, association.
    Organisation,
    /// A committee of neighbours.
    Committee,
}

impl Coded for PetitionerKind {
    const NAME: &'static str = "PetitionerKind";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Person, Self::Organisation, Self::Committee];

    fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Committee => "committee",
        }
    }
}
