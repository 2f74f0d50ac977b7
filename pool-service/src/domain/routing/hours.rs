//! Whether a schedule is open at a moment.
//!
//! Hours are what a clock on the wall in the schedule's zone shows. Where summer time takes an hour away, what would
//! begin or end within it does so at the change; where an hour comes twice, what ends within it ends the second time and
//! what begins within it begins the first time, so that nobody is turned away within hours that were announced.

use super::{
    decision::Hours,
    schedule::{DayRule, OpenSpan, Schedule},
};
use crate::domain::time::Timestamp;
use jiff::{
    ToSpan,
    civil::Date,
    tz::{AmbiguousOffset, TimeZone},
};

/// Whether it is open at this moment, and why.
pub fn at(schedule: &Schedule, now: Timestamp) -> Hours {
    let told = |is_open, because: String| Hours { schedule: schedule.id.clone(), is_open, because };
    let zone_name = schedule.zone.name();
    let moment = i64::try_from(now.as_millis()).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    let (Some(zone), Some(moment)) = (schedule.zone.rules(), moment) else {
        return told(true, format!("the time in {zone_name} is not known, so it counts as open"));
    };
    let today = zone.to_datetime(moment).date();
    // What began yesterday may go on past midnight.
    for day in [Some(today), today.yesterday().ok()].into_iter().flatten() {
        let (spans, rule) = schedule.on(day);
        let open = spans.iter().find(|span| holds(**span, day, &zone, moment));
        if let Some(span) = open {
            return told(true, format!("open {span}{} ({day}, {zone_name})", of(rule)));
        }
    }
    let (spans, rule) = schedule.on(today);
    let because = if spans.is_empty() { "closed all day" } else { "outside the opening hours" };
    told(false, format!("{because}{} ({today}, {zone_name})", of(rule)))
}

fn of(rule: DayRule) -> String {
    match rule {
        DayRule::Special => " of a special day".to_owned(),
        DayRule::Holiday(Some(name)) => format!(" of a holiday: {name}"),
        DayRule::Holiday(None) => " of a holiday".to_owned(),
        DayRule::Weekly => String::new(),
    }
}

fn holds(span: OpenSpan, day: Date, zone: &TimeZone, moment: jiff::Timestamp) -> bool {
    let begin = instant(day, span.from(), zone, Edge::Begin);
    let end = instant(day, span.to(), zone, Edge::End);
    begin.is_some_and(|begin| begin <= moment) && end.is_some_and(|end| moment < end)
}

enum Edge {
    Begin,
    End,
}

/// When the clock on the wall shows so many minutes after the day's midnight.
fn instant(day: Date, minutes: u16, zone: &TimeZone, edge: Edge) -> Option<jiff::Timestamp> {
    let shown = day.at(0, 0, 0, 0).checked_add(i64::from(minutes).minutes()).ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(shown);
    match (ambiguous.offset(), edge) {
        (AmbiguousOffset::Unambiguous { .. }, _) => ambiguous.compatible().ok(),
        (AmbiguousOffset::Gap { .. }, _) => {
            zone.following(ambiguous.earlier().ok()?).next().map(|next| next.timestamp())
        }
        (AmbiguousOffset::Fold { .. }, Edge::Begin) => ambiguous.earlier().ok(),
        (AmbiguousOffset::Fold { .. }, Edge::End) => ambiguous.later().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ids::ScheduleId, routing::schedule::Zone};
    use jiff::civil::{DateTime, date};
    use proptest::prelude::*;

    fn schedule(zone: &str, weekly: [&[&str]; 7]) -> Schedule {
        let read = |spans: &[&str]| spans.iter().map(|span| OpenSpan::parse(span).expect("a span")).collect();
        Schedule {
            id: ScheduleId::parse("office").expect("an id"),
            zone: Zone::parse(zone).expect("a zone"),
            weekly: weekly.map(read),
            on_holidays: Vec::new(),
            holidays: [].into(),
            has_japanese_holidays: false,
            special: [].into(),
        }
    }

    fn millis(moment: jiff::Timestamp) -> Timestamp {
        Timestamp::from_millis(u64::try_from(moment.as_millisecond()).expect("after 1970"))
    }

    /// At a moment of UTC.
    fn open(schedule: &Schedule, moment: &str) -> bool {
        at(schedule, millis(moment.parse().expect("RFC 3339"))).is_open
    }

    /// What a clock on the wall and the day's rule say, for moments whose hour comes once.
    fn by_the_wall(schedule: &Schedule, shown: DateTime) -> bool {
        let minutes = u16::try_from(i32::from(shown.hour()) * 60 + i32::from(shown.minute())).expect("minutes");
        let has =
            |day: Date, minutes: u16| schedule.on(day).0.iter().any(|span| (span.from()..span.to()).contains(&minutes));
        has(shown.date(), minutes) || has(shown.date().yesterday().expect("a day"), minutes + 1_440)
    }

    #[test]
    fn spans_have_their_begin_and_not_their_end() {
        let days: [&[&str]; 7] = [&["09:00-12:00", "13:00-18:00"]; 7];
        let office = schedule("Asia/Tokyo", days);
        for (moment, is_open) in [
            ("2026-11-20T23:59:59.999Z", false),
            ("2026-11-21T00:00:00Z", true),
            ("2026-11-21T02:59:59.999Z", true),
            ("2026-11-21T03:00:00Z", false),
            ("2026-11-21T04:00:00Z", true),
            ("2026-11-21T09:00:00Z", false),
        ] {
            assert_eq!(open(&office, moment), is_open, "{moment}");
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        // Friday night only.
        let mut bar = schedule("Asia/Tokyo", [&[], &[], &[], &[], &["22:00-04:00"], &[], &[]]);
        assert!(open(&bar, "2026-11-20T18:59:00Z"), "Saturday 03:59");
        assert!(!open(&bar, "2026-11-20T19:00:00Z"), "Saturday 04:00");
        assert!(!open(&bar, "2026-11-21T15:00:00Z"), "Sunday 00:00");
        // A closed Saturday does not end Friday's night; a closed Friday has none.
        bar.special.insert(date(2026, 11, 21), Vec::new());
        assert!(open(&bar, "2026-11-20T18:59:00Z"));
        bar.special.insert(date(2026, 11, 20), Vec::new());
        assert!(!open(&bar, "2026-11-20T18:59:00Z"));
    }

    #[test]
    fn special_days_win_over_holidays_and_holidays_over_the_week() {
        let mut clinic = schedule("Asia/Tokyo", [&["09:00-18:00"]; 7]);
        let noon = "2026-11-23T03:00:00Z";
        assert!(open(&clinic, noon));
        clinic.has_japanese_holidays = true;
        let told = at(&clinic, millis(noon.parse().expect("a time")));
        assert_eq!(
            (told.is_open, told.because.as_str()),
            (false, "closed all day of a holiday: 勤労感謝の日 (2026-11-23, Asia/Tokyo)")
        );
        clinic.on_holidays = vec![OpenSpan::parse("10:00-11:00").expect("a span")];
        assert!(open(&clinic, "2026-11-23T01:30:00Z") && !open(&clinic, noon));
        clinic.special.insert(date(2026, 11, 23), vec![OpenSpan::parse("11:00-13:00").expect("a span")]);
        assert!(open(&clinic, noon) && !open(&clinic, "2026-11-23T01:30:00Z"));
        clinic.has_japanese_holidays = false;
        clinic.special.clear();
        clinic.holidays.insert(date(2026, 11, 23));
        assert!(!open(&clinic, noon) && open(&clinic, "2026-11-24T03:00:00Z"));
    }

    #[test]
    fn an_hour_that_does_not_come_is_no_loss_and_one_that_comes_twice_no_gap() {
        // New York: 02:00 to 03:00 is missing on 2026-03-08; 01:00 to 02:00 comes twice on 2026-11-01.
        let spring = schedule("America/New_York", [&["02:30-05:00"]; 7]);
        assert!(!open(&spring, "2026-03-08T06:59:59Z"), "01:59:59 EST");
        assert!(open(&spring, "2026-03-08T07:00:00Z"), "03:00 EDT, the first moment after 02:30");
        let missing = schedule("America/New_York", [&["02:10-02:50"]; 7]);
        assert!(!open(&missing, "2026-03-08T07:00:00Z"), "all of it is missing");
        let autumn = schedule("America/New_York", [&["01:30-05:00"]; 7]);
        assert!(open(&autumn, "2026-11-01T05:30:00Z"), "01:30 EDT");
        assert!(open(&autumn, "2026-11-01T06:15:00Z"), "01:15 EST, after 01:45 EDT");
        let evening = schedule("America/New_York", [&["20:00-01:30"]; 7]);
        assert!(open(&evening, "2026-11-01T05:45:00Z"), "01:45 EDT: 01:30 comes once more");
        assert!(open(&evening, "2026-11-01T06:29:59Z") && !open(&evening, "2026-11-01T06:30:00Z"), "01:30 EST");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Every quarter of an hour of a year, in zones with and without summer time, is what the clock on the wall says,
        /// but for hours that come twice.
        #[test]
        fn the_clock_on_the_wall_decides(
            zone in prop::sample::select(vec!["Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]),
            spans in prop::collection::vec((0_u16..96, 1_u16..96), 7..21),
            year in 2015_i16..2035,
        ) {
            let mut schedule = schedule(zone, [&[]; 7]);
            for (at, (from, length)) in spans.iter().enumerate() {
                let to = (from + length) % 96;
                let time = |quarters: u16| format!("{:02}:{:02}", quarters / 4, quarters % 4 * 15);
                let text = format!("{}-{}", time(*from), if to == 0 { "24:00".to_owned() } else { time(to) });
                if let Ok(span) = OpenSpan::parse(&text) {
                    schedule.weekly[at % 7].push(span);
                }
            }
            let rules = schedule.zone.rules().expect("a zone");
            let mut moment = date(year, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a moment").timestamp();
            while rules.to_datetime(moment).date().year() <= year {
                let shown = rules.to_datetime(moment);
                let comes_twice = matches!(rules.to_ambiguous_timestamp(shown).offset(), AmbiguousOffset::Fold { .. });
                let expected = by_the_wall(&schedule, shown);
                let found = at(&schedule, millis(moment)).is_open;
                // In an hour that comes twice it may be open for longer, never for shorter.
                prop_assert!(found == expected || (comes_twice && found), "{} {}", shown, zone);
                moment += 15.minutes();
            }
        }
    }
}
