//! When something happened, as carriers write it: with an offset, or as a clock on a wall shows it. Pure.

use super::spelling::plain;
use jiff::{
    Timestamp,
    civil::DateTime,
    fmt::strtime::{self, BrokenDownTime},
    tz::TimeZone,
};

/// Ways to write a moment that are understood without being told; the seconds may have fractions.
const USUAL: [&str; 9] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y年%m月%d日 %H時%M分%S秒",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H時%M分",
    "%Y年%m月%d日 %H:%M:%S%.f",
    "%Y年%m月%d日 %H:%M",
];
/// Digits alone.
const COMPACT: &str = "%Y%m%d%H%M%S";

/// How a file writes its moments.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    zone: Option<TimeZone>,
    format: Option<String>,
}

impl Moments {
    /// `zone`: an IANA name, for moments that do not say it themselves. `format`: as `strftime` has it; else the usual ways.
    ///
    /// # Errors
    /// When there is no such zone, or the format cannot hold a moment.
    pub(super) fn new(zone: Option<&str>, format: Option<&str>) -> Result<Self, String> {
        let zone = zone.map(|name| {
            TimeZone::get(name).map_err(|_| format!("--zone {name:?} is no time zone; write it as in Asia/Tokyo"))
        });
        let zone = zone.transpose()?;
        if let Some(format) = format {
            let shown = DateTime::constant(2026, 11, 21, 14, 30, 0, 0);
            let written = shown.to_zoned(TimeZone::UTC).and_then(|zoned| strtime::format(format, &zoned));
            let read = written.and_then(|written| BrokenDownTime::parse(format, &written)?.to_datetime());
            if read.as_ref().ok() != Some(&shown) {
                return Err(format!("--time-format {format:?} does not hold year, month, day, hour and minute"));
            }
        }
        Ok(Self { zone, format: format.map(str::to_owned) })
    }

    /// Reads a moment in milliseconds since 1970. Of a time of the clock that comes twice, when summer time ends, it is the
    /// first; one that is left out, when it begins, is as long after the change as it would have been without.
    ///
    /// # Errors
    /// What it must look like, or that nobody said in which zone.
    pub(super) fn read(&self, text: &str) -> Result<u64, String> {
        let text = plain(text);
        let moment = match &self.format {
            Some(format) => self.by_format(format, &text)?,
            None => self.by_usual_ways(&text)?,
        };
        u64::try_from(moment.as_millisecond()).map_err(|_| "lies before 1970".to_owned())
    }

    fn by_format(&self, format: &str, text: &str) -> Result<Timestamp, String> {
        let wrong = |_| format!("is not written as --time-format {format:?} says");
        let parsed = BrokenDownTime::parse(format, text).map_err(wrong)?;
        if parsed.offset().is_some() {
            return parsed.to_timestamp().map_err(wrong);
        }
        self.on_the_wall(parsed.to_datetime().map_err(wrong)?)
    }

    fn by_usual_ways(&self, text: &str) -> Result<Timestamp, String> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(moment);
        }
        let by = |format: &str| BrokenDownTime::parse(format, text).and_then(|parsed| parsed.to_datetime()).ok();
        let is_compact = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
        let read = if is_compact { by(COMPACT) } else { USUAL.into_iter().find_map(by) };
        let read = read.ok_or("is no moment: write it as in 2026-11-21 14:30:05, or say --time-format")?;
        self.on_the_wall(read)
    }

    fn on_the_wall(&self, shown: DateTime) -> Result<Timestamp, String> {
        let zone = self.zone.clone().ok_or("does not say in which zone: add --zone, as in --zone Asia/Tokyo")?;
        let zoned = shown.to_zoned(zone).map_err(|error| error.to_string())?;
        Ok(zoned.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::Moments;
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn tokyo() -> Moments {
        Moments::new(Some("Asia/Tokyo"), None).expect("a zone")
    }

    fn utc(millis: u64) -> String {
        Timestamp::from_millisecond(i64::try_from(millis).expect("small")).expect("a moment").to_string()
    }

    #[test]
    fn every_usual_way_to_write_a_moment_is_read() {
        for text in [
            "2026-11-21 14:30:05",
            "2026/11/21 14:30:05",
            "2026-11-21T14:30:05",
            "2026-11-21T14:30:05+09:00",
            "2026-11-21T05:30:05Z",
            "2026-11-21 05:30:05Z",
            "20261121143005",
            "2026年11月21日 14時30分05秒",
            "2026年11月21日 14:30:05",
            " ２０２６／１１／２１　１４：３０：０５ ",
        ] {
            assert_eq!(tokyo().read(text).map(utc).as_deref(), Ok("2026-11-21T05:30:05Z"), "{text:?}");
        }
        for (text, moment) in [
            ("2026/1/2 9:05", "2026-01-02T00:05:00Z"),
            ("2026/1/2 9:05:03", "2026-01-02T00:05:03Z"),
            ("2026-11-21 14:30:05.678", "2026-11-21T05:30:05.678Z"),
            ("2026年1月2日 9時05分", "2026-01-02T00:05:00Z"),
        ] {
            assert_eq!(tokyo().read(text).map(utc).as_deref(), Ok(moment), "{text:?}");
        }
    }

    #[test]
    fn what_is_none_is_refused_and_a_missing_zone_is_said() {
        for text in [
            "",
            "yesterday",
            "2026-11-21",
            "14:30",
            "2026-13-01 00:00:00",
            "2026-02-29 00:00",
            "2026/11/21 25:00",
            "20261121",
            "2026-11-21 14:30:05 JST",
            "1969-12-31T23:59:59Z",
            "46347.6",
            "99999999999999",
        ] {
            assert!(tokyo().read(text).is_err(), "{text:?}");
        }
        let anywhere = Moments::new(None, None).expect("no zone is needed");
        assert!(anywhere.read("2026-11-21 14:30:05").is_err_and(|why| why.contains("--zone")));
        assert!(anywhere.read("2026-11-21T14:30:05+09:00").is_ok());
        assert!(Moments::new(Some("Asia/Tokio"), None).is_err_and(|why| why.contains("Asia/Tokio")));
    }

    #[test]
    fn the_clock_on_the_wall_is_followed_through_summer_time() {
        let berlin = Moments::new(Some("Europe/Berlin"), None).expect("a zone");
        for (text, moment) in [
            ("2026-03-29 01:59:59", "2026-03-29T00:59:59Z"),
            ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
            ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
            ("2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
        ] {
            assert_eq!(berlin.read(text).map(utc).as_deref(), Ok(moment), "{text:?}");
        }
    }

    #[test]
    fn a_format_of_the_files_own_is_followed_to_the_letter() {
        let own = Moments::new(Some("Asia/Tokyo"), Some("%d.%m.%Y %H:%M:%S")).expect("a format");
        assert_eq!(own.read("21.11.2026 14:30:05").map(utc).as_deref(), Ok("2026-11-21T05:30:05Z"));
        assert!(own.read("2026-11-21 14:30:05").is_err_and(|why| why.contains("%d.%m.%Y")));
        let offset = Moments::new(None, Some("%Y-%m-%d %H:%M:%S %z")).expect("a format");
        assert_eq!(offset.read("2026-11-21 14:30:05 +0900").map(utc).as_deref(), Ok("2026-11-21T05:30:05Z"));
        for format in ["%Y-%m-%d", "%H:%M", "%Q?", ""] {
            assert!(Moments::new(None, Some(format)).is_err(), "{format:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(millis in 0..4_000_000_000_000_u64) {
            let moment = Timestamp::from_millisecond(i64::try_from(millis).expect("small")).expect("a moment");
            prop_assert_eq!(tokyo().read(&moment.to_string()), Ok(millis));
            let shown = moment.in_tz("Asia/Tokyo").expect("a zone").datetime();
            let slashes = shown.strftime("%Y/%m/%d %H:%M:%S%.3f").to_string();
            // Before 1952 Japan had summer time; since 1970 no clock there showed a time twice.
            prop_assert_eq!(tokyo().read(&slashes), Ok(millis));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,24}", times in "[0-9:/T. Z+\u{5e74}-]{0,24}") {
            for text in [text, times] {
                if let Ok(millis) = tokyo().read(&text) {
                    prop_assert_eq!(tokyo().read(&utc(millis)), Ok(millis));
                }
            }
        }
    }
}
