//! Whatever a page or a stranger sends: the answer says what is wrong, and a lease that was held before still stands.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::{HANAKO, ORIGIN, TARO, TestApp};
use serde_json::{Value, json};

fn request(session: &str, row: &Value) -> String {
    json!({"site": "st_clinic", "session": session, "leases": [row]}).to_string()
}

fn with_click_id(kind: &str, value: &str) -> String {
    let visitor = json!({"click_ids": [{"kind": kind, "value": value, "source": "url"}]});
    json!({"site": "st_clinic", "session": TARO, "visitor": visitor, "leases": [{"target": "main"}]}).to_string()
}

/// Asks; whatever it was, the number that was leased before is still the session's.
async fn refused(app: &TestApp, origin: &str, body: impl Into<Body>, status: u16, kind: &str) -> String {
    let before = app.main_number(TARO).await;
    let detail = app.post("/v1/leases", origin, body).await.problem(status, kind);
    assert_eq!(app.main_number(TARO).await, before);
    detail
}

#[tokio::test]
async fn malformed_json_is_answered_with_its_place() {
    let app = TestApp::clinic().await;
    let detail = refused(&app, ORIGIN, "{\"site\": \"st_clinic\",\n  nonsense}", 400, "malformed-json").await;
    assert!(detail.contains("line 2 column 3"), "{detail}");
    refused(&app, ORIGIN, "", 400, "malformed-json").await;
    refused(&app, ORIGIN, vec![0xff, 0xfe], 400, "malformed-json").await;
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let app = TestApp::clinic().await;
    let detail = refused(&app, ORIGIN, r#"{"site":"st_clinic","leases":[]}"#, 422, "invalid-request").await;
    assert!(detail.contains("session"), "{detail}");
}

#[tokio::test]
async fn an_unknown_site_key_is_said_to_be_unknown() {
    let app = TestApp::clinic().await;
    let body = json!({"site": "st_nobody", "session": TARO, "leases": [{"target": "main"}]}).to_string();
    let detail = refused(&app, ORIGIN, body, 404, "unknown-site").await;
    assert!(detail.contains("st_nobody"), "{detail}");
}

#[tokio::test]
async fn a_page_of_another_origin_gets_nothing() {
    let app = TestApp::clinic().await;
    for origin in ["https://evil.example", "https://shop.example", "http://clinic.example", "null"] {
        let answer = app.post("/v1/leases", origin, request(HANAKO, &json!({"target": "main"}))).await;
        let detail = answer.problem(403, "wrong-origin");
        assert!(detail.contains(origin), "{detail}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let without = Request::post("/v1/leases").body(Body::from(request(HANAKO, &json!({"target": "main"}))));
    app.send(without.expect("a request")).await.problem(403, "wrong-origin");
}

#[tokio::test]
async fn a_forged_lease_token_is_refused_and_the_lease_stands() {
    let app = TestApp::clinic().await;
    let first = app.lease(TARO, &["main"]).await.json();
    let token = first["leases"][0]["token"].as_str().expect("a token");
    for forged in [token.replace("v1.", "v1.0"), format!("{token}x"), "v1".to_owned(), String::new()] {
        let answer = app.post("/v1/leases", ORIGIN, request(TARO, &json!({"target": "main", "token": forged}))).await;
        let row = answer.json()["leases"][0].clone();
        assert_eq!(row["problem"]["type"], "/problems/lease-token-invalid", "{row}");
        assert_eq!(row["problem"]["status"], 422);
    }
    let again = app.lease(TARO, &["main"]).await.json();
    assert_eq!(again["leases"][0]["generation"], first["leases"][0]["generation"]);
}

#[tokio::test]
async fn another_sessions_lease_token_takes_nothing_from_it() {
    let app = TestApp::clinic().await;
    let first = app.lease(TARO, &["main"]).await.json();
    let row = json!({"target": "main", "token": first["leases"][0]["token"]});
    let answer = app.post("/v1/leases", ORIGIN, request(HANAKO, &row)).await.json();
    assert_eq!(answer["leases"][0]["problem"]["type"], "/problems/lease-token-invalid", "{answer}");
    let other_pool = json!({"target": "recruit", "token": first["leases"][0]["token"]});
    let answer = app.post("/v1/leases", ORIGIN, request(TARO, &other_pool)).await.json();
    assert_eq!(answer["leases"][0]["problem"]["type"], "/problems/lease-token-invalid", "{answer}");
    let again = app.lease(TARO, &["main"]).await.json();
    assert_eq!(again["leases"][0]["generation"], first["leases"][0]["generation"]);
}

#[tokio::test]
async fn a_body_of_a_megabyte_is_refused() {
    let app = TestApp::clinic().await;
    let detail = refused(&app, ORIGIN, " ".repeat(1_000_000), 413, "body-too-large").await;
    assert!(detail.contains("65536"), "{detail}");
}

#[tokio::test]
async fn a_click_id_with_control_characters_is_refused_by_its_name() {
    let app = TestApp::clinic().await;
    for value in ["abc\u{0}def", "abc\ndef", "", "漢字", &"x".repeat(513)] {
        let detail = refused(&app, ORIGIN, with_click_id("gclid", value), 422, "invalid-request").await;
        assert!(detail.contains("visitor.click_ids[0].value (gclid)"), "{detail}");
    }
    for kind in ["g", "GCLID", "a kind", &"x".repeat(21)] {
        let detail = refused(&app, ORIGIN, with_click_id(kind, "abc"), 422, "invalid-request").await;
        assert!(detail.contains("visitor.click_ids[0].kind"), "{detail}");
    }
}

#[tokio::test]
async fn a_session_that_is_none_and_too_many_rows_are_refused() {
    let app = TestApp::clinic().await;
    for session in ["short", "has a blank in it…", &"x".repeat(65)] {
        let detail = refused(&app, ORIGIN, request(session, &json!({"target": "main"})), 422, "invalid-request").await;
        assert!(detail.contains("session"), "{detail}");
    }
    for rows in [0, 101] {
        let rows = vec![json!({"target": "main"}); rows];
        let body = json!({"site": "st_clinic", "session": TARO, "leases": rows}).to_string();
        let detail = refused(&app, ORIGIN, body, 422, "invalid-request").await;
        assert!(detail.contains("leases must have 1 to 100 rows"), "{detail}");
    }
}

#[tokio::test]
async fn every_problem_explains_itself_at_its_address() {
    let app = TestApp::clinic().await;
    app.get("/nowhere", &[]).await.problem(404, "not-found");
    let answer = app.get("/v1/leases", &[]).await;
    answer.problem(405, "method-not-allowed");
    assert!(answer.text().contains("The header Allow names"), "{}", answer.text());
    assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")));
    let all = app.get("/problems", &[]).await.text();
    assert!(all.lines().count() > 15, "{all}");
    for line in all.lines() {
        let path = line.split('\t').next().expect("a path");
        assert_eq!(app.get(path, &[]).await.status, 200, "{path}");
    }
    app.get("/problems/none-such", &[]).await.problem(404, "not-found");
}
