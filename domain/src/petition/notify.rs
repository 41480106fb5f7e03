//! `contact` and `notify`: words with the citizen, and what telling the answer does to the file.

use super::change::{Change, Draft};
use super::{Petition, Petitioner};
use crate::contact::{ContactResult, Direction, Medium, Purpose};
use crate::event::{Contacted, Happened};
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::Closing;
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::text::Text;

/// A word with the citizen.
#[derive(Clone, Debug)]
pub struct Contacting {
    /// Who called whom.
    pub direction: Direction,
    /// By what.
    pub medium: Medium,
    /// How it went.
    pub result: ContactResult,
    /// What was said.
    pub text: Option<Text>,
    /// With which petitioner; none: the principal.
    pub petitioner: Option<Id<Petitioner>>,
}

impl Petition {
    /// Records a word with the citizen that is not the answer. A bounce of what was taken for
    /// delivered is recorded here too, with purpose `answer`: the petition is `answered` again.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::ResultUnfit`], [`Code::PetitionerUnknown`].
    pub fn contact(
        &self,
        occasion: &mut Occasion<'_>,
        purpose: Purpose,
        contacting: Contacting,
    ) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Contact, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        self.check(&contacting)?;
        let bounced = contacting.result == ContactResult::Bounced;
        match purpose {
            Purpose::Answer if !bounced => {
                return Err(Refusal::at(Code::ResultUnfit, "/purpose"));
            }
            Purpose::Answer if self.round.answer.is_none() => {
                return Err(Code::NotAnswered.into());
            }
            Purpose::StatusEnquiry
            | Purpose::Insistence
            | Purpose::Progress
            | Purpose::Question
            | Purpose::Answer
            | Purpose::Reopening => {}
        }
        let mut draft = Draft::of(self, occasion);
        draft.contact(purpose, contacting);
        // Whoever was spoken to knows the answer, whatever comes back in the post.
        let delivered = self.round.told == Some(ContactResult::Delivered);
        if purpose == Purpose::Answer && delivered && self.round.closing == Some(Closing::Notified) {
            draft.record(Happened::ClosingLifted { closing: Closing::Notified });
        }
        Ok(draft.finish())
    }

    /// Tells the citizen the answer, or tries to. What counts as told is policy; after the policy's
    /// attempts on different days the file ends as unreachable, and telling later still counts.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::ResultUnfit`], [`Code::PetitionerUnknown`].
    pub fn notify(&self, occasion: &mut Occasion<'_>, contacting: Contacting) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Notify, occasion.rules, occasion.now)?;
        let answered_at = self.round.answer.as_ref().map(|answer| answer.at);
        occasion.check_date(answered_at)?;
        self.check(&contacting)?;
        let mut draft = Draft::of(self, occasion);
        record(&mut draft, contacting);
        Ok(draft.finish())
    }

    fn check(&self, contacting: &Contacting) -> Result<(), Refusal> {
        let known = |id| self.petitioners.iter().any(|petitioner| petitioner.id == id);
        if contacting.petitioner.is_some_and(|id| !known(id)) {
            return Err(Refusal::at(Code::PetitionerUnknown, "/petitioner_id"));
        }
        let spoken = contacting.result == ContactResult::Told;
        match contacting.direction {
            Direction::In if !spoken => Err(Refusal::at(Code::ResultUnfit, "/result")),
            Direction::In | Direction::Out => Ok(()),
        }
    }
}

/// Records telling the answer in the same breath as giving it; the citizen must have been told.
pub(super) fn record_on_the_spot(draft: &mut Draft<'_, '_>, contacting: Contacting) -> Result<(), Refusal> {
    if !draft.occasion.rules.policy.told.contains(&contacting.result) {
        return Err(Refusal::at(Code::NotTold, "/notification/result"));
    }
    record(draft, contacting);
    Ok(())
}

fn record(draft: &mut Draft<'_, '_>, contacting: Contacting) {
    let told = draft.occasion.rules.policy.told.contains(&contacting.result);
    draft.contact(Purpose::Answer, contacting);
    let exhausted = draft.petition.round.attempts.len() >= usize::from(draft.occasion.rules.policy.contact_attempts);
    if told {
        draft.record(Happened::Closed { closing: Closing::Notified, reason: None });
    } else if exhausted && draft.petition.round.closing.is_none() {
        draft.record(Happened::Closed { closing: Closing::Unreachable, reason: None });
    }
}

impl Draft<'_, '_> {
    fn contact(&mut self, purpose: Purpose, contacting: Contacting) {
        let Contacting { direction, medium, result, text, petitioner } = contacting;
        let contact: Id<Contacted> = self.occasion.id();
        let text = self.occasion.keep_some(text);
        self.about.get_or_insert(contact.uuid());
        self.record(Happened::Contacted(Contacted { contact, direction, medium, purpose, result, text, petitioner }));
    }
}
