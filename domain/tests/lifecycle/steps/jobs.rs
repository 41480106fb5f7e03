//! The same step on many petitions: what is kept of it to take it back, and when that is too late.

use domain::actor::{Actor, Role};
use domain::code::Coded;
use domain::id::Id;
use domain::job::{JobStep, Trace, may_make};
use domain::kind::Kind;
use domain::petition::Petition;
use domain::petition::follow::HandingOver;
use domain::refusal::Code;
use domain::tag::Tag;
use uuid::Uuid;

use crate::support::{Case, HEAD, liaison, machine, person, post, text};

fn stands(trace: &Trace, petition: &Petition) -> Result<(), Code> {
    trace.stands(petition).map_err(|refusal| refusal.code)
}

/// What a step of a job kept of what it did.
fn traced(case: &mut Case, step: JobStep, take: impl FnOnce(&mut Case)) -> Trace {
    let before = case.petition.clone();
    take(case);
    let trace = Trace::of(step, &before, &case.petition);
    let read: Trace = serde_json::from_str(&serde_json::to_string(&trace).unwrap()).unwrap();
    assert_eq!(read, trace, "it reads back as it was kept");
    trace
}

fn tag(case: &mut Case, add: &[&str], remove: &[&str]) {
    let tags = |words: &[&str]| words.iter().map(|word| Tag::parse(word).unwrap()).collect::<Vec<_>>();
    case.take(&post(HEAD), |petition, occasion| petition.tag(occasion, &tags(add), &tags(remove))).unwrap();
}

fn reclassify(case: &mut Case, category: &str, against: bool) {
    case.take(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, category.to_owned(), Kind::ServiceRequest, against, text("Es otra cosa."))
    })
    .unwrap();
}

#[test]
fn whoever_may_take_the_step_may_take_it_on_many() {
    for step in JobStep::ALL {
        assert!(step.permits(&post(HEAD)).is_ok(), "{step:?}");
        for who in [liaison("simas"), machine("simas"), person(Role::Auditor), person(Role::Administrator)] {
            assert_eq!(step.permits(&who).unwrap_err().code, Code::NotAllowed, "{step:?}");
        }
    }
    let clerk = post("data_entry_clerk");
    assert!(may_make(&clerk).is_ok() && JobStep::Tag.permits(&clerk).is_ok());
    assert!(JobStep::HandOver.permits(&clerk).is_err());
    assert!(may_make(&Actor::citizen(Case::filed().petition.id)).is_err());
}

#[test]
fn marks_are_taken_back_while_they_are_there_whatever_else_happened() {
    let mut case = Case::filed();
    tag(&mut case, &["centre"], &[]);
    let trace = traced(&mut case, JobStep::Tag, |case| tag(case, &["centre", "rain"], &[]));
    assert_eq!(trace, Trace::Tagged { added: vec![Tag::parse("rain").unwrap()], removed: vec![] }, "not what it had");
    case.route("simas");
    assert_eq!(stands(&trace, &case.petition), Ok(()));
    tag(&mut case, &[], &["rain"]);
    assert_eq!(stands(&trace, &case.petition), Err(Code::ChangedSince));
    let trace = traced(&mut case, JobStep::Untag, |case| tag(case, &[], &["centre"]));
    assert_eq!(stands(&trace, &case.petition), Ok(()));
    tag(&mut case, &["centre"], &[]);
    assert_eq!(stands(&trace, &case.petition), Err(Code::ChangedSince));
}

#[test]
fn a_share_is_taken_back_until_its_dependency_takes_it_up() {
    let mut case = Case::filed();
    let trace = traced(&mut case, JobStep::Route, |case| {
        case.route("simas");
    });
    let Trace::Routed { assignments } = &trace else { panic!("{trace:?}") };
    assert_eq!(stands(&trace, &case.petition), Ok(()));
    case.accept(assignments[0]);
    assert_eq!(stands(&trace, &case.petition), Err(Code::ChangedSince));
}

#[test]
fn a_share_that_took_up_a_returned_one_stays() {
    let mut case = Case::filed();
    let first = case.route("simas");
    case.give_back(first);
    let trace = traced(&mut case, JobStep::Route, |case| {
        case.route("road_maintenance");
    });
    assert_eq!(stands(&trace, &case.petition), Err(Code::NotUndoable));
}

#[test]
fn who_follows_is_given_back_what_nobody_else_was_given_since() {
    let mut case = Case::filed();
    let to = |person: u128| HandingOver {
        position: "community_coordinator".to_owned(),
        person: Some(Id::new(Uuid::from_u128(person))),
        reason: text("Es de colonias."),
    };
    let trace = traced(&mut case, JobStep::HandOver, |case| {
        case.take(&post(HEAD), |petition, occasion| petition.hand_over(occasion, to(1))).unwrap();
    });
    let Trace::HandedOver { from, .. } = &trace else { panic!("{trace:?}") };
    assert_eq!((from.position.as_str(), from.person), (HEAD, None));
    assert_eq!(stands(&trace, &case.petition), Ok(()));
    case.take(&post("director_general"), |petition, occasion| petition.hand_over(occasion, to(2))).unwrap();
    assert_eq!(stands(&trace, &case.petition), Err(Code::ChangedSince));
}

#[test]
fn a_class_is_given_back_but_not_what_took_the_petition_away_from_its_dependencies() {
    let mut case = Case::filed();
    let trace = traced(&mut case, JobStep::Reclassify, |case| reclassify(case, "pothole", false));
    assert_eq!(stands(&trace, &case.petition), Ok(()));
    reclassify(&mut case, "water_leak", false);
    assert_eq!(stands(&trace, &case.petition), Err(Code::ChangedSince));
    case.route("simas");
    let trace = traced(&mut case, JobStep::Reclassify, |case| reclassify(case, "water_leak", true));
    assert_eq!(stands(&trace, &case.petition), Err(Code::NotUndoable));
}

#[test]
fn several_cancellations_of_one_petition_are_one_change() {
    let mut case = Case::filed();
    let shares = [case.route("simas"), case.route("road_maintenance")];
    let change = case.take(&post(HEAD), |petition, occasion| {
        let first = petition.cancel(occasion, shares[0], text("Sobra."))?;
        let second = first.petition.cancel(occasion, shares[1], text("Sobra."))?;
        Ok(first.and(second))
    });
    let change = change.unwrap();
    assert_eq!((change.events.len(), change.texts.len(), change.about), (2, 2, Some(shares[0].uuid())));
    assert_eq!(case.petition.open().count(), 0);
    case.read_back().unwrap();
}
