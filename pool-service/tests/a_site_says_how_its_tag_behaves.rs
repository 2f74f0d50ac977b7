//! What `[[site]]` says about the tag stands in the tag, in the names that the snippet reads; what is as usual does not.

mod http_support;

use http_support::{CLINIC, TestApp};
use serde_json::{Value, json};

/// What a tag says of itself besides where its files are.
async fn said(app: &TestApp) -> Value {
    let mut settings = app.tag_settings("st_clinic").await;
    let members = settings.as_object_mut().expect("members");
    for name in ["site", "service", "glue", "wasm", "extra", "sri", "wasm_sri", "extra_sri", "targets"] {
        assert!(members.remove(name).is_some(), "{name}");
    }
    settings
}

#[tokio::test]
async fn a_site_that_says_nothing_gets_a_small_tag() {
    let app = TestApp::clinic().await;
    assert_eq!(said(&app).await, json!({"health": 0.01}));
}

#[tokio::test]
async fn everything_that_a_site_says_reaches_its_tag() {
    let app = TestApp::empty().await;
    let site = r##"key = "st_clinic"
session_cookie = "PHPSESSID"
consent = "channel-only"
mode = "channel"
rollout_percent = 30
cookies = ["_biz_uid", "_my_analytics"]
lease_on = "interaction"
hide_until_ready_ms = 800
data_layer = true
iframes = true
headless = true
health_sample = 0.5
channel = [
  { name = "Google 広告", when = "click=gclid,gbraid  path=/lp/*", numbers = { main = "0120-900-001", recruit = "0120-900-002" } },
  { name = "others", when = "" },
]
image = [
  { selector = ".tel img", target = "main", url = "/img/tel-{number}.png" },
  { selector = "#head", target = "recruit", url = "https://cdn.example/{number}.svg", background = true },
]
"##;
    app.apply(&CLINIC.replacen("key = \"st_clinic\"\n", site, 1)).await.expect("a valid document");
    let expected = json!({
        "needs_extra": true,
        "session_cookie": "PHPSESSID",
        "consent": "channel-only",
        "mode": "channel",
        "rollout": 30,
        "cookies": ["_biz_uid", "_my_analytics"],
        "lease_on": "interaction",
        "hide_ms": 800,
        "data_layer": true,
        "iframes": true,
        "headless": true,
        "health": 0.5,
        "channels": [
            {"name": "Google 広告", "when": [
                ["click", true, "^(?:(?:.*,)?(?:gclid|gbraid)(?:[,]|$))"],
                ["landing_page", true, "^(?:[^/]*//[^/?#]*(?=/)(?:(?:/|%2F)lp(?:/|%2F)[^?#]*)(?:[?#]|$))"],
            ], "numbers": {"main": "0120900001", "recruit": "0120900002"}},
            {"name": "others", "when": [], "numbers": {}},
        ],
        "images": [
            {"selector": ".tel img", "target": "main", "url": "/img/tel-{number}.png"},
            {"selector": "#head", "target": "recruit", "url": "https://cdn.example/{number}.svg", "background": true},
        ],
    });
    assert_eq!(said(&app).await, expected);
}

#[tokio::test]
async fn consent_that_is_required_and_leases_on_sight_are_said_in_their_own_words() {
    let app = TestApp::empty().await;
    let site = "key = \"st_clinic\"\nconsent = \"required\"\nlease_on = \"sight\"\nhealth_sample = 0\n";
    app.apply(&CLINIC.replacen("key = \"st_clinic\"\n", site, 1)).await.expect("a valid document");
    assert_eq!(said(&app).await, json!({"needs_extra": true, "consent": "required", "lease_on": "sight"}));
}

#[tokio::test]
async fn a_target_may_be_a_place_on_the_page() {
    let app = TestApp::empty().await;
    let targets = r##"{ id = "main", selector = ".tel", pool = "clinic-main" },
  { id = "head", number = "03-5550-0103", selector = "#head", pool = "clinic-main" },"##;
    let document = CLINIC.replace(r#"{ id = "main", number = "03-5550-0100", pool = "clinic-main" },"#, targets);
    app.apply(&document).await.expect("a valid document");
    let settings = app.tag_settings("st_clinic").await;
    assert_eq!(settings["targets"][0], json!({"id": "main", "selector": ".tel"}));
    assert_eq!(settings["targets"][1], json!({"id": "head", "number": "0355500103", "selector": "#head"}));
}

#[tokio::test]
async fn a_channel_site_needs_no_pool_and_leases_nothing() {
    let app = TestApp::empty().await;
    let document = r#"
[[site]]
id = "clinic"
key = "st_clinic"
origins = ["https://clinic.example"]
mode = "channel"
target = [{ id = "main", number = "03-5550-0100" }]
channel = [{ name = "ads", when = "click=*", numbers = { main = "0120-900-001" } }]
"#;
    app.apply(document).await.expect("a valid document");
    let answer = app.lease(http_support::TARO, &["main"]).await.json();
    assert_eq!(answer["leases"][0]["problem"]["type"], "/problems/unknown-target");
    let detail = answer["leases"][0]["problem"]["detail"].as_str().expect("a sentence");
    assert!(detail.contains("main has no pool"), "{detail}");
}
