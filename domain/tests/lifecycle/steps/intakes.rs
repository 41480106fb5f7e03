//! Intakes: all of the petitions of one occasion, or none.

use domain::actor::{Actor, Role};
use domain::intake::{Intake, IntakeKind, MOST, Orienting, Taken, Taking};
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::file::Filing;
use domain::refusal::{Code, Refusal};
use domain::time::Precision;
use proptest::prelude::*;

use crate::support::{anonymous, city, filing, liaison, named, person, post, read, rules};

fn taking(petitions: Vec<Filing>) -> Taking {
    Taking { channel: "neighbourhood_meeting".to_owned(), received: None, taken_by: None, orientation: None, petitions }
}

fn take(actor: &Actor, taking: Taking) -> Result<Taken, Vec<Refusal>> {
    let rules = rules();
    Intake::take(&mut Occasion::new(actor, &rules, city("2026-06-01 09:00"), [3; 32]), taking)
}

fn refused(taking: Taking) -> Vec<(Code, Option<String>)> {
    let refusals = take(&post("community_coordinator"), taking).unwrap_err();
    refusals.into_iter().map(|refusal| (refusal.code, refusal.pointer)).collect()
}

#[test]
fn petitions_of_one_occasion_share_its_channel_its_date_and_its_intake() {
    let received = Some((city("2026-05-30 18:00"), Precision::Day));
    let Taken { intake, petitions } =
        take(&post("community_coordinator"), Taking { received, ..taking(vec![filing(), filing()]) }).unwrap();
    assert_eq!(
        (intake.kind(), intake.petitions, intake.received_at),
        (IntakeKind::Petitions, 2, city("2026-05-30 18:00"))
    );
    for change in &petitions {
        let petition = &change.petition;
        assert_eq!((petition.intake_id(), petition.channel.as_str()), (intake.id, "neighbourhood_meeting"));
        assert_eq!((petition.received_at, petition.received_precision), (intake.received_at, Precision::Day));
        let events = read(petition, &change.events).unwrap();
        assert_eq!(Petition::fold(&events, &rules()), Some(petition.clone()));
    }
    assert_ne!(petitions[0].petition.id, petitions[1].petition.id);
}

#[test]
fn one_that_comes_alone_is_an_intake_with_its_own_identifier() {
    let case = crate::support::Case::filed();
    let own = Intake::own(&case.petition);
    assert_eq!((own.id.uuid(), own.petitions, own.kind()), (case.petition.id.uuid(), 1, IntakeKind::Petitions));
}

#[test]
fn nothing_and_too_much_and_both_at_once_are_refused() {
    let at = |pointer: &str| Some(pointer.to_owned());
    assert_eq!(refused(taking(vec![])), [(Code::IntakeEmpty, at("/petitions"))]);
    assert_eq!(refused(taking(vec![filing(); MOST + 1])), [(Code::IntakeTooLarge, at("/petitions"))]);
    let orientation = Some(Orienting::default());
    assert_eq!(
        refused(Taking { orientation: orientation.clone(), ..taking(vec![filing()]) }),
        [(Code::OrientationWithPetitions, at("/orientation"))]
    );
    let oriented = take(&post("service_desk_assistant"), Taking { orientation, ..taking(vec![]) }).unwrap();
    assert_eq!((oriented.intake.kind(), oriented.petitions.len()), (IntakeKind::Information, 0));
}

#[test]
fn neither_liaison_nor_auditor_takes_anything_in() {
    for actor in [liaison("simas"), person(Role::Auditor), post("messenger")] {
        for taking in [taking(vec![filing()]), Taking { orientation: Some(Orienting::default()), ..taking(vec![]) }] {
            assert_eq!(take(&actor, taking).unwrap_err()[0].code, Code::NotAllowed);
        }
    }
}

proptest! {
    #[test]
    fn whichever_petitions_are_wrong_all_of_them_are_named_and_nothing_is_made(wrong in prop::collection::vec(any::<bool>(), 1..60)) {
        let petitions = wrong
            .iter()
            .map(|wrong| {
                let petitioner = if *wrong {
                    domain::petition::file::NewPetitioner { described: true, ..anonymous() }
                } else {
                    named(true)
                };
                Filing { petitioners: vec![petitioner], ..filing() }
            })
            .collect();
        match take(&post("community_coordinator"), taking(petitions)) {
            Ok(taken) => {
                prop_assert!(!wrong.contains(&true));
                prop_assert_eq!(taken.petitions.len(), wrong.len());
            }
            Err(refusals) => {
                let named: Vec<Option<String>> = refusals.into_iter().map(|refusal| refusal.pointer).collect();
                let expected: Vec<Option<String>> = (0..wrong.len())
                    .filter(|at| wrong[*at])
                    .map(|at| Some(format!("/petitions/{at}/petitioners/0")))
                    .collect();
                prop_assert_eq!(named, expected);
            }
        }
    }
}
