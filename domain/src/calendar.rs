//! Working time: which days and hours count towards a term, in the zone of the office that counts.
//!
//! Arithmetic only. What a term is and when it pauses belongs to [`crate::clock`]; where days off
//! are kept belongs to the database. Nothing here reads the time of day.

mod holidays;

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

pub use self::holidays::official_holidays;
use crate::time::Instant;

/// The first and the last day that a reckoning can reach; RFC 3339 writes no others.
const FIRST: NaiveDate = day(1, 1, 1);
const LAST: NaiveDate = day(9999, 12, 31);

/// One office's working days and hours.
///
/// Monday to Friday but official holidays and the days off that were added, with the same hours on
/// each. Minutes are those that the office's wall clock shows between opening and closing; a switch
/// to or from daylight saving within those hours would not change them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    opens: NaiveTime,
    closes: NaiveTime,
    days_off: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// A calendar with the official holidays and no other days off; none if it would not open
    /// before it closes.
    #[must_use]
    pub fn new(zone: Tz, opens: NaiveTime, closes: NaiveTime) -> Option<Self> {
        (opens < closes).then_some(Self { zone, opens, closes, days_off: BTreeSet::new() })
    }

    /// The city's own: Monday to Friday, 8 to 15, in the zone of Monterrey (with the daylight
    /// saving that ended on 2022-10-30).
    #[must_use]
    pub fn torreon() -> Self {
        Self { zone: chrono_tz::America::Monterrey, opens: hour(8), closes: hour(15), days_off: BTreeSet::new() }
    }

    /// The same calendar with more days off, such as the city grants by circular.
    #[must_use]
    pub fn with_days_off(mut self, days: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.days_off.extend(days);
        self
    }

    /// The zone of the wall clock.
    #[must_use]
    pub const fn zone(&self) -> Tz {
        self.zone
    }

    /// When a working day begins.
    #[must_use]
    pub const fn opens(&self) -> NaiveTime {
        self.opens
    }

    /// When a working day ends; the last moment that is in time for a term of working days.
    #[must_use]
    pub const fn closes(&self) -> NaiveTime {
        self.closes
    }

    /// The day that the wall calendar shows.
    #[must_use]
    pub fn date_of(&self, at: Instant) -> NaiveDate {
        self.local(at).date()
    }

    /// The year that the wall calendar shows; the folio's.
    #[must_use]
    pub fn year_of(&self, at: Instant) -> i32 {
        self.date_of(at).year()
    }

    /// The first moment of a day.
    #[must_use]
    pub fn start_of(&self, date: NaiveDate) -> Instant {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// Whether the office works on that day.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        is_weekday(date) && !self.days_off.contains(&date) && !holidays::is_official(date)
    }

    /// Whole working minutes from `a` to `b`; negative if `b` comes first.
    #[must_use]
    pub fn working_minutes_between(&self, a: Instant, b: Instant) -> i64 {
        self.working_time_between(a, b).num_minutes()
    }

    /// Working time from `a` to `b`, exactly; negative if `b` comes first.
    #[must_use]
    pub fn working_time_between(&self, a: Instant, b: Instant) -> TimeDelta {
        let (a, b) = (self.local(a), self.local(b));
        let before = |at: NaiveDateTime| at.date().pred_opt().unwrap_or(NaiveDate::MIN);
        let days = self.working_days(before(a), before(b));
        times(self.day_length(), days) + self.worked_by(b) - self.worked_by(a)
    }

    /// The first instant by which so many working minutes have passed since `from`; for a negative
    /// number, the last one since which as many had passed at `from`. Zero moves nothing.
    #[must_use]
    pub fn add_working_minutes(&self, from: Instant, minutes: i64) -> Instant {
        let most = if minutes < 0 { TimeDelta::MIN } else { TimeDelta::MAX };
        self.add_working_time(from, TimeDelta::try_minutes(minutes).unwrap_or(most))
    }

    /// As [`Self::add_working_minutes`], exactly.
    #[must_use]
    pub fn add_working_time(&self, from: Instant, time: TimeDelta) -> Instant {
        if time.is_zero() {
            return from;
        }
        let local = self.local(from);
        let length = self.day_length();
        let working = self.is_working_day(local.date());
        let worked = self.worked_by(local);
        // The distance is counted from the edge of a working day, so that it ends inside a day or
        // at the far edge of one, never in the night after it.
        let (days, offset) = if time > TimeDelta::zero() {
            let (days, rest) = whole_days(worked.checked_add(&time).unwrap_or(time), length);
            (if working { days } else { days + 1 }, rest)
        } else {
            let left = if working { length - worked } else { TimeDelta::zero() };
            let (days, rest) = whole_days(left.checked_sub(&time).unwrap_or(-time), length);
            (if working { -days } else { -days - 1 }, length - rest)
        };
        let date = self.shift_working_days(local.date(), days);
        self.instant(date.and_time(self.opens) + offset)
    }

    /// Closing time of the `n`-th working day after the day of `from`, which does not count itself.
    /// Of zero days, it is that day's own closing, or the next working day's if it is not one.
    #[must_use]
    pub fn end_of_working_day_after(&self, from: Instant, n: u16) -> Instant {
        let day = self.date_of(from);
        let days = if n == 0 && !self.is_working_day(day) { 1 } else { i64::from(n) };
        self.instant(self.shift_working_days(day, days).and_time(self.closes))
    }

    /// The last microsecond of the `n`-th day after the day of `from`, working or not.
    #[must_use]
    pub fn end_of_day_after(&self, from: Instant, n: u16) -> Instant {
        let day = self.date_of(from);
        let after = day.checked_add_days(Days::new(u64::from(n) + 1)).unwrap_or(LAST).min(LAST);
        self.start_of(after) - TimeDelta::microseconds(1)
    }

    /// Working days after `after` up to and including `through`; negative if they are reversed.
    fn working_days(&self, after: NaiveDate, through: NaiveDate) -> i64 {
        if through < after {
            return -self.working_days(through, after);
        }
        let within = |date: NaiveDate| after < date && date <= through && is_weekday(date);
        let official =
            (after.year()..=through.year()).flat_map(holidays::of_year).filter(|(date, _)| within(*date)).count();
        let own = self
            .days_off
            .range(after..=through)
            .filter(|date| within(**date) && !holidays::is_official(**date))
            .count();
        let off = i64::try_from(official + own).unwrap_or(i64::MAX);
        weekdays_through(through) - weekdays_through(after) - off
    }

    /// The `n`-th working day after a day, or before it for a negative `n`; the day itself for zero.
    fn shift_working_days(&self, from: NaiveDate, n: i64) -> NaiveDate {
        let (mut at, mut left) = (from, n.abs());
        while left > 0 {
            // Whole weeks hold five working days at most, so a leap never passes the day sought
            // and the last step is always a single day.
            let leap = Days::new(u64::try_from(((left - 1) / 5 * 7).max(1)).unwrap_or(1));
            let (next, passed) = if n > 0 {
                let next = at.checked_add_days(leap).unwrap_or(LAST).min(LAST);
                (next, self.working_days(at, next))
            } else {
                let next = at.checked_sub_days(leap).unwrap_or(FIRST).max(FIRST);
                let before = |date: NaiveDate| date.pred_opt().unwrap_or(NaiveDate::MIN);
                (next, self.working_days(before(next), before(at)))
            };
            if next == at {
                return next;
            }
            (at, left) = (next, left - passed);
        }
        at
    }

    /// How much of its day had been worked by a moment of the wall clock.
    fn worked_by(&self, local: NaiveDateTime) -> TimeDelta {
        if self.is_working_day(local.date()) {
            local.time().clamp(self.opens, self.closes) - self.opens
        } else {
            TimeDelta::zero()
        }
    }

    fn day_length(&self) -> TimeDelta {
        self.closes - self.opens
    }

    /// What the wall clock shows.
    fn local(&self, at: Instant) -> NaiveDateTime {
        let utc = at.naive_utc();
        let offset = self.zone.offset_from_utc_datetime(&utc).fix();
        utc.checked_add_offset(offset).unwrap_or(utc)
    }

    /// The instant at which the wall clock shows this: the first, if it shows it twice; if daylight
    /// saving skips it, the one at which it would have been shown without.
    fn instant(&self, local: NaiveDateTime) -> Instant {
        self.zone.from_local_datetime(&local).earliest().map_or_else(
            || {
                let day_before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
                let offset = self.zone.offset_from_utc_datetime(&day_before).fix();
                local.checked_sub_offset(offset).unwrap_or(local).and_utc()
            },
            |at| at.to_utc(),
        )
    }
}

/// Splits a positive distance into whole days and a rest that is more than nothing and at most one.
fn whole_days(distance: TimeDelta, length: TimeDelta) -> (i64, TimeDelta) {
    let micros = |time: TimeDelta| time.num_microseconds().unwrap_or(i64::MAX);
    let (distance, length) = (micros(distance), micros(length).max(1));
    let days = (distance - 1) / length;
    (days, TimeDelta::microseconds(distance - days * length))
}

/// So many days' worth of working time.
fn times(length: TimeDelta, days: i64) -> TimeDelta {
    TimeDelta::microseconds(length.num_microseconds().unwrap_or(0).saturating_mul(days))
}

/// Mondays to Fridays from the first day of our era, which was a Monday, up to and including a day.
fn weekdays_through(date: NaiveDate) -> i64 {
    let days = i64::from(date.num_days_from_ce());
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

fn is_weekday(date: NaiveDate) -> bool {
    date.weekday().num_days_from_monday() < 5
}

/// A full hour, for constants; midnight if there is no such hour.
const fn hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

/// A date, for constants; the last one that chrono knows if there is no such date.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MAX,
    }
}

#[cfg(test)]
mod tests;
