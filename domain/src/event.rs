//! Events: what happened to a petition, one entry per step, never edited.
//!
//! Payloads hold codes, identifiers, numbers and instants only; free texts by reference
//! ([`TextRef`]); nothing of a person.

mod happened;
mod payload;

pub use happened::{DESCRIBING, Happened};
pub use payload::{Attached, Contacted, Filed, Origin, Routed};

use serde::{Deserialize, Serialize};

use crate::actor::{Account, Client};
use crate::contact::Medium;
use crate::id::Id;
use crate::petition::Petition;
use crate::text::TextRef;
use crate::time::{Instant, Precision};

/// Who did it, in what capacity, and for whom they spoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The account; none for citizens and the house.
    pub account: Option<Id<Account>>,
    /// The machine, where one acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Id<Client>>,
    /// Post, `liaison:<dependency>`, `client:<dependency>`, `citizen` or `system`.
    pub capacity: String,
    /// For which dependency the office recorded what its people said, and how they said it.
    pub on_behalf_of: Option<OnBehalf>,
}

/// A dependency that answered by telephone (*Manual 4.4, 6.3, 12.3, 15.5, 15.7*).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnBehalf {
    /// Code of the dependency.
    pub dependency: String,
    /// Who spoke.
    pub speaker: TextRef,
    /// By what.
    pub medium: Medium,
    /// A number or note by which it can be found again.
    pub reference: Option<TextRef>,
}

/// One entry of a petition's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The petition to which it belongs.
    pub petition: Id<Petition>,
    /// Its place in the history, from 1.
    pub sequence: i32,
    /// The hash of the entry before it, lower-case hexadecimal.
    pub previous: String,
    /// Who did it.
    pub by: By,
    /// When it happened.
    pub occurred_at: Instant,
    /// How exactly that is known.
    pub precision: Precision,
    /// When the server took it in.
    pub recorded_at: Instant,
    /// Why it was dated back, where it was.
    pub dating_reason: Option<TextRef>,
    /// Whether the office attests the earlier instant, so that terms are judged by it.
    pub attested: bool,
    /// What happened.
    #[serde(flatten)]
    pub happened: Happened,
}

impl Event {
    /// The instant by which *in time* is judged.
    #[must_use]
    pub const fn judged_at(&self) -> Instant {
        if self.attested { self.occurred_at } else { self.recorded_at }
    }
}
