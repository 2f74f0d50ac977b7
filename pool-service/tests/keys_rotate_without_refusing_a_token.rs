//! A new key signs lease tokens, the old one goes on verifying for as long as anybody may hold a token of it, and every
//! copy of the service knows a key before it signs.

mod http_support;

use http_support::{ORIGIN, TARO, TestApp};
use pool_service::{
    admin::{Command, Refused},
    domain::{
        ids::{PoolId, SessionId},
        time::Span,
    },
    live::Live,
};
use serde_json::json;
use std::sync::Arc;

async fn token(app: &TestApp, held: Option<&str>) -> Result<String, String> {
    let row = held.map_or_else(|| json!({"target": "main"}), |held| json!({"target": "main", "token": held}));
    let body = json!({"site": "st_clinic", "session": TARO, "leases": [row]}).to_string();
    let answer = app.post("/v1/leases", ORIGIN, body).await.json();
    let row = &answer["leases"][0];
    let text = |name: &str| row[name].as_str().map(str::to_owned);
    text("token").ok_or_else(|| row["problem"]["type"].to_string())
}

fn key_of(token: &str) -> &str {
    token.split('.').nth(1).expect("a key id")
}

async fn rotate(app: &TestApp) -> String {
    let lines = app.command(Command::RotateKeys { after_seconds: 60 }).await.expect("a key");
    lines[0].split(' ').nth(1).expect("its id").to_owned()
}

async fn retire(app: &TestApp, id: &str, at_once: bool) -> Result<Vec<String>, Refused> {
    app.command(Command::RetireKey { id: id.to_owned(), at_once }).await
}

#[tokio::test]
async fn the_old_key_verifies_and_the_new_one_signs() {
    let app = TestApp::clinic().await;
    let other_copy = Live::load(Arc::clone(&app.service.store)).await.expect("a copy");
    let first = token(&app, None).await.expect("a token");
    let new = rotate(&app).await;
    assert_ne!(key_of(&first), new);
    let second = token(&app, Some(&first)).await.expect("a token");
    assert_eq!(key_of(&second), key_of(&first), "no other copy knows the new key yet");
    let names = app.command(Command::ListKeys).await.expect("names");
    assert!(names[0].starts_with(&new) && names[0].ends_with("does not sign yet"), "{names:?}");
    assert!(names[1].ends_with("\tsigns"), "{names:?}");

    other_copy.refresh().await.expect("as its timer does");
    app.clock.advance(Span::from_seconds(60));
    let third = token(&app, Some(&second)).await.expect("the old key verifies");
    assert_eq!(key_of(&third), new);
    let (pool, session) = (PoolId::parse("clinic-main").expect("an id"), SessionId::parse(TARO).expect("an id"));
    other_copy.now().lease_token_keys().verify(&third, &pool, &session).expect("it knows the key");

    let why = retire(&app, key_of(&first), false).await.expect_err("pages hold tokens of it").to_string();
    assert!(why.contains("pages may hold tokens"), "{why}");
    let why = retire(&app, &new, true).await.expect_err("it signs").to_string();
    assert!(why.contains("rotate first"), "{why}");
    retire(&app, "nothing", false).await.expect_err("unknown");
}

#[tokio::test]
async fn a_key_goes_when_nobody_can_hold_a_token_of_it() {
    let app = TestApp::clinic().await;
    let first = token(&app, None).await.expect("a token");
    rotate(&app).await;
    app.clock.advance(Span::from_seconds(60 + 7 * 86_400 + 7_200));
    let lines = app.command(Command::RotateKeys { after_seconds: 60 }).await.expect("a key");
    assert!(lines[1].contains(key_of(&first)) && lines[1].contains("removed"), "{lines:?}");
    assert_eq!(app.command(Command::ListKeys).await.expect("names").len(), 2);
    assert_eq!(token(&app, Some(&first)).await, Err("\"/problems/lease-token-invalid\"".to_owned()));
}

#[tokio::test]
async fn a_key_that_others_know_goes_at_once() {
    let app = TestApp::clinic().await;
    let first = token(&app, None).await.expect("a token");
    let new = rotate(&app).await;
    app.clock.advance(Span::from_seconds(60));
    retire(&app, key_of(&first), true).await.expect("removed");
    assert!(token(&app, Some(&first)).await.is_err());
    let again = token(&app, None).await.expect("the lease runs on, by its session");
    assert_eq!(key_of(&again), new);
}
