//! Every form against a golden file, and every form against texts that try to be more than texts.

use super::*;
use crate::calls::callers::{CallerKeys, Keeping};
use crate::domain::{
    attribution::{Attribution, Candidate, Class, reason::Code},
    call::{Attributed, CallKey, source::Source},
    ids::{DestinationId, PoolId, SessionId, SiteId},
    lease::{Lease, NumberState},
    number::TrackingNumber,
    policy::LeasePolicy,
    routing::{Absence, Action, Decision, Gateway, Language, Leg, SendTo, Speech},
    time::Timestamp,
    visitor::Visitor,
};
use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use std::sync::LazyLock;

static KEYS: LazyLock<CallerKeys> = LazyLock::new(|| CallerKeys::new(&[7; 32], Keeping::Encrypted));

fn links() -> Links<'static> {
    Links { public_url: "https://numbers.example", keys: &KEYS }
}

fn speech(text: &str) -> Speech {
    Speech { text: text.to_owned(), language: Language::Ja }
}

/// A call of a known visitor to two destinations.
fn call() -> RoutedCall {
    let number = TrackingNumber::parse("050-3111-0001").expect("a number");
    let at = Timestamp::from_millis(1_795_239_000_000);
    let session = SessionId::parse("taro-taro-taro-taro").expect("a session");
    let lease = Lease::granted(&LeasePolicy::default(), number.clone(), session, 42, at, Visitor::default());
    let judged = Attribution {
        class: Class::Certain,
        state: NumberState::Leased,
        reasons: vec![Code::Held.because("One session held the number.".to_owned())],
        probability: 0.998_1,
        nobody: 0.001_9,
        candidates: vec![Candidate { lease, probability: 0.998_1 }],
    };
    let leg = |id: &str, to: &str, timeout_seconds| Leg {
        destination: DestinationId::parse(id).ok(),
        to: SendTo::parse(to).expect("an address"),
        timeout_seconds,
        capacity: None,
    };
    RoutedCall {
        key: CallKey::parse("kamailio/a84b4c76e66710@pc33.example").expect("a key"),
        number,
        record_id: Some("clinic-main.0123456789abcdef01234567".to_owned()),
        site: SiteId::parse("clinic").ok(),
        pool: PoolId::parse("clinic-main").ok(),
        advertiser: None,
        at,
        decision: Decision {
            action: Action::Connect,
            legs: vec![leg("reception", "03-5550-0100", 20), leg("desk", "sip:desk@pbx.example;transport=tcp", 30)],
            gateway: Gateway::parse("sbc.example:5060").ok(),
            whisper: Some(speech("クリニック、Google広告からのお電話です")),
            notice: Some(speech("この通話は録音されます。")),
            record: true,
            language: Language::Ja,
            absence: Absence {
                send_to: None,
                message: Some("ただいま留守にしております。".to_owned()),
                voicemail: true,
                sms: Some("折り返しご連絡いたします。".to_owned()),
            },
            hours: None,
            reasons: Vec::new(),
            is_degraded: false,
        },
        attribution: Some(Attributed { at, judged }),
        source: Source { channel: Some("Google広告".to_owned()), ..Source::default() },
        is_repeat: false,
    }
}

/// The same after nobody was found.
fn without_legs(action: Action) -> RoutedCall {
    let mut call = call();
    call.decision.action = action;
    call.decision.legs.clear();
    call
}

/// Texts everywhere where texts can be.
fn with_texts(text: &str) -> RoutedCall {
    let mut call = call();
    call.decision.whisper = Some(speech(text));
    call.decision.notice = Some(speech(text));
    call.decision.absence.message = Some(text.to_owned());
    call.decision.absence.sms = Some(text.to_owned());
    call.source.channel = Some(text.to_owned());
    call.source.campaign = Some(text.to_owned());
    call
}

#[track_caller]
fn is_golden(bytes: &[u8], file: &str) {
    let path = format!("{}/tests/fixtures/route/{file}", env!("CARGO_MANIFEST_DIR"));
    let golden = std::fs::read_to_string(&path).expect(&path);
    assert_eq!(String::from_utf8_lossy(bytes), golden.trim_end_matches('\n'), "{file}");
}

#[test]
fn json_is_what_rtjson_reads_with_our_own_members() {
    is_golden(&render(Format::Json, &call(), &links()), "connect.json");
}

#[test]
fn twiml_dials_one_leg_after_the_other_and_takes_a_message_in_the_end() {
    is_golden(&render(Format::Twiml, &call(), &links()), "connect.twiml");
    is_golden(&twiml::voice(&call(), 1, &links()), "second.twiml");
    is_golden(&twiml::voice(&call(), 2, &links()), "absence.twiml");
    let whisper = call().decision.whisper.expect("a whisper");
    is_golden(&twiml::whisper(&whisper), "whisper.twiml");
    let bare = |action| {
        let mut call = without_legs(action);
        call.decision.absence = Absence::default();
        String::from_utf8(twiml::voice(&call, 0, &links())).expect("UTF-8")
    };
    assert!(bare(Action::Busy).contains("<Response><Reject reason=\"busy\"/></Response>"));
    assert!(bare(Action::Reject).contains("<Response><Reject reason=\"rejected\"/></Response>"));
    assert!(bare(Action::Closed).contains("おかけ直しください。</Say><Hangup/></Response>"));
}

#[test]
fn ncco_connects_one_leg_after_the_other_and_takes_a_message_in_the_end() {
    is_golden(&render(Format::Ncco, &call(), &links()), "connect.ncco");
    is_golden(&ncco::render(&call(), 1, &links()), "second.ncco");
    is_golden(&ncco::render(&call(), 2, &links()), "absence.ncco");
    assert_eq!(ncco::render(&without_legs(Action::Reject), 0, &links()), b"[]");
}

#[test]
fn freeswitch_bridges_to_one_leg_after_the_other() {
    is_golden(&render(Format::FreeSwitch, &call(), &links()), "connect.freeswitch");
    is_golden(&freeswitch::render(&without_legs(Action::Reject), "a\" b"), "reject.freeswitch");
    is_golden(&freeswitch::not_found(), "not_found.freeswitch");
}

#[test]
fn freeswitch_answers_only_who_hears_something() {
    let written = |call: &RoutedCall| String::from_utf8(render(Format::FreeSwitch, call, &links())).expect("UTF-8");
    let always = |xml: &str| {
        let mut conditions = xml.split("<condition ").filter(|condition| condition.starts_with("field=\"destination"));
        conditions.any(|condition| condition.contains("application=\"answer\""))
    };
    assert!(always(&written(&call())), "into the voice mail box");
    let mut call = call();
    call.decision.absence.voicemail = false;
    let xml = written(&call);
    assert!(!always(&xml) && xml.contains("application=\"hangup\" data=\"NO_ANSWER\""), "{xml}");
    assert!(written(&without_legs(Action::Busy)).contains("application=\"hangup\" data=\"USER_BUSY\""));
}

#[test]
fn text_is_one_line_of_fields_that_stay_where_they_are() {
    is_golden(&render(Format::Text, &call(), &links()), "connect.text");
    let flags = |change: fn(&mut RoutedCall)| {
        let mut call = call();
        (call.decision.record, call.decision.absence.voicemail) = (false, false);
        change(&mut call);
        let line = text::render(&call);
        let set = text::FIELDS.iter().zip(line.split(',')).filter(|(_, value)| *value == "1");
        set.map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(flags(|_| ()), Vec::<String>::new());
    assert_eq!(flags(|call| call.decision.record = true), ["record"]);
    assert_eq!(flags(|call| call.decision.absence.voicemail = true), ["voicemail"]);
    assert_eq!(flags(|call| call.decision.is_degraded = true), ["degraded"]);
    let busy = without_legs(Action::Busy);
    assert_eq!(text::render(&busy).split(',').count(), text::FIELDS.len());
}

/// Asterisk reads 4,095 bytes of an answer: it must find the legs whatever is to be said.
#[test]
fn text_is_as_short_as_asterisk_reads_it_with_all_legs() {
    let plain: Vec<String> = text::render(&call()).split(',').map(str::to_owned).collect();
    let long = text::render(&with_texts(&"ただいま留守にしております。".repeat(60)));
    let cut: Vec<&str> = long.split(',').collect();
    assert!(long.len() <= 4_095 && long.len() > 4_000, "{}", long.len());
    assert_eq!(cut[text::FIELDS.len()..], plain[text::FIELDS.len()..], "the legs");
    for text in [4, 7, 8, 9, 11] {
        let read = percent_encoding::percent_decode_str(cut[text]).decode_utf8().expect("whole characters");
        assert!(read.starts_with("ただいま留守にしております。ただいま"), "{read}");
    }
    // What is short stays whole beside what is long.
    let mut call = call();
    call.decision.notice = Some(speech(&"あ".repeat(1_000)));
    let line = text::render(&call);
    let fields: Vec<&str> = line.split(',').collect();
    assert_eq!((fields[8], fields[9], fields[11]), (&*plain[8], &*plain[9], &*plain[11]));
    assert!(line.len() > 4_080 && line.len() <= 4_095, "{}", line.len());
}

/// The texts and attributes of a document, unescaped; panics unless it is well-formed.
fn read_xml(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut reader = Reader::from_str(text);
    let (mut read, mut depth) = (Vec::new(), 0);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element)
                if element.attributes().any(|attribute| attribute.is_err()) =>
            {
                panic!("an attribute: {element:?}")
            }
            Event::Start(element) => {
                depth += 1;
                read.extend(values(&element));
            }
            Event::Empty(element) => read.extend(values(&element)),
            Event::End(_) => depth -= 1,
            Event::Text(text) => read.push(String::from_utf8_lossy(&text).into_owned()),
            Event::Comment(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) => panic!("markup from a text"),
            Event::Decl(_) | Event::GeneralRef(_) => {}
        }
    }
    assert_eq!(depth, 0);
    read
}

fn values(element: &quick_xml::events::BytesStart<'_>) -> Vec<String> {
    let attributes = element.attributes().map(|attribute| attribute.expect("an attribute"));
    attributes.map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned()).collect()
}

/// How many elements a document has: no text may add one.
fn elements(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.matches('<').count()
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[<>&'\",|$%{}\\[\\]();:@\\\\=?#~^`\r\n\t ]{0,24}",
        Just("</Say><Dial>+1900</Dial><Say>".to_owned()),
        Just("]]><!-- x -->&#x0;&evil;".to_owned()),
        Just("a\r\nX-Evil: 1\r\n\r\nINVITE".to_owned()),
        Just("${system(rm)}|sofia/external/evil,loopback/x".to_owned()),
        Just("x,connect,1\",\"y\\".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_text_is_more_than_a_text(text in texts()) {
        let (call, plain) = (with_texts(&text), with_texts("plain"));

        let json = render(Format::Json, &call, &links());
        prop_assert!(!json.contains(&b'\n'), "one line");
        let answer: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        prop_assert_eq!(answer["whisper"]["text"].as_str(), Some(text.as_str()));
        for route in answer["routes"].as_array().expect("routes") {
            let extra = route["headers"]["extra"].as_str().expect("headers");
            prop_assert!(extra.is_ascii() && extra.ends_with("\r\n"));
            let names: Vec<&str> = extra.split("\r\n").filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
            prop_assert_eq!(names, ["X-Lease-Id", "X-Hatsuban-Call", "X-Hatsuban-Attribution", "X-Hatsuban-Channel"]);
            prop_assert_eq!(extra.matches(['\r', '\n']).count(), 8);
        }

        for from in 0..3 {
            let bytes = twiml::voice(&call, from, &links());
            read_xml(&bytes);
            prop_assert_eq!(elements(&bytes), elements(&twiml::voice(&plain, from, &links())));
            let actions: serde_json::Value = serde_json::from_slice(&ncco::render(&call, from, &links())).expect("JSON");
            prop_assert!(actions.as_array().is_some_and(|actions| actions.iter().all(|action| action["action"].is_string())));
            let talks: Vec<&str> = actions.as_array().expect("actions").iter().filter_map(|action| action["text"].as_str()).collect();
            prop_assert!(talks.iter().all(|talk| !talk.contains('<')), "markup that is spoken");
        }

        let bytes = render(Format::FreeSwitch, &call, &links());
        let read = read_xml(&bytes);
        prop_assert_eq!(elements(&bytes), elements(&render(Format::FreeSwitch, &plain, &links())));
        for value in read.iter().filter(|value| value.starts_with("hatsuban_whisper=") || value.starts_with("hatsuban_channel=")) {
            prop_assert!(!value.contains(['$', '{', '}', '|', '\\']) && !value.contains(char::is_control), "{}", value);
        }
        let bridge = read.iter().find(|value| value.starts_with("[leg_timeout")).expect("a bridge");
        prop_assert_eq!(bridge.split('|').count(), 2);

        let line = text::render(&call);
        prop_assert_eq!(line.split(',').count(), text::FIELDS.len() + 4);
        prop_assert!(line.is_ascii() && !line.contains(char::is_control) && !line.contains(['"', '\\', '(', ')', '$', ' ']));
    }

    #[test]
    fn no_context_of_a_request_gets_into_a_document(context in texts()) {
        let bytes = freeswitch::render(&call(), &context);
        read_xml(&bytes);
        prop_assert_eq!(elements(&bytes), elements(&freeswitch::render(&call(), freeswitch::PUBLIC)));
    }
}
