//! `amend`, `reclassify`, `prioritise`, `note`: what is said of a petition, not where it stands.

use std::collections::BTreeMap;

use super::change::{Change, Draft};
use super::{COMPTROLLER, Petition, Petitioner};
use crate::assignment::{Assignment, CancelCause};
use crate::event::{Happened, Routed};
use crate::form;
use crate::id::Id;
use crate::kind::{Kind, Priority};
use crate::occasion::Occasion;
use crate::question::QuestionEnd;
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::text::Text;

/// A correction. What is absent stays, and so does what is corrected to what it was.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    /// The citizen's words.
    pub text: Option<Text>,
    /// The address; none inside: it has none any more.
    pub address: Option<Option<Text>>,
    /// The words that stand now, which the petition only refers to.
    pub stands: Stands,
    /// Other fields that are kept apart and differ from now on, by code: `neighbourhood`, `location`, `postal_code`.
    pub others: Vec<String>,
    /// Petitioners whose data is corrected.
    pub petitioners: Vec<Correction>,
    /// What its form says otherwise.
    pub fields: form::Correction,
}

/// What the words of a petition are before they are corrected; none where there are none, or they were erased.
#[derive(Clone, Debug, Default)]
pub struct Stands {
    /// The citizen's words.
    pub text: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The words of its form, by the codes of their fields.
    pub fields: BTreeMap<String, String>,
}

/// A petitioner's data, corrected: what the rules need to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Correction {
    /// Whose.
    pub petitioner: Id<Petitioner>,
    /// Whether anything of it differs from now on.
    pub differs: bool,
    /// Whether anything is known of them from now on.
    pub described: bool,
    /// Whether there is a way to tell them from now on.
    pub reachable: bool,
}

impl Petition {
    /// Corrects the description. What would make no difference leaves no entry: the petition stays as it is.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::PetitionerUnknown`], [`Code::PetitionerWithdrew`], [`Code::PetitionerEmpty`],
    /// [`Code::AnonymousLeavesNothing`].
    pub fn amend(&self, occasion: &mut Occasion<'_>, amendment: Amendment) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Amend, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.received_at))?;
        let Amendment { text, address, stands, others, petitioners: corrections, fields: form } = amendment;
        let petitioners = self.corrected(&corrections)?;
        let text = text.filter(|text| stands.text.as_deref() != Some(text.as_str()));
        let address = address.filter(|address| match address {
            Some(address) => stands.address.as_deref() != Some(address.as_str()),
            // One whose words were erased is still there to be emptied.
            None => self.address.is_some(),
        });
        let form = form.differing(&self.fields, &stands.fields);
        let differing = [
            ("text", text.is_some()),
            ("address", address.is_some()),
            ("petitioners", petitioners.is_some()),
            ("fields", !form.is_idle()),
        ];
        let mut fields = others;
        fields.extend(differing.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()));
        if fields.is_empty() {
            return Ok(Change::none(self));
        }
        let text = occasion.keep_some(text);
        let address = occasion.keep_some(address.flatten());
        let filled = occasion.keep_filled(form.filled);
        let mut draft = Draft::of(self, occasion);
        draft.record(Happened::Amended { fields, text, address, petitioners, filled, emptied: form.emptied });
        Ok(draft.finish())
    }

    /// The petitioners with what is corrected of them; none where nothing differs.
    fn corrected(&self, corrections: &[Correction]) -> Result<Option<Vec<Petitioner>>, Refusal> {
        let mut petitioners = self.petitioners.clone();
        for (at, correction) in corrections.iter().enumerate() {
            let Some(petitioner) = petitioners.iter_mut().find(|one| one.id == correction.petitioner) else {
                return Err(Refusal::at(Code::PetitionerUnknown, format!("/petitioners/{at}/id")));
            };
            if petitioner.identity == super::Identity::Anonymous {
                return Err(Refusal::at(Code::AnonymousLeavesNothing, format!("/petitioners/{at}")));
            }
            if petitioner.withdrawn {
                return Err(Refusal::at(Code::PetitionerWithdrew, format!("/petitioners/{at}/id")));
            }
            if correction.differs && !correction.described {
                let empty = Refusal::at(Code::PetitionerEmpty, format!("/petitioners/{at}/data"));
                // How the identity is kept is not amended.
                return Err(empty.with("why", "amended"));
            }
            petitioner.reachable = correction.reachable;
        }
        Ok(corrections.iter().any(|correction| correction.differs).then_some(petitioners))
    }

    /// Changes category, kind or flag. Assignments stay as they are, but what is against a public
    /// servant goes to Contraloría only: the others' shares are cancelled (Reglamento de
    /// Participación Ciudadana arts. 64, 66, 70).
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::Unchanged`]; [`Code::HasFollowers`] where the flag changes.
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
        // Who sees it would change for it alone, and not for those who are answered with it.
        if against_public_servant != self.against_public_servant && !self.followers.is_empty() {
            return Err(Refusal::at(Code::HasFollowers, "/against_public_servant").with("why", "flag"));
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
