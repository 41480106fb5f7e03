//! `route`: dependencies get their shares (*Manual 1.1, 1.2, 7.1, 9.1, 14.1*).

use super::change::{Change, Draft};
use super::{COMPTROLLER, Petition};
use crate::assignment::Assignment;
use crate::event::{Happened, Routed};
use crate::id::Id;
use crate::occasion::Occasion;
use crate::refusal::{Code, Refusal};
use crate::step::Step;
use crate::text::Text;

/// The share that one dependency gets.
#[derive(Clone, Debug)]
pub struct Routing {
    /// Code of the dependency.
    pub dependency: String,
    /// Code of the unit.
    pub unit: Option<String>,
    /// Whether it is ordered and cannot be returned.
    pub directed: bool,
    /// What the office tells the dependency.
    pub instructions: Option<Text>,
    /// The returned assignment with which it deals; none: with all that are waiting.
    pub previous: Option<Id<Assignment>>,
}

impl Petition {
    /// Gives one or several dependencies a share.
    ///
    /// # Errors
    /// Of [`Petition::may`]; [`Code::ComptrollerOnly`], [`Code::DependencyTwice`],
    /// [`Code::AlreadyRouted`], [`Code::PreviousUnknown`]; [`Code::Unchanged`] where there is none.
    pub fn route(&self, occasion: &mut Occasion<'_>, routes: Vec<Routing>) -> Result<Change, Refusal> {
        self.may(occasion.actor, Step::Route, occasion.rules, occasion.now)?;
        occasion.check_date(Some(self.round.opened_at))?;
        if routes.is_empty() {
            return Err(Refusal::at(Code::Unchanged, "/assignments"));
        }
        let mut draft = Draft::of(self, occasion);
        record(&mut draft, routes, "/assignments")?;
        Ok(draft.finish())
    }
}

/// Records the shares; `pointer` is where they stand in the body.
pub(super) fn record(draft: &mut Draft<'_, '_>, routes: Vec<Routing>, pointer: &str) -> Result<(), Refusal> {
    for (at, routing) in routes.iter().enumerate() {
        let here = |field: &str| format!("{pointer}/{at}/{field}");
        let petition = &draft.petition;
        if petition.against_public_servant && routing.dependency != COMPTROLLER {
            return Err(Refusal::at(Code::ComptrollerOnly, here("dependency")));
        }
        let twice = |earlier: &Routing| earlier.dependency == routing.dependency && earlier.unit == routing.unit;
        if routes[..at].iter().any(twice) {
            return Err(Refusal::at(Code::DependencyTwice, here("dependency")));
        }
        let already = |share: &Assignment| share.dependency == routing.dependency && share.unit == routing.unit;
        if petition.open().any(already) {
            return Err(
                Refusal::at(Code::AlreadyRouted, here("dependency")).with("dependency", routing.dependency.clone())
            );
        }
        if let Some(previous) = routing.previous
            && !petition.returns_pending().any(|share| share.id == previous)
        {
            return Err(Refusal::at(Code::PreviousUnknown, here("previous_id")));
        }
    }
    for routing in routes {
        let takes_up = match routing.previous {
            Some(previous) => vec![previous],
            None => draft.petition.returns_pending().map(|share| share.id).collect(),
        };
        let routed = Routed {
            assignment: draft.occasion.id(),
            dependency: routing.dependency,
            unit: routing.unit,
            directed: routing.directed,
            instructions: draft.occasion.keep_some(routing.instructions),
            previous: routing.previous,
            takes_up,
        };
        draft.about.get_or_insert(routed.assignment.uuid());
        draft.record(Happened::Routed(routed));
    }
    Ok(())
}
