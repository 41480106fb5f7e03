//! `reopen`: round n+1, with the assignments that are taken up again, or none.

use super::Petition;
use super::change::{Change, Draft};
use crate::assignment::Assignment;
use crate::event::{Happened, Routed};
use crate::id::Id;
use crate::occasion::Occasion;
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::text::Text;

impl Petition {
    /// Begins a new round.
    ///
    /// # Errors
    /// Of [`Petition::may`] ([`Code::ReopeningWindowOver`] among them); [`Code::PreviousUnknown`],
    /// [`Code::DependencyTwice`], [`Code::ComptrollerOnly`].
    pub fn reopen(
        &self,
        occasion: &mut Occasion<'_>,
        reason: Text,
        again: &[Id<Assignment>],
    ) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Reopen, occasion.rules, occasion.now)?;
        let answered_at = self.round.answer.as_ref().map(|answer| answer.at);
        occasion.check_date(self.round.closed_at.or(answered_at))?;
        let mut shares: Vec<&Assignment> = Vec::new();
        for (at, id) in again.iter().enumerate() {
            let pointer = format!("/assignments/{at}");
            let share = self.assignment(*id).ok_or_else(|| Refusal::at(Code::PreviousUnknown, pointer.clone()))?;
            let twice = |other: &&Assignment| other.dependency == share.dependency && other.unit == share.unit;
            if shares.iter().any(twice) {
                return Err(Refusal::at(Code::DependencyTwice, pointer));
            }
            if self.against_public_servant && share.dependency != super::COMPTROLLER {
                return Err(Refusal::at(Code::ComptrollerOnly, pointer));
            }
            shares.push(share);
        }
        let reason = occasion.keep(reason);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Reopened { round: self.round.number + 1, reason });
        for share in shares {
            let routed = Routed {
                assignment: draft.occasion.id(),
                dependency: share.dependency.clone(),
                unit: share.unit.clone(),
                directed: share.directed,
                instructions: None,
                previous: Some(share.id),
                takes_up: Vec::new(),
            };
            draft.record(Happened::Routed(routed));
        }
        Ok(draft.finish())
    }
}
