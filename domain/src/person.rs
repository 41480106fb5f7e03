//! A person: an optional link between petitioners of several petitions, which staff make and undo.
//!
//! Holds nothing of anybody: who the petitioners are stands with the petitioners. Nobody is linked by a machine's guess.

use crate::action::Action;
use crate::actor::Actor;
use crate::identity::{Curp, Email, PersonName, Telephone};
use crate::refusal::{Code, Refusal};
use crate::step::Step;

/// The type that identifiers of persons name; the row itself is kept by persistence.
#[derive(Debug)]
pub enum Person {}

/// The actions of which whoever looks people up, or links them, needs one: those of whom personal data is shown to.
pub const PEOPLE: &[Action] = Step::Disclose.actions();

/// Whether the actor may look people up and say which petitioners are the same.
///
/// # Errors
/// [`Code::NotAllowed`].
pub fn may_look_up(actor: &Actor) -> Result<(), Refusal> {
    if actor.can_any(PEOPLE) { Ok(()) } else { Err(Refusal::new(Code::NotAllowed).with("step", "look_up")) }
}

/// By what somebody is looked up: whatever the caller said, each by itself.
#[derive(Clone, Default)]
pub struct Sought {
    /// The telephone, as it is kept.
    pub telephone: Option<String>,
    /// The e-mail, in lower case.
    pub email: Option<String>,
    /// The CURP.
    pub curp: Option<String>,
    /// The name's beginning, without accents and case.
    pub name: Option<String>,
}

impl Sought {
    /// Letters that a name needs at least.
    pub const SHORTEST_NAME: usize = 3;

    /// What is looked for.
    #[must_use]
    pub fn of(
        telephone: Option<&Telephone>,
        email: Option<&Email>,
        curp: Option<&Curp>,
        name: Option<&PersonName>,
    ) -> Self {
        Self {
            telephone: telephone.map(|number| number.as_str().to_owned()),
            email: email.map(Email::key),
            curp: curp.map(|curp| curp.as_str().to_owned()),
            name: name.map(PersonName::key),
        }
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { telephone, email, curp, name } = self;
        telephone.is_none() && email.is_none() && curp.is_none() && name.is_none()
    }
}

impl std::fmt::Debug for Sought {
    /// Never prints who is sought.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sought").finish_non_exhaustive()
    }
}
