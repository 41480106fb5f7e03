//! A change: the petition after a step, with the events and texts that the step adds.

use crate::chain::{self, Sealed};
use crate::event::{By, Event, Happened, OnBehalf};
use crate::id::Id;
use crate::occasion::Occasion;
use crate::petition::Petition;
use crate::text::{KeptText, hex};

/// What a step does; persistence writes all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The petition as it stands after the step.
    pub petition: Petition,
    /// The new entries of its history.
    pub events: Vec<Sealed>,
    /// The new texts.
    pub texts: Vec<KeptText>,
    /// The assignment, question or contact that the step made or moved, where it is about one.
    pub about: Option<uuid::Uuid>,
}

impl Change {
    /// No change: the petition as it is, and nothing recorded.
    pub(crate) fn none(petition: &Petition) -> Self {
        Self { petition: petition.clone(), events: Vec::new(), texts: Vec::new(), about: None }
    }

    /// This change and one that was made of its petition, as one.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        self.events.extend(later.events);
        self.texts.extend(later.texts);
        Self { petition: later.petition, about: self.about.or(later.about), ..self }
    }
}

/// A change while a step makes it.
#[derive(Debug)]
pub(crate) struct Draft<'o, 'a> {
    pub petition: Petition,
    pub occasion: &'o mut Occasion<'a>,
    pub about: Option<uuid::Uuid>,
    events: Vec<Sealed>,
    on_behalf_of: Option<OnBehalf>,
    capacity: String,
}

impl<'o, 'a> Draft<'o, 'a> {
    /// Begins a change of a petition.
    pub fn of(petition: &Petition, occasion: &'o mut Occasion<'a>) -> Self {
        let capacity = occasion.actor.capacity();
        Self { petition: petition.clone(), occasion, about: None, events: Vec::new(), on_behalf_of: None, capacity }
    }

    /// Says for which dependency the office records.
    pub fn speaking_for(mut self, dependency: &str) -> Self {
        self.on_behalf_of = self.occasion.keep_speaker(dependency);
        self
    }

    /// Says for which dependency its liaison, or its own system, acts.
    pub fn answering_for(mut self, dependency: &str) -> Self {
        let who = if self.occasion.actor.client().is_some() { "client" } else { "liaison" };
        self.capacity = format!("{who}:{dependency}");
        self
    }

    /// Names what the step is about.
    pub fn about<T>(mut self, id: Id<T>) -> Self {
        self.about = Some(id.uuid());
        self
    }

    /// Adds an event and applies it.
    pub fn record(&mut self, happened: Happened) {
        let occasion = &*self.occasion;
        let event = Event {
            petition: self.petition.id,
            sequence: self.petition.sequence + 1,
            previous: hex(&self.petition.head),
            by: By {
                account: occasion.actor.account,
                client: occasion.actor.client(),
                capacity: self.capacity.clone(),
                on_behalf_of: self.on_behalf_of.clone(),
            },
            occurred_at: occasion.occurred_at(),
            precision: occasion.precision(),
            recorded_at: occasion.now,
            dating_reason: occasion.dating_reason.clone(),
            attested: occasion.dated.as_ref().is_some_and(|dated| dated.attested),
            happened,
        };
        let sealed = chain::seal(&event);
        self.petition.apply(&event, sealed.hash, occasion.rules);
        self.events.push(sealed);
    }

    /// Ends the change.
    pub fn finish(self) -> Change {
        Change {
            petition: self.petition,
            events: self.events,
            texts: std::mem::take(&mut self.occasion.texts),
            about: self.about,
        }
    }
}
