//! Petitions that belong together, and a matter of which a part becomes a petition of its own.

use domain::actor::{Actor, Role};
use domain::folio::{Folio, Series};
use domain::form::Entries;
use domain::id::Id;
use domain::kind::Kind;
use domain::occasion::Occasion;
use domain::petition::file::Filing;
use domain::petition::relate::{Both, Splitting};
use domain::petition::{Petition, Petitioner};
use domain::refusal::{Code, Refusal};
use domain::relation::{MOST_RELATIONS, Part, Relation};
use domain::state::State;
use domain::text::Text;
use domain::time::Precision;
use uuid::Uuid;

use crate::support::{
    Case, HEAD, answer, city, dated, filing, liaison, named, person, post, read, routing, rules, text,
};
use crate::walk::beside;

/// Takes a step of both and keeps what it does to each.
fn both(
    one: &mut Case,
    other: &mut Case,
    actor: &Actor,
    step: impl FnOnce(&Petition, &mut Occasion<'_>, &Petition) -> Result<Both, Refusal>,
) -> Result<(), Refusal> {
    let mut others = None;
    let there = other.petition.clone();
    one.take(actor, |petition, occasion| {
        let Both { own, other } = step(petition, occasion, &there)?;
        others = Some(other);
        Ok(own)
    })?;
    let change = others.unwrap();
    other.petition = change.petition.clone();
    other.events.extend(change.events.iter().cloned());
    other.texts.extend(change.texts.iter().cloned());
    Ok(())
}

fn relate(one: &mut Case, other: &mut Case, relation: Relation) -> Result<(), Refusal> {
    both(one, other, &post(HEAD), |petition, occasion, other| petition.relate(occasion, other, relation))
}

fn parts(case: &Case) -> Vec<Part> {
    case.petition.relations.iter().map(|link| link.part()).collect()
}

#[test]
fn each_of_two_petitions_keeps_what_it_is_to_the_other_and_neither_version_goes_stale() {
    for (relation, of_later, of_earlier) in [
        (Relation::Recurrence, Part::Later, Part::Earlier),
        (Relation::Split, Part::Part, Part::Whole),
        (Relation::SamePlace, Part::Beside, Part::Beside),
    ] {
        let (mut later, mut earlier) = (Case::filed(), beside(1));
        earlier.answer();
        let versions = (later.petition.version, earlier.petition.version);
        later.dated = dated(later.now, Precision::Day);
        relate(&mut later, &mut earlier, relation).unwrap();
        assert_eq!((parts(&later), parts(&earlier)), (vec![of_later], vec![of_earlier]));
        assert_eq!((later.petition.version, earlier.petition.version), versions);
        for case in [&later, &earlier] {
            let folded = Petition::fold(&case.read_back().unwrap(), &rules());
            assert_eq!(folded.as_ref(), Some(&case.petition));
        }
        // Why it was dated back is a text of the petition that the step was taken of, and named by no other.
        assert!(earlier.events.last().unwrap().body.contains("\"dating_reason\":null"));
        both(&mut earlier, &mut later, &post(HEAD), |petition, occasion, other| petition.unrelate(occasion, other))
            .unwrap();
        assert!(later.petition.relations.is_empty() && earlier.petition.relations.is_empty());
    }
}

#[test]
fn of_two_troubles_the_one_presented_first_is_the_earlier_whichever_is_named() {
    let (mut later, mut earlier) = (Case::filed(), beside(1));
    relate(&mut earlier, &mut later, Relation::Recurrence).unwrap();
    assert_eq!((parts(&later), parts(&earlier)), (vec![Part::Later], vec![Part::Earlier]));
}

#[test]
fn a_petition_is_related_to_another_once_and_to_no_more_than_can_be_shown() {
    let (mut case, mut other) = (Case::filed(), beside(0));
    let mut itself = case.clone();
    assert_eq!(relate(&mut case, &mut itself, Relation::SamePlace).unwrap_err().code, Code::RelatedToItself);
    relate(&mut case, &mut other, Relation::SamePlace).unwrap();
    for relation in [Relation::SamePlace, Relation::Recurrence] {
        assert_eq!(relate(&mut other, &mut case, relation).unwrap_err().code, Code::AlreadyRelated);
    }
    for number in 1..MOST_RELATIONS {
        relate(&mut case, &mut beside(i32::try_from(number).unwrap()), Relation::SamePlace).unwrap();
    }
    let mut one_more = beside(1_000);
    assert_eq!(relate(&mut case, &mut one_more, Relation::SamePlace).unwrap_err().code, Code::RelationsTooMany);
    assert_eq!(relate(&mut one_more, &mut case, Relation::SamePlace).unwrap_err().code, Code::RelationsTooMany);
    let refused = case.refused(&post(HEAD), |petition, occasion| {
        petition.unrelate(occasion, &one_more.petition).map(|both| both.own)
    });
    assert_eq!(refused, Code::PetitionUnknown);
}

#[test]
fn what_somebody_does_not_see_they_relate_to_nothing() {
    let (mut case, other) = (Case::filed(), beside(0));
    case.route("simas");
    for (actor, code) in [
        (liaison("simas"), Code::NotAllowed),
        (liaison("road_maintenance"), Code::PetitionUnknown),
        (post("messenger"), Code::PetitionUnknown),
        (person(Role::Auditor), Code::NotAllowed),
    ] {
        let refused = case.refused(&actor, |petition, occasion| {
            petition.relate(occasion, &other.petition, Relation::SamePlace).map(|both| both.own)
        });
        assert_eq!(refused, code, "{actor:?}");
    }
}

fn splitting() -> Splitting {
    Splitting {
        folio: Folio { series: Series::Registered, year: 2026, number: 77 },
        category: "pothole".to_owned(),
        kind: Kind::ServiceRequest,
        against_public_servant: false,
        text: text("Y además hay un bache."),
        address: Text::parse("Av. Juárez 123").ok(),
        fields: Entries::default(),
        routes: vec![routing("road_maintenance")],
    }
}

#[test]
fn a_part_is_a_petition_of_its_own_of_the_same_people_presented_when_the_whole_was() {
    let mut case = Case::of(Filing { petitioners: vec![named(true), named(false)], ..filing() });
    case.now = city("2026-06-03 10:00");
    let whole = case.petition.clone();
    let mut part = None;
    let mut texts = Vec::new();
    case.take(&post(HEAD), |petition, occasion| {
        let Both { own, other } = petition.split(occasion, splitting())?;
        texts.clone_from(&other.texts);
        part = Some(other);
        Ok(own)
    })
    .unwrap();
    let part = part.unwrap();
    let (after, own) = (&part.petition, &case.petition);
    assert_eq!((after.received_at, after.registered_at), (whole.received_at, city("2026-06-03 10:00")));
    assert_eq!(after.answer, whole.answer, "its term to answer runs since the whole was presented");
    assert_eq!((after.state(), own.state(), own.version), (State::Routed, State::Received, whole.version));
    assert_eq!((own.relations[0].petition, own.relations[0].part()), (after.id, Part::Whole));
    assert_eq!((after.relations[0].petition, after.relations[0].part()), (own.id, Part::Part));
    let without = |petitioners: &[Petitioner]| -> Vec<Petitioner> {
        petitioners.iter().map(|one| Petitioner { id: Id::new(Uuid::nil()), ..one.clone() }).collect()
    };
    assert_eq!(without(&after.petitioners), without(&own.petitioners));
    assert!(after.petitioners.iter().all(|one| own.petitioners.iter().all(|other| other.id != one.id)));
    let history = read(after, &part.events).unwrap();
    assert_eq!(Petition::fold(&history, &rules()).as_ref(), Some(after));
    assert_eq!(texts.len(), 2);
}

#[test]
fn what_is_answered_is_not_split_and_whoever_may_not_route_splits_nothing_to_a_dependency() {
    let mut answered = Case::filed();
    answered.answer_as(answer(domain::outcome::Outcome::Attended));
    let split =
        |petition: &Petition, occasion: &mut Occasion<'_>| petition.split(occasion, splitting()).map(|both| both.own);
    assert_eq!(answered.refused(&post(HEAD), split), Code::AlreadyAnswered);
    assert_eq!(Case::filed().refused(&post("messenger"), split), Code::PetitionUnknown);
    assert_eq!(Case::filed().refused(&post("administrative_head"), split), Code::NotAllowed);
}
