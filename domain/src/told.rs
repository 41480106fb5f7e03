//! What of a petition's history somebody is told who does not see everything: an entry as it stands, only that it
//! happened, only that the petition is not as it was, or nothing; and when a share leaves their sight.
//!
//! The rule: whoever reads a petition again after each thing that they are told has it as it is, and is told
//! nothing of what others write. Decides; what an entry looks like is for whoever shows it.

use crate::assignment::Assignment;
use crate::contact::Purpose;
use crate::event::{Event, Happened};
use crate::id::Id;
use crate::petition::{COMPTROLLER, Petition};
use crate::visibility::{Reach, Visibility};

/// What somebody is told of one entry of a petition's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// All of it.
    Whole,
    /// That it happened, by whom and when, and of its payload these members.
    That(&'static [&'static str]),
    /// That the petition reads otherwise than before; not what happened.
    Changed,
    /// Nothing: what they read is as it was.
    Nothing,
}

/// What an entry does to the sight that somebody has of shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The entry's place in the petition's history.
    pub sequence: i32,
    /// Which share.
    pub assignment: Id<Assignment>,
    /// Whether it is seen from now on; else it is gone.
    pub seen: bool,
}

impl Visibility {
    /// What is told of an entry of a petition that is seen.
    #[must_use]
    pub fn told(&self, happened: &Happened, petition: &Petition) -> Told {
        if self.is_all() {
            return Told::Whole;
        }
        let own = |id: Id<Assignment>| petition.assignment(id).is_some_and(|share| self.sees_whole(share));
        // Of others' shares name, state and date are shown.
        let work = |id: Id<Assignment>| if own(id) { Told::Whole } else { Told::Changed };
        let inner = |id: Id<Assignment>| if own(id) { Told::Whole } else { Told::Nothing };
        let asked = |id: Option<Id<Assignment>>| if id.is_some_and(own) { Told::Whole } else { Told::Changed };
        let file = |petition: &Petition, kind, share, media_type| {
            if self.sees_file(petition, kind, share, media_type) { Told::Whole } else { Told::Nothing }
        };
        match happened {
            Happened::Filed(_)
            | Happened::Prioritised { .. }
            | Happened::Answered(_)
            | Happened::Carried { .. }
            | Happened::Adopted { .. }
            | Happened::Closed { .. }
            | Happened::ClosingLifted { .. }
            | Happened::Reopened { .. } => Told::Whole,
            // The petitioners of an entry say who is whom, which is the office's own.
            Happened::Amended { .. } => Told::That(&["fields"]),
            // A reason to reclassify may be an accusation, which its own dependency never sees, also not afterwards;
            // so may a category.
            Happened::Reclassified { .. } | Happened::Withdrawn { .. } | Happened::Joined { .. } => Told::That(&[]),
            Happened::Taken { .. } | Happened::HandedOver { .. } => Told::That(&["position", "person"]),
            // That their shares ended or are open again is theirs to know; which petition it follows is another's.
            Happened::Merged { .. } | Happened::Unmerged { .. } => Told::That(&[]),
            Happened::Routed(routed) => work(routed.assignment),
            Happened::Accepted { assignment }
            | Happened::Returned { assignment, .. }
            | Happened::ReturnLetGo { assignment, .. }
            | Happened::Resolved { assignment, .. }
            | Happened::SentBack { assignment, .. }
            | Happened::Cancelled { assignment, .. } => work(*assignment),
            // What another unit of the own dependency has is another's share: it moved from one list to the other.
            Happened::Delegated { assignment, .. } => {
                let dependency = petition.assignment(*assignment).map(|share| share.dependency.as_str());
                if own(*assignment) {
                    Told::Whole
                } else if dependency.is_some_and(|code| self.dependencies().contains(&code)) {
                    Told::Changed
                } else {
                    Told::Nothing
                }
            }
            Happened::Appointed { assignment, .. }
            | Happened::Referenced { assignment, .. }
            | Happened::Progressed { assignment, .. }
            | Happened::Extended { assignment, .. } => inner(*assignment),
            Happened::Asked { assignment, reply_due_at: None, .. } => assignment.map_or(Told::Nothing, inner),
            Happened::Asked { assignment, reply_due_at: Some(_), .. } => asked(*assignment),
            Happened::QuestionReleased { question, .. }
            | Happened::Replied { question, .. }
            | Happened::QuestionLapsed { question }
            | Happened::QuestionEnded { question, .. } => {
                asked(petition.question(*question).and_then(|question| question.assignment))
            }
            // The office's words with the citizen are its own; that the answer was told ends a term that all see.
            Happened::Contacted(contacted) => {
                if contacted.purpose == Purpose::Answer {
                    Told::Changed
                } else {
                    Told::Nothing
                }
            }
            Happened::Attached(attached) => {
                file(petition, attached.attachment_kind, attached.assignment, attached.found.media_type)
            }
            Happened::AttachmentErased { attachment, .. } => petition
                .attachment(*attachment)
                .map_or(Told::Nothing, |one| file(petition, one.kind, one.assignment, one.found.media_type)),
            // Which petitions belong together is the office's to know: the other one is another's. So are the papers
            // that somebody brought.
            Happened::Delivered { .. }
            | Happened::Linked { .. }
            | Happened::Unlinked { .. }
            | Happened::Related { .. }
            | Happened::Unrelated { .. }
            | Happened::Led { .. }
            | Happened::LeftAlone { .. }
            | Happened::Noted { .. }
            | Happened::Tagged { .. } => Told::Nothing,
        }
    }

    /// Which entries of a petition's history, oldest first, take a share out of this sight or bring one back into
    /// it. A share that comes to be seen by what is said of itself alone, routed or delegated, is told of by that.
    #[must_use]
    pub fn crossings(&self, history: &[Event]) -> Vec<Crossing> {
        let mut sight = Sight { visibility: self, flagged: false, shares: Vec::new() };
        let mut crossings = Vec::new();
        for event in history {
            let before = sight.seen();
            sight.follow(&event.happened);
            let after = sight.seen();
            let sequence = event.sequence;
            let gone = before.iter().filter(|id| !after.contains(id));
            crossings.extend(gone.map(|id| Crossing { sequence, assignment: *id, seen: false }));
            if matches!(event.happened, Happened::Reclassified { .. }) {
                let back = after.iter().filter(|id| !before.contains(id));
                crossings.extend(back.map(|id| Crossing { sequence, assignment: *id, seen: true }));
            }
        }
        crossings
    }
}

impl Happened {
    /// Whether it may take a share out of somebody's sight, or bring it back.
    #[must_use]
    pub const fn moves_sight(&self) -> bool {
        matches!(self, Self::Reclassified { .. } | Self::Delegated { .. })
    }
}

/// What decides whether a share is seen, as it stood after some entry.
struct Sight<'v> {
    visibility: &'v Visibility,
    flagged: bool,
    shares: Vec<Placed>,
}

/// Where a share lay.
struct Placed {
    id: Id<Assignment>,
    dependency: String,
    unit: Option<String>,
}

impl Sight<'_> {
    fn follow(&mut self, happened: &Happened) {
        match happened {
            Happened::Filed(filed) => self.flagged = filed.against_public_servant,
            Happened::Reclassified { against_public_servant, .. } => self.flagged = *against_public_servant,
            Happened::Routed(routed) => self.shares.push(Placed {
                id: routed.assignment,
                dependency: routed.dependency.clone(),
                unit: routed.unit.clone(),
            }),
            Happened::Delegated { assignment, unit } => {
                for share in self.shares.iter_mut().filter(|share| share.id == *assignment) {
                    share.unit.clone_from(unit);
                }
            }
            Happened::Amended { .. }
            | Happened::Prioritised { .. }
            | Happened::Accepted { .. }
            | Happened::Returned { .. }
            | Happened::ReturnLetGo { .. }
            | Happened::Appointed { .. }
            | Happened::Referenced { .. }
            | Happened::Progressed { .. }
            | Happened::Extended { .. }
            | Happened::Resolved { .. }
            | Happened::SentBack { .. }
            | Happened::Cancelled { .. }
            | Happened::Asked { .. }
            | Happened::QuestionReleased { .. }
            | Happened::Replied { .. }
            | Happened::QuestionLapsed { .. }
            | Happened::QuestionEnded { .. }
            | Happened::Answered(_)
            | Happened::Contacted(_)
            | Happened::Closed { .. }
            | Happened::ClosingLifted { .. }
            | Happened::Reopened { .. }
            | Happened::Withdrawn { .. }
            | Happened::Joined { .. }
            | Happened::Linked { .. }
            | Happened::Unlinked { .. }
            | Happened::Noted { .. }
            | Happened::Taken { .. }
            | Happened::HandedOver { .. }
            | Happened::Tagged { .. }
            | Happened::Attached(_)
            | Happened::AttachmentErased { .. }
            | Happened::Delivered { .. }
            | Happened::Related { .. }
            | Happened::Unrelated { .. }
            | Happened::Merged { .. }
            | Happened::Unmerged { .. }
            | Happened::Carried { .. }
            | Happened::Adopted { .. }
            | Happened::Led { .. }
            | Happened::LeftAlone { .. } => {}
        }
    }

    fn seen(&self) -> Vec<Id<Assignment>> {
        let within = |reach: &Reach, share: &Placed| match reach {
            Reach::All => true,
            Reach::Own(_) => false,
            Reach::Dependency { code, unit } => {
                *code == share.dependency && unit.as_ref().is_none_or(|unit| share.unit.as_ref() == Some(unit))
            }
        };
        let reaches = self.visibility.reaches();
        let heard = |reach: &Reach| match reach {
            Reach::All | Reach::Own(_) => true,
            Reach::Dependency { code, unit: _ } => !self.flagged || code == COMPTROLLER,
        };
        if !reaches.iter().any(|reach| heard(reach) && self.shares.iter().any(|share| within(reach, share))) {
            return Vec::new();
        }
        let own = |share: &&Placed| reaches.iter().any(|reach| within(reach, share));
        self.shares.iter().filter(own).map(|share| share.id).collect()
    }
}
