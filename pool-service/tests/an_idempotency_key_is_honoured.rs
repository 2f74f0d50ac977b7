//! The same `Idempotency-Key` with the same body gives the same answer for a day, and is refused with another body.

mod http_support;

use axum::http::Request;
use http_support::{Answer, TestApp};
use serde_json::{Value, json};

async fn tell(app: &TestApp, token: &str, key: &str, body: &Value) -> Answer {
    let request =
        Request::post("/v1/calls").header("authorization", format!("Bearer {token}")).header("idempotency-key", key);
    app.send(request.body(body.to_string().into()).expect("a request")).await
}

fn event(kind: &str) -> Value {
    json!({"source": "sbc", "call_id": "one", "event": kind, "number": "050-3111-0001"})
}

#[tokio::test]
async fn the_same_request_gives_the_same_answer_for_a_day() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:write"], &["clinic"]).await;
    let first = tell(&app, &token, "key-1", &event("begun")).await;
    assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, None));
    app.advance(60);
    tell(&app, &token, "key-2", &event("ended")).await;
    let replayed = tell(&app, &token, "key-1", &event("begun")).await;
    assert_eq!((replayed.status.as_u16(), replayed.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!(replayed.bytes, first.bytes);
    assert_eq!(replayed.header("content-type"), first.header("content-type"));
    let detail = tell(&app, &token, "key-1", &event("ringing")).await.problem(422, "idempotency-key-reused");
    assert!(detail.contains("another body"), "{detail}");
    // Keys are each token's own.
    let other = app.token(&["calls:write"], &["clinic"]).await;
    assert_eq!(tell(&app, &other, "key-1", &event("ringing")).await.status.as_u16(), 200);
    app.advance(86_400);
    let afresh = tell(&app, &token, "key-1", &event("begun")).await;
    assert_eq!((afresh.status.as_u16(), afresh.header("idempotency-replayed")), (200, None));
    assert_eq!(afresh.json()["state"], "ended");
}

#[tokio::test]
async fn a_refused_request_uses_up_no_key() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:write"], &["clinic"]).await;
    tell(&app, &token, "key", &event("burnt")).await.problem(422, "invalid-request");
    assert_eq!(tell(&app, &token, "key", &event("begun")).await.status.as_u16(), 201);
    let long = "k".repeat(256);
    let detail = tell(&app, &token, &long, &event("begun")).await.problem(422, "invalid-request");
    assert!(detail.contains("Idempotency-Key must be 1 to 255 characters"), "{detail}");
}
