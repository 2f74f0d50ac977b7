//! Twilio's XML. A `<Dial>` whose leg does not answer goes on at its `action` address with the next leg; so a call whose
//! second party hangs up is not dialled again.

use super::{
    super::answer::{RoutedCall, dialled},
    links::{Links, Then},
    xml::{Xml, clean, document},
};
use crate::domain::routing::{Action, Leg, SendTo, Speech};
use quick_xml::events::BytesText;
use std::io;

/// The longest message that a caller may leave.
const VOICEMAIL_SECONDS: &str = "120";

/// What happens from a leg on; beyond the last one, or without any, what happens in an absence.
pub fn voice(call: &RoutedCall, from: usize, links: &Links<'_>) -> Vec<u8> {
    response(|xml| match (call.decision.action, call.decision.legs.get(from)) {
        (Action::Reject | Action::Unknown, _) => reject(xml, "rejected"),
        (_, Some(leg)) => dial(xml, call, leg, from, links),
        (action, None) => absence(xml, call, action == Action::Busy && from == 0, links),
    })
}

/// Nothing more: a call that was answered is over.
pub fn hang_up() -> Vec<u8> {
    response(|xml| xml.create_element("Hangup").write_empty().map(drop))
}

/// What whoever answers hears.
pub fn whisper(speech: &Speech) -> Vec<u8> {
    response(|xml| say(xml, speech))
}

fn response(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> Vec<u8> {
    document(|xml| xml.create_element("Response").write_inner_content(write).map(drop))
}

fn say(xml: &mut Xml, speech: &Speech) -> io::Result<()> {
    let element = xml.create_element("Say").with_attribute(("language", speech.language.tag()));
    element.write_text_content(BytesText::new(&clean(&speech.text))).map(drop)
}

fn reject(xml: &mut Xml, reason: &str) -> io::Result<()> {
    xml.create_element("Reject").with_attribute(("reason", reason)).write_empty().map(drop)
}

fn dial(xml: &mut Xml, call: &RoutedCall, leg: &Leg, at: usize, links: &Links<'_>) -> io::Result<()> {
    if let Some(notice) = call.decision.notice.as_ref().filter(|_| at == 0) {
        say(xml, notice)?;
    }
    let (timeout, status) = (leg.timeout_seconds.to_string(), links.twilio_status(&call.number));
    let next = links.twilio_voice(&call.number, Then::Leg(at + 1));
    let mut attributes = vec![("timeout", timeout.as_str()), ("answerOnBridge", "true"), ("action", next.as_str())];
    if call.decision.record {
        attributes.push(("record", "record-from-answer-dual"));
        attributes.push(("recordingStatusCallback", status.as_str()));
    }
    let name = match leg.to {
        SendTo::Number(_) => "Number",
        SendTo::Sip(_) => "Sip",
    };
    xml.create_element("Dial")
        .with_attributes(attributes)
        .write_inner_content(|xml| {
            let whisper = call.decision.whisper.as_ref().map(|whisper| links.twilio_whisper(whisper));
            let url = whisper.as_deref().map(|url| ("url", url));
            let told = [("statusCallback", status.as_str()), ("statusCallbackEvent", "ringing answered completed")];
            xml.create_element(name)
                .with_attributes(url.into_iter().chain(told))
                .write_text_content(BytesText::new(&dialled(&leg.to)))
                .map(drop)
        })
        .map(drop)
}

fn absence(xml: &mut Xml, call: &RoutedCall, is_busy: bool, links: &Links<'_>) -> io::Result<()> {
    let absence = &call.decision.absence;
    if is_busy && absence.message.is_none() && !absence.voicemail {
        return reject(xml, "busy");
    }
    say(xml, &call.decision.message())?;
    if !absence.voicemail {
        return xml.create_element("Hangup").write_empty().map(drop);
    }
    let (end, status) = (links.twilio_voice(&call.number, Then::End), links.twilio_status(&call.number));
    xml.create_element("Record")
        .with_attributes([
            ("maxLength", VOICEMAIL_SECONDS),
            ("playBeep", "true"),
            ("action", end.as_str()),
            ("recordingStatusCallback", status.as_str()),
        ])
        .write_empty()
        .map(drop)
}
