//! A call system that cannot ask and tells of a call only when it is over tells how long it was: the call is credited for
//! the moment at which it began, not for that of its end.

mod http_support;

use http_support::{HANAKO, TARO, TestApp};
use serde_json::{Value, json};

/// When the number's second visitor had it already.
const END: &str = "2026-11-21T06:04:00Z";

/// The one number of a pool of one goes from Taro, who has it at 05:30, to Hanako at 06:03:20; then a call is over.
async fn told(events: Value) -> Value {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    app.lease(TARO, &["recruit"]).await;
    app.advance(2_000);
    app.lease(HANAKO, &["recruit"]).await;
    app.advance(60);
    let mut record = Value::Null;
    for mut event in events.as_array().expect("a list").clone() {
        let whole = event.as_object_mut().expect("an object");
        whole.insert("source".to_owned(), json!("pbx"));
        whole.insert("call_id".to_owned(), json!("4711"));
        whole.insert("number".to_owned(), json!("0078-6010-12345"));
        let answer = app.tell(&token, &event).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        record = answer.json();
    }
    record
}

#[tokio::test]
async fn what_is_told_of_its_length_says_when_it_began() {
    for (events, began, session) in [
        (json!([{"event": "ended", "at": END}]), "2026-11-21T06:04:00.000Z", HANAKO),
        (
            json!([{"event": "ended", "at": END, "answered_at": "2026-11-21T05:30:30Z"}]),
            "2026-11-21T05:30:30.000Z",
            TARO,
        ),
        (
            json!([{"event": "ended", "at": END, "answered_at": "2026-11-21T05:30:40Z", "ring_seconds": 10}]),
            "2026-11-21T05:30:30.000Z",
            TARO,
        ),
        (
            json!([{"event": "ended", "at": END, "talk_seconds": 2_000, "ring_seconds": 10}]),
            "2026-11-21T05:30:30.000Z",
            TARO,
        ),
        (json!([{"event": "ended", "at": END, "ring_seconds": 2_010}]), "2026-11-21T05:30:30.000Z", TARO),
    ] {
        let record = told(events.clone()).await;
        assert_eq!(record["began_at"], began, "{events}");
        assert_eq!(record["attribution"]["at"], began, "{events}");
        assert_eq!(record["attribution"]["lease"]["session"], session, "{events}");
    }
}

#[tokio::test]
async fn what_was_heard_while_it_rang_says_it_better() {
    let ringing = json!({"event": "ringing", "at": "2026-11-21T06:03:30Z"});
    let ended = json!({"event": "ended", "at": END, "talk_seconds": 2_000});
    for events in [json!([ringing, ended]), json!([ended, ringing])] {
        let record = told(events.clone()).await;
        assert_eq!(record["began_at"], "2026-11-21T06:03:30.000Z", "{events}");
        assert_eq!(record["attribution"]["lease"]["session"], HANAKO, "{events}");
    }
}

/// What Twilio sends of a number that has `TwiML` of its own: the sids are made up.
async fn told_by_twilio(callbacks: &[(&str, &[(&str, &str)])]) -> Value {
    let app = TestApp::clinic().await;
    app.lease(TARO, &["recruit"]).await;
    app.advance(2_000);
    app.lease(HANAKO, &["recruit"]).await;
    app.advance(60);
    for (status, more) in callbacks {
        let form = [&[("CallStatus", *status), ("From", "+819012345678")], *more].concat();
        let answer = app.twilio("/v1/twilio/status?to=0078601012345", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    app.kept_call("clinic-recruit", "twilio/CA1").await
}

#[tokio::test]
async fn twilio_tells_of_an_end_how_long_the_call_was() {
    let end = [("CallSid", "CA1"), ("CallDuration", "2010"), ("Timestamp", "Sat, 21 Nov 2026 06:04:00 +0000")];
    let unanswered = [
        ("CallSid", "CA2"),
        ("ParentCallSid", "CA1"),
        ("CallbackSource", "call-progress-events"),
        ("Timestamp", "Sat, 21 Nov 2026 06:03:40 +0000"),
    ];
    for callbacks in [
        &[("completed", &end[..])][..],
        // A leg that was given up is no begin.
        &[("no-answer", &unanswered[..]), ("completed", &end[..])],
    ] {
        let record = told_by_twilio(callbacks).await;
        assert_eq!(record["began_at"], "2026-11-21T05:30:30.000Z", "{record}");
        assert_eq!(record["attribution"]["lease"]["session"], TARO, "{record}");
    }
}

#[tokio::test]
async fn a_leg_that_was_given_up_is_no_begin() {
    let leg = |at| [("CallSid", "CA2"), ("ParentCallSid", "CA1"), ("Timestamp", at)];
    let (rings, given_up) = (leg("Sat, 21 Nov 2026 06:03:30 +0000"), leg("Sat, 21 Nov 2026 06:03:50 +0000"));
    let record = told_by_twilio(&[("ringing", &rings[..]), ("no-answer", &given_up[..])]).await;
    assert_eq!(record["began_at"], "2026-11-21T06:03:30.000Z", "{record}");
}
