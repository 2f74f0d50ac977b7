//! `[pool.routing]` of a document as a domain value.

use super::{
    blocked,
    document::PoolEntry,
    routing_entry::{AbsenceEntry, DestinationEntry, RoutingEntry},
    validate::Findings,
};
use crate::domain::{
    ids::{DestinationId, ScheduleId},
    routing::{
        Absence, Destination, Gateway, Routing, SendTo,
        plan::RINGS_SECONDS,
        speech::{self, MAX_TEXT},
    },
};
use std::ops::RangeInclusive;

/// Destinations of one pool: a call tries them one after the other.
const MAX_DESTINATIONS: usize = 16;
/// A caller who hears it ring for longer has hung up.
const RINGS: RangeInclusive<i64> = 5..=120;
/// A short message has room for less in most networks.
const MAX_SMS: usize = 670;

/// Reads a pool's routing; what is wrong goes to the findings.
pub(super) fn read(entry: &PoolEntry, place: &str, findings: &mut Findings) -> Routing {
    let said = &entry.routing;
    let place = format!("{place}: routing");
    if said.destinations.len() > MAX_DESTINATIONS {
        findings.add(&place, format!("has more than {MAX_DESTINATIONS} destinations"));
    }
    let mut destinations: Vec<Destination> = Vec::with_capacity(said.destinations.len());
    for wanted in &said.destinations {
        let place = format!("{place}, destination {:?}", wanted.id);
        let Some(destination) = destination(wanted, &place, findings) else { continue };
        if destinations.iter().any(|other| other.id == destination.id) {
            findings.add(&place, "there are two destinations of this id");
        }
        destinations.push(destination);
    }
    let gateway = said.gateway.as_deref().and_then(|text| findings.take(&place, Gateway::parse(text)));
    texts(said, &place, findings);
    Routing {
        destinations,
        strategy: said.strategy.unwrap_or_default(),
        schedule: schedule(said.schedule.as_deref(), &place, findings),
        gateway,
        language: said.language.unwrap_or_default(),
        whisper: said.whisper.clone(),
        notice: said.notice.clone(),
        record: said.record.unwrap_or(false),
        tries_next: said.next.unwrap_or(true),
        absence: said.absence.as_ref().map(|said| absence(said, &place, "absence", findings)).unwrap_or_default(),
        closed: said.closed.as_ref().map(|said| absence(said, &place, "closed", findings)),
        blocked: blocked::read_all(&entry.blocked, place.trim_end_matches(": routing"), findings),
    }
}

fn destination(wanted: &DestinationEntry, place: &str, findings: &mut Findings) -> Option<Destination> {
    let mut number = |name: &str, value: Option<i64>, default: u32, allowed: RangeInclusive<i64>| match value {
        None => default,
        Some(value) if allowed.contains(&value) => u32::try_from(value).unwrap_or(default),
        Some(value) => {
            findings.add(place, format!("{name} = {value} must be {} to {}", allowed.start(), allowed.end()));
            default
        }
    };
    let priority = number("priority", wanted.priority, 0, 0..=1_000);
    let weight = number("weight", wanted.weight, 1, 0..=1_000_000);
    let capacity = wanted.capacity.map(|capacity| number("capacity", Some(capacity), 1, 1..=1_000_000));
    let timeout_seconds = number("timeout_seconds", wanted.timeout_seconds, RINGS_SECONDS, RINGS);
    let id = findings.take(place, DestinationId::parse(&wanted.id));
    let to = findings.take(place, SendTo::parse(&wanted.to));
    let schedule = schedule(wanted.schedule.as_deref(), place, findings);
    Some(Destination { id: id?, to: to?, priority, weight, capacity, timeout_seconds, schedule })
}

fn schedule(said: Option<&str>, place: &str, findings: &mut Findings) -> Option<ScheduleId> {
    said.and_then(|id| findings.take(place, ScheduleId::parse(id)))
}

fn absence(said: &AbsenceEntry, place: &str, name: &str, findings: &mut Findings) -> Absence {
    let place = format!("{place}, {name}");
    let send_to = said.send_to.as_deref().and_then(|to| findings.take(&format!("{place}: send_to"), SendTo::parse(to)));
    for (key, text, longest) in [("message", &said.message, MAX_TEXT), ("sms", &said.sms, MAX_SMS)] {
        let is_right = |text: &String| {
            !text.trim().is_empty() && text.chars().count() <= longest && !text.contains(char::is_control)
        };
        if text.as_ref().is_some_and(|text| !is_right(text)) {
            findings.add(&place, format!("{key} must be a text of 1 to {longest} characters on one line"));
        }
    }
    if said.voicemail && send_to.is_some() {
        findings.add(&place, "send_to and voicemail exclude each other: whoever is called instead takes the message");
    }
    Absence { send_to, message: said.message.clone(), voicemail: said.voicemail, sms: said.sms.clone() }
}

fn texts(said: &RoutingEntry, place: &str, findings: &mut Findings) {
    for (key, text) in [("whisper", &said.whisper), ("notice", &said.notice)] {
        if let Some(Err(why)) = text.as_deref().map(speech::check) {
            findings.add(place, format!("{key} {why}"));
        }
    }
}
