//! `deliver`: documents that the category asks for are brought, and a receipt is given.
//!
//! Only adds: what was brought once stays in the history, and what is brought anew counts from then on.

use super::Petition;
use super::change::{Change, Draft};
use crate::actor::Actor;
use crate::attachment::{Access, Attachment};
use crate::catalogue::{Handling, Requirement};
use crate::delivery::{Delivered, Delivery, MOST_DELIVERIES};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::refusal::{Code, Refusal};
use crate::step::Step;

impl Petition {
    /// Documents are brought. Of what is kept there is a copy among the petition's files; of what is only looked at there
    /// is none. `asked`: what the category asks for today.
    ///
    /// # Errors
    /// Of [`Petition::may`] ([`Code::DeliveriesExhausted`] among them); [`Code::DeliveryEmpty`],
    /// [`Code::RequirementUnknown`], [`Code::RequirementTwice`], [`Code::CopyMissing`], [`Code::CopyUnexpected`],
    /// [`Code::CopyUnknown`].
    pub fn deliver(
        &self,
        occasion: &mut Occasion<'_>,
        asked: &[&Requirement],
        documents: Vec<Delivered>,
    ) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Deliver, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        if documents.is_empty() {
            return Err(Refusal::at(Code::DeliveryEmpty, "/documents"));
        }
        for (at, document) in documents.iter().enumerate() {
            let refused = |code, member: &str| Err(Refusal::at(code, format!("/documents/{at}/{member}")));
            let Some(requirement) = asked.iter().find(|one| one.code == document.requirement) else {
                return refused(Code::RequirementUnknown, "requirement");
            };
            if documents.iter().take(at).any(|before| before.requirement == document.requirement) {
                return refused(Code::RequirementTwice, "requirement");
            }
            match (requirement.handling, document.copy) {
                (Handling::Kept, None) => return refused(Code::CopyMissing, "attachment_id"),
                (Handling::Seen, Some(_)) => return refused(Code::CopyUnexpected, "attachment_id"),
                (Handling::Kept, Some(copy)) if !self.has_copy(occasion, copy) => {
                    return refused(Code::CopyUnknown, "attachment_id");
                }
                (Handling::Kept, Some(_)) | (Handling::Seen, None) => {}
            }
        }
        let delivery: Id<Delivery> = occasion.id();
        let mut draft = Draft::of(self, occasion).about(delivery);
        draft.record(Happened::Delivered { delivery, documents });
        Ok(draft.finish())
    }

    /// A delivery, for whoever may see its receipt: the office, and the auditor.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`], [`Code::DeliveryUnknown`].
    pub fn receipt(&self, actor: &Actor, id: Id<Delivery>) -> Result<&Delivery, Refusal> {
        let visibility = actor.visibility();
        if !visibility.sees(self) {
            return Err(Code::PetitionUnknown.into());
        }
        let found = self.deliveries.iter().find(|delivery| delivery.id == id).filter(|_| visibility.is_all());
        found.ok_or_else(|| Code::DeliveryUnknown.into())
    }

    /// The last time that a document was brought, with what was brought of it.
    #[must_use]
    pub fn delivered(&self, requirement: &str) -> Option<(&Delivery, &Delivered)> {
        let of = |delivery: &'_ Delivery| delivery.documents.iter().position(|one| one.requirement == requirement);
        self.deliveries.iter().rev().find_map(|delivery| Some((delivery, delivery.documents.get(of(delivery)?)?)))
    }

    /// What cannot be done without and was not brought yet.
    #[must_use]
    pub fn lacking<'c>(&self, asked: &[&'c Requirement]) -> Vec<&'c Requirement> {
        asked.iter().copied().filter(|one| one.required && self.delivered(&one.code).is_none()).collect()
    }

    pub(super) fn may_deliver_more(&self) -> Result<(), Code> {
        if self.deliveries.len() < MOST_DELIVERIES { Ok(()) } else { Err(Code::DeliveriesExhausted) }
    }

    fn has_copy(&self, occasion: &Occasion<'_>, copy: Id<Attachment>) -> bool {
        let there = self.attachment(copy).filter(|one| !one.erased);
        there.is_some_and(|one| self.access(occasion.actor, one) != Access::Hidden)
    }
}
