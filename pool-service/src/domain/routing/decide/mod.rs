//! The decision: block lists first, then opening hours, then whom to call.

use super::{
    address::SendTo,
    block::{BlockList, BlockedBy, caller_key},
    decision::{Action, Decision, Hours, Leg, Why},
    hours,
    order::ordered,
    plan::{Absence, Destination, RINGS_SECONDS, Routing},
    schedule::Schedule,
    speech,
};
use crate::domain::{
    call::{CallKey, source::Source},
    ids::{DestinationId, ScheduleId},
    number::TrackingNumber,
    site::{Pool, Site},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// What is known of a call when it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Which call.
    pub call: &'a CallKey,
    /// The dialled number.
    pub number: &'a TrackingNumber,
    /// The site whose number it is; `None` for a number that nobody knows.
    pub site: Option<&'a Site>,
    /// The pool that has it; `None` for a number that is printed, or one that nobody knows.
    pub pool: Option<&'a Pool>,
    /// Where its calls are sent without any routing.
    pub destination: Option<&'a TrackingNumber>,
    /// All opening hours there are.
    pub schedules: &'a [Schedule],
    /// The caller as the call system tells it.
    pub caller: Option<&'a str>,
    /// The caller withheld the number.
    pub is_anonymous: bool,
    /// How the credited visitor came.
    pub source: &'a Source,
    /// Calls of the pool that began before: by this round robin goes on.
    pub turn: u64,
    /// Calls that occupy each destination.
    pub in_use: &'a BTreeMap<DestinationId, u32>,
    /// Destinations that turned out to be occupied since that was counted.
    pub full: &'a [DestinationId],
    /// The store's clock.
    pub now: Timestamp,
}

/// Decides where a call goes.
pub fn decide(asked: &Asked<'_>) -> Decision {
    if let Some(ended) = refused(asked) {
        return ended;
    }
    let default = Routing::default();
    let routing = asked.pool.map_or(&default, |pool| &pool.routing);
    let mut decision = begun(asked, routing);
    if let Some(id) = &routing.schedule
        && let Some(hours) = hours(asked, id)
    {
        decision.hours = Some(hours.clone());
        if !hours.is_open {
            decision.reasons.push(Why::new("closed", format!("Schedule {id}: {}.", hours.because)));
            let absence = routing.closed.as_ref().unwrap_or(&routing.absence);
            return ended(decision, Action::Closed, absence);
        }
    }
    let (legs, skipped) = legs(asked, routing);
    let are_closed = !skipped.is_empty() && skipped.iter().all(|why| why.code == "destination_closed");
    decision.reasons.extend(skipped);
    if legs.is_empty() {
        let action = if are_closed { Action::Closed } else { Action::Busy };
        let closed = routing.closed.as_ref().filter(|_| are_closed);
        return ended(decision, action, closed.unwrap_or(&routing.absence));
    }
    decision.legs = legs;
    ended(decision, Action::Connect, &routing.absence)
}

/// What is answered when the store does not: the static destination. Blocked callers stay blocked.
pub fn without_store(asked: &Asked<'_>) -> Decision {
    if let Some(ended) = refused(asked) {
        return Decision { is_degraded: true, ..ended };
    }
    let default = Routing::default();
    let routing = asked.pool.map_or(&default, |pool| &pool.routing);
    let mut decision = begun(asked, routing);
    decision.is_degraded = true;
    decision.reasons.push(Why::new("store_unavailable", "The store did not answer in time: the static destination."));
    decision.legs = static_leg(asked);
    ended(decision, Action::Connect, &routing.absence)
}

/// The decision for a number that nobody knows, and for callers that are blocked.
fn refused(asked: &Asked<'_>) -> Option<Decision> {
    let empty = |action, why| Decision { action, reasons: vec![why], ..begun(asked, &Routing::default()) };
    if asked.destination.is_none() {
        let why = match asked.site {
            None => Why::new("unknown_number", format!("Nobody here has the number {}.", asked.number)),
            Some(site) => {
                let text = format!("Number {} of site {} has no destination.", asked.number, site.id);
                Why::new("no_destination", text)
            }
        };
        return Some(empty(Action::Unknown, why));
    }
    let caller = asked.caller.and_then(caller_key);
    let of_site = asked.site.map(|site| ("site", site.id.as_str(), &site.blocked));
    let of_pool = asked.pool.map(|pool| ("pool", pool.id.as_str(), &pool.routing.blocked));
    [of_site, of_pool].into_iter().flatten().find_map(|(kind, id, list): (_, _, &BlockList)| {
        let (by, block) = list.blocks(caller.as_deref(), asked.is_anonymous, asked.now)?;
        let (code, what) = match by {
            BlockedBy::Number => ("blocked_number", "the caller's number"),
            BlockedBy::Prefix => ("blocked_prefix", "how the caller's number begins"),
            BlockedBy::Anonymous => ("blocked_anonymous", "withheld numbers"),
        };
        let note = if block.note.is_empty() { String::new() } else { format!(" ({})", block.note) };
        Some(empty(Action::Reject, Why::new(code, format!("The block list of {kind} {id} has {what}{note}."))))
    })
}

/// What every decision of a pool begins with.
fn begun(asked: &Asked<'_>, routing: &Routing) -> Decision {
    let value = |key: &str| match key {
        "channel" => asked.source.channel.clone(),
        "campaign" => asked.source.campaign.clone(),
        "site" => asked.site.map(|site| site.name.clone()),
        "pool" => asked.pool.map(|pool| pool.id.to_string()),
        "number" => Some(asked.number.national().to_owned()),
        _ => None,
    };
    let said = |text: &String| speech::fill(text, routing.language, value);
    Decision {
        action: Action::Connect,
        legs: Vec::new(),
        gateway: routing.gateway.clone(),
        whisper: routing.whisper.as_ref().map(said),
        notice: routing.notice.as_ref().map(said),
        record: routing.record,
        language: routing.language,
        absence: Absence::default(),
        hours: None,
        reasons: Vec::new(),
        is_degraded: false,
    }
}

/// With what happens when nobody answers, or there is nobody to call.
fn ended(mut decision: Decision, action: Action, absence: &Absence) -> Decision {
    decision.action = action;
    let instead = absence.send_to.iter().map(|to| Leg {
        destination: None,
        to: to.clone(),
        timeout_seconds: RINGS_SECONDS,
        capacity: None,
    });
    decision.legs.extend(instead);
    decision.absence = absence.clone();
    decision
}

/// The pool's destinations in order, without those that take no call now, and why those do not.
fn legs(asked: &Asked<'_>, routing: &Routing) -> (Vec<Leg>, Vec<Why>) {
    if routing.destinations.is_empty() {
        return (static_leg(asked), Vec::new());
    }
    let (mut legs, mut skipped) = (Vec::new(), Vec::new());
    for destination in ordered(&routing.destinations, routing.strategy, asked.call, asked.turn) {
        match cannot(asked, destination) {
            Some(why) => skipped.push(why),
            None => legs.push(Leg {
                destination: Some(destination.id.clone()),
                to: destination.to.clone(),
                timeout_seconds: destination.timeout_seconds,
                capacity: destination.capacity,
            }),
        }
    }
    if !routing.tries_next {
        legs.truncate(1);
    }
    (legs, skipped)
}

/// Why a destination takes no call now, if it does not.
fn cannot(asked: &Asked<'_>, destination: &Destination) -> Option<Why> {
    let Destination { id, capacity, schedule, .. } = destination;
    let hours = schedule.as_ref().and_then(|schedule| hours(asked, schedule));
    if let Some(hours) = hours.filter(|hours| !hours.is_open) {
        let text = format!("Destination {id}, schedule {}: {}.", hours.schedule, hours.because);
        return Some(Why::new("destination_closed", text));
    }
    let calls = asked.in_use.get(id).copied().unwrap_or(0);
    let is_full = asked.full.contains(id) || capacity.is_some_and(|capacity| calls >= capacity);
    is_full.then(|| Why::new("destination_full", format!("Destination {id} has as many calls as it takes.")))
}

fn static_leg(asked: &Asked<'_>) -> Vec<Leg> {
    let leg = |number: &TrackingNumber| Leg {
        destination: DestinationId::parse("static").ok(),
        to: SendTo::Number(number.clone()),
        timeout_seconds: RINGS_SECONDS,
        capacity: None,
    };
    asked.destination.map(leg).into_iter().collect()
}

fn hours(asked: &Asked<'_>, schedule: &ScheduleId) -> Option<Hours> {
    let schedule = asked.schedules.iter().find(|known| known.id == *schedule)?;
    Some(hours::at(schedule, asked.now))
}

#[cfg(test)]
mod tests;
