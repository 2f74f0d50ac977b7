//! An export of a million calls is made as fast as it is read: however long it is, only a few calls have been read from the
//! store and not been sent, and nothing is sent in one large piece.

mod http_support;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use http_support::{
    TestApp,
    records::call,
    watched::{MadeUp, Watched},
};
use pool_service::{
    calls::{read::ROWS_IN_FLIGHT, row},
    domain::{
        call::CallKey,
        time::{Span, Timestamp},
    },
    store::{Store, records::KeptCall},
};
use std::sync::Arc;
use tower::ServiceExt;

const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);
/// Each of the clinic's three pools, and the one of numbers of no pool, has so many calls, one a second.
const CALLS: u64 = 250_000;
/// The service looks at so many calls, or writes so many bytes, before it sends a piece.
const PIECE_CALLS: u64 = 1_000;
const PIECE_BYTES: usize = 64 * 1_024;
/// No row of these is longer.
const ROW_BYTES: usize = 100;

/// Calls that are made when they are asked for.
fn made_up() -> MadeUp {
    let pattern = row(&call("c", START)).expect("a row");
    Box::new(move |pool, query| {
        // One call begins at each full second; of what follows a call, the second after it is the next.
        let first = query.from.since(START).as_millis().div_ceil(1_000);
        let first = query.after.as_ref().map_or(first, |(at, _)| at.since(START).as_seconds() + 1);
        let last = query.until.since(START).as_millis().div_ceil(1_000).min(CALLS);
        assert!(!query.newest_first, "only the oldest first is made up");
        let made = |number: u64| {
            let mut row = pattern.clone();
            row.span.began_at = START + Span::from_seconds(number);
            row.span.key = CallKey::parse(&format!("test/{pool}-{number}")).expect("a key");
            row.record = row.record.replace("\"test/c\"", &format!("\"test/{pool}-{number}\""));
            KeptCall { revision: 1, row }
        };
        (first..last).take(query.limit).map(made).collect()
    })
}

#[tokio::test]
async fn the_longest_export_keeps_few_calls_in_memory() {
    let app = TestApp::clinic().await;
    let token = app.token(&["calls:read"], &[]).await;
    let watched = Arc::new(Watched::new(Arc::clone(&app.service.store)).with(made_up()));
    let app = app.in_front(Arc::clone(&watched) as Arc<dyn Store>).await;
    let request =
        Request::get("/v1/calls.csv?order=oldest&fields=call_id").header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let response = app.routes.clone().oneshot(request).await.expect("routes never fail");
    assert_eq!(response.status(), 200);
    // Nothing is read ahead of whoever reads.
    assert!(watched.given() <= ROWS_IN_FLIGHT as u64, "{}", watched.given());
    let mut body = response.into_body();
    let (mut lines, mut most_in_flight, mut largest_piece) = (0_u64, 0_u64, 0_usize);
    while let Some(frame) = body.frame().await {
        let data = frame.expect("a whole answer").into_data().expect("data");
        largest_piece = largest_piece.max(data.len());
        // The head is a line, too.
        let sent = lines.saturating_sub(1);
        most_in_flight = most_in_flight.max(watched.given() - sent);
        lines += data.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    assert_eq!(lines, 4 * CALLS + 1);
    let seen = watched.seen();
    assert_eq!(seen.given, 4 * CALLS, "each call is read once");
    assert!(seen.largest_limit <= 1_000, "{}", seen.largest_limit);
    assert!(most_in_flight <= ROWS_IN_FLIGHT as u64 + PIECE_CALLS, "{most_in_flight} calls in memory");
    assert!(largest_piece <= PIECE_BYTES + ROW_BYTES, "a piece of {largest_piece} bytes");
}
