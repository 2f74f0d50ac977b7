//! Which days a file is of: days of a zone, or moments.

use super::zone::instant;
use crate::domain::time::{Span, Timestamp};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

/// Calls that began from a moment on and before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Begun at this moment or later.
    pub from: Timestamp,
    /// Begun before this moment.
    pub until: Timestamp,
}

impl Range {
    /// Its last moment.
    pub fn last(&self) -> Timestamp {
        self.until - Span::from_millis(1)
    }

    /// Reads a begin and an end. A day is `2026-11-21`: a begin at its first moment, an end after its last, as the zone
    /// has it. Anything else is a moment of RFC 3339. Without a begin it is the day so many days before the end's, without an end it is `now`.
    ///
    /// # Errors
    /// Says which is neither, or that nothing lies between.
    pub fn parse(
        from: Option<&str>,
        to: Option<&str>,
        zone: &TimeZone,
        days: u16,
        now: Timestamp,
    ) -> Result<Self, String> {
        let until = to.map_or(Ok(now), |text| moment("to", text, zone, true))?;
        let from = match from {
            Some(text) => moment("from", text, zone, false)?,
            None => {
                let last = zone.to_datetime(instant(until)).date();
                start(last.saturating_sub(i64::from(days).days()), zone)?
            }
        };
        if from >= until {
            return Err("from must lie before to: nothing is between the two".to_owned());
        }
        Ok(Self { from, until })
    }
}

fn moment(name: &str, text: &str, zone: &TimeZone, is_end: bool) -> Result<Timestamp, String> {
    let text = text.trim();
    if text.len() == "2026-11-21".len()
        && let Ok(day) = text.parse::<Date>()
    {
        return start(if is_end { day.saturating_add(1.day()) } else { day }, zone);
    }
    // In a query a bare `+` means a blank.
    let parsed = text.replace(' ', "+").parse::<jiff::Timestamp>().ok();
    let millis = parsed.and_then(|at| u64::try_from(at.as_millisecond()).ok());
    millis.map(Timestamp::from_millis).ok_or_else(|| {
        let text: String = text.chars().take(40).collect();
        format!("{name} {text:?} must be a day, as in 2026-11-21, or RFC 3339, as in 2026-11-21T14:30:00+09:00")
    })
}

fn start(day: Date, zone: &TimeZone) -> Result<Timestamp, String> {
    let start = zone.to_zoned(day.at(0, 0, 0, 0)).ok().map(|zoned| zoned.timestamp().as_millisecond());
    let millis = start.and_then(|millis| u64::try_from(millis).ok());
    millis.map(Timestamp::from_millis).ok_or_else(|| format!("the day {day} lies before 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().expect("RFC 3339");
        Timestamp::from_millis(at.as_millisecond() as u64)
    }

    #[test]
    fn days_are_whole_days_of_the_zone() {
        let read =
            |from, to, name: &str| Range::parse(Some(from), Some(to), &zone(name), 7, at("2026-12-01T00:00:00Z"));
        let november = read("2026-11-01", "2026-11-30", "Asia/Tokyo").expect("a range");
        assert_eq!(november, Range { from: at("2026-11-01T00:00:00+09:00"), until: at("2026-12-01T00:00:00+09:00") });
        // A day of 25 hours.
        let long = read("2026-11-01", "2026-11-01", "America/New_York").expect("a range");
        assert_eq!(long.until.since(long.from).as_seconds(), 25 * 3_600);
        let moments = read("2026-11-21T14:30:00 09:00", "2026-11-21T06:00:00Z", "Asia/Tokyo").expect("a range");
        assert_eq!(moments, Range { from: at("2026-11-21T05:30:00Z"), until: at("2026-11-21T06:00:00Z") });
    }

    #[test]
    fn without_days_it_is_the_last_ones() {
        let now = at("2026-11-21T05:30:00Z");
        let week = Range::parse(None, None, &zone("Asia/Tokyo"), 7, now).expect("a range");
        assert_eq!(week, Range { from: at("2026-11-14T00:00:00+09:00"), until: now });
    }

    #[test]
    fn what_is_no_range_is_named() {
        let read = |from, to| Range::parse(Some(from), Some(to), &zone("Asia/Tokyo"), 7, at("2026-12-01T00:00:00Z"));
        assert!(read("yesterday", "2026-11-30").expect_err("no day").contains("from \"yesterday\" must be a day"));
        assert!(read("2026-11-01", "2026-02-30").expect_err("no day").contains("to \"2026-02-30\""));
        assert!(read("2026-11-02", "2026-11-01").expect_err("backwards").contains("from must lie before to"));
        assert!(read("1969-01-01", "2026-11-01").expect_err("too early").contains("before 1970"));
    }
}
