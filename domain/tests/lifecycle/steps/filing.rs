//! What may be filed, by whom, and what may be done in the same breath.

use domain::actor::{Actor, Role};
use domain::contact::ContactResult;
use domain::event::Origin;
use domain::outcome::{Closing, Outcome};
use domain::petition::file::{Filing, NewPetitioner};
use domain::refusal::Code;
use domain::state::State;
use domain::time::Precision;

use crate::support::{Case, anonymous, answer, call, city, filing, liaison, named, person, post, routing, rules};

fn refused(actor: &Actor, filing: Filing) -> Code {
    Case::file(actor, rules(), city("2026-06-01 09:00"), filing).unwrap_err().code
}

#[test]
fn a_filed_petition_is_received_with_its_first_event() {
    let case = Case::filed();
    assert_eq!(case.state(), State::Received);
    assert_eq!((case.petition.version, case.petition.sequence, case.petition.round.number), (1, 1, 1));
    assert_eq!(case.kinds(), ["filed"]);
    assert_eq!(case.petition.received_at, case.petition.registered_at);
}

#[test]
fn it_may_be_filed_and_routed_at_once() {
    let case = Case::of(Filing { routes: vec![routing("simas"), routing("road_maintenance")], ..filing() });
    assert_eq!(case.state(), State::Routed);
    assert_eq!(case.kinds(), ["filed", "routed", "routed"]);
}

#[test]
fn it_may_be_filed_answered_and_told_on_the_spot() {
    let case = Case::of(Filing {
        answer: Some(answer(Outcome::Oriented)),
        notification: Some(call(ContactResult::Told)),
        ..filing()
    });
    assert_eq!(case.petition.round.closing, Some(Closing::Notified));
    assert_eq!(case.kinds(), ["filed", "answered", "contacted", "closed"]);
}

#[test]
fn answered_on_the_spot_without_telling_it_waits_to_be_told() {
    let case = Case::of(Filing { answer: Some(answer(Outcome::Oriented)), ..filing() });
    assert_eq!(case.state(), State::Answered);
}

#[test]
fn telling_on_the_spot_means_that_the_citizen_heard_it() {
    let notification = Some(call(ContactResult::NoAnswer));
    let filing = Filing { answer: Some(answer(Outcome::Oriented)), notification, ..filing() };
    assert_eq!(refused(&post("call_center_head"), filing), Code::NotTold);
}

#[test]
fn whoever_orients_may_answer_a_question_on_the_spot_and_nothing_else() {
    let desk = post("service_desk_assistant");
    let oriented = Filing { answer: Some(answer(Outcome::Oriented)), ..filing() };
    assert!(Case::file(&desk, rules(), city("2026-06-01 09:00"), oriented).is_ok(), "Manual 7.3");
    let attended = Filing { answer: Some(answer(Outcome::Attended)), ..filing() };
    assert_eq!(refused(&desk, attended), Code::NotAllowed);
}

#[test]
fn who_may_file_but_not_route_files_without_routes() {
    let secretary = post("director_secretary");
    assert!(Case::file(&secretary, rules(), city("2026-06-01 09:00"), filing()).is_ok(), "Manual 3.1");
    let routed = Filing { routes: vec![routing("simas")], ..filing() };
    assert_eq!(refused(&secretary, routed), Code::NotAllowed);
}

#[test]
fn neither_liaison_nor_auditor_nor_administrator_files() {
    for actor in [liaison("simas"), person(Role::Auditor), person(Role::Administrator)] {
        assert_eq!(refused(&actor, filing()), Code::NotAllowed);
    }
}

#[test]
fn an_anonymous_petitioner_leaves_nothing() {
    let described = NewPetitioner { described: true, ..anonymous() };
    let filing = Filing { petitioners: vec![anonymous(), described], ..filing() };
    let refusal = Case::file(&post("call_center_head"), rules(), city("2026-06-01 09:00"), filing).unwrap_err();
    assert_eq!(refusal.code, Code::AnonymousLeavesNothing);
    assert_eq!(refusal.pointer.as_deref(), Some("/petitioners/1"));
}

#[test]
fn a_petitioner_who_is_not_anonymous_is_known_by_something() {
    let nobody = NewPetitioner { described: false, ..named(false) };
    let filing = Filing { petitioners: vec![named(false), nobody], ..filing() };
    let refusal = Case::file(&post("call_center_head"), rules(), city("2026-06-01 09:00"), filing).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::PetitionerEmpty, Some("/petitioners/1")));
}

#[test]
fn the_first_petitioner_is_the_principal() {
    let case = Case::of(Filing { petitioners: vec![anonymous(), anonymous()], ..filing() });
    let principals: Vec<bool> = case.petition.petitioners.iter().map(|petitioner| petitioner.principal).collect();
    assert_eq!(principals, [true, false]);
}

#[test]
fn it_was_presented_neither_in_the_future_nor_longer_ago_than_the_policy_allows() {
    let received = |day: &str| Filing { received: Some((city(day), Precision::Instant)), ..filing() };
    let head = post("call_center_head");
    assert_eq!(refused(&head, received("2026-06-01 09:01")), Code::InFuture);
    assert_eq!(refused(&head, received("2026-05-02 08:59")), Code::TooFarBack);
    assert!(Case::file(&head, rules(), city("2026-06-01 09:00"), received("2026-05-02 09:00")).is_ok());
}

#[test]
fn history_is_imported_from_any_time_and_may_come_already_closed() {
    let imported = Filing {
        received: Some((city("2015-06-01 09:00"), Precision::Day)),
        origin: Some(Origin { source: "elsewhere".to_owned(), external_id: "77".to_owned() }),
        petitioners: Vec::new(),
        ..filing()
    };
    let mut case = Case::file(&Actor::system(), rules(), city("2026-06-01 09:00"), imported).unwrap();
    case.take(&Actor::system(), |petition, occasion| petition.close_imported(occasion, None)).unwrap();
    assert_eq!(case.state(), State::Closed);
    assert!(case.petition.round.answer.is_none(), "an imported closing needs no outcome");
}
