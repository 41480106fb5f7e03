//! Who acts: a person with posts and roles, a citizen, or the house itself.
//!
//! Decides what an actor may do ([`Action`]) and may see ([`Visibility`]); nothing else does.

use crate::action::{Action, Actions};
use crate::id::Id;
use crate::petition::Petition;
use crate::position;
use crate::visibility::Visibility;

/// The type that account identifiers name; the account itself is kept by persistence.
#[derive(Debug)]
pub enum Account {}

/// The type that identifiers of machine clients name; the client itself is kept by persistence.
#[derive(Debug)]
pub enum Client {}

/// In what capacity somebody acts (`domain.md`, *Who*).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// One of the manual's 20 posts, by code.
    Position(String),
    /// Answers for a dependency, or for one unit of it.
    Liaison {
        /// Code of the dependency.
        dependency: String,
        /// Code of the unit, where the liaison answers for one only.
        unit: Option<String>,
    },
    /// A machine: a dependency's own system, which may do what the dependency's liaison may.
    Client {
        /// Which.
        client: Id<Client>,
        /// Code of the dependency to which it is tied.
        dependency: String,
    },
    /// Users, keys and catalogues; no petition contents.
    Administrator,
    /// Contraloría: everything but sealed identities, changes nothing.
    Auditor,
    /// Published data.
    Transparency,
    /// One person's data under an open ARCO request.
    PrivacyOfficer,
    /// The petitioner, by folio and PIN.
    Citizen(Id<Petition>),
    /// The house: the importer, the worker that watches terms.
    System,
}

impl Role {
    /// What this role may do by itself.
    #[must_use]
    pub fn actions(&self) -> Actions {
        match self {
            Self::Position(code) => position::position(code).map_or_else(Actions::default, position::Position::actions),
            Self::Liaison { .. } | Self::Client { .. } => Actions::from_iter([Action::AssignmentAnswer]),
            // Whoever brings a file in has it in hand: to read petitions here is not needed for that.
            Self::Administrator => {
                Actions::from_iter([Action::AccountManage, Action::CatalogueManage, Action::PetitionImport])
            }
            Self::Auditor => Actions::from_iter([Action::PetitionRead, Action::IntegrityVerify]),
            Self::Transparency | Self::PrivacyOfficer | Self::Citizen(_) => Actions::default(),
            Self::System => Actions::from_iter(Action::ALL.iter().copied()),
        }
    }
}

/// Who acts now, with everything that decides what may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account; none for citizens and the house.
    pub account: Option<Id<Account>>,
    /// The capacities in force now.
    pub roles: Vec<Role>,
    actions: Actions,
}

impl Actor {
    /// Somebody with an account and the roles in force now.
    #[must_use]
    pub fn person(account: Id<Account>, roles: Vec<Role>) -> Self {
        Self::of(Some(account), roles)
    }

    /// A dependency's own system.
    #[must_use]
    pub fn machine(client: Id<Client>, dependency: String) -> Self {
        Self::of(None, vec![Role::Client { client, dependency }])
    }

    /// The petitioner who follows a petition by folio and PIN.
    #[must_use]
    pub fn citizen(petition: Id<Petition>) -> Self {
        Self::of(None, vec![Role::Citizen(petition)])
    }

    /// The house itself.
    #[must_use]
    pub fn system() -> Self {
        Self::of(None, vec![Role::System])
    }

    fn of(account: Option<Id<Account>>, roles: Vec<Role>) -> Self {
        let actions = roles.iter().fold(Actions::default(), |all, role| all.union(&role.actions()));
        Self { account, roles, actions }
    }

    /// Whether the actor's posts and roles include an action.
    #[must_use]
    pub fn can(&self, action: Action) -> bool {
        self.actions.contains(action)
    }

    /// Whether they include any of some.
    #[must_use]
    pub fn can_any(&self, actions: &[Action]) -> bool {
        actions.iter().any(|action| self.can(*action))
    }

    /// Everything the actor may do.
    #[must_use]
    pub const fn actions(&self) -> &Actions {
        &self.actions
    }

    /// Whether the actor holds a post of the office.
    #[must_use]
    pub fn is_of_the_office(&self) -> bool {
        self.roles.iter().any(|role| matches!(role, Role::Position(_) | Role::System))
    }

    /// Whether the actor answers for this share: a liaison of the dependency, and of the unit where
    /// the liaison answers for one only.
    #[must_use]
    pub fn answers_for(&self, dependency: &str, unit: Option<&str>) -> bool {
        self.roles.iter().any(|role| match role {
            Role::Liaison { dependency: own, unit: own_unit } => {
                own == dependency && own_unit.as_deref().is_none_or(|own| Some(own) == unit)
            }
            Role::Client { client: _, dependency: own } => own == dependency,
            Role::Position(_)
            | Role::Administrator
            | Role::Auditor
            | Role::Transparency
            | Role::PrivacyOfficer
            | Role::Citizen(_)
            | Role::System => false,
        })
    }

    /// The machine that acts, if it is one.
    #[must_use]
    pub fn client(&self) -> Option<Id<Client>> {
        self.roles.iter().find_map(|role| match role {
            Role::Client { client, dependency: _ } => Some(*client),
            Role::Position(_)
            | Role::Liaison { .. }
            | Role::Administrator
            | Role::Auditor
            | Role::Transparency
            | Role::PrivacyOfficer
            | Role::Citizen(_)
            | Role::System => None,
        })
    }

    /// What of the petitions the actor may see.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        Visibility::of(self)
    }

    /// The capacity that events name: the first post, else the first other role. Where somebody acts as the liaison
    /// of a dependency, the step says so itself.
    #[must_use]
    pub fn capacity(&self) -> String {
        let post = self.roles.iter().find(|role| matches!(role, Role::Position(_)));
        post.or_else(|| self.roles.first()).map_or_else(
            || "none".to_owned(),
            |role| match role {
                Role::Position(code) => code.clone(),
                Role::Liaison { dependency, .. } => format!("liaison:{dependency}"),
                Role::Client { dependency, .. } => format!("client:{dependency}"),
                Role::Administrator => "administrator".to_owned(),
                Role::Auditor => "auditor".to_owned(),
                Role::Transparency => "transparency".to_owned(),
                Role::PrivacyOfficer => "privacy_officer".to_owned(),
                Role::Citizen(_) => "citizen".to_owned(),
                Role::System => "system".to_owned(),
            },
        )
    }
}
