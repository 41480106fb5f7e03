//! Endings without an answer.

use domain::assignment::{AssignmentState, CancelCause};
use domain::contact::ContactResult;
use domain::id::Id;
use domain::outcome::Closing;
use domain::petition::Petitioner;
use domain::petition::end::Withdrawing;
use domain::petition::file::Filing;
use domain::refusal::Code;
use domain::state::State;

use crate::support::{Case, HEAD, filing, named, post, text};

fn withdraw(case: &mut Case, petitioner: Option<Id<Petitioner>>, continued: bool) -> Result<(), Code> {
    let withdrawing = Withdrawing { petitioner, reason: None, continued };
    case.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing))
        .map(|_| ())
        .map_err(|refusal| refusal.code)
}

fn by_two() -> Case {
    Case::of(Filing { petitioners: vec![named(true), named(true)], ..filing() })
}

#[test]
fn the_only_petitioner_withdraws_and_everything_ends() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let question = case.ask_for(share);
    withdraw(&mut case, None, false).unwrap();
    assert_eq!(case.petition.round.closing, Some(Closing::Withdrawn));
    assert_eq!(case.share(share).cancelled, Some(CancelCause::Withdrawn));
    assert_eq!(case.petition.question(question).unwrap().state, domain::question::QuestionState::Ended);
}

#[test]
fn when_the_principal_withdraws_the_next_becomes_principal_and_the_petition_goes_on() {
    let mut case = by_two();
    let [first, second] = [0, 1].map(|at| case.petition.petitioners[at].id);
    withdraw(&mut case, None, false).unwrap();
    assert_eq!(case.state(), State::Received);
    assert_eq!(case.petition.principal().unwrap().id, second);
    assert_eq!(withdraw(&mut case, Some(first), false), Err(Code::PetitionerUnknown), "only once");
    withdraw(&mut case, None, false).unwrap();
    assert_eq!(case.petition.round.closing, Some(Closing::Withdrawn), "with the last one it ends");
}

#[test]
fn when_a_co_petitioner_withdraws_the_principal_stays() {
    let mut case = by_two();
    let [first, second] = [0, 1].map(|at| case.petition.petitioners[at].id);
    withdraw(&mut case, Some(second), false).unwrap();
    assert_eq!((case.petition.principal().unwrap().id, case.state()), (first, State::Received));
}

#[test]
fn the_office_may_go_on_of_its_own_motion_with_nobody_left_to_tell() {
    let mut case = Case::filed();
    withdraw(&mut case, None, true).unwrap();
    assert_eq!((case.state(), case.petition.principal()), (State::Received, None));
    case.answer();
    assert_eq!(case.petition.round.closing, Some(Closing::NoContact));
}

#[test]
fn what_is_answered_is_not_withdrawn() {
    let mut case = Case::filed();
    case.answer();
    assert_eq!(withdraw(&mut case, None, false), Err(Code::AlreadyAnswered));
}

#[test]
fn annulling_ends_everything_from_any_state_and_for_good() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.annul();
    assert_eq!(case.petition.round.closing, Some(Closing::Annulled));
    let ended = case.share(share);
    assert_eq!((ended.state, ended.cancelled), (AssignmentState::Cancelled, Some(CancelCause::Annulled)));
    let again = case.refused(&post(HEAD), |petition, occasion| petition.annul(occasion, text("Otra vez.")));
    assert_eq!(again, Code::Annulled);
    let reopened = case.refused(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No."), &[]));
    assert_eq!(reopened, Code::Annulled);

    let mut told = Case::filed();
    told.answer();
    told.notify(ContactResult::Told);
    told.annul();
    assert_eq!(told.petition.round.closing, Some(Closing::Annulled));
}

#[test]
fn who_only_captures_does_not_annul() {
    let mut case = Case::filed();
    let clerk = post("data_entry_clerk");
    let refused = case.refused(&clerk, |petition, occasion| petition.annul(occasion, text("Broma.")));
    assert_eq!(refused, Code::NotAllowed);
}

#[test]
fn a_closed_petition_still_takes_notes_and_words_with_the_citizen() {
    let mut case = Case::filed();
    case.answer();
    case.notify(ContactResult::Told);
    let version = case.petition.version;
    case.take(&post(HEAD), |petition, occasion| petition.note(occasion, text("Llamó para dar las gracias."))).unwrap();
    assert_eq!(case.petition.version, version);
    let amended = case.refused(&post(HEAD), |petition, occasion| {
        petition.amend(occasion, domain::petition::amend::Amendment { text: Some(text("Otra.")), ..Default::default() })
    });
    assert_eq!(amended, Code::Closed);
}
