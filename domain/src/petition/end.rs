//! Endings without an answer: `withdraw`, closing without a reply, `annul`, and what came in already closed.

use super::change::{Change, Draft};
use super::{Petition, Petitioner};
use crate::actor::Role;
use crate::assignment::{Assignment, CancelCause};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::Closing;
use crate::question::QuestionEnd;
use crate::refusal::{Code, Refusal};
use crate::state::State;
use crate::step::Step;
use crate::text::Text;
use crate::time::Precision;

/// A petitioner takes the petition back.
#[derive(Clone, Debug)]
pub struct Withdrawing {
    /// Who; none: the principal.
    pub petitioner: Option<Id<Petitioner>>,
    /// Why.
    pub reason: Option<Text>,
    /// Whether the office goes on of its own motion.
    pub continued: bool,
}

impl Petition {
    /// A petitioner takes it back. With co-petitioners the next becomes principal, or the office goes
    /// on of its own motion; else the file ends.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionerUnknown`].
    pub fn withdraw(&self, occasion: &mut Occasion<'_>, withdrawing: Withdrawing) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Withdraw, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.round.opened_at))?;
        let who = match withdrawing.petitioner {
            Some(id) => Some(
                self.petitioners
                    .iter()
                    .find(|petitioner| petitioner.id == id && !petitioner.withdrawn)
                    .ok_or_else(|| Refusal::at(Code::PetitionerUnknown, "/petitioner_id"))?,
            ),
            None => self.principal(),
        };
        let remaining: Vec<&Petitioner> = self
            .petitioners
            .iter()
            .filter(|petitioner| !petitioner.withdrawn && Some(petitioner.id) != who.map(|who| who.id))
            .collect();
        let principal = match who {
            Some(who) if who.principal => remaining.first().map(|next| next.id),
            Some(_) | None => None,
        };
        let goes_on = withdrawing.continued || !remaining.is_empty();
        // The matter goes on for those who follow it, and so must whom they follow.
        if !goes_on && !self.followers.is_empty() {
            return Err(Refusal::new(Code::HasFollowers).with("step", "withdraw").with("why", "end"));
        }
        let petitioner = who.map(|who| who.id);
        let reason = occasion.keep_some(withdrawing.reason);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Withdrawn {
            petitioner,
            reason,
            principal,
            continued: withdrawing.continued && remaining.is_empty(),
        });
        if !goes_on {
            draft.end(Closing::Withdrawn, CancelCause::Withdrawn, None);
        }
        Ok(draft.finish())
    }

    /// Ends the file because the citizen did not reply to a question that was needed.
    ///
    /// # Errors
    /// Of [`Petition::may`].
    pub fn close_unreplied(&self, occasion: &mut Occasion<'_>, reason: Text) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Close, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.round.opened_at))?;
        let mut draft = Draft::of(self, occasion);
        draft.end(Closing::NoReply, CancelCause::NoReply, Some(reason));
        Ok(draft.finish())
    }

    /// Ends the file as a capture error, prank or test; it stays listed and counts nowhere else.
    ///
    /// # Errors
    /// Of [`Petition::may`].
    pub fn annul(&self, occasion: &mut Occasion<'_>, reason: Text) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Annul, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.round.opened_at))?;
        let mut draft = Draft::of(self, occasion);
        draft.end(Closing::Annulled, CancelCause::Annulled, Some(reason));
        Ok(draft.finish())
    }
}

impl Petition {
    /// Ends imported history as it ended where it came from: the house's own step, at the file's own
    /// instant. Shares that are open end with it, since nobody knows what became of them.
    ///
    /// # Errors
    /// [`Code::NotAllowed`] for anybody but the house; [`Code::NotFromState`] where it was not imported;
    /// [`Code::Closed`], [`Code::AlreadyAnswered`]; [`Code::BeforeReceipt`], [`Code::InFuture`].
    pub fn close_imported(&self, occasion: &mut Occasion<'_>, note: Option<Text>) -> Result<Change, Refusal> {
        if !occasion.actor.roles.contains(&Role::System) {
            return Err(Refusal::new(Code::NotAllowed).with("step", "close_imported"));
        }
        if self.origin.is_none() {
            return Err(Code::NotFromState.into());
        }
        match self.state() {
            State::Closed => return Err(Code::Closed.into()),
            State::Answered => return Err(Code::AlreadyAnswered.into()),
            State::Received | State::Routed | State::InProgress | State::AwaitingCitizen | State::InReview => {}
        }
        occasion.check_date(None)?;
        if occasion.precision() == Precision::Instant && occasion.occurred_at() < self.received_at {
            return Err(Refusal::at(Code::BeforeReceipt, "/occurred_at"));
        }
        let mut draft = Draft::of(self, occasion);
        draft.end(Closing::Imported, CancelCause::Imported, note);
        Ok(draft.finish())
    }
}

impl Draft<'_, '_> {
    /// Cancels what is open, ends the questions and closes.
    fn end(&mut self, closing: Closing, cause: CancelCause, reason: Option<Text>) {
        let reason = self.occasion.keep_some(reason);
        let open: Vec<Id<Assignment>> = self.petition.open().map(|share| share.id).collect();
        for share in open {
            self.cancel(share, cause, None);
        }
        self.end_questions(None, QuestionEnd::PetitionEnded);
        self.record(Happened::Closed { closing, reason });
    }
}
