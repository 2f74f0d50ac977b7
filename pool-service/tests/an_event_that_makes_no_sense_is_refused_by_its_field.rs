//! An event that breaks a rule is refused with the name of its field, and nothing of its request is done; several events go
//! in one request.

mod http_support;

use http_support::TestApp;
use serde_json::{Value, json};

fn event(id: &str, more: &Value) -> Value {
    let mut event = json!({"source": "sbc", "call_id": id, "event": "begun", "number": "050-3111-0001"});
    event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    event
}

#[tokio::test]
async fn the_field_is_named() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:write"], &["clinic"]).await;
    for (more, what) in [
        (json!({"at": "yesterday"}), "at \"yesterday\" must be RFC 3339"),
        (json!({"at": "1970-01-01T00:00:00Z"}), "at lies before the year 2000"),
        (json!({"began_at": "2026-11-21 05:30"}), "began_at \"2026-11-21 05:30\" must be RFC 3339"),
        (json!({"event": "burnt"}), "event: unknown variant `burnt`"),
        (json!({"talk_seconds": -1}), "talk_seconds: invalid value: integer `-1`"),
        (json!({"talk_seconds": 9_999_999}), "talk_seconds must be at most 604800"),
        (json!({"call_id": "a b"}), "call id \"a b\" must be"),
        (json!({"source": ""}), "source \"\" must be"),
        (json!({"number": "0120"}), "number \"0120\" has too few or too many digits"),
        (json!({"transcript": "x".repeat(20_001)}), "transcript must have at most 20000 characters"),
        (json!({"outcome": "one\ntwo"}), "outcome must be one line"),
        (json!({"recording_url": "javascript:alert(1)"}), "recording_url must be an http or https address"),
        (json!({"value": "1,000"}), "value must be decimal"),
        (json!({"currency": "yen"}), "currency must be three capital letters"),
        (json!({"currency": "JPYEN"}), "currency must be three capital letters"),
        (json!({"tags": vec!["x"; 21]}), "tags has more than 20 rows"),
    ] {
        let told = app.tell(&token, &event("one", &more)).await;
        let detail = told.problem(422, "invalid-request");
        assert!(detail.contains(what), "{more}: {detail}");
    }
    assert!(app.tell(&token, &json!({"source": "sbc"})).await.problem(422, "invalid-request").contains("call_id"));
    let wrong = app.token(&["calls:read"], &["clinic"]).await;
    app.tell(&wrong, &event("one", &json!({}))).await.problem(403, "missing-scope");
    let foreign = app.token(&["calls:write"], &["shop"]).await;
    app.tell(&foreign, &event("one", &json!({}))).await.problem(403, "foreign-site");
}

#[tokio::test]
async fn several_events_are_one_request_and_a_wrong_one_undoes_all() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    let wrong = json!([event("one", &json!({})), event("two", &json!({"at": "now"}))]);
    let detail = app.tell(&token, &wrong).await.problem(422, "invalid-request");
    assert!(detail.contains("[1].at"), "{detail}");
    let right = json!([event("one", &json!({})), event("two", &json!({})), event("one", &json!({"event": "ended"}))]);
    let told = app.tell(&token, &right).await;
    // 201: the first of them was not noted by the request before.
    assert_eq!(told.status.as_u16(), 201);
    let calls = told.json()["calls"].as_array().expect("records").clone();
    let states: Vec<&str> = calls.iter().map(|call| call["state"].as_str().expect("a state")).collect();
    assert_eq!(states, ["begun", "begun", "ended"]);
    assert_eq!(calls[0]["id"], calls[2]["id"]);
    assert_eq!(app.tell(&token, &right).await.status.as_u16(), 200);
    app.tell(&token, &json!([])).await.problem(422, "invalid-request");
    let many: Vec<Value> = (0..101).map(|at| event(&format!("m{at}"), &json!({}))).collect();
    app.tell(&token, &json!(many)).await.problem(422, "invalid-request");
}
