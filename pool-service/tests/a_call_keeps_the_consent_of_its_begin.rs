//! What a page last said of the use for ads before a call began stays with the call: in its record, in tables and in what
//! ad platforms are told, whatever is said later.

mod conversion_support;
mod http_support;

use conversion_support::configured;
use http_support::{CLINIC, ORIGIN, TARO, TestApp};
use serde_json::{Value, json};

const PHONE_CALL: &str = "[[site.conversion]]\ntarget = \"google-ads\"\nname = \"Phone call\"\nwhich = \"answered\"\nconsent_columns = true\n";

/// The page says this, or nothing.
async fn says(app: &TestApp, consent: Value) {
    let click = json!({"kind": "gclid", "value": "g-1", "source": "url"});
    let visitor = json!({"click_ids": [click], "consent": consent});
    let body = json!({"site": "st_clinic", "session": TARO, "visitor": visitor, "leases": [{"target": "main"}]});
    assert_eq!(app.post("/v1/leases", ORIGIN, body.to_string()).await.status, 200);
}

/// A call of three minutes; its record.
async fn call(app: &TestApp, token: &str, id: &str) -> Value {
    let event = |event: &str| json!({"source": "sbc", "call_id": id, "event": event, "number": "050-3111-0001"});
    app.tell(token, &event("answered")).await;
    app.advance(180);
    app.tell(token, &event("ended")).await.json()
}

#[tokio::test]
async fn in_the_record_in_tables_and_in_files() {
    let app = TestApp::empty().await;
    app.apply(&configured(CLINIC, PHONE_CALL)).await.expect("a valid document");
    let token = app.token(&["calls:read", "calls:write", "conversions", "route"], &["clinic"]).await;
    let bearer = format!("Bearer {token}");
    let get = async |path: &str| app.get(path, &[("authorization", &bearer)]).await;

    says(&app, Value::Null).await;
    assert_eq!(call(&app, &token, "unasked").await["consent"], Value::Null);
    says(&app, json!({"ad_user_data": "denied", "ad_personalization": "denied"})).await;
    let denied = call(&app, &token, "denied").await;
    says(&app, json!({"ad_user_data": "granted"})).await;
    assert_eq!(denied["consent"], json!({"ad_user_data": "denied", "ad_personalization": "denied"}));
    assert_eq!(denied["attribution"]["lease"]["visitor"]["consent"], denied["consent"]);
    let granted = call(&app, &token, "granted").await;
    assert_eq!(granted["consent"], json!({"ad_user_data": "granted", "ad_personalization": "denied"}));
    let routed = get("/v1/route?to=05031110001&call_id=routed").await.json();
    assert_eq!(routed["lease"]["visitor"]["consent"], granted["consent"]);

    let path = format!("/v1/calls/{}", denied["id"].as_str().expect("an id"));
    assert_eq!(get(&path).await.json()["consent"], denied["consent"]);
    let table = get("/v1/calls.csv?fields=call_id,ad_user_data,ad_personalization&order=oldest").await.text();
    let rows: Vec<&str> = table.lines().skip(1).take(3).collect();
    assert_eq!(rows, ["unasked,,", "denied,denied,denied", "granted,granted,denied"]);

    app.advance(6 * 3_600);
    let file = get("/v1/conversions/google-ads.csv").await;
    let told = (file.header("x-hatsuban-conversions"), file.header("x-hatsuban-left-out"));
    assert_eq!(told, (Some("2"), Some("not-counted=1, no-consent=1")), "{}", file.text());
    let text = file.text();
    let said: Vec<&str> = text.lines().skip(2).filter_map(|line| line.rsplit_once(",,,")?.1.into()).collect();
    assert_eq!(said, ["", "Granted,Denied"], "{text}");
}
