//! The `Accept` header is read as it is meant: what is wanted most is sent, whatever stands first, and widespread libraries get
//! JSON.

mod http_support;

use http_support::{TARO, TestApp};

const CSV: &str = "text/csv; charset=utf-8; header=present";
const JSON: &str = "application/json";

#[tokio::test]
async fn lists_reports_and_routes_come_as_wanted() {
    let app = TestApp::clinic().await;
    let number = app.main_number(TARO).await;
    let bearer = format!("Bearer {}", app.token(&["admin"], &[]).await);
    let route = format!("/v1/route?to={number}&call_id=1");
    for (path, accept, expected) in [
        ("/v1/calls", "text/csv", CSV),
        ("/v1/calls", "text/csv;q=0.1, application/json", JSON),
        ("/v1/calls", "application/json;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("/v1/calls", "application/json, text/plain, */*", JSON),
        ("/v1/calls", "text/html, */*;q=0.1", JSON),
        ("/v1/reports/calls", "application/json;q=0.2, text/csv", CSV),
        ("/v1/reports/calls", "text/csv;q=0.2, */*", JSON),
        (&route, "application/json, text/plain, */*", JSON),
        (&route, "application/json;q=0.5, text/plain", "text/plain; charset=utf-8"),
    ] {
        let answer = app.get(path, &[("authorization", &bearer), ("accept", accept)]).await;
        assert_eq!(answer.status, 200, "{path} {accept}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some(expected), "{path} {accept}");
    }
}
