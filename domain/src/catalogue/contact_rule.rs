//! How much of a citizen's contact a liaison sees: a rule of the category, applied by the visibility.

use serde::Deserialize;

/// How much of the citizen's contact a liaison sees on an assignment of the category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRule {
    /// At no time.
    Never,
    /// From the acceptance on.
    OnAcceptance,
    /// From the routing on.
    Always,
}

impl ContactRule {
    /// All of them, from the closest to the most open.
    pub const ALL: &[Self] = &[Self::Never, Self::OnAcceptance, Self::Always];

    /// The code in rows and on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OnAcceptance => "on_acceptance",
            Self::Always => "always",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_its_rule_and_nothing_else_does() {
        for rule in ContactRule::ALL {
            assert_eq!(ContactRule::parse(rule.code()), Some(*rule));
        }
        assert_eq!(ContactRule::parse("Never"), None);
    }
}
