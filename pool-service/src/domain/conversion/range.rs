//! Which days a file is of.

use crate::domain::{
    report::filter::Range,
    time::{Span, Timestamp},
    zone::{Edge, Zone},
};

const DAY: u64 = 86_400;

/// Reads a begin and an end: days of the zone, both whole, or moments of RFC 3339. Without a begin it is the start of the
/// day so many days before the end's, without an end it is `now`.
///
/// # Errors
/// Says which is neither, or that nothing lies between.
pub fn range(from: Option<&str>, to: Option<&str>, zone: &Zone, days: u16, now: Timestamp) -> Result<Range, String> {
    let moment = |name, text, edge| zone.moment(text, edge).map_err(|error| format!("{name} {error}"));
    let until = to.map_or(Ok(now), |text| moment("to", text, Edge::To))?;
    let before = until - Span::from_seconds(u64::from(days) * DAY);
    let from = from.map_or_else(|| Ok(zone.start_of(zone.date(before))), |text| moment("from", text, Edge::From))?;
    let range = Range { from, until };
    if range.is_empty() { Err("from must lie before to: nothing is between the two".to_owned()) } else { Ok(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().expect("RFC 3339");
        Timestamp::from_millis(at.as_millisecond() as u64)
    }

    #[test]
    fn without_days_it_is_the_last_ones() {
        let tokyo = Zone::parse("Asia/Tokyo").expect("a zone");
        let now = at("2026-11-21T05:30:00Z");
        let week = range(None, None, &tokyo, 7, now).expect("a range");
        assert_eq!(week, Range { from: at("2026-11-14T00:00:00+09:00"), until: now });
        let until_yesterday = range(None, Some("2026-11-20"), &tokyo, 1, now).expect("a range");
        let whole_days = Range { from: at("2026-11-20T00:00:00+09:00"), until: at("2026-11-21T00:00:00+09:00") };
        assert_eq!(until_yesterday, whole_days);
    }

    #[test]
    fn what_is_no_range_is_named() {
        let tokyo = Zone::parse("Asia/Tokyo").expect("a zone");
        let read = |from, to| range(Some(from), Some(to), &tokyo, 7, at("2026-12-01T00:00:00Z"));
        assert!(read("yesterday", "2026-11-30").expect_err("no day").contains("from \"yesterday\" must be a date"));
        assert!(read("2026-11-01", "2026-02-30").expect_err("no day").contains("to \"2026-02-30\""));
        assert!(read("2026-11-02", "2026-11-01").expect_err("backwards").contains("from must lie before to"));
    }
}
