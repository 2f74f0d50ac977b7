//! An event as a domain value, or which of its fields breaks a rule.

use crate::{
    calls::{Place, callers::CallerKeys},
    domain::{
        call::{
            CallKey,
            event::{Event, EventKind, Told},
        },
        ids::{CallId, CallSource},
        time::Timestamp,
    },
    http::{
        problem::{Answer, INVALID_REQUEST, Refusal},
        wire,
    },
};
use pool_protocol::call::{CallEvent, CallEventKind};

/// Characters of names: destinations, causes, callers.
const MAX_NAME: usize = 255;
const MAX_URL: usize = 2_048;
const MAX_OUTCOME: usize = 64;
/// Characters of what people write, and of summaries.
const MAX_TEXT: usize = 5_000;
const MAX_TRANSCRIPT: usize = 20_000;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 64;
/// No call lasts longer than a week.
const MAX_SECONDS: u64 = 7 * 86_400;
/// 2000-01-01: a clock that says less was never set.
const EPOCH: Timestamp = Timestamp::from_millis(946_684_800_000);

/// Where an event stands in its request: nothing before its fields, or `[3].`.
pub(super) struct Row(pub(super) String);

impl Row {
    /// What is wrong with a field.
    pub(super) fn wrong(&self, field: &str, rule: impl std::fmt::Display) -> Refusal {
        INVALID_REQUEST.because(format!("{}{field} {rule}.", self.0))
    }

    fn moment(&self, field: &str, text: Option<&String>) -> Answer<Option<Timestamp>> {
        let Some(text) = text else { return Ok(None) };
        let at = wire::moment(&format!("{}{field}", self.0), text)?;
        if at < EPOCH { Err(self.wrong(field, "lies before the year 2000")) } else { Ok(Some(at)) }
    }

    fn seconds(&self, field: &str, seconds: Option<u64>) -> Answer<Option<u64>> {
        match seconds {
            Some(seconds) if seconds > MAX_SECONDS => Err(self.wrong(field, format!("must be at most {MAX_SECONDS}"))),
            seconds => Ok(seconds),
        }
    }

    /// A text of one line; an empty one says nothing.
    fn line(&self, field: &str, text: Option<String>, max: usize) -> Answer<Option<String>> {
        let text = self.text(field, text, max)?;
        match &text {
            Some(line) if line.contains(char::is_control) => {
                Err(self.wrong(field, "must be one line without control characters"))
            }
            _ => Ok(text),
        }
    }

    fn text(&self, field: &str, text: Option<String>, max: usize) -> Answer<Option<String>> {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let is_odd = |c: char| c.is_control() && !['\n', '\r', '\t'].contains(&c);
        match &text {
            Some(long) if long.chars().count() > max => {
                Err(self.wrong(field, format!("must have at most {max} characters")))
            }
            Some(odd) if odd.contains(is_odd) => Err(self.wrong(field, "must not have control characters")),
            _ => Ok(text),
        }
    }
}

/// Which call an event is of.
pub(super) fn key(event: &CallEvent, row: &Row) -> Answer<CallKey> {
    let wrong = |error: &dyn ToString| INVALID_REQUEST.because(format!("{}{}.", row.0, error.to_string()));
    let source = CallSource::parse(&event.source).map_err(|error| wrong(&error))?;
    let id = CallId::parse(&event.call_id).map_err(|error| wrong(&error))?;
    Ok(CallKey { source, id })
}

/// Reads an event on a number that is known already.
pub(super) fn event(
    told: CallEvent,
    key: CallKey,
    place: &Place,
    row: &Row,
    callers: &CallerKeys,
    now: Timestamp,
) -> Answer<Event> {
    let kind = match told.event {
        CallEventKind::Begun => EventKind::Begun,
        CallEventKind::Ringing => EventKind::Ringing,
        CallEventKind::Answered => EventKind::Answered,
        CallEventKind::Ended => EventKind::Ended,
        CallEventKind::Recording => EventKind::Recording,
        CallEventKind::Transcript => EventKind::Transcript,
        CallEventKind::Outcome => EventKind::Outcome,
    };
    let at = row.moment("at", told.at.as_ref())?.unwrap_or(now);
    let caller = row.line("caller", told.caller, MAX_NAME)?;
    let caller = callers.read(caller.as_deref().unwrap_or_default());
    let facts = Told {
        began_at: row.moment("began_at", told.began_at.as_ref())?,
        answered_at: row.moment("answered_at", told.answered_at.as_ref())?,
        caller: caller.caller,
        is_anonymous: told.anonymous || caller.is_anonymous,
        destination: row.line("destination", told.destination, MAX_NAME)?,
        ring_seconds: row.seconds("ring_seconds", told.ring_seconds)?,
        talk_seconds: row.seconds("talk_seconds", told.talk_seconds)?,
        lasted_seconds: None,
        billable_seconds: row.seconds("billable_seconds", told.billable_seconds)?,
        hang_up_cause: row.line("hang_up_cause", told.hang_up_cause, MAX_NAME)?,
        recording_url: url(row.line("recording_url", told.recording_url, MAX_URL)?, row)?,
        transcript: row.text("transcript", told.transcript, MAX_TRANSCRIPT)?,
        summary: row.text("summary", told.summary, MAX_TEXT)?,
        outcome: row.line("outcome", told.outcome, MAX_OUTCOME)?,
        value: value(row.line("value", told.value, MAX_NAME)?, row)?,
        currency: currency(row.line("currency", told.currency, MAX_NAME)?, row)?,
        notes: row.text("notes", told.notes, MAX_TEXT)?,
        tags: tags(told.tags, row)?,
        is_test: told.test,
        is_blocked: told.blocked,
    };
    Ok(Event { key, number: place.number.clone(), kind, at, told: facts })
}

fn url(url: Option<String>, row: &Row) -> Answer<Option<String>> {
    let is_address = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    match &url {
        Some(text) if !is_address(text) || text.contains(char::is_whitespace) => {
            Err(row.wrong("recording_url", "must be an http or https address"))
        }
        _ => Ok(url),
    }
}

fn value(value: Option<String>, row: &Row) -> Answer<Option<String>> {
    let is_digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match &value {
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let is_decimal = is_digits(whole, 1..=15) && is_digits(fraction, 1..=6);
            let rule = "must be decimal with at most 15 digits before the point and 6 behind it, as 5000 or 12.50";
            if is_decimal { Ok(value) } else { Err(row.wrong("value", rule)) }
        }
        None => Ok(None),
    }
}

fn currency(currency: Option<String>, row: &Row) -> Answer<Option<String>> {
    match &currency {
        Some(code) if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            Err(row.wrong("currency", "must be three capital letters of ISO 4217, as JPY"))
        }
        _ => Ok(currency),
    }
}

fn tags(tags: Vec<String>, row: &Row) -> Answer<Vec<String>> {
    if tags.len() > MAX_TAGS {
        return Err(row.wrong("tags", format!("has more than {MAX_TAGS} rows")));
    }
    let read = tags.into_iter().map(|tag| row.line("tags", Some(tag), MAX_TAG));
    Ok(read.collect::<Answer<Vec<_>>>()?.into_iter().flatten().collect())
}
