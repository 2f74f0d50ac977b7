//! Vonage's JSON. A `connect` with `eventType` `synchronous` goes on at its event address when nobody answers: the answer
//! there may be the next part.

use super::{
    super::answer::RoutedCall,
    links::{Links, Then},
};
use crate::domain::{
    number::TrackingNumber,
    routing::{Action, Leg, SendTo, Speech},
};
use serde_json::{Value, json};

const VOICEMAIL_SECONDS: u32 = 120;

/// What happens from a leg on; beyond the last one, or without any, what happens in an absence. Nothing at all ends the
/// call.
pub fn render(call: &RoutedCall, from: usize, links: &Links<'_>) -> Vec<u8> {
    let actions = match (call.decision.action, call.decision.legs.get(from)) {
        (Action::Reject | Action::Unknown, _) => Vec::new(),
        (_, Some(leg)) => connect(call, leg, from, links),
        (_, None) => absence(call, links),
    };
    Value::from(actions).to_string().into_bytes()
}

/// What whoever answers hears.
pub fn whisper(speech: &Speech) -> Vec<u8> {
    Value::from(vec![talk(speech)]).to_string().into_bytes()
}

fn talk(speech: &Speech) -> Value {
    json!({"action": "talk", "text": tame(&speech.text), "language": speech.language.tag()})
}

/// A text that begins like markup is read as such.
fn tame(text: &str) -> String {
    text.replace('<', "＜").replace('>', "＞")
}

fn connect(call: &RoutedCall, leg: &Leg, at: usize, links: &Links<'_>) -> Vec<Value> {
    let mut actions = Vec::new();
    if at == 0 {
        actions.extend(call.decision.notice.as_ref().map(talk));
        if call.decision.record {
            let event = links.vonage_event(&call.number, None);
            actions.push(json!({"action": "record", "split": "conversation", "channels": 2, "eventUrl": [event]}));
        }
    }
    let endpoint = match &leg.to {
        SendTo::Number(number) => {
            let mut endpoint = json!({"type": "phone", "number": bare(number)});
            if let Some(whisper) = &call.decision.whisper {
                endpoint["onAnswer"] = json!({"url": links.vonage_whisper(whisper)});
            }
            endpoint
        }
        SendTo::Sip(uri) => {
            let mut endpoint = json!({"type": "sip", "uri": uri.as_str()});
            if let Some(lease) = call.lease_id() {
                // Vonage puts X- before it.
                endpoint["headers"] = json!({"Lease-Id": lease});
            }
            endpoint
        }
    };
    actions.push(json!({
        "action": "connect",
        "from": bare(&call.number),
        "timeout": leg.timeout_seconds,
        "eventType": "synchronous",
        "eventUrl": [links.vonage_event(&call.number, Some(Then::Leg(at + 1)))],
        "endpoint": [endpoint],
    }));
    actions
}

fn absence(call: &RoutedCall, links: &Links<'_>) -> Vec<Value> {
    let mut actions = vec![talk(&call.decision.message())];
    if call.decision.absence.voicemail {
        actions.push(json!({
            "action": "record",
            "beepStart": true,
            "endOnSilence": 5,
            "timeOut": VOICEMAIL_SECONDS,
            "eventUrl": [links.vonage_event(&call.number, None)],
        }));
    }
    actions
}

/// E.164 without `+`; nationally where there is none.
fn bare(number: &TrackingNumber) -> String {
    number.e164().map_or_else(|| number.national().to_owned(), |e164| e164.trim_start_matches('+').to_owned())
}
