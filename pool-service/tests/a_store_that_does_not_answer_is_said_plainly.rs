//! The wire to the store is cut on purpose: nothing hangs, nothing wrong is said, and it heals by itself.

mod http_support;

use http_support::{ORIGIN, TARO, TestApp};
use serde_json::json;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn lease_requests_are_told_to_come_back() {
    let app = TestApp::clinic().await;
    let number = app.main_number(TARO).await;
    app.is_cut.store(true, Ordering::Relaxed);
    for targets in [&["main"][..], &["main", "recruit"]] {
        let answer = app.lease(TARO, targets).await;
        answer.problem(503, "store-unavailable");
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN), "the page can read why");
        assert!(!answer.text().contains("secret-host"), "what failed exactly is for the log");
    }
    let mixed = app.lease(TARO, &["main", "typo"]).await;
    assert_eq!(mixed.status, 200);
    assert_eq!(mixed.json()["leases"][0]["problem"]["type"], "/problems/store-unavailable");
    app.is_cut.store(false, Ordering::Relaxed);
    assert_eq!(app.main_number(TARO).await, number);
}

#[tokio::test]
async fn tags_are_still_served_and_readiness_says_what_is_missing() {
    let app = TestApp::clinic().await;
    app.is_cut.store(true, Ordering::Relaxed);
    assert_eq!(app.get("/tag/st_clinic.js", &[]).await.status, 200);
    assert_eq!(app.get("/healthz", &[]).await.status, 200);
    let ready = app.get("/readyz", &[]).await;
    assert_eq!((ready.status.as_u16(), &ready.json()["dependencies"]["store"]["status"]), (503, &json!("failed")));
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(metrics.contains("hatsuban_pools_unreported 3"), "{metrics}");
    assert!(metrics.contains("hatsuban_store_errors_total{operation=\"ready\"} 1"), "{metrics}");
}

#[tokio::test]
async fn call_systems_and_releases_are_told_too() {
    let app = TestApp::clinic().await;
    let token = format!("Bearer {}", app.token(&["calls:read"], &[]).await);
    app.is_cut.store(true, Ordering::Relaxed);
    let answer = app.get("/v1/numbers/05031110001/attribution", &[("authorization", &token)]).await;
    answer.problem(503, "store-unavailable");
    let body = json!({"site": "st_clinic", "session": TARO, "targets": ["main"]}).to_string();
    app.post("/v1/leases/release", ORIGIN, body).await.problem(503, "store-unavailable");
    assert!(app.apply(http_support::CLINIC).await.is_err());
}
