//! Corrections: what makes a difference is recorded, what makes none is not, and of whom nothing is corrected.

use domain::petition::amend::{Amendment, Correction, Stands};
use domain::petition::end::Withdrawing;
use domain::refusal::{Code, Refusal};

use crate::support::{Case, HEAD, anonymous, named, post, text};

fn amend(case: &mut Case, amendment: Amendment) -> Result<usize, Refusal> {
    let change = case.take(&post(HEAD), |petition, occasion| petition.amend(occasion, amendment))?;
    Ok(change.events.len())
}

/// What the petition of [`Case::filed`] says, with nothing corrected.
fn nothing() -> Amendment {
    let stands = Stands { text: Some("Una lámpara apagada.".to_owned()), address: None, ..Stands::default() };
    Amendment { stands, ..Amendment::default() }
}

fn of(case: &Case, at: usize) -> Correction {
    Correction { petitioner: case.petition.petitioners[at].id, differs: true, described: true, reachable: true }
}

#[test]
fn what_makes_no_difference_leaves_the_petition_as_it_is() {
    let mut case = Case::filed();
    let before = case.petition.clone();
    let same = Correction { differs: false, ..of(&case, 0) };
    for amendment in [
        nothing(),
        Amendment { text: Some(text(" Una lámpara apagada. ")), ..nothing() },
        Amendment { address: Some(None), ..nothing() },
        Amendment { petitioners: vec![same], ..nothing() },
    ] {
        assert_eq!(amend(&mut case, amendment), Ok(0));
        assert_eq!(case.petition, before);
    }
}

#[test]
fn an_amendment_names_what_differs_and_keeps_no_other_words() {
    let mut case = Case::filed();
    let (version, texts) = (case.petition.version, case.texts.len());
    let (text, address) = (Some(text("Una lámpara apagada.")), Some(Some(text("Calle 5"))));
    assert_eq!(amend(&mut case, Amendment { text, address, ..nothing() }), Ok(1));
    let body = &case.events.last().unwrap().body;
    assert!(body.contains(r#""fields":["address"]"#), "{body}");
    assert_eq!((case.petition.version, case.texts.len()), (version + 1, texts + 1));
    // Emptied though its words may be erased by now.
    assert_eq!(amend(&mut case, Amendment { address: Some(None), ..nothing() }), Ok(1));
    assert_eq!(case.petition.address, None);
}

#[test]
fn nothing_is_corrected_of_who_withdrew_and_nobody_is_left_without_name_and_way_to_reach_them() {
    let mut case = Case::filed();
    for joining in [named(true), anonymous()] {
        case.take(&post(HEAD), |petition, occasion| petition.join(occasion, &joining)).unwrap();
    }
    let all: Vec<Correction> = (0..3).map(|at| of(&case, at)).collect();
    let petitioners = |some: &[Correction]| Amendment { petitioners: some.to_vec(), ..nothing() };
    let refused = |case: &mut Case, some: &[Correction]| {
        let refusal = amend(case, petitioners(some)).unwrap_err();
        (refusal.code, refusal.pointer.unwrap_or_default())
    };
    let emptied = Correction { described: false, reachable: false, ..all[1] };
    let told = (Code::PetitionerEmpty, "/petitioners/1/data".to_owned());
    assert_eq!(refused(&mut case, &[all[0], emptied]), told);
    let told = (Code::AnonymousLeavesNothing, "/petitioners/0".to_owned());
    assert_eq!(refused(&mut case, &[all[2]]), told);

    let withdrawing = Withdrawing { petitioner: None, reason: None, continued: false };
    case.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing)).unwrap();
    let told = (Code::PetitionerWithdrew, "/petitioners/1/id".to_owned());
    assert_eq!(refused(&mut case, &[all[1], all[0]]), told);
    let unreachable = Correction { reachable: false, ..all[1] };
    assert_eq!(amend(&mut case, petitioners(&[unreachable])), Ok(1));
    assert!(!case.petition.petitioners[1].reachable);
}
