//! What Vonage's webhooks tell of a call. Pure.
//!
//! Vonage knows legs, too: the caller's, which is inbound, and outbound ones that an NCCO connects; one conversation has
//! them all, and its name is the call's. The caller's leg counts as answered as soon as there is an NCCO, so what is said of
//! answers and talk comes from the outbound legs. Webhooks come in any order, and more than once.

use crate::{
    domain::{
        call::event::{EventKind, Told},
        time::{Span, Timestamp},
    },
    http::{reported::Reported, signed::Fields},
};
use jiff::{civil::DateTime, tz::TimeZone};
use serde_json::Value;

/// The fields of a webhook's body: what is no text is written as one.
///
/// # Errors
/// When it is no object.
pub(super) fn fields(body: &[u8]) -> Result<Fields, serde_json::Error> {
    let object: serde_json::Map<String, Value> = serde_json::from_slice(body)?;
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Number(number) => Some((name, number.to_string())),
        _ => None,
    };
    Ok(Fields(object.into_iter().filter_map(text).collect()))
}

/// What a webhook tells; `None` if it says nothing of a call that came in. `to` is the dialled number where the webhook's URL
/// names it, and `is_talk` says that Vonage itself is whom callers talk to.
///
/// # Errors
/// What is missing.
pub(super) fn read(
    event: &Fields,
    to: Option<&str>,
    is_talk: bool,
    now: Timestamp,
) -> Result<Option<Reported>, String> {
    let call =
        event.any(&["conversation_uuid", "uuid"]).ok_or("conversation_uuid is missing: this is no event of a call.")?;
    let is_leg = event.get("direction") == Some("outbound");
    let at = event.get("timestamp").and_then(moment).unwrap_or(now);
    let happened = match event.get("recording_url") {
        Some(url) => Some((EventKind::Recording, Told { recording_url: Some(url.to_owned()), ..Told::default() })),
        None if is_leg => of_leg(event, at),
        None => of_call(event, is_talk),
    };
    let Some((kind, told)) = happened else { return Ok(None) };
    let own = event.get("to").filter(|_| !is_leg);
    let Some(dialled) = to.or(own) else {
        // The application hears of each leg besides the URL that an NCCO names.
        let missing = "This webhook does not name the dialled number: add it to its URL, as in ?to=%2B815031110001.";
        return if is_leg { Ok(None) } else { Err(missing.to_owned()) };
    };
    let caller = event.any(&["from", "from_user"]).filter(|_| !is_leg).map(str::to_owned);
    Ok(Some(Reported { call: call.to_owned(), dialled: international(dialled), caller, kind, at, told }))
}

/// Vonage writes international numbers without their plus sign.
pub(super) fn international(number: &str) -> String {
    let is_bare = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_bare { format!("+{number}") } else { number.to_owned() }
}

/// A leg that an NCCO connected.
fn of_leg(event: &Fields, at: Timestamp) -> Option<(EventKind, Told)> {
    let told = Told { destination: event.get("to").map(international), ..Told::default() };
    Some(match event.get("status")? {
        "ringing" => (EventKind::Ringing, told),
        "answered" => (EventKind::Answered, told),
        "completed" => {
            let talked = seconds(event).unwrap_or(0);
            let answered_at = event.get("start_time").and_then(moment).unwrap_or(at - Span::from_seconds(talked));
            (EventKind::Answered, Told { answered_at: Some(answered_at), talk_seconds: Some(talked), ..told })
        }
        cause if is_failure(cause) => (EventKind::Noted, Told { hang_up_cause: Some(cause.to_owned()), ..told }),
        _ => return None,
    })
}

/// The caller's leg.
fn of_call(event: &Fields, is_talk: bool) -> Option<(EventKind, Told)> {
    let lasted = seconds(event);
    Some(match event.get("status")? {
        "started" | "ringing" | "answered" => (EventKind::Begun, Told::default()),
        "completed" => {
            let talk_seconds = lasted.filter(|_| is_talk);
            let told = Told { lasted_seconds: lasted, billable_seconds: lasted, talk_seconds, ..Told::default() };
            (EventKind::Ended, told)
        }
        cause if is_failure(cause) => {
            (EventKind::Ended, Told { hang_up_cause: Some(cause.to_owned()), ..Told::default() })
        }
        _ => return None,
    })
}

/// Whether a leg that an NCCO connected did not answer.
pub(super) fn is_unanswered(event: &Fields) -> bool {
    event.get("direction") == Some("outbound") && event.get("status").is_some_and(is_failure)
}

fn is_failure(status: &str) -> bool {
    ["busy", "cancelled", "unanswered", "disconnected", "rejected", "failed", "timeout"].contains(&status)
}

fn seconds(event: &Fields) -> Option<u64> {
    event.get("duration")?.parse().ok()
}

/// `2026-11-21T05:30:05.123Z`; the start and the end of a leg may lack the letters.
fn moment(text: &str) -> Option<Timestamp> {
    let on_the_wall = |text: &str| Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let moment = text.parse().ok().or_else(|| on_the_wall(text))?;
    u64::try_from(moment.as_millisecond()).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::{EventKind, Reported, Timestamp, Told, fields, international, read};

    const NOW: Timestamp = Timestamp::from_millis(1_795_239_000_000);
    const TO: Option<&str> = Some("+815031110001");

    fn told(body: &str, to: Option<&str>) -> Result<Option<Reported>, String> {
        read(&fields(body.as_bytes()).expect("an object"), to, false, NOW)
    }

    fn reported(body: &str, to: Option<&str>) -> Reported {
        told(body, to).expect("whole").expect("it tells something")
    }

    /// As documented for the caller's leg; the ids and numbers are made up.
    fn call(status: &str, more: &str) -> String {
        format!(
            r#"{{"from":"819012345678","to":"815031110001","uuid":"aaaaaaaa-0000-4000-8000-000000000001",
            "conversation_uuid":"CON-aaaaaaaa-0000-4000-8000-000000000009","status":"{status}","direction":"inbound",
            "timestamp":"2026-11-21T05:30:05.000Z"{more}}}"#
        )
    }

    /// The same for a leg that an NCCO connected.
    fn leg(status: &str, more: &str) -> String {
        format!(
            r#"{{"from":"815031110001","to":"81355500100","uuid":"aaaaaaaa-0000-4000-8000-000000000002",
            "conversation_uuid":"CON-aaaaaaaa-0000-4000-8000-000000000009","status":"{status}","direction":"outbound",
            "timestamp":"2026-11-21T05:31:30.000Z"{more}}}"#
        )
    }

    #[test]
    fn the_callers_leg_begins_and_ends_the_call() {
        for status in ["started", "ringing", "answered"] {
            let begun = reported(&call(status, ""), None);
            assert_eq!((begun.kind, begun.told), (EventKind::Begun, Told::default()), "{status}");
            assert_eq!(begun.call, "CON-aaaaaaaa-0000-4000-8000-000000000009");
            assert_eq!((begun.dialled.as_str(), begun.caller.as_deref()), ("+815031110001", Some("819012345678")));
            assert_eq!(begun.at, Timestamp::from_millis(1_795_239_005_000));
        }
        let ended = reported(&call("completed", r#","duration":"80","rate":"0.00","price":"0.00""#), None);
        let seconds = Some(80);
        let lasted = Told { lasted_seconds: seconds, billable_seconds: seconds, ..Told::default() };
        assert_eq!((ended.kind, ended.told), (EventKind::Ended, lasted));
        let cancelled = reported(&call("cancelled", ""), None);
        assert_eq!((cancelled.kind, cancelled.told.hang_up_cause.as_deref()), (EventKind::Ended, Some("cancelled")));
    }

    #[test]
    fn connected_legs_tell_of_ringing_answer_and_talk() {
        let ringing = reported(&leg("ringing", ""), TO);
        assert_eq!(
            (ringing.kind, ringing.dialled.as_str(), ringing.caller),
            (EventKind::Ringing, "+815031110001", None)
        );
        assert_eq!(ringing.told.destination.as_deref(), Some("+81355500100"));
        let over = reported(&leg("completed", r#","duration":75,"start_time":"2026-11-21T05:30:15.000Z""#), TO);
        assert_eq!((over.kind, over.told.talk_seconds), (EventKind::Answered, Some(75)));
        assert_eq!(over.told.answered_at, Some(Timestamp::from_millis(1_795_239_015_000)));
        let bare = reported(&leg("completed", r#","duration":"75","start_time":"2026-11-21 05:30:15""#), TO);
        assert_eq!(bare.told.answered_at, over.told.answered_at);
        let busy = reported(&leg("busy", ""), TO);
        assert_eq!(busy.told.hang_up_cause.as_deref(), Some("busy"));
        assert_eq!(told(&leg("answered", ""), None), Ok(None), "the application's own webhook");
    }

    #[test]
    fn recordings_name_the_number_in_their_url() {
        let recording = r#"{"start_time":"2026-11-21T05:30:05Z","recording_url":"https://api.nexmo.com/v1/files/made-up",
            "size":12222,"recording_uuid":"r","end_time":"2026-11-21T05:31:05Z","conversation_uuid":"CON-1",
            "timestamp":"2026-11-21T05:31:06Z"}"#;
        let there = reported(recording, TO);
        assert_eq!((there.kind, there.dialled.as_str()), (EventKind::Recording, "+815031110001"));
        assert_eq!(there.told.recording_url.as_deref(), Some("https://api.nexmo.com/v1/files/made-up"));
        assert!(told(recording, None).is_err_and(|why| why.contains("?to=")));
    }

    #[test]
    fn other_events_say_nothing() {
        for status in ["human", "machine", "transfer", "input", "dreaming"] {
            assert_eq!(told(&call(status, ""), None), Ok(None), "{status}");
        }
        assert!(told(r#"{"status":"started"}"#, None).is_err());
        assert!(fields(b"[]").is_err() && fields(b"").is_err());
    }

    #[test]
    fn numbers_get_their_plus_sign_back() {
        assert_eq!(
            ["815031110001", "05031110001", "+815031110001", "Restricted"].map(international),
            ["+815031110001", "05031110001", "+815031110001", "Restricted",]
        );
    }
}
