//! What Twilio's callbacks tell of a call. Pure.
//!
//! Twilio knows legs: the caller's, which this service takes for the call, and one for each number that `<Dial>` calls,
//! which names the caller's leg as its parent. The caller's leg counts as answered as soon as Twilio takes it, so what is
//! said of answers and talk comes from the called legs and from the end of `<Dial>`.

use crate::{
    domain::{
        call::event::{EventKind, Told},
        routing::is_withheld,
        time::{Span, Timestamp},
    },
    http::{reported::Reported, signed::Fields},
};
use jiff::fmt::rfc2822;

/// What a callback tells; `None` if it says nothing of a call that came in. `query` is that of the callback's URL: `to` names
/// the dialled number where the callback itself does not, and `talk=call` says that Twilio itself is whom callers talk to.
///
/// # Errors
/// What is missing.
pub(super) fn read(form: &Fields, query: &Fields, now: Timestamp) -> Result<Option<Reported>, String> {
    let own = form.any(&["CallSid"]).ok_or("CallSid is missing: this is no callback of a call.")?;
    let parent = form.get("ParentCallSid");
    let is_outbound = form.get("Direction").is_some_and(|direction| direction.starts_with("outbound"));
    let named = query.get("to");
    if parent.is_none() && is_outbound && named.is_none() {
        return Ok(None);
    }
    let at = form.get("Timestamp").and_then(moment).unwrap_or(now);
    let Some((kind, told)) = happened(form, query, parent.is_some(), at) else { return Ok(None) };
    let dialled = match parent {
        None => named.or_else(|| form.any(&["To", "Called"])),
        // Of a called leg it is the destination.
        Some(_) => named,
    };
    let dialled = dialled
        .ok_or("This callback does not name the dialled number: add it to its URL, as in ?to=%2B815031110001.")?;
    let caller = if parent.is_none() { form.any(&["From", "Caller"]).map(number) } else { None };
    let (call, dialled) = (parent.unwrap_or(own).to_owned(), dialled.to_owned());
    Ok(Some(Reported { call, dialled, caller, kind, at, told }))
}

/// A number in the words of everybody else.
pub(super) fn number(told: &str) -> String {
    if is_withheld(told) { "anonymous".to_owned() } else { told.to_owned() }
}

fn happened(form: &Fields, query: &Fields, is_leg: bool, at: Timestamp) -> Option<(EventKind, Told)> {
    let status = form.get("CallStatus").unwrap_or_default();
    let told = Told { recording_url: form.get("RecordingUrl").map(str::to_owned), ..Told::default() };
    if let Some(dialled) = form.get("DialCallStatus") {
        return Some(end_of_dial(form, dialled, told, at));
    }
    if let Some(text) = form.get("TranscriptionText") {
        return Some((EventKind::Transcript, Told { transcript: Some(text.to_owned()), ..told }));
    }
    let is_of_recording = form.get("RecordingStatus").is_some() || told.recording_url.is_some();
    if is_of_recording && form.any(&["CallDuration", "CallbackSource"]).is_none() {
        let is_there = form.get("RecordingStatus").is_none_or(|status| status == "completed");
        return told.recording_url.is_some().then_some((EventKind::Recording, told)).filter(|_| is_there);
    }
    if is_leg { of_leg(form, status, told, at) } else { of_call(form, query, status, told) }
}

/// `<Dial action>`: the called legs are over, and what is answered to this callback ends the call.
fn end_of_dial(form: &Fields, status: &str, told: Told, at: Timestamp) -> (EventKind, Told) {
    match (status, seconds(form, "DialCallDuration")) {
        ("completed" | "answered", talked) => {
            let talked = talked.unwrap_or(0);
            let answered_at = Some(at - Span::from_seconds(talked));
            (EventKind::Ended, Told { answered_at, talk_seconds: Some(talked), ..told })
        }
        _ => (EventKind::Ended, Told { hang_up_cause: Some(status.to_owned()), ..told }),
    }
}

/// A leg that `<Dial>` called.
fn of_leg(form: &Fields, status: &str, told: Told, at: Timestamp) -> Option<(EventKind, Told)> {
    let told = Told { destination: form.any(&["To", "Called"]).map(str::to_owned), ..told };
    Some(match status {
        "queued" | "initiated" => return None,
        "ringing" => (EventKind::Ringing, told),
        "in-progress" | "answered" => (EventKind::Answered, told),
        "completed" => {
            let talked = seconds(form, "CallDuration").unwrap_or(0);
            let answered_at = Some(at - Span::from_seconds(talked));
            (EventKind::Answered, Told { answered_at, talk_seconds: Some(talked), ..told })
        }
        "busy" | "no-answer" | "failed" | "canceled" => {
            (EventKind::Noted, Told { hang_up_cause: Some(status.to_owned()), ..told })
        }
        _ => return None,
    })
}

/// The caller's leg.
fn of_call(form: &Fields, query: &Fields, status: &str, told: Told) -> Option<(EventKind, Told)> {
    let lasted = seconds(form, "CallDuration");
    let is_talk = query.get("talk") == Some("call");
    Some(match status {
        "queued" | "initiated" | "ringing" | "in-progress" => (EventKind::Begun, told),
        "completed" => {
            let talk_seconds = lasted.filter(|_| is_talk);
            (EventKind::Ended, Told { lasted_seconds: lasted, billable_seconds: lasted, talk_seconds, ..told })
        }
        "busy" | "no-answer" | "failed" | "canceled" => {
            (EventKind::Ended, Told { hang_up_cause: Some(status.to_owned()), ..told })
        }
        _ => return None,
    })
}

fn seconds(form: &Fields, name: &str) -> Option<u64> {
    form.get(name)?.parse().ok()
}

/// `Sat, 21 Nov 2026 05:30:05 +0000`.
fn moment(text: &str) -> Option<Timestamp> {
    let millis = rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    u64::try_from(millis).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::{EventKind, Fields, Reported, Timestamp, Told, read};

    const NOW: Timestamp = Timestamp::from_millis(1_795_239_000_000);

    fn told(form: &str, query: &str) -> Result<Option<Reported>, String> {
        read(&Fields::parse(form.as_bytes()), &Fields::parse(query.as_bytes()), NOW)
    }

    fn reported(form: &str, query: &str) -> Reported {
        told(form, query).expect("whole").expect("it tells something")
    }

    /// As documented for the caller's leg; the ids and numbers are made up.
    const CALL: &str = "AccountSid=AC00000000000000000000000000000001&CallSid=CA00000000000000000000000000000001\
        &From=%2B819012345678&To=%2B815031110001&Direction=inbound&ApiVersion=2010-04-01";
    /// The same for a leg that `<Dial>` called.
    const LEG: &str = "AccountSid=AC00000000000000000000000000000001&CallSid=CA00000000000000000000000000000002\
        &ParentCallSid=CA00000000000000000000000000000001&From=%2B815031110001&To=%2B81355500100&Direction=outbound-dial\
        &CallbackSource=call-progress-events&Timestamp=Sat%2C%2021%20Nov%202026%2005%3A30%3A05%20%2B0000";
    const TO: &str = "to=%2B815031110001";

    #[test]
    fn the_callers_leg_begins_and_ends_the_call() {
        for status in ["queued", "ringing", "in-progress"] {
            let begun = reported(&format!("{CALL}&CallStatus={status}"), "");
            assert_eq!(
                (begun.kind, begun.told.clone(), begun.at),
                (EventKind::Begun, Told::default(), NOW),
                "{status}"
            );
            assert_eq!(
                (begun.call.as_str(), begun.dialled.as_str()),
                ("CA00000000000000000000000000000001", "+815031110001")
            );
            assert_eq!(begun.caller.as_deref(), Some("+819012345678"));
        }
        let ended = reported(&format!("{CALL}&CallStatus=completed&CallDuration=80"), "");
        let seconds = Some(80);
        assert_eq!(ended.told, Told { lasted_seconds: seconds, billable_seconds: seconds, ..Told::default() });
        let talked = reported(&format!("{CALL}&CallStatus=completed&CallDuration=80"), "talk=call");
        assert_eq!((talked.kind, talked.told.talk_seconds), (EventKind::Ended, Some(80)));
        let busy = reported(&format!("{CALL}&CallStatus=busy"), "");
        assert_eq!((busy.kind, busy.told.hang_up_cause.as_deref()), (EventKind::Ended, Some("busy")));
    }

    #[test]
    fn called_legs_tell_of_ringing_answer_and_talk() {
        let at = Timestamp::from_millis(1_795_239_005_000);
        let of = |status: &str| reported(&format!("{LEG}&CallStatus={status}"), TO);
        let destination = Some("+81355500100".to_owned());
        let ringing = of("ringing");
        assert_eq!(
            (ringing.call.as_str(), ringing.dialled.as_str(), ringing.caller),
            ("CA00000000000000000000000000000001", "+815031110001", None)
        );
        assert_eq!((ringing.kind, ringing.at), (EventKind::Ringing, at));
        assert_eq!(ringing.told, Told { destination: destination.clone(), ..Told::default() });
        assert_eq!(of("in-progress").kind, EventKind::Answered);
        let over = of("completed&CallDuration=75");
        assert_eq!((over.kind, over.told.talk_seconds), (EventKind::Answered, Some(75)));
        assert_eq!(over.told.answered_at, Some(Timestamp::from_millis(1_795_238_930_000)));
        assert_eq!(of("no-answer").told.hang_up_cause.as_deref(), Some("no-answer"));
        assert_eq!(told(&format!("{LEG}&CallStatus=initiated"), TO), Ok(None));
        let nowhere = told(&format!("{LEG}&CallStatus=ringing"), "");
        assert!(nowhere.is_err_and(|why| why.contains("?to=")));
    }

    #[test]
    fn the_end_of_dial_tells_how_long_they_talked_or_why_not() {
        let over = reported(
            &format!("{CALL}&CallStatus=in-progress&DialCallStatus=completed&DialCallDuration=42&DialCallSid=CA2"),
            "",
        );
        assert_eq!((over.kind, over.told.talk_seconds), (EventKind::Ended, Some(42)));
        assert_eq!(over.told.answered_at, Some(Timestamp::from_millis(1_795_238_958_000)));
        let nobody = reported(&format!("{CALL}&CallStatus=in-progress&DialCallStatus=no-answer"), "");
        let told = Told { hang_up_cause: Some("no-answer".to_owned()), ..Told::default() };
        assert_eq!((nobody.kind, nobody.told), (EventKind::Ended, told));
    }

    #[test]
    fn recordings_and_transcripts_name_the_number_in_their_url() {
        let recording = "AccountSid=AC1&CallSid=CA1&RecordingSid=RE1&RecordingUrl=https%3A%2F%2Fapi.twilio.com%2FRE1";
        let there = reported(&format!("{recording}&RecordingStatus=completed&RecordingDuration=70"), TO);
        assert_eq!(
            (there.kind, there.told.recording_url.as_deref()),
            (EventKind::Recording, Some("https://api.twilio.com/RE1"))
        );
        for status in ["in-progress", "absent", "failed"] {
            assert_eq!(told(&format!("{recording}&RecordingStatus={status}"), TO), Ok(None), "{status}");
        }
        assert!(told(&format!("{recording}&RecordingStatus=completed"), "").is_err());
        let text =
            reported(&format!("{CALL}&TranscriptionStatus=completed&TranscriptionText=Hello&RecordingUrl=u"), "");
        assert_eq!((text.kind, text.told.transcript.as_deref()), (EventKind::Transcript, Some("Hello")));
        let message = reported(&format!("{CALL}&CallStatus=in-progress&RecordingUrl=u&RecordingDuration=9"), "");
        assert_eq!(message.kind, EventKind::Recording);
        let with_end = reported(&format!("{CALL}&CallStatus=completed&CallDuration=9&RecordingUrl=u"), "");
        assert_eq!((with_end.kind, with_end.told.recording_url.as_deref()), (EventKind::Ended, Some("u")));
    }

    #[test]
    fn calls_of_ones_own_and_other_callbacks_say_nothing() {
        assert_eq!(told("CallSid=CA1&Direction=outbound-api&CallStatus=completed&To=%2B819012345678", ""), Ok(None));
        assert_eq!(told(&format!("{CALL}&CallStatus=dreaming"), ""), Ok(None));
        assert!(told("MessageSid=SM1", "").is_err());
    }

    #[test]
    fn a_withheld_number_is_anonymous() {
        let form = CALL.replace("%2B819012345678", "%2B266696687");
        assert_eq!(reported(&format!("{form}&CallStatus=ringing"), "").caller.as_deref(), Some("anonymous"));
    }
}
