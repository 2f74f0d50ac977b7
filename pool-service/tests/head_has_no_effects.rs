//! A request by HEAD begins no call and tells nothing of one, also where the same by GET does.

mod http_support;

use axum::{body::Body, http::Request};
use http_support::TestApp;

#[tokio::test]
async fn where_get_has_effects_head_is_refused() {
    let app = TestApp::clinic().await;
    let bearer = format!("Bearer {}", app.token(&["route", "calls:read"], &["clinic"]).await);
    for path in [
        "/v1/route?to=05031110001&call_id=4711",
        "/v1/vonage/answer?to=815031110001&conversation_uuid=CON-1",
        "/v1/vonage/event?to=815031110001&conversation_uuid=CON-1&status=started",
    ] {
        let asked = Request::head(path).header("authorization", &bearer).body(Body::empty()).expect("a request");
        let answer = app.send(asked).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, POST")), "{path}");
    }
    let calls = app.get("/v1/calls", &[("authorization", &bearer)]).await.json();
    assert_eq!(calls["calls"], serde_json::json!([]), "{calls}");
    let by_get = app.get("/v1/route?to=05031110001&call_id=4711", &[("authorization", &bearer)]).await;
    assert_eq!(by_get.status, 200, "{}", by_get.text());
}
