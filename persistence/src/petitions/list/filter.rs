//! What is asked of a list of petitions, and what a page of it is.

use chrono::NaiveDate;
use domain::desk::Desk;
use domain::id::Id;
use domain::map::BoundingBox;
use domain::search::Search;
use domain::time::Instant;
use uuid::Uuid;

use crate::sql::Side;

/// The sort key and the identifier of a row.
pub type Position = (Instant, Uuid);

/// The orders in which petitions are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PetitionSort {
    /// By receipt.
    Received(Side),
    /// By last change.
    Updated(Side),
    /// By the first end of a running term; a state or a desk must be named.
    Due,
}

/// Which petitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PetitionFilter {
    /// In this state.
    pub state: Option<String>,
    /// With one of these outcomes.
    pub outcome: Option<String>,
    /// Closed this way.
    pub closing: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Of one of these categories.
    pub categories: Option<Vec<String>>,
    /// By this channel.
    pub channel: Option<String>,
    /// With an assignment of this dependency.
    pub dependency: Option<String>,
    /// With an assignment of this unit.
    pub unit: Option<String>,
    /// In this box of the map.
    pub within: Option<BoundingBox>,
    /// In this neighbourhood.
    pub neighbourhood: Option<String>,
    /// Or in the one with this code.
    pub neighbourhood_code: Option<String>,
    /// Of this priority.
    pub priority: Option<String>,
    /// Seen to its end by this post.
    pub followed_by: Option<String>,
    /// Received then or later.
    pub received_from: Option<Instant>,
    /// Received before.
    pub received_to: Option<Instant>,
    /// Changed then or later.
    pub updated_from: Option<Instant>,
    /// Changed before.
    pub updated_to: Option<Instant>,
    /// A term ends before.
    pub due_to: Option<Instant>,
    /// With these words.
    pub search: Option<Search>,
    /// Seen to its end by this person.
    pub follower: Option<Uuid>,
    /// With this mark.
    pub tag: Option<String>,
    /// On this desk.
    pub desk: Option<AtDesk>,
}

impl PetitionFilter {
    /// Whether it asks for what only the office is told: its marks, and what waits for it.
    pub(super) const fn is_of_office(&self) -> bool {
        self.tag.is_some() || self.desk.is_some()
    }
}

/// A desk, as it is on a day of the city: that decides whose appointment has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtDesk {
    /// Which.
    pub desk: Desk,
    /// The day.
    pub today: NaiveDate,
}

/// One page of identifiers.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub ids: Vec<Id<T>>,
    /// Where the next one begins; none at the end.
    pub next: Option<Position>,
    /// Whether a search found more than it looked at, so that some may be missing.
    pub capped: bool,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// As far as it was counted.
    pub value: i64,
    /// Whether that is all.
    pub exact: bool,
}
