//! Tasks in Salesforce for Marketo Measure (Bizible): a call that is joined with the visit by `_biz_uid`.
//!
//! Marketo Measure takes a touchpoint's type and medium from `Type`, so that is the conversion's name. It ends a session
//! after 30 minutes: a call later than that is a touchpoint of its own, without what the web told; such calls are marked in
//! `Description`. Not verified: how empty columns are taken by every way of importing; so the file has only these.

use super::{
    export::Dialect,
    select::{Chosen, Id},
    zone::FileZone,
};
use crate::domain::{
    csv_cell::safe,
    time::{Span, Timestamp},
    visitor::Visitor,
};

/// How the file is written.
pub const DIALECT: Dialect = Dialect { quotes_all: false, is_crlf: false };

/// The cookie that holds the id; the site must name it among its `cookies`.
pub const COOKIE: &str = "_biz_uid";

/// Marketo Measure's session.
const SESSION: Span = Span::from_seconds(30 * 60);
/// Salesforce takes so many characters of a subject, and of a disposition.
const MAX_TEXT: usize = 255;

const COLUMNS: [&str; 15] = [
    "Subject",
    "Status",
    "Priority",
    "Type",
    "TaskSubtype",
    "CallType",
    "CallDurationInSeconds",
    "CallDisposition",
    "CallObject",
    "ActivityDate",
    "WhoId",
    "WhatId",
    "OwnerId",
    "Description",
    "bizible2__BizibleId__c",
];

/// The header.
pub fn head() -> Vec<String> {
    COLUMNS.map(str::to_owned).to_vec()
}

/// A call's line. Whom it concerns and who works on it is known to the CRM only.
pub fn row(chosen: &Chosen<'_>, zone: &FileZone) -> Vec<String> {
    let Chosen { call, conversion, .. } = chosen;
    let facts = &call.facts;
    let disposition = match &facts.outcome {
        Some(outcome) => outcome.value.as_str(),
        None if call.is_answered() => "Answered",
        None => "Not answered",
    };
    vec![
        cell(&format!("{}: {}", conversion.name, call.number)),
        "Completed".to_owned(),
        "Normal".to_owned(),
        cell(&conversion.name),
        "Call".to_owned(),
        "Inbound".to_owned(),
        facts.talk_seconds().map(|seconds| seconds.to_string()).unwrap_or_default(),
        cell(disposition),
        cell(&call.record_id()),
        zone.day(chosen.at),
        String::new(),
        String::new(),
        String::new(),
        safe(&description(chosen, zone)).into_owned(),
        chosen.id.value.to_owned(),
    ]
}

/// The id under which Marketo Measure knows the browser.
pub fn id(visitor: &Visitor) -> Option<Id<'_>> {
    let value = visitor.profile().cookies.get(COOKIE)?;
    let is_id = (1..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then_some(Id { kind: COOKIE, value, clicked_at: None, is_of_visit: false })
}

/// When and to whom the call was, and whether Marketo Measure joins it with the visit.
fn description(chosen: &Chosen<'_>, zone: &FileZone) -> String {
    let Chosen { call, lease, at, .. } = chosen;
    let silent = Timestamp::since(*at, call.visited_at().unwrap_or(lease.last_heartbeat_at));
    let minutes = silent.as_seconds() / 60;
    let session = if silent > SESSION {
        format!("{minutes} minutes after the visit: another session; a touchpoint without web data")
    } else {
        format!("{minutes} minutes after the visit: within its session")
    };
    let caller = call.facts.caller.as_ref().map(|caller| format!(" from {}", caller.value.masked)).unwrap_or_default();
    format!("Call to {}{caller} at {} {}; {session}", call.number, zone.dashed(*at), zone.name())
}

fn cell(text: &str) -> String {
    safe(text).chars().take(MAX_TEXT).collect()
}
