//! `set_external_reference`: the number under which the dependency's own system has a share.

use super::Petition;
use super::change::Change;
use crate::assignment::Assignment;
use crate::event::Happened;
use crate::external::ExternalReference;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::refusal::{Code, Refusal};
use crate::step::AssignmentStep;

impl Petition {
    /// Gives a share its number in the dependency's own system, or takes it away. Within the petition a number
    /// follows the matter: a share routed later takes it over. Whether another petition's share has it, the caller
    /// asks the database.
    ///
    /// # Errors
    /// Of [`Petition::may_assignment`]; [`Code::Unchanged`], [`Code::ExternalReferenceTaken`].
    pub fn set_external_reference(
        &self,
        occasion: &mut Occasion<'_>,
        id: Id<Assignment>,
        reference: Option<ExternalReference>,
    ) -> Result<Change, Refusal> {
        let mut draft = self.begin(occasion, id, AssignmentStep::SetExternalReference)?;
        let share = self.assignment(id).ok_or(Code::AssignmentUnknown)?;
        if share.external_reference == reference {
            return Err(Refusal::at(Code::Unchanged, "/external_reference"));
        }
        let later = |other: &Assignment| {
            other.dependency == share.dependency
                && other.routed_in > share.routed_in
                && other.external_reference == reference
        };
        if reference.is_some() && self.assignments.iter().any(later) {
            return Err(Refusal::at(Code::ExternalReferenceTaken, "/external_reference"));
        }
        draft.record(Happened::Referenced { assignment: id, external_reference: reference });
        Ok(draft.finish())
    }
}
