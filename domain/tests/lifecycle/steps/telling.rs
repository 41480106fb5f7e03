//! Words with the citizen: what counts as told, what as tried, and what a bounce does.

use domain::contact::{ContactResult, Direction, Purpose};
use domain::outcome::Closing;
use domain::petition::file::Filing;
use domain::petition::notify::Contacting;
use domain::refusal::Code;
use domain::state::State;

use crate::support::{Case, HEAD, call, city, filing, named, post};

fn answered() -> Case {
    let mut case = Case::filed();
    case.answer();
    case
}

fn contact(case: &mut Case, purpose: Purpose, result: ContactResult) -> Result<(), Code> {
    case.take(&post(HEAD), |petition, occasion| petition.contact(occasion, purpose, call(result)))
        .map(|_| ())
        .map_err(|refusal| refusal.code)
}

#[test]
fn telling_the_answer_closes_the_file_and_which_results_tell_is_policy() {
    let told = |result| {
        let mut case = answered();
        case.notify(result);
        case.petition.round.closing == Some(Closing::Notified)
    };
    use ContactResult::{Bounced, Delivered, MessageLeft, NoAnswer, Refused, Sent, Told, WrongNumber};
    assert!(told(Told) && told(Delivered));
    for result in [MessageLeft, NoAnswer, WrongNumber, Refused, Sent, Bounced] {
        assert!(!told(result), "{result:?}");
    }
    let mut case = answered();
    case.rules.policy.told = vec![MessageLeft];
    case.notify(MessageLeft);
    assert_eq!(case.state(), State::Closed);
}

#[test]
fn there_is_nothing_to_tell_before_the_answer_nor_after_the_citizen_knows_it() {
    let mut case = Case::filed();
    let notify = |petition: &domain::petition::Petition, occasion: &mut domain::occasion::Occasion<'_>| {
        petition.notify(occasion, call(ContactResult::Told))
    };
    assert_eq!(case.refused(&post(HEAD), notify), Code::NotAnswered);
    let mut case = answered();
    case.notify(ContactResult::Told);
    assert_eq!(case.refused(&post(HEAD), notify), Code::Closed);
}

#[test]
fn after_three_attempts_on_different_days_the_citizen_is_unreachable() {
    let mut case = answered();
    for (time, closing) in [
        ("2026-06-01 10:00", None),
        ("2026-06-01 14:00", None),
        ("2026-06-01 23:59", None),
        ("2026-06-02 00:01", None),
        ("2026-06-03 09:00", Some(Closing::Unreachable)),
    ] {
        case.now = city(time);
        case.notify(ContactResult::NoAnswer);
        assert_eq!(case.petition.round.closing, closing, "{time}");
    }
    assert_eq!(case.petition.round.attempts.len(), 3);
}

#[test]
fn who_was_unreachable_and_is_told_later_was_notified() {
    let mut case = answered();
    for day in ["2026-06-02 09:00", "2026-06-03 09:00", "2026-06-04 09:00"] {
        case.now = city(day);
        case.notify(ContactResult::NoAnswer);
    }
    case.now = city("2026-06-09 09:00");
    case.notify(ContactResult::NoAnswer);
    assert_eq!(case.petition.round.closing, Some(Closing::Unreachable), "another failure changes nothing");
    case.notify(ContactResult::Told);
    assert_eq!(case.petition.round.closing, Some(Closing::Notified));
}

#[test]
fn who_left_no_contact_and_comes_by_is_notified() {
    let mut case = Case::of(Filing { petitioners: vec![named(false)], ..filing() });
    case.answer();
    assert_eq!(case.petition.round.closing, Some(Closing::NoContact));
    case.notify(ContactResult::Told);
    assert_eq!(case.petition.round.closing, Some(Closing::Notified));
}

#[test]
fn a_bounce_of_what_was_delivered_takes_the_petition_back_to_answered() {
    let mut case = answered();
    case.notify(ContactResult::Delivered);
    assert_eq!(case.state(), State::Closed);
    contact(&mut case, Purpose::Answer, ContactResult::Bounced).unwrap();
    assert_eq!((case.state(), case.petition.round.closed_at), (State::Answered, None));
    assert_eq!(case.petition.round.attempts.len(), 1, "what came back was an attempt");
    case.notify(ContactResult::Told);
    assert_eq!(case.state(), State::Closed);
}

#[test]
fn a_bounce_takes_nothing_back_from_who_was_told_in_person() {
    let mut case = answered();
    case.notify(ContactResult::Sent);
    case.notify(ContactResult::Told);
    contact(&mut case, Purpose::Answer, ContactResult::Bounced).unwrap();
    assert_eq!(case.petition.round.closing, Some(Closing::Notified));
}

#[test]
fn other_words_with_the_citizen_change_nothing_but_the_history() {
    let mut case = Case::filed();
    let version = case.petition.version;
    for purpose in [Purpose::StatusEnquiry, Purpose::Insistence, Purpose::Progress, Purpose::Question] {
        contact(&mut case, purpose, ContactResult::Told).unwrap();
    }
    assert_eq!((case.state(), case.petition.version), (State::Received, version));
    assert_eq!(case.petition.sequence, 5);
}

#[test]
fn the_answer_is_told_by_notifying_and_not_by_an_ordinary_contact() {
    let mut case = answered();
    assert_eq!(contact(&mut case, Purpose::Answer, ContactResult::Told), Err(Code::ResultUnfit));
    let mut case = Case::filed();
    assert_eq!(contact(&mut case, Purpose::Answer, ContactResult::Bounced), Err(Code::NotAnswered));
}

#[test]
fn who_comes_to_the_office_is_spoken_to() {
    let mut case = Case::filed();
    let incoming = |result| Contacting { direction: Direction::In, ..call(result) };
    let unfit = case.refused(&post(HEAD), |petition, occasion| {
        petition.contact(occasion, Purpose::StatusEnquiry, incoming(ContactResult::NoAnswer))
    });
    assert_eq!(unfit, Code::ResultUnfit);
}

#[test]
fn a_word_is_had_with_a_petitioner_of_this_petition() {
    let mut case = answered();
    let stranger = Case::of(Filing { petitioners: vec![named(true), named(true)], ..filing() });
    let petitioner = Some(stranger.petition.petitioners[1].id);
    let refused = case.refused(&post(HEAD), |petition, occasion| {
        petition.notify(occasion, Contacting { petitioner, ..call(ContactResult::Told) })
    });
    assert_eq!(refused, Code::PetitionerUnknown);
}
