//! How moments are written in a file: local times of one zone, so that they are the same moments when they are read.

use crate::domain::{
    report::filter::Range,
    time::Timestamp,
    zone::{Zone, moment},
};
use jiff::{
    civil::DateTime,
    tz::{Offset, offset},
};

/// The zone of a file.
#[derive(Clone, Debug)]
pub struct FileZone {
    clock: Clock,
    name: String,
}

#[derive(Clone, Debug)]
enum Clock {
    /// As clocks show it there.
    Of(Zone),
    /// So far ahead of UTC, always.
    Ahead(Offset),
}

impl FileZone {
    /// For platforms that know the names of zones. If the clocks change within the file's time, or the zone is not named
    /// after a place, the offset at its begin is taken for the whole file: of an hour that comes twice, local times could
    /// not be told apart.
    pub fn named(zone: &Zone, range: Range) -> Self {
        let changes = zone.change_after(range.from).is_some_and(|change| change < range.until);
        if zone.name().contains('/') && !changes { Self::for_people(zone) } else { Self::offset(zone, range.from) }
    }

    /// The zone's offset at this moment, for the whole file: for platforms that know no names of zones.
    pub fn offset(zone: &Zone, from: Timestamp) -> Self {
        let ahead = zone.offset(from);
        let (sign, minutes) = (if ahead.is_negative() { '-' } else { '+' }, ahead.seconds().abs() / 60);
        Self { clock: Clock::Ahead(ahead), name: format!("{sign}{:02}{:02}", minutes / 60, minutes % 60) }
    }

    /// The zone itself, for files whose times only people read.
    pub fn for_people(zone: &Zone) -> Self {
        Self { clock: Clock::Of(zone.clone()), name: zone.name().to_owned() }
    }

    /// Japan's, which has no summer time.
    pub fn japan() -> Self {
        Self { clock: Clock::Ahead(offset(9)), name: "Asia/Tokyo".to_owned() }
    }

    /// The name, or the offset as `+0900`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A moment as `yyyy-MM-dd HH:mm:ss`.
    pub fn dashed(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// A moment as `yyyyMMdd HHmmss`.
    pub fn compact(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y%m%d %H%M%S").to_string()
    }

    /// The day of a moment as `yyyy-MM-dd`.
    pub fn day(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y-%m-%d").to_string()
    }

    fn local(&self, at: Timestamp) -> DateTime {
        let ahead = match &self.clock {
            Clock::Of(zone) => zone.offset(at),
            Clock::Ahead(ahead) => *ahead,
        };
        ahead.to_datetime(moment(at))
    }
}
