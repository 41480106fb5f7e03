//! `join`: somebody puts their name to a petition that is already here, instead of filing the same matter again.
//!
//! A co-petitioner follows the petition by a PIN of their own and is shown nothing of the others.

use super::change::{Change, Draft};
use super::file::{NewPetitioner, check_petitioner};
use super::{Petition, Petitioner};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::Closing;
use crate::refusal::{Code, Refusal};
use crate::step::Step;

/// Petitioners that one petition has at most, those who withdrew included: its facts are read whole at every step.
pub const MOST_PETITIONERS: usize = 200;

impl Petition {
    /// Adds a co-petitioner: a person, or a committee or group with whoever presents it. Where nobody is left to be told,
    /// the one who joins is the principal.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionersTooMany`]; [`Code::AnonymousLeavesNothing`], [`Code::PetitionerEmpty`].
    pub fn join(&self, occasion: &mut Occasion<'_>, joining: &NewPetitioner) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Join, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        check_petitioner(joining).map_err(|code| Refusal::at(code, "/petitioner"))?;
        if self.petitioners.len() >= MOST_PETITIONERS {
            return Err(Refusal::new(Code::PetitionersTooMany).with("most", MOST_PETITIONERS.to_string()));
        }
        let petitioner = Petitioner {
            id: occasion.id(),
            principal: self.principal().is_none(),
            identity: joining.identity,
            reachable: joining.reachable,
            withdrawn: false,
            person: None,
        };
        let mut draft = Draft::of(self, occasion).about(petitioner.id);
        draft.record(Happened::Joined { petitioner });
        Ok(draft.finish())
    }

    /// Those who follow the petition by a PIN of their own: everybody but whoever brought it, who has the petition's.
    pub fn co_petitioners(&self) -> impl Iterator<Item = &Petitioner> {
        self.petitioners.iter().skip(1)
    }

    /// Whether the petition is open to this PIN's holder: a co-petitioner, or none: whoever brought it. Who withdrew
    /// while it goes on for others is not shown what becomes of theirs.
    #[must_use]
    pub fn open_to(&self, co_petitioner: Option<Id<Petitioner>>) -> bool {
        let ended = self.round.closing == Some(Closing::Withdrawn);
        match co_petitioner {
            Some(id) => self.co_petitioners().any(|one| one.id == id && (!one.withdrawn || ended)),
            None => {
                let withdrew = self.petitioners.first().is_some_and(|first| first.withdrawn);
                let goes_on_for_others = self.co_petitioners().any(|one| !one.withdrawn);
                ended || !withdrew || !goes_on_for_others
            }
        }
    }

    /// Whether this PIN's holder is the one who is asked and told.
    #[must_use]
    pub fn is_told(&self, co_petitioner: Option<Id<Petitioner>>) -> bool {
        match co_petitioner {
            Some(id) => self.principal().is_some_and(|principal| principal.id == id),
            // Of a petition without petitioners, or after the last of them withdrew, nobody else could be.
            None => self.principal().is_none_or(|principal| self.petitioners.first() == Some(principal)),
        }
    }
}
