//! `attach`: a file comes to a petition, or to a dependency's share as evidence of its work; and its content goes
//! again where it should not be there.

use super::Petition;
use super::change::{Change, Draft};
use crate::actor::Actor;
use crate::assignment::Assignment;
use crate::attachment::{Access, Attachment, AttachmentKind, NewFile};
use crate::code::Coded;
use crate::event::{Attached, Happened};
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::Outcome;
use crate::refusal::{Code, Refusal};
use crate::step::{AssignmentStep, AttachmentStep, Step};
use crate::text::Text;

impl Petition {
    /// A file comes to the petition.
    ///
    /// # Errors
    /// Of [`Petition::may`] ([`Code::AttachmentsExhausted`] among them); [`Code::EvidenceUnassigned`].
    pub fn attach(&self, occasion: &mut Occasion<'_>, kind: AttachmentKind, file: NewFile) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Attach, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        if kind == AttachmentKind::Evidence {
            return Err(Refusal::at(Code::EvidenceUnassigned, "/kind"));
        }
        let mut draft = Draft::of(self, occasion).about(file.id);
        draft.record_file(kind, None, file);
        Ok(draft.finish())
    }

    /// Evidence of a dependency's work comes to its share. What the office receives for the dependency it need not
    /// say who sent: the file itself is what there is to be seen.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`] ([`Code::EvidenceExhausted`] among them).
    pub fn attach_evidence(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        file: NewFile,
    ) -> Result<Change, Refusal> {
        let share = self.assignment(id).ok_or(Code::AssignmentUnknown)?;
        self.may_assignment(occasion.actor, share, AssignmentStep::Attach, occasion.rules, occasion.now)?;
        occasion.check_date(Some(share.routed_at.min(occasion.now)))?;
        let own = occasion.actor.answers_for(&share.dependency, share.unit.as_deref());
        let draft = Draft::of(self, occasion).speaking_for(&share.dependency).about(file.id);
        let mut draft = if own { draft.answering_for(&share.dependency) } else { draft };
        draft.record_file(AttachmentKind::Evidence, Some(id), file);
        Ok(draft.finish())
    }

    /// Whether the actor may take a step of this file at all: 404, then 403.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`], [`Code::AttachmentUnknown`] or [`Code::NotAllowed`].
    pub fn permits_attachment(
        &self,
        actor: &Actor,
        attachment: &Attachment,
        step: AttachmentStep,
    ) -> Result<(), Refusal> {
        if !actor.visibility().sees(self) {
            return Err(Code::PetitionUnknown.into());
        }
        if self.access(actor, attachment) == Access::Hidden {
            return Err(Code::AttachmentUnknown.into());
        }
        super::may::permitted(actor.can_any(step.actions()), step.code())
    }

    /// Permission, then state, of a step of a file.
    ///
    /// # Errors
    /// Of [`Petition::permits_attachment`]; [`Code::AttachmentErased`].
    pub fn may_attachment(&self, actor: &Actor, attachment: &Attachment, step: AttachmentStep) -> Result<(), Refusal> {
        self.permits_attachment(actor, attachment, step)?;
        match step {
            AttachmentStep::Erase if attachment.erased => Err(Code::AttachmentErased.into()),
            AttachmentStep::Erase => Ok(()),
        }
    }

    /// The steps of a file that this actor can take now.
    #[must_use]
    pub fn allowed_attachment_steps(&self, actor: &Actor, attachment: &Attachment) -> Vec<AttachmentStep> {
        super::may::allowed(|step| self.may_attachment(actor, attachment, step))
    }

    /// The content of a file goes, because it should not be there: the wrong file, somebody's data that nobody
    /// needs. That it was there stays in the history, with its hash.
    ///
    /// # Errors
    /// Of [`Petition::may_attachment`].
    pub fn erase_attachment(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Attachment>,
        reason: Text,
    ) -> Result<Change, Refusal> {
        let attachment = self.attachment(id).ok_or(Code::AttachmentUnknown)?;
        self.may_attachment(occasion.actor, attachment, AttachmentStep::Erase)?;
        occasion.check_date(Some(attachment.attached_at.min(occasion.now)))?;
        let reason = occasion.keep(reason);
        let mut draft = Draft::of(self, occasion).about(id);
        draft.record(Happened::AttachmentErased { attachment: id, reason });
        Ok(draft.finish())
    }

    /// Whether a dependency has shown evidence of its work on this share.
    #[must_use]
    pub fn has_evidence(&self, id: Id<Assignment>) -> bool {
        self.attachments.iter().any(|attachment| {
            attachment.kind == AttachmentKind::Evidence && attachment.assignment == Some(id) && !attachment.erased
        })
    }
}

impl Draft<'_, '_> {
    fn record_file(&mut self, kind: AttachmentKind, assignment: Option<Id<Assignment>>, file: NewFile) {
        let NewFile { id, name, found } = file;
        // What somebody's identity document is called says who they are.
        let name = name.filter(|_| kind != AttachmentKind::Identity);
        let name = self.occasion.keep_some(name);
        let attached = Attached { attachment: id, attachment_kind: kind, assignment, name, found };
        self.record(Happened::Attached(Box::new(attached)));
    }

    /// Work that is said to be done is shown, where the category asks for it.
    pub(super) fn check_evidence(&self, id: Id<Assignment>, outcome: Outcome) -> Result<(), Refusal> {
        let done = match outcome {
            Outcome::Attended | Outcome::PartiallyAttended => true,
            Outcome::NotFeasible
            | Outcome::Unfounded
            | Outcome::NotCompetent
            | Outcome::Oriented
            | Outcome::Acknowledged => false,
        };
        if self.occasion.evidence_needed && done && !self.petition.has_evidence(id) {
            return Err(Code::EvidenceMissing.into());
        }
        Ok(())
    }
}
