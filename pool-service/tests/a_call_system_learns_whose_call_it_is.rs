//! `GET /v1/numbers/{number}/attribution?at=`: what a call system may rely on.

mod http_support;

use http_support::{HANAKO, ORIGIN, TARO, TestApp};
use serde_json::json;

const PATH: &str = "/v1/numbers/05031110001/attribution";

async fn reader(app: &TestApp) -> String {
    format!("Bearer {}", app.token(&["calls:read"], &["clinic"]).await)
}

#[tokio::test]
async fn the_holder_is_named_with_its_click_ids() {
    let app = TestApp::clinic().await;
    let visitor = json!({
        "click_ids": [{"kind": "gclid", "value": "Cj0KCQjw_example_BwE", "source": "url"}],
        "landing_page": "https://clinic.example/?gclid=Cj0KCQjw_example_BwE",
    });
    let body = json!({"site": "st_clinic", "session": TARO, "visitor": visitor, "leases": [{"target": "main"}]});
    app.post("/v1/leases", ORIGIN, body.to_string()).await;
    app.advance(12);
    let token = reader(&app).await;
    let answer = app.get(PATH, &[("authorization", &token)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!((&answer["attribution"], &answer["number_state"]), (&json!("certain"), &json!("leased")), "{answer}");
    assert_eq!((&answer["site"], &answer["pool"]), (&json!("clinic"), &json!("clinic-main")));
    assert_eq!(answer["number"], json!({"national": "05031110001", "e164": "+815031110001"}));
    assert_eq!((&answer["lease"]["session"], &answer["lease"]["silent_for_ms"]), (&json!(TARO), &json!(12_000)));
    assert_eq!(answer["lease"]["visitor"], visitor);
    assert_eq!(answer["candidates"], json!([answer["lease"]]));
    assert_eq!((&answer["probability"], &answer["nobody_probability"]), (&json!(0.9981), &json!(0.0019)));
    assert_eq!(answer["lease"]["probability"], answer["probability"]);
    assert_eq!(answer["reasons"], json!([{"code": "held", "text": answer["reason"]}]));
}

#[tokio::test]
async fn how_a_pools_visitors_call_decides_what_is_probable() {
    let app = TestApp::clinic().await;
    let token = reader(&app).await;
    app.main_number(TARO).await;
    app.advance(3_600);
    let answer = app.get(PATH, &[("authorization", &token)]).await.json();
    assert_eq!((&answer["attribution"], &answer["lease"]["session"]), (&json!("likely"), &json!(TARO)), "{answer}");
    // Nearly everybody calls from the page, and the number is known to many.
    let model = "[pool.attribution]\nlater_percent = 1\nlate_percent = 0\nstray_interval_seconds = 3600\n[[pool]]\nid = \"clinic-recruit\"";
    app.apply(&http_support::CLINIC.replacen("[[pool]]\nid = \"clinic-recruit\"", model, 1)).await.expect("applied");
    let answer = app.get(PATH, &[("authorization", &token)]).await.json();
    assert_eq!(
        (&answer["attribution"], &answer["reasons"][0]["code"]),
        (&json!("none"), &json!("long_ago")),
        "{answer}"
    );
    assert_eq!(answer["lease"], json!(null));
    assert!(
        answer["probability"].as_f64() < Some(0.1) && answer["nobody_probability"].as_f64() > Some(0.9),
        "{answer}"
    );
    assert_eq!(answer["candidates"][0]["probability"], answer["probability"]);
}

#[tokio::test]
async fn every_spelling_of_the_number_is_understood() {
    let app = TestApp::clinic().await;
    let token = reader(&app).await;
    for number in ["05031110001", "050-3111-0001", "+815031110001", "%2B81%2050%203111%200001", "%EF%BC%90503111-0001"]
    {
        let answer = app.get(&format!("/v1/numbers/{number}/attribution"), &[("authorization", &token)]).await;
        assert_eq!(answer.json()["number"]["national"], "05031110001", "{number}");
    }
}

#[tokio::test]
async fn a_past_moment_is_answered_as_it_was_then() {
    let app = TestApp::clinic().await;
    app.main_number(TARO).await;
    let token = reader(&app).await;
    let then = app.get(PATH, &[("authorization", &token)]).await.json()["at"].as_str().expect("a time").to_owned();
    app.advance(3_600);
    for session in ["session-number-one-", "session-number-two-", HANAKO] {
        app.main_number(session).await;
    }
    let now = app.get(PATH, &[("authorization", &token)]).await.json();
    assert_eq!(now["lease"]["session"], HANAKO, "{now}");
    let tokyo = then.parse::<jiff::Timestamp>().expect("RFC 3339").in_tz("Asia/Tokyo").expect("a zone");
    for at in [then.clone(), tokyo.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()] {
        let answer = app.get(&format!("{PATH}?at={at}"), &[("authorization", &token)]).await.json();
        assert_eq!(answer["lease"]["session"], TARO, "{at}: {answer}");
        assert_eq!(answer["at"], then);
    }
}

#[tokio::test]
async fn a_moment_that_is_none_or_lies_ahead_is_refused() {
    let app = TestApp::clinic().await;
    let token = reader(&app).await;
    for (at, said) in [("yesterday", "RFC 3339"), ("2026-11-21", "RFC 3339"), ("2099-01-01T00:00:00Z", "future")] {
        let answer = app.get(&format!("{PATH}?at={at}"), &[("authorization", &token)]).await;
        let detail = answer.problem(422, "invalid-request");
        assert!(detail.contains(said), "{detail}");
    }
}

#[tokio::test]
async fn numbers_that_are_none_and_numbers_of_no_pool_are_told_apart() {
    let app = TestApp::clinic().await;
    let token = reader(&app).await;
    let get =
        async |number: &str| app.get(&format!("/v1/numbers/{number}/attribution"), &[("authorization", &token)]).await;
    get("05099999999").await.problem(404, "unknown-number");
    get("telephone").await.problem(422, "invalid-request");
    let overflow = get("05031119999").await.json();
    assert_eq!((&overflow["attribution"], &overflow["number_state"]), (&json!("none"), &json!("overflow")));
}

#[tokio::test]
async fn only_a_token_with_the_scope_on_the_site_may_ask() {
    let app = TestApp::clinic().await;
    let good = app.token(&["calls:read"], &[]).await;
    for header in
        [None, Some("Bearer"), Some("Bearer hb_0_0"), Some("Basic dGVzdA=="), Some(&*format!("Bearer {good}x"))]
    {
        let headers: Vec<_> = header.map(|value| ("authorization", value)).into_iter().collect();
        let answer = app.get(PATH, &headers).await;
        answer.problem(401, "invalid-token");
        assert!(answer.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer")));
    }
    let ask = async |token: String| app.get(PATH, &[("authorization", &format!("Bearer {token}"))]).await;
    ask(app.token(&["calls:write", "route"], &[]).await).await.problem(403, "missing-scope");
    ask(app.token(&["calls:read"], &["shop"]).await).await.problem(403, "foreign-site");
    for token in [good, app.token(&["calls:read"], &["shop", "clinic"]).await, app.token(&["admin"], &[]).await] {
        assert_eq!(ask(token).await.status, 200);
    }
}
