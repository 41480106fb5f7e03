//! `update`: what a dependency's own system tells of a share, whenever it comes to tell it.
//!
//! A system repeats itself, overtakes itself and comes late. What it says is taken for what it is worth now: a step
//! (with the steps before it that it implies), nothing new, or, once the citizen has been answered, a note. That a
//! message came before is known to whoever keeps the messages, not here.

use std::cmp::Ordering;

use super::Petition;
use super::change::{Change, Draft};
use super::work::{Progress, Resolving};
use crate::action::Action;
use crate::assignment::{Assignment, AssignmentState, ReturnReason};
use crate::code::Coded;
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::refusal::{Code, Refusal};
use crate::state::State;
use crate::step::AssignmentStep;
use crate::text::Text;
use crate::time::Instant;

/// What a dependency's own system can say of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateStatus {
    /// It was taken up.
    Accepted,
    /// It is being worked on: news.
    InProgress,
    /// It is done.
    Resolved,
    /// It is given back.
    Returned,
}

impl Coded for UpdateStatus {
    const NAME: &'static str = "UpdateStatus";
    const ALL: &'static [Self] = &[Self::Accepted, Self::InProgress, Self::Resolved, Self::Returned];

    fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
            Self::Returned => "returned",
        }
    }
}

/// What is said, with what has to be said with it.
#[derive(Clone, Debug)]
pub enum Update {
    /// It was taken up; there may be news already.
    Accepted(Option<Progress>),
    /// News of the work.
    InProgress(Progress),
    /// What was done.
    Resolved(Resolving),
    /// Why it comes back.
    Returned {
        /// Why.
        reason: ReturnReason,
        /// In the dependency's words.
        explanation: Text,
        /// The dependency that should have it instead.
        suggested: Option<String>,
    },
}

impl Update {
    /// Its status.
    #[must_use]
    pub const fn status(&self) -> UpdateStatus {
        match self {
            Self::Accepted(_) => UpdateStatus::Accepted,
            Self::InProgress(_) => UpdateStatus::InProgress,
            Self::Resolved(_) => UpdateStatus::Resolved,
            Self::Returned { .. } => UpdateStatus::Returned,
        }
    }

    /// Its words, for a note.
    fn into_words(self) -> Vec<Text> {
        match self {
            Self::Accepted(None) => Vec::new(),
            Self::Accepted(Some(progress)) | Self::InProgress(progress) => {
                std::iter::once(progress.report).chain(progress.citizen_text).collect()
            }
            Self::Resolved(resolving) => vec![resolving.report],
            Self::Returned { explanation, .. } => vec![explanation],
        }
    }
}

/// Where a message stands among those of its sender about the same share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The sender's own count, where it keeps one.
    pub sequence: Option<i64>,
    /// When it happened, by the sender's clock.
    pub occurred_at: Instant,
}

impl Place {
    /// Which comes first: by the sender's count where both have one, else by when it happened.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self.sequence, other.sequence) {
            (Some(own), Some(others)) => own.cmp(&others),
            (_, _) => self.occurred_at.cmp(&other.occurred_at),
        }
    }

    /// Puts messages about one share in their order: those with a count by it, the others by when they happened, before
    /// the first of the former that is later. So one without a count moves none of those that have one. What is equal
    /// stays in the order in which it was sent.
    #[must_use]
    pub fn sort<T>(messages: Vec<T>, place: impl Fn(&T) -> Self) -> Vec<T> {
        let (mut counted, mut others): (Vec<T>, Vec<T>) =
            messages.into_iter().partition(|message| place(message).sequence.is_some());
        counted.sort_by_key(|message| place(message).sequence);
        others.sort_by_key(|message| place(message).occurred_at);
        let mut sorted = Vec::with_capacity(counted.len() + others.len());
        let mut others = others.into_iter().peekable();
        for one in counted {
            while let Some(earlier) = others.next_if(|other| place(other).occurred_at < place(&one).occurred_at) {
                sorted.push(earlier);
            }
            sorted.push(one);
        }
        sorted.extend(others);
        sorted
    }
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updated {
    /// It changed something.
    Applied {
        /// What.
        change: Box<Change>,
        /// Whether it was only noted, because the citizen had been answered.
        noted: bool,
    },
    /// It says what is so already.
    Holds,
    /// Something later has been said.
    Superseded,
}

impl Petition {
    /// Takes in what a dependency's own system says of its share: `at` by its clock; `last` is the place of the
    /// latest message of the same sender about this share that was taken in.
    ///
    /// # Errors
    /// [`Code::AssignmentUnknown`] where the actor sees no such share, [`Code::NotAllowed`] where it does not answer
    /// for it; [`Code::InFuture`], [`Code::BeforeReceipt`]; of the step that it would be.
    pub fn update(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        place: Place,
        last: Option<Place>,
        update: Update,
    ) -> Result<Updated, Refusal> {
        let visibility = occasion.actor.visibility();
        let seen = |share: &&Assignment| visibility.sees(self) && visibility.sees_whole(share);
        let share = self.assignment(id).filter(seen).ok_or(Code::AssignmentUnknown)?;
        let own = occasion.actor.answers_for(&share.dependency, share.unit.as_deref());
        if !(own && occasion.actor.can(Action::AssignmentAnswer)) {
            return Err(Refusal::new(Code::NotAllowed).with("step", update.status().code()));
        }
        occasion.take_told(place.occurred_at, share.routed_at.min(occasion.now))?;
        if last.is_some_and(|last| place.order(&last) == Ordering::Less) {
            return Ok(Updated::Superseded);
        }
        let answered = match self.state() {
            State::Answered | State::Closed => true,
            State::Received | State::Routed | State::InProgress | State::AwaitingCitizen | State::InReview => false,
        };
        let dependency = share.dependency.clone();
        let draft = Draft::of(self, occasion).about(id).answering_for(&dependency);
        if answered || share.round != self.round.number {
            Ok(note(draft, update))
        } else {
            self.take_in(draft, share, update)
        }
    }

    fn take_in(&self, mut draft: Draft<'_, '_>, share: &Assignment, update: Update) -> Result<Updated, Refusal> {
        // What was said by hand since is later than this.
        let ended_at = match (&share.resolution, &share.returned) {
            (Some(resolution), _) => Some(resolution.at),
            (None, Some(back)) => Some(back.at),
            (None, None) => None,
        };
        if ended_at.is_some_and(|at| draft.occasion.occurred_at() < at) {
            return Ok(Updated::Superseded);
        }
        let id = share.id;
        let holds = match &update {
            Update::Accepted(None) => share.state == AssignmentState::Accepted,
            Update::Accepted(Some(_)) | Update::InProgress(_) => false,
            Update::Resolved(resolving) => {
                share.resolution.as_ref().is_some_and(|resolution| resolution.outcome == resolving.outcome)
            }
            Update::Returned { reason, .. } => share.returned.as_ref().is_some_and(|back| back.reason == *reason),
        };
        if holds {
            return Ok(Updated::Holds);
        }
        let step = match &update {
            Update::Accepted(None) => AssignmentStep::Accept,
            Update::Accepted(Some(_)) | Update::InProgress(_) => AssignmentStep::ReportProgress,
            Update::Resolved(_) => AssignmentStep::Resolve,
            Update::Returned { .. } => AssignmentStep::Return,
        };
        self.stands_for_assignment(share, step, draft.occasion.rules, draft.occasion.now)?;
        match update {
            Update::Accepted(None) => draft.imply_acceptance(id),
            Update::Accepted(Some(progress)) | Update::InProgress(progress) => draft.record_progress(id, progress)?,
            Update::Resolved(resolving) => draft.record_resolution(id, resolving)?,
            Update::Returned { reason, explanation, suggested } => {
                draft.record_return(id, reason, explanation, suggested);
            }
        }
        Ok(Updated::Applied { change: Box::new(draft.finish()), noted: false })
    }
}

/// What comes after the answer changes nothing any more, and its words are not lost either.
fn note(mut draft: Draft<'_, '_>, update: Update) -> Updated {
    let words = update.into_words();
    if words.is_empty() {
        return Updated::Superseded;
    }
    for text in words {
        let text = draft.occasion.keep(text);
        draft.record(Happened::Noted { text });
    }
    Updated::Applied { change: Box::new(draft.finish()), noted: true }
}
