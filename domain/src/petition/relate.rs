//! `relate` and `split`: petitions that belong together, and a matter of which a part becomes a petition of its own.
//!
//! Both petitions keep the link in their history; neither goes with the other.

use super::change::{Change, Draft};
use super::route::Routing;
use super::{Petition, Petitioner};
use crate::event::{Filed, Happened};
use crate::folio::Folio;
use crate::form::Entries;
use crate::id::Id;
use crate::kind::Kind;
use crate::occasion::Occasion;
use crate::refusal::{Code, Refusal};
use crate::relation::{Link, MOST_RELATIONS, Relation};
use crate::step::Step;
use crate::text::Text;

/// What a step does to two petitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Both {
    /// To the petition that the step was taken of.
    pub own: Change,
    /// To the other one.
    pub other: Change,
}

/// A part of a petition's matter.
#[derive(Clone, Debug)]
pub struct Splitting {
    /// The folio that it gets.
    pub folio: Folio,
    /// Code of the category.
    pub category: String,
    /// What sort it is.
    pub kind: Kind,
    /// Whether it is against a public servant.
    pub against_public_servant: bool,
    /// The part, in words.
    pub text: Text,
    /// Its address.
    pub address: Option<Text>,
    /// What its category asks for, as far as it is known.
    pub fields: Entries,
    /// The dependencies that get it at once.
    pub routes: Vec<Routing>,
}

impl Petition {
    /// Links it with another one. Of two troubles the one presented first is the earlier; by `split` it is a part of
    /// the other.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionUnknown`] where the actor does not see the other; [`Code::RelatedToItself`],
    /// [`Code::AlreadyRelated`], [`Code::RelationsTooMany`].
    pub fn relate(&self, occasion: &mut Occasion<'_>, other: &Self, relation: Relation) -> Result<Both, Refusal> {
        self.may(occasion.actor, Step::Relate, occasion.rules, occasion.now)?;
        if !occasion.actor.visibility().sees(other) {
            return Err(Refusal::at(Code::PetitionUnknown, "/petition"));
        }
        occasion.check_date(Some(self.received_at.max(other.received_at)))?;
        if self.id == other.id {
            return Err(Refusal::at(Code::RelatedToItself, "/petition"));
        }
        if self.relation_with(other).is_some() {
            return Err(Refusal::at(Code::AlreadyRelated, "/petition"));
        }
        if self.relations.len().max(other.relations.len()) >= MOST_RELATIONS {
            return Err(Refusal::new(Code::RelationsTooMany).with("most", MOST_RELATIONS.to_string()));
        }
        let first = match relation {
            Relation::Recurrence => (self.received_at, self.id) < (other.received_at, other.id),
            Relation::Split | Relation::SamePlace => false,
        };
        let others_first = relation != Relation::SamePlace && !first;
        let own = self.linked(occasion, other.id, relation, first);
        undated(occasion);
        Ok(Both { own, other: other.linked(occasion, self.id, relation, others_first) })
    }

    /// Takes the link with another one back.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionUnknown`] where there is none that the actor may know of.
    pub fn unrelate(&self, occasion: &mut Occasion<'_>, other: &Self) -> Result<Both, Refusal> {
        self.may(occasion.actor, Step::Relate, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at.max(other.received_at)))?;
        let link = self.relation_with(other).filter(|_| occasion.actor.visibility().sees(other));
        let relation = link.ok_or(Code::PetitionUnknown)?.relation;
        let mut unlinked = |one: &Self, from: &Self| {
            let mut draft = Draft::of(one, occasion);
            draft.record(Happened::Unrelated { relation, petition: from.id });
            let change = draft.finish();
            undated(occasion);
            change
        };
        Ok(Both { own: unlinked(self, other), other: unlinked(other, self) })
    }

    /// The link with another petition, if there is one.
    #[must_use]
    pub fn relation_with(&self, other: &Self) -> Option<&Link> {
        self.relations.iter().find(|link| link.petition == other.id)
    }

    fn linked(&self, occasion: &mut Occasion<'_>, other: Id<Self>, relation: Relation, first: bool) -> Change {
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Related { relation, petition: other, first });
        draft.finish()
    }

    /// Takes a part of the matter out, as a petition of its own with the same petitioners, presented when this one was:
    /// its terms run from then on. The part is [`Both::other`].
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::RelationsTooMany`]; [`Code::NotAllowed`] and what is invalid in its routes.
    pub fn split(&self, occasion: &mut Occasion<'_>, splitting: Splitting) -> Result<Both, Refusal> {
        self.may(occasion.actor, Step::Split, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        if self.relations.len() >= MOST_RELATIONS {
            return Err(Refusal::new(Code::RelationsTooMany).with("most", MOST_RELATIONS.to_string()));
        }
        if !splitting.routes.is_empty() && !occasion.actor.can_any(Step::Route.actions()) {
            return Err(Refusal::new(Code::NotAllowed).with("step", "route"));
        }
        let part = occasion.id();
        let own = self.linked(occasion, part, Relation::Split, true);
        undated(occasion);
        let petitioners = self.standing().map(|one| Petitioner { id: occasion.id(), ..one.clone() }).collect();
        let filed = Filed {
            folio: splitting.folio.to_string(),
            received_at: self.received_at,
            received_precision: self.received_precision,
            channel: self.channel.clone(),
            in_writing: self.in_writing,
            kind: splitting.kind,
            category: splitting.category,
            priority: self.priority,
            against_public_servant: splitting.against_public_servant,
            followed_by: self.followed_by.clone(),
            text: Some(occasion.keep(splitting.text)),
            address: occasion.keep_some(splitting.address),
            fields: occasion.keep_filled(splitting.fields.0),
            petitioners,
            origin: None,
            intake: None,
            policy: self.policy.clone(),
        };
        let blank = Self::blank(part, splitting.folio, occasion.now);
        let mut draft = Draft::of(&blank, occasion);
        draft.record(Happened::Filed(Box::new(filed)));
        super::route::record(&mut draft, splitting.routes, "/route")?;
        draft.record(Happened::Related { relation: Relation::Split, petition: self.id, first: false });
        Ok(Both { own, other: draft.finish() })
    }

    /// Who still asks, in the order in which they came: whose data a part keeps too.
    pub fn standing(&self) -> impl Iterator<Item = &Petitioner> {
        self.petitioners.iter().filter(|one| !one.withdrawn)
    }
}

/// Why a step was dated back is a text of the petition that it was taken of: the other one's history has when it was
/// recorded.
pub(super) fn undated(occasion: &mut Occasion<'_>) {
    occasion.dated = None;
    occasion.dating_reason = None;
}
