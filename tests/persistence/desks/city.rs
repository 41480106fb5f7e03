//! A city in which chance takes the steps: the same on both engines, the same every time.

use chrono::{DateTime, Duration, NaiveDate, TimeZone as _, Utc};
use domain::actor::{Actor, Role};
use domain::assignment::ReturnReason;
use domain::calendar::Calendar;
use domain::contact::{ContactResult, Direction, Medium};
use domain::folio::{Folio, Series};
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::outcome::Outcome;
use domain::petition::answer::Answering;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::follow::HandingOver;
use domain::petition::notify::Contacting;
use domain::petition::route::Routing;
use domain::petition::work::Resolving;
use domain::petition::{Change, Identity, Petition};
use domain::policy::{Policy, Rules};
use domain::question::QuestionState;
use domain::refusal::Refusal;
use domain::tag::Tag;
use domain::text::Text as Words;
use persistence::Store;
use persistence::petitions::{
    self, AssignmentFilter, AssignmentSort, Details, PetitionFilter, PetitionSort, PetitionerDetails, Place, Position,
};
use uuid::Uuid;

use crate::database::TestDatabase;
use crate::scratch::{Answer, Mishap, open};

pub const UNITS: [(&str, Option<&str>); 4] = [
    ("simas", None),
    ("simas", Some("drainage_unit")),
    ("road_maintenance", Some("potholes_unit")),
    ("public_services", None),
];

/// Somebody who holds a post: the number is their account.
pub const PEOPLE: [(u128, &str); 3] =
    [(1, "call_center_head"), (2, "social_media_coordinator"), (3, "community_coordinator")];

pub fn person(number: u128) -> Id<domain::actor::Account> {
    Id::new(Uuid::from_u128(number))
}

/// Where the petition at this place of the list is: each is further to the north-east than the one before.
pub fn spot(at: usize) -> (f64, f64) {
    let far = f64::from(u32::try_from(at).unwrap()) * 0.002;
    (25.5 + far, -103.45 + far)
}

pub fn words() -> Words {
    Words::parse("Sigue igual.").unwrap()
}

/// A city in which chance takes the steps.
pub struct City {
    pub store: Store,
    pub rules: Rules,
    pub now: DateTime<Utc>,
    pub petitions: Vec<Petition>,
    chance: u64,
    /// Whether anybody in particular follows anything, and marks are put on.
    following: bool,
}

impl City {
    fn found(database: &TestDatabase, following: bool) -> Self {
        let store = open(database);
        let rules = Rules { calendar: Calendar::torreon(), policy: Policy::standard() };
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap();
        Self { store, rules, now, petitions: Vec::new(), chance: 7, following }
    }

    /// A number below another.
    fn draw(&mut self, below: usize) -> usize {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.chance >> 33).unwrap() % below
    }

    /// Takes a step and keeps it; a refusal keeps nothing.
    pub fn keep(
        &self,
        actor: &Actor,
        before: Option<&Petition>,
        step: impl Fn(&mut Occasion<'_>) -> Result<Change, Refusal> + Send + 'static,
    ) -> Option<Petition> {
        let (actor, before, rules, now) = (actor.clone(), before.cloned(), self.rules.clone(), self.now);
        let (latitude, longitude) = spot(self.petitions.len());
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        let kept = self.store.write_blocking(vec![], move |tx| -> Answer<Petition> {
            let change = step(&mut Occasion::new(&actor, &rules, now, seed)).map_err(|_| Mishap::Refused)?;
            let known = PetitionerDetails { name: Some("Petra Salas".to_owned()), ..PetitionerDetails::default() };
            let place = Place { latitude: Some(latitude), longitude: Some(longitude), ..Place::default() };
            let details = Details { petitioners: vec![Some(known)], place };
            petitions::save(tx, before.as_ref(), &change, Some(&details))?;
            Ok(change.petition)
        });
        match kept {
            Ok(petition) => Some(petition),
            Err(Mishap::Refused) => None,
            Err(Mishap::Store(error)) => panic!("{error}"),
        }
    }

    fn file(&mut self) {
        let number = i64::try_from(self.petitions.len()).unwrap() + 1;
        let followed_by = PEOPLE[self.draw(3)].1.to_owned();
        let filed = self.keep(&Actor::system(), None, move |occasion| {
            let filing = Filing {
                folio: Folio { series: Series::Registered, year: 2026, number },
                channel: "phone_073".to_owned(),
                in_writing: false,
                followed_by: followed_by.clone(),
                kind: Kind::ServiceRequest,
                category: "water_leak".to_owned(),
                priority: Priority::Normal,
                against_public_servant: false,
                text: Some(words()),
                address: None,
                fields: domain::form::Entries::default(),
                petitioners: vec![NewPetitioner { identity: Identity::Named, reachable: true, described: true }],
                origin: None,
                received: None,
                routes: Vec::new(),
                answer: None,
                notification: None,
            };
            Petition::file(occasion, filing)
        });
        self.petitions.push(filed.unwrap());
    }

    /// One step of one petition, if it is possible there.
    fn step(&mut self) {
        let later = i64::try_from(self.draw(90)).unwrap();
        self.now += Duration::minutes(later);
        let at = self.draw(self.petitions.len());
        let petition = self.petitions[at].clone();
        let (kind, which, pick) = (self.draw(22), self.draw(UNITS.len()), self.draw(3));
        let share =
            petition.open().nth(pick % petition.open().count().max(1)).map_or(Id::new(Uuid::nil()), |one| one.id);
        let question = |state: QuestionState| {
            petition.questions.iter().rev().find(|one| one.state == state).map_or(Id::new(Uuid::nil()), |one| one.id)
        };
        let (drafted, asked) = (question(QuestionState::Drafted), question(QuestionState::Open));
        let of = petition.assignment(share).map(|share| (share.dependency.clone(), share.unit.clone()));
        let actor = match kind {
            5 => {
                let (dependency, unit) = of.unwrap_or_default();
                Actor::person(person(9), vec![Role::Liaison { dependency, unit }])
            }
            16 | 17 => {
                let (number, post) = PEOPLE[pick];
                Actor::person(person(number), vec![Role::Position(post.to_owned())])
            }
            _ => Actor::system(),
        };
        if kind >= 16 && !self.following {
            return;
        }
        let before = petition.clone();
        let next = self.keep(&actor, Some(&before), move |occasion| {
            let call = |result| Contacting {
                direction: Direction::Out,
                medium: Medium::Telephone,
                result,
                text: None,
                petitioner: None,
            };
            match kind {
                0 | 1 => {
                    let (dependency, unit) = UNITS[which];
                    let routing = Routing {
                        dependency: dependency.to_owned(),
                        unit: unit.map(str::to_owned),
                        directed: false,
                        instructions: None,
                        previous: None,
                    };
                    petition.route(occasion, vec![routing])
                }
                2 => petition.accept(occasion, share),
                3 => petition.give_back(occasion, share, ReturnReason::OtherArea, words(), None),
                4 => petition.delegate(occasion, share, Some("drinking_water_unit".to_owned())),
                5 => petition.ask_for(occasion, share, words()),
                6 | 7 => petition.release_question(occasion, drafted),
                8 => petition.reply(occasion, asked, words()),
                9 => petition.ask(occasion, words()),
                10 | 11 => {
                    let resolving = Resolving { report: words(), outcome: Outcome::Attended, infeasibility: None };
                    petition.resolve(occasion, share, resolving)
                }
                12 => {
                    let answering = Answering {
                        outcome: Outcome::Attended,
                        infeasibility: None,
                        authority: None,
                        text: Some(words()),
                        adopts: None,
                        document: None,
                        cancel_open: Some(words()),
                        let_returns_go: Some(words()),
                    };
                    petition.answer(occasion, answering)
                }
                13 => petition.notify(occasion, call(ContactResult::NoAnswer)),
                14 => petition.notify(occasion, call(ContactResult::Told)),
                15 => petition.reopen(occasion, words(), &[]),
                16 | 17 => petition.take(occasion),
                18 => {
                    let (number, post) = PEOPLE[pick];
                    let person = (which > 0).then(|| person(number));
                    petition.hand_over(occasion, HandingOver { position: post.to_owned(), person, reason: words() })
                }
                19 => petition.tag(occasion, &[Tag::parse(["rain", "flood", "centre"][pick]).unwrap()], &[]),
                20 => petition.tag(occasion, &[], &[Tag::parse(["rain", "flood", "centre"][pick]).unwrap()]),
                _ => petition.lapse_questions(occasion).ok_or_else(|| domain::refusal::Code::Unchanged.into()),
            }
        });
        if let Some(next) = next {
            self.petitions[at] = next;
        }
    }

    pub fn live(database: &TestDatabase, following: bool) -> Self {
        Self::live_small(database, following, (40, 700))
    }

    /// A city of so many petitions and steps.
    pub fn live_small(database: &TestDatabase, following: bool, (petitions, steps): (usize, usize)) -> Self {
        let mut city = Self::found(database, following);
        for _ in 0..petitions {
            city.file();
        }
        for _ in 0..steps {
            city.step();
        }
        // Some of what is asked lapses.
        city.now += Duration::days(9);
        for at in 0..city.petitions.len() {
            let petition = city.petitions[at].clone();
            let lapsed = city.keep(&Actor::system(), Some(&petition.clone()), move |occasion| {
                petition.lapse_questions(occasion).ok_or_else(|| domain::refusal::Code::Unchanged.into())
            });
            if let Some(lapsed) = lapsed {
                city.petitions[at] = lapsed;
            }
        }
        city
    }

    pub fn today(&self) -> NaiveDate {
        self.rules.calendar.date_of(self.now)
    }

    /// Everything that a filter finds, page by page.
    pub fn listed(&self, filter: &PetitionFilter) -> Vec<Uuid> {
        let visibility = auditor().visibility();
        let (mut found, mut after): (Vec<Uuid>, Option<Position>) = (Vec::new(), None);
        loop {
            let page = self
                .store
                .read_blocking(|db| petitions::petitions(db, filter, &visibility, PetitionSort::Due, after, 7))
                .unwrap();
            found.extend(page.ids.iter().map(|id| id.uuid()));
            if page.next.is_none() {
                return found;
            }
            after = page.next;
        }
    }

    pub fn shares_listed(&self, filter: &AssignmentFilter, actor: &Actor) -> Vec<Uuid> {
        let visibility = actor.visibility();
        let (mut found, mut after): (Vec<Uuid>, Option<Position>) = (Vec::new(), None);
        loop {
            let page = self
                .store
                .read_blocking(|db| petitions::assignments(db, filter, &visibility, AssignmentSort::Due, after, 7))
                .unwrap();
            found.extend(page.ids.iter().map(|id| id.uuid()));
            if page.next.is_none() {
                return found;
            }
            after = page.next;
        }
    }
}

pub fn auditor() -> Actor {
    Actor::person(person(8), vec![Role::Auditor])
}
