//! `merge` and `unmerge`: a petition follows another one of the same matter, and stands alone again.
//!
//! A follower keeps its people, its folio and its history. It is carried along: where its principal stands and how it was
//! answered are entries of its own, so that nobody who reads one of the two needs the other. It closes by its own
//! notification. One level only.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, Draft};
use super::relate::{Both, undated};
use super::{Answer, Document, Petition};
use crate::assignment::{Assignment, CancelCause};
use crate::clock::Clock;
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::Closing;
use crate::question::{Question, QuestionEnd, QuestionState};
use crate::refusal::{Code, Refusal};
use crate::state::State;
use crate::step::Step;
use crate::text::{Text, TextRef};
use crate::time::Instant;

/// Petitions that follow one other at most: all of them move in the unit of work that moves it.
pub const MOST_FOLLOWERS: usize = 200;

/// The words of texts, by the text's identifier.
pub type Words = HashMap<Uuid, Text>;

/// That a petition follows another one, and what it takes up again when it stands alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    /// Which it follows.
    pub principal: Id<Petition>,
    /// Since when.
    pub since: Instant,
    /// Where that one's matter stands, before it is answered; from then on the answer says it. That it waits for its own
    /// citizen is nothing that this one's is asked.
    pub led: State,
    /// The shares that were open, as they stood.
    pub shares: Vec<Assignment>,
    /// The questions that waited, as they stood.
    pub questions: Vec<Question>,
    /// The term to route it, as it stood.
    pub route: Option<Clock>,
    /// The term to answer it, as it stood.
    pub answer: Option<Clock>,
}

impl Petition {
    /// Has it follow another petition of the same matter. Its open shares and its questions end; it stands where the
    /// other one stands, and if that one is answered it is answered too. `words` are those of the other one's answer.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionUnknown`] where the actor does not see the other; [`Code::MergedIntoItself`];
    /// [`Code::Follows`] where the other one follows itself; [`Code::Closed`], [`Code::Annulled`] where there is nothing
    /// to follow any more; [`Code::MergeUnlike`], also where the words of its answer were erased;
    /// [`Code::FollowersTooMany`].
    pub fn merge(&self, occasion: &mut Occasion<'_>, into: &Self, words: &Words) -> Result<Both, Refusal> {
        self.may(occasion.actor, Step::Merge, occasion.rules, occasion.now)?;
        if !occasion.actor.visibility().sees(into) {
            return Err(Refusal::at(Code::PetitionUnknown, "/into"));
        }
        if self.id == into.id {
            return Err(Refusal::at(Code::MergedIntoItself, "/into"));
        }
        let nothing_to_follow = match (into.round.closing, &into.round.answer) {
            (Some(Closing::Annulled), _) => Some(Code::Annulled),
            (Some(_), None) => Some(Code::Closed),
            (Some(_), Some(_)) | (None, _) => into.follows.is_some().then_some(Code::Follows),
        };
        if let Some(code) = nothing_to_follow {
            return Err(Refusal::at(code, "/into").with("why", "into"));
        }
        // What is against a public servant is seen by other people; what came in writing is answered by a document; an
        // answer without words is no answer to somebody else.
        let erased = into.round.answer.as_ref().is_some_and(|answer| !words.contains_key(&answer.text.id.uuid()));
        let unlike = [
            ("flag", self.against_public_servant != into.against_public_servant),
            ("writing", self.in_writing && !into.in_writing),
            ("erased", erased),
        ];
        if let Some((why, _)) = unlike.iter().find(|(_, holds)| *holds) {
            return Err(Refusal::at(Code::MergeUnlike, "/into").with("why", *why));
        }
        if into.followers.len() >= MOST_FOLLOWERS {
            return Err(Refusal::at(Code::FollowersTooMany, "/into").with("most", MOST_FOLLOWERS.to_string()));
        }
        occasion.check_date(Some(self.round.opened_at.max(into.received_at)))?;
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Merged { principal: into.id });
        let open: Vec<Id<Assignment>> = draft.petition.open().map(|share| share.id).collect();
        for share in open {
            draft.cancel(share, CancelCause::Merged, None);
        }
        draft.end_questions(None, QuestionEnd::PetitionEnded);
        // What it was answered by before is an answer to it from now on.
        let attested = draft.occasion.dated.as_ref().is_some_and(|dated| dated.attested);
        let from = if attested { draft.occasion.occurred_at() } else { draft.occasion.now };
        draft.go_along(into, words, from);
        super::answer::close_without_contact(&mut draft);
        let own = draft.finish();
        undated(occasion);
        let mut draft = Draft::of(into, occasion);
        draft.record(Happened::Led { follower: self.id });
        Ok(Both { own, other: draft.finish() })
    }

    /// Has it stand alone again: what was open when it was merged is open as it stood, and its terms are what they would
    /// be if nothing had been. If its file ended meanwhile by its principal's answer, a new round begins; if it ended by
    /// itself, because its citizen withdrew, it stays as it ended and can be reopened like any other.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionUnknown`] where `principal` is not the one that it follows.
    pub fn unmerge(&self, occasion: &mut Occasion<'_>, principal: &Self) -> Result<Both, Refusal> {
        self.may(occasion.actor, Step::Unmerge, occasion.rules, occasion.now)?;
        let following = self.follows.as_ref().filter(|following| following.principal == principal.id);
        let since = following.ok_or(Code::PetitionUnknown)?.since;
        occasion.check_date(Some(since).max(self.round.closed_at))?;
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Unmerged { principal: principal.id });
        let own = draft.finish();
        undated(occasion);
        let mut draft = Draft::of(principal, occasion);
        draft.record(Happened::LeftAlone { follower: self.id });
        Ok(Both { own, other: draft.finish() })
    }

    /// What its principal's last step does to a follower; none where it stands as it stood. Nobody is asked whether they
    /// may: whoever took the step of the principal did. `words` are those of the principal's answer.
    #[must_use]
    pub fn go_along(&self, occasion: &mut Occasion<'_>, principal: &Self, words: &Words) -> Option<Change> {
        let following = self.follows.as_ref().filter(|following| following.principal == principal.id)?;
        if self.round.closing.is_some() {
            return None;
        }
        let since = following.since;
        let mut draft = Draft::of(self, occasion);
        draft.go_along(principal, words, since);
        super::answer::close_without_contact(&mut draft);
        let change = draft.finish();
        (!change.events.is_empty()).then_some(change)
    }

    /// Whether it stands where this principal of it does, as it must whenever nothing is being written; one that follows
    /// none stands for itself.
    #[must_use]
    pub fn stands_with(&self, principal: &Self) -> bool {
        let Some(following) = &self.follows else { return true };
        let along = match (&principal.round.answer, &self.round.answer) {
            (None, None) => following.led == principal.matter_state(),
            (Some(answer), Some(own)) => answer.at == own.at,
            (None, Some(_)) | (Some(_), None) => false,
        };
        following.principal == principal.id
            && principal.followers.contains(&self.id)
            && (along || self.round.closing.is_some())
    }

    /// The texts whose words a follower takes over from this one's answer.
    #[must_use]
    pub fn answer_texts(&self) -> Vec<Uuid> {
        let Some(answer) = &self.round.answer else { return Vec::new() };
        let mut texts = vec![&answer.text];
        texts.extend(&answer.authority);
        texts.extend(&answer.procedure);
        texts.extend(answer.document.as_ref().map(|document| &document.number));
        texts.into_iter().map(|text| text.id.uuid()).collect()
    }
}

impl Draft<'_, '_> {
    /// Stands where the principal stands, or is answered as it is: in time by when that one was, but not before `from`.
    fn go_along(&mut self, principal: &Petition, words: &Words, from: Instant) {
        let Some(answer) = &principal.round.answer else {
            let led = principal.matter_state();
            let there = self.petition.round.answer.is_none()
                && self.petition.follows.as_ref().is_some_and(|following| following.led == led);
            if !there {
                self.record(Happened::Carried { state: led });
            }
            return;
        };
        // One answer of a principal is issued at one instant.
        if self.petition.round.answer.as_ref().is_some_and(|own| own.at == answer.at) {
            return;
        }
        let mut again = |text: &TextRef| words.get(&text.id.uuid()).cloned().map(|body| self.occasion.keep(body));
        // Without words, which somebody had erased, there is nothing to take over.
        let Some(text) = again(&answer.text) else { return };
        let (authority, procedure) =
            (answer.authority.as_ref().and_then(&mut again), answer.procedure.as_ref().and_then(&mut again));
        let document = answer
            .document
            .as_ref()
            .and_then(|document| Some(Document { number: again(&document.number)?, date: document.date }));
        let adopted = Answer { authority, procedure, text, adopts: None, document, ..answer.clone() };
        let judged = principal.answer.as_ref().and_then(|clock| clock.judged_at).unwrap_or(self.occasion.now);
        self.record(Happened::Adopted { answer: Box::new(adopted), judged_at: judged.max(from) });
    }
}

/// The shares and questions that a merge ends, as they stand.
pub(super) fn set_aside(petition: &Petition, principal: Id<Petition>, since: Instant) -> Following {
    let waits = |question: &&Question| {
        matches!(question.state, QuestionState::Open | QuestionState::Drafted)
            && question.round == petition.round.number
    };
    Following {
        principal,
        since,
        led: petition.matter_state(),
        shares: petition.open().cloned().collect(),
        questions: petition.questions.iter().filter(waits).cloned().collect(),
        route: petition.route.clone(),
        answer: petition.answer.clone(),
    }
}

impl Following {
    /// Puts everything back as it stood.
    pub(super) fn take_up_again(self, petition: &mut Petition) {
        for kept in self.shares {
            if let Some(share) = petition.assignments.iter_mut().find(|share| share.id == kept.id) {
                let version = share.version + 1;
                // The one thing of it that may change meanwhile.
                let external_reference = share.external_reference.take();
                *share = Assignment { version, external_reference, ..kept };
            }
        }
        for kept in self.questions {
            if let Some(question) = petition.questions.iter_mut().find(|question| question.id == kept.id) {
                *question = kept;
            }
        }
        petition.route = self.route;
        petition.answer = self.answer;
        petition.notify = None;
        petition.round.answer = None;
        petition.round.forget_telling();
    }
}
