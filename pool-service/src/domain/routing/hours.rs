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
