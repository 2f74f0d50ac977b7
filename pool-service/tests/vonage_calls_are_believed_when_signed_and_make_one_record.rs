//! Vonage's webhooks: signed ones are answered with an NCCO and end in one record, whatever their order; all others are
//! refused.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::{Answer, CLINIC, TARO, TestApp, VONAGE_SECRET, webhooks::vonage_token};
use serde_json::{Value, json};

const KEY: &str = "vonage/CON-aaaaaaaa-0000-4000-8000-000000000009";
const EVENT: &str = "/v1/vonage/event";
const LEG_EVENT: &str = "/v1/vonage/event?to=05031110001&leg=1";
const ROUTING: &str = r#"
[pool.routing]

[[pool.routing.destination]]
id = "reception"
to = "03-5550-0100"

[[pool.routing.destination]]
id = "desk"
to = "03-5550-0199"

[[pool]]
id = "clinic-recruit""#;

/// As Vonage documents it for the caller's leg; ids and numbers are made up.
fn call(status: &str, at: &str, more: &Value) -> String {
    body("inbound", "819012345678", "815031110001", status, at, more)
}

/// The same for a leg that an NCCO connected.
fn leg(status: &str, at: &str, more: &Value) -> String {
    body("outbound", "815031110001", "81355500100", status, at, more)
}

fn body(direction: &str, from: &str, to: &str, status: &str, at: &str, more: &Value) -> String {
    let mut event = json!({
        "from": from, "to": to, "direction": direction, "status": status,
        "uuid": format!("aaaaaaaa-0000-4000-8000-{direction}"),
        "conversation_uuid": "CON-aaaaaaaa-0000-4000-8000-000000000009",
        "timestamp": format!("2026-11-21T{at}.000Z"),
    });
    event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    event.to_string()
}

async fn answer_webhook(app: &TestApp) -> Answer {
    let query = "to=815031110001&from=819012345678&conversation_uuid=CON-aaaaaaaa-0000-4000-8000-000000000009&uuid=u";
    let object = r#"{"to":"815031110001","from":"819012345678","conversation_uuid":"CON-aaaaaaaa-0000-4000-8000-000000000009","uuid":"u"}"#;
    let token = vonage_token(VONAGE_SECRET, app.clock.now().as_millis() / 1_000, object.as_bytes());
    app.get(&format!("/v1/vonage/answer?{query}"), &[("authorization", &format!("Bearer {token}"))]).await
}

fn told() -> Vec<(&'static str, String)> {
    let none = json!({});
    vec![
        (EVENT, call("started", "05:31:00", &none)),
        (EVENT, call("ringing", "05:31:00", &none)),
        (EVENT, call("answered", "05:31:01", &none)),
        (LEG_EVENT, leg("started", "05:31:01", &none)),
        (LEG_EVENT, leg("ringing", "05:31:02", &none)),
        (LEG_EVENT, leg("answered", "05:31:10", &none)),
        (LEG_EVENT, leg("completed", "05:32:25", &json!({"duration": "75", "start_time": "2026-11-21T05:31:10.000Z"}))),
        // What the application's own event address hears of the same leg.
        (EVENT, leg("completed", "05:32:25", &json!({"duration": "75"}))),
        (EVENT, call("completed", "05:32:26", &json!({"duration": "86", "rate": "0.0", "price": "0.0"}))),
        (
            "/v1/vonage/event?to=05031110001",
            json!({
                "conversation_uuid": "CON-aaaaaaaa-0000-4000-8000-000000000009", "recording_uuid": "r",
                "recording_url": "https://api.nexmo.com/v1/files/made-up", "timestamp": "2026-11-21T05:32:30.000Z",
            })
            .to_string(),
        ),
    ]
}

#[tokio::test]
async fn a_signed_call_is_answered_by_the_routing() {
    let app = TestApp::clinic().await;
    app.main_number(TARO).await;
    app.advance(30);
    let answer = answer_webhook(&app).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let ncco = answer.json();
    let connect = ncco.as_array().expect("actions").last().expect("one").clone();
    assert_eq!((&connect["action"], &connect["endpoint"][0]["number"]), (&json!("connect"), &json!("81355500100")));
    assert_eq!(connect["eventUrl"], json!(["https://numbers.example/v1/vonage/event?to=05031110001&leg=1"]));
    let record = app.kept_call("clinic-main", KEY).await;
    assert_eq!((&record["caller"], &record["state"]), (&json!("09012345678"), &json!("begun")), "{record}");
    assert_eq!(record["attribution"]["lease"]["session"], TARO, "{record}");
}

#[tokio::test]
async fn events_in_any_order_make_one_record() {
    let mut records: Vec<Value> = Vec::new();
    for turn in [0, 3, 7] {
        let app = TestApp::clinic().await;
        app.advance(180);
        let mut events = told();
        events.rotate_left(turn);
        if turn > 0 {
            events.reverse();
        }
        for (path, body) in events.iter().chain(&events[..3]) {
            let answer = app.vonage(path, body).await;
            assert_eq!(answer.status, 204, "{path} {body}: {}", answer.text());
        }
        records.push(app.kept_call("clinic-main", KEY).await);
    }
    for (member, value) in [
        ("state", json!("ended")),
        ("caller", json!("09012345678")),
        ("began_at", json!("2026-11-21T05:31:00.000Z")),
        ("ringing_at", json!("2026-11-21T05:31:02.000Z")),
        ("answered_at", json!("2026-11-21T05:31:10.000Z")),
        ("ended_at", json!("2026-11-21T05:32:26.000Z")),
        ("talk_seconds", json!(75)),
        ("billable_seconds", json!(86)),
        ("destination", json!("+81355500100")),
        ("recording_url", json!("https://api.nexmo.com/v1/files/made-up")),
        ("valid", json!(true)),
    ] {
        assert_eq!(records[0][member], value, "{member} of {}", records[0]);
    }
    assert!(records.iter().all(|record| *record == records[0]), "{records:#?}");
}

#[tokio::test]
async fn a_leg_that_does_not_answer_goes_on_to_the_next() {
    let app = TestApp::empty().await;
    app.apply(&CLINIC.replacen("\n[[pool]]\nid = \"clinic-recruit\"", ROUTING, 1)).await.expect("a valid document");
    answer_webhook(&app).await;
    app.advance(180);
    let next = app.vonage(LEG_EVENT, &leg("timeout", "05:31:30", &json!({}))).await;
    assert_eq!((next.status.as_u16(), next.json()[0]["endpoint"][0]["number"].clone()), (200, json!("81355500199")));
    let after = app.vonage("/v1/vonage/event?to=05031110001&leg=2", &leg("busy", "05:31:40", &json!({}))).await;
    assert_eq!(after.json()[0]["action"], "talk", "{}", after.text());
    app.vonage(EVENT, &call("completed", "05:31:50", &json!({"duration": "50"}))).await;
    let record = app.kept_call("clinic-main", KEY).await;
    assert_eq!((&record["hang_up_cause"], &record["valid"]), (&json!("busy"), &json!(false)), "{record}");
}

#[tokio::test]
async fn a_webhook_that_is_not_signed_for_what_it_says_is_refused_and_counted() {
    let app = TestApp::clinic().await;
    let body = call("started", "05:30:00", &json!({}));
    let now = app.clock.now().as_millis() / 1_000;
    let send = async |authorization: Option<String>, body: &str| {
        let request = Request::post(EVENT).header("content-type", "application/json");
        let request = authorization.into_iter().fold(request, |request, value| request.header("authorization", value));
        app.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    };
    let token =
        |secret: &str, at: u64, body: &str| Some(format!("Bearer {}", vonage_token(secret, at, body.as_bytes())));
    assert_eq!(send(token(VONAGE_SECRET, now, &body), &body).await.status, 204);
    for (authorization, said) in [
        (None, "signed webhooks"),
        (Some("Basic dTpw".to_owned()), "signed webhooks"),
        (Some("Bearer a.b.c".to_owned()), "HS256"),
        (token("another secret", now, &body), "signature_secrets"),
        (token(VONAGE_SECRET, now - 301, &body), "clock"),
        (token(VONAGE_SECRET, now + 301, &body), "clock"),
        (token(VONAGE_SECRET, now, "{}"), "payload_hash"),
    ] {
        let detail = send(authorization, &body).await.problem(403, "wrong-signature");
        assert!(detail.contains(said), "{detail}");
    }
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(metrics.contains("hatsuban_unsigned_webhooks_total{sender=\"vonage\"} 7"), "{metrics}");
    let unsigned = app.get("/v1/vonage/answer?to=815031110001&conversation_uuid=CON-1", &[]).await;
    unsigned.problem(403, "wrong-signature");
}

#[tokio::test]
async fn events_that_name_no_call_or_no_number_say_what_is_missing() {
    let app = TestApp::clinic().await;
    for (body, said) in [
        ("[]", "The body"),
        (r#"{"status":"started"}"#, "conversation_uuid"),
        (r#"{"conversation_uuid":"CON-1","recording_url":"https://api.nexmo.com/v1/files/r"}"#, "?to="),
    ] {
        let detail = app.vonage(EVENT, body).await.problem(422, "invalid-request");
        assert!(detail.contains(said), "{detail}");
    }
}

#[tokio::test]
async fn whoever_answers_hears_what_the_address_says_and_nobody_else_can_write_one() {
    let app = TestApp::empty().await;
    let whisper = "[pool.routing]\nlanguage = \"en\"\nwhisper = \" From {channel} & <more>\"\n\n[[pool]]\nid = \"clinic-recruit\"";
    app.apply(&CLINIC.replacen("[[pool]]\nid = \"clinic-recruit\"", whisper, 1)).await.expect("a valid document");
    let ncco = answer_webhook(&app).await.json();
    let url = ncco[0]["endpoint"][0]["onAnswer"]["url"].as_str().expect("an address").to_owned();
    let path = url.strip_prefix("https://numbers.example").expect("of this service");
    let said = json!([{"action": "talk", "text": " From unknown & ＜more＞", "language": "en-US"}]);
    // Vonage adds what it always adds.
    for path in [path.to_owned(), format!("{path}&to=81355500100&conversation_uuid=CON-1")] {
        assert_eq!(app.get(&path, &[]).await.json(), said);
        let posted = app.send(Request::post(&path).body(Body::empty()).expect("a request")).await;
        assert_eq!(posted.json(), said);
    }
    let (_, proof) = path.split_once("&proof=").expect("a proof");
    for forged in [
        "/v1/vonage/whisper?language=en&text=From%20Google%20Ads".to_owned(),
        format!("/v1/vonage/whisper?language=en&text=From%20Google%20Ads&proof={proof}"),
        path.replacen("language=en", "language=ja", 1),
        path.replacen("From", "from", 1),
        path[..path.len() - 1].to_owned(),
    ] {
        app.get(&forged, &[]).await.problem(403, "wrong-signature");
    }
    let metrics = app.get("/metrics", &[]).await.text();
    assert!(metrics.contains("hatsuban_unsigned_webhooks_total{sender=\"vonage\"} 5"), "{metrics}");
}
