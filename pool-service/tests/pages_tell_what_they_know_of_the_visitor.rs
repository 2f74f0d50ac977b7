//! Cookies, the site's own visitor id, the first touch and attributes come out where a call is asked about.

mod http_support;

use http_support::{CLINIC, ORIGIN, TARO, TestApp};
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
        "cookie": "_ga=GA1.1.1234567890.1792720800; _fbp=fb.1.2.3; _biz_uid=4f\"6b\\2c; theme=dark; PHPSESSID=secret",
        "attributes": {"plan": "プレミアム", "branch": "shinjuku"},
        "consent": {"ad_user_data": "denied"},
    })
}

/// The same as a call system is told it.
fn answered() -> Value {
    let mut told = visitor();
    told.as_object_mut().expect("members").remove("cookie");
    told["cookies"] = json!({"ga_client_id": "1234567890.1792720800", "_fbp": "fb.1.2.3", "_biz_uid": "4f\"6b\\2c"});
    told
}

/// The clinic, which wants to be told some cookies besides the well-known ones.
async fn clinic() -> TestApp {
    let named = "key = \"st_clinic\"\ncookies = [\"_biz_uid\", \"c\", \"odd\", \"long\"]";
    let app = TestApp::empty().await;
    app.apply(&CLINIC.replace("key = \"st_clinic\"", named)).await.expect("a valid document");
    app
}

#[tokio::test]
async fn what_a_page_told_is_told_with_the_call() {
    let app = clinic().await;
    assert_eq!(tell(&app, &visitor()).await.status, 200);
    assert_eq!(known(&app).await, answered());
}

#[tokio::test]
async fn a_heartbeat_adds_and_replaces_and_the_first_touch_stays() {
    let app = clinic().await;
    tell(&app, &visitor()).await;
    tell(&app, &json!({})).await;
    assert_eq!(known(&app).await, answered(), "a page that knows nothing takes nothing away");
    let later = json!({
        "first_touch": {"at_ms": 1_800_000_000_000_u64},
        "cookie": "_ga=GA1.1.9.9",
        "attributes": {"plan": "basic", "cart": "3"},
        "consent": {"ad_personalization": "granted"},
    });
    tell(&app, &later).await;
    let mut expected = answered();
    expected["cookies"]["ga_client_id"] = json!("9.9");
    expected["attributes"] = json!({"plan": "basic", "branch": "shinjuku", "cart": "3"});
    expected["consent"] = json!({"ad_user_data": "denied", "ad_personalization": "granted"});
    assert_eq!(known(&app).await, expected);
}

#[tokio::test]
async fn what_a_developer_writes_wrongly_is_refused_by_its_name() {
    let app = clinic().await;
    let many: Map<String, Value> = (0..21).map(|at| (format!("key-{at}"), json!("x"))).collect();
    for (visitor, said) in [
        (json!({"attributes": many}), "visitor.attributes has more than 20 keys"),
        (json!({"attributes": {"a key": "x"}}), "visitor.attributes: the key \"a key\" must be 1 to 64 characters"),
        (json!({"attributes": {"": "x"}}), "visitor.attributes: the key \"\""),
        (json!({"attributes": {"x".repeat(65): "x"}}), "must be 1 to 64 characters"),
        (json!({"visitor_id": "a b"}), "visitor.visitor_id must be 1 to 128 characters"),
        (json!({"visitor_id": ""}), "visitor.visitor_id"),
        (json!({"attributes": {"plan": 3}}), "expected a string"),
        (json!({"consent": {"ad_user_data": "no"}}), "expected `granted` or `denied`"),
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
    let app = clinic().await;
    let cookie = format!("c=v; odd=tab\t; _gcl_aw=GCL.x; ; =; %; long={}; _fbp=", "x".repeat(1_025));
    let long = format!("long\u{1f}{}", "あ".repeat(400));
    let visitor = json!({"cookie": cookie, "attributes": {"title": long}});
    assert_eq!(tell(&app, &visitor).await.json()["leases"][0]["status"], "leased");
    let known = known(&app).await;
    assert_eq!(known["cookies"], json!({"c": "v"}));
    assert_eq!(known["attributes"]["title"], format!("long{}", "あ".repeat(169)), "cut at 512 bytes");
}

#[tokio::test]
async fn a_cookie_that_the_page_had_to_cut_is_left_out() {
    for (length, is_cut) in [(4_095, false), (4_096, true), (5_000, true)] {
        let app = clinic().await;
        // The id stays short enough to be one.
        let head = format!("_fbp=fb.1.2.3; long={}; _gcl_aw=GCL.1795312800.", "x".repeat(length - 100));
        let cookie = format!("{head}{}", "a".repeat(length - head.len()));
        tell(&app, &json!({"cookie": cookie})).await;
        let known = known(&app).await;
        assert_eq!(known["cookies"], json!({"_fbp": "fb.1.2.3"}));
        assert_eq!(known["click_ids"].is_null(), is_cut, "{length}");
    }
}

#[tokio::test]
async fn clicks_of_the_address_come_first_and_equal_ones_have_the_platforms_time() {
    let app = clinic().await;
    let visitor = json!({
        "click_ids": [
            {"kind": "gclid", "value": "Same", "clicked_at_ms": 5, "source": "url"},
            {"kind": "yj_r", "value": "f0", "clicked_at_ms": 6, "source": "url"},
            {"kind": "yclid", "value": "12345", "source": "url"},
        ],
        "cookie": "_gcl_aw=GCL.100.Same; _uetmsclkid=_uetms; _fbc=fb.1.200000.Fb; _ly_c=Ly",
    });
    tell(&app, &visitor).await;
    assert_eq!(
        known(&app).await["click_ids"],
        json!([
            {"kind": "gclid", "value": "Same", "clicked_at_ms": 100_000, "source": "url"},
            {"kind": "yjr_yjad", "value": "f0", "clicked_at_ms": 6, "source": "url"},
            {"kind": "fbclid", "value": "Fb", "clicked_at_ms": 200_000, "source": "cookie"},
            {"kind": "msclkid", "value": "ms", "source": "cookie"},
            {"kind": "ly_c", "value": "Ly", "source": "cookie"},
        ])
    );
    let many: Vec<String> = (1..40).map(|second| format!("_gcl_aw=GCL.{second}.id-{second}")).collect();
    tell(&app, &json!({"cookie": many.join("; ")})).await;
    let told = known(&app).await["click_ids"].clone();
    assert_eq!((told.as_array().map(Vec::len), &told[0]["value"]), (Some(20), &json!("id-39")));
}

#[tokio::test]
async fn the_pages_address_is_read_as_well() {
    let app = clinic().await;
    let page = "https://clinic.example/?ly_c=Abc%2e1&gclid=G";
    let body = json!({"site": "st_clinic", "session": TARO, "page": page, "leases": [{"target": "main"}]});
    app.post("/v1/leases", ORIGIN, body.to_string()).await;
    let of = |kind: &str, value: &str| json!({"kind": kind, "value": value, "source": "url"});
    assert_eq!(known(&app).await["click_ids"], json!([of("ly_c", "Abc.1"), of("gclid", "G")]));
}
