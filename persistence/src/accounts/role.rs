//! The roles to which somebody is appointed, as codes in rows and on the wire, and what the domain
//! makes of them.

use domain::actor::Role;

/// What an appointment makes of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoleCode {
    /// One of the manual's 20 posts.
    Position,
    /// Answers for a dependency or one of its units.
    Liaison,
    /// Users, keys, catalogues.
    Administrator,
    /// Contraloría.
    Auditor,
    /// Published data.
    Transparency,
    /// One person's data under an open request.
    PrivacyOfficer,
}

impl RoleCode {
    /// All of them, in the order in which an actor's roles are listed: the post comes first.
    pub const ALL: &[Self] =
        &[Self::Position, Self::Liaison, Self::Administrator, Self::Auditor, Self::Transparency, Self::PrivacyOfficer];

    /// The code in rows and on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Liaison => "liaison",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Transparency => "transparency",
            Self::PrivacyOfficer => "privacy_officer",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.code() == code)
    }

    /// The domain's role; none where what it needs is missing, which grants nothing.
    #[must_use]
    pub fn role(self, position: Option<String>, dependency: Option<String>, unit: Option<String>) -> Option<Role> {
        match self {
            Self::Position => position.map(Role::Position),
            Self::Liaison => dependency.map(|dependency| Role::Liaison { dependency, unit }),
            Self::Administrator => Some(Role::Administrator),
            Self::Auditor => Some(Role::Auditor),
            Self::Transparency => Some(Role::Transparency),
            Self::PrivacyOfficer => Some(Role::PrivacyOfficer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for role in RoleCode::ALL {
            assert_eq!(RoleCode::parse(role.code()), Some(*role));
        }
        assert_eq!(RoleCode::parse("system"), None);
    }

    #[test]
    fn a_post_without_its_code_and_a_liaison_without_dependency_grant_nothing() {
        assert_eq!(RoleCode::Position.role(None, Some("simas".into()), None), None);
        assert_eq!(RoleCode::Liaison.role(Some("messenger".into()), None, None), None);
        assert_eq!(RoleCode::Administrator.role(None, None, None), Some(Role::Administrator));
    }
}
