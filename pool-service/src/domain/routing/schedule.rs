//! Opening hours, as configured.

use super::holidays;
use crate::domain::ids::ScheduleId;
use jiff::{
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Opening hours that pools and destinations refer to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The operator's name for it.
    pub id: ScheduleId,
    /// The zone of its clock.
    pub zone: Zone,
    /// When it is open on the days of a week, Monday first.
    pub weekly: [Vec<OpenSpan>; 7],
    /// When it is open on holidays; as on a day that is closed, if nothing is said.
    #[serde(default)]
    pub on_holidays: Vec<OpenSpan>,
    /// Holidays besides those of Japan.
    #[serde(default)]
    pub holidays: BTreeSet<Date>,
    /// Japan's public holidays are holidays.
    #[serde(default)]
    pub has_japanese_holidays: bool,
    /// Days with hours of their own, or without any; they win over everything else.
    #[serde(default)]
    pub special: BTreeMap<Date, Vec<OpenSpan>>,
}

/// From one time of the day to another, in minutes since midnight, or past midnight to one of the next day. It belongs to
/// the day on which it begins. Written `09:00-12:30`, `22:00-02:00`, `00:00-24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpenSpan {
    from: u16,
    to: u16,
}

/// A zone of the IANA database: `Asia/Tokyo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

/// Which rule of a schedule counts on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayRule {
    /// The day's own.
    Special,
    /// That of holidays; the name of a Japanese one.
    Holiday(Option<&'static str>),
    /// That of the day of the week.
    Weekly,
}

const DAY: u16 = 24 * 60;

impl OpenSpan {
    /// Reads `09:00-12:30`.
    ///
    /// # Errors
    /// Says how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} must be written as 09:00-12:30, 22:00-02:00 (past midnight) or 00:00-24:00");
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let (from, to) = (minutes(from).ok_or_else(wrong)?, minutes(to).ok_or_else(wrong)?);
        if from == to || from == DAY || to == 0 {
            return Err(format!("{text:?} has no length; all day is 00:00-24:00, until midnight 18:00-24:00"));
        }
        Ok(Self { from, to })
    }

    /// Minutes since midnight at which it begins.
    pub fn from(self) -> u16 {
        self.from
    }

    /// Minutes since the midnight before its begin at which it ends: more than a day's for one past midnight.
    pub fn to(self) -> u16 {
        if self.to > self.from { self.to } else { self.to + DAY }
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let is_two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_two_digits(hours) || !is_two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let of_day = hours * 60 + minutes;
    (minutes < 60 && of_day <= DAY).then_some(of_day)
}

impl Zone {
    /// Reads the name of a zone.
    ///
    /// # Errors
    /// When the database has none of this name.
    pub fn parse(name: &str) -> Result<Self, String> {
        let unknown = || format!("there is no time zone {name:?}; write it as Asia/Tokyo or America/New_York");
        let zone = TimeZone::get(name).map_err(|_| unknown())?;
        // What else the system calls a zone would not be the same on another machine.
        zone.iana_name().map(|name| Self(name.to_owned())).ok_or_else(unknown)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Its rules; `None` if the database has lost it.
    pub fn rules(&self) -> Option<TimeZone> {
        TimeZone::get(&self.0).ok()
    }
}

impl Schedule {
    /// When it is open on a day, and by which rule.
    pub fn on(&self, day: Date) -> (&[OpenSpan], DayRule) {
        if let Some(spans) = self.special.get(&day) {
            return (spans, DayRule::Special);
        }
        let japanese = self.has_japanese_holidays.then(|| holidays::name(day)).flatten();
        if japanese.is_some() || self.holidays.contains(&day) {
            return (&self.on_holidays, DayRule::Holiday(japanese));
        }
        (&self.weekly[index(day.weekday())], DayRule::Weekly)
    }
}

/// Where a day of the week stands in [`Schedule::weekly`].
pub fn index(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs()) % 7
}

impl fmt::Display for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl TryFrom<String> for OpenSpan {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<OpenSpan> for String {
    fn from(span: OpenSpan) -> Self {
        span.to_string()
    }
}

impl TryFrom<String> for Zone {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, from, to) in [
            ("09:00-12:30", 540, 750),
            ("22:00-02:00", 1_320, 1_560),
            ("00:00-24:00", 0, 1_440),
            ("18:00-24:00", 1_080, 1_440),
        ] {
            let span = OpenSpan::parse(text).expect(text);
            assert_eq!((span.from(), span.to(), span.to_string().as_str()), (from, to, text));
        }
        for text in
            ["", "9:00-12:00", "09:00", "09:00-25:00", "09:60-10:00", "09:00-09:00", "24:00-01:00", "22:00-00:00"]
        {
            assert!(OpenSpan::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn zones_are_those_of_the_database() {
        assert_eq!(Zone::parse("Asia/Tokyo").as_ref().map(Zone::name), Ok("Asia/Tokyo"));
        for name in ["", "JST-9", "Asia/Nowhere", "../etc/passwd", "+09:00"] {
            assert!(Zone::parse(name).is_err(), "{name:?}");
        }
    }
}
