//! A caller who called before within the pool's period is credited to the session of the first call, and that is marked.

mod http_support;

use http_support::{HANAKO, ORIGIN, TARO, TestApp};
use serde_json::{Value, json};

const DAY: u64 = 86_400;

async fn clinic() -> (TestApp, String) {
    let app = TestApp::empty().await;
    let document = http_support::CLINIC
        .replace("overflow = \"050-3111-9999\"", "overflow = \"050-3111-9999\"\nrecords = { repeat_caller_days = 30 }");
    app.apply(&document).await.expect("a valid document");
    let token = app.token(&["calls:read", "calls:write"], &["clinic"]).await;
    (app, token)
}

/// A visitor with a gclid of his own gets a number; gives it.
async fn visit(app: &TestApp, session: &str) -> String {
    let body = json!({
        "site": "st_clinic", "session": session, "page": "https://clinic.example/",
        "visitor": {
            "click_ids": [{"kind": "gclid", "value": format!("gclid-{session}"), "source": "url"}],
            "landing_page": "https://clinic.example/?gclid=x&utm_campaign=implant",
            "referrer": "https://www.google.com/",
        },
        "leases": [{"target": "main"}],
    });
    let answer = app.post("/v1/leases", ORIGIN, body.to_string()).await.json();
    app.advance(10);
    answer["leases"][0]["number"]["national"].as_str().expect("a number").to_owned()
}

async fn call(app: &TestApp, token: &str, id: &str, number: &str, caller: &str) -> Value {
    let event = json!({"source": "sbc", "call_id": id, "event": "begun", "number": number, "caller": caller});
    app.tell(token, &event).await.json()
}

#[tokio::test]
async fn within_the_period_the_first_session_is_credited() {
    let (app, token) = clinic().await;
    let number = visit(&app, TARO).await;
    let first = call(&app, &token, "first", &number, "090-1234-5678").await;
    assert_eq!((&first["first_time_caller"], &first["repeat_of"]), (&json!(true), &Value::Null));
    assert_eq!(first["click_ids"][0]["value"], format!("gclid-{TARO}"));
    assert_eq!((&first["channel"], &first["campaign"]), (&json!("google-ads"), &json!("implant")));
    app.advance(10 * DAY);
    let number = visit(&app, HANAKO).await;
    let again = call(&app, &token, "again", &number, "+819012345678").await;
    assert_eq!(again["repeat_of"]["id"], first["id"]);
    assert_eq!(again["repeat_of"]["session"], TARO);
    assert_eq!(again["click_ids"][0]["value"], format!("gclid-{TARO}"));
    assert_eq!(again["first_time_caller"], false);
    // What was judged of this call itself stays visible.
    assert_eq!(again["attribution"]["lease"]["session"], HANAKO);
    let other = call(&app, &token, "other", &number, "090-0000-0000").await;
    assert_eq!(other["click_ids"][0]["value"], format!("gclid-{HANAKO}"));
}

#[tokio::test]
async fn after_the_period_a_caller_begins_anew() {
    let (app, token) = clinic().await;
    let number = visit(&app, TARO).await;
    call(&app, &token, "first", &number, "090-1234-5678").await;
    app.advance(31 * DAY);
    let number = visit(&app, HANAKO).await;
    let later = call(&app, &token, "later", &number, "090-1234-5678").await;
    assert_eq!((&later["repeat_of"], &later["first_time_caller"]), (&Value::Null, &json!(false)));
    assert_eq!(later["click_ids"][0]["value"], format!("gclid-{HANAKO}"));
}

#[tokio::test]
async fn a_caller_who_is_told_later_is_recognised_then() {
    let (app, token) = clinic().await;
    let number = visit(&app, TARO).await;
    let first = call(&app, &token, "first", &number, "090-1234-5678").await;
    app.advance(DAY);
    let again = call(&app, &token, "again", &number, "").await;
    assert_eq!((&again["repeat_of"], &again["first_time_caller"]), (&Value::Null, &Value::Null));
    let known = call(&app, &token, "again", &number, "090-1234-5678").await;
    assert_eq!(known["repeat_of"]["id"], first["id"]);
}
