//! Dates as files write them, and the instants that they mean.
//!
//! Which forms a file uses is the mapping's; what a wrong date does to its row is [`super::row`]'s.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use domain::calendar::Calendar;
use domain::time::{Instant, Precision};

use super::mapping::Dates;

/// An instant with how exactly it is known.
pub type Dated = (Instant, Precision);

/// Nobody kept service requests before this year.
const FIRST_YEAR: i32 = 1900;

/// A date as the file writes it, and whether its clock never showed that hour; none where it is impossible.
#[must_use]
pub fn read(dates: &Dates, calendar: &Calendar, written: &str) -> Option<(Dated, bool)> {
    for form in &dates.formats {
        if let Ok(at) = DateTime::parse_from_str(written, form) {
            return sensible(at.to_utc()).map(|at| ((at, Precision::Instant), false));
        }
        if let Ok(local) = NaiveDateTime::parse_from_str(written, form) {
            let (at, skipped) = instant(dates.time_zone, local)?;
            return sensible(at).map(|at| ((at, Precision::Instant), skipped));
        }
    }
    let day = dates.day_formats.iter().find_map(|form| NaiveDate::parse_from_str(written, form).ok())?;
    // The city's day, whatever the zone of the file: a day has no hour to convert.
    sensible(calendar.start_of(day)).map(|at| ((at, Precision::Day), false))
}

/// Whether one lies before the other, as far as that is known.
#[must_use]
pub fn before(earlier: Dated, later: Dated) -> bool {
    let day = |(at, precision): Dated| match precision {
        Precision::Day => at + TimeDelta::days(1),
        Precision::Instant | Precision::Unknown => at,
    };
    if earlier.1 == Precision::Day { day(earlier) <= later.0 } else { earlier.0 < later.0 }
}

fn sensible(at: Instant) -> Option<Instant> {
    let years = FIRST_YEAR..=9998;
    years.contains(&at.year()).then_some(at)
}

/// The instant at which a wall clock shows this: the first, if it shows it twice; without daylight saving,
/// if it never does.
fn instant(zone: Tz, local: NaiveDateTime) -> Option<(Instant, bool)> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return Some((at.to_utc(), false));
    }
    let day_before = local.checked_sub_days(Days::new(1))?;
    let at = zone.from_local_datetime(&day_before).earliest()?.to_utc();
    Some((at + TimeDelta::days(1), true))
}
