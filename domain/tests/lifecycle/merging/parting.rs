//! Where a follower that ended stands when it stands alone again, and what a refusal says of the way out.

use domain::contact::ContactResult;
use domain::outcome::Closing;
use domain::petition::end::Withdrawing;
use domain::refusal::Code;
use domain::state::State;
use domain::step::Step;

use super::{Pair, folds, followed, following};
use crate::support::{Case, HEAD, post, rules, text};
use crate::walk::beside;

#[test]
fn a_follower_whose_citizen_withdrew_stays_closed_when_it_stands_alone_and_can_be_reopened_then() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let mut pair = Pair::merged(case, beside(1)).unwrap();
    let withdrawing = Withdrawing { petitioner: None, reason: Some(text("Ya no.")), continued: false };
    pair.follower.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing)).unwrap();
    pair.lead(|case| case.answer());
    let (mut follower, _) = pair.parted().unwrap();
    let round = &follower.petition.round;
    assert_eq!((round.number, round.closing), (1, Some(Closing::Withdrawn)));
    assert!(follower.petition.follows.is_none() && follower.petition.principal().is_none());
    assert_eq!((follower.petition.open().count(), follower.petition.desks()), (0, vec![]));
    folds(&follower);
    follower.reopen(&[share]);
    assert_eq!((follower.state(), follower.petition.round.number), (State::Routed, 2));
    assert!(follower.petition.principal().is_some(), "whoever asks for it again is its petitioner again");
    folds(&follower);
}

#[test]
fn whoever_was_told_before_the_principal_began_again_finds_the_way_out_that_the_refusal_names() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    pair.lead(|case| case.answer());
    let reopen = |case: &mut Case| {
        let reopened = case.take(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No quedó."), &[]));
        let refusal = reopened.unwrap_err();
        (refusal.code, refusal.facts.into_iter().find(|(name, _)| *name == "why").map(|(_, why)| why))
    };
    assert_eq!(
        reopen(&mut pair.follower),
        (Code::Follows, None),
        "as long as it goes along, its principal is reopened"
    );
    pair.follower.notify(ContactResult::Told);
    pair.lead(|case| case.reopen(&[]));
    assert_eq!((pair.principal.state(), pair.follower.state()), (State::Received, State::Closed));
    assert_eq!(reopen(&mut pair.follower), (Code::Follows, Some("closed".to_owned())));
    let allowed = pair.follower.petition.allowed_steps(&post(HEAD), &rules(), pair.follower.now);
    assert!(allowed.contains(&Step::Unmerge) && !allowed.contains(&Step::Reopen));
    let (mut follower, principal) = pair.parted().unwrap();
    assert_eq!((follower.state(), follower.petition.round.number), (State::Received, 2));
    // It may be worked on alone, or go along again.
    follower.clone().route("simas");
    follower.now += chrono::TimeDelta::minutes(1);
    let pair = Pair::merged(follower, principal).unwrap();
    folds(&pair.follower);
}

#[test]
fn of_several_causes_a_refused_merge_names_the_one() {
    let why = |follower: Case, principal: Case| {
        let refusal = Pair::merged(follower, principal).err().unwrap();
        let cause = refusal.facts.iter().find(|(name, _)| *name == "why").map(|(_, why)| why.clone());
        (refusal.code, cause.unwrap())
    };
    let plain = || beside(1);
    let mut flagged = beside(2);
    flagged.petition.against_public_servant = true;
    let mut written = Case::filed();
    written.petition.in_writing = true;
    let mut annulled = beside(3);
    annulled.annul();
    let mut withdrawn = beside(4);
    let withdrawing = Withdrawing { petitioner: None, reason: None, continued: false };
    withdrawn.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing)).unwrap();
    for (follower, principal, code, cause) in [
        (Case::filed(), flagged, Code::MergeUnlike, "flag"),
        (written, plain(), Code::MergeUnlike, "writing"),
        (Case::filed(), annulled, Code::Annulled, "into"),
        (Case::filed(), withdrawn, Code::Closed, "into"),
        (beside(6), following(), Code::Follows, "into"),
        (followed(), beside(5), Code::HasFollowers, "merge"),
    ] {
        assert_eq!(why(follower, principal), (code, cause.to_owned()));
    }
}
