//! The days of obligatory rest that the law fixes, for any year.
//!
//! Knows nothing of weekends, opening hours or what the city adds by circular.

use chrono::{Datelike, NaiveDate, Weekday};

/// The official holidays of a year in order, each with a stable code.
///
/// *Ley Federal del Trabajo* art. 74, as in force in that year: until 2005 three of them were
/// fixed days instead of Mondays; the President took office on 1 December until 2018 and takes it
/// on 1 October since 2024. Election days are left out: the law puts them on Sundays, which no
/// calendar here counts as working days.
#[must_use]
pub fn official_holidays(year: i32) -> Vec<(NaiveDate, &'static str)> {
    of_year(year).collect()
}

/// Whether the law makes the day one of rest.
pub(super) fn is_official(date: NaiveDate) -> bool {
    of_year(date.year()).any(|(holiday, _)| holiday == date)
}

/// The holidays of a year, in order; years outside chrono's range have none.
pub(super) fn of_year(year: i32) -> impl Iterator<Item = (NaiveDate, &'static str)> {
    let fixed = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let monday = |month, nth| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, nth);
    let on_mondays = year >= 2006;
    let inauguration = (year - 2024).rem_euclid(6) == 0;
    let when = |holds: bool, date: Option<NaiveDate>| if holds { date } else { None };
    [
        (fixed(1, 1), "new_year"),
        (if on_mondays { monday(2, 1) } else { fixed(2, 5) }, "constitution"),
        (if on_mondays { monday(3, 3) } else { fixed(3, 21) }, "juarez"),
        (fixed(5, 1), "labour"),
        (fixed(9, 16), "independence"),
        (when(inauguration && year >= 2024, fixed(10, 1)), "inauguration"),
        (if on_mondays { monday(11, 3) } else { fixed(11, 20) }, "revolution"),
        (when(inauguration && year < 2024, fixed(12, 1)), "inauguration"),
        (fixed(12, 25), "christmas"),
    ]
    .into_iter()
    .filter_map(|(date, code)| date.map(|date| (date, code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(year: i32) -> Vec<String> {
        official_holidays(year).into_iter().map(|(date, _)| date.to_string()).collect()
    }

    #[test]
    fn the_holidays_of_2026_are_seven() {
        assert_eq!(
            days(2026),
            ["2026-01-01", "2026-02-02", "2026-03-16", "2026-05-01", "2026-09-16", "2026-11-16", "2026-12-25"]
        );
    }

    #[test]
    fn a_president_takes_office_on_1_october_since_2024_and_on_1_december_before() {
        let inaugurations: Vec<String> = (2012..=2036)
            .flat_map(official_holidays)
            .filter(|(_, code)| *code == "inauguration")
            .map(|(date, _)| date.to_string())
            .collect();
        assert_eq!(inaugurations, ["2012-12-01", "2018-12-01", "2024-10-01", "2030-10-01", "2036-10-01"]);
    }

    #[test]
    fn before_2006_the_holidays_were_not_moved_to_mondays() {
        assert!(days(2005).contains(&"2005-03-21".to_owned()));
        assert!(days(2005).contains(&"2005-02-05".to_owned()));
        assert!(days(2006).contains(&"2006-02-06".to_owned()));
    }

    #[test]
    fn holidays_come_in_order_and_are_told_apart() {
        for year in 1990..2100 {
            let dates: Vec<NaiveDate> = of_year(year).map(|(date, _)| date).collect();
            assert!(dates.is_sorted(), "{year}");
            assert!(dates.iter().all(|date| is_official(*date)), "{year}");
            assert_eq!(
                (1..=366).filter_map(|day| NaiveDate::from_yo_opt(year, day)).filter(|date| is_official(*date)).count(),
                dates.len(),
                "{year}"
            );
        }
    }
}
