//! An assignment: one dependency's share of one petition.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::actor::Account;
use crate::clock::Clock;
use crate::code::Coded;
use crate::external::ExternalReference;
use crate::id::Id;
use crate::outcome::{Infeasibility, Outcome};
use crate::text::TextRef;
use crate::time::Instant;

/// Where one dependency's share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// Routed; the dependency has not taken it up.
    Pending,
    /// The dependency works on it.
    Accepted,
    /// The dependency says it is done.
    Resolved,
    /// The dependency gave it back.
    Returned,
    /// The office took it away.
    Cancelled,
}

impl AssignmentState {
    /// Whether the dependency still owes something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Accepted => true,
            Self::Resolved | Self::Returned | Self::Cancelled => false,
        }
    }
}

impl Coded for AssignmentState {
    const NAME: &'static str = "AssignmentState";
    const ALL: &'static [Self] = &[Self::Pending, Self::Accepted, Self::Resolved, Self::Returned, Self::Cancelled];

    fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Resolved => "resolved",
            Self::Returned => "returned",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Why a dependency gives an assignment back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// It is not this dependency's business.
    NotCompetent,
    /// It belongs to another area.
    OtherArea,
    /// The dependency has it already.
    Duplicate,
}

impl Coded for ReturnReason {
    const NAME: &'static str = "ReturnReason";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::NotCompetent, Self::OtherArea, Self::Duplicate];

    fn code(self) -> &'static str {
        match self {
            Self::NotCompetent => "not_competent",
            Self::OtherArea => "other_area",
            Self::Duplicate => "duplicate",
        }
    }
}

/// Why an assignment was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelCause {
    /// The office decided so.
    Office,
    /// The office answered without waiting for it.
    Answered,
    /// The petitioner took the petition back.
    Withdrawn,
    /// The petition was annulled.
    Annulled,
    /// The citizen did not reply.
    NoReply,
    /// The petition turned out to be against a public servant.
    AgainstPublicServant,
    /// The petition came in already closed.
    Imported,
    /// The petition follows another one of the same matter.
    Merged,
}

impl Coded for CancelCause {
    const NAME: &'static str = "CancelCause";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::Office,
        Self::Answered,
        Self::Withdrawn,
        Self::Annulled,
        Self::NoReply,
        Self::AgainstPublicServant,
        Self::Imported,
        Self::Merged,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
            Self::Annulled => "annulled",
            Self::NoReply => "no_reply",
            Self::AgainstPublicServant => "against_public_servant",
            Self::Imported => "imported",
            Self::Merged => "merged",
        }
    }
}

/// What a dependency says it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The report, which the answer may adopt.
    pub report: TextRef,
    /// The outcome that the dependency proposes.
    pub outcome: Outcome,
    /// Why not, where the proposed outcome is [`Outcome::NotFeasible`].
    pub infeasibility: Option<Infeasibility>,
    /// When it was resolved.
    pub at: Instant,
}

/// Why and with what advice it came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Why.
    pub reason: ReturnReason,
    /// In the dependency's words.
    pub explanation: TextRef,
    /// The dependency that should have it instead, if it knows.
    pub suggested: Option<String>,
    /// Whether the router has dealt with it: routed again, or let go by the answer.
    pub taken_up: bool,
    /// When it came back.
    pub at: Instant,
}

/// Who in the dependency sees to it; with an account or without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responsible {
    /// The name.
    pub name: TextRef,
    /// The account, for those who sign in.
    pub account: Option<Id<Account>>,
}

/// One dependency's share of one petition. It belongs to dependency and unit, never to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its identifier.
    pub id: Id<Assignment>,
    /// Its version, from 1, for `If-Match`; another dependency's step does not move it.
    pub version: i32,
    /// Sequence of the event that routed it: the order of a petition's assignments.
    pub routed_in: i32,
    /// The round of the petition to which it belongs.
    pub round: i32,
    /// Code of the dependency.
    pub dependency: String,
    /// Code of the unit, where one was named.
    pub unit: Option<String>,
    /// Where it stands.
    pub state: AssignmentState,
    /// Whether it was ordered: a directed assignment cannot be returned.
    pub directed: bool,
    /// The assignment of an earlier round, or the returned one, that it takes up again.
    pub previous: Option<Id<Assignment>>,
    /// What the office told the dependency.
    pub instructions: Option<TextRef>,
    /// Its number in the dependency's own system.
    #[serde(default)]
    pub external_reference: Option<ExternalReference>,
    /// When it was routed.
    pub routed_at: Instant,
    /// Who sees to it.
    pub responsible: Option<Responsible>,
    /// What was done.
    pub resolution: Option<Resolution>,
    /// Why it came back.
    pub returned: Option<Return>,
    /// Why it was cancelled.
    pub cancelled: Option<CancelCause>,
    /// The day for which the work is planned.
    pub scheduled_for: Option<NaiveDate>,
    /// How often its term was extended.
    pub extensions: u16,
    /// How often the office sent it back.
    pub sent_back: u16,
    /// The term to accept it.
    pub accept: Option<Clock>,
    /// The term to resolve it.
    pub resolve: Option<Clock>,
}
