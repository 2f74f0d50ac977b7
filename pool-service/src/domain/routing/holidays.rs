//! Japan's public holidays (国民の祝日), by the law as it has been since 2022.
//!
//! Days of the two equinoxes are announced in the February before; the usual formula has been right for all that were
//! announced since 1980. A holiday on a Sunday moves to the next day that is none, and a day between two holidays is one.

use jiff::civil::{Date, Weekday};

/// The holiday on this day, if there is one.
pub fn name(day: Date) -> Option<&'static str> {
    proper(day).or_else(|| moved(day)).or_else(|| between(day))
}

/// A holiday of its own.
fn proper(day: Date) -> Option<&'static str> {
    let is_monday = |nth: i8| day.weekday() == Weekday::Monday && (day.day() - 1) / 7 + 1 == nth;
    match (day.month(), day.day()) {
        (1, 1) => Some("元日"),
        (1, _) if is_monday(2) => Some("成人の日"),
        (2, 11) => Some("建国記念の日"),
        (2, 23) => Some("天皇誕生日"),
        (3, date) if date == equinox(day.year(), 20.8431) => Some("春分の日"),
        (4, 29) => Some("昭和の日"),
        (5, 3) => Some("憲法記念日"),
        (5, 4) => Some("みどりの日"),
        (5, 5) => Some("こどもの日"),
        (7, _) if is_monday(3) => Some("海の日"),
        (8, 11) => Some("山の日"),
        (9, _) if is_monday(3) => Some("敬老の日"),
        (9, date) if date == equinox(day.year(), 23.2488) => Some("秋分の日"),
        (10, _) if is_monday(2) => Some("スポーツの日"),
        (11, 3) => Some("文化の日"),
        (11, 23) => Some("勤労感謝の日"),
        _ => None,
    }
}

/// The day of the month on which the sun stands there, from 1980 to 2099.
fn equinox(year: i16, in_1980: f64) -> i8 {
    let years = i32::from(year) - 1980;
    (in_1980 + 0.242_194 * f64::from(years)) as i8 - (years / 4) as i8
}

/// The first day after a holiday on a Sunday that is none itself.
fn moved(day: Date) -> Option<&'static str> {
    let mut before = day.yesterday().ok()?;
    while proper(before).is_some() {
        if before.weekday() == Weekday::Sunday {
            return Some("振替休日");
        }
        before = before.yesterday().ok()?;
    }
    None
}

fn between(day: Date) -> Option<&'static str> {
    let (before, after) = (day.yesterday().ok()?, day.tomorrow().ok()?);
    (proper(before).is_some() && proper(after).is_some()).then_some("国民の休日")
}

#[cfg(test)]
mod tests {
    use super::name;
    use jiff::civil::date;

    /// From 2022 to 2050, as a calendar of others tells them.
    const CALENDAR: &str = include_str!("../../../tests/fixtures/japanese_holidays.txt");

    #[test]
    fn every_day_of_the_calendar_is_a_holiday_and_no_other() {
        let expected: Vec<&str> = CALENDAR.lines().filter(|line| !line.starts_with('#')).collect();
        let mut found = Vec::new();
        let mut day = date(2022, 1, 1);
        while day.year() <= 2050 {
            found.extend(name(day).map(|name| format!("{day} {name}")));
            day = day.tomorrow().expect("a day");
        }
        assert_eq!(found, expected);
    }
}
