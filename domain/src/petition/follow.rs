//! `take`, `hand_over`, `tag`: who sees a petition to its end, and by which marks it is found.

use super::Petition;
use super::change::{Change, Draft};
use crate::actor::{Account, Actor, Role};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::position::{self, Position};
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::tag::{MOST_TAGS, Tag};
use crate::text::Text;

/// Who is to see to it.
#[derive(Clone, Debug)]
pub struct HandingOver {
    /// Code of the post.
    pub position: String,
    /// Who in particular; none: whoever holds the post.
    pub person: Option<Id<Account>>,
    /// Why.
    pub reason: Text,
}

impl Petition {
    /// Sees to it oneself, until its end. What nobody in particular follows is anybody's who can follow; what
    /// somebody does, only whoever supervises takes from them.
    ///
    /// # Errors
    /// Of [`Petition::may`] ([`Code::NotSupervising`] among them); [`Code::Unchanged`].
    pub fn take(&self, occasion: &mut Occasion<'_>) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Take, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        let (position, person) = self.taker(occasion.actor).ok_or(Code::NotAllowed)?;
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Taken { position: position.to_owned(), person });
        Ok(draft.finish())
    }

    /// Has another post or person see to it. Whether that person is appointed to that post, the caller asks the
    /// database.
    ///
    /// # Errors
    /// Of [`Petition::may`] ([`Code::NotSupervising`] among them); [`Code::FollowerUnfit`], [`Code::Unchanged`].
    pub fn hand_over(&self, occasion: &mut Occasion<'_>, to: HandingOver) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::HandOver, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        if !position::position(&to.position).is_some_and(Position::follows) {
            return Err(Refusal::at(Code::FollowerUnfit, "/position"));
        }
        if self.followed_by == to.position && self.follower == to.person {
            return Err(Code::Unchanged.into());
        }
        let reason = occasion.keep(to.reason);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::HandedOver { position: to.position, person: to.person, reason });
        Ok(draft.finish())
    }

    /// Puts marks on it and takes others off. What it has already, or has not, is passed over.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::TooManyTags`]; [`Code::Unchanged`] where nothing is left to do.
    pub fn tag(&self, occasion: &mut Occasion<'_>, add: &[Tag], remove: &[Tag]) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Tag, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        let mut added: Vec<Tag> = add.iter().filter(|tag| !self.tags.contains(*tag)).cloned().collect();
        added.sort();
        added.dedup();
        let removed: Vec<Tag> = self.tags.iter().filter(|tag| remove.contains(tag)).cloned().collect();
        if added.is_empty() && removed.is_empty() {
            return Err(Code::Unchanged.into());
        }
        if self.tags.len() + added.len() - removed.len() > MOST_TAGS {
            return Err(Refusal::at(Code::TooManyTags, "/tags"));
        }
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Tagged { added, removed });
        Ok(draft.finish())
    }

    /// Whether the actor supervises who follows it: as a holder of the same post, or of one that oversees it.
    #[must_use]
    pub fn supervised_by(&self, actor: &Actor) -> bool {
        let following = position::position(&self.followed_by);
        actor.roles.iter().any(|role| match role {
            Role::System => true,
            Role::Position(own) => {
                *own == self.followed_by
                    || following.zip(position::position(own)).is_some_and(|(below, own)| own.oversees(below))
            }
            Role::Liaison { .. }
            | Role::Client { .. }
            | Role::Administrator
            | Role::Auditor
            | Role::Transparency
            | Role::PrivacyOfficer
            | Role::Citizen(_) => false,
        })
    }

    /// Whether the actor follows it already, in a post that they hold.
    pub(super) fn is_followed_by(&self, actor: &Actor) -> bool {
        self.taker(actor)
            .is_some_and(|(position, person)| position == self.followed_by && self.follower == Some(person))
    }

    /// Whether the actor may take it, or hand it over, as far as that depends on who follows it now.
    pub(super) fn permits_following(&self, actor: &Actor, step: Step) -> Result<(), Refusal> {
        let own = self.follower.is_some() && self.follower == actor.account;
        let free = step == Step::Take && self.follower.is_none();
        if step == Step::Take && self.taker(actor).is_none() {
            return Err(Refusal::new(Code::NotAllowed).with("step", "take"));
        }
        if own || free || self.supervised_by(actor) { Ok(()) } else { Err(Code::NotSupervising.into()) }
    }

    /// As what the actor would follow it: in the post that follows it already, if that is theirs too.
    fn taker<'a>(&self, actor: &'a Actor) -> Option<(&'a str, Id<Account>)> {
        let mut posts = actor.roles.iter().filter_map(|role| match role {
            Role::Position(own) if position::position(own).is_some_and(Position::follows) => Some(own.as_str()),
            Role::Position(_)
            | Role::Liaison { .. }
            | Role::Client { .. }
            | Role::Administrator
            | Role::Auditor
            | Role::Transparency
            | Role::PrivacyOfficer
            | Role::Citizen(_)
            | Role::System => None,
        });
        let first = posts.clone().next();
        posts.find(|post| *post == self.followed_by).or(first).zip(actor.account)
    }
}
