//! Desks: on whose table a petition, or a share of one, lies now, and what is to be done with it there.
//!
//! Follows from the facts alone: no clock is read, so that what lies where changes by events only and can be counted
//! as it changes. What does follow the clock (what is overdue, whose appointment ended) is asked when it is shown.

use crate::action::Action;
use crate::assignment::{Assignment, AssignmentState};
use crate::code::Coded;
use crate::petition::Petition;
use crate::question::{Question, QuestionState};
use crate::state::State;

/// Where a petition lies in the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Desk {
    /// It is not closed: all that somebody follows.
    Open,
    /// No dependency has it, or one gave its share back.
    ToRoute,
    /// A dependency gave its share back, and nobody has taken that up.
    Returned,
    /// Every dependency is done; the office has to answer.
    ToReview,
    /// A dependency's question waits for a post to let it out.
    ToRelease,
    /// The citizen replied to the office, or did not in time, and the office has to go on.
    ToReply,
    /// The citizen has to be told the answer.
    ToTell,
    /// Telling the citizen was tried in vain: again on another day.
    ToCallBack,
    /// Who followed it is not appointed any more.
    ToReassign,
}

impl Coded for Desk {
    const NAME: &'static str = "Desk";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::Open,
        Self::ToRoute,
        Self::Returned,
        Self::ToReview,
        Self::ToRelease,
        Self::ToReply,
        Self::ToTell,
        Self::ToCallBack,
        Self::ToReassign,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToRoute => "to_route",
            Self::Returned => "returned",
            Self::ToReview => "to_review",
            Self::ToRelease => "to_release",
            Self::ToReply => "to_reply",
            Self::ToTell => "to_tell",
            Self::ToCallBack => "to_call_back",
            Self::ToReassign => "to_reassign",
        }
    }
}

impl Desk {
    /// The actions of which somebody needs one for this to be their work, whoever follows the petition.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::Open => &[Action::PetitionManage, Action::PetitionOversee],
            Self::ToRoute | Self::Returned => &[Action::PetitionRoute],
            Self::ToReview | Self::ToReply => &[Action::PetitionReview],
            Self::ToRelease => &[Action::PetitionReview, Action::PetitionContact],
            Self::ToTell | Self::ToCallBack => &[Action::PetitionContact],
            Self::ToReassign => &[Action::PetitionManage, Action::PetitionOversee],
        }
    }
}

/// Where a dependency's share lies with its liaison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShareDesk {
    /// The dependency still owes something.
    Open,
    /// It has not been taken up.
    ToAccept,
    /// It is being worked on, and no question of its own waits for the citizen.
    ToWork,
    /// The citizen replied to its question, or did not in time.
    Replied,
}

impl Coded for ShareDesk {
    const NAME: &'static str = "AssignmentDesk";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Open, Self::ToAccept, Self::ToWork, Self::Replied];

    fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToAccept => "to_accept",
            Self::ToWork => "to_work",
            Self::Replied => "replied",
        }
    }
}

impl Petition {
    /// The desks on which it lies, in their order. [`Desk::ToReassign`] is never among them: whether an appointment
    /// ended is not known here.
    #[must_use]
    pub fn desks(&self) -> Vec<Desk> {
        let state = self.state();
        let returned = self.returns_pending().next().is_some();
        let on = |desk: Desk| match (desk, state) {
            (_, State::Closed) | (Desk::ToReassign, _) => false,
            (Desk::Open, _) => true,
            // What is to be done lies with the petition that it follows; only telling is its own.
            (Desk::ToRoute | Desk::Returned | Desk::ToReview | Desk::ToRelease | Desk::ToReply, _)
                if self.follows.is_some() =>
            {
                false
            }
            (Desk::ToTell, state) => state == State::Answered && self.round.attempts.is_empty(),
            (Desk::ToCallBack, state) => state == State::Answered && !self.round.attempts.is_empty(),
            (Desk::ToRoute | Desk::Returned | Desk::ToReview | Desk::ToRelease | Desk::ToReply, State::Answered) => {
                false
            }
            (Desk::ToRoute, state) => state == State::Received || returned,
            (Desk::Returned, _) => returned,
            (Desk::ToReview, state) => state == State::InReview,
            (Desk::ToRelease, _) => self.current_questions().any(|one| one.state == QuestionState::Drafted),
            (Desk::ToReply, state) => matches!(state, State::Received | State::InReview) && self.heard(None),
        };
        Desk::ALL.iter().copied().filter(|desk| on(*desk)).collect()
    }

    /// The desks of its dependency's liaison on which a share lies.
    #[must_use]
    pub fn share_desks(&self, share: &Assignment) -> Vec<ShareDesk> {
        if !share.state.is_open() || share.round != self.round.number {
            return Vec::new();
        }
        let waits = self.open_questions().any(|question| question.assignment == Some(share.id));
        let on = |desk: ShareDesk| match desk {
            ShareDesk::Open => true,
            ShareDesk::ToAccept => share.state == AssignmentState::Pending,
            ShareDesk::ToWork => share.state == AssignmentState::Accepted && !waits,
            ShareDesk::Replied => !waits && self.heard(Some(share)),
        };
        ShareDesk::ALL.iter().copied().filter(|desk| on(*desk)).collect()
    }

    fn current_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.round == self.round.number)
    }

    /// Whether the last question of this asker (a share, or the office) came back, with a reply or without.
    fn heard(&self, asker: Option<&Assignment>) -> bool {
        let asked = self.current_questions().filter(|question| question.assignment == asker.map(|share| share.id));
        let last = asked.last().map(|question| question.state);
        matches!(last, Some(QuestionState::Replied | QuestionState::Lapsed))
    }
}
