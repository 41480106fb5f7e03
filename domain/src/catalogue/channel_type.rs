//! The closed list of what the rules tell channels apart by. The channels themselves are rows.

use serde::Deserialize;

/// How a petition comes in, by what the rules tell apart. The channels themselves are data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelType {
    /// A call to the 073 line.
    #[serde(rename = "phone_073")]
    Phone073,
    /// In person, at the office.
    Desk,
    /// A post or message on a social network.
    SocialMedia,
    /// Radio, television, newspapers.
    Press,
    /// A document on paper: it is answered by a document.
    Letter,
    /// A tour, meeting or committee; one yields many petitions.
    Gathering,
    /// Electronic mail.
    Email,
    /// A messaging application.
    Messaging,
    /// The citizen's own form.
    Web,
    /// A machine that speaks `GeoReport` v2.
    #[serde(rename = "open311")]
    Open311,
    /// Sent on by another authority.
    Authority,
    /// Handed in at the Mayor's office.
    MayorOffice,
    /// Nobody knows any more.
    Unknown,
}

impl ChannelType {
    /// All of them, in the order of declaration.
    pub const ALL: &[Self] = &[
        Self::Phone073,
        Self::Desk,
        Self::SocialMedia,
        Self::Press,
        Self::Letter,
        Self::Gathering,
        Self::Email,
        Self::Messaging,
        Self::Web,
        Self::Open311,
        Self::Authority,
        Self::MayorOffice,
        Self::Unknown,
    ];

    /// The code in rows and on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone073 => "phone_073",
            Self::Desk => "desk",
            Self::SocialMedia => "social_media",
            Self::Press => "press",
            Self::Letter => "letter",
            Self::Gathering => "gathering",
            Self::Email => "email",
            Self::Messaging => "messaging",
            Self::Web => "web",
            Self::Open311 => "open311",
            Self::Authority => "authority",
            Self::MayorOffice => "mayor_office",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_its_type_and_nothing_else_does() {
        for kind in ChannelType::ALL {
            assert_eq!(ChannelType::parse(kind.code()), Some(*kind));
        }
        assert_eq!(ChannelType::ALL.len(), 13);
        assert_eq!(ChannelType::parse("telegraph"), None);
    }
}
