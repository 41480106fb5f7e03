//! A job: the same step on many petitions, each for itself. Which steps can be taken so, what became of each petition, and
//! what of it can be taken back.
//!
//! Decides nothing of the steps themselves: each petition is judged by the functions that a single step asks too.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::actor::{Account, Actor};
use crate::assignment::{Assignment, AssignmentState};
use crate::code::Coded;
use crate::id::Id;
use crate::kind::Kind;
use crate::petition::Petition;
use crate::refusal::{Code, Refusal};
use crate::step::{AssignmentStep, Step};
use crate::tag::Tag;

/// Petitions that one job takes at most.
pub const MOST: usize = 5_000;

/// The type that identifiers of jobs name; the job itself is kept by persistence.
#[derive(Debug)]
pub enum Job {}

/// A step that can be taken on many petitions at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobStep {
    /// Give dependencies a share.
    Route,
    /// Have another post or person see to them.
    HandOver,
    /// Put marks on them.
    Tag,
    /// Take marks off.
    Untag,
    /// Change category, kind or flag.
    Reclassify,
    /// Take their open shares away from the dependencies.
    Cancel,
}

impl Coded for JobStep {
    const NAME: &'static str = "JobStep";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Route, Self::HandOver, Self::Tag, Self::Untag, Self::Reclassify, Self::Cancel];

    fn code(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::HandOver => "hand_over",
            Self::Tag => "tag",
            Self::Untag => "untag",
            Self::Reclassify => "reclassify",
            Self::Cancel => "cancel",
        }
    }
}

impl JobStep {
    /// The actions of which whoever takes it needs one: those of the single step.
    #[must_use]
    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::Route => Step::Route.actions(),
            Self::HandOver => Step::HandOver.actions(),
            Self::Tag | Self::Untag => Step::Tag.actions(),
            Self::Reclassify => Step::Reclassify.actions(),
            Self::Cancel => AssignmentStep::Cancel.actions(),
        }
    }

    /// Whether the actor may take it at all. Whether of this petition, is asked when its turn comes.
    ///
    /// # Errors
    /// [`Code::NotAllowed`].
    pub fn permits(self, actor: &Actor) -> Result<(), Refusal> {
        if actor.can_any(self.actions()) {
            return Ok(());
        }
        Err(Refusal::new(Code::NotAllowed).with("step", self.code()))
    }

    /// Whether anything of it can be taken back: what was cancelled has had its end.
    #[must_use]
    pub const fn is_undoable(self) -> bool {
        match self {
            Self::Route | Self::HandOver | Self::Tag | Self::Untag | Self::Reclassify => true,
            Self::Cancel => false,
        }
    }

    /// Whether taking it back wants a reason, as the step does that takes it back.
    #[must_use]
    pub const fn is_undone_for_a_reason(self) -> bool {
        match self {
            Self::Route | Self::HandOver | Self::Reclassify | Self::Cancel => true,
            Self::Tag | Self::Untag => false,
        }
    }
}

/// Whether the actor may make jobs: whoever may take one of their steps.
///
/// # Errors
/// [`Code::NotAllowed`].
pub fn may_make(actor: &Actor) -> Result<(), Refusal> {
    if JobStep::ALL.iter().any(|step| step.permits(actor).is_ok()) { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Some of its petitions wait for their turn.
    Running,
    /// Every petition had its turn.
    Finished,
    /// Whoever made it called the rest off.
    Cancelled,
}

impl Coded for JobState {
    const NAME: &'static str = "JobState";
    const ALL: &'static [Self] = &[Self::Running, Self::Finished, Self::Cancelled];

    fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What became of one petition of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobResult {
    /// It waits for its turn.
    Pending,
    /// The step was taken.
    Done,
    /// The step was refused.
    Refused,
    /// The step was taken, and taken back by another job.
    Undone,
    /// The rest was called off before its turn.
    Cancelled,
}

impl Coded for JobResult {
    const NAME: &'static str = "JobResult";
    const ALL: &'static [Self] = &[Self::Pending, Self::Done, Self::Refused, Self::Undone, Self::Cancelled];

    fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Undone => "undone",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Who sees to a petition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Code of the post.
    pub position: String,
    /// Who in particular.
    pub person: Option<Id<Account>>,
}

/// What a petition is classified as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classified {
    /// Code of the category.
    pub category: String,
    /// What sort it is.
    pub kind: Kind,
}

/// What a step of a job did to one petition, as far as it can be taken back: codes and identifiers, no words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Trace {
    /// These shares were given.
    Routed {
        /// Which.
        assignments: Vec<Id<Assignment>>,
    },
    /// Somebody else sees to it.
    HandedOver {
        /// Who did.
        from: Followed,
        /// Who does.
        to: Followed,
    },
    /// Its marks changed.
    Tagged {
        /// Those that it got.
        added: Vec<Tag>,
        /// Those that it lost.
        removed: Vec<Tag>,
    },
    /// It is classified otherwise.
    Reclassified {
        /// As it was.
        from: Classified,
        /// As it is.
        to: Classified,
    },
    /// Something that stays.
    Final,
}

impl Trace {
    /// What the step did, by the petition before and after it. What had further consequences stays: a raised flag
    /// `against_public_servant`, and a share that took a returned one up.
    #[must_use]
    pub fn of(step: JobStep, before: &Petition, after: &Petition) -> Self {
        match step {
            JobStep::Route => {
                if before.returns_pending().count() != after.returns_pending().count() {
                    return Self::Final;
                }
                let new = after.assignments.iter().filter(|share| before.assignment(share.id).is_none());
                Self::Routed { assignments: new.map(|share| share.id).collect() }
            }
            JobStep::HandOver => Self::HandedOver { from: followed(before), to: followed(after) },
            JobStep::Tag | JobStep::Untag => {
                let only = |here: &Petition, there: &Petition| {
                    here.tags.iter().filter(|tag| !there.tags.contains(tag)).cloned().collect()
                };
                Self::Tagged { added: only(after, before), removed: only(before, after) }
            }
            JobStep::Reclassify if before.against_public_servant != after.against_public_servant => Self::Final,
            JobStep::Reclassify => Self::Reclassified { from: classified(before), to: classified(after) },
            JobStep::Cancel => Self::Final,
        }
    }

    /// Whether the petition still stands as the step left it, so that it can be taken back.
    ///
    /// # Errors
    /// [`Code::NotUndoable`]; [`Code::ChangedSince`] where somebody has done something about it since.
    pub fn stands(&self, petition: &Petition) -> Result<(), Refusal> {
        let stands = match self {
            Self::Final => return Err(Code::NotUndoable.into()),
            Self::Routed { assignments } => assignments.iter().all(|id| {
                let waiting = |share: &Assignment| share.state == AssignmentState::Pending;
                petition.assignment(*id).is_some_and(waiting)
            }),
            Self::HandedOver { from: _, to } => *to == followed(petition),
            Self::Tagged { added, removed } => {
                added.iter().all(|tag| petition.tags.contains(tag))
                    && !removed.iter().any(|tag| petition.tags.contains(tag))
            }
            Self::Reclassified { from: _, to } => *to == classified(petition),
        };
        if stands { Ok(()) } else { Err(Code::ChangedSince.into()) }
    }
}

fn followed(petition: &Petition) -> Followed {
    Followed { position: petition.followed_by.clone(), person: petition.follower }
}

fn classified(petition: &Petition) -> Classified {
    Classified { category: petition.category.clone(), kind: petition.kind }
}
