//! The store may decide where a call goes and not say so in time. The caller then reached the static destination, and that is
//! what the call's record says; what was decided for nobody occupies nothing.

mod http_support;

use http_support::{
    Answer, CLINIC, TARO, TestApp,
    watched::{Saving, Watched},
};
use pool_service::store::Store;
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// One telephone, which one call occupies.
const ROUTING: &str = r#"numbers = ["050-3111-0001..050-3111-0003"]
[pool.routing]
destination = [{ id = "desk", to = "sip:desk@pbx.example", capacity = 1 }]
"#;
const CALL: &str = "to=05031110001&from=09012345678&call_id=c-1&source=kamailio";

/// A clinic in front of whose store somebody stands, and a token that may ask and read.
async fn clinic(budget: Duration) -> (TestApp, Arc<Watched>, String) {
    let app = TestApp::empty().await;
    let watched = Arc::new(Watched::new(Arc::clone(&app.service.store)));
    let app = app.in_front(Arc::clone(&watched) as Arc<dyn Store>).await.answering_within(budget).await;
    app.apply(&CLINIC.replacen("numbers = [\"050-3111-0001..050-3111-0003\"]\n", ROUTING, 1)).await.expect("applied");
    app.main_number(TARO).await;
    let token = format!("Bearer {}", app.token(&["route", "calls:read"], &[]).await);
    (app, watched, token)
}

async fn route(app: &TestApp, token: &str, query: &str) -> Answer {
    app.get(&format!("/v1/route?{query}"), &[("authorization", token)]).await
}

async fn first_destination(app: &TestApp, token: &str, query: &str) -> serde_json::Value {
    let answer = route(app, token, query).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["destinations"][0]["id"].clone()
}

/// The store saves in this manner while a call rings, and is well afterwards.
async fn is_recorded_as_told(saving: Saving, budget: Duration) {
    let (app, watched, token) = clinic(budget).await;
    watched.save(saving);
    let told = route(&app, &token, CALL).await;
    assert_eq!(
        (told.json()["degraded"].clone(), told.json()["destinations"][0]["id"].clone()),
        (json!(true), json!("static"))
    );

    watched.save(Saving::AtOnce);
    assert_eq!(app.service.late.settle(&app.service.calls).await, 1);
    let record = app.kept_call("clinic-main", "kamailio/c-1").await;
    assert_eq!(record["destination_id"], "static", "{record}");
    // By a copy of the service that did not answer itself, out of the record alone.
    let other = app.another_copy().await;
    assert_eq!(route(&other, &token, CALL).await.text(), told.text());
    assert_eq!(route(&app, &token, CALL).await.text(), told.text());
    assert_eq!(first_destination(&other, &token, "to=05031110001&call_id=c-2").await, "desk", "nobody talks there");
}

#[tokio::test]
async fn what_was_saved_after_the_time_was_over_is_not_what_was_told() {
    is_recorded_as_told(Saving::Later, Duration::from_millis(300)).await;
}

#[tokio::test]
async fn what_was_saved_without_a_word_is_not_what_was_told() {
    is_recorded_as_told(Saving::Unheard, Duration::from_secs(60)).await;
}

#[tokio::test]
async fn what_another_copy_told_stays() {
    let (app, _watched, token) = clinic(Duration::from_secs(60)).await;
    let other = app.another_copy().await;
    app.is_cut.store(true, Ordering::Relaxed);
    let told = route(&app, &token, CALL).await.text();
    app.is_cut.store(false, Ordering::Relaxed);
    assert_eq!(first_destination(&other, &token, CALL).await, "desk");
    assert_eq!(app.service.late.settle(&app.service.calls).await, 1);
    assert_eq!(app.kept_call("clinic-main", "kamailio/c-1").await["destination_id"], "desk");
    assert_eq!(route(&app, &token, CALL).await.text(), told, "each says again what it said");
}

#[tokio::test]
async fn a_call_that_is_recorded_late_is_credited_for_the_moment_at_which_it_rang() {
    let (app, _watched, token) = clinic(Duration::from_secs(60)).await;
    let rang = app.clock.now();
    app.is_cut.store(true, Ordering::Relaxed);
    route(&app, &token, CALL).await;
    // The visitor's lease is long over when the store is back.
    app.advance(3_600);
    app.is_cut.store(false, Ordering::Relaxed);
    assert_eq!(app.service.late.settle(&app.service.calls).await, 1);
    let record = app.kept_call("clinic-main", "kamailio/c-1").await;
    let began: jiff::Timestamp = record["began_at"].as_str().expect("a moment").parse().expect("RFC 3339");
    let late = began.as_millisecond().saturating_sub_unsigned(rang.as_millis());
    assert!((0..3_600_000).contains(&late), "{record}");
    assert_eq!(record["attribution"]["lease"]["session"], TARO, "{record}");
}
