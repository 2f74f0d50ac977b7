//! Time zones of the IANA database: what day a moment belongs to, and when a day begins, where people read clocks.

use super::time::Timestamp;
use jiff::{
    civil::Date,
    tz::{Offset, TimeZone},
};
use std::fmt;

/// A time zone: `Asia/Tokyo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// There is no such zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("zone {0:?} must be a name of the IANA time zone database, as Asia/Tokyo or Europe/Berlin")]
pub struct UnknownZone(String);

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} must be a date, as 2026-11-21, or RFC 3339, as 2026-11-21T14:30:00+09:00, of 1970 or later")]
pub struct NoMoment(String);

/// Which edge of a range a moment is; a date is a whole day, so that its two edges differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The range begins there: a date means its first moment.
    From,
    /// The range ends there: a date means the first moment after it.
    To,
}

impl Zone {
    /// Finds a zone by its name.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone(name.chars().take(60).collect());
        let zone = TimeZone::get(name.trim()).map_err(|_| unknown())?;
        let name = zone.iana_name().ok_or_else(unknown)?.to_owned();
        Ok(Self { name, zone })
    }

    /// The zone whose clocks are never changed.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// Its name in the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What clocks there are ahead of UTC at that moment.
    pub fn offset(&self, at: Timestamp) -> Offset {
        self.zone.to_offset(moment(at))
    }

    /// The day that calendars there show.
    pub fn date(&self, at: Timestamp) -> Date {
        self.offset(at).to_datetime(moment(at)).date()
    }

    /// The first moment of a day there, which is not always midnight. A day before 1970 begins at 1970.
    pub fn start_of(&self, date: Date) -> Timestamp {
        let start = date.to_zoned(self.zone.clone()).and_then(|midnight| midnight.start_of_day());
        let millis = start.map_or_else(|_| moment(Timestamp::ZERO), |start| start.timestamp()).as_millisecond();
        Timestamp::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The last change of the clocks there at this moment or before, if there was one.
    pub fn change_before(&self, at: Timestamp) -> Option<Timestamp> {
        let after = moment(at).checked_add(jiff::SignedDuration::from_millis(1)).ok()?;
        of(self.zone.preceding(after).next()?.timestamp())
    }

    /// The next change of the clocks there after this moment.
    pub fn change_after(&self, at: Timestamp) -> Option<Timestamp> {
        of(self.zone.following(moment(at)).next()?.timestamp())
    }

    /// The moment as clocks there show it, for spreadsheets: `2026-11-21 14:30:00`.
    pub fn wall_clock(&self, at: Timestamp) -> String {
        self.offset(at).to_datetime(moment(at)).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The moment by RFC 3339, with what clocks there are ahead: `2026-11-21T14:30:00+09:00`.
    pub fn rfc3339(&self, at: Timestamp) -> String {
        let at = moment(at);
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// Reads a date, which is a day there, or a moment by RFC 3339. In a query a bare `+` arrives as a blank, which is
    /// read as `+`.
    ///
    /// # Errors
    /// When it is neither, or lies before 1970.
    pub fn moment(&self, text: &str, edge: Edge) -> Result<Timestamp, NoMoment> {
        let wrong = || NoMoment(text.chars().take(40).collect());
        let text = text.trim();
        // `Date` would take whole dates and times as well.
        if text.len() == 10 {
            let day: Date = text.parse().map_err(|_| wrong())?;
            if day.year() < 1970 {
                return Err(wrong());
            }
            return match edge {
                Edge::From => Ok(self.start_of(day)),
                Edge::To => Ok(self.start_of(day.tomorrow().map_err(|_| wrong())?)),
            };
        }
        text.replace(' ', "+").parse().ok().and_then(of).ok_or_else(wrong)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A moment beyond the year 9999 is its last.
pub(super) fn moment(at: Timestamp) -> jiff::Timestamp {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX)
}

fn of(at: jiff::Timestamp) -> Option<Timestamp> {
    u64::try_from(at.as_millisecond()).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).expect("a zone")
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!(zone("Asia/Tokyo").name(), "Asia/Tokyo");
        assert_eq!(zone("asia/tokyo").name(), "Asia/Tokyo");
        for unknown in ["", "Tokyo", "JST+9", "../etc/passwd", "Asia/Tokyo\0"] {
            let error = Zone::parse(unknown).expect_err("no zone").to_string();
            assert!(error.contains("Asia/Tokyo or Europe/Berlin"), "{error}");
        }
    }

    #[test]
    fn a_date_is_a_whole_day_where_clocks_change_too() {
        for (name, date, hours) in [
            ("Asia/Tokyo", "2026-11-21", 24.0),
            ("America/New_York", "2026-03-08", 23.0),
            ("America/New_York", "2026-11-01", 25.0),
            ("Australia/Lord_Howe", "2026-04-05", 24.5),
            ("Australia/Lord_Howe", "2026-10-04", 23.5),
            // Midnight does not exist on that day.
            ("America/Santiago", "2026-09-06", 23.0),
        ] {
            let zone = zone(name);
            let from = zone.moment(date, Edge::From).expect("a day");
            let to = zone.moment(date, Edge::To).expect("a day");
            assert_eq!(to.since(from).as_millis() as f64 / 3_600_000.0, hours, "{name} {date}");
            assert_eq!(zone.date(from).to_string(), date);
        }
    }

    #[test]
    fn moments_are_read_with_their_offset_and_a_plus_that_became_a_blank() {
        let tokyo = zone("Asia/Tokyo");
        let at = tokyo.moment("2026-11-21T14:30:00+09:00", Edge::From).expect("a moment");
        assert_eq!(tokyo.moment("2026-11-21T14:30:00 09:00", Edge::To).expect("a moment"), at);
        assert_eq!(tokyo.moment("2026-11-21T05:30:00Z", Edge::From).expect("a moment"), at);
        assert_eq!(
            (tokyo.wall_clock(at).as_str(), tokyo.rfc3339(at).as_str()),
            ("2026-11-21 14:30:00", "2026-11-21T14:30:00+09:00")
        );
        for wrong in ["", "yesterday", "2026-13-01", "2026-02-30", "1969-12-31", "2026-11-21T14:30:00", "20261121"] {
            tokyo.moment(wrong, Edge::From).expect_err(wrong);
        }
    }
}
