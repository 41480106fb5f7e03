//! A dependency's steps on its own share, the office recording them on its behalf, and the office's
//! own steps on a share: `accept`, `return`, `delegate`, `appoint`, `report_progress`, `extend`,
//! `resolve`, `send_back`, `cancel`.

use chrono::NaiveDate;

use super::change::{Change, Draft};
use super::{Answer, Petition};
use crate::actor::Account;
use crate::assignment::{Assignment, AssignmentState, CancelCause, ReturnReason};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::{Infeasibility, Outcome};
use crate::policy::Review;
use crate::question::QuestionEnd;
use crate::refusal::{Code, Refusal};
use crate::state::State;
use crate::step::AssignmentStep;
use crate::text::Text;

/// Who is to see to a share.
#[derive(Clone, Debug)]
pub struct Appointee {
    /// The name.
    pub name: Text,
    /// The account, for those who sign in.
    pub account: Option<Id<Account>>,
}

/// News of the work.
#[derive(Clone, Debug)]
pub struct Progress {
    /// For the office.
    pub report: Text,
    /// For the citizen.
    pub citizen_text: Option<Text>,
    /// The day for which the work is planned.
    pub scheduled_for: Option<NaiveDate>,
}

/// What a dependency says it did.
#[derive(Clone, Debug)]
pub struct Resolving {
    /// What was done.
    pub report: Text,
    /// The proposed outcome.
    pub outcome: Outcome,
    /// Why not, where it is not feasible.
    pub infeasibility: Option<Infeasibility>,
}

impl Petition {
    /// The dependency takes its share up.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`], and who spoke.
    pub fn accept(&self, occasion: &mut Occasion<'_>, id: Id<Assignment>) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Accept)?;
        draft.record(Happened::Accepted { assignment: id });
        Ok(draft.finish())
    }

    /// The dependency gives its share back; the bounce is counted against who routed and who returned.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`] ([`Code::Directed`] among them), and who spoke.
    pub fn give_back(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        reason: ReturnReason,
        explanation: Text,
        suggested: Option<String>,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Return)?;
        draft.record_return(id, reason, explanation, suggested);
        Ok(draft.finish())
    }

    /// The share goes to a unit of its dependency, or back from it.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`]; [`Code::Unchanged`], [`Code::AlreadyRouted`].
    pub fn delegate(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        unit: Option<String>,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Delegate)?;
        if self.assignment(id).is_some_and(|share| share.unit == unit) {
            return Err(Refusal::at(Code::Unchanged, "/unit"));
        }
        let dependency = self.assignment(id).map(|share| share.dependency.clone()).unwrap_or_default();
        let already = |other: &Assignment| other.id != id && other.unit == unit && other.dependency == dependency;
        if self.open().any(already) {
            return Err(Refusal::at(Code::AlreadyRouted, "/unit").with("dependency", dependency));
        }
        draft.record(Happened::Delegated { assignment: id, unit });
        Ok(draft.finish())
    }

    /// Somebody in the dependency is to see to it, or nobody any more.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`].
    pub fn appoint(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        appointee: Option<Appointee>,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Appoint)?;
        let (name, account) = match appointee {
            Some(Appointee { name, account }) => (Some(draft.occasion.keep(name)), account),
            None => (None, None),
        };
        draft.record(Happened::Appointed { assignment: id, name, account });
        Ok(draft.finish())
    }

    /// News of the work; from `pending` it implies acceptance.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`]; [`Code::InPast`].
    pub fn report_progress(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        progress: Progress,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::ReportProgress)?;
        draft.record_progress(id, progress)?;
        Ok(draft.finish())
    }

    /// The share gets more time, in working days.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`] ([`Code::ExtensionsExhausted`], [`Code::TermOver`] among them).
    pub fn extend(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        working_days: u16,
        reason: Text,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Extend)?;
        let most = draft.occasion.rules.policy.extension_days;
        if !(1..=most).contains(&working_days) {
            return Err(Refusal::at(Code::ExtensionTooLong, "/working_days").with("days", most.to_string()));
        }
        let reason = draft.occasion.keep(reason);
        draft.record(Happened::Extended { assignment: id, working_days, reason });
        Ok(draft.finish())
    }

    /// The dependency says it is done; from `pending` it implies acceptance.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`]; [`Code::InfeasibilityMissing`] and its opposite.
    pub fn resolve(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        resolving: Resolving,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Resolve)?;
        draft.record_resolution(id, resolving)?;
        Ok(draft.finish())
    }

    /// The office is not content with a resolution; the term does not start again.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`].
    pub fn send_back(&self, occasion: &mut Occasion<'_>, id: Id<Assignment>, reason: Text) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::SendBack)?;
        let reason = draft.occasion.keep(reason);
        draft.record(Happened::SentBack { assignment: id, reason });
        Ok(draft.finish())
    }

    /// The office takes a share away.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`].
    pub fn cancel(&self, occasion: &mut Occasion<'_>, id: Id<Assignment>, reason: Text) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::Cancel)?;
        let reason = draft.occasion.keep(reason);
        draft.cancel(id, CancelCause::Office, Some(reason));
        Ok(draft.finish())
    }

    /// Permission, state, date and speaker of a step on a share.
    pub(super) fn begin<'o, 'a>(
        &self,
        occasion: &'o mut Occasion<'a>,
        id: Id<Assignment>,
        step: AssignmentStep,
    ) -> Result<Draft<'o, 'a>, Refusal> {
        let share = self.assignment(id).ok_or(Code::AssignmentUnknown)?;
        self.may_assignment(occasion.actor, share, step, occasion.rules, occasion.now)?;
        let accepted_at = share.accept.as_ref().and_then(|clock| clock.stopped_at);
        occasion.check_date(Some(accepted_at.unwrap_or(share.routed_at).max(share.routed_at).min(occasion.now)))?;
        let own_step =
            step.is_the_dependencys() && occasion.actor.answers_for(&share.dependency, share.unit.as_deref());
        if step.is_the_dependencys() {
            let house = occasion.actor.roles.contains(&crate::actor::Role::System);
            match (own_step || house, occasion.speaker.is_some()) {
                (false, false) => return Err(Refusal::at(Code::SpeakerMissing, "/on_behalf_of")),
                (true, true) => return Err(Refusal::at(Code::SpeakerUnexpected, "/on_behalf_of")),
                (true, false) | (false, true) => {}
            }
        }
        let draft = Draft::of(self, occasion).speaking_for(&share.dependency).about(id);
        Ok(if own_step { draft.answering_for(&share.dependency) } else { draft })
    }
}

impl Draft<'_, '_> {
    /// A return, with what follows from it.
    pub(super) fn record_return(
        &mut self,
        id: Id<Assignment>,
        reason: ReturnReason,
        explanation: Text,
        suggested: Option<String>,
    ) {
        let explanation = self.occasion.keep(explanation);
        self.end_questions(Some(id), QuestionEnd::AssignmentEnded);
        self.record(Happened::Returned { assignment: id, reason, explanation, suggested });
    }

    /// News of the work, with the acceptance that it implies.
    pub(super) fn record_progress(&mut self, id: Id<Assignment>, progress: Progress) -> Result<(), Refusal> {
        let Progress { report, citizen_text, scheduled_for } = progress;
        let today = self.occasion.rules.calendar.date_of(self.occasion.occurred_at());
        if scheduled_for.is_some_and(|day| day < today) {
            return Err(Refusal::at(Code::InPast, "/scheduled_for"));
        }
        self.imply_acceptance(id);
        let report = self.occasion.keep(report);
        let citizen_text = self.occasion.keep_some(citizen_text);
        self.record(Happened::Progressed { assignment: id, report, citizen_text, scheduled_for });
        Ok(())
    }

    /// A resolution, with the acceptance that it implies and the answer that it is where the policy says so.
    pub(super) fn record_resolution(&mut self, id: Id<Assignment>, resolving: Resolving) -> Result<(), Refusal> {
        let Resolving { report, outcome, infeasibility } = resolving;
        super::answer::check_infeasibility(outcome, infeasibility, "")?;
        self.imply_acceptance(id);
        self.end_questions(Some(id), QuestionEnd::AssignmentEnded);
        let report = self.occasion.keep(report);
        self.record(Happened::Resolved { assignment: id, report: report.clone(), outcome, infeasibility });
        let alone = self.petition.current().count() == 1;
        let plain = outcome != Outcome::NotCompetent && !self.petition.in_writing;
        let automatic = self.occasion.rules.policy.review == Review::Automatic;
        if automatic && alone && plain && self.petition.state() == State::InReview {
            let at = self.occasion.occurred_at();
            self.record(Happened::Answered(Box::new(Answer {
                outcome,
                infeasibility,
                authority: None,
                procedure: None,
                text: report,
                adopts: Some(id),
                document: None,
                at,
            })));
            super::answer::close_without_contact(self);
        }
        Ok(())
    }

    /// What is done before accepting implies accepting.
    pub(super) fn imply_acceptance(&mut self, id: Id<Assignment>) {
        let pending = |share: &Assignment| share.state == AssignmentState::Pending;
        if self.petition.assignment(id).is_some_and(pending) {
            self.record(Happened::Accepted { assignment: id });
        }
    }
}
