//! A delivery: documents that a petitioner brought because the category asks for them, and the receipt of it.
//!
//! Which documents a category asks for is the catalogue's ([`crate::catalogue::Catalogue::requirements_on`]); what is
//! taken in is decided by [`crate::petition::Petition::deliver`].

use serde::{Deserialize, Serialize};

use crate::actor::Account;
use crate::attachment::Attachment;
use crate::id::Id;
use crate::time::Instant;

/// Deliveries that one petition takes at most: its facts are read whole at every step.
pub const MOST_DELIVERIES: usize = 50;

/// One document that was brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Code of the requirement.
    pub requirement: String,
    /// The copy that is kept; none: it was looked at and given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Id<Attachment>>,
}

/// Documents that were brought at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its identifier: the number of the receipt.
    pub id: Id<Delivery>,
    /// When.
    pub at: Instant,
    /// Who took them in; none for the house.
    pub received_by: Option<Id<Account>>,
    /// What.
    pub documents: Vec<Delivered>,
}
