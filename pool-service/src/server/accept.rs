//! The accept loops. Each ends when it is told to drain and its connections are done, or the drain's time is over.

use super::{Limits, begun, connection, tls::Certificates};
use axum::Router;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

/// Out of file handles, most likely: accepting again at once would only spin.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Serves TCP connections, with TLS if there are certificates, until `draining` becomes true.
pub async fn tcp(
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    routes: Router,
    limits: Limits,
    draining: watch::Receiver<bool>,
) {
    each(listener, limits, draining.clone(), |stream| {
        // Answers are small and wanted at once.
        let _ = stream.set_nodelay(true);
        let (routes, certificates, draining) = (routes.clone(), certificates.clone(), draining.clone());
        async move {
            match certificates {
                None => connection::serve(stream, routes, limits.header_read, draining).await,
                Some(certificates) => match timeout(limits.header_read, certificates.handshake(stream)).await {
                    Ok(Ok(stream)) => connection::serve(stream, routes, limits.header_read, draining).await,
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
    each(listener, limits, draining.clone(), |stream| {
        connection::serve(stream, routes.clone(), limits.header_read, draining.clone())
    })
    .await;
}

trait Listen {
    type Stream;
    fn next(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Listen for TcpListener {
    type Stream = TcpStream;
    async fn next(&self) -> io::Result<TcpStream> {
        Ok(self.accept().await?.0)
    }
}

impl Listen for UnixListener {
    type Stream = UnixStream;
    async fn next(&self) -> io::Result<UnixStream> {
        Ok(self.accept().await?.0)
    }
}

async fn each<L: Listen, F>(
    listener: L,
    limits: Limits,
    mut draining: watch::Receiver<bool>,
    serve: impl Fn(L::Stream) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            // The slot comes first: a connection that has to wait waits in the kernel's queue.
            let slot = Arc::clone(&slots).acquire_owned().await;
            (listener.next().await, slot)
        };
        tokio::select! {
            () = begun(&mut draining) => break,
            Some(_) = connections.join_next() => {}
            (accepted, slot) = next => match accepted {
                Ok(stream) => {
                    let served = serve(stream);
                    connections.spawn(async move {
                        served.await;
                        drop(slot);
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
