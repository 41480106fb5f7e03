//! How two petitions belong together without being one: the links that staff make and undo.
//!
//! A link says nothing of what becomes of either. Following, where one petition goes with another, is no link.

use serde::{Deserialize, Serialize};

use crate::code::Coded;
use crate::id::Id;
use crate::petition::Petition;

/// Links that one petition has at most: they are shown with it.
pub const MOST_RELATIONS: usize = 50;

/// Why two petitions belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same trouble has come again.
    Recurrence,
    /// A part of one's matter became the other.
    Split,
    /// Other matters at the same place.
    SamePlace,
}

impl Coded for Relation {
    const NAME: &'static str = "Relation";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Recurrence, Self::Split, Self::SamePlace];

    fn code(self) -> &'static str {
        match self {
            Self::Recurrence => "recurrence",
            Self::Split => "split",
            Self::SamePlace => "same_place",
        }
    }
}

/// A link, as one of the two petitions has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Why.
    pub relation: Relation,
    /// The other petition.
    pub petition: Id<Petition>,
    /// Whether this one came first: the earlier trouble, or the matter that was split. Of the same place, neither did.
    pub first: bool,
}

/// What a petition is to the one that it is linked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The trouble that came again.
    Earlier,
    /// The trouble once more.
    Later,
    /// The matter of which a part was taken out.
    Whole,
    /// That part.
    Part,
    /// At the same place.
    Beside,
}

impl Coded for Part {
    const NAME: &'static str = "RelationPart";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Earlier, Self::Later, Self::Whole, Self::Part, Self::Beside];

    fn code(self) -> &'static str {
        match self {
            Self::Earlier => "earlier",
            Self::Later => "later",
            Self::Whole => "whole",
            Self::Part => "part",
            Self::Beside => "beside",
        }
    }
}

impl Link {
    /// What the petition that has the link is to the other one.
    #[must_use]
    pub const fn part(&self) -> Part {
        match (self.relation, self.first) {
            (Relation::Recurrence, true) => Part::Earlier,
            (Relation::Recurrence, false) => Part::Later,
            (Relation::Split, true) => Part::Whole,
            (Relation::Split, false) => Part::Part,
            (Relation::SamePlace, _) => Part::Beside,
        }
    }
}
