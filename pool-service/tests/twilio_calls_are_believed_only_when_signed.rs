//! `POST /v1/twilio/status` is Twilio's alone: whoever else sends one is refused, wherever the proxy stands.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::{
    TWILIO_TOKEN, TestApp,
    webhooks::{PUBLIC_URL, encoded, form_request, from_address, twilio_signature},
};
use sha2::{Digest, Sha256};

const PATH: &str = "/v1/twilio/status";
/// Sids and numbers are made up.
const CALL: [(&str, &str); 6] = [
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("CallSid", "CA00000000000000000000000000000001"),
    ("From", "+819012345678"),
    ("To", "+815031110001"),
    ("CallStatus", "ringing"),
    ("Direction", "inbound"),
];

fn request(path: &str, form: &[(&str, &str)], signature: Option<&str>, headers: &[(&str, &str)]) -> Request<Body> {
    let request = headers.iter().fold(form_request(path), |request, (name, value)| request.header(*name, *value));
    let request = signature.into_iter().fold(request, |request, value| request.header("x-twilio-signature", value));
    request.body(Body::from(encoded(form))).expect("a request")
}

fn signed_for(url: &str) -> String {
    twilio_signature(TWILIO_TOKEN, url, &CALL)
}

async fn refused_so_far(app: &TestApp) -> bool {
    app.get("/metrics", &[]).await.text().contains("hatsuban_unsigned_webhooks_total{sender=\"twilio\"} ")
}

#[tokio::test]
async fn a_signed_callback_counts_and_any_other_is_refused_and_counted() {
    let app = TestApp::clinic().await;
    let good = signed_for(&format!("{PUBLIC_URL}{PATH}"));
    assert_eq!(app.send(request(PATH, &CALL, Some(&good), &[])).await.status, 200);
    assert!(!refused_so_far(&app).await);
    let mut changed = CALL;
    changed[3].1 = "+815031110002";
    for (path, form, signature) in [
        (PATH, &CALL, None),
        (PATH, &CALL, Some("")),
        (PATH, &CALL, Some("bm9ib2R5")),
        (PATH, &changed, Some(good.as_str())),
        ("/v1/twilio/status?to=050-3111-0002", &CALL, Some(good.as_str())),
    ] {
        app.send(request(path, form, signature, &[])).await.problem(403, "wrong-signature");
    }
    let other_token = twilio_signature("54321", &format!("{PUBLIC_URL}{PATH}"), &CALL);
    app.send(request(PATH, &CALL, Some(&other_token), &[])).await.problem(403, "wrong-signature");
    assert!(refused_so_far(&app).await);
}

#[tokio::test]
async fn a_refusal_says_which_address_was_signed_for_and_nothing_of_the_token() {
    let app = TestApp::clinic().await;
    let detail = app.send(request(PATH, &CALL, Some("bm9ib2R5"), &[])).await.problem(403, "wrong-signature");
    assert!(
        detail.contains("https://numbers.example/v1/twilio/status") && detail.contains("http.public_url"),
        "{detail}"
    );
    assert!(!detail.contains(TWILIO_TOKEN), "{detail}");
}

#[tokio::test]
async fn the_port_of_https_may_be_written_or_not() {
    let app = TestApp::clinic().await;
    let with_port = signed_for("https://numbers.example:443/v1/twilio/status");
    assert_eq!(app.send(request(PATH, &CALL, Some(&with_port), &[])).await.status, 200);
    let other_port = signed_for("https://numbers.example:444/v1/twilio/status");
    app.send(request(PATH, &CALL, Some(&other_port), &[])).await.problem(403, "wrong-signature");
}

#[tokio::test]
async fn fields_that_come_twice_are_signed_as_often() {
    let app = TestApp::clinic().await;
    let form = [&CALL[..], &[("Digits", "5678"), ("Digits", "1234")]].concat();
    let good = twilio_signature(TWILIO_TOKEN, &format!("{PUBLIC_URL}{PATH}"), &form);
    assert_eq!(app.send(request(PATH, &form, Some(&good), &[])).await.status, 200);
    let without = twilio_signature(TWILIO_TOKEN, &format!("{PUBLIC_URL}{PATH}"), &form[..7]);
    app.send(request(PATH, &form, Some(&without), &[])).await.problem(403, "wrong-signature");
}

#[tokio::test]
async fn the_query_is_signed_as_it_was_sent() {
    let app = TestApp::clinic().await;
    let path = "/v1/twilio/status?to=%2B81%2050-3111-0001&note=%e7%95%aa";
    let good = signed_for(&format!("{PUBLIC_URL}{path}"));
    assert_eq!(app.send(request(path, &CALL, Some(&good), &[])).await.status, 200);
}

#[tokio::test]
async fn only_a_trusted_proxy_may_say_under_which_name_it_was_called() {
    let app = TestApp::clinic().await;
    let elsewhere = signed_for("https://calls.clinic.example/v1/twilio/status");
    let headers = [("x-forwarded-proto", "https"), ("x-forwarded-host", "calls.clinic.example")];
    let through = async |peer: &str, headers: &[(&str, &str)]| {
        app.send(from_address(request(PATH, &CALL, Some(&elsewhere), headers), peer)).await
    };
    assert_eq!(through("10.0.0.7:40000", &headers).await.status, 200);
    through("203.0.113.9:40000", &headers).await.problem(403, "wrong-signature");
    app.send(request(PATH, &CALL, Some(&elsewhere), &headers)).await.problem(403, "wrong-signature");
    // What the sender wrote before the proxy did is not what the proxy says.
    let forged = [("x-forwarded-proto", "https"), ("x-forwarded-host", "calls.clinic.example, numbers.example")];
    through("10.0.0.7:40000", &forged).await.problem(403, "wrong-signature");
    let chained = [("x-forwarded-proto", "http, https"), ("x-forwarded-host", "forged.example, calls.clinic.example")];
    assert_eq!(through("10.0.0.7:40000", &chained).await.status, 200);
    // A proxy that passes the host on as it was.
    let passed = [("x-forwarded-proto", "https"), ("host", "calls.clinic.example")];
    assert_eq!(through("10.0.0.7:40000", &passed).await.status, 200);
}

#[tokio::test]
async fn another_body_than_a_form_is_signed_by_its_digest() {
    let app = TestApp::clinic().await;
    let body = br#"{"property": "value", "boolean": true}"#;
    let digest: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    let send = async |body: &'static [u8]| {
        let path = format!("{PATH}?bodySHA256={digest}");
        let signature = twilio_signature(TWILIO_TOKEN, &format!("{PUBLIC_URL}{path}"), &[]);
        let request = Request::post(&path).header("content-type", "application/json");
        app.send(request.header("x-twilio-signature", signature).body(Body::from(body)).expect("a request")).await
    };
    // It is believed, but tells of no call.
    send(body).await.problem(422, "invalid-request");
    send(b"{}").await.problem(403, "wrong-signature");
}
