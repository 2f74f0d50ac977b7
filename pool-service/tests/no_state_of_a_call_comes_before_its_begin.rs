//! The begin of a call that was routed is by the store's clock, the rest by the call system's, which may lag behind: the record
//! shows its states in their order, and how long they talked stays as it was.

mod http_support;

use http_support::TestApp;
use serde_json::{Value, json};

/// The record of a call that was routed at 05:30 by the store's clock, after its call system told these events.
async fn told(events: Value) -> Value {
    let app = TestApp::clinic().await;
    let token = app.token(&["route", "calls:read", "calls:write"], &["clinic"]).await;
    let bearer = format!("Bearer {token}");
    let path = "/v1/route?source=pbx&call_id=4711&to=0078-6010-12345";
    assert_eq!(app.get(path, &[("authorization", &bearer)]).await.status, 200);
    app.advance(100);
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
async fn a_clock_that_lags_ends_no_call_before_its_begin() {
    let (rings, answered) = (
        json!({"event": "ringing", "at": "2026-11-21T05:28:02Z"}),
        json!({"event": "answered", "at": "2026-11-21T05:28:10Z"}),
    );
    let ended = json!({"event": "ended", "at": "2026-11-21T05:29:00Z"});
    let late = json!({"event": "ended", "at": "2026-11-21T05:30:40Z"});
    for (events, answered, ended, talk) in [
        (json!([ended]), None, "05:30:00", None),
        (json!([rings, answered, ended]), Some("05:30:00"), "05:30:50", Some(50)),
        (json!([ended, answered, rings]), Some("05:30:00"), "05:30:50", Some(50)),
        (json!([rings, answered, late]), Some("05:30:00"), "05:30:40", Some(150)),
    ] {
        let record = told(events.clone()).await;
        let shown = |time: &str| json!(format!("2026-11-21T{time}.000Z"));
        assert_eq!(record["began_at"], shown("05:30:00"), "{events}");
        assert_eq!(record["answered_at"], answered.map_or(Value::Null, shown), "{events}");
        assert_eq!(record["ended_at"], shown(ended), "{events}");
        assert_eq!((&record["talk_seconds"], &record["state"]), (&json!(talk), &json!("ended")), "{events}");
    }
}

#[tokio::test]
async fn what_is_told_for_later_moments_stays_as_it_is_told() {
    let events = json!([
        {"event": "ringing", "at": "2026-11-21T05:30:02Z"},
        {"event": "ended", "at": "2026-11-21T05:31:30Z", "answered_at": "2026-11-21T05:30:10Z"},
    ]);
    let record = told(events).await;
    let times = ["ringing_at", "answered_at", "ended_at"].map(|state| record[state].as_str().unwrap_or_default());
    assert_eq!(times, ["2026-11-21T05:30:02.000Z", "2026-11-21T05:30:10.000Z", "2026-11-21T05:31:30.000Z"]);
    assert_eq!((&record["ring_seconds"], &record["talk_seconds"]), (&json!(10), &json!(80)));
}
