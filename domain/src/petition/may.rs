//! Whether a step may be taken: by whom (404, 403), and from where (409).
//!
//! The same functions decide what is offered (`allowed_*`) and what is done.

use super::{COMPTROLLER, Petition};
use crate::action::Action;
use crate::actor::Actor;
use crate::assignment::{Assignment, AssignmentState};
use crate::attachment::{MOST, MOST_EVIDENCE};
use crate::code::Coded;
use crate::delivery::MOST_DELIVERIES;
use crate::id::Id;
use crate::outcome::Closing;
use crate::policy::Rules;
use crate::question::{Question, QuestionState};
use crate::refusal::{Code, Refusal};
use crate::state::State;
use crate::step::{AssignmentStep, QuestionStep, Step};
use crate::time::Instant;
impl Petition {
    /// Whether the actor may take a step of this petition at all: 404, then 403.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`], [`Code::NotAllowed`] or [`Code::NotSupervising`].
    pub fn permits(&self, actor: &Actor, step: Step) -> Result<(), Refusal> {
        if !actor.visibility().sees(self) {
            return Err(Code::PetitionUnknown.into());
        }
        permitted(actor.can_any(step.actions()), step.code())?;
        match step {
            Step::Take | Step::HandOver => self.permits_following(actor, step),
            Step::Amend
            | Step::Reclassify
            | Step::Prioritise
            | Step::Route
            | Step::Ask
            | Step::Answer
            | Step::Contact
            | Step::Notify
            | Step::Reopen
            | Step::Withdraw
            | Step::Join
            | Step::Close
            | Step::Annul
            | Step::Note
            | Step::Attach
            | Step::Deliver
            | Step::Disclose
            | Step::Tag
            | Step::Relate
            | Step::Split
            | Step::Merge
            | Step::Unmerge => Ok(()),
        }
    }

    /// Whether the step starts from where the petition stands.
    ///
    /// # Errors
    /// A conflict that names why not.
    pub fn stands_for(&self, step: Step, rules: &Rules, now: Instant) -> Result<(), Refusal> {
        let state = self.state();
        let unanswered = || match state {
            State::Received | State::Routed | State::InProgress | State::AwaitingCitizen | State::InReview => Ok(()),
            State::Answered => Err(Code::AlreadyAnswered),
            State::Closed => Err(Code::Closed),
        };
        let not_closed = || match state {
            State::Closed => Err(Code::Closed),
            State::Received
            | State::Routed
            | State::InProgress
            | State::AwaitingCitizen
            | State::InReview
            | State::Answered => Ok(()),
        };
        let annulled = || match self.round.closing {
            Some(Closing::Annulled) => Err(Code::Annulled),
            Some(_) | None => Ok(()),
        };
        let own = || if self.follows.is_some() { Err(Code::Follows) } else { Ok(()) };
        let alone = || if self.followers.is_empty() { Ok(()) } else { Err(Code::HasFollowers) };
        let stands = match step {
            Step::Amend | Step::Take | Step::HandOver => not_closed(),
            Step::Deliver => not_closed().and_then(|()| self.may_deliver_more()),
            Step::Reclassify | Step::Prioritise | Step::Route | Step::Answer | Step::Split => {
                unanswered().and_then(|()| own())
            }
            Step::Withdraw | Step::Join => unanswered(),
            Step::Merge => unanswered().and_then(|()| own()).and_then(|()| alone()),
            Step::Unmerge if self.follows.is_none() => Err(Code::FollowsNone),
            Step::Ask => unanswered().and_then(|()| own()).and_then(|()| self.may_ask_again(rules)),
            Step::Contact | Step::Unmerge => annulled(),
            Step::Annul => annulled().and_then(|()| own()).and_then(|()| alone()),
            Step::Notify => match (state, self.round.closing) {
                (State::Answered, _) | (State::Closed, Some(Closing::Unreachable | Closing::NoContact)) => Ok(()),
                (State::Closed, _) => Err(Code::Closed),
                (State::Received | State::Routed | State::InProgress | State::AwaitingCitizen | State::InReview, _) => {
                    Err(Code::NotAnswered)
                }
            },
            Step::Reopen => own().and_then(|()| self.reopenable(state, rules, now)),
            Step::Close => unanswered().and_then(|()| {
                let lapsed = self
                    .questions
                    .iter()
                    .any(|question| question.round == self.round.number && question.state == QuestionState::Lapsed);
                let waiting = self.open_questions().next().is_some();
                own()?;
                alone()?;
                if lapsed && !waiting { Ok(()) } else { Err(Code::NotFromState) }
            }),
            Step::Attach => self.may_attach_more(),
            Step::Note | Step::Disclose | Step::Tag | Step::Relate => Ok(()),
        };
        stands.map_err(|code| {
            let refusal = Refusal::new(code).with("step", step.code()).with("state", state.code());
            if code == Code::QuestionsExhausted {
                return refusal.with("most", rules.policy.questions.to_string());
            }
            if code == Code::AttachmentsExhausted {
                return refusal.with("most", MOST.to_string());
            }
            if code == Code::DeliveriesExhausted {
                return refusal.with("most", MOST_DELIVERIES.to_string());
            }
            if code == Code::HasFollowers {
                return refusal.with("why", if step == Step::Merge { "merge" } else { "end" });
            }
            // What is closed does not go along with its principal any more: the way out is another one.
            if code == Code::Follows && step == Step::Reopen && state == State::Closed {
                return refusal.with("why", "closed");
            }
            refusal
        })
    }

    fn may_ask_again(&self, rules: &Rules) -> Result<(), Code> {
        let asked = self.questions.iter().filter(|question| question.round == self.round.number).count();
        if asked < usize::from(rules.policy.questions) { Ok(()) } else { Err(Code::QuestionsExhausted) }
    }

    fn may_attach_more(&self) -> Result<(), Code> {
        if self.kept(None) < MOST { Ok(()) } else { Err(Code::AttachmentsExhausted) }
    }

    fn may_show_more(&self, share: &Assignment) -> Result<(), Code> {
        if self.kept(Some(share.id)) < MOST_EVIDENCE { Ok(()) } else { Err(Code::EvidenceExhausted) }
    }

    /// How many files there are of one share, or of none.
    fn kept(&self, share: Option<Id<Assignment>>) -> usize {
        self.attachments.iter().filter(|attachment| !attachment.erased && attachment.assignment == share).count()
    }

    fn reopenable(&self, state: State, rules: &Rules, now: Instant) -> Result<(), Code> {
        match (state, self.round.closing) {
            (State::Closed, Some(Closing::Annulled)) => Err(Code::Annulled),
            (State::Closed, _) => {
                let days = chrono::TimeDelta::days(i64::from(rules.policy.reopening_days));
                match self.round.closed_at {
                    Some(closed_at) if now - closed_at > days => Err(Code::ReopeningWindowOver),
                    Some(_) | None => Ok(()),
                }
            }
            (State::Answered, _) => Ok(()),
            (State::Received | State::Routed | State::InProgress | State::AwaitingCitizen | State::InReview, _) => {
                Err(Code::NotFromState)
            }
        }
    }

    /// Permission, then state: what every step asks first.
    ///
    /// # Errors
    /// Of [`Petition::permits`] and [`Petition::stands_for`].
    pub fn may(&self, actor: &Actor, step: Step, rules: &Rules, now: Instant) -> Result<(), Refusal> {
        self.permits(actor, step)?;
        self.stands_for(step, rules, now)?;
        if step == Step::Take && self.is_followed_by(actor) { Err(Code::Unchanged.into()) } else { Ok(()) }
    }

    /// The steps that this actor can take now.
    #[must_use]
    pub fn allowed_steps(&self, actor: &Actor, rules: &Rules, now: Instant) -> Vec<Step> {
        allowed(|step| self.may(actor, step, rules, now))
    }

    /// Whether the actor may take a step of this share at all.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`], [`Code::AssignmentUnknown`] or [`Code::NotAllowed`].
    pub fn permits_assignment(&self, actor: &Actor, share: &Assignment, step: AssignmentStep) -> Result<(), Refusal> {
        let visibility = actor.visibility();
        if !visibility.sees(self) {
            return Err(Code::PetitionUnknown.into());
        }
        if !visibility.sees_whole(share) {
            return Err(Code::AssignmentUnknown.into());
        }
        let own = step.is_the_dependencys()
            && actor.can(Action::AssignmentAnswer)
            && actor.answers_for(&share.dependency, share.unit.as_deref());
        permitted(own || actor.can_any(step.actions()), step.code())
    }

    /// Whether the step starts from where the share stands.
    ///
    /// # Errors
    /// A conflict that names why not.
    pub fn stands_for_assignment(
        &self,
        share: &Assignment,
        step: AssignmentStep,
        rules: &Rules,
        now: Instant,
    ) -> Result<(), Refusal> {
        let wrong = |code: Code| Err(Refusal::new(code).with("step", step.code()).with("state", share.state.code()));
        // A number changes nothing of the work: a system that is late with it may still give it.
        if step == AssignmentStep::SetExternalReference {
            return Ok(());
        }
        match self.state() {
            State::Closed => return wrong(Code::Closed),
            State::Answered => return wrong(Code::AlreadyAnswered),
            State::Received | State::Routed | State::InProgress | State::AwaitingCitizen | State::InReview => {}
        }
        let open = share.state.is_open() && share.round == self.round.number;
        let starts = match step {
            AssignmentStep::Accept => share.state == AssignmentState::Pending,
            AssignmentStep::SendBack => {
                // What turned out to be against a public servant goes back to nobody but Contraloría.
                let may_have_it = !self.against_public_servant || share.dependency == COMPTROLLER;
                share.state == AssignmentState::Resolved && share.round == self.round.number && may_have_it
            }
            AssignmentStep::Return
            | AssignmentStep::Delegate
            | AssignmentStep::Appoint
            | AssignmentStep::SetExternalReference
            | AssignmentStep::ReportProgress
            | AssignmentStep::Extend
            | AssignmentStep::Ask
            | AssignmentStep::Resolve
            | AssignmentStep::Cancel => open,
            // What proves the work often comes after the word that it is done.
            AssignmentStep::Attach => {
                open || (share.state == AssignmentState::Resolved && share.round == self.round.number)
            }
        };
        if !starts {
            return wrong(Code::NotFromAssignmentState);
        }
        // The work goes on in the petition that it follows; what proves earlier work is still taken.
        if self.follows.is_some() && step != AssignmentStep::Attach {
            return wrong(Code::Follows);
        }
        let routed_anew = |other: &Assignment| other.dependency == share.dependency && other.unit == share.unit;
        match step {
            AssignmentStep::Return if share.directed => wrong(Code::Directed),
            AssignmentStep::SendBack if self.open().any(routed_anew) => wrong(Code::AlreadyRouted),
            AssignmentStep::Extend => match &share.resolve {
                None => wrong(Code::NoTerm),
                Some(_) if share.extensions >= rules.policy.extensions => wrong(Code::ExtensionsExhausted),
                Some(clock) if clock.paused_since.is_none() && now >= clock.due_at => wrong(Code::TermOver),
                Some(_) => Ok(()),
            },
            AssignmentStep::Ask => self.may_ask_again(rules).or_else(|code| {
                wrong(code).map_err(|refusal| refusal.with("most", rules.policy.questions.to_string()))
            }),
            AssignmentStep::Attach => self
                .may_show_more(share)
                .or_else(|code| wrong(code).map_err(|refusal| refusal.with("most", MOST_EVIDENCE.to_string()))),
            AssignmentStep::Accept
            | AssignmentStep::Return
            | AssignmentStep::Delegate
            | AssignmentStep::Appoint
            | AssignmentStep::SetExternalReference
            | AssignmentStep::ReportProgress
            | AssignmentStep::Resolve
            | AssignmentStep::SendBack
            | AssignmentStep::Cancel => Ok(()),
        }
    }

    /// Permission, then state, of a step of a share.
    ///
    /// # Errors
    /// Of [`Petition::permits_assignment`] and [`Petition::stands_for_assignment`].
    pub fn may_assignment(
        &self,
        actor: &Actor,
        share: &Assignment,
        step: AssignmentStep,
        rules: &Rules,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.permits_assignment(actor, share, step)?;
        self.stands_for_assignment(share, step, rules, now)
    }

    /// The steps of a share that this actor can take now.
    #[must_use]
    pub fn allowed_assignment_steps(
        &self,
        actor: &Actor,
        share: &Assignment,
        rules: &Rules,
        now: Instant,
    ) -> Vec<AssignmentStep> {
        allowed(|step| self.may_assignment(actor, share, step, rules, now))
    }

    /// Whether the actor may take a step of this question at all.
    ///
    /// # Errors
    /// [`Code::PetitionUnknown`] or [`Code::NotAllowed`].
    pub fn permits_question(&self, actor: &Actor, step: QuestionStep) -> Result<(), Refusal> {
        if !actor.visibility().sees(self) {
            return Err(Code::PetitionUnknown.into());
        }
        permitted(actor.can_any(step.actions()), step.code())
    }

    /// Permission, then state, of a step of a question.
    ///
    /// # Errors
    /// Of [`Petition::permits_question`], [`Code::QuestionNotOpen`], [`Code::QuestionReleased`].
    pub fn may_question(&self, actor: &Actor, question: &Question, step: QuestionStep) -> Result<(), Refusal> {
        self.permits_question(actor, step)?;
        let stands = match (step, question.state) {
            (QuestionStep::Release | QuestionStep::Cancel, QuestionState::Drafted)
            | (QuestionStep::Reply | QuestionStep::Cancel, QuestionState::Open) => Ok(()),
            (QuestionStep::Release, QuestionState::Open) => Err(Code::QuestionReleased),
            // A reply that comes late is still a reply, as long as nothing else was decided.
            (QuestionStep::Reply, QuestionState::Lapsed)
                if question.round == self.round.number
                    && self.round.answer.is_none()
                    && self.round.closing.is_none() =>
            {
                Ok(())
            }
            (
                QuestionStep::Release | QuestionStep::Reply | QuestionStep::Cancel,
                QuestionState::Drafted | QuestionState::Replied | QuestionState::Lapsed | QuestionState::Ended,
            ) => Err(Code::QuestionNotOpen),
        };
        stands.map_err(|code| Refusal::new(code).with("step", step.code()).with("state", question.state.code()))
    }

    /// The steps of a question that this actor can take now.
    #[must_use]
    pub fn allowed_question_steps(&self, actor: &Actor, question: &Question) -> Vec<QuestionStep> {
        allowed(|step| self.may_question(actor, question, step))
    }
}

/// Whether the actor may file petitions.
///
/// # Errors
/// [`Code::NotAllowed`].
pub fn may_file(actor: &Actor) -> Result<(), Refusal> {
    permitted(actor.can(Action::PetitionFile), "file")
}

pub(super) fn permitted(yes: bool, step: &'static str) -> Result<(), Refusal> {
    if yes { Ok(()) } else { Err(Refusal::new(Code::NotAllowed).with("step", step)) }
}

pub(super) fn allowed<S: Coded>(may: impl Fn(S) -> Result<(), Refusal>) -> Vec<S> {
    S::ALL.iter().copied().filter(|step| may(*step).is_ok()).collect()
}
