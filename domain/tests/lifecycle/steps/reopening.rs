//! A new round: when, and with which shares.

use domain::assignment::AssignmentState;
use domain::contact::ContactResult;
use domain::id::Id;
use domain::kind::Kind;
use domain::petition::COMPTROLLER;
use domain::refusal::Code;
use domain::state::State;

use crate::support::{Case, HEAD, city, post, text};

fn closed() -> Case {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.resolve(share);
    case.answer();
    case.notify(ContactResult::Told);
    case
}

#[test]
fn reopening_with_no_share_begins_at_received_and_with_one_at_routed() {
    let mut bare = closed();
    bare.reopen(&[]);
    assert_eq!((bare.state(), bare.petition.round.number), (State::Received, 2));
    let mut case = closed();
    let earlier = case.petition.assignments[0].id;
    case.reopen(&[earlier]);
    assert_eq!(case.state(), State::Routed);
    let again = case.petition.current().next().unwrap();
    assert_eq!((again.previous, again.state), (Some(earlier), AssignmentState::Pending));
    assert_eq!(case.share(earlier).state, AssignmentState::Resolved, "the earlier round stays as it was");
}

#[test]
fn the_new_round_has_no_answer_no_closing_and_no_attempts() {
    let mut case = closed();
    case.reopen(&[]);
    let round = &case.petition.round;
    assert!(round.answer.is_none() && round.closing.is_none() && round.told_at.is_none());
    assert!(round.attempts.is_empty());
    case.answer();
    case.notify(ContactResult::Told);
    assert_eq!(case.state(), State::Closed);
}

#[test]
fn it_is_reopened_within_the_policys_days_after_the_closing() {
    let mut case = closed();
    let reopen = |case: &mut Case| {
        case.take(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No quedó."), &[]))
            .map(|_| ())
            .map_err(|refusal| refusal.code)
    };
    case.now = city("2026-06-16 09:01");
    assert_eq!(reopen(&mut case), Err(Code::ReopeningWindowOver));
    case.now = city("2026-06-16 09:00");
    assert_eq!(reopen(&mut case), Ok(()));
}

#[test]
fn what_is_answered_and_not_yet_told_can_be_reopened_and_what_is_under_way_cannot() {
    let mut case = Case::filed();
    let refused = case.refused(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("Ya."), &[]));
    assert_eq!(refused, Code::NotFromState);
    case.answer();
    case.reopen(&[]);
    assert_eq!(case.state(), State::Received);
}

#[test]
fn the_shares_that_are_taken_up_again_are_known_and_of_different_dependencies() {
    let mut case = closed();
    let share = case.petition.assignments[0].id;
    let nobody = Id::new(uuid::Uuid::nil());
    let mut reopen = |again: &[_]| {
        case.refused(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No quedó."), again))
    };
    assert_eq!(reopen(&[nobody]), Code::PreviousUnknown);
    assert_eq!(reopen(&[share, share]), Code::DependencyTwice);
}

#[test]
fn what_is_against_a_public_servant_is_taken_up_again_by_contraloria_only() {
    let mut case = Case::filed();
    let other = case.route("simas");
    case.take(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, "conduct".to_owned(), Kind::Complaint, true, text("Acusa a alguien."))
    })
    .unwrap();
    let share = case.petition.open().find(|share| share.dependency == COMPTROLLER).unwrap().id;
    case.resolve(share);
    case.answer();
    let refused = case.refused(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No."), &[other]));
    assert_eq!(refused, Code::ComptrollerOnly);
    case.reopen(&[share]);
    assert_eq!(case.state(), State::Routed);
}

#[test]
fn a_share_of_an_earlier_round_takes_no_step_any_more() {
    let mut case = closed();
    let earlier = case.petition.assignments[0].id;
    case.reopen(&[]);
    let back = case.refused(&post(HEAD), |petition, occasion| petition.send_back(occasion, earlier, text("Falta.")));
    assert_eq!(back, Code::NotFromAssignmentState);
}
