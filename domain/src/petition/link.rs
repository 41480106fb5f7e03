//! `link` and `unlink`: that a petitioner is the same person as one of another petition, or is not after all.

use super::change::{Change, Draft};
use super::{Identity, Petition, Petitioner};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::person::{Person, may_look_up};
use crate::refusal::{Code, Refusal};

impl Petition {
    /// Says that a petitioner is this person. From any state: it says nothing of the matter.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`], [`Code::NotAllowed`], [`Code::PetitionerUnknown`], [`Code::AnonymousLeavesNothing`];
    /// [`Code::AlreadyLinked`], to this person or to another one.
    pub fn link(
        &self,
        occasion: &mut Occasion<'_>,
        petitioner: Id<Petitioner>,
        person: Id<Person>,
    ) -> Result<Change, Refusal> {
        let one = self.linkable(occasion, petitioner)?;
        if one.identity == Identity::Anonymous {
            return Err(Refusal::at(Code::AnonymousLeavesNothing, "/petitioner_id"));
        }
        if one.person.is_some() {
            return Err(Refusal::at(Code::AlreadyLinked, "/petitioner_id"));
        }
        let mut draft = Draft::of(self, occasion).about(petitioner);
        draft.record(Happened::Linked { petitioner, person });
        Ok(draft.finish())
    }

    /// Takes it back that a petitioner is this person.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`], [`Code::NotAllowed`]; [`Code::PetitionerUnknown`] where it is not linked to them.
    pub fn unlink(
        &self,
        occasion: &mut Occasion<'_>,
        petitioner: Id<Petitioner>,
        person: Id<Person>,
    ) -> Result<Change, Refusal> {
        let one = self.linkable(occasion, petitioner)?;
        if one.person != Some(person) {
            return Err(Code::PetitionerUnknown.into());
        }
        let mut draft = Draft::of(self, occasion).about(petitioner);
        draft.record(Happened::Unlinked { petitioner, person });
        Ok(draft.finish())
    }

    fn linkable(&self, occasion: &Occasion<'_>, petitioner: Id<Petitioner>) -> Result<&Petitioner, Refusal> {
        if !occasion.actor.visibility().sees(self) {
            return Err(Code::PetitionUnknown.into());
        }
        may_look_up(occasion.actor)?;
        let one = self.petitioners.iter().find(|one| one.id == petitioner);
        one.ok_or_else(|| Refusal::at(Code::PetitionerUnknown, "/petitioner_id"))
    }
}
