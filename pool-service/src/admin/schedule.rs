//! `[[schedule]]` of a document as a domain value.

use super::{routing_entry::ScheduleEntry, validate::Findings};
use crate::domain::{
    ids::ScheduleId,
    routing::schedule::{OpenSpan, Schedule, Zone},
};
use jiff::civil::Date;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const HOLIDAY: &str = "holiday";
/// Spans of one day.
const MAX_SPANS: usize = 16;
/// Days that a schedule may name.
const MAX_DAYS: usize = 4_000;

/// Reads a schedule; what is wrong goes to the findings.
pub(super) fn read(entry: &ScheduleEntry, findings: &mut Findings) -> Option<Schedule> {
    let place = format!("schedule {:?}", entry.id);
    let before = findings.count();
    let id = findings.take(&place, ScheduleId::parse(&entry.id));
    let zone = findings.take(&place, Zone::parse(&entry.zone));
    if entry.holidays.len() + entry.special.len() > MAX_DAYS {
        findings.add(&place, format!("names more than {MAX_DAYS} days"));
    }
    let mut schedule = Schedule {
        id: id?,
        zone: zone?,
        weekly: Default::default(),
        on_holidays: Vec::new(),
        holidays: Default::default(),
        has_japanese_holidays: entry.japanese_holidays,
        special: Default::default(),
    };
    week(entry, &mut schedule, &place, findings);
    for day in &entry.holidays {
        schedule.holidays.extend(findings.take(&format!("{place}: holidays"), date(&day.text())));
    }
    for (day, texts) in &entry.special {
        let place = format!("{place}: special {day:?}");
        let read = spans(texts, &place, findings);
        if let Some(day) = findings.take(&place, date(day)) {
            schedule.special.insert(day, read);
        }
    }
    if schedule.weekly.iter().all(Vec::is_empty) && schedule.special.values().all(Vec::is_empty) {
        findings.add(&place, "is never open: weekly says when, as in weekly = { mon-fri = [\"09:00-18:00\"] }");
    }
    (findings.count() == before).then_some(schedule)
}

fn week(entry: &ScheduleEntry, schedule: &mut Schedule, place: &str, findings: &mut Findings) {
    let mut said = [false; 7];
    for (days, texts) in &entry.weekly {
        let place = format!("{place}: weekly {days:?}");
        let read = spans(texts, &place, findings);
        if days == HOLIDAY {
            schedule.on_holidays = read;
            continue;
        }
        let Some(days) = findings.take(&place, days_of(days)) else { continue };
        for day in days {
            if std::mem::replace(&mut said[day], true) {
                findings.add(&place, format!("{} is said twice", DAYS[day]));
            }
            schedule.weekly[day].clone_from(&read);
        }
    }
}

/// `mon`, or `mon-fri`; `fri-mon` goes over the weekend.
fn days_of(text: &str) -> Result<Vec<usize>, String> {
    let day = |name: &str| DAYS.iter().position(|day| *day == name);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (Some(first), Some(last)) = (day(first), day(last)) else {
        return Err(format!("must be a day ({}), days as mon-fri, or {HOLIDAY}", DAYS.join(", ")));
    };
    let length = (last + DAYS.len() - first) % DAYS.len();
    Ok((0..=length).map(|after| (first + after) % DAYS.len()).collect())
}

fn spans(texts: &[String], place: &str, findings: &mut Findings) -> Vec<OpenSpan> {
    if texts.len() > MAX_SPANS {
        findings.add(place, format!("has more than {MAX_SPANS} spans"));
    }
    let mut spans: Vec<OpenSpan> =
        texts.iter().filter_map(|text| findings.take(place, OpenSpan::parse(text))).collect();
    spans.sort_unstable();
    if spans.windows(2).any(|two| two[1].from() < two[0].to()) {
        findings.add(place, "has spans that overlap");
    }
    spans
}

fn date(text: &str) -> Result<Date, String> {
    let is_date = text.len() == 10;
    let wrong = || format!("{text:?} must be a date, as 2027-01-01");
    text.parse().ok().filter(|_| is_date).ok_or_else(wrong)
}
