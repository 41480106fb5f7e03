//! A petition on its way, for tests: who acts, when, and short words for the common steps.
//!
//! Checks after every step what has to hold after any: a refusal changes nothing.

use chrono::{NaiveDateTime, TimeZone};
use domain::actor::{Actor, Role};
use domain::assignment::{Assignment, ReturnReason};
use domain::attachment::{Found, MediaType, NewFile};
use domain::calendar::Calendar;
use domain::chain::{self, Break, ORIGIN, Sealed};
use domain::contact::{ContactResult, Direction, Medium};
use domain::event::Event;
use domain::folio::{Folio, Series};
use domain::form::Entries;
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::{Dated, Occasion, Speaker};
use domain::outcome::Outcome;
use domain::petition::answer::Answering;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::notify::Contacting;
use domain::petition::route::Routing;
use domain::petition::work::Resolving;
use domain::petition::{Change, Identity, Petition};
use domain::policy::{Policy, Rules};
use domain::question::Question;
use domain::refusal::{Code, Refusal};
use domain::state::State;
use domain::text::{KeptText, Text};
use domain::time::{Instant, Precision};
use uuid::Uuid;

/// The post that may do everything that an ordinary petition needs (*Manual 15.1, 15.2, 15.5*).
pub const HEAD: &str = "call_center_head";

/// An instant by the city's wall clock, `2026-06-05 09:00`.
pub fn city(text: &str) -> Instant {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    chrono_tz::America::Monterrey.from_local_datetime(&local).unwrap().to_utc()
}

pub fn text(words: &str) -> Text {
    Text::parse(words).unwrap()
}

pub fn rules() -> Rules {
    Rules { calendar: Calendar::torreon(), policy: Policy::standard() }
}

fn account(number: u128) -> Id<domain::actor::Account> {
    Id::new(Uuid::from_u128(number))
}

pub fn person(role: Role) -> Actor {
    Actor::person(account(7), vec![role])
}

pub fn post(code: &str) -> Actor {
    person(Role::Position(code.to_owned()))
}

pub fn liaison(dependency: &str) -> Actor {
    person(Role::Liaison { dependency: dependency.to_owned(), unit: None })
}

/// The dependency's own system.
pub fn machine(dependency: &str) -> Actor {
    Actor::machine(Id::new(Uuid::from_u128(9)), dependency.to_owned())
}

/// An answer that needs nothing more than its words.
pub fn answer(outcome: Outcome) -> Answering {
    Answering {
        outcome,
        infeasibility: None,
        authority: None,
        text: Some(text("Respuesta de la oficina.")),
        adopts: None,
        document: None,
        cancel_open: None,
        let_returns_go: None,
    }
}

/// A call to the citizen that went like this.
pub fn call(result: ContactResult) -> Contacting {
    Contacting { direction: Direction::Out, medium: Medium::Telephone, result, text: None, petitioner: None }
}

pub fn resolving(outcome: Outcome) -> Resolving {
    Resolving { report: text("Trabajo hecho."), outcome, infeasibility: None }
}

pub fn routing(dependency: &str) -> Routing {
    Routing { dependency: dependency.to_owned(), unit: None, directed: false, instructions: None, previous: None }
}

pub fn speaker() -> Speaker {
    Speaker { name: text("Quien contestó"), medium: Medium::Telephone, reference: None }
}

/// Somebody with a name; with a way to be told, or without.
pub fn named(reachable: bool) -> NewPetitioner {
    NewPetitioner { identity: Identity::Named, reachable, described: true }
}

pub fn anonymous() -> NewPetitioner {
    NewPetitioner { identity: Identity::Anonymous, reachable: false, described: false }
}

/// A photograph that came in, by the number of the petition's events.
pub fn a_file(petition: &Petition) -> NewFile {
    let number = u128::try_from(petition.sequence).unwrap();
    let found = Found {
        media_type: MediaType::Jpeg,
        bytes: 48_000,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        pixels: Some((800, 600)),
        thumbnail: true,
    };
    NewFile { id: Id::new(Uuid::from_u128(1 << 64 | number)), name: Some(text("foto.jpg")), found }
}

/// An ordinary petition by telephone.
pub fn filing() -> Filing {
    Filing {
        folio: Folio { series: Series::Registered, year: 2026, number: 1234 },
        channel: "phone_073".to_owned(),
        in_writing: false,
        followed_by: HEAD.to_owned(),
        kind: Kind::ServiceRequest,
        category: "street_lighting".to_owned(),
        priority: Priority::Normal,
        against_public_servant: false,
        text: Some(text("Una lámpara apagada.")),
        address: None,
        fields: Entries::default(),
        petitioners: vec![named(true)],
        origin: None,
        received: None,
        routes: Vec::new(),
        answer: None,
        notification: None,
    }
}

fn occasion<'a>(actor: &'a Actor, rules: &'a Rules, now: Instant, drawn: &mut u64) -> Occasion<'a> {
    *drawn += 1;
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&drawn.to_be_bytes());
    Occasion::new(actor, rules, now, seed)
}

/// A petition with its history, its texts and the circumstances of the next step.
#[derive(Clone)]
pub struct Case {
    pub petition: Petition,
    pub events: Vec<Sealed>,
    pub texts: Vec<KeptText>,
    pub rules: Rules,
    pub now: Instant,
    /// When the next step is said to have happened.
    pub dated: Option<Dated>,
    /// Who spoke, in the next step.
    pub speaker: Option<Speaker>,
    drawn: u64,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shares: Vec<_> =
            self.petition.assignments.iter().map(|share| (&share.dependency, share.round, share.state)).collect();
        write!(f, "{:?} at {}, after {:?}, with {shares:?}", self.state(), self.now, self.kinds())
    }
}

impl Case {
    /// Files on Monday 2026-06-01 at 9:00, as the head of the call centre.
    pub fn filed() -> Self {
        Self::of(filing())
    }

    pub fn of(filing: Filing) -> Self {
        Self::file(&post(HEAD), rules(), city("2026-06-01 09:00"), filing).unwrap()
    }

    pub fn file(actor: &Actor, rules: Rules, now: Instant, filing: Filing) -> Result<Self, Refusal> {
        let mut drawn = 0;
        let change = Petition::file(&mut occasion(actor, &rules, now, &mut drawn), filing)?;
        let Change { petition, events, texts, about: _ } = change;
        Ok(Self { petition, events, texts, rules, now, dated: None, speaker: None, drawn })
    }

    /// Takes a step and keeps what it changes; a refusal must leave everything as it was.
    pub fn take(
        &mut self,
        actor: &Actor,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Result<Change, Refusal> {
        let (dated, speaker) = (self.dated.take(), self.speaker.take());
        let mut occasion = occasion(actor, &self.rules, self.now, &mut self.drawn).dated(dated).spoken(speaker);
        let before = self.petition.clone();
        let taken = step(&self.petition, &mut occasion);
        assert_eq!(self.petition, before, "a step never changes the petition in place");
        let change = taken?;
        self.keep(&change);
        Ok(change)
    }

    /// Why the step is refused.
    pub fn refused(
        &mut self,
        actor: &Actor,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Code {
        self.take(actor, step).unwrap_err().code
    }

    fn keep(&mut self, change: &Change) {
        self.petition = change.petition.clone();
        self.events.extend(change.events.iter().cloned());
        self.texts.extend(change.texts.iter().cloned());
    }

    pub fn state(&self) -> State {
        self.petition.state()
    }

    pub fn share(&self, id: Id<Assignment>) -> &Assignment {
        self.petition.assignment(id).unwrap()
    }

    /// The liaison of the share's own dependency.
    pub fn liaison_of(&self, id: Id<Assignment>) -> Actor {
        liaison(&self.share(id).dependency)
    }

    /// The events as read back from what is stored, if the chain holds.
    pub fn read_back(&self) -> Result<Vec<(Event, chain::Hash)>, Break> {
        read(&self.petition, &self.events)
    }

    /// The kinds of the events, in order.
    pub fn kinds(&self) -> Vec<String> {
        self.events
            .iter()
            .map(|entry| {
                let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
                body["kind"].as_str().unwrap().to_owned()
            })
            .collect()
    }

    // The common steps, by whoever takes them usually.

    pub fn route(&mut self, dependency: &str) -> Id<Assignment> {
        self.route_as(routing(dependency))
    }

    pub fn route_as(&mut self, routing: Routing) -> Id<Assignment> {
        let change = self.take(&post(HEAD), |petition, occasion| petition.route(occasion, vec![routing])).unwrap();
        Id::new(change.about.unwrap())
    }

    pub fn accept(&mut self, id: Id<Assignment>) {
        self.take(&self.liaison_of(id), |petition, occasion| petition.accept(occasion, id)).unwrap();
    }

    pub fn give_back(&mut self, id: Id<Assignment>) {
        self.take(&self.liaison_of(id), |petition, occasion| {
            petition.give_back(occasion, id, ReturnReason::OtherArea, text("No nos toca."), None)
        })
        .unwrap();
    }

    pub fn resolve(&mut self, id: Id<Assignment>) {
        self.resolve_as(id, resolving(Outcome::Attended));
    }

    pub fn resolve_as(&mut self, id: Id<Assignment>, resolving: Resolving) {
        self.take(&self.liaison_of(id), |petition, occasion| petition.resolve(occasion, id, resolving)).unwrap();
    }

    pub fn send_back(&mut self, id: Id<Assignment>) {
        self.take(&post(HEAD), |petition, occasion| petition.send_back(occasion, id, text("Falta."))).unwrap();
    }

    pub fn cancel(&mut self, id: Id<Assignment>) {
        self.take(&post(HEAD), |petition, occasion| petition.cancel(occasion, id, text("Sobra."))).unwrap();
    }

    pub fn answer(&mut self) {
        self.answer_as(answer(Outcome::Attended));
    }

    pub fn answer_as(&mut self, answering: Answering) {
        self.take(&post(HEAD), |petition, occasion| petition.answer(occasion, answering)).unwrap();
    }

    pub fn notify(&mut self, result: ContactResult) {
        self.take(&post(HEAD), |petition, occasion| petition.notify(occasion, call(result))).unwrap();
    }

    pub fn reopen(&mut self, again: &[Id<Assignment>]) {
        self.take(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No quedó."), again)).unwrap();
    }

    pub fn ask(&mut self) -> Id<Question> {
        let asked = self.take(&post(HEAD), |petition, occasion| petition.ask(occasion, text("¿Qué número?")));
        Id::new(asked.unwrap().about.unwrap())
    }

    /// The dependency asks; the question waits for its release.
    pub fn ask_for(&mut self, id: Id<Assignment>) -> Id<Question> {
        let asked =
            self.take(&self.liaison_of(id), |petition, occasion| petition.ask_for(occasion, id, text("¿Qué calle?")));
        Id::new(asked.unwrap().about.unwrap())
    }

    pub fn release(&mut self, id: Id<Question>) {
        self.take(&post(HEAD), |petition, occasion| petition.release_question(occasion, id)).unwrap();
    }

    pub fn reply(&mut self, id: Id<Question>) {
        self.take(&post(HEAD), |petition, occasion| petition.reply(occasion, id, text("El doce."))).unwrap();
    }

    pub fn annul(&mut self) {
        self.take(&post(HEAD), |petition, occasion| petition.annul(occasion, text("Broma."))).unwrap();
    }

    /// The house puts overdue questions back on the asker's desk; whether there were any.
    pub fn lapse(&mut self) -> bool {
        let system = Actor::system();
        let lapsed = self.petition.lapse_questions(&mut occasion(&system, &self.rules, self.now, &mut self.drawn));
        if let Some(change) = &lapsed {
            self.keep(change);
        }
        lapsed.is_some()
    }
}

/// Reads a history back as a verifier does: every link, then the head that the petition holds.
pub fn read(petition: &Petition, entries: &[Sealed]) -> Result<Vec<(Event, chain::Hash)>, Break> {
    let mut last = (0, ORIGIN);
    let mut events = Vec::new();
    for entry in entries {
        let event = chain::check(petition.id, last, entry)?;
        last = (entry.sequence, entry.hash);
        events.push((event, entry.hash));
    }
    if last == (petition.sequence, petition.head) { Ok(events) } else { Err(Break::Head) }
}

/// Said to have happened at an earlier instant, for a reason.
pub fn dated(at: Instant, precision: Precision) -> Option<Dated> {
    Some(Dated { at, precision, reason: Some(text("Se capturó después.")), attested: false })
}
