//! The answers to call systems are, byte for byte, those that stand beside the configurations for them, and these are what
//! each system's documentation asks for.

mod http_support;

use http_support::{CLINIC, ORIGIN, TARO, TestApp};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};

/// A pool that uses everything that an answer can say.
const ROUTING: &str = r#"
[pool.routing]
gateway = "sbc.example:5060"
whisper = "{channel}からのお電話です"
notice = "この通話は録音されます"
record = true
[pool.routing.absence]
message = "ただいま電話に出られません"
voicemail = true
[[pool.routing.destination]]
id = "desk"
to = "sip:desk@pbx.example"
timeout_seconds = 20
[[pool.routing.destination]]
id = "second"
to = "03-5550-1234"
timeout_seconds = 30
priority = 1
[[pool.blocked]]
number = "080-9999-0000"
"#;

fn example(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A clinic whose number is held by a visitor from an ad, and a token that may ask and tell.
async fn clinic() -> (TestApp, String) {
    let app = TestApp::empty().await;
    let numbers = "numbers = [\"050-3111-0001..050-3111-0003\"]\n";
    app.apply(&CLINIC.replacen(numbers, &format!("{numbers}{ROUTING}"), 1)).await.expect("a valid document");
    let visitor = json!({
        "click_ids": [{"kind": "gclid", "value": "Cj0KCQjw_example_BwE", "source": "url"}],
        "landing_page": "https://clinic.example/?gclid=Cj0KCQjw_example_BwE",
    });
    let body = json!({"site": "st_clinic", "session": TARO, "visitor": visitor, "leases": [{"target": "main"}]});
    let leased = app.post("/v1/leases", ORIGIN, body.to_string()).await.json();
    assert_eq!(leased["leases"][0]["number"]["national"], "05031110001", "{leased}");
    app.advance(12);
    let token = app.token(&["route", "calls:write"], &[]).await;
    (app, token)
}

async fn ask(app: &TestApp, token: &str, query: &str) -> http_support::Answer {
    app.get(&format!("/v1/route?{query}"), &[("authorization", &format!("Bearer {token}"))]).await
}

/// The answer in one form to one call.
async fn answered(format: &str) -> String {
    let (app, token) = clinic().await;
    let query = format!("format={format}&source=example&call_id=example-1&to=05031110001&from=09012345678");
    let answer = ask(&app, &token, &query).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

/// An XML document: its elements in their order, each with the path to it and its attributes.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut found) = (Vec::<String>::new(), Vec::new());
    let read = |element: &BytesStart<'_>| {
        let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
        let attributes = element.attributes().map(|attribute| {
            let attribute = attribute.expect("an attribute that stands once");
            let value = String::from_utf8_lossy(&attribute.value).into_owned();
            (String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value)
        });
        (name, attributes.collect::<BTreeMap<_, _>>())
    };
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(element) => {
                let (name, attributes) = read(&element);
                path.push(name);
                found.push((path.join("/"), attributes));
            }
            Event::Empty(element) => {
                let (name, attributes) = read(&element);
                found.push((format!("{}/{name}", path.join("/")), attributes));
            }
            Event::End(_) => drop(path.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(path, Vec::<String>::new(), "every element ends");
    found
}

/// Asserts that every element is a known one and has no attributes but its own.
#[track_caller]
fn only(found: &[(String, BTreeMap<String, String>)], known: &[(&str, &[&str])]) {
    for (path, attributes) in found {
        let (_, allowed) = known.iter().find(|(known, _)| known == path).unwrap_or_else(|| panic!("<{path}>"));
        for name in attributes.keys() {
            assert!(allowed.contains(&name.as_str()), "<{path} {name}>");
        }
    }
}

#[tokio::test]
async fn the_examples_are_what_the_service_answers() {
    let mut different = String::new();
    for (format, file) in [
        ("json", "kamailio/response.json"),
        ("text", "asterisk/response.txt"),
        ("freeswitch", "freeswitch/response.xml"),
        ("twiml", "twilio/response.xml"),
        ("ncco", "vonage/response.json"),
    ] {
        // The files end with a line feed, answers do not.
        let answer = format!("{}\n", answered(format).await);
        if answer != example(file) {
            different.push_str(&format!("=== {file}\n{answer}"));
        }
    }
    assert!(different.is_empty(), "These are answered now:\n{different}===\n");
}

#[test]
fn kamailio_reads_one_line_of_rtjson() {
    let text = example("kamailio/response.json");
    assert_eq!(text.trim_end().lines().count(), 1, "http_client hands lines on one by one");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&answer["version"], &answer["routing"]), (&json!("1.0"), &json!("serial")));
    let routes = answer["routes"].as_array().expect("routes");
    assert_eq!(routes.len(), 2);
    for route in routes {
        assert!(route["uri"].as_str().is_some_and(|uri| uri.starts_with("sip:")), "{route}");
        let extra = route["headers"]["extra"].as_str().expect("headers");
        assert!(extra.starts_with("X-Lease-Id: ") && extra.ends_with("\r\n"), "{extra:?}");
        // In milliseconds; the module takes whole numbers only.
        assert!(["fr_timer", "fr_inv_timer"].iter().all(|name| route[name].as_u64() >= Some(1_000)), "{route}");
    }
}

#[test]
fn asterisk_gets_as_many_fields_as_it_has_names_for() {
    let line = example("asterisk/response.txt");
    let fields: Vec<&str> = line.trim_end().split(',').collect();
    let dialplan = example("asterisk/extensions.conf");
    let (_, rest) = dialplan.split_once("Set(ARRAY(").expect("where the line is read");
    let names: Vec<&str> = rest.split(')').next().expect("its end").split(',').collect();
    let value = |name: &str| names.iter().position(|each| *each == name).map_or("", |at| fields[at]);
    assert_eq!(value("action"), "connect");
    assert_eq!(value("attribution"), "certain");
    assert_eq!(value("legs"), "2");
    assert_eq!(fields.len(), names.iter().position(|name| *name == "legs").expect("legs") + 1 + 2 * 2);
    assert_eq!((value("to1"), value("seconds1")), ("sip:desk@pbx.example", "20"));
    assert_eq!((value("to2"), value("seconds2")), ("sip:+81355501234@sbc.example:5060", "30"));
    // Nothing that a dialplan could take for something else.
    assert!(!line.contains(['"', '\\', ';', '$', '{', '}', '|', '\'']), "{line}");
}

#[test]
fn free_switch_gets_a_dialplan_document() {
    let found = elements(&example("freeswitch/response.xml"));
    let extension = "document/section/context/extension";
    let (condition, action) = (format!("{extension}/condition"), format!("{extension}/condition/action"));
    only(
        &found,
        &[
            ("document", &["type"]),
            ("document/section", &["name"]),
            ("document/section/context", &["name"]),
            (extension, &["name"]),
            (&condition, &["field", "expression", "break"]),
            (&action, &["application", "data"]),
        ],
    );
    assert_eq!(found[0].1["type"], "freeswitch/xml");
    assert_eq!(found[1].1["name"], "dialplan");
    let bridge = found.iter().find(|(_, attributes)| attributes.get("application").is_some_and(|it| it == "bridge"));
    let bridge = &bridge.expect("a bridge").1["data"];
    assert_eq!(bridge.split('|').count(), 2, "one after the other: {bridge}");
}

#[test]
fn twilio_gets_verbs_that_it_knows() {
    let text = example("twilio/response.xml");
    let found = elements(&text);
    only(
        &found,
        &[
            ("Response", &[]),
            ("Response/Say", &["language", "voice", "loop"]),
            (
                "Response/Dial",
                &["action", "method", "timeout", "answerOnBridge", "callerId", "record", "recordingStatusCallback"],
            ),
            ("Response/Dial/Sip", &["url", "method", "statusCallback", "statusCallbackEvent"]),
            ("Response/Dial/Number", &["url", "method", "statusCallback", "statusCallbackEvent"]),
            ("Response/Record", &["action", "maxLength", "playBeep", "recordingStatusCallback"]),
            ("Response/Hangup", &[]),
        ],
    );
    let dial = &found.iter().find(|(path, _)| path == "Response/Dial").expect("a Dial").1;
    assert!(dial["timeout"].parse().is_ok_and(|seconds: u32| (5..=600).contains(&seconds)), "{dial:?}");
    for (_, attributes) in &found {
        for (name, value) in
            attributes.iter().filter(|(name, _)| ["action", "url", "statusCallback"].contains(&name.as_str()))
        {
            assert!(value.starts_with("https://numbers.example/v1/twilio/"), "{name}={value}");
        }
    }
}

#[test]
fn vonage_gets_a_call_control_object() {
    let answer: Value = serde_json::from_str(&example("vonage/response.json")).expect("JSON");
    let actions = answer.as_array().expect("a list");
    for action in actions {
        let known: &[&str] = match action["action"].as_str() {
            Some("talk") => &["action", "text", "language", "style", "bargeIn"],
            Some("record") => &["action", "split", "channels", "eventUrl", "beepStart", "endOnSilence", "timeOut"],
            Some("connect") => &["action", "from", "timeout", "eventType", "eventUrl", "endpoint"],
            other => panic!("{other:?}"),
        };
        assert!(action.as_object().expect("an object").keys().all(|key| known.contains(&key.as_str())), "{action}");
    }
    let connect = actions.iter().find(|action| action["action"] == "connect").expect("a connect");
    assert_eq!(connect["from"], "815031110001", "E.164 without +");
    assert_eq!(connect["eventType"], "synchronous", "or there would be no second destination");
    assert_eq!(connect["endpoint"][0]["type"], "sip");
    assert_eq!(connect["endpoint"].as_array().map(Vec::len), Some(1));
    assert!(connect["eventUrl"][0].as_str().is_some_and(|url| url.starts_with("https://numbers.example/v1/vonage/")));
}

#[tokio::test]
async fn whoever_is_blocked_is_refused_in_every_form() {
    let (app, token) = clinic().await;
    for (format, status, sign) in [
        ("json", 403, r#""action":"reject""#),
        ("text", 403, "reject,603,"),
        ("freeswitch", 200, r#"application="respond" data="603 Decline""#),
        ("twiml", 200, "<Reject"),
        ("ncco", 200, "[]"),
    ] {
        let query = format!("format={format}&source=example&call_id=blocked-{format}&to=05031110001&from=08099990000");
        let answer = ask(&app, &token, &query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text().contains(sign)),
            (status, true),
            "{format}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_number_that_nobody_has_is_told_in_every_form() {
    let (app, token) = clinic().await;
    for (format, status, sign) in [
        ("json", 404, r#""action":"unknown""#),
        ("text", 404, "unknown,404,"),
        ("freeswitch", 200, r#"<result status="not found"/>"#),
        ("twiml", 200, "<Reject"),
        ("ncco", 200, "[]"),
    ] {
        let query = format!("format={format}&source=example&call_id=unknown-{format}&to=0355509999&from=09012345678");
        let answer = ask(&app, &token, &query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text().contains(sign)),
            (status, true),
            "{format}: {}",
            answer.text()
        );
    }
}

/// What `CURL()` sends of a text: it takes quotes away, and backslashes with the meaning of what follows them.
fn as_asterisk_sends(text: &str) -> String {
    let (mut sent, mut characters) = (String::new(), text.chars());
    while let Some(c) = characters.next() {
        match c {
            '"' => {}
            '\\' => sent.extend(characters.next()),
            other => sent.push(other),
        }
    }
    sent
}

/// What the dialplan puts together, step by step, for a call that was answered.
fn asterisk_report() -> String {
    let mut report = String::new();
    for line in example("asterisk/extensions.conf").lines() {
        let Some((_, value)) = line.split_once("Set(report=") else { continue };
        let value = value.strip_suffix(')').expect("the end of Set()");
        report = value.replace("${report}", &report);
    }
    let moment = |seconds: u32| format!("2026-11-20T09:01:{seconds:02}Z");
    for (variable, value) in [
        ("${HATSUBAN_CALL}", "1795239000.42".to_owned()),
        ("${HATSUBAN_NUMBER}", "05031110001".to_owned()),
        ("${HATSUBAN_CALLER}", "09012345678".to_owned()),
        ("${HATSUBAN_TO}", "sip:desk@pbx.example".to_owned()),
        ("${FILTER(A-Z0-9,${DIALSTATUS})}", "ANSWER".to_owned()),
        ("${STRFTIME(${HATSUBAN_BEGAN},UTC,%Y-%m-%dT%H:%M:%SZ)}", moment(2)),
        ("${STRFTIME(${EPOCH},UTC,%Y-%m-%dT%H:%M:%SZ)}", moment(59)),
        ("${STRFTIME($[${EPOCH} - ${ANSWEREDTIME}],UTC,%Y-%m-%dT%H:%M:%SZ)}", moment(10)),
        ("${ANSWEREDTIME}", "49".to_owned()),
    ] {
        assert!(report.contains(variable), "{variable} is in {report}");
        report = report.replace(variable, &value);
    }
    assert!(!report.contains("${"), "{report}");
    report
}

#[tokio::test]
async fn what_asterisk_tells_is_understood() {
    let (app, token) = clinic().await;
    let event: Value = serde_json::from_str(&as_asterisk_sends(&asterisk_report())).expect("JSON");
    let record = app.tell(&token, &event).await;
    assert_eq!(record.status, 201, "{}", record.text());
    let record = record.json();
    assert_eq!((&record["source"], &record["call_id"]), (&json!("asterisk"), &json!("1795239000.42")));
    assert_eq!((&record["state"], &record["talk_seconds"]), (&json!("ended"), &json!(49)));
    assert_eq!(record["destination"], "sip:desk@pbx.example");
}
