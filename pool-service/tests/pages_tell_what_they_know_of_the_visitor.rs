//! Cookies, the site's own visitor id, the first touch and attributes come out where a call is asked about.

mod http_support;

use http_support::{ORIGIN, TARO, TestApp};
use serde_json::{Map, Value, json};

async fn tell(app: &TestApp, visitor: &Value) -> http_support::Answer {
    let body = json!({"site": "st_clinic", "session": TARO, "visitor": visitor, "leases": [{"target": "main"}]});
    app.post("/v1/leases", ORIGIN, body.to_string()).await
}

/// What a call system is told of the visitor.
async fn known(app: &TestApp) -> Value {
    let token = format!("Bearer {}", app.token(&["calls:read"], &["clinic"]).await);
    let answer = app.get("/v1/numbers/05031110001/attribution", &[("authorization", &token)]).await.json();
    answer["lease"]["visitor"].clone()
}

fn visitor() -> Value {
    json!({
        "visitor_id": "customer-1042",
        "first_touch": {"landing_page": "https://clinic.example/", "referrer": "https://a.example/", "at_ms": 1_792_720_800_000_u64},
        "cookies": {"_ga": "GA1.1.1234567890.1792720800", "_biz_uid": "4f\"6b\\2c"},
        "attributes": {"plan": "プレミアム", "branch": "shinjuku"},
    })
}

#[tokio::test]
async fn what_a_page_told_is_told_with_the_call() {
    let app = TestApp::clinic().await;
    assert_eq!(tell(&app, &visitor()).await.status, 200);
    assert_eq!(known(&app).await, visitor());
}

#[tokio::test]
async fn a_heartbeat_adds_and_replaces_and_the_first_touch_stays() {
    let app = TestApp::clinic().await;
    tell(&app, &visitor()).await;
    tell(&app, &json!({})).await;
    assert_eq!(known(&app).await, visitor(), "a page that knows nothing takes nothing away");
    let later = json!({
        "first_touch": {"at_ms": 1_800_000_000_000_u64},
        "cookies": {"_ga": "GA1.1.9.9"},
        "attributes": {"plan": "basic", "cart": "3"},
    });
    tell(&app, &later).await;
    let mut expected = visitor();
    expected["cookies"]["_ga"] = json!("GA1.1.9.9");
    expected["attributes"] = json!({"plan": "basic", "branch": "shinjuku", "cart": "3"});
    assert_eq!(known(&app).await, expected);
}

#[tokio::test]
async fn what_a_developer_writes_wrongly_is_refused_by_its_name() {
    let app = TestApp::clinic().await;
    let many: Map<String, Value> = (0..21).map(|at| (format!("key-{at}"), json!("x"))).collect();
    for (visitor, said) in [
        (json!({"attributes": many}), "visitor.attributes has more than 20 keys"),
        (json!({"attributes": {"a key": "x"}}), "visitor.attributes: the key \"a key\" must be 1 to 64 characters"),
        (json!({"attributes": {"": "x"}}), "visitor.attributes: the key \"\""),
        (json!({"attributes": {"x".repeat(65): "x"}}), "must be 1 to 64 characters"),
        (json!({"visitor_id": "a b"}), "visitor.visitor_id must be 1 to 128 characters"),
        (json!({"visitor_id": ""}), "visitor.visitor_id"),
        (json!({"attributes": {"plan": 3}}), "expected a string"),
    ] {
        let detail = tell(&app, &visitor).await.problem(422, "invalid-request");
        assert!(detail.contains(said), "{detail}");
    }
    let longest: Map<String, Value> = (0..20).map(|at| (format!("{at:x>64}"), json!("x"))).collect();
    assert_eq!(tell(&app, &json!({"attributes": longest})).await.status, 200);
    assert_eq!(known(&app).await["attributes"], json!(longest));
}

#[tokio::test]
async fn nobody_goes_without_a_number_because_of_what_a_browser_holds() {
    let app = TestApp::clinic().await;
    let mut cookies: Map<String, Value> = (0..40).map(|at| (format!("c{at:02}"), json!("v"))).collect();
    cookies.insert("a".to_owned(), json!("x".repeat(1_025)));
    cookies.insert("b\n".to_owned(), json!("x"));
    cookies.insert("b".to_owned(), json!("tab\t"));
    let long = format!("long\u{1f}{}", "あ".repeat(400));
    let visitor = json!({"cookies": cookies, "attributes": {"title": long}});
    assert_eq!(tell(&app, &visitor).await.json()["leases"][0]["status"], "leased");
    let known = known(&app).await;
    let kept: Vec<&String> = known["cookies"].as_object().expect("members").keys().collect();
    assert_eq!((kept.len(), kept[0].as_str(), kept[29].as_str()), (30, "c00", "c29"));
    assert_eq!(known["attributes"]["title"], format!("long{}", "あ".repeat(169)), "cut at 512 bytes");
}
