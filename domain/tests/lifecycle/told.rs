//! Whoever reads again what they are told of has it as it is, and is told of what left their sight.

use std::collections::BTreeSet;

use domain::actor::{Actor, Role};
use domain::assignment::Assignment;
use domain::event::Event;
use domain::id::Id;
use domain::petition::route::Routing;
use domain::petition::{COMPTROLLER, Petition, Petitioner};
use domain::refusal::Code;
use domain::told::Told;
use domain::visibility::Visibility;
use proptest::prelude::*;
use uuid::Uuid;

use crate::beginnings::beginnings;
use crate::properties::unchecked;
use crate::support::{Case, HEAD, liaison, person, post, routing, text};
use crate::walk::{DEPENDENCIES, moves};

fn unit_liaison(dependency: &str, unit: &str) -> Actor {
    person(Role::Liaison { dependency: dependency.to_owned(), unit: Some(unit.to_owned()) })
}

fn readers() -> Vec<Actor> {
    let mut all: Vec<Actor> = DEPENDENCIES.map(liaison).into();
    all.extend(["simas", "road_maintenance"].map(|dependency| unit_liaison(dependency, "u1")));
    all
}

/// All that somebody reads of a petition.
fn read(petition: &Petition, visibility: &Visibility) -> Option<String> {
    if !visibility.sees(petition) {
        return None;
    }
    let (own, others): (Vec<_>, Vec<_>) = petition.assignments.iter().partition(|share| visibility.sees_whole(share));
    let briefs: Vec<_> = others
        .iter()
        .filter(|share| share.dependency != COMPTROLLER)
        .map(|share| (share.id, &share.dependency, share.state, share.routed_at, share.round))
        .collect();
    let questions: Vec<_> = petition
        .questions
        .iter()
        .filter(|question| own.iter().any(|share| question.assignment == Some(share.id)))
        .collect();
    let petitioners: Vec<_> =
        petition.petitioners.iter().map(|one| Petitioner { person: None, ..one.clone() }).collect();
    let round = &petition.round;
    Some(format!(
        "{:?}",
        (
            (petition.state(), round.number, round.closing, round.closed_at, &round.answer),
            (petition.kind, &petition.category, petition.priority, petition.against_public_servant),
            (
                &petition.followed_by,
                petition.follower,
                &petition.text,
                &petition.address,
                &petition.fields,
                petitioners
            ),
            (&petition.route, &petition.answer, &petition.notify, petition.returns_pending().count()),
            (own, briefs, questions),
        )
    ))
}

fn events(case: &Case) -> Vec<Event> {
    case.read_back().unwrap().into_iter().map(|(event, _)| event).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_changes_what_somebody_reads_they_are_told_of(case in beginnings(), moves in moves()) {
        let case = unchecked(case, &moves)?;
        let history = case.read_back().unwrap();
        let states: Vec<Petition> =
            (1..=history.len()).map(|end| Petition::fold(&history[..end], &case.rules).unwrap()).collect();
        let events = events(&case);
        for reader in readers() {
            let visibility = reader.visibility();
            let crossings = visibility.crossings(&events);
            for (event, between) in events[1..].iter().zip(states.windows(2)) {
                let (before, after) = (read(&between[0], &visibility), read(&between[1], &visibility));
                let crossed = crossings.iter().any(|one| one.sequence == event.sequence);
                let told = visibility.sees(&between[1])
                    && visibility.told(&event.happened, &between[1]) != Told::Nothing;
                prop_assert!(before == after || told || crossed, "{:?} of {:?}", reader.roles, event.happened);
            }
        }
    }

    #[test]
    fn what_somebody_saw_and_sees_no_more_is_gone_and_what_they_see_is_not(case in beginnings(), moves in moves()) {
        let case = unchecked(case, &moves)?;
        let history = case.read_back().unwrap();
        let states: Vec<Petition> =
            (1..=history.len()).map(|end| Petition::fold(&history[..end], &case.rules).unwrap()).collect();
        for reader in readers() {
            let visibility = reader.visibility();
            let crossings = visibility.crossings(&events(&case));
            let sees = |petition: &Petition| {
                let own = petition.assignments.iter().filter(|share| visibility.sees_whole(share));
                own.filter(|_| visibility.sees(petition)).map(|share| share.id).collect::<Vec<_>>()
            };
            let now = sees(&case.petition);
            let ever: BTreeSet<Id<Assignment>> = states.iter().flat_map(sees).collect();
            for share in ever {
                let last = crossings.iter().rev().find(|one| one.assignment == share);
                if now.contains(&share) {
                    // Gone and back again: what brought it back is told of by itself, or is the last crossing.
                    let back = last.is_none_or(|last| {
                        last.seen || states.iter().any(|then| then.sequence > last.sequence && sees(then).contains(&share))
                    });
                    prop_assert!(back);
                } else {
                    prop_assert!(last.is_some_and(|last| !last.seen), "{:?}", reader.roles);
                }
            }
            for crossing in crossings.iter().filter(|one| !one.seen) {
                let before = &states[usize::try_from(crossing.sequence).unwrap() - 2];
                prop_assert!(sees(before).contains(&crossing.assignment), "gone is only what was there");
            }
        }
    }
}

#[test]
fn a_share_is_gone_for_a_unit_that_hands_it_on_and_for_nobody_else() {
    let mut case = Case::filed();
    let share = case.route_as(Routing { unit: Some("u1".to_owned()), ..routing("simas") });
    case.take(&liaison("simas"), |petition, occasion| petition.delegate(occasion, share, Some("u2".to_owned())))
        .unwrap();
    let events = events(&case);
    let gone = |actor: &Actor| {
        let crossings = actor.visibility().crossings(&events);
        crossings.iter().map(|one| (one.sequence, one.assignment, one.seen)).collect::<Vec<_>>()
    };
    assert_eq!(gone(&unit_liaison("simas", "u1")), [(3, share, false)]);
    for other in [unit_liaison("simas", "u2"), liaison("simas"), post(HEAD)] {
        assert!(gone(&other).is_empty(), "{:?}", other.roles);
    }
}

#[test]
fn a_raised_flag_takes_every_share_but_contralorias_and_a_lowered_one_brings_them_back() {
    let mut case = Case::filed();
    let simas = case.route("simas");
    case.route(COMPTROLLER);
    let flag = |case: &mut Case, raised| {
        case.take(&post(HEAD), |petition, occasion| {
            let (category, kind) = (petition.category.clone(), petition.kind);
            petition.reclassify(occasion, category, kind, raised, text("Por lo que dice."))
        })
    };
    flag(&mut case, true).unwrap();
    assert_eq!(flag(&mut case, true).unwrap_err().code, Code::Unchanged);
    flag(&mut case, false).unwrap();
    let crossings = |actor: &Actor| {
        let crossings = actor.visibility().crossings(&events(&case));
        crossings.iter().map(|one| (one.assignment, one.seen)).collect::<Vec<_>>()
    };
    assert_eq!(crossings(&liaison("simas")), [(simas, false), (simas, true)]);
    assert!(crossings(&liaison(COMPTROLLER)).is_empty());
    // Whoever answers for both sees the petition throughout.
    let role = |code: &str| Role::Liaison { dependency: code.to_owned(), unit: None };
    let of_both = Actor::person(Id::new(Uuid::nil()), vec![role("simas"), role(COMPTROLLER)]);
    assert!(crossings(&of_both).is_empty());
}
