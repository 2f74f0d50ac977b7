//! `POST /v1/twilio/voice`: Twilio calls one destination after the other, as the routing says, and the record knows how it
//! went.

mod http_support;

use http_support::{CLINIC, TARO, TestApp};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

const VOICE: &str = "/v1/twilio/voice";
const KEY: &str = "twilio/CA00000000000000000000000000000001";
/// Sids and numbers are made up; the fields are those that Twilio documents.
const CALL: [(&str, &str); 6] = [
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("CallSid", "CA00000000000000000000000000000001"),
    ("From", "+819012345678"),
    ("To", "+815031110001"),
    ("Direction", "inbound"),
    ("ApiVersion", "2010-04-01"),
];
const ROUTING: &str = r#"
[pool.routing]
whisper = "{site}、{channel}からのお電話です"
record = true

[[pool.routing.destination]]
id = "reception"
to = "03-5550-0100"
timeout_seconds = 20

[[pool.routing.destination]]
id = "desk"
to = "03-5550-0199"

[[pool]]
id = "clinic-recruit""#;

async fn clinic() -> TestApp {
    let app = TestApp::empty().await;
    let document = CLINIC.replacen("\n[[pool]]\nid = \"clinic-recruit\"", ROUTING, 1);
    app.apply(&document).await.expect("a valid document");
    app
}

/// `TwiML`, as it was answered.
async fn voice(app: &TestApp, path: &str, more: &[(&str, &str)]) -> String {
    let answer = app.twilio(path, &[&CALL[..], more].concat()).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("text/xml; charset=utf-8")));
    answer.text()
}

async fn record(app: &TestApp) -> Value {
    app.kept_call("clinic-main", KEY).await
}

#[tokio::test]
async fn a_call_is_sent_to_its_first_destination_and_recorded_with_its_visitor() {
    let app = clinic().await;
    app.main_number(TARO).await;
    app.advance(30);
    let twiml = voice(&app, VOICE, &[("CallStatus", "ringing")]).await;
    assert!(twiml.contains(">+81355500100</Number>") && twiml.contains("timeout=\"20\""), "{twiml}");
    let action = "action=\"https://numbers.example/v1/twilio/voice?to=05031110001&amp;leg=1\"";
    let status = "statusCallback=\"https://numbers.example/v1/twilio/status?to=05031110001\"";
    assert!(twiml.contains(action) && twiml.contains(status), "{twiml}");
    assert_eq!(voice(&app, VOICE, &[("CallStatus", "ringing")]).await, twiml, "Twilio asks again after a failure");
    let record = record(&app).await;
    assert_eq!((&record["state"], &record["caller"]), (&json!("begun"), &json!("09012345678")), "{record}");
    assert_eq!(record["attribution"]["lease"]["session"], TARO, "{record}");
}

#[tokio::test]
async fn a_call_that_was_answered_is_over_when_its_destination_hangs_up() {
    let app = clinic().await;
    voice(&app, VOICE, &[("CallStatus", "ringing")]).await;
    app.advance(52);
    let path = "/v1/twilio/voice?to=05031110001&leg=1";
    let over = [("CallStatus", "in-progress"), ("DialCallStatus", "completed"), ("DialCallDuration", "42")];
    let twiml = voice(&app, path, &over).await;
    assert!(twiml.contains("<Hangup/>") && !twiml.contains("<Dial"), "{twiml}");
    let record = record(&app).await;
    assert_eq!((&record["state"], &record["talk_seconds"]), (&json!("ended"), &json!(42)), "{record}");
    assert_eq!((&record["ring_seconds"], &record["valid"]), (&json!(10), &json!(true)), "{record}");
}

#[tokio::test]
async fn a_call_that_nobody_answers_goes_on_to_the_next_destination_and_then_ends() {
    let app = clinic().await;
    voice(&app, VOICE, &[("CallStatus", "ringing")]).await;
    app.advance(20);
    let nobody = [("CallStatus", "in-progress"), ("DialCallStatus", "no-answer")];
    let twiml = voice(&app, "/v1/twilio/voice?to=05031110001&leg=1", &nobody).await;
    assert!(twiml.contains(">+81355500199</Number>") && twiml.contains("&amp;leg=2\""), "{twiml}");
    assert_eq!(record(&app).await["state"], "begun", "it goes on");
    app.advance(30);
    let busy = [("CallStatus", "in-progress"), ("DialCallStatus", "busy")];
    let twiml = voice(&app, "/v1/twilio/voice?to=05031110001&leg=2", &busy).await;
    assert!(twiml.contains("<Say") && twiml.contains("<Hangup/>") && !twiml.contains("<Dial"), "{twiml}");
    let record = record(&app).await;
    assert_eq!((&record["state"], &record["hang_up_cause"]), (&json!("ended"), &json!("busy")), "{record}");
    assert_eq!(record["invalid_reasons"], json!(["not_answered"]), "{record}");
}

#[tokio::test]
async fn a_caller_who_hangs_up_ends_the_call() {
    let app = clinic().await;
    voice(&app, VOICE, &[("CallStatus", "ringing")]).await;
    app.advance(8);
    let gone = [("CallStatus", "completed"), ("DialCallStatus", "canceled")];
    voice(&app, "/v1/twilio/voice?to=05031110001&leg=1", &gone).await;
    assert_eq!(record(&app).await["state"], "ended");
}

#[tokio::test]
async fn without_the_store_the_static_destination_is_answered() {
    let app = clinic().await;
    app.is_cut.store(true, Ordering::Relaxed);
    let twiml = voice(&app, VOICE, &[("CallStatus", "ringing")]).await;
    assert!(twiml.contains(">+81355500100</Number>"), "{twiml}");
    let over = [("CallStatus", "in-progress"), ("DialCallStatus", "completed"), ("DialCallDuration", "42")];
    let twiml = voice(&app, "/v1/twilio/voice?to=05031110001&leg=1", &over).await;
    assert!(twiml.contains("<Hangup/>"), "{twiml}");
}

#[tokio::test]
async fn whoever_answers_hears_what_the_signed_address_says() {
    let app = clinic().await;
    let path = "/v1/twilio/whisper?language=ja&text=Google%E5%BA%83%E5%91%8A%20%3Cb%3E";
    let twiml = voice(&app, path, &[("CallStatus", "in-progress")]).await;
    assert!(twiml.contains("<Say language=\"ja-JP\">Google広告 &lt;b&gt;</Say>"), "{twiml}");
}

#[tokio::test]
async fn nobody_but_twilio_learns_where_a_call_goes() {
    let app = clinic().await;
    for path in [VOICE, "/v1/twilio/whisper?text=x"] {
        let answer = app.post(path, "https://clinic.example", "CallSid=CA1&To=%2B815031110001").await;
        answer.problem(403, "wrong-signature");
    }
    app.twilio(VOICE, &[("To", "+815031110001")]).await.problem(422, "invalid-request");
}
