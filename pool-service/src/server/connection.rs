//! One connection, from its first byte to its last.

use super::{Limits, begun, connections::Seat};
use axum::{Router, body::Body, extract::ConnectInfo};
use http_body_util::BodyExt;
use hyper::{
    Request,
    body::{Body as _, Incoming},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{convert::Infallible, future::pending, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{Instant, sleep},
};
use tower::{ServiceExt, service_fn};

/// HTTP/2 connections that are silent for this long are asked whether they are still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Requests that one HTTP/2 connection may have under way.
const MAX_STREAMS: u32 = 128;
/// Headers of one request.
const MAX_HEADERS: usize = 100;

/// Speaks HTTP/1.1 or HTTP/2, whichever the client begins, until it closes or the service drains.
pub(super) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Option<SocketAddr>,
    seat: Arc<Seat>,
    routes: Router,
    limits: &Limits,
    mut draining: watch::Receiver<bool>,
) {
    let seated = Arc::clone(&seat);
    let service = TowerToHyperService::new(service_fn(move |request: Request<Incoming>| {
        let (busy, routes) = (seated.begin(), routes.clone());
        async move {
            // The connection makes room for another: this request was never read.
            let Some(busy) = busy else { return pending().await };
            let mut request = request.map(Body::new);
            if let Some(peer) = peer {
                request.extensions_mut().insert(ConnectInfo(peer));
            }
            let response = routes.oneshot(request).await?;
            // What grows while it is sent is under way until its end; the rest is in the socket's buffer soon.
            Ok::<_, Infallible>(response.map(|body| match body.size_hint().exact() {
                Some(_) => body,
                None => Body::new(body.map_frame(move |frame| {
                    let _ = &busy;
                    frame
                })),
            }))
        }
    }));
    let mut builder = Builder::new(TokioExecutor::new());
    let http1 = &mut builder.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(limits.header_read);
    http1.max_buf_size(limits.max_head_bytes).max_headers(MAX_HEADERS);
    let http2 = &mut builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(PING_EVERY).max_concurrent_streams(MAX_STREAMS);
    http2.max_header_list_size(u32::try_from(limits.max_head_bytes).unwrap_or(u32::MAX));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // hyper's own deadline starts only once it knows the protocol: this one also ends half a preface.
    let mut first_request = pin!(sleep(limits.header_read));
    // Nor does it close an HTTP/2 connection whose client answers pings and asks nothing.
    let mut idle = pin!(sleep(limits.idle));
    let mut is_ending = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = first_request.as_mut(), if !seat.has_asked() => {
                if !seat.has_asked() {
                    return;
                }
            }
            () = idle.as_mut(), if !is_ending => {
                let left = limits.idle.saturating_sub(seat.idle_for());
                if left.is_zero() {
                    is_ending = true;
                    connection.as_mut().graceful_shutdown();
                } else {
                    idle.as_mut().reset(Instant::now() + left);
                }
            }
            () = begun(&mut draining), if !is_ending => {
                is_ending = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
