//! The accept loops. Each ends when it is told to drain and its connections are done, or the drain's time is over.

use super::{
    Limits, begun, connection,
    connections::{Connections, Seat},
    tls::Certificates,
};
use axum::Router;
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// Out of file handles, most likely: accepting again at once would only spin.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Serves TCP connections, with TLS if there are certificates, until `draining` becomes true. Routes find the address of
/// whoever opened the connection as `ConnectInfo<SocketAddr>` in the request's extensions.
pub async fn tcp(
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    routes: Router,
    limits: Limits,
    draining: watch::Receiver<bool>,
) {
    each(listener, limits.clone(), draining.clone(), |(stream, peer), seat| {
        // Answers are small and wanted at once.
        let _ = stream.set_nodelay(true);
        let (routes, certificates, draining) = (routes.clone(), certificates.clone(), draining.clone());
        let limits = limits.clone();
        async move {
            match certificates {
                None => connection::serve(stream, Some(peer), seat, routes, &limits, draining).await,
                Some(certificates) => match timeout(limits.header_read, certificates.handshake(stream)).await {
                    Ok(Ok(stream)) => connection::serve(stream, Some(peer), seat, routes, &limits, draining).await,
                    Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
                    Err(_) => tracing::debug!("TLS handshake took too long"),
                },
            }
        }
    })
    .await;
}

/// Serves connections on a Unix socket until `draining` becomes true.
pub async fn unix(listener: UnixListener, routes: Router, limits: Limits, draining: watch::Receiver<bool>) {
    each(listener, limits.clone(), draining.clone(), |stream, seat| {
        let (routes, limits, draining) = (routes.clone(), limits.clone(), draining.clone());
        async move { connection::serve(stream, None, seat, routes, &limits, draining).await }
    })
    .await;
}

trait Listen {
    type Stream;
    fn next(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
    /// Who opened the connection, where that has an address.
    fn peer(stream: &Self::Stream) -> Option<IpAddr>;
}

impl Listen for TcpListener {
    type Stream = (TcpStream, SocketAddr);
    async fn next(&self) -> io::Result<Self::Stream> {
        self.accept().await
    }
    fn peer((_, peer): &Self::Stream) -> Option<IpAddr> {
        Some(peer.ip())
    }
}

impl Listen for UnixListener {
    type Stream = UnixStream;
    async fn next(&self) -> io::Result<UnixStream> {
        Ok(self.accept().await?.0)
    }
    fn peer(_: &Self::Stream) -> Option<IpAddr> {
        None
    }
}

async fn each<L: Listen, F>(
    listener: L,
    limits: Limits,
    mut draining: watch::Receiver<bool>,
    serve: impl Fn(L::Stream, Arc<Seat>) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let open = Connections::new(limits.max_connections, limits.per_address);
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            // The slot comes first: a connection that has to wait waits in the kernel's queue.
            let slot = open.slot().await;
            (listener.next().await, slot)
        };
        tokio::select! {
            () = begun(&mut draining) => break,
            Some(_) = connections.join_next() => {}
            (accepted, slot) = next => match accepted {
                Ok(stream) => {
                    let Some(seat) = open.seat(L::peer(&stream), slot) else { continue };
                    let seat = Arc::new(seat);
                    let served = serve(stream, Arc::clone(&seat));
                    connections.spawn(async move {
                        tokio::select! {
                            () = served => {}
                            () = seat.closed() => tracing::debug!("an idle connection makes room for another"),
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    sleep(AFTER_FAILURE).await;
                }
            },
        }
    }
    // From here on the kernel refuses what nobody would answer.
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.drain, drained).await.is_err() {
        tracing::warn!("requests still under way are cut off");
    }
}
