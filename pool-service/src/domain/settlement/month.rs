//! Months of a calendar: `2026-11`.

use crate::domain::{report::filter::Range, time::Timestamp, zone::Zone};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A month of 1970 to 9998.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(Date);

/// A text is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("month {0:?} must be a year and a month, as 2026-11")]
pub struct NoMonth(String);

impl Month {
    /// Reads `2026-11`.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, NoMonth> {
        let wrong = || NoMonth(text.chars().take(40).collect());
        let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
        let is_written =
            year.len() == 4 && month.len() == 2 && (year.bytes().chain(month.bytes())).all(|b| b.is_ascii_digit());
        let read = || Some((year.parse::<i16>().ok()?, month.parse::<i8>().ok()?));
        let (year, month) = read().filter(|(year, _)| is_written && (1970..=9998).contains(year)).ok_or_else(wrong)?;
        Date::new(year, month, 1).map(Self).map_err(|_| wrong())
    }

    /// The month that calendars of a zone show at a moment.
    pub fn of(zone: &Zone, at: Timestamp) -> Self {
        Self(zone.date(at).first_of_month())
    }

    /// From its first moment in a zone to the first after it.
    pub fn range(self, zone: &Zone) -> Range {
        let next = self.0.last_of_month().tomorrow().unwrap_or(self.0);
        Range { from: zone.start_of(self.0), until: zone.start_of(next) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl TryFrom<String> for Month {
    type Error = NoMonth;
    fn try_from(text: String) -> Result<Self, NoMonth> {
        Self::parse(&text)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_and_written_alike() {
        for text in ["1970-01", "2026-11", "2026-02", "9998-12"] {
            assert_eq!(Month::parse(text).expect("a month").to_string(), text);
        }
        for wrong in
            ["", "2026", "2026-1", "2026-13", "2026-00", "26-11", "1969-12", "2026-11-01", "+026-11", "９９９８-１１"]
        {
            Month::parse(wrong).expect_err(wrong);
        }
    }

    #[test]
    fn a_month_begins_and_ends_where_its_zone_says() {
        let month = Month::parse("2026-03").expect("a month");
        for (zone, hours) in [("Asia/Tokyo", 744), ("Europe/Berlin", 743), ("UTC", 744)] {
            let zone = Zone::parse(zone).expect("a zone");
            let range = month.range(&zone);
            assert_eq!(range.until.since(range.from).as_seconds() / 3_600, hours);
            assert_eq!(Month::of(&zone, range.from), month);
            assert!(Month::of(&zone, range.until) > month);
        }
    }
}
