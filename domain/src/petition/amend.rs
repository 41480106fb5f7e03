//! `amend`, `reclassify`, `prioritise`, `note`: what is said of a petition, not where it stands.

use super::change::{Change, Draft};
use super::{COMPTROLLER, Petition, Petitioner};
use crate::assignment::{Assignment, CancelCause};
use crate::event::{Happened, Routed};
use crate::id::Id;
use crate::kind::{Kind, Priority};
use crate::occasion::Occasion;
use crate::question::QuestionEnd;
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::text::Text;

/// A correction. What is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    /// The citizen's words.
    pub text: Option<Text>,
    /// The address; none inside: it has none any more.
    pub address: Option<Option<Text>>,
    /// Other fields that are kept apart and change with it, by code: `neighbourhood`, `location`, `postal_code`.
    pub others: Vec<String>,
    /// Petitioners whose contact points changed: whether each is reachable now.
    pub petitioners: Vec<(Id<Petitioner>, bool)>,
}

impl Petition {
    /// Corrects the description.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::Unchanged`], [`Code::PetitionerUnknown`],
    /// [`Code::AnonymousLeavesNothing`].
    pub fn amend(&self, occasion: &mut Occasion<'_>, amendment: Amendment) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Amend, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        let mut fields = amendment.others;
        let given = [
            ("text", amendment.text.is_some()),
            ("address", amendment.address.is_some()),
            ("petitioners", !amendment.petitioners.is_empty()),
        ];
        fields.extend(given.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned()));
        if fields.is_empty() {
            return Err(Code::Unchanged.into());
        }
        let mut petitioners = self.petitioners.clone();
        for (at, (id, reachable)) in amendment.petitioners.iter().enumerate() {
            let Some(petitioner) = petitioners.iter_mut().find(|petitioner| petitioner.id == *id) else {
                return Err(Refusal::at(Code::PetitionerUnknown, format!("/petitioners/{at}/id")));
            };
            if petitioner.identity == super::Identity::Anonymous {
                return Err(Refusal::at(Code::AnonymousLeavesNothing, format!("/petitioners/{at}")));
            }
            petitioner.reachable = *reachable;
        }
        let changed = !amendment.petitioners.is_empty();
        let happened = Happened::Amended {
            fields,
            text: occasion.keep_some(amendment.text),
            address: occasion.keep_some(amendment.address.flatten()),
            petitioners: changed.then_some(petitioners),
        };
        let mut draft = Draft::of(self, occasion);
        draft.record(happened);
        Ok(draft.finish())
    }

    /// Changes category, kind or flag. Assignments stay as they are, but what is against a public
    /// servant goes to Contraloría only: the others' shares are cancelled (Reglamento de
    /// Participación Ciudadana arts. 64, 66, 70).
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::Unchanged`].
    pub fn reclassify(
        &self,
        occasion: &mut Occasion<'_>,
        category: String,
        kind: Kind,
        against_public_servant: bool,
        reason: Text,
    ) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Reclassify, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        let same =
            self.category == category && self.kind == kind && self.against_public_servant == against_public_servant;
        if same {
            return Err(Code::Unchanged.into());
        }
        let raised = against_public_servant && !self.against_public_servant;
        let reason = occasion.keep(reason);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Reclassified { category, petition_kind: kind, against_public_servant, reason });
        if raised {
            let others: Vec<Id<Assignment>> =
                draft.petition.open().filter(|share| share.dependency != COMPTROLLER).map(|share| share.id).collect();
            for share in others {
                draft.cancel(share, CancelCause::AgainstPublicServant, None);
            }
            if !draft.petition.open().any(|share| share.dependency == COMPTROLLER) {
                let takes_up = draft.petition.returns_pending().map(|share| share.id).collect();
                let routed = Routed {
                    assignment: draft.occasion.id(),
                    dependency: COMPTROLLER.to_owned(),
                    unit: None,
                    directed: true,
                    instructions: None,
                    previous: None,
                    takes_up,
                };
                draft.record(Happened::Routed(routed));
            }
        }
        Ok(draft.finish())
    }

    /// Changes the priority.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::Unchanged`].
    pub fn prioritise(&self, occasion: &mut Occasion<'_>, priority: Priority, reason: Text) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Prioritise, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        if self.priority == priority {
            return Err(Refusal::at(Code::Unchanged, "/priority"));
        }
        let reason = occasion.keep(reason);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Prioritised { priority, reason });
        Ok(draft.finish())
    }

    /// Notes something.
    ///
    /// # Errors
    /// Of [`Petition::may`].
    pub fn note(&self, occasion: &mut Occasion<'_>, text: Text) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Note, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        let text = occasion.keep(text);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Noted { text });
        Ok(draft.finish())
    }
}

impl Draft<'_, '_> {
    /// Cancels a share and ends its questions.
    pub(super) fn cancel(&mut self, share: Id<Assignment>, cause: CancelCause, reason: Option<crate::text::TextRef>) {
        self.end_questions(Some(share), QuestionEnd::AssignmentEnded);
        self.record(Happened::Cancelled { assignment: share, cause, reason });
    }
}
