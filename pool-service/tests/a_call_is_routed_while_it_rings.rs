//! `GET|POST /v1/route`: destinations in order, what is said, whose call it is; in the form of each call system.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::{Answer, CLINIC, ORIGIN, TARO, TestApp};
use serde_json::{Value, json};

/// What a clinic says of its calls.
const ROUTING: &str = r#"
[pool.routing]
strategy = "round_robin"
gateway = "sbc.example:5060"
whisper = "{site}、{channel}からのお電話です"
notice = "この通話は録音されます。"
record = true

[[pool.routing.destination]]
id = "reception"
to = "03-5550-0100"
timeout_seconds = 20

[[pool.routing.destination]]
id = "desk"
to = "sip:desk@pbx.example;transport=tcp"

[pool.routing.absence]
message = "ただいま留守にしております。"
voicemail = true
sms = "折り返しご連絡いたします。"

[[pool]]
id = "clinic-recruit""#;

async fn clinic() -> TestApp {
    let app = TestApp::empty().await;
    let document = CLINIC.replacen("\n[[pool]]\nid = \"clinic-recruit\"", ROUTING, 1);
    app.apply(&document).await.expect("a valid document");
    app
}

async fn route(app: &TestApp, query: &str) -> Answer {
    let token = app.token(&["route"], &[]).await;
    app.get(&format!("/v1/route?{query}"), &[("authorization", &format!("Bearer {token}"))]).await
}

async fn leased(app: &TestApp) {
    let visitor = json!({"landing_page": "https://clinic.example/?gclid=Cj0K&utm_campaign=autumn",
        "click_ids": [{"kind": "gclid", "value": "Cj0K", "source": "url"}]});
    let body = json!({"site": "st_clinic", "session": TARO, "visitor": visitor, "leases": [{"target": "main"}]});
    app.post("/v1/leases", ORIGIN, body.to_string()).await;
    app.advance(12);
}

#[tokio::test]
async fn a_call_goes_to_its_destinations_with_what_is_known_of_the_visitor() {
    let app = clinic().await;
    leased(&app).await;
    let answer = route(&app, "to=050-3111-0001&from=090-1234-5678&call_id=c-1&source=kamailio").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!answer.text().contains('\n'), "one line");
    let answer = answer.json();
    assert_eq!(
        (&answer["action"], &answer["call"], &answer["pool"]),
        (&json!("connect"), &json!("kamailio/c-1"), &json!("clinic-main"))
    );
    let uris: Vec<&Value> = answer["routes"].as_array().expect("routes").iter().map(|route| &route["uri"]).collect();
    assert_eq!(uris, ["sip:+81355500100@sbc.example:5060", "sip:desk@pbx.example;transport=tcp"]);
    assert_eq!((&answer["version"], &answer["routing"]), (&json!("1.0"), &json!("serial")), "what rtjson reads");
    assert_eq!(
        (&answer["routes"][0]["fr_timer"], &answer["routes"][0]["fr_inv_timer"]),
        (&json!(3_000), &json!(20_000))
    );
    assert_eq!(answer["routes"][1]["fr_timer"], 10_000, "after the last one there is nobody else");
    let headers = answer["routes"][0]["headers"]["extra"].as_str().expect("headers");
    assert!(headers.starts_with("X-Lease-Id: clinic-main.1\r\n") && headers.ends_with("\r\n"), "{headers:?}");
    assert_eq!((&answer["attribution"], &answer["lease"]["session"]), (&json!("certain"), &json!(TARO)));
    assert_eq!(answer["lease"]["visitor"]["click_ids"][0]["value"], "Cj0K");
    assert_eq!((&answer["channel"], &answer["campaign"]), (&json!("google-ads"), &json!("autumn")), "{answer}");
    assert_eq!(answer["whisper"], json!({"text": "clinic、google-adsからのお電話です", "language": "ja-JP"}));
    assert_eq!((&answer["notice"]["text"], &answer["record"]), (&json!("この通話は録音されます。"), &json!(true)));
    assert_eq!(
        (&answer["absence"]["voicemail"], &answer["absence"]["sms"]),
        (&json!(true), &json!("折り返しご連絡いたします。"))
    );
    assert_eq!(answer["degraded"], false);
}

#[tokio::test]
async fn round_robin_begins_with_the_next_destination_at_each_call() {
    let app = clinic().await;
    let mut firsts = Vec::new();
    for call in 0..4 {
        let answer = route(&app, &format!("to=05031110001&call_id=c-{call}")).await.json();
        firsts.push(answer["destinations"][0]["id"].as_str().expect("an id").to_owned());
    }
    assert_eq!(firsts, ["reception", "desk", "reception", "desk"]);
}

#[tokio::test]
async fn every_spelling_of_the_number_and_every_way_to_ask_is_understood() {
    let app = clinic().await;
    let token = format!("Bearer {}", app.token(&["route"], &["clinic"]).await);
    for number in [
        "05031110001",
        "%2B815031110001",
        "+815031110001",
        "815031110001",
        "sip:%2B815031110001@sbc.example",
        "%EF%BC%90503111-0001",
    ] {
        let answer = app.get(&format!("/v1/route?to={number}&call_id=c"), &[("authorization", &token)]).await;
        assert_eq!(answer.json()["number"]["national"], "05031110001", "{number}");
    }
    let recruit = app.get("/v1/route?to=0078-6010-12345&call_id=r", &[("authorization", &token)]).await.json();
    assert_eq!(
        (&recruit["destinations"][0]["id"], &recruit["routes"][0]["uri"]),
        (&json!("static"), &json!("tel:+81355500102"))
    );
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", "to=050-3111-0001&call_id=form".to_owned()),
        ("application/json", json!({"to": "050-3111-0001", "call_id": "json", "from": null}).to_string()),
    ] {
        let request = Request::post("/v1/route").header("authorization", &token).header("content-type", content_type);
        let answer = app.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.json()["pool"], "clinic-main", "{}", answer.text());
    }
}

#[tokio::test]
async fn each_system_gets_its_own_form() {
    let app = clinic().await;
    leased(&app).await;
    for (format, media_type, begin) in [
        ("json", "application/json", "{\"version\":\"1.0\""),
        ("twiml", "text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say"),
        ("ncco", "application/json", "[{\"action\":\"talk\""),
        (
            "freeswitch",
            "text/xml; charset=utf-8",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><document type=\"freeswitch/xml\">",
        ),
        ("text", "text/plain; charset=utf-8", "connect,480,clinic-main.1,certain,google-ads,1,0,"),
    ] {
        let answer = route(&app, &format!("to=05031110001&call_id=c-1&format={format}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some(media_type)));
        assert!(answer.text().starts_with(begin), "{format}: {}", answer.text());
    }
    let detail = route(&app, "to=05031110001&call_id=c-1&format=soap").await.problem(400, "unknown-choice");
    assert!(detail.contains("json, twiml, ncco, freeswitch, text"), "{detail}");
    let token = format!("Bearer {}", app.token(&["route"], &[]).await);
    let headers = [("authorization", token.as_str()), ("accept", "image/png")];
    let detail = app.get("/v1/route?to=05031110001&call_id=c-1", &headers).await.problem(406, "not-acceptable");
    assert!(detail.contains("text/plain"), "{detail}");
}

#[tokio::test]
async fn freeswitch_asks_in_its_own_words_and_gets_nothing_for_what_is_not_ours() {
    let app = clinic().await;
    let token = format!("Bearer {}", app.token(&["route"], &[]).await);
    let ask = async |form: &str| {
        let request = Request::post("/v1/route").header("authorization", &token);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = app.send(request.body(Body::from(form.to_owned())).expect("a request")).await;
        assert_eq!(answer.status, 200, "it takes no other");
        answer.text()
    };
    let call = "section=dialplan&Caller-Context=from-carrier&Caller-Destination-Number=05031110001&Caller-Caller-ID-Number=09012345678&Unique-ID=7f5";
    assert!(ask(call).await.contains("<context name=\"from-carrier\">"));
    let not_found = "<section name=\"result\"><result status=\"not found\"/></section>";
    assert!(ask("section=dialplan&Caller-Destination-Number=05099999999&Unique-ID=7f6").await.contains(not_found));
    assert!(ask("section=directory&user=1000").await.contains(not_found));
    for extension in ["1000", "*98", "voicemail", "park%2B701"] {
        let call = format!("section=dialplan&Caller-Destination-Number={extension}&Unique-ID=7f7");
        assert!(ask(&call).await.contains(not_found), "{extension}");
    }
}

#[tokio::test]
async fn a_number_in_cooldown_or_without_a_lease_is_routed_all_the_same() {
    let app = clinic().await;
    leased(&app).await;
    app.advance(1_200);
    for number in ["05031110001", "05031110003", "05031119999"] {
        let answer = route(&app, &format!("to={number}&call_id=c-{number}")).await.json();
        assert_eq!(
            (&answer["action"], answer["routes"].as_array().map(Vec::len)),
            (&json!("connect"), Some(2)),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn an_unknown_number_is_told_by_404_and_still_in_the_form_that_was_asked_for() {
    let app = clinic().await;
    let answer = route(&app, "to=05099999999&call_id=c-1").await;
    assert_eq!(answer.status, 404);
    let answer = answer.json();
    assert_eq!(
        (&answer["action"], &answer["routes"], &answer["sip_reply"]["code"]),
        (&json!("unknown"), &json!([]), &json!(404))
    );
    let twiml = route(&app, "to=05099999999&call_id=c-1&format=twiml").await;
    assert_eq!(twiml.status, 200, "Twilio takes documents with 200 only");
    assert!(twiml.text().contains("<Reject reason=\"rejected\"/>"));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said_in_a_sentence() {
    let app = clinic().await;
    for (query, what) in [
        ("call_id=c", "to, the dialled number, is missing"),
        ("to=05031110001", "call_id"),
        ("to=telephone&call_id=c", "to: number \"telephone\""),
        ("to=05031110001&call_id=a%0Ab", "call id"),
        ("to=05031110001&call_id=c&at=yesterday", "RFC 3339"),
    ] {
        let detail = route(&app, query).await.problem(422, "invalid-request");
        assert!(detail.contains(what), "{query}: {detail}");
    }
}

#[tokio::test]
async fn only_a_token_with_the_scope_on_the_site_may_ask() {
    let app = clinic().await;
    app.get("/v1/route?to=05031110001&call_id=c", &[]).await.problem(401, "invalid-token");
    let ask = async |token: String| {
        app.get("/v1/route?to=05031110001&call_id=c", &[("authorization", &format!("Bearer {token}"))]).await
    };
    ask(app.token(&["calls:read", "calls:write"], &[]).await).await.problem(403, "missing-scope");
    ask(app.token(&["route"], &["shop"]).await).await.problem(403, "foreign-site");
    assert_eq!(ask(app.token(&["route"], &["clinic"]).await).await.status, 200);
    // Also not by the name of a call that another site's number had.
    ask(app.token(&["route"], &["shop"]).await).await.problem(403, "foreign-site");
}
