//! Steps that are keyed later than they happened.

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::occasion::Dated;
use domain::refusal::Code;
use domain::time::Precision;

use crate::support::{Case, HEAD, city, dated, liaison, post, text};

/// A note said to be of this instant, keyed at noon of the third day.
fn note(at: &str, change: impl FnOnce(&mut Dated)) -> Result<Case, Code> {
    let mut case = Case::filed();
    case.now = city("2026-06-03 12:00");
    case.dated = dated(city(at), Precision::Instant);
    change(case.dated.as_mut().unwrap());
    match case.take(&post(HEAD), |petition, occasion| petition.note(occasion, text("Vino."))) {
        Ok(_) => Ok(case),
        Err(refusal) => Err(refusal.code),
    }
}

#[test]
fn a_step_may_be_dated_back_with_a_reason_and_keeps_both_instants() {
    let case = note("2026-06-02 10:00", |_| ()).unwrap();
    let events = case.read_back().unwrap();
    let event = &events[1].0;
    assert_eq!(event.occurred_at, city("2026-06-02 10:00"));
    assert_eq!(event.recorded_at, city("2026-06-03 12:00"));
    assert!(event.dating_reason.is_some());
    assert_eq!(note("2026-06-02 10:00", |dated| dated.reason = None).unwrap_err(), Code::DatingReasonMissing);
}

#[test]
fn nothing_is_dated_into_the_future_nor_before_the_petition_was_received() {
    assert_eq!(note("2026-06-03 12:01", |_| ()).unwrap_err(), Code::InFuture);
    assert_eq!(note("2026-06-01 08:59", |_| ()).unwrap_err(), Code::BeforeReceipt);
    assert!(note("2026-06-01 09:00", |_| ()).is_ok());
}

#[test]
fn a_day_is_not_before_what_happened_on_it() {
    assert!(note("2026-06-01 00:00", |dated| dated.precision = Precision::Day).is_ok());
    let before = note("2026-05-31 00:00", |dated| dated.precision = Precision::Day);
    assert_eq!(before.unwrap_err(), Code::BeforeReceipt);
}

#[test]
fn staff_date_back_no_further_than_the_policy_allows_and_the_house_as_far_as_it_must() {
    let mut case = Case::filed();
    case.now = city("2026-07-20 12:00");
    let back = case.now - TimeDelta::days(30);
    let mut note = |actor: &Actor, at| {
        case.dated = dated(at, Precision::Instant);
        case.take(actor, |petition, occasion| petition.note(occasion, text("Vino."))).map(|_| ())
    };
    let early = back - TimeDelta::minutes(1);
    assert_eq!(note(&post(HEAD), early).unwrap_err().code, Code::TooFarBack);
    note(&post(HEAD), back).unwrap();
    note(&Actor::system(), early).unwrap();
}

#[test]
fn a_dependencys_step_is_not_dated_before_it_had_the_share() {
    let mut case = Case::filed();
    case.now = city("2026-06-02 10:00");
    let share = case.route("simas");
    case.now = city("2026-06-03 12:00");
    case.dated = dated(city("2026-06-02 09:59"), Precision::Instant);
    let refused = case.refused(&liaison("simas"), |petition, occasion| petition.accept(occasion, share));
    assert_eq!(refused, Code::BeforeReceipt);
}

#[test]
fn a_refused_step_leaves_neither_event_nor_text() {
    let mut case = Case::filed();
    let (events, texts, before) = (case.events.clone(), case.texts.clone(), case.petition.clone());
    case.dated = dated(city("2026-06-01 08:00"), Precision::Instant);
    case.refused(&post(HEAD), |petition, occasion| petition.annul(occasion, text("Broma.")));
    assert_eq!((case.events, case.texts, case.petition), (events, texts, before));
}
