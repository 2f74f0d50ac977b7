//! The store is gone, or says nothing: callers reach the static destination within the time that a call system waits, are
//! told the same again, and are recorded once the store is back.

mod http_support;
mod support;

use http_support::{
    Answer, CLINIC, TARO, TestApp,
    process::{Served, succeed},
};
use serde_json::{Value, json};
use std::{fs, sync::atomic::Ordering};
use support::redis_server::RedisServer;
use tempfile::TempDir;

const ROUTING: &str = r#"numbers = ["050-3111-0001..050-3111-0003"]
blocked = [{ number = "090-1111-1111" }]
[pool.routing]
whisper = "{channel}からのお電話です"
destination = [{ id = "desk", to = "sip:desk@pbx.example" }]
"#;

fn document() -> String {
    CLINIC.replacen("numbers = [\"050-3111-0001..050-3111-0003\"]\n", ROUTING, 1)
}

async fn clinic() -> (TestApp, String) {
    let app = TestApp::empty().await;
    app.apply(&document()).await.expect("a valid document");
    let token = format!("Bearer {}", app.token(&["route", "calls:read"], &["clinic"]).await);
    (app, token)
}

async fn route(app: &TestApp, token: &str, query: &str) -> Answer {
    app.get(&format!("/v1/route?{query}"), &[("authorization", token)]).await
}

#[tokio::test]
async fn the_static_destination_is_answered_and_nothing_is_said_of_whose_call_it_is() {
    let (app, token) = clinic().await;
    app.main_number(TARO).await;
    app.is_cut.store(true, Ordering::Relaxed);
    let answer = route(&app, &token, "to=05031110001&from=09012345678&call_id=c-1").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!((&answer["action"], &answer["degraded"]), (&json!("connect"), &json!(true)));
    assert_eq!(
        answer["destinations"],
        json!([{"id": "static", "to": "0355500100", "e164": "+81355500100", "timeout_seconds": 30}])
    );
    assert_eq!(
        (&answer["attribution"], &answer["attribution_reasons"][0]["code"]),
        (&json!("none"), &json!("store_unavailable"))
    );
    assert_eq!(answer["whisper"]["text"], "不明からのお電話です");
    assert_eq!(route(&app, &token, "to=05031110001&from=09011111111&call_id=c-2").await.status, 403, "still blocked");
    // Another site's number stays another's.
    route(&app, &token, "to=05032220001&call_id=c-3").await.problem(403, "foreign-site");
    // Of a number that memory does not know, the call system knows more.
    let detail = route(&app, &token, "to=05099999999&call_id=c-4").await.problem(503, "store-unavailable");
    assert!(!detail.contains("secret-host"), "{detail}");
}

#[tokio::test]
async fn what_was_said_is_said_again_and_recorded_when_the_store_is_back() {
    let (app, token) = clinic().await;
    app.is_cut.store(true, Ordering::Relaxed);
    let query = "to=05031110001&from=09012345678&call_id=c-1&source=kamailio";
    let first = route(&app, &token, query).await.text();
    app.advance(5);
    assert_eq!(route(&app, &token, query).await.text(), first);
    assert_eq!(app.service.late.settle(&app.service.calls).await, 0, "the store is still away");
    app.is_cut.store(false, Ordering::Relaxed);
    assert_eq!(route(&app, &token, query).await.text(), first, "before it is recorded");
    assert_eq!(app.service.late.settle(&app.service.calls).await, 1);
    assert_eq!(app.service.late.waiting(), 0);
    assert_eq!(route(&app, &token, query).await.text(), first, "after it is recorded");
    assert_eq!(app.service.late.settle(&app.service.calls).await, 0, "once");
}

#[tokio::test]
async fn every_system_gets_its_form_without_the_store() {
    let (app, token) = clinic().await;
    app.is_cut.store(true, Ordering::Relaxed);
    for (format, what) in [
        ("twiml", ">+81355500100</Number>"),
        ("ncco", "\"number\":\"81355500100\""),
        ("freeswitch", "sofia/gateway/${default_gateway}/+81355500100"),
        ("text", ",1,tel:+81355500100,30"),
    ] {
        let answer = route(&app, &token, &format!("to=05031110001&call_id={format}&format={format}")).await;
        assert!(answer.status == 200 && answer.text().contains(what), "{}", answer.text());
    }
}

/// The JSON of an answer read from a socket.
fn body(answer: &str) -> Value {
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[test]
fn a_service_that_starts_without_its_store_routes_and_one_whose_store_hangs_does_not_hang() {
    let (directory, redis) = (TempDir::new().expect("a directory"), RedisServer::start(&[]));
    let (data, file) = (directory.path().join("data"), directory.path().join("clinic.toml"));
    fs::write(&file, document()).expect("a file");
    let url = redis.url();
    let settings = ["--store", &url, "--set", "configuration.poll_seconds=1", "--set", "shutdown.grace_seconds=0"];
    let file = file.display().to_string();
    let mut service = Served::start(&data, &settings);
    succeed(&data, &["apply", &file]);
    let token = succeed(&data, &["token", "create", "--name", "sip", "--scope", "route"]);
    let ask = |service: &Served, call: &str| {
        body(&service.ask_as(token.trim(), &format!("GET /v1/route?to=05031110001&call_id={call}")))
    };
    // From here on it knows the token: nothing rings, so that the store had time to say what it is.
    let answer = service.ask_as(token.trim(), "GET /v1/numbers/05031110001/attribution");
    assert!(answer.contains(" 403 "), "{answer}");

    // It keeps its connections and says nothing.
    redis.command("CLIENT PAUSE 600000 ALL");
    let late = ask(&service, "c-1");
    assert_eq!((&late["degraded"], &late["destinations"][0]["to"]), (&json!(true), &json!("0355500100")));
    service.wait_for_log("a call is routed without the store");
    // A token that memory does not know could be a new one. While a telephone rings that is waited for as long as for all the
    // rest, 300 ms; whoever has time waits until the store's own connection gives up, 500 ms. The log has which of the two it was.
    // A machine that stood still may have let both pass: not five times.
    let unknown = token.trim().replacen("hb_", "hb_0", 1);
    for path in [["route?to=05031110001&call_id=unknown"; 5], ["numbers/05031110001/attribution"; 5]].concat() {
        let answer = service.ask_as(&unknown, &format!("GET /v1/{path}"));
        assert!(answer.contains(" 503 ") && answer.contains("/problems/store-unavailable"), "{answer}");
    }
    let log = service.log_to_the_end();
    for ended in ["it took too long", "did not answer in time"] {
        assert!(log.lines().any(|line| line.contains("access_token") && line.contains(ended)), "{ended}: {log}");
    }
    drop(redis);

    let service = Served::start(&data, &settings);
    let degraded = ask(&service, "c-2");
    assert_eq!((&degraded["degraded"], &degraded["destinations"][0]["to"]), (&json!(true), &json!("0355500100")));
}
