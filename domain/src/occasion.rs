//! The circumstances of a step: who, when, by which rules, and the entropy for identifiers and salts.
//!
//! Drawn identifiers and salts follow from the seed alone, so that a unit of work that the store runs
//! twice gives the same result twice.

use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::actor::Actor;
use crate::contact::Medium;
use crate::event::OnBehalf;
use crate::form::Filled;
use crate::id::Id;
use crate::policy::Rules;
use crate::refusal::{Code, Refusal};
use crate::text::{KeptText, Text, TextRef};
use crate::time::{Instant, Precision, truncated};

/// How far the clock of a dependency's own system may differ from ours.
pub const SKEW: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// An earlier instant at which a step is said to have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// When.
    pub at: Instant,
    /// How exactly that is known.
    pub precision: Precision,
    /// Why it is keyed only now.
    pub reason: Option<Text>,
    /// Whether the office attests it, so that terms are judged by it.
    pub attested: bool,
}

/// Who spoke for a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The name.
    pub name: Text,
    /// By what.
    pub medium: Medium,
    /// A number or note by which it can be found again.
    pub reference: Option<Text>,
}

/// The circumstances of one step.
#[derive(Debug)]
pub struct Occasion<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// By which rules.
    pub rules: &'a Rules,
    /// The server's clock.
    pub now: Instant,
    /// When it is said to have happened; none: now.
    pub dated: Option<Dated>,
    /// Who spoke for a dependency, where the office records it.
    pub speaker: Option<Speaker>,
    /// Whether work on such a petition has to be shown before it is said to be done.
    pub(crate) evidence_needed: bool,
    pub(crate) dating_reason: Option<TextRef>,
    pub(crate) texts: Vec<KeptText>,
    seed: [u8; 32],
    drawn: u64,
}

impl<'a> Occasion<'a> {
    /// A step that happens now. `seed` is 32 random bytes, new for every step.
    #[must_use]
    pub fn new(actor: &'a Actor, rules: &'a Rules, now: Instant, seed: [u8; 32]) -> Self {
        Self {
            actor,
            rules,
            now: truncated(now),
            dated: None,
            speaker: None,
            evidence_needed: false,
            dating_reason: None,
            texts: Vec::new(),
            seed,
            drawn: 0,
        }
    }

    /// Dates the step back.
    #[must_use]
    pub fn dated(mut self, dated: Option<Dated>) -> Self {
        self.dated = dated;
        self
    }

    /// Says who spoke for the dependency.
    #[must_use]
    pub fn spoken(mut self, speaker: Option<Speaker>) -> Self {
        self.speaker = speaker;
        self
    }

    /// Says whether the petition's category asks a dependency to show its work before it is said to be done.
    #[must_use]
    pub const fn evidenced(mut self, needed: bool) -> Self {
        self.evidence_needed = needed;
        self
    }

    /// When the step happened.
    #[must_use]
    pub fn occurred_at(&self) -> Instant {
        self.dated.as_ref().map_or(self.now, |dated| truncated(dated.at))
    }

    /// How exactly that is known.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.dated.as_ref().map_or(Precision::Instant, |dated| dated.precision)
    }

    /// Refuses a date that the policy does not allow. `earliest` is the petition's receipt.
    pub(crate) fn check_date(&mut self, earliest: Option<Instant>) -> Result<(), Refusal> {
        let Some(dated) = self.dated.clone() else { return Ok(()) };
        if dated.at > self.now {
            return Err(Refusal::at(Code::InFuture, "/dating/occurred_at"));
        }
        if self.actor.roles.contains(&crate::actor::Role::System) {
            return Ok(());
        }
        if dated.attested && !self.actor.is_of_the_office() {
            return Err(Refusal::at(Code::AttestationByOffice, "/dating/attested"));
        }
        let days = self.rules.policy.dating_days;
        if self.now - dated.at > chrono::TimeDelta::days(i64::from(days)) {
            return Err(Refusal::at(Code::TooFarBack, "/dating/occurred_at").with("days", days.to_string()));
        }
        // Of a day only its first instant is given, which lies before what happened later that day.
        let before = |earliest: Instant| match dated.precision {
            Precision::Day => self.rules.calendar.date_of(dated.at) < self.rules.calendar.date_of(earliest),
            Precision::Instant | Precision::Unknown => dated.at < earliest,
        };
        if earliest.is_some_and(before) {
            return Err(Refusal::at(Code::BeforeReceipt, "/dating/occurred_at"));
        }
        match dated.reason {
            None => Err(Refusal::at(Code::DatingReasonMissing, "/dating/reason")),
            Some(reason) => {
                if self.dating_reason.is_none() {
                    self.dating_reason = Some(self.keep(reason));
                }
                Ok(())
            }
        }
    }

    /// Takes the instant that a dependency's own system gives. It needs no reason and no policy's days: the system
    /// tells late what it knew in time, and *in time* is judged by when the house learnt of it. Two clocks never
    /// agree: within [`SKEW`] what lies ahead of now is now, and what lies before `earliest` is that.
    pub(crate) fn take_told(&mut self, at: Instant, earliest: Instant) -> Result<(), Refusal> {
        let at = truncated(at);
        if at - self.now > SKEW {
            return Err(Refusal::at(Code::InFuture, "/occurred_at"));
        }
        if earliest - at > SKEW {
            return Err(Refusal::at(Code::BeforeReceipt, "/occurred_at"));
        }
        let at = at.max(earliest).min(self.now);
        self.dated = Some(Dated { at, precision: Precision::Instant, reason: None, attested: false });
        Ok(())
    }

    /// Draws a new identifier: UUIDv7 of the server's clock.
    pub fn id<T>(&mut self) -> Id<T> {
        let random = self.draw();
        let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or_default();
        let mut bytes = [0_u8; 10];
        bytes.copy_from_slice(&random[..10]);
        // The twelve bits after the milliseconds count, so that what one step draws sorts as it was drawn.
        bytes[..2].copy_from_slice(&u16::try_from(self.drawn & 0x0fff).unwrap_or_default().to_be_bytes());
        Id::new(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    /// Keeps a text and returns what the event says of it.
    pub fn keep(&mut self, body: Text) -> TextRef {
        let id = self.id();
        let random = self.draw();
        let mut salt = [0_u8; 16];
        salt.copy_from_slice(&random[..16]);
        let text = KeptText { id, salt, body };
        let reference = text.reference();
        self.texts.push(text);
        reference
    }

    /// Keeps a text, if there is one.
    pub fn keep_some(&mut self, body: Option<Text>) -> Option<TextRef> {
        body.map(|body| self.keep(body))
    }

    /// Keeps what a form says: its words apart from the event.
    pub(crate) fn keep_filled(&mut self, filled: Vec<Filled<Text>>) -> Vec<Filled> {
        let keep = |one: Filled<Text>| Filled { field: one.field, value: one.value.worded(|text| self.keep(text)) };
        filled.into_iter().map(keep).collect()
    }

    /// Keeps who spoke for a dependency.
    pub(crate) fn keep_speaker(&mut self, dependency: &str) -> Option<OnBehalf> {
        let Speaker { name, medium, reference } = self.speaker.clone()?;
        Some(OnBehalf {
            dependency: dependency.to_owned(),
            speaker: self.keep(name),
            medium,
            reference: self.keep_some(reference),
        })
    }

    fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.drawn.to_be_bytes());
        hash.finalize().into()
    }
}
