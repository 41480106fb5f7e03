//! The steps, and the actions of which whoever takes one needs one. From where each starts is said in
//! `petition/may.rs`.

use crate::action::Action;
use crate::code::Coded;

/// A step of a petition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Correct its description.
    Amend,
    /// Change category, kind or flag.
    Reclassify,
    /// Change the priority.
    Prioritise,
    /// Give dependencies a share.
    Route,
    /// Put a question to the citizen.
    Ask,
    /// Answer.
    Answer,
    /// Record a word with the citizen.
    Contact,
    /// Tell the citizen the answer.
    Notify,
    /// Begin a new round.
    Reopen,
    /// Record that a petitioner takes it back.
    Withdraw,
    /// Add a co-petitioner.
    Join,
    /// End it because the citizen did not reply.
    Close,
    /// End it as a capture error, prank or test.
    Annul,
    /// Note something.
    Note,
    /// Add a file.
    Attach,
    /// Take in documents that the category asks for.
    Deliver,
    /// Show personal data.
    Disclose,
    /// See to it oneself until its end.
    Take,
    /// Have another post or person see to it.
    HandOver,
    /// Put a mark on it, or take one off.
    Tag,
    /// Say that it belongs together with another one, or does no longer.
    Relate,
    /// Make a part of its matter a petition of its own.
    Split,
    /// Have it follow another one of the same matter.
    Merge,
    /// Have it stand alone again.
    Unmerge,
}

impl Coded for Step {
    const NAME: &'static str = "PetitionStep";
    const ALL: &'static [Self] = &[
        Self::Amend,
        Self::Reclassify,
        Self::Prioritise,
        Self::Route,
        Self::Ask,
        Self::Answer,
        Self::Contact,
        Self::Notify,
        Self::Reopen,
        Self::Withdraw,
        Self::Join,
        Self::Close,
        Self::Annul,
        Self::Note,
        Self::Attach,
        Self::Deliver,
        Self::Disclose,
        Self::Take,
        Self::HandOver,
        Self::Tag,
        Self::Relate,
        Self::Split,
        Self::Merge,
        Self::Unmerge,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Amend => "amend",
            Self::Reclassify => "reclassify",
            Self::Prioritise => "prioritise",
            Self::Route => "route",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Contact => "contact",
            Self::Notify => "notify",
            Self::Reopen => "reopen",
            Self::Withdraw => "withdraw",
            Self::Join => "join",
            Self::Close => "close",
            Self::Annul => "annul",
            Self::Note => "note",
            Self::Attach => "attach",
            Self::Deliver => "deliver",
            Self::Disclose => "disclose",
            Self::Take => "take",
            Self::HandOver => "hand_over",
            Self::Tag => "tag",
            Self::Relate => "relate",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
        }
    }
}

impl Step {
    /// The actions of which an actor needs one.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::Amend => &[Action::PetitionFile, Action::PetitionManage],
            Self::Reclassify | Self::Route => &[Action::PetitionRoute],
            Self::Prioritise => &[Action::PetitionReview, Action::PetitionManage],
            Self::Ask => &[Action::PetitionReview, Action::PetitionContact],
            // Whoever sees a petition to its end answers it.
            Self::Answer | Self::Reopen | Self::Close | Self::Take => &[Action::PetitionReview],
            Self::HandOver => &[Action::PetitionReview, Action::PetitionManage, Action::PetitionOversee],
            // Papers come over the counter, to whoever takes petitions in or speaks with the citizen.
            Self::Contact | Self::Join | Self::Deliver => &[Action::PetitionContact, Action::PetitionFile],
            Self::Notify => &[Action::PetitionContact],
            Self::Withdraw => &[Action::PetitionContact, Action::PetitionReview],
            Self::Annul => &[Action::PetitionManage],
            Self::Note | Self::Attach | Self::Tag => &[
                Action::PetitionFile,
                Action::PetitionRoute,
                Action::PetitionReview,
                Action::PetitionContact,
                Action::PetitionManage,
                Action::PetitionOversee,
                Action::AssignmentRecordForDependency,
            ],
            // Whose matter is whose is for whoever answers or leads them to say.
            Self::Merge | Self::Unmerge => &[Action::PetitionReview, Action::PetitionManage],
            // Whoever sends petitions on, answers or leads them says which belong together.
            Self::Relate | Self::Split => &[Action::PetitionRoute, Action::PetitionReview, Action::PetitionManage],
            Self::Disclose => {
                &[Action::PetitionFile, Action::PetitionReview, Action::PetitionContact, Action::PetitionManage]
            }
        }
    }
}

/// A step of one dependency's share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignmentStep {
    /// Take it up.
    Accept,
    /// Give it back.
    Return,
    /// Give it to a unit.
    Delegate,
    /// Say who sees to it.
    Appoint,
    /// Say under which number the dependency's own system has it.
    SetExternalReference,
    /// Report news of the work.
    ReportProgress,
    /// Give it more time.
    Extend,
    /// Put a question to the citizen.
    Ask,
    /// Add a file that shows the work.
    Attach,
    /// Say it is done.
    Resolve,
    /// Not be content with the resolution.
    SendBack,
    /// Take it away.
    Cancel,
}

impl Coded for AssignmentStep {
    const NAME: &'static str = "AssignmentStep";
    const ALL: &'static [Self] = &[
        Self::Accept,
        Self::Return,
        Self::Delegate,
        Self::Appoint,
        Self::SetExternalReference,
        Self::ReportProgress,
        Self::Extend,
        Self::Ask,
        Self::Attach,
        Self::Resolve,
        Self::SendBack,
        Self::Cancel,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Delegate => "delegate",
            Self::Appoint => "appoint",
            Self::SetExternalReference => "set_external_reference",
            Self::ReportProgress => "report_progress",
            Self::Extend => "extend",
            Self::Ask => "ask",
            Self::Attach => "attach",
            Self::Resolve => "resolve",
            Self::SendBack => "send_back",
            Self::Cancel => "cancel",
        }
    }
}

impl AssignmentStep {
    /// The actions of which an actor of the office needs one. The dependency's own liaison needs
    /// [`Action::AssignmentAnswer`] and takes the dependency's steps only.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::Accept
            | Self::Return
            | Self::Delegate
            | Self::Appoint
            | Self::SetExternalReference
            | Self::ReportProgress
            | Self::Extend
            | Self::Ask
            | Self::Attach
            | Self::Resolve => &[Action::AssignmentRecordForDependency],
            Self::SendBack => &[Action::PetitionReview],
            Self::Cancel => &[Action::PetitionRoute],
        }
    }

    /// Whether it is the dependency's step, which the office can only record on its behalf.
    #[must_use]
    pub const fn is_the_dependencys(self) -> bool {
        match self {
            Self::Accept
            | Self::Return
            | Self::Delegate
            | Self::Appoint
            | Self::SetExternalReference
            | Self::ReportProgress
            | Self::Extend
            | Self::Ask
            | Self::Attach
            | Self::Resolve => true,
            Self::SendBack | Self::Cancel => false,
        }
    }
}

/// A step of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuestionStep {
    /// Let a dependency's question go out.
    Release,
    /// Record the citizen's reply.
    Reply,
    /// Not ask it any more.
    Cancel,
}

impl Coded for QuestionStep {
    const NAME: &'static str = "QuestionStep";
    const ALL: &'static [Self] = &[Self::Release, Self::Reply, Self::Cancel];

    fn code(self) -> &'static str {
        match self {
            Self::Release => "release_question",
            Self::Reply => "reply",
            Self::Cancel => "cancel_question",
        }
    }
}

impl QuestionStep {
    /// The actions of which an actor needs one.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::Release => &[Action::PetitionReview, Action::PetitionContact],
            Self::Reply => &[Action::PetitionContact, Action::PetitionFile],
            Self::Cancel => &[Action::PetitionReview],
        }
    }
}

/// A step of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttachmentStep {
    /// Take its content away.
    Erase,
}

impl Coded for AttachmentStep {
    const NAME: &'static str = "AttachmentStep";
    const ALL: &'static [Self] = &[Self::Erase];

    fn code(self) -> &'static str {
        match self {
            Self::Erase => "erase",
        }
    }
}

impl AttachmentStep {
    /// The actions of which an actor needs one.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::Erase => &[Action::PetitionManage, Action::PetitionOversee],
        }
    }
}
