//! `answer`: the city's word to the citizen (Constitution art. 8).

use chrono::NaiveDate;

use super::change::{Change, Draft};
use super::{Answer, Document, Petition};
use crate::assignment::{Assignment, CancelCause};
use crate::event::Happened;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::outcome::{Closing, Infeasibility, Outcome};
use crate::question::QuestionEnd;
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::text::Text;

/// An answer as the office gives it.
#[derive(Clone, Debug)]
pub struct Answering {
    /// What became of the matter.
    pub outcome: Outcome,
    /// Why not, where it is not feasible.
    pub infeasibility: Option<Infeasibility>,
    /// The authority whose business it is, and the procedure there.
    pub authority: Option<(Text, Text)>,
    /// The words for the citizen; none where a dependency's are adopted.
    pub text: Option<Text>,
    /// The assignment whose report is adopted.
    pub adopts: Option<Id<Assignment>>,
    /// Number and date of the document, for a petition in writing.
    pub document: Option<(Text, NaiveDate)>,
    /// Why what is still open is cancelled.
    pub cancel_open: Option<Text>,
    /// Why returned shares that nobody took up are let go.
    pub let_returns_go: Option<Text>,
}

impl Petition {
    /// Answers. What is open is cancelled, and returned shares are let go, with a reason each.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::OpenAssignments`], [`Code::ReturnsPending`]; what is missing or
    /// superfluous for the outcome; [`Code::DocumentMissing`]; whose text.
    pub fn answer(&self, occasion: &mut Occasion<'_>, answering: Answering) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Answer, occasion.rules, occasion.now)?;
        // An answer follows what the dependencies had by then, and what they said.
        let said = self
            .current()
            .flat_map(|share| [Some(share.routed_at), share.resolution.as_ref().map(|resolution| resolution.at)]);
        occasion.check_date(said.flatten().chain([self.round.opened_at]).max())?;
        let mut draft = Draft::of(self, occasion);
        record(&mut draft, answering, "")?;
        close_without_contact(&mut draft);
        Ok(draft.finish())
    }
}

/// Records an answer; `pointer` is where it stands in the body.
pub(super) fn record(draft: &mut Draft<'_, '_>, answering: Answering, pointer: &str) -> Result<(), Refusal> {
    let at = |field: &str| format!("{pointer}/{field}");
    check_infeasibility(answering.outcome, answering.infeasibility, pointer)?;
    match (answering.outcome == Outcome::NotCompetent, &answering.authority) {
        (true, None) => return Err(Refusal::at(Code::AuthorityMissing, at("authority"))),
        (false, Some(_)) => return Err(Refusal::at(Code::AuthorityUnexpected, at("authority"))),
        (true, Some(_)) | (false, None) => {}
    }
    if draft.petition.in_writing && answering.document.is_none() {
        return Err(Refusal::at(Code::DocumentMissing, at("document")));
    }
    let adopted = match (&answering.text, answering.adopts) {
        (Some(_), Some(_)) => return Err(Refusal::at(Code::AnswerTextTwice, at("adopts"))),
        (None, None) => return Err(Refusal::at(Code::AnswerTextMissing, at("text"))),
        (Some(_), None) => None,
        (None, Some(id)) => {
            let resolution = draft
                .petition
                .current()
                .find(|share| share.id == id)
                .and_then(|share| share.resolution.as_ref())
                .ok_or_else(|| Refusal::at(Code::AdoptionUnknown, at("adopts")))?;
            Some(resolution.report.clone())
        }
    };
    let returned: Vec<Id<Assignment>> = draft.petition.returns_pending().map(|share| share.id).collect();
    if !returned.is_empty() && answering.let_returns_go.is_none() {
        return Err(Refusal::at(Code::ReturnsPending, at("let_returns_go")).with("count", returned.len().to_string()));
    }
    let open: Vec<Id<Assignment>> = draft.petition.open().map(|share| share.id).collect();
    if !open.is_empty() && answering.cancel_open.is_none() {
        return Err(Refusal::at(Code::OpenAssignments, at("cancel_open")).with("count", open.len().to_string()));
    }
    if let Some(reason) = answering.let_returns_go.filter(|_| !returned.is_empty()) {
        let reason = draft.occasion.keep(reason);
        for assignment in returned {
            draft.record(Happened::ReturnLetGo { assignment, reason: reason.clone() });
        }
    }
    if let Some(reason) = answering.cancel_open.filter(|_| !open.is_empty()) {
        let reason = draft.occasion.keep(reason);
        for share in open {
            draft.cancel(share, CancelCause::Answered, Some(reason.clone()));
        }
    }
    draft.end_questions(None, QuestionEnd::PetitionEnded);
    let (authority, procedure) = match answering.authority {
        Some((authority, procedure)) => (Some(draft.occasion.keep(authority)), Some(draft.occasion.keep(procedure))),
        None => (None, None),
    };
    let own = draft.occasion.keep_some(answering.text);
    let Some(text) = own.or(adopted) else {
        return Err(Refusal::at(Code::AnswerTextMissing, at("text")));
    };
    let document = answering.document.map(|(number, date)| Document { number: draft.occasion.keep(number), date });
    let answer = Answer {
        outcome: answering.outcome,
        infeasibility: answering.infeasibility,
        authority,
        procedure,
        text,
        adopts: answering.adopts,
        document,
        at: draft.occasion.occurred_at(),
    };
    draft.record(Happened::Answered(Box::new(answer)));
    Ok(())
}

/// Where nobody left a way to be told, the file ends with the answer, which stays readable by folio
/// and PIN.
pub(super) fn close_without_contact(draft: &mut Draft<'_, '_>) {
    let petition = &draft.petition;
    if petition.round.answer.is_some() && petition.round.closing.is_none() && !petition.reachable() {
        draft.record(Happened::Closed { closing: Closing::NoContact, reason: None });
    }
}

/// An outcome that is not feasible says why; the others do not.
pub(super) fn check_infeasibility(
    outcome: Outcome,
    infeasibility: Option<Infeasibility>,
    pointer: &str,
) -> Result<(), Refusal> {
    let at = || format!("{pointer}/infeasibility");
    match (outcome == Outcome::NotFeasible, infeasibility.is_some()) {
        (true, false) => Err(Refusal::at(Code::InfeasibilityMissing, at())),
        (false, true) => Err(Refusal::at(Code::InfeasibilityUnexpected, at())),
        (true, true) | (false, false) => Ok(()),
    }
}
