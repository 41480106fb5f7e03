//! What of the petitions an actor may see. Reads take one, and only an [`Actor`] can make it: a
//! forgotten check does not compile.

use crate::action::Action;
use crate::actor::{Actor, Role};
use crate::assignment::Assignment;
use crate::id::Id;
use crate::petition::{COMPTROLLER, Petition};

/// The actions that let a post of the office read petitions: whoever captures, routes, reviews,
/// tells, manages or oversees them has to find them again by folio.
pub const READING: &[Action] = &[
    Action::PetitionFile,
    Action::PetitionRoute,
    Action::PetitionReview,
    Action::PetitionContact,
    Action::PetitionManage,
    Action::PetitionOversee,
    Action::PetitionRead,
    Action::AssignmentRecordForDependency,
];

/// One reach; an actor sees the union of its reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every petition.
    All,
    /// The petitions with an assignment of this dependency, or of this unit of it.
    Dependency {
        /// Code of the dependency.
        code: String,
        /// Code of the unit, where only one is seen.
        unit: Option<String>,
    },
    /// One petition, as its petitioner.
    Own(Id<Petition>),
}

/// What of the petitions an actor may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visibility {
    reaches: Vec<Reach>,
}

impl Visibility {
    pub(crate) fn of(actor: &Actor) -> Self {
        if actor.can_any(READING) {
            return Self { reaches: vec![Reach::All] };
        }
        let reaches = actor
            .roles
            .iter()
            .filter_map(|role| match role {
                Role::Liaison { dependency, unit } => {
                    Some(Reach::Dependency { code: dependency.clone(), unit: unit.clone() })
                }
                Role::Client { client: _, dependency } => {
                    Some(Reach::Dependency { code: dependency.clone(), unit: None })
                }
                Role::Citizen(petition) => Some(Reach::Own(*petition)),
                Role::Position(_)
                | Role::Administrator
                | Role::Auditor
                | Role::Transparency
                | Role::PrivacyOfficer
                | Role::System => None,
            })
            .collect();
        Self { reaches }
    }

    /// The reaches; none means that nothing is seen.
    #[must_use]
    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }

    /// Whether everything is seen.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.reaches.contains(&Reach::All)
    }

    /// Whether nothing is seen.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.reaches.is_empty()
    }

    /// Codes of the dependencies of which something is seen.
    #[must_use]
    pub fn dependencies(&self) -> Vec<&str> {
        let mut codes = Vec::new();
        for reach in &self.reaches {
            match reach {
                Reach::Dependency { code, unit: _ } => codes.push(code.as_str()),
                Reach::All | Reach::Own(_) => {}
            }
        }
        codes
    }

    /// Whether this petition is seen.
    #[must_use]
    pub fn sees(&self, petition: &Petition) -> bool {
        self.reaches.iter().any(|reach| match reach {
            Reach::All => true,
            Reach::Own(own) => *own == petition.id,
            // What is against a public servant is seen by Contraloría alone: the accused may sit in any
            // other dependency, also in one that had the petition before the flag was raised.
            Reach::Dependency { code, .. } => {
                (!petition.against_public_servant || code == COMPTROLLER)
                    && petition.assignments.iter().any(|assignment| within(reach, assignment))
            }
        })
    }

    /// Whether this assignment is seen whole. Of others' assignments a liaison is shown name, state
    /// and date only.
    #[must_use]
    pub fn sees_whole(&self, assignment: &Assignment) -> bool {
        self.reaches.iter().any(|reach| within(reach, assignment))
    }
}

fn within(reach: &Reach, assignment: &Assignment) -> bool {
    match reach {
        Reach::All => true,
        Reach::Own(_) => false,
        Reach::Dependency { code, unit } => {
            *code == assignment.dependency && unit.as_ref().is_none_or(|unit| assignment.unit.as_ref() == Some(unit))
        }
    }
}
