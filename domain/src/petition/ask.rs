//! Questions to the citizen and replies: `ask`, release, `reply`, `cancel_question`, lapse.

use super::Petition;
use super::change::{Change, Draft};
use crate::assignment::Assignment;
use crate::clock::Clock;
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::question::{Question, QuestionEnd, QuestionState};
use crate::refusal::{Code, Refusal};
use crate::step::{AssignmentStep, QuestionStep, Step};
use crate::text::Text;
use crate::time::Instant;

impl Petition {
    /// The office asks the citizen.
    ///
    /// # Errors
    /// Of [`Petition::may`] ([`Code::QuestionsExhausted`] among them).
    pub fn ask(&self, occasion: &mut Occasion<'_>, text: Text) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Ask, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.round.opened_at))?;
        let draft = Draft::of(self, occasion);
        Ok(record(draft, None, text, true))
    }

    /// A dependency asks the citizen; it goes out when a post of the office releases it, unless the
    /// policy says otherwise or that post records it itself.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`] ([`Code::QuestionsExhausted`] among them).
    pub fn ask_for(&self, occasion: &mut Occasion<'_>, id: Id<Assignment>, text: Text) -> Result<Change, Refusal> {
        let draft = self.begin(occasion, id, AssignmentStep::Ask)?;
        let releases = draft.occasion.actor.can_any(QuestionStep::Release.actions())
            || !draft.occasion.rules.policy.release_questions;
        Ok(record(draft, Some(id), text, releases))
    }

    /// A post of the office lets a dependency's question go out.
    ///
    /// # Errors
    /// Of [`Petition::may_question`].
    pub fn release_question(&self, occasion: &mut Occasion<'_>, id: Id<Question>) -> Result<Change, Refusal> {
        let mut draft = self.begin_question(occasion, id, QuestionStep::Release)?;
        let reply_due_at = reply_due(draft.occasion);
        draft.record(Happened::QuestionReleased { question: id, reply_due_at });
        Ok(draft.finish())
    }

    /// The citizen replied; also keyed by staff.
    ///
    /// # Errors
    /// Of [`Petition::may_question`].
    pub fn reply(&self, occasion: &mut Occasion<'_>, id: Id<Question>, text: Text) -> Result<Change, Refusal> {
        let mut draft = self.begin_question(occasion, id, QuestionStep::Reply)?;
        let text = draft.occasion.keep(text);
        draft.record(Happened::Replied { question: id, text });
        Ok(draft.finish())
    }

    /// A question is not asked any more.
    ///
    /// # Errors
    /// Of [`Petition::may_question`].
    pub fn cancel_question(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Question>,
        reason: Option<Text>,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin_question(occasion, id, QuestionStep::Cancel)?;
        let reason = draft.occasion.keep_some(reason);
        draft.record(Happened::QuestionEnded { question: id, cause: QuestionEnd::Cancelled, reason });
        Ok(draft.finish())
    }

    /// The questions whose reply is overdue.
    pub fn overdue_questions(&self, now: Instant) -> impl Iterator<Item = &Question> {
        self.open_questions().filter(move |question| question.reply_due_at.is_some_and(|due| due <= now))
    }

    /// Puts overdue questions back on the asker's desk: the house's own step. `None` where nothing is
    /// overdue.
    #[must_use]
    pub fn lapse_questions(&self, occasion: &mut Occasion<'_>) -> Option<Change> {
        let overdue: Vec<Id<Question>> = self.overdue_questions(occasion.now).map(|question| question.id).collect();
        if overdue.is_empty() {
            return None;
        }
        let mut draft = Draft::of(self, occasion);
        for question in overdue {
            draft.record(Happened::QuestionLapsed { question });
        }
        Some(draft.finish())
    }

    fn begin_question<'o, 'a>(
        &self,
        occasion: &'o mut Occasion<'a>,
        id: Id<Question>,
        step: QuestionStep,
    ) -> Result<Draft<'o, 'a>, Refusal> {
        let question = self.question(id).ok_or(Code::QuestionUnknown)?;
        self.may_question(occasion.actor, question, step)?;
        occasion.check_date(Some(question.asked_at))?;
        Ok(Draft::of(self, occasion).about(id))
    }
}

fn record(mut draft: Draft<'_, '_>, assignment: Option<Id<Assignment>>, text: Text, released: bool) -> Change {
    let question = draft.occasion.id();
    let text = draft.occasion.keep(text);
    let reply_due_at = released.then(|| reply_due(draft.occasion));
    draft.record(Happened::Asked { question, assignment, text, reply_due_at });
    draft.about(question).finish()
}

fn reply_due(occasion: &Occasion<'_>) -> Instant {
    let rules = occasion.rules;
    Clock::start(rules.policy.reply, occasion.now, &rules.calendar).due_at
}

impl Draft<'_, '_> {
    /// Ends the questions of one share, or of the whole petition.
    pub(super) fn end_questions(&mut self, of: Option<Id<Assignment>>, cause: QuestionEnd) {
        let waiting: Vec<Id<Question>> = self
            .petition
            .questions
            .iter()
            .filter(|question| {
                matches!(question.state, QuestionState::Open | QuestionState::Drafted)
                    && (of.is_none() || question.assignment == of)
            })
            .map(|question| question.id)
            .collect();
        for question in waiting {
            self.record(Happened::QuestionEnded { question, cause, reason: None });
        }
    }
}
