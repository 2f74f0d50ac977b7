//! Hours, days and months of a time zone, as stretches of time that touch each other.
//!
//! An hour of a clock that is set back comes twice, and is two stretches; a clock that is set by half an hour cuts one in
//! two. So every moment belongs to exactly one stretch, and what is shown of it says its offset.

use super::filter::Range;
use crate::domain::{
    time::{Span, Timestamp},
    zone::Zone,
};

const HOUR: u64 = 3_600_000;

/// What a calendar is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Hours of the clock.
    Hour,
    /// Days.
    Day,
    /// Months.
    Month,
}

impl Every {
    /// The stretch to which a moment belongs.
    pub fn around(self, zone: &Zone, at: Timestamp) -> Range {
        match self {
            Self::Hour => hour(zone, at),
            Self::Day => {
                let date = zone.date(at);
                let next = date.tomorrow().map_or(Timestamp::from_millis(u64::MAX), |date| zone.start_of(date));
                Range { from: zone.start_of(date), until: next }
            }
            Self::Month => {
                let first = zone.date(at).first_of_month();
                let next = first.last_of_month().tomorrow();
                let next = next.map_or(Timestamp::from_millis(u64::MAX), |date| zone.start_of(date));
                Range { from: zone.start_of(first), until: next }
            }
        }
    }

    /// What a stretch is called there: `2026-11-21T14:00+09:00`, `2026-11-21`, `2026-11`.
    pub fn name(self, zone: &Zone, stretch: Range) -> String {
        match self {
            Self::Hour => {
                let text = zone.rfc3339(stretch.from);
                // Without the seconds.
                format!("{}{}", &text[..16], &text[19..])
            }
            Self::Day => zone.date(stretch.from).to_string(),
            Self::Month => zone.date(stretch.from).strftime("%Y-%m").to_string(),
        }
    }

    /// All stretches that have moments in a range, in order, at most `limit`; `None` if there are more.
    pub fn all(self, zone: &Zone, range: Range, limit: usize) -> Option<Vec<Range>> {
        let mut found = Vec::new();
        let mut at = range.from;
        while at < range.until {
            let stretch = self.around(zone, at);
            if found.len() == limit || stretch.until <= at {
                return None;
            }
            at = stretch.until;
            found.push(stretch);
        }
        Some(found)
    }
}

/// From the clock's last full hour to its next one, or from and to a change of the clock between.
fn hour(zone: &Zone, at: Timestamp) -> Range {
    let ahead = i64::from(zone.offset(at).seconds()) * 1_000;
    let shown = i64::try_from(at.as_millis()).unwrap_or(i64::MAX / 2) + ahead;
    let into = u64::try_from(shown.rem_euclid(HOUR as i64)).unwrap_or(0);
    let from = at - Span::from_millis(into);
    let until = from + Span::from_millis(HOUR);
    // Not every change of a zone's rules changes the clock.
    let is_changed = |other: Timestamp| zone.offset(other) != zone.offset(at);
    Range {
        from: if is_changed(from) { zone.change_before(at).unwrap_or(from) } else { from },
        until: if is_changed(until) { zone.change_after(at).unwrap_or(until).min(until) } else { until },
    }
}
