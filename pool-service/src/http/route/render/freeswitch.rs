//! XML for `FreeSWITCH`'s `mod_xml_curl`: a dialplan of one extension. Texts are spoken if the variable `tts_engine` is set
//! there, and are in `hatsuban_…` variables in any case. Numbers without a gateway go by `${default_gateway}`.

use super::{
    super::answer::{RoutedCall, dialled},
    xml::{Xml, clean, document},
};
use crate::domain::routing::{Action, Leg, SendTo};
use std::io;

/// The context in which calls from outside arrive, unless the request names another.
pub const PUBLIC: &str = "public";

const VOICEMAIL: &str = "${recordings_dir}/${uuid}-voicemail.wav 120 200 5";

/// A routed call as a dialplan; one for a number that nobody knows finds nothing, so that other dialplans are asked.
pub fn render(call: &RoutedCall, context: &str) -> Vec<u8> {
    if call.decision.action == Action::Unknown {
        return not_found();
    }
    in_section("dialplan", |xml| {
        xml.create_element("context").with_attribute(("name", known(context))).write_inner_content(|xml| {
            let extension = xml.create_element("extension").with_attribute(("name", "hatsuban"));
            extension.write_inner_content(|xml| dialplan(xml, call)).map(drop)
        })?;
        Ok(())
    })
}

/// The document that says that there is none.
pub fn not_found() -> Vec<u8> {
    in_section("result", |xml| {
        xml.create_element("result").with_attribute(("status", "not found")).write_empty().map(drop)
    })
}

fn in_section(name: &str, write: impl FnOnce(&mut Xml) -> io::Result<()>) -> Vec<u8> {
    document(|xml| {
        xml.create_element("document").with_attribute(("type", "freeswitch/xml")).write_inner_content(|xml| {
            xml.create_element("section").with_attribute(("name", name)).write_inner_content(write).map(drop)
        })?;
        Ok(())
    })
}

/// The name of a context comes with the request: what could be anything else is the usual one.
fn known(context: &str) -> &str {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=64).contains(&context.len()) && context.chars().all(allowed) { context } else { PUBLIC }
}

fn dialplan(xml: &mut Xml, call: &RoutedCall) -> io::Result<()> {
    let decision = &call.decision;
    if decision.action == Action::Reject {
        return always(xml, |xml| action(xml, "respond", "603 Decline"));
    }
    always(xml, |xml| {
        for (name, value) in variables(call) {
            action(xml, "set", &format!("{name}={}", tame(&value)))?;
        }
        Ok(())
    })?;
    let message = decision.message().text;
    if decision.legs.is_empty() && decision.absence.message.is_none() && !decision.absence.voicemail {
        let (code, reason) = decision.action.sip();
        return always(xml, |xml| action(xml, "respond", &format!("{code} {reason}")));
    }
    if !decision.legs.is_empty() {
        if let Some(notice) = &decision.notice {
            spoken(xml, &notice.text)?;
        }
        always(xml, |xml| bridge(xml, call))?;
    }
    // A call is answered to hear something; without a voice and a voice mail box it ends unanswered, and costs the caller
    // nothing.
    if decision.absence.voicemail {
        always(xml, |xml| action(xml, "answer", ""))?;
    }
    spoken(xml, &message)?;
    always(xml, |xml| {
        if decision.absence.voicemail {
            action(xml, "record", VOICEMAIL)?;
        }
        action(xml, "hangup", if decision.action == Action::Busy { "USER_BUSY" } else { "NO_ANSWER" })
    })
}

/// What the operator's own dialplan may want to know.
fn variables(call: &RoutedCall) -> Vec<(&'static str, String)> {
    let decision = &call.decision;
    let class = call.attribution.as_ref().map_or("none", |attributed| attributed.judged.class.name());
    let named = [
        ("hatsuban_call", Some(call.key.to_string())),
        ("hatsuban_lease", call.lease_id()),
        ("hatsuban_attribution", Some(class.to_owned())),
        ("hatsuban_channel", call.source.channel.clone()),
        ("hatsuban_whisper", decision.whisper.as_ref().map(|whisper| whisper.text.clone())),
        ("hatsuban_notice", decision.notice.as_ref().map(|notice| notice.text.clone())),
        ("hatsuban_message", Some(decision.message().text)),
        ("hatsuban_sms", decision.absence.sms.clone()),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn bridge(xml: &mut Xml, call: &RoutedCall) -> io::Result<()> {
    action(xml, "set", "hangup_after_bridge=true")?;
    action(xml, "set", "continue_on_fail=true")?;
    // Otherwise a destination whose network plays a tone counts as reached, and the next one is never called.
    action(xml, "set", "ignore_early_media=ring_ready")?;
    if let Some(lease) = call.lease_id() {
        action(xml, "export", &format!("nolocal:sip_h_X-Lease-Id={lease}"))?;
    }
    if call.decision.record {
        action(xml, "record_session", "${recordings_dir}/${uuid}.wav")?;
    }
    // One after the other; a comma would let them ring together.
    let legs: Vec<String> = call.decision.legs.iter().map(|leg| attempt(call, leg)).collect();
    action(xml, "bridge", &legs.join("|"))
}

fn attempt(call: &RoutedCall, leg: &Leg) -> String {
    let where_to = match (&leg.to, &call.decision.gateway) {
        (SendTo::Number(_), None) => format!("sofia/gateway/${{default_gateway}}/{}", dialled(&leg.to)),
        _ => format!("sofia/external/{}", call.uri(leg).trim_start_matches("sip:")),
    };
    format!("[leg_timeout={}]{where_to}", leg.timeout_seconds)
}

/// Said if there is a voice to say it; without one the call would end here.
fn spoken(xml: &mut Xml, text: &str) -> io::Result<()> {
    let condition = xml.create_element("condition").with_attributes([
        ("field", "${tts_engine}"),
        ("expression", "^.+$"),
        ("break", "never"),
    ]);
    condition
        .write_inner_content(|xml| {
            action(xml, "answer", "")?;
            action(xml, "speak", &tame(text))
        })
        .map(drop)
}

fn always(xml: &mut Xml, write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    let condition = xml.create_element("condition").with_attributes([
        ("field", "destination_number"),
        ("expression", "^.*$"),
        ("break", "never"),
    ]);
    condition.write_inner_content(write).map(drop)
}

fn action(xml: &mut Xml, application: &str, data: &str) -> io::Result<()> {
    let element = xml.create_element("action").with_attribute(("application", application));
    let element = if data.is_empty() { element } else { element.with_attribute(("data", data)) };
    element.write_empty().map(drop)
}

/// A text in which nothing means anything to `FreeSWITCH`: no variable is expanded, no argument begins.
fn tame(text: &str) -> String {
    let tamed = |c| match c {
        '$' => '＄',
        '{' => '（',
        '}' => '）',
        '|' => '｜',
        '\\' => '＼',
        '\'' => '’',
        '`' => '‘',
        other => other,
    };
    clean(text).chars().map(tamed).collect()
}
