//! One connection, from its first byte to its last.

use super::begun;
use axum::{Router, body::Body};
use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::sleep,
};
use tower::ServiceExt;

/// HTTP/2 connections that are silent for this long are asked whether they are still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Requests that one HTTP/2 connection may have under way.
const MAX_STREAMS: u32 = 128;

/// Speaks HTTP/1.1 or HTTP/2, whichever the client begins, until it closes or the service drains.
pub(super) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Router,
    header_read: Duration,
    mut draining: watch::Receiver<bool>,
) {
    let has_asked = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&has_asked);
    let service = TowerToHyperService::new(routes.map_request(move |request: Request<Incoming>| {
        asked.store(true, Ordering::Relaxed);
        request.map(Body::new)
    }));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_read);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING_EVERY).max_concurrent_streams(MAX_STREAMS);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // hyper's own deadline starts only once it knows the protocol: this one also ends half a preface.
    let mut first_request = pin!(sleep(header_read));
    let mut is_draining = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = first_request.as_mut(), if !has_asked.load(Ordering::Relaxed) => {
                if !has_asked.load(Ordering::Relaxed) {
                    return;
                }
            }
            () = begun(&mut draining), if !is_draining => {
                is_draining = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
