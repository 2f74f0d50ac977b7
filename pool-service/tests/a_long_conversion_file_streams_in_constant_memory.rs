//! A file of conversions is made as fast as it is fetched: however long it is, no more has been read from the store than its
//! first mebibyte, which waits for its headers, and a few pieces.

mod conversion_support;
mod http_support;

use axum::{body::Body, http::Request};
use conversion_support::{Told, call, click, configured};
use http_body_util::BodyExt;
use http_support::{
    CLINIC, TestApp,
    watched::{MadeUp, Watched},
};
use pool_service::{
    calls::{read::ROWS_IN_FLIGHT, row},
    domain::time::Timestamp,
    store::{Store, records::KeptCall},
};
use std::sync::Arc;
use tower::ServiceExt;

const PHONE_CALL: &str = "[[site.conversion]]\ntarget = \"google-ads\"\nname = \"Phone call\"\n";
/// One a second in the night of 19 November.
const CALLS: u64 = 60_000;
const START: Timestamp = Timestamp::from_millis(1_795_014_000_000);
/// Every line of these is as long.
const LINE: &str = "click-00000,Phone call,2026-11-19 00:00:00,,\n";
/// What waits at most: the start, the pieces on their way and the one being made, and what a piece is longer than it should be.
const WAITING_BYTES: usize = 1_024 * 1_024 + 8 * 64 * 1_024;

/// Calls that are made when they are asked for.
fn made_up() -> MadeUp {
    Box::new(|pool, query| {
        let first = query.from.since(START).as_millis().div_ceil(1_000);
        let first = query.after.as_ref().map_or(first, |(at, _)| at.since(START).as_seconds() + 1);
        let made = |second: u64| {
            let began_at = jiff::Timestamp::from_second((START.as_millis() / 1_000 + second) as i64).expect("a moment");
            let clicks = [click("gclid", &format!("click-{second:05}"), None)];
            let call = call(&second.to_string(), &began_at.to_string()).clicked(&clicks);
            KeptCall { revision: 1, row: row(&call).expect("a row") }
        };
        let calls = if pool.as_str() == "clinic-main" { CALLS } else { 0 };
        (first..calls).take(query.limit).map(made).collect()
    })
}

#[tokio::test]
async fn no_more_is_read_than_is_fetched() {
    let app = TestApp::empty().await;
    app.apply(&configured(CLINIC, PHONE_CALL)).await.expect("a valid document");
    let token = app.token(&["conversions"], &[]).await;
    let watched = Arc::new(Watched::new(Arc::clone(&app.service.store)).with(made_up()));
    let app = app.in_front(Arc::clone(&watched) as Arc<dyn Store>).await;
    let request = Request::get("/v1/conversions/google-ads.csv?from=2026-11-19&to=2026-11-19")
        .header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let mut body = app.routes.clone().oneshot(request).await.expect("routes never fail").into_body();
    let most = (WAITING_BYTES / LINE.len() + ROWS_IN_FLIGHT) as u64;
    assert!(most * 3 < CALLS * 2, "the file is long enough to see it");
    let (mut lines, mut most_waiting) = (0_u64, 0_u64);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.expect("a whole answer").into_data() else { continue };
        most_waiting = most_waiting.max(watched.given() - lines.saturating_sub(2));
        lines += data.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    assert_eq!((lines, watched.given()), (CALLS + 2, CALLS), "each call is read once and told");
    assert!(most_waiting <= most, "{most_waiting} calls were read and not fetched");
}
