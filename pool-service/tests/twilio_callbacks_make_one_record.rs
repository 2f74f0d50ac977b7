//! Whatever Twilio tells of a call, in whatever order and however often, ends in one record of the caller's leg.

mod http_support;

use http_support::{TARO, TestApp};
use serde_json::{Value, json};

const STATUS: &str = "/v1/twilio/status";
const LEG_STATUS: &str = "/v1/twilio/status?to=%2B815031110001";
/// Sids and numbers are made up; the fields are those that Twilio documents.
const CALL: [(&str, &str); 7] = [
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("ApiVersion", "2010-04-01"),
    ("CallSid", "CA00000000000000000000000000000001"),
    ("From", "+819012345678"),
    ("To", "+815031110001"),
    ("Direction", "inbound"),
    ("CallerCountry", "JP"),
];
const LEG: [(&str, &str); 7] = [
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("CallSid", "CA00000000000000000000000000000002"),
    ("ParentCallSid", "CA00000000000000000000000000000001"),
    ("From", "+819012345678"),
    ("To", "+81355500100"),
    ("Direction", "outbound-dial"),
    ("CallbackSource", "call-progress-events"),
];
const RECORDING: [(&str, &str); 6] = [
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("CallSid", "CA00000000000000000000000000000001"),
    ("RecordingSid", "RE00000000000000000000000000000001"),
    ("RecordingUrl", "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"),
    ("RecordingStatus", "completed"),
    ("RecordingDuration", "70"),
];

type Form = Vec<(&'static str, &'static str)>;

fn with(base: &[(&'static str, &'static str)], more: &[(&'static str, &'static str)]) -> Form {
    [base, more].concat()
}

/// All that is told of one call that was answered after ten seconds and lasted for 75; the clock stands at 05:33:00.
fn told() -> Vec<(&'static str, Form)> {
    vec![
        (STATUS, with(&CALL, &[("CallStatus", "ringing"), ("Timestamp", "Sat, 21 Nov 2026 05:31:00 +0000")])),
        (LEG_STATUS, with(&LEG, &[("CallStatus", "ringing"), ("Timestamp", "Sat, 21 Nov 2026 05:31:02 +0000")])),
        (LEG_STATUS, with(&LEG, &[("CallStatus", "in-progress"), ("Timestamp", "Sat, 21 Nov 2026 05:31:10 +0000")])),
        (
            LEG_STATUS,
            with(
                &LEG,
                &[
                    ("CallStatus", "completed"),
                    ("CallDuration", "75"),
                    ("Duration", "2"),
                    ("Timestamp", "Sat, 21 Nov 2026 05:32:25 +0000"),
                ],
            ),
        ),
        (
            STATUS,
            with(
                &CALL,
                &[
                    ("CallStatus", "completed"),
                    ("CallDuration", "86"),
                    ("CallbackSource", "call-progress-events"),
                    ("Timestamp", "Sat, 21 Nov 2026 05:32:26 +0000"),
                ],
            ),
        ),
        (LEG_STATUS, RECORDING.to_vec()),
    ]
}

async fn record(app: &TestApp) -> Value {
    app.kept_call("clinic-main", "twilio/CA00000000000000000000000000000001").await
}

#[tokio::test]
async fn all_callbacks_of_a_call_make_one_record() {
    let app = TestApp::clinic().await;
    app.main_number(TARO).await;
    app.advance(180);
    for (path, form) in told() {
        let answer = app.twilio(path, &form).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("text/xml; charset=utf-8")));
    }
    let record = record(&app).await;
    for (member, value) in [
        ("source", json!("twilio")),
        ("call_id", json!("CA00000000000000000000000000000001")),
        ("pool", json!("clinic-main")),
        ("state", json!("ended")),
        ("caller", json!("09012345678")),
        ("began_at", json!("2026-11-21T05:31:00.000Z")),
        ("ringing_at", json!("2026-11-21T05:31:02.000Z")),
        ("answered_at", json!("2026-11-21T05:31:10.000Z")),
        ("ended_at", json!("2026-11-21T05:32:26.000Z")),
        ("ring_seconds", json!(10)),
        ("talk_seconds", json!(75)),
        ("billable_seconds", json!(86)),
        ("destination", json!("+81355500100")),
        ("recording_url", json!("https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1")),
        ("valid", json!(true)),
    ] {
        assert_eq!(record[member], value, "{member} of {record}");
    }
    assert_eq!(record["attribution"]["lease"]["session"], TARO, "{record}");
}

#[tokio::test]
async fn the_order_does_not_matter_and_neither_do_repetitions() {
    let straight = TestApp::clinic().await;
    straight.advance(180);
    for (path, form) in told() {
        straight.twilio(path, &form).await;
    }
    let expected = record(&straight).await;
    for turn in 0..told().len() {
        let app = TestApp::clinic().await;
        app.advance(180);
        let mut shuffled = told();
        shuffled.rotate_left(turn);
        shuffled.reverse();
        for (path, form) in shuffled.iter().chain(&shuffled[..2]) {
            assert_eq!(app.twilio(path, form).await.status, 200);
        }
        assert_eq!(record(&app).await, expected, "turn {turn}");
    }
}

#[tokio::test]
async fn a_call_that_nobody_answered_says_why() {
    let app = TestApp::clinic().await;
    app.twilio(STATUS, &with(&CALL, &[("CallStatus", "ringing")])).await;
    app.twilio(LEG_STATUS, &with(&LEG, &[("CallStatus", "no-answer"), ("CallDuration", "0")])).await;
    app.twilio(STATUS, &with(&CALL, &[("CallStatus", "completed"), ("CallDuration", "32")])).await;
    let record = record(&app).await;
    assert_eq!((&record["state"], &record["hang_up_cause"]), (&json!("ended"), &json!("no-answer")), "{record}");
    assert_eq!((&record["valid"], &record["invalid_reasons"]), (&json!(false), &json!(["not_answered"])), "{record}");
}

#[tokio::test]
async fn a_callback_without_the_dialled_number_is_told_how_to_name_it() {
    let app = TestApp::clinic().await;
    for form in [with(&LEG, &[("CallStatus", "ringing")]), RECORDING.to_vec()] {
        let detail = app.twilio(STATUS, &form).await.problem(422, "invalid-request");
        assert!(detail.contains("?to="), "{detail}");
    }
    let nowhere = with(&CALL[..4], &[("To", "client:alice"), ("CallStatus", "ringing")]);
    app.twilio(STATUS, &nowhere).await.problem(422, "invalid-request");
}

#[tokio::test]
async fn a_callback_is_not_acknowledged_while_the_store_is_away() {
    let app = TestApp::clinic().await;
    app.is_cut.store(true, std::sync::atomic::Ordering::Relaxed);
    app.twilio(STATUS, &with(&CALL, &[("CallStatus", "ringing")])).await.problem(503, "store-unavailable");
}

#[tokio::test]
async fn a_number_that_was_dialled_as_an_address_is_found() {
    let app = TestApp::clinic().await;
    let dialled = with(&CALL[..4], &[("To", "sip:+815031110001@clinic.sip.twilio.com"), ("Direction", "inbound")]);
    assert_eq!(app.twilio("/v1/twilio/voice", &dialled).await.status, 200);
    let ended = [&dialled[..], &[("CallStatus", "completed"), ("CallDuration", "32")]].concat();
    assert_eq!(app.twilio(STATUS, &ended).await.status, 200);
    assert_eq!(record(&app).await["state"], "ended");
}
