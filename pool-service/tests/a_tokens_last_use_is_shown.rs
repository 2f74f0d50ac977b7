//! When a token was last used stands in the list of tokens; requests do not wait for that to be written, and of several
//! copies of the service the latest counts.

mod http_support;

use http_support::TestApp;
use pool_service::{admin::Command, domain::time::Span, live::uses::TokenUses};
use std::sync::atomic::Ordering;

async fn ask(app: &TestApp, token: &str) {
    app.get("/v1/numbers/05031110001/attribution", &[("authorization", &format!("Bearer {token}"))]).await;
}

async fn listed(app: &TestApp, token: &str) -> String {
    let id = token.split('_').nth(1).expect("an id");
    let lines = app.command(Command::ListTokens).await.expect("a list");
    let place = lines[0].find("LAST USED").expect("a heading");
    let line = lines.iter().find(|line| line.starts_with(id)).expect("a line");
    line[place..].split("  ").next().expect("a cell").to_owned()
}

#[tokio::test]
async fn the_list_says_when() {
    let app = TestApp::clinic().await;
    let (used, other) = (app.token(&["calls:read"], &[]).await, app.token(&["calls:read"], &[]).await);
    assert_eq!(listed(&app, &used).await, "never");
    ask(&app, &used).await;
    ask(&app, &format!("{used}x")).await;
    assert_eq!(listed(&app, &used).await, "2026-11-21T05:30:00Z");
    assert_eq!(listed(&app, &other).await, "never");
    app.clock.advance(Span::from_seconds(3_600));
    ask(&app, &used).await;
    assert_eq!(listed(&app, &used).await, "2026-11-21T06:30:00Z");
}

#[tokio::test]
async fn a_wrong_secret_is_no_use() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    ask(&app, &format!("{token}x")).await;
    assert_eq!(listed(&app, &token).await, "never");
}

#[tokio::test]
async fn of_several_copies_the_latest_counts() {
    let app = TestApp::clinic().await;
    let other = app.another_copy().await;
    let token = app.token(&["calls:read"], &[]).await;
    ask(&app, &token).await;
    app.clock.advance(Span::from_seconds(60));
    ask(&other, &token).await;
    assert_eq!(listed(&other, &token).await, "2026-11-21T05:31:00Z");
    app.clock.advance(Span::from_seconds(60));
    assert_eq!(listed(&app, &token).await, "2026-11-21T05:32:00Z", "what is noted is written as used now");
    assert_eq!(listed(&other, &token).await, "2026-11-21T05:32:00Z");
}

#[tokio::test]
async fn what_a_store_that_is_away_did_not_keep_is_written_later() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    app.is_cut.store(true, Ordering::Relaxed);
    ask(&app, &token).await;
    let store = app.service.store.as_ref();
    app.service.live.token_uses().write(store).await.expect_err("it is away");
    app.is_cut.store(false, Ordering::Relaxed);
    app.service.live.token_uses().write(store).await.expect("it is back");
    assert_eq!(TokenUses::read(store).await.expect("an answer").len(), 1);
}
