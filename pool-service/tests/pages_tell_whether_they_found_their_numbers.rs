//! `POST /v1/sightings`: a sample of pages tells what it found, so that an operator sees when a changed site hides its
//! numbers.

mod http_support;

use http_support::{ORIGIN, TestApp};
use serde_json::{Value, json};

async fn tell(app: &TestApp, found: &Value) -> u16 {
    let body = json!({"site": "st_clinic", "page": "https://clinic.example/access", "found": found}).to_string();
    app.post("/v1/sightings", ORIGIN, body).await.status.as_u16()
}

async fn has_metric(app: &TestApp, line: &str) -> bool {
    app.get("/metrics", &[]).await.text().lines().any(|other| other == line)
}

#[tokio::test]
async fn pages_are_counted_by_whether_they_found_a_target() {
    let app = TestApp::clinic().await;
    assert_eq!(tell(&app, &json!(["main", "footer"])).await, 204);
    assert_eq!(tell(&app, &json!([])).await, 204);
    assert_eq!(tell(&app, &json!(["recruit", "gone"])).await, 204);
    assert_eq!(tell(&app, &json!(["gone", "no id at all"])).await, 204, "an older tag's targets are none");
    for line in [
        "hatsuban_page_sightings_total{site=\"clinic\",found=\"yes\"} 2",
        "hatsuban_page_sightings_total{site=\"clinic\",found=\"no\"} 2",
    ] {
        assert!(has_metric(&app, line).await, "{line}");
    }
}

#[tokio::test]
async fn strangers_add_neither_counts_nor_labels() {
    let app = TestApp::clinic().await;
    let body = |site: &str| json!({"site": site, "found": ["main"]}).to_string();
    app.post("/v1/sightings", "https://evil.example", body("st_clinic")).await.problem(403, "wrong-origin");
    app.post("/v1/sightings", ORIGIN, body("st_invented")).await.problem(404, "unknown-site");
    app.get("/tag/st_invented.js", &[]).await.problem(404, "unknown-site");
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(!metrics.contains("page_sightings_total{") && !metrics.contains("tag_served_total{"), "{metrics}");
}

#[tokio::test]
async fn a_beacon_is_answered_with_nothing_to_read() {
    let app = TestApp::clinic().await;
    let answer = app.post("/v1/sightings", ORIGIN, json!({"site": "st_clinic", "found": []}).to_string()).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    let many = json!({"site": "st_clinic", "found": vec!["main"; 1_001]}).to_string();
    app.post("/v1/sightings", ORIGIN, many).await.problem(422, "invalid-request");
}

#[tokio::test]
async fn tags_are_counted_by_site() {
    let app = TestApp::clinic().await;
    let etag = app.get("/tag/st_clinic.js", &[]).await.header("etag").expect("an ETag").to_owned();
    app.get("/tag/st_clinic.js", &[("if-none-match", &etag)]).await;
    assert!(has_metric(&app, "hatsuban_tag_served_total{site=\"clinic\"} 2").await);
}
