//! When the store fails while an export is under way, the answer breaks off: no file ends properly that is not whole.

mod http_support;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use http_support::{
    TestApp,
    records::{call, keep, moment},
};
use pool_service::domain::time::Span;
use std::sync::atomic::Ordering;
use tower::ServiceExt;

/// More than are read from the store at once.
const CALLS: u64 = 600;

#[tokio::test]
async fn a_store_that_fails_half_way_breaks_the_answer() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    for number in 0..CALLS {
        let at = moment("2026-11-20T00:00:00Z") + Span::from_seconds(number);
        keep(&app.service.store, &call(&format!("c{number}"), at)).await;
    }
    for format in ["csv", "ndjson"] {
        let request = Request::get(format!("/v1/calls.{format}")).header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).expect("a request");
        let response = app.routes.clone().oneshot(request).await.expect("routes never fail");
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        body.frame().await.expect("a piece").expect("whole");
        app.is_cut.store(true, Ordering::Relaxed);
        let mut is_broken = false;
        while let Some(frame) = body.frame().await {
            is_broken |= frame.is_err();
        }
        assert!(is_broken, "{format}");
        app.is_cut.store(false, Ordering::Relaxed);
    }
    // One that has failed before it began is told so.
    app.is_cut.store(true, Ordering::Relaxed);
    let answer = app.get("/v1/calls.csv", &[("authorization", &format!("Bearer {token}"))]).await;
    answer.problem(503, "store-unavailable");
}
