//! `POST /v1/lookup`: pages of a site with discovery ask which of their numbers are targets.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::{CLINIC, ORIGIN, TestApp};
use serde_json::{Value, json};

async fn lookup(app: &TestApp, numbers: &Value) -> Value {
    let body = json!({"site": "st_clinic", "numbers": numbers}).to_string();
    let answer = app.post("/v1/lookup", ORIGIN, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn targets_are_named_in_order_once_and_as_they_were_asked() {
    let app = TestApp::clinic().await;
    let numbers = json!(["0355500102", "0312345678", "03-5550-0100", "0355500102", "0355500100", "no number"]);
    let expected = json!({"targets": [
        {"number": "0355500102", "target": "recruit"},
        {"number": "03-5550-0100", "target": "main"},
        {"number": "0355500100", "target": "main"},
    ]});
    assert_eq!(lookup(&app, &numbers).await, expected);
    assert_eq!(lookup(&app, &json!(["0312345678"])).await, json!({"targets": []}));
}

#[tokio::test]
async fn another_sites_targets_are_not_told() {
    let app = TestApp::clinic().await;
    assert_eq!(lookup(&app, &json!(["0355500200"])).await, json!({"targets": []}));
    assert_eq!(lookup(&app, &json!(["05031110001"])).await, json!({"targets": []}), "nor tracking numbers");
}

#[tokio::test]
async fn a_changed_configuration_is_answered_from_at_once() {
    let app = TestApp::clinic().await;
    app.apply(&CLINIC.replace("03-5550-0101", "03-5550-0109")).await.expect("a valid document");
    let expected = json!({"targets": [{"number": "0355500109", "target": "footer"}]});
    assert_eq!(lookup(&app, &json!(["0355500101", "0355500109"])).await, expected);
}

#[tokio::test]
async fn numbers_of_other_countries_are_found_as_they_are_printed() {
    let app = TestApp::empty().await;
    let target = r#"{ id = "main", number = "030 5550100", e164 = "+49 30 5550100", pool = "clinic-main" }"#;
    let document = CLINIC.replace(r#"{ id = "main", number = "03-5550-0100", pool = "clinic-main" }"#, target);
    app.apply(&document).await.expect("a valid document");
    let answer = lookup(&app, &json!(["0305550100", "+49305550100", "305550100"])).await;
    let found: Vec<&Value> = answer["targets"].as_array().expect("rows").iter().map(|row| &row["number"]).collect();
    assert_eq!(found, ["0305550100", "+49305550100"]);
}

#[tokio::test]
async fn only_pages_of_the_site_may_ask_and_read_the_answer() {
    let app = TestApp::clinic().await;
    let body = json!({"site": "st_clinic", "numbers": ["0355500100"]}).to_string();
    let answer = app.post("/v1/lookup", ORIGIN, body.clone()).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!((answer.header("vary"), answer.header("cache-control")), (Some("origin"), Some("no-store")));
    for origin in ["https://evil.example", "https://shop.example", "null"] {
        let answer = app.post("/v1/lookup", origin, body.clone()).await;
        answer.problem(403, "wrong-origin");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
    let without = Request::post("/v1/lookup").body(Body::from(body.clone())).expect("a request");
    app.send(without).await.problem(403, "wrong-origin");
    app.post("/v1/lookup", ORIGIN, body.replace("st_clinic", "st_nobody")).await.problem(404, "unknown-site");
}

#[tokio::test]
async fn a_question_has_one_to_a_thousand_numbers() {
    let app = TestApp::clinic().await;
    for count in [0, 1_001] {
        let body = json!({"site": "st_clinic", "numbers": vec!["0355500100"; count]}).to_string();
        let detail = app.post("/v1/lookup", ORIGIN, body).await.problem(422, "invalid-request");
        assert!(detail.contains("numbers must have 1 to 1000 rows"), "{detail}");
    }
    lookup(&app, &json!(vec!["0355500100"; 1_000])).await;
}
