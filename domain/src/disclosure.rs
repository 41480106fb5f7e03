//! Why personal data is shown: said before it is shown, and kept.

use crate::code::Coded;

/// What somebody needs a petitioner's data for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisclosurePurpose {
    /// To tell or ask the citizen something.
    Contact,
    /// To make sure that a caller is who they say.
    Verification,
    /// To correct what was captured.
    Correction,
    /// For whoever goes to the place.
    Visit,
    /// For the written answer and its delivery.
    Document,
}

impl Coded for DisclosurePurpose {
    const NAME: &'static str = "DisclosurePurpose";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Contact, Self::Verification, Self::Correction, Self::Visit, Self::Document];

    fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Verification => "verification",
            Self::Correction => "correction",
            Self::Visit => "visit",
            Self::Document => "document",
        }
    }
}
