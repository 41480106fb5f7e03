//! What the larger entries carry: a filing, a routing, a contact, a file.

use serde::{Deserialize, Serialize};

use crate::assignment::Assignment;
use crate::attachment::{Attachment, AttachmentKind, Found};
use crate::contact::{ContactResult, Direction, Medium, Purpose};
use crate::form::Filled;
use crate::id::Id;
use crate::intake::Intake;
use crate::kind::{Kind, Priority};
use crate::petition::Petitioner;
use crate::text::TextRef;
use crate::time::{Instant, Precision};

/// What was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The folio, as people read it.
    pub folio: String,
    /// When it was presented.
    pub received_at: Instant,
    /// How exactly that is known.
    pub received_precision: Precision,
    /// Code of the channel.
    pub channel: String,
    /// Whether it came in writing, so that it is answered by a document (Constitution art. 8).
    pub in_writing: bool,
    /// What sort it is.
    pub kind: Kind,
    /// Code of the category.
    pub category: String,
    /// How soon it wants attention.
    pub priority: Priority,
    /// Whether it is against a public servant.
    pub against_public_servant: bool,
    /// Code of the post that sees it to its end.
    pub followed_by: String,
    /// The citizen's words.
    pub text: Option<TextRef>,
    /// The address, as it was given.
    pub address: Option<TextRef>,
    /// What its category asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Filled>,
    /// Who asks.
    pub petitioners: Vec<Petitioner>,
    /// The source from which it was imported and its number there.
    pub origin: Option<Origin>,
    /// The intake by which it came in with others; none: it came alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake: Option<Id<Intake>>,
    /// Code and version of the policy that judges its terms.
    pub policy: (String, i32),
}

/// Where an imported petition came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Code of the source.
    pub source: String,
    /// Its number there.
    pub external_id: String,
}

/// What was routed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// The new assignment.
    pub assignment: Id<Assignment>,
    /// Code of the dependency.
    pub dependency: String,
    /// Code of the unit.
    pub unit: Option<String>,
    /// Whether it was ordered and cannot be returned.
    pub directed: bool,
    /// What the office tells the dependency.
    pub instructions: Option<TextRef>,
    /// The assignment that it takes up again.
    pub previous: Option<Id<Assignment>>,
    /// The returned assignments with which it deals.
    pub takes_up: Vec<Id<Assignment>>,
}

/// A word with the citizen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacted {
    /// Its identifier.
    pub contact: Id<Contacted>,
    /// Who called whom.
    pub direction: Direction,
    /// By what.
    pub medium: Medium,
    /// About what.
    pub purpose: Purpose,
    /// How it went.
    pub result: ContactResult,
    /// What was said.
    pub text: Option<TextRef>,
    /// With which petitioner; none: the principal.
    pub petitioner: Option<Id<Petitioner>>,
}

/// A file that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Its identifier.
    pub attachment: Id<Attachment>,
    /// What it is to the petition.
    pub attachment_kind: AttachmentKind,
    /// The assignment of whose work it is evidence.
    pub assignment: Option<Id<Assignment>>,
    /// What its sender called it.
    pub name: Option<TextRef>,
    /// What was found of it.
    pub found: Found,
}
