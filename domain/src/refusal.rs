//! Why a step is not taken. A refusal changes nothing and names what to do.
//!
//! Holds codes only: the words, in both languages, belong to the API.

use serde::{Deserialize, Serialize};

/// What kind of no it is; the API answers each with its own status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The actor may not even know that it exists.
    Unseen,
    /// The actor may know it, but not do this.
    Forbidden,
    /// Not possible from the present state.
    Conflict,
    /// Understood and invalid.
    Invalid,
}

/// The stable code of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// There is no such petition for this actor.
    PetitionUnknown,
    /// There is no such assignment for this actor.
    AssignmentUnknown,
    /// There is no such question for this actor.
    QuestionUnknown,
    /// There is no such intake for this actor.
    IntakeUnknown,
    /// There is no such person for this actor.
    PersonUnknown,
    /// The actor's post or role does not allow the step.
    NotAllowed,
    /// The step does not start from the petition's state.
    NotFromState,
    /// The step does not start from the assignment's state.
    NotFromAssignmentState,
    /// The question is not open any more.
    QuestionNotOpen,
    /// The question already went out.
    QuestionReleased,
    /// The round has been answered already.
    AlreadyAnswered,
    /// There is no answer to tell yet.
    NotAnswered,
    /// The petition is closed.
    Closed,
    /// The petition is annulled and stays so.
    Annulled,
    /// The days in which it could be reopened are over.
    ReopeningWindowOver,
    /// A directed assignment cannot be returned.
    Directed,
    /// Returned assignments that nobody took up need a decision first.
    ReturnsPending,
    /// Open assignments need a reason to be cancelled by an answer.
    OpenAssignments,
    /// The term was extended as often as the policy allows.
    ExtensionsExhausted,
    /// The term is over; it can only be extended before its end.
    TermOver,
    /// More working days than one extension may add.
    ExtensionTooLong,
    /// The term has no clock to extend.
    NoTerm,
    /// The same dependency already has an open assignment.
    AlreadyRouted,
    /// What is against a public servant goes to Contraloría only.
    ComptrollerOnly,
    /// As many questions were asked as the policy allows.
    QuestionsExhausted,
    /// Nothing would change.
    Unchanged,
    /// The outcome needs a code of why.
    InfeasibilityMissing,
    /// The outcome takes no such code.
    InfeasibilityUnexpected,
    /// The outcome names no authority and procedure.
    AuthorityMissing,
    /// The outcome takes no authority.
    AuthorityUnexpected,
    /// A petition in writing is answered by a document.
    DocumentMissing,
    /// The answer has no text and adopts none.
    AnswerTextMissing,
    /// The answer has a text and adopts another.
    AnswerTextTwice,
    /// The assignment whose text is adopted has none.
    AdoptionUnknown,
    /// The on-the-spot notification did not tell the citizen.
    NotTold,
    /// An anonymous petitioner leaves nothing.
    AnonymousLeavesNothing,
    /// Nothing is known of a petitioner who is not anonymous.
    PetitionerEmpty,
    /// The petitioner is already linked to a person.
    AlreadyLinked,
    /// The petition has as many petitioners as it can have.
    PetitionersTooMany,
    /// The petitioner is unknown in this petition.
    PetitionerUnknown,
    /// The petitioner took the petition back, and nothing of theirs is corrected any more.
    PetitionerWithdrew,
    /// The instant lies in the future.
    InFuture,
    /// The instant lies before the petition was received.
    BeforeReceipt,
    /// The instant lies further back than the policy allows.
    TooFarBack,
    /// Only the office attests an earlier instant.
    AttestationByOffice,
    /// Dating back needs a reason.
    DatingReasonMissing,
    /// Recording for a dependency needs to say who spoke.
    SpeakerMissing,
    /// A liaison speaks for itself.
    SpeakerUnexpected,
    /// No such dependency, or not valid any more.
    DependencyUnknown,
    /// The dependency has ended, and another took its place.
    DependencyEnded,
    /// No such unit of that dependency, or not valid any more.
    UnitUnknown,
    /// No such category, or not valid any more.
    CategoryUnknown,
    /// No such channel, or not valid any more.
    ChannelUnknown,
    /// No such neighbourhood, or not valid any more.
    NeighbourhoodUnknown,
    /// The place lies outside the city's territory, and nobody says so.
    OutsideTerritory,
    /// No such responsible person of that dependency.
    ResponsibleUnknown,
    /// The same dependency is named twice.
    DependencyTwice,
    /// The previous assignment is unknown or still open.
    PreviousUnknown,
    /// The contact's result does not fit its direction or purpose.
    ResultUnfit,
    /// The date lies in the past.
    InPast,
    /// The source already brought in this external id.
    AlreadyImported,
    /// Another assignment of the dependency has this number of its own system.
    ExternalReferenceTaken,
    /// There is no such file for this actor.
    AttachmentUnknown,
    /// The content of the file was erased.
    AttachmentErased,
    /// The petition has as many files as it may have.
    AttachmentsExhausted,
    /// The assignment has as much evidence as it may have.
    EvidenceExhausted,
    /// An identity document is shown only to whoever said what for.
    DisclosureMissing,
    /// Evidence belongs to the assignment of whose work it is.
    EvidenceUnassigned,
    /// The category asks for evidence of the work, and there is none.
    EvidenceMissing,
    /// An intake has neither petitions nor an orientation.
    IntakeEmpty,
    /// An intake has more petitions than one request may bring.
    IntakeTooLarge,
    /// Orientation without a petition has no petitions.
    OrientationWithPetitions,
    /// Somebody else follows it, and the actor does not supervise them.
    NotSupervising,
    /// The post does not see petitions to their end.
    FollowerUnfit,
    /// Nobody of that account is appointed to that post.
    FollowerUnappointed,
    /// More marks than a petition can have.
    TooManyTags,
    /// Somebody has done something about it since.
    ChangedSince,
    /// What was done cannot be taken back.
    NotUndoable,
    /// A petition is not related to itself.
    RelatedToItself,
    /// The two petitions are related already.
    AlreadyRelated,
    /// A petition is related to as many others as it can be.
    RelationsTooMany,
    /// The petition follows another one, and goes along with it.
    Follows,
    /// The petition does not follow any.
    FollowsNone,
    /// Other petitions follow it.
    HasFollowers,
    /// A petition does not follow itself.
    MergedIntoItself,
    /// The two are seen by other people, or answered in another way.
    MergeUnlike,
    /// As many petitions follow it as can.
    FollowersTooMany,
    /// There is no such delivery for this actor.
    DeliveryUnknown,
    /// A delivery of nothing.
    DeliveryEmpty,
    /// The petition's category does not ask for this document.
    RequirementUnknown,
    /// The same document is named twice.
    RequirementTwice,
    /// Of this document a copy is kept, and none is named.
    CopyMissing,
    /// Of this document no copy is kept.
    CopyUnexpected,
    /// The petition has no such file for this actor, or it was erased.
    CopyUnknown,
    /// The petition has as many deliveries as it can have.
    DeliveriesExhausted,
}

impl Code {
    /// The class that decides the status.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::PetitionUnknown
            | Self::AssignmentUnknown
            | Self::QuestionUnknown
            | Self::IntakeUnknown
            | Self::AttachmentUnknown
            | Self::DeliveryUnknown
            | Self::PersonUnknown => Class::Unseen,
            Self::NotAllowed | Self::NotSupervising | Self::DisclosureMissing => Class::Forbidden,
            Self::NotFromState
            | Self::NotFromAssignmentState
            | Self::QuestionNotOpen
            | Self::QuestionReleased
            | Self::AlreadyAnswered
            | Self::NotAnswered
            | Self::Closed
            | Self::Annulled
            | Self::ReopeningWindowOver
            | Self::Directed
            | Self::ReturnsPending
            | Self::OpenAssignments
            | Self::ExtensionsExhausted
            | Self::TermOver
            | Self::NoTerm
            | Self::AlreadyRouted
            | Self::QuestionsExhausted
            | Self::AlreadyImported
            | Self::ExternalReferenceTaken
            | Self::AttachmentErased
            | Self::AttachmentsExhausted
            | Self::EvidenceExhausted
            | Self::EvidenceMissing
            | Self::PetitionerWithdrew
            | Self::PetitionersTooMany
            | Self::AlreadyLinked
            | Self::AlreadyRelated
            | Self::RelationsTooMany
            | Self::Follows
            | Self::FollowsNone
            | Self::HasFollowers
            | Self::MergeUnlike
            | Self::FollowersTooMany
            | Self::ChangedSince
            | Self::NotUndoable
            | Self::DeliveriesExhausted
            | Self::Unchanged => Class::Conflict,
            Self::ComptrollerOnly
            | Self::InfeasibilityMissing
            | Self::InfeasibilityUnexpected
            | Self::AuthorityMissing
            | Self::AuthorityUnexpected
            | Self::DocumentMissing
            | Self::AnswerTextMissing
            | Self::AnswerTextTwice
            | Self::AdoptionUnknown
            | Self::NotTold
            | Self::AnonymousLeavesNothing
            | Self::PetitionerEmpty
            | Self::PetitionerUnknown
            | Self::InFuture
            | Self::BeforeReceipt
            | Self::TooFarBack
            | Self::DatingReasonMissing
            | Self::AttestationByOffice
            | Self::SpeakerMissing
            | Self::SpeakerUnexpected
            | Self::DependencyUnknown
            | Self::DependencyEnded
            | Self::UnitUnknown
            | Self::CategoryUnknown
            | Self::ChannelUnknown
            | Self::NeighbourhoodUnknown
            | Self::OutsideTerritory
            | Self::ResponsibleUnknown
            | Self::DependencyTwice
            | Self::PreviousUnknown
            | Self::ResultUnfit
            | Self::InPast
            | Self::EvidenceUnassigned
            | Self::FollowerUnfit
            | Self::FollowerUnappointed
            | Self::TooManyTags
            | Self::RelatedToItself
            | Self::MergedIntoItself
            | Self::DeliveryEmpty
            | Self::RequirementUnknown
            | Self::RequirementTwice
            | Self::CopyMissing
            | Self::CopyUnexpected
            | Self::CopyUnknown
            | Self::ExtensionTooLong
            | Self::IntakeEmpty
            | Self::IntakeTooLarge
            | Self::OrientationWithPetitions => Class::Invalid,
        }
    }
}

/// A step that was not taken: why, and which part of the request it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// JSON pointer (RFC 6901) into the request's body, where one field is to blame.
    pub pointer: Option<String>,
    /// Facts that the explanation may name, by variable: codes and numbers, never personal data.
    pub facts: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal of the whole request.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, pointer: None, facts: Vec::new() }
    }

    /// A refusal for one field of the body.
    #[must_use]
    pub fn at(code: Code, pointer: impl Into<String>) -> Self {
        Self { code, pointer: Some(pointer.into()), facts: Vec::new() }
    }

    /// Adds a fact that the explanation may name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
