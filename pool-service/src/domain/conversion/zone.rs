//! How moments are written in a file: local times of one zone, so that they are the same moments when they are read.

use crate::domain::time::Timestamp;
use jiff::{civil::DateTime, tz::TimeZone};

/// The zone of a file.
#[derive(Clone, Debug)]
pub struct FileZone {
    /// What its times are in.
    written: TimeZone,
    /// The name of that zone; `None` if only its offset says it.
    name: Option<String>,
}

impl FileZone {
    /// The zone in which a platform reads names of zones. If the clocks change within the file's time, or the zone has no
    /// name of a place, the offset at its begin is taken for the whole file: an hour that comes twice could not be told
    /// apart by local times.
    pub fn named(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Self {
        let changes = zone.following(instant(from)).next().is_some_and(|change| change.timestamp() < instant(until));
        match zone.iana_name().filter(|name| name.contains('/') && !changes) {
            Some(name) => Self { written: zone.clone(), name: Some(name.to_owned()) },
            None => Self::offset(zone, from),
        }
    }

    /// The zone's offset at this moment, for the whole file: for platforms that know no names of zones.
    pub fn offset(zone: &TimeZone, from: Timestamp) -> Self {
        Self { written: TimeZone::fixed(zone.to_offset(instant(from))), name: None }
    }

    /// The zone itself, for files whose times only people read.
    pub fn for_people(zone: &TimeZone) -> Self {
        Self { written: zone.clone(), name: Some(zone.iana_name().unwrap_or("UTC").to_owned()) }
    }

    /// Japan's, which has no summer time.
    pub fn japan() -> Self {
        Self { written: TimeZone::fixed(jiff::tz::offset(9)), name: Some("Asia/Tokyo".to_owned()) }
    }

    /// The name, or the offset as `+0900`.
    pub fn name(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => self.local(Timestamp::ZERO).1,
        }
    }

    /// A moment as `yyyy-MM-dd HH:mm:ss`.
    pub fn dashed(&self, moment: Timestamp) -> String {
        self.local(moment).0.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// A moment as `yyyyMMdd HHmmss`.
    pub fn compact(&self, moment: Timestamp) -> String {
        self.local(moment).0.strftime("%Y%m%d %H%M%S").to_string()
    }

    /// The day of a moment as `yyyy-MM-dd`.
    pub fn day(&self, moment: Timestamp) -> String {
        self.local(moment).0.strftime("%Y-%m-%d").to_string()
    }

    /// The local time, and how far it is ahead of UTC.
    fn local(&self, moment: Timestamp) -> (DateTime, String) {
        let local = self.written.to_datetime(instant(moment));
        let seconds = self.written.to_offset(instant(moment)).seconds();
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
        (local, format!("{sign}{:02}{:02}", minutes / 60, minutes % 60))
    }
}

/// A moment as the calendar's library has it; one beyond the year 9999 is its last.
pub(super) fn instant(moment: Timestamp) -> jiff::Timestamp {
    let millis = i64::try_from(moment.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX)
}
