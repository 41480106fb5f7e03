//! Co-petitioners: who joins, who withdraws, who is told, and to whom the petition is open.

use domain::id::Id;
use domain::outcome::Closing;
use domain::petition::Petitioner;
use domain::petition::end::Withdrawing;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::join::MOST_PETITIONERS;
use domain::refusal::Code;
use domain::state::State;
use proptest::prelude::*;

use crate::support::{Case, HEAD, anonymous, filing, liaison, named, post};

fn join(case: &mut Case, joining: &NewPetitioner) -> Result<Id<Petitioner>, Code> {
    case.take(&post("data_entry_clerk"), |petition, occasion| petition.join(occasion, joining))
        .map(|change| Id::new(change.about.unwrap()))
        .map_err(|refusal| refusal.code)
}

fn withdraw(case: &mut Case, petitioner: Option<Id<Petitioner>>, continued: bool) {
    let withdrawing = Withdrawing { petitioner, reason: None, continued };
    case.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing)).unwrap();
}

#[test]
fn who_joins_stands_beside_the_principal_and_takes_the_place_when_it_is_free() {
    let mut case = Case::filed();
    let first = case.petition.petitioners[0].id;
    let second = join(&mut case, &named(true)).unwrap();
    assert_eq!(case.petition.principal().unwrap().id, first);
    withdraw(&mut case, None, false);
    assert_eq!((case.petition.principal().unwrap().id, case.state()), (second, State::Received));
    withdraw(&mut case, None, true);
    assert_eq!((case.petition.principal(), case.state()), (None, State::Received));
    let third = join(&mut case, &named(false)).unwrap();
    assert_eq!(case.petition.principal().unwrap().id, third);
}

#[test]
fn nobody_joins_what_is_answered_or_closed() {
    let mut case = Case::filed();
    case.answer();
    assert_eq!(join(&mut case, &named(true)), Err(Code::AlreadyAnswered));
    case.annul();
    assert_eq!(join(&mut case, &named(true)), Err(Code::Closed));
}

#[test]
fn who_joins_is_known_by_something_or_leaves_nothing() {
    let mut case = Case::filed();
    let nobody = NewPetitioner { described: false, ..named(false) };
    assert_eq!(join(&mut case, &nobody), Err(Code::PetitionerEmpty));
    let described = NewPetitioner { described: true, ..anonymous() };
    assert_eq!(join(&mut case, &described), Err(Code::AnonymousLeavesNothing));
    assert!(join(&mut case, &anonymous()).is_ok());
}

#[test]
fn a_petition_has_a_bounded_number_of_petitioners() {
    let mut case = Case::of(Filing { petitioners: vec![named(true); MOST_PETITIONERS - 1], ..filing() });
    assert!(join(&mut case, &named(true)).is_ok());
    assert_eq!(join(&mut case, &named(true)), Err(Code::PetitionersTooMany));
}

#[test]
fn a_liaison_adds_nobody() {
    let mut case = Case::filed();
    case.route("simas");
    let refused = case.refused(&liaison("simas"), |petition, occasion| petition.join(occasion, &named(true)));
    assert_eq!(refused, Code::NotAllowed);
}

#[test]
fn who_withdrew_is_shown_nothing_of_what_goes_on_for_others() {
    let mut case = Case::filed();
    let second = join(&mut case, &named(true)).unwrap();
    assert!(case.petition.open_to(None) && case.petition.open_to(Some(second)));
    assert!(case.petition.is_told(None) && !case.petition.is_told(Some(second)));
    let first = case.petition.petitioners[0].id;
    assert!(!case.petition.open_to(Some(first)), "whoever brought it has the petition's own PIN");
    withdraw(&mut case, None, false);
    assert!(!case.petition.open_to(None) && case.petition.open_to(Some(second)));
    assert!(case.petition.is_told(Some(second)));
    withdraw(&mut case, None, false);
    assert_eq!(case.petition.round.closing, Some(Closing::Withdrawn));
    assert!(case.petition.open_to(None) && case.petition.open_to(Some(second)), "that it ended is everybody's");
}

proptest! {
    /// Whoever joins and withdraws in whatever order: the principal is one of those who stand, the first of them as
    /// long as nobody was passed over, and it ends exactly when the last one withdraws without the office going on.
    #[test]
    fn the_next_becomes_principal_and_with_the_last_it_ends(
        brought in 0..4_usize,
        moves in prop::collection::vec((0..3_usize, any::<prop::sample::Index>(), any::<bool>()), 1..24),
    ) {
        let mut case = Case::of(Filing { petitioners: vec![named(true); brought], ..filing() });
        for (choice, which, continued) in moves {
            let standing: Vec<Petitioner> =
                case.petition.petitioners.iter().filter(|one| !one.withdrawn).cloned().collect();
            if choice == 0 {
                let joined = join(&mut case, &named(true)).unwrap();
                prop_assert_eq!(case.petition.is_told(Some(joined)), standing.is_empty());
            } else {
                let who = (!standing.is_empty()).then(|| which.get(&standing).clone());
                withdraw(&mut case, who.as_ref().map(|who| who.id), continued);
                let left = standing.len().saturating_sub(1);
                let ended = left == 0 && !continued;
                prop_assert_eq!(case.state() == State::Closed, ended);
                let principal = case.petition.principal().map(|principal| principal.id);
                match who {
                    Some(who) if who.principal => {
                        let next = standing.iter().find(|one| one.id != who.id).map(|one| one.id);
                        prop_assert_eq!(principal, next);
                    }
                    _ => {
                        let same = standing.iter().find(|one| one.principal).map(|one| one.id);
                        prop_assert_eq!(principal, same);
                    }
                }
                if ended {
                    break;
                }
            }
            let principals = case.petition.petitioners.iter().filter(|one| one.principal).count();
            let standing = case.petition.petitioners.iter().filter(|one| !one.withdrawn).count();
            prop_assert_eq!(principals, standing.min(1));
        }
    }
}
