//! The five terms over a petition's life, on the city's own calendar.
//!
//! Most petitions here come in on Thursday 2026-09-10 at 9:00: a weekend follows, and Wednesday the
//! 16th is a holiday.

use domain::actor::Actor;
use domain::assignment::Assignment;
use domain::clock::{Clock, TermState};
use domain::contact::ContactResult;
use domain::id::Id;
use domain::outcome::Outcome;
use domain::petition::file::Filing;
use domain::petition::{Change, Petition};
use domain::question::Question;
use domain::refusal::{Code, Refusal};
use domain::time::{Instant, Precision};

use crate::support::{
    Case, HEAD, answer, call, city, dated, filing, liaison, post, resolving, routing, rules, speaker, text,
};

fn thursday() -> Case {
    Case::file(&post(HEAD), rules(), city("2026-09-10 09:00"), filing()).unwrap()
}

fn due(clock: &Option<Clock>) -> Instant {
    clock.as_ref().unwrap().due_at
}

/// How a term stands now.
fn stands(case: &Case, clock: &Option<Clock>) -> TermState {
    clock.as_ref().unwrap().state(case.now)
}

fn ask_and_release(case: &mut Case, share: Id<Assignment>) -> Id<Question> {
    let question = case.ask_for(share);
    case.release(question);
    question
}

fn extend(case: &mut Case, share: Id<Assignment>) -> Result<Change, Refusal> {
    let actor = case.liaison_of(share);
    case.take(&actor, |petition: &Petition, occasion| petition.extend(occasion, share, 2, text("Falta material.")))
}

#[test]
fn the_answer_is_due_at_closing_time_of_the_fifth_working_day() {
    let case = thursday();
    assert_eq!(due(&case.petition.answer), city("2026-09-18 15:00"), "neither weekend nor holiday count");
    assert_eq!(due(&case.petition.route), city("2026-09-11 15:00"));
    assert_eq!(case.petition.notify, None);
}

#[test]
fn a_day_off_that_the_city_grants_moves_the_end() {
    let mut rules = rules();
    rules.calendar = rules.calendar.with_days_off([city("2026-09-15 00:00").date_naive()]);
    let case = Case::file(&post(HEAD), rules, city("2026-09-10 09:00"), filing()).unwrap();
    assert_eq!(due(&case.petition.answer), city("2026-09-21 15:00"));
}

#[test]
fn what_comes_in_on_a_weekend_counts_from_monday() {
    let case = Case::file(&post(HEAD), rules(), city("2026-09-12 18:00"), filing()).unwrap();
    assert_eq!(due(&case.petition.route), city("2026-09-14 15:00"));
    assert_eq!(due(&case.petition.answer), city("2026-09-21 15:00"), "14, 15, 17, 18, 21");
}

#[test]
fn the_terms_count_from_when_it_was_presented_and_not_from_when_it_was_keyed() {
    let received = Some((city("2026-09-10 09:00"), Precision::Instant));
    let case = Case::file(&post(HEAD), rules(), city("2026-09-14 09:00"), Filing { received, ..filing() }).unwrap();
    assert_eq!(due(&case.petition.answer), city("2026-09-18 15:00"));
    assert_eq!(stands(&case, &case.petition.route), TermState::Overdue);
}

#[test]
fn routing_meets_the_route_term_and_starts_both_of_the_share() {
    let mut case = thursday();
    case.now = city("2026-09-11 10:00");
    let share = case.route("simas");
    assert_eq!(stands(&case, &case.petition.route), TermState::Met);
    assert_eq!(due(&case.share(share).accept), city("2026-09-14 15:00"));
    assert_eq!(due(&case.share(share).resolve), city("2026-09-18 15:00"), "14, 15, 17, 18");
}

#[test]
fn an_answer_at_once_meets_the_route_term_too() {
    let mut case = thursday();
    case.answer();
    assert_eq!(stands(&case, &case.petition.route), TermState::Met);
    assert_eq!(stands(&case, &case.petition.answer), TermState::Met);
}

#[test]
fn accepting_late_misses_its_own_term_and_buys_no_time_to_resolve() {
    let mut case = thursday();
    let share = case.route("simas");
    let before = due(&case.share(share).resolve);
    case.now = city("2026-09-14 08:00");
    case.accept(share);
    assert_eq!(stands(&case, &case.share(share).accept), TermState::Missed);
    assert_eq!(due(&case.share(share).resolve), before);
    case.now = city("2026-09-15 08:00");
    case.resolve(share);
    assert_eq!(stands(&case, &case.share(share).resolve), TermState::Met);
}

#[test]
fn resolving_from_pending_meets_both_terms_of_the_share() {
    let mut case = thursday();
    let share = case.route("simas");
    case.resolve(share);
    assert_eq!(stands(&case, &case.share(share).accept), TermState::Met);
    assert_eq!(stands(&case, &case.share(share).resolve), TermState::Met);
}

#[test]
fn a_question_of_the_petition_pauses_the_petitions_terms_and_no_shares() {
    let mut case = thursday();
    let share = case.route("simas");
    case.now = city("2026-09-10 10:00");
    let question = case.ask();
    assert_eq!(stands(&case, &case.petition.answer), TermState::Paused);
    assert_eq!(stands(&case, &case.share(share).resolve), TermState::OnTime);
    case.now = city("2026-09-11 10:00");
    case.reply(question);
    assert_eq!(due(&case.petition.answer), city("2026-09-21 15:00"), "one working day more");
    assert_eq!(due(&case.share(share).resolve), city("2026-09-17 15:00"));
}

#[test]
fn a_shares_question_pauses_that_share_alone_and_only_once_it_is_out() {
    let mut case = thursday();
    let (asking, other) = (case.route("simas"), case.route("road_maintenance"));
    case.accept(asking);
    let question = case.ask_for(asking);
    assert_eq!(stands(&case, &case.share(asking).resolve), TermState::OnTime, "nobody has asked the citizen yet");
    case.now = city("2026-09-10 10:00");
    case.release(question);
    assert_eq!(stands(&case, &case.share(asking).resolve), TermState::Paused);
    assert_eq!(stands(&case, &case.share(other).resolve), TermState::OnTime);
    assert_eq!(stands(&case, &case.petition.answer), TermState::OnTime);
    case.now = city("2026-09-10 12:00");
    case.reply(question);
    assert_eq!(due(&case.share(asking).resolve), city("2026-09-18 10:00"), "two working hours more");
    assert_eq!(due(&case.share(other).resolve), city("2026-09-17 15:00"));
    assert_eq!(due(&case.petition.answer), city("2026-09-18 15:00"));
}

#[test]
fn of_two_questions_the_last_reply_lets_the_term_go_on() {
    let mut case = thursday();
    let (first, second) = (case.ask(), case.ask());
    case.now = city("2026-09-10 11:00");
    case.reply(first);
    assert_eq!(stands(&case, &case.petition.answer), TermState::Paused);
    case.now = city("2026-09-10 12:00");
    case.reply(second);
    assert_eq!(stands(&case, &case.petition.answer), TermState::OnTime);
    assert_eq!(due(&case.petition.answer), city("2026-09-21 11:00"), "three working hours more");
}

#[test]
fn a_question_that_lapses_lets_the_term_go_on() {
    let mut case = thursday();
    case.ask();
    case.now = city("2026-09-18 15:00");
    assert!(case.lapse(), "the reply was due with the fifth working day");
    assert_eq!(stands(&case, &case.petition.answer), TermState::OnTime);
    assert!(due(&case.petition.answer) > case.now);
}

#[test]
fn the_route_term_starts_again_when_the_last_open_share_comes_back_and_not_before() {
    let mut case = thursday();
    let (first, second) = (case.route("simas"), case.route("road_maintenance"));
    case.now = city("2026-09-14 09:00");
    case.give_back(first);
    assert_eq!(stands(&case, &case.petition.route), TermState::Met, "the other one is still open");
    case.give_back(second);
    assert_eq!(due(&case.petition.route), city("2026-09-15 15:00"));
    assert_eq!(stands(&case, &case.petition.route), TermState::OnTime);
    assert_eq!(due(&case.petition.answer), city("2026-09-18 15:00"), "the answer's never starts again");
    assert_eq!(case.share(first).resolve, None, "what came back owes nothing");
    case.route("public_services");
    assert_eq!(stands(&case, &case.petition.route), TermState::Met);
}

#[test]
fn a_route_term_that_starts_while_the_citizen_is_asked_waits_for_the_reply() {
    let mut case = thursday();
    let share = case.route("simas");
    let question = case.ask();
    case.give_back(share);
    assert_eq!(stands(&case, &case.petition.route), TermState::Paused);
    case.now = city("2026-09-11 09:00");
    case.reply(question);
    assert_eq!(stands(&case, &case.petition.route), TermState::OnTime);
    assert_eq!(due(&case.petition.route), city("2026-09-14 15:00"));
}

#[test]
fn what_is_sent_back_runs_on_with_the_term_it_had() {
    let mut case = thursday();
    let share = case.route("simas");
    case.accept(share);
    let before = case.share(share).resolve.clone();
    case.now = city("2026-09-14 09:00");
    case.resolve(share);
    case.now = city("2026-09-18 09:00");
    case.send_back(share);
    assert_eq!(case.share(share).resolve, before);
    assert_eq!(stands(&case, &case.share(share).resolve), TermState::Overdue, "it was due on the 17th");
}

#[test]
fn an_extension_moves_the_shares_end_and_not_the_petitions() {
    let mut case = thursday();
    let share = case.route("simas");
    extend(&mut case, share).unwrap();
    assert_eq!(due(&case.share(share).resolve), city("2026-09-21 15:00"), "two working days after the 17th");
    assert_eq!(due(&case.petition.answer), city("2026-09-18 15:00"));
    assert_eq!(extend(&mut case, share).unwrap_err().code, Code::ExtensionsExhausted);
}

#[test]
fn a_term_is_extended_before_its_end_only() {
    let mut case = thursday();
    let share = case.route("simas");
    case.now = city("2026-09-17 14:59");
    assert!(extend(&mut case.clone(), share).is_ok());
    case.now = city("2026-09-17 15:00");
    assert_eq!(extend(&mut case, share).unwrap_err().code, Code::TermOver);
}

#[test]
fn the_citizen_is_told_within_two_working_days_of_the_answer() {
    let mut case = thursday();
    case.now = city("2026-09-15 09:00");
    case.answer();
    assert_eq!(due(&case.petition.notify), city("2026-09-18 15:00"), "17 and 18");
    case.now = city("2026-09-17 09:00");
    case.notify(ContactResult::NoAnswer);
    assert_eq!(stands(&case, &case.petition.notify), TermState::OnTime, "an attempt tells nobody");
    case.notify(ContactResult::Told);
    assert_eq!(stands(&case, &case.petition.notify), TermState::Met);
}

#[test]
fn exhausted_attempts_stop_the_notify_term_too() {
    let mut case = thursday();
    case.answer();
    for day in ["2026-09-10 10:00", "2026-09-11 10:00", "2026-09-14 10:00"] {
        case.now = city(day);
        case.notify(ContactResult::NoAnswer);
    }
    assert_eq!(stands(&case, &case.petition.notify), TermState::Met);
}

#[test]
fn after_a_bounce_the_notify_term_runs_as_if_nobody_had_been_told() {
    let mut case = thursday();
    case.answer();
    let before = case.petition.notify.clone();
    case.notify(ContactResult::Delivered);
    let bounced = call(ContactResult::Bounced);
    let purpose = domain::contact::Purpose::Answer;
    case.take(&post(HEAD), |petition, occasion| petition.contact(occasion, purpose, bounced)).unwrap();
    assert_eq!(case.petition.notify, before);
}

#[test]
fn what_is_not_known_enters_no_term() {
    let received = Some((city("2026-09-01 09:00"), Precision::Unknown));
    let mut case = Case::file(&post(HEAD), rules(), city("2026-09-10 09:00"), Filing { received, ..filing() }).unwrap();
    assert_eq!((&case.petition.route, &case.petition.answer), (&None, &None));
    let unknown = || dated(city("2026-09-10 09:00"), Precision::Unknown);
    case.dated = unknown();
    let share = case.route_as(routing("simas"));
    assert_eq!((&case.share(share).accept, &case.share(share).resolve), (&None, &None));
    assert_eq!(extend(&mut case, share).unwrap_err().code, Code::NoTerm);
    case.resolve(share);
    case.dated = unknown();
    case.answer();
    assert_eq!(case.petition.notify, None);
    case.dated = unknown();
    case.notify(ContactResult::NoAnswer);
    assert!(case.petition.round.attempts.is_empty(), "nobody knows on which day it was tried");
}

#[test]
fn a_running_term_that_ends_nobody_knows_when_is_neither_met_nor_missed() {
    let mut case = thursday();
    case.dated = dated(case.now, Precision::Unknown);
    case.take(&Actor::system(), |petition, occasion| petition.answer(occasion, answer(Outcome::Oriented))).unwrap();
    assert_eq!((&case.petition.route, &case.petition.answer), (&None, &None));
}

#[test]
fn a_day_is_known_well_enough_for_a_term() {
    let received = Some((city("2026-09-10 00:00"), Precision::Day));
    let case = Case::file(&post(HEAD), rules(), city("2026-09-10 09:00"), Filing { received, ..filing() }).unwrap();
    assert_eq!(due(&case.petition.answer), city("2026-09-18 15:00"));
}

#[test]
fn what_was_done_in_time_and_keyed_late_is_missed_unless_the_office_attests_it() {
    let resolved = |attested| {
        let mut case = thursday();
        let share = case.route("simas");
        case.now = city("2026-09-18 09:00");
        case.dated = dated(city("2026-09-17 14:00"), Precision::Instant);
        case.dated.as_mut().unwrap().attested = attested;
        case.speaker = Some(speaker());
        case.take(&post(HEAD), |petition, occasion| petition.resolve(occasion, share, resolving(Outcome::Attended)))
            .unwrap();
        stands(&case, &case.share(share).resolve)
    };
    assert_eq!(resolved(false), TermState::Missed);
    assert_eq!(resolved(true), TermState::Met);
}

#[test]
fn a_dependency_does_not_attest_its_own_punctuality() {
    let mut case = thursday();
    let share = case.route("simas");
    case.now = city("2026-09-18 09:00");
    case.dated = dated(city("2026-09-17 14:00"), Precision::Instant);
    case.dated.as_mut().unwrap().attested = true;
    let resolve = |petition: &Petition, occasion: &mut domain::occasion::Occasion<'_>| {
        petition.resolve(occasion, share, resolving(Outcome::Attended))
    };
    assert_eq!(case.take(&liaison("simas"), resolve).unwrap_err().code, Code::AttestationByOffice);
}

#[test]
fn a_question_dated_back_does_not_take_a_missed_term_out_of_it() {
    let mut case = thursday();
    case.now = city("2026-09-21 09:00");
    assert_eq!(stands(&case, &case.petition.answer), TermState::Overdue);
    case.dated = dated(city("2026-09-14 09:00"), Precision::Instant);
    case.take(&post(HEAD), |petition, occasion| petition.ask(occasion, text("¿Dónde?"))).unwrap();
    assert_eq!(stands(&case, &case.petition.answer), TermState::Overdue);
}

#[test]
fn an_answer_is_not_dated_before_what_it_answers() {
    let mut case = thursday();
    case.now = city("2026-09-14 09:00");
    let share = case.route("simas");
    case.resolve(share);
    case.dated = dated(city("2026-09-11 09:00"), Precision::Instant);
    let answered = case.take(&post(HEAD), |petition, occasion| petition.answer(occasion, answer(Outcome::Attended)));
    assert_eq!(answered.unwrap_err().code, Code::BeforeReceipt);
}

#[test]
fn what_ends_without_an_answer_keeps_what_was_met_and_drops_what_still_ran() {
    let mut case = thursday();
    let share = case.route("simas");
    case.accept(share);
    case.annul();
    assert_eq!(stands(&case, &case.petition.route), TermState::Met);
    assert_eq!((&case.petition.answer, &case.petition.notify), (&None, &None));
    assert_eq!(case.share(share).resolve, None);
}

#[test]
fn a_share_that_is_cancelled_owes_nothing_any_more() {
    let mut case = thursday();
    let share = case.route("simas");
    ask_and_release(&mut case, share);
    case.cancel(share);
    assert_eq!((&case.share(share).accept, &case.share(share).resolve), (&None, &None));
}

#[test]
fn a_new_round_has_its_own_terms_from_the_day_it_begins() {
    let mut case = thursday();
    case.answer();
    case.notify(ContactResult::Told);
    case.now = city("2026-09-18 09:00");
    case.reopen(&[]);
    assert_eq!(due(&case.petition.route), city("2026-09-21 15:00"));
    assert_eq!(due(&case.petition.answer), city("2026-09-25 15:00"));
    assert_eq!(case.petition.notify, None);
}
