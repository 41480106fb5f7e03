//! `file`: a petition is registered; in the same breath it may be routed, or answered on the spot.

use super::answer::Answering;
use super::change::{Change, Draft};
use super::notify::Contacting;
use super::route::Routing;
use super::{Identity, Petition, Petitioner};
use crate::action::Action;
use crate::event::{Filed, Happened, Origin};
use crate::folio::Folio;
use crate::form::Entries;
use crate::id::Id;
use crate::intake::Intake;
use crate::kind::{Kind, Priority};
use crate::occasion::Occasion;
use crate::outcome::Outcome;
use crate::refusal::{Code, Refusal};
use crate::step;
use crate::text::Text;
use crate::time::{Instant, Precision, truncated};

/// What the rules need to know of a new petitioner; the name and the contact points are kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPetitioner {
    /// How the identity is kept.
    pub identity: Identity,
    /// Whether a contact point was given.
    pub reachable: bool,
    /// Whether anything was given by which the person is known: not so a mere kind, nor, of a named one, how they like
    /// to be reached.
    pub described: bool,
}

/// A petition as it is filed. The first petitioner is the principal.
#[derive(Clone, Debug)]
pub struct Filing {
    /// The folio that it gets.
    pub folio: Folio,
    /// Code of the channel.
    pub channel: String,
    /// Whether it came in writing.
    pub in_writing: bool,
    /// Code of the post that sees it to its end: the channel's.
    pub followed_by: String,
    /// What sort it is.
    pub kind: Kind,
    /// Code of the category.
    pub category: String,
    /// How soon it wants attention.
    pub priority: Priority,
    /// Whether it is against a public servant.
    pub against_public_servant: bool,
    /// The citizen's words.
    pub text: Option<Text>,
    /// The address.
    pub address: Option<Text>,
    /// What its category asks for, filled in; of what is imported, nothing.
    pub fields: Entries,
    /// Who asks.
    pub petitioners: Vec<NewPetitioner>,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// When it was presented; none: now.
    pub received: Option<(Instant, Precision)>,
    /// The dependencies that get it at once.
    pub routes: Vec<Routing>,
    /// The answer given on the spot.
    pub answer: Option<Answering>,
    /// How the citizen was told on the spot.
    pub notification: Option<Contacting>,
}

impl Petition {
    /// Whether the actor may file a petition with everything that this one brings along.
    ///
    /// # Errors
    /// [`Code::NotAllowed`].
    pub fn may_file(occasion: &Occasion<'_>, filing: &Filing) -> Result<(), Refusal> {
        let actor = occasion.actor;
        super::may_file(actor)?;
        let forbidden = |step| Err(Refusal::at(Code::NotAllowed, format!("/{step}")).with("step", step));
        if !filing.routes.is_empty() && !actor.can_any(step::Step::Route.actions()) {
            return forbidden("route");
        }
        if let Some(answer) = &filing.answer {
            // Orienting is answering a question on the spot (Manual 7.3).
            let oriented = answer.outcome == Outcome::Oriented && actor.can(Action::OrientationGive);
            if !oriented && !actor.can_any(step::Step::Answer.actions()) {
                return forbidden("answer");
            }
        }
        Ok(())
    }

    /// Registers a petition.
    ///
    /// # Errors
    /// [`Code::NotAllowed`], and what is invalid in the filing, its routes or its answer.
    pub fn file(occasion: &mut Occasion<'_>, filing: Filing) -> Result<Change, Refusal> {
        Self::file_within(occasion, filing, None)
    }

    /// Registers a petition that came in with others; none: it came alone, as an intake of its own.
    pub(crate) fn file_within(
        occasion: &mut Occasion<'_>,
        filing: Filing,
        intake: Option<Id<Intake>>,
    ) -> Result<Change, Refusal> {
        Self::may_file(occasion, &filing)?;
        match (filing.received, &filing.origin) {
            // History comes in from any time, but not from times to come.
            (Some((at, _)), Some(_)) => check_not_ahead(occasion, at)?,
            (received, _) => check_receipt(occasion, received)?,
        }
        occasion.check_date(None)?;
        for (at, petitioner) in filing.petitioners.iter().enumerate() {
            check_petitioner(petitioner).map_err(|code| Refusal::at(code, format!("/petitioners/{at}")))?;
        }
        let (received_at, received_precision) =
            filing.received.map_or((occasion.now, Precision::Instant), |(at, precision)| (truncated(at), precision));
        let petitioners = filing
            .petitioners
            .iter()
            .enumerate()
            .map(|(at, petitioner)| Petitioner {
                id: occasion.id(),
                principal: at == 0,
                identity: petitioner.identity,
                reachable: petitioner.reachable,
                withdrawn: false,
                person: None,
            })
            .collect();
        let id: Id<Self> = occasion.id();
        let filed = Filed {
            folio: filing.folio.to_string(),
            received_at,
            received_precision,
            channel: filing.channel,
            in_writing: filing.in_writing,
            kind: filing.kind,
            category: filing.category,
            priority: filing.priority,
            against_public_servant: filing.against_public_servant,
            followed_by: filing.followed_by,
            text: occasion.keep_some(filing.text),
            address: occasion.keep_some(filing.address),
            fields: occasion.keep_filled(filing.fields.0),
            petitioners,
            origin: filing.origin,
            intake,
            policy: (occasion.rules.policy.code.clone(), occasion.rules.policy.version),
        };
        let blank = Self::blank(id, filing.folio, occasion.now);
        let mut draft = Draft::of(&blank, occasion);
        draft.record(Happened::Filed(Box::new(filed)));
        super::route::record(&mut draft, filing.routes, "/route")?;
        if let Some(answer) = filing.answer {
            super::answer::record(&mut draft, answer, "/answer")?;
            if let Some(contacting) = filing.notification {
                super::notify::record_on_the_spot(&mut draft, contacting)?;
            }
            super::answer::close_without_contact(&mut draft);
        }
        Ok(draft.finish())
    }
}

/// Refuses a petitioner of whom nothing is known, and an anonymous one of whom anything is.
pub(crate) fn check_petitioner(petitioner: &NewPetitioner) -> Result<(), Code> {
    match (petitioner.identity, petitioner.described) {
        (Identity::Anonymous, true) => Err(Code::AnonymousLeavesNothing),
        (Identity::Named, false) => Err(Code::PetitionerEmpty),
        (Identity::Anonymous, false) | (Identity::Named, true) => Ok(()),
    }
}

/// Refuses a receipt that the policy does not allow: of what is registered now as of a whole intake.
pub(crate) fn check_receipt(occasion: &Occasion<'_>, received: Option<(Instant, Precision)>) -> Result<(), Refusal> {
    let Some((at, _)) = received else { return Ok(()) };
    check_not_ahead(occasion, at)?;
    let days = occasion.rules.policy.dating_days;
    if occasion.now - at > chrono::TimeDelta::days(i64::from(days)) {
        return Err(Refusal::at(Code::TooFarBack, "/received_at").with("days", days.to_string()));
    }
    Ok(())
}

fn check_not_ahead(occasion: &Occasion<'_>, at: Instant) -> Result<(), Refusal> {
    if truncated(at) > occasion.now { Err(Refusal::at(Code::InFuture, "/received_at")) } else { Ok(()) }
}
