//! Imports inside a running house: how one stands, why one failed, and what may still be done about it.
//!
//! Who may is [`Action::PetitionImport`](crate::action::Action::PetitionImport). What a row becomes is decided by the
//! steps of a petition's life, as for everything else.

use crate::code::Coded;

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportState {
    /// Its turn has not come: one goes in at a time.
    Waiting,
    /// Its rows are being taken in.
    Running,
    /// Every row was read.
    Finished,
    /// Somebody ended it; what was in by then stays.
    Cancelled,
    /// It could not go on; what was in by then stays.
    Failed,
}

impl ImportState {
    /// Whether nothing more happens to it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Waiting | Self::Running => false,
            Self::Finished | Self::Cancelled | Self::Failed => true,
        }
    }
}

impl Coded for ImportState {
    const NAME: &'static str = "ImportState";
    const ALL: &'static [Self] = &[Self::Waiting, Self::Running, Self::Finished, Self::Cancelled, Self::Failed];

    fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// Why an import could not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportFailure {
    /// The file that was sent is not there any more.
    FileGone,
    /// The file cannot be read to its end.
    FileUnreadable,
    /// A row is longer than any row can be: a quotation was begun and not ended.
    RowTooLong,
    /// It was begun again and again and got no further.
    NoProgress,
    /// A fault of the program.
    Internal,
}

impl Coded for ImportFailure {
    const NAME: &'static str = "ImportFailure";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] =
        &[Self::FileGone, Self::FileUnreadable, Self::RowTooLong, Self::NoProgress, Self::Internal];

    fn code(self) -> &'static str {
        match self {
            Self::FileGone => "file_gone",
            Self::FileUnreadable => "file_unreadable",
            Self::RowTooLong => "row_too_long",
            Self::NoProgress => "no_progress",
            Self::Internal => "internal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Action;
    use crate::actor::{Actor, Role};
    use crate::id::Id;

    #[test]
    fn an_import_is_over_when_nothing_more_happens_to_it() {
        let over: Vec<&str> =
            ImportState::ALL.iter().filter(|state| state.is_over()).map(|state| state.code()).collect();
        assert_eq!(over, ["finished", "cancelled", "failed"]);
    }

    #[test]
    fn the_administrator_brings_a_file_in_and_reads_no_petition_by_it() {
        let id = || Id::new(uuid::Uuid::nil());
        let administrator = Actor::person(id(), vec![Role::Administrator]);
        assert!(administrator.can(Action::PetitionImport));
        assert!(administrator.visibility().reaches().is_empty());
        for role in [Role::Position("director_general".to_owned()), Role::Auditor, Role::Transparency] {
            assert!(!Actor::person(id(), vec![role.clone()]).can(Action::PetitionImport), "{role:?}");
        }
    }
}
