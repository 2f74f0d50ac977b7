//! `/v1/leases`, `/v1/leases/left`, `/v1/leases/release`: what the snippet may rely on.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::{HANAKO, ORIGIN, TARO, TestApp};
use pool_service::sweeper;
use serde_json::json;

#[tokio::test]
async fn rows_come_back_in_order_each_with_its_own_outcome() {
    let app = TestApp::clinic().await;
    let answer = app.lease(TARO, &["recruit", "typo", "main"]).await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    let rows = answer["leases"].as_array().expect("rows");
    let said: Vec<_> = rows.iter().map(|row| (row["target"].as_str(), row["status"].as_str())).collect();
    let expected = [("recruit", "leased"), ("typo", "problem"), ("main", "leased")];
    assert_eq!(said, expected.map(|(target, status)| (Some(target), Some(status))));
    assert_eq!(rows[0]["number"], json!({"national": "0078601012345"}));
    assert_eq!(rows[1]["problem"]["type"], "/problems/unknown-target");
    assert_eq!(rows[2]["number"], json!({"national": "05031110001", "e164": "+815031110001"}));
    assert_eq!((&answer["heartbeat_ms"], &answer["hidden_hold_ms"]), (&json!(60_000), &json!(600_000)));
}

#[tokio::test]
async fn targets_of_one_pool_share_one_lease() {
    let app = TestApp::clinic().await;
    let answer = app.lease(TARO, &["main", "footer"]).await.json();
    let [main, footer] = [0, 1].map(|at| &answer["leases"][at]);
    assert_eq!((&main["number"], &main["generation"]), (&footer["number"], &footer["generation"]));
    let occupancy = app.service.store.occupancy(&"clinic-main".to_owned().try_into().expect("an id")).await;
    assert_eq!(occupancy.expect("a count").exclusive, 1);
}

#[tokio::test]
async fn lease_for_ms_is_what_is_left_of_the_promise() {
    let app = TestApp::clinic().await;
    let first = app.lease(TARO, &["main"]).await.json();
    assert_eq!(first["leases"][0]["lease_for_ms"], 300_000);
    app.advance(200);
    let renewed = app.lease(TARO, &["main"]).await.json();
    assert_eq!(renewed["leases"][0]["lease_for_ms"], 150_000);
    assert_eq!(renewed["leases"][0]["generation"], first["leases"][0]["generation"]);
}

#[tokio::test]
async fn an_empty_pool_gives_its_overflow_number_or_says_so() {
    let app = TestApp::clinic().await;
    for session in ["session-number-one-", "session-number-two-", "session-number-three"] {
        app.lease(session, &["main", "recruit"]).await;
    }
    let answer = app.lease(TARO, &["main", "recruit"]).await.json();
    assert_eq!(answer["leases"][0]["status"], "overflow");
    assert_eq!(answer["leases"][0]["number"]["national"], "05031119999");
    assert_eq!(answer["leases"][0]["lease_for_ms"], 150_000);
    assert_eq!(answer["leases"][1], json!({"target": "recruit", "status": "exhausted"}));
}

#[tokio::test]
async fn leaving_shortens_nothing_and_releasing_ends_the_lease() {
    let app = TestApp::clinic().await;
    let (taro, body) =
        (app.main_number(TARO).await, json!({"site": "st_clinic", "session": TARO, "targets": ["main", "gone"]}));
    let left = app.post("/v1/leases/left", ORIGIN, body.to_string()).await;
    assert_eq!((left.status.as_u16(), left.bytes.len()), (204, 0));
    assert_ne!(app.main_number(HANAKO).await, taro);
    assert_eq!(app.main_number(TARO).await, taro);
    let released = app.post("/v1/leases/release", ORIGIN, body.to_string()).await;
    assert_eq!(released.status, 204);
    assert_eq!(released.header("access-control-allow-origin"), Some(ORIGIN));
    let main = "clinic-main".to_owned().try_into().expect("an id");
    let exclusive = app.service.store.occupancy(&main).await.expect("a count").exclusive;
    assert_eq!(exclusive, 2, "another page of the session may show it until the promise has passed");
    assert_ne!(app.main_number(TARO).await, taro, "but the session has it no more");
    let nothing_known = json!({"site": "st_clinic", "session": TARO, "targets": ["gone"]}).to_string();
    app.post("/v1/leases/release", ORIGIN, nothing_known).await.problem(404, "unknown-target");
}

#[tokio::test]
async fn pages_of_the_site_can_read_every_answer_and_nobody_elses_can() {
    let app = TestApp::clinic().await;
    let good = app.lease(TARO, &["main"]).await;
    let bad = app.post("/v1/leases", ORIGIN, "{").await;
    for answer in [&good, &bad] {
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(answer.header("vary"), Some("origin"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    assert_eq!(good.header("cache-control"), Some("no-store"));
    let foreign = app.post("/v1/leases", "https://evil.example", "{").await;
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    assert_eq!(foreign.header("vary"), Some("origin"));
}

#[tokio::test]
async fn a_preflight_is_answered_for_pages_of_a_site() {
    let app = TestApp::clinic().await;
    let preflight = |origin: &str| {
        let request =
            Request::options("/v1/leases").header("origin", origin).header("access-control-request-method", "POST");
        request.body(Body::empty()).expect("a request")
    };
    let answer = app.send(preflight(ORIGIN)).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    let foreign = app.send(preflight("https://evil.example")).await;
    assert_eq!(foreign.status, 403);
    assert_eq!(foreign.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn what_happened_is_counted() {
    let app = TestApp::clinic().await;
    app.lease(TARO, &["main"]).await;
    app.lease(TARO, &["main", "typo"]).await;
    app.get("/nowhere", &[]).await;
    let metrics = app.get("/metrics", &[]).await.text();
    for line in [
        "hatsuban_leases_total{outcome=\"granted\"} 1",
        "hatsuban_leases_total{outcome=\"renewed\"} 1",
        "hatsuban_leases_total{outcome=\"problem\"} 1",
        "hatsuban_lease_request_seconds_count 2",
        "hatsuban_http_requests_total{route=\"/v1/leases\",status=\"2xx\"} 2",
        "hatsuban_http_requests_total{route=\"none\",status=\"4xx\"} 1",
        "hatsuban_pool_numbers{pool=\"clinic-main\",state=\"exclusive\"} 1",
        "hatsuban_pool_numbers{pool=\"clinic-main\",state=\"rested\"} 2",
        "hatsuban_pools_unreported 0",
    ] {
        assert!(metrics.lines().any(|other| other == line), "{line} is missing in\n{metrics}");
    }
}

#[tokio::test]
async fn the_end_of_a_lease_is_announced_once() {
    let app = TestApp::clinic().await;
    app.lease(TARO, &["main"]).await;
    let pool = "clinic-main".to_owned().try_into().expect("an id");
    let sweep = async || sweeper::sweep(app.service.store.as_ref(), &app.service.metrics, &pool).await;
    assert_eq!(sweep().await, 0);
    app.advance(301);
    assert_eq!((sweep().await, sweep().await), (1, 0));
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(metrics.contains("hatsuban_leases_released_total 1"), "{metrics}");
}
