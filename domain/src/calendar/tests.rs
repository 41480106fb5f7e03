//! What working time has to hold, by example and by property. Holidays are tested where they are.

use super::*;
use chrono::{DateTime, Utc};
use proptest::prelude::*;

fn at(text: &str) -> Instant {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Any instant of 2019 to 2032, to the microsecond: daylight saving, inaugurations, both sides.
fn instants() -> impl Strategy<Value = Instant> {
    (1_546_300_800_000_000_i64..1_956_528_000_000_000)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let days_off = proptest::collection::vec(0_u64..4_700, 0..40);
    (days_off, 4_u32..23, 1_u32..20, any::<bool>()).prop_map(|(days, opens, long, own)| {
        let base = if own {
            Calendar::new(chrono_tz::America::Mexico_City, hour(opens), hour((opens + long).min(23)))
        } else {
            None
        };
        base.unwrap_or_else(Calendar::torreon)
            .with_days_off(days.into_iter().map(|day| on("2019-01-01") + Days::new(day)))
    })
}

#[test]
fn the_year_turns_at_the_citys_midnight() {
    let calendar = Calendar::torreon();
    assert_eq!(calendar.year_of(at("2027-01-01T05:59:59Z")), 2026);
    assert_eq!(calendar.year_of(at("2027-01-01T06:00:00Z")), 2027);
}

#[test]
fn daylight_saving_counts_before_the_end_of_october_2022() {
    let calendar = Calendar::torreon();
    let summer = calendar.end_of_working_day_after(at("2022-07-11T15:00:00Z"), 1);
    let later = calendar.end_of_working_day_after(at("2023-07-10T15:00:00Z"), 1);
    assert_eq!(summer, at("2022-07-12T20:00:00Z"));
    assert_eq!(later, at("2023-07-11T21:00:00Z"));
}

#[test]
fn five_days_from_a_wednesday_skip_weekend_and_holiday() {
    // 2026-03-16 is the third Monday of March.
    let received = at("2026-03-11T16:00:00Z");
    let due = Calendar::torreon().end_of_working_day_after(received, 5);
    assert_eq!(due, at("2026-03-19T21:00:00Z"));
}

#[test]
fn a_day_off_by_circular_moves_the_end() {
    let calendar = Calendar::torreon().with_days_off([on("2026-06-10")]);
    let due = calendar.end_of_working_day_after(at("2026-06-09T16:00:00Z"), 1);
    assert_eq!(due, at("2026-06-11T21:00:00Z"));
}

#[test]
fn what_comes_in_on_a_saturday_counts_from_monday() {
    let calendar = Calendar::torreon();
    let saturday = at("2026-06-06T18:00:00Z");
    assert_eq!(calendar.end_of_working_day_after(saturday, 1), at("2026-06-08T21:00:00Z"));
    assert_eq!(calendar.end_of_working_day_after(saturday, 0), at("2026-06-08T21:00:00Z"));
    assert_eq!(calendar.add_working_minutes(saturday, 1), at("2026-06-08T14:01:00Z"));
}

#[test]
fn a_full_days_minutes_end_at_closing_and_one_more_in_the_morning() {
    let calendar = Calendar::torreon();
    let opening = at("2026-06-05T14:00:00Z");
    assert_eq!(calendar.add_working_minutes(opening, 420), at("2026-06-05T21:00:00Z"));
    assert_eq!(calendar.add_working_minutes(opening, 421), at("2026-06-08T14:01:00Z"));
    assert_eq!(calendar.add_working_minutes(at("2026-06-08T14:01:00Z"), -421), opening);
}

#[test]
fn calendar_days_end_at_the_citys_midnight() {
    let end = Calendar::torreon().end_of_day_after(at("2026-06-05T18:00:00Z"), 15);
    assert_eq!(end, at("2026-06-21T05:59:59.999999Z"));
}

#[test]
fn an_endless_term_ends_at_the_last_day_instead_of_failing() {
    let calendar = Calendar::torreon();
    let start = at("2026-06-05T18:00:00Z");
    assert_eq!(calendar.date_of(calendar.add_working_minutes(start, i64::MAX)), LAST);
    assert!(calendar.add_working_minutes(start, i64::MIN) < start);
}

#[test]
fn hours_that_do_not_open_make_no_calendar() {
    assert_eq!(Calendar::new(chrono_tz::UTC, hour(8), hour(8)), None);
}

proptest! {
    #[test]
    fn adding_then_measuring_gives_the_minutes_back(
        calendar in calendars(), from in instants(), minutes in -200_000_i64..200_000,
    ) {
        let to = calendar.add_working_minutes(from, minutes);
        prop_assert_eq!(calendar.working_minutes_between(from, to), minutes);
        prop_assert_eq!(
            calendar.working_time_between(from, to), TimeDelta::minutes(minutes));
    }

    #[test]
    fn later_starts_and_longer_terms_never_end_earlier(
        calendar in calendars(), a in instants(), b in instants(),
        m in 0_i64..50_000, n in 0_i64..50_000, days in 0_u16..400,
    ) {
        let (a, b) = (a.min(b), a.max(b));
        let (m, n) = (m.min(n), m.max(n));
        prop_assert!(calendar.add_working_minutes(a, m) <= calendar.add_working_minutes(b, n));
        prop_assert!(calendar.end_of_working_day_after(a, days)
            <= calendar.end_of_working_day_after(b, days + 1));
    }

    #[test]
    fn working_time_adds_up_and_reverses(
        calendar in calendars(), a in instants(), b in instants(), c in instants(),
    ) {
        let between = |x, y| calendar.working_time_between(x, y);
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
        prop_assert_eq!(between(a, b), -between(b, a));
    }

    #[test]
    fn working_minutes_agree_with_counting_them_one_by_one(
        from in instants(), minutes in 0_i64..20_000,
    ) {
        let calendar = Calendar::torreon();
        let from = from - TimeDelta::microseconds(from.timestamp_micros() % 60_000_000);
        let counted = (0..minutes).filter(|minute| {
            let local = calendar.local(from + TimeDelta::minutes(*minute));
            calendar.is_working_day(local.date())
                && (hour(8)..hour(15)).contains(&local.time())
        }).count();
        let to = from + TimeDelta::minutes(minutes);
        prop_assert_eq!(calendar.working_minutes_between(from, to), i64::try_from(counted)?);
    }

    #[test]
    fn the_nth_working_day_has_n_working_days_before_it(
        calendar in calendars(), from in instants(), n in 1_u16..600,
    ) {
        let end = calendar.date_of(calendar.end_of_working_day_after(from, n));
        let day = calendar.date_of(from);
        let passed = day.iter_days().skip(1).take_while(|date| *date <= end)
            .filter(|date| calendar.is_working_day(*date)).count();
        prop_assert_eq!(passed, usize::from(n));
        prop_assert!(calendar.is_working_day(end));
    }
}
