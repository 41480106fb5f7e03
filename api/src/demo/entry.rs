//! How a petition of the demonstration comes in: who registers it, what is filed, and the posts as actors.

use domain::actor::{Account, Actor, Role};
use domain::chain;
use domain::code::Coded;
use domain::contact::{ContactResult, Direction, Medium};
use domain::folio::Folio;
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::outcome::Outcome;
use domain::petition::Identity;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::notify::Contacting;
use persistence::petitions::{Details, Place};

use super::chance::Chance;
use super::city::{self, Matter, Spot};
use super::plot::Entry;
use super::words::{answering, words};
use crate::office::Office;

/// Who takes calls at 073 (*Manual 9.1, 17.1, 18.1, 20.1*).
const TAKERS: &[&str] =
    &["call_center_assistant", "call_center_professional", "universal_office_assistant", "data_entry_clerk"];

/// Who registers and routes what comes in this way.
pub fn router_of(channel: &str, chance: &mut Chance) -> &'static str {
    match channel {
        "phone_073" => chance.pick::<&str>(TAKERS),
        "desk" => "service_desk_assistant",
        "whatsapp" | "facebook" => "social_media_coordinator",
        "neighbourhood_tour" => "community_coordinator",
        "radio" => "call_center_head",
        _ => "general_assistant",
    }
}

/// Somebody in a post. The account is the post's own in the demonstration: nobody signs in with it.
pub fn post(code: &str) -> Actor {
    Actor::person(account(code), vec![Role::Position(code.to_owned())])
}

/// The liaison of a whole dependency.
pub fn liaison(dependency: String) -> Actor {
    let account = account(&format!("liaison {dependency}"));
    Actor::person(account, vec![Role::Liaison { dependency, unit: None }])
}

/// The account of a post or liaison of the demonstration.
pub fn account(of: &str) -> Id<Account> {
    let hash = chain::hash(of);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Id::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// What is filed, and what is kept beside it.
pub fn filing(
    office: &Office,
    chance: &mut Chance,
    matter: &Matter,
    entry: Entry,
    (channel, medium, follows): (&str, Medium, &str),
    folio: Folio,
) -> (Filing, Details) {
    let category = office.category(matter.category);
    let kind = category.and_then(|row| Kind::parse(&row.kind)).unwrap_or(Kind::ServiceRequest);
    let spot = Spot::draw(chance);
    let place = format!("{}, {}", spot.address, spot.neighbourhood);
    let said = chance.pick(matter.said).replace("{}", &place);
    let mut petitioners = vec![(entry != Entry::Anonymous).then(|| city::petitioner(chance, medium))];
    if entry != Entry::Anonymous && chance.percent(5) {
        petitioners.push(Some(city::petitioner(chance, Medium::Telephone)));
    }
    let asking = |details: &Option<_>| match details {
        Some(_) => NewPetitioner { identity: Identity::Named, reachable: true, described: true },
        None => NewPetitioner { identity: Identity::Anonymous, reachable: false, described: false },
    };
    let on_the_spot = entry == Entry::OnTheSpot;
    let heard = Contacting { direction: Direction::In, ..telling(medium, ContactResult::Told) };
    let filing = Filing {
        folio,
        channel: channel.to_owned(),
        in_writing: entry == Entry::Letter,
        followed_by: follows.to_owned(),
        kind,
        category: matter.category.to_owned(),
        priority: if chance.percent(6) { Priority::High } else { Priority::Normal },
        against_public_servant: entry == Entry::AgainstServant,
        text: words(&said),
        address: words(&spot.address),
        fields: domain::form::Entries::default(),
        petitioners: petitioners.iter().map(asking).collect(),
        origin: None,
        received: None,
        routes: Vec::new(),
        answer: on_the_spot.then(|| answering(Outcome::Oriented, words("Se le dijo qué llevar y a qué ventanilla."))),
        notification: on_the_spot.then_some(heard),
    };
    let place = Place {
        neighbourhood: Some(spot.neighbourhood.to_owned()),
        latitude: Some(spot.latitude),
        longitude: Some(spot.longitude),
        postal_code: Some(spot.postal_code),
        neighbourhood_code: None,
        crossing: None,
    };
    (filing, Details { place, petitioners })
}

/// A word to the citizen about the answer.
pub const fn telling(medium: Medium, result: ContactResult) -> Contacting {
    Contacting { direction: Direction::Out, medium, result, text: None, petitioner: None }
}
