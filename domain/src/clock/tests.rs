//! What a clock has to hold, by example and by property.

use super::*;
use chrono::{DateTime, Utc};
use proptest::prelude::*;

fn at(text: &str) -> Instant {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

/// Friday 2026-06-05, 9:00 in the city.
fn friday() -> Instant {
    at("2026-06-05T15:00:00Z")
}

fn started(term: Term) -> Clock {
    Clock::start(term, friday(), &Calendar::torreon())
}

#[test]
fn every_unit_ends_where_it_says() {
    assert_eq!(started(Term::WorkingDays(5)).due_at, at("2026-06-12T21:00:00Z"));
    assert_eq!(started(Term::WorkingMinutes(420)).due_at, at("2026-06-08T15:00:00Z"));
    assert_eq!(started(Term::CalendarHours(24)).due_at, at("2026-06-06T15:00:00Z"));
    assert_eq!(started(Term::CalendarDays(1)).due_at, at("2026-06-07T05:59:59.999999Z"));
}

#[test]
fn a_term_goes_from_on_time_to_at_risk_to_overdue() {
    let (clock, calendar) = (started(Term::WorkingMinutes(400)), Calendar::torreon());
    let read = |now| {
        let reading = clock.reading(at(now), &calendar);
        (reading.state, reading.left_minutes)
    };
    assert_eq!(read("2026-06-05T19:59:59Z"), (TermState::OnTime, Some(100)));
    assert_eq!(read("2026-06-05T20:00:00Z"), (TermState::AtRisk, Some(100)));
    assert_eq!(read("2026-06-07T20:00:00Z"), (TermState::AtRisk, Some(40)));
    assert_eq!(read("2026-06-08T14:40:00Z"), (TermState::AtRisk, Some(0)));
    assert_eq!(read("2026-06-08T14:40:00.000001Z"), (TermState::Overdue, Some(-1)));
    assert_eq!(read("2026-06-08T15:40:00Z"), (TermState::Overdue, Some(-60)));
}

#[test]
fn a_pause_moves_the_end_by_the_working_time_it_took() {
    let (mut clock, calendar) = (started(Term::WorkingDays(1)), Calendar::torreon());
    clock.pause(at("2026-06-05T20:00:00Z"));
    let reading = clock.reading(at("2026-06-30T20:00:00Z"), &calendar);
    assert_eq!((reading.due_at, reading.state), (None, TermState::Paused));
    assert_eq!(reading.left_minutes, Some(480));
    // One hour of Friday and one of Monday.
    clock.resume(at("2026-06-08T15:00:00Z"), &calendar);
    assert_eq!(clock.due_at, at("2026-06-09T16:00:00Z"));
    assert_eq!(clock.paused_since, None);
}

#[test]
fn a_pause_of_an_urgent_term_counts_nights_and_weekends() {
    let (mut clock, calendar) = (started(Term::CalendarHours(4)), Calendar::torreon());
    clock.pause(at("2026-06-05T16:00:00Z"));
    clock.pause(at("2026-06-05T18:00:00Z"));
    clock.resume(at("2026-06-07T16:00:00Z"), &calendar);
    assert_eq!(clock.due_at, at("2026-06-07T19:00:00Z"));
}

#[test]
fn a_late_term_is_not_saved_by_a_pause() {
    let (mut clock, calendar) = (started(Term::WorkingMinutes(60)), Calendar::torreon());
    let before = clock.clone();
    clock.pause(at("2026-06-05T16:00:00.000001Z"));
    clock.resume(at("2026-06-09T16:00:00Z"), &calendar);
    assert_eq!(clock, before);
}

#[test]
fn what_was_done_in_time_and_recorded_late_is_missed_unless_attested() {
    let (done, recorded) = (at("2026-06-08T20:00:00Z"), at("2026-06-09T15:00:00Z"));
    let calendar = Calendar::torreon();
    let mut clock = started(Term::WorkingDays(1));
    clock.stop(done, recorded, &calendar);
    assert_eq!(clock.state(recorded), TermState::Missed);
    let mut clock = started(Term::WorkingDays(1));
    clock.stop(done, done, &calendar);
    assert_eq!(clock.state(recorded), TermState::Met);
    assert_eq!(clock.reading(recorded, &calendar).left_minutes, None);
}

#[test]
fn stopping_ends_a_pause_and_stopping_again_changes_nothing() {
    let (mut clock, calendar) = (started(Term::WorkingDays(1)), Calendar::torreon());
    clock.pause(at("2026-06-08T15:00:00Z"));
    let stop = at("2026-06-10T15:00:00Z");
    clock.stop(stop, stop, &calendar);
    assert_eq!((clock.state(stop), clock.paused_since), (TermState::Met, None));
    let before = clock.clone();
    clock.stop(friday(), friday(), &calendar);
    clock.pause(friday());
    clock.extend(Term::WorkingDays(5), &calendar);
    assert_eq!(clock, before);
}

#[test]
fn what_is_sent_back_runs_on_as_if_never_stopped() {
    let (mut clock, calendar) = (started(Term::WorkingDays(3)), Calendar::torreon());
    let before = clock.clone();
    clock.stop(at("2026-06-08T20:00:00Z"), at("2026-06-08T20:00:00Z"), &calendar);
    clock.reopen();
    assert_eq!(clock, before);
}

#[test]
fn an_extension_counts_from_the_old_end() {
    let (mut clock, calendar) = (started(Term::WorkingDays(1)), Calendar::torreon());
    let at_risk_at = clock.at_risk_at;
    clock.extend(Term::WorkingDays(2), &calendar);
    assert_eq!(clock.due_at, at("2026-06-10T21:00:00Z"));
    assert_eq!(calendar.working_minutes_between(at_risk_at, clock.at_risk_at), 630);
}

#[test]
fn as_json_a_term_is_its_unit_and_number() {
    let json = serde_json::to_value(started(Term::WorkingDays(5))).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "term": {"working_days": 5},
            "started_at": "2026-06-05T15:00:00Z",
            "due_at": "2026-06-12T21:00:00Z",
            "at_risk_at": "2026-06-11T17:45:00Z"
        })
    );
}

#[test]
fn codes_are_read_back_and_are_those_of_json() {
    for stage in Stage::ALL {
        assert_eq!(Stage::parse(stage.code()), Some(*stage));
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
    }
    for state in TermState::ALL {
        assert_eq!(TermState::parse(state.code()), Some(*state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.code());
    }
}

fn terms() -> impl Strategy<Value = Term> {
    prop_oneof![
        (1_u16..60).prop_map(Term::WorkingDays),
        (1_u32..20_000).prop_map(Term::WorkingMinutes),
        (1_u32..500).prop_map(Term::CalendarHours),
        (1_u16..60).prop_map(Term::CalendarDays),
    ]
}

/// Any instant of 2020 to 2027, to the microsecond.
fn instants() -> impl Strategy<Value = Instant> {
    (1_577_836_800_000_000_i64..1_830_297_600_000_000)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

proptest! {
    #[test]
    fn a_clock_begins_before_it_is_at_risk_and_is_at_risk_before_it_is_due(
        term in terms(), more in terms(), start in instants(), pause in 0_i64..30_000,
    ) {
        let calendar = Calendar::torreon();
        let mut clock = Clock::start(term, start, &calendar);
        prop_assert!(clock.started_at <= clock.at_risk_at && clock.at_risk_at <= clock.due_at);
        clock.pause(start + TimeDelta::minutes(1));
        clock.resume(start + TimeDelta::minutes(1 + pause), &calendar);
        prop_assert!(clock.at_risk_at <= clock.due_at);
        clock.extend(more, &calendar);
        prop_assert!(clock.at_risk_at <= clock.due_at);
    }

    #[test]
    fn a_pause_takes_nothing_and_gives_nothing(
        term in terms(), start in instants(), percent in 0_i32..=100, long in 0_i64..100_000,
    ) {
        let calendar = Calendar::torreon();
        let mut clock = Clock::start(term, start, &calendar);
        let pause = truncated(start + (clock.due_at - start) / 100 * percent);
        let left = clock.reading(pause, &calendar).left_minutes;
        clock.pause(pause);
        let resume = pause + TimeDelta::minutes(long);
        prop_assert_eq!(clock.reading(resume, &calendar).left_minutes, left);
        clock.resume(resume, &calendar);
        prop_assert_eq!(clock.reading(resume, &calendar).left_minutes, left);
    }

    #[test]
    fn a_clock_survives_json(term in terms(), start in instants(), stop in instants()) {
        let calendar = Calendar::torreon();
        let mut clock = Clock::start(term, start, &calendar);
        clock.stop(stop, stop, &calendar);
        let json = serde_json::to_string(&clock).unwrap();
        prop_assert_eq!(serde_json::from_str::<Clock>(&json).unwrap(), clock);
    }
}
