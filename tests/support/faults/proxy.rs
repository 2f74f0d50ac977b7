//! The network between the service and Redis: a TCP proxy that can be cut, and can lose answers.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

pub(super) struct Proxy {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    /// Answers that are still to be lost.
    to_lose: Arc<AtomicU64>,
    /// Every change breaks all connections.
    breaks: watch::Sender<()>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (is_cut, to_lose) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (breaks, broken) = watch::channel(());
        let (cut, lose) = (Arc::clone(&is_cut), Arc::clone(&to_lose));
        let accepting = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let (lose, mut broken) = (Arc::clone(&lose), broken.clone());
                broken.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = carry(client, port, &lose) => {}
                        _ = broken.changed() => {}
                    }
                });
            }
        });
        Self { address, is_cut, to_lose, breaks, accepting }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::SeqCst);
        self.breaks.send_replace(());
    }

    pub(super) fn lose_answers(&self, count: u64) {
        self.to_lose.store(count, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.breaks.send_replace(());
    }
}

/// Carries bytes until one side closes, or an answer is to be lost: then both are closed.
async fn carry(client: TcpStream, port: u16, to_lose: &AtomicU64) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = async { tokio::io::copy(&mut from_client, &mut to_server).await.map(|_| ()) };
    let answering = async {
        let mut bytes = vec![0; 65_536];
        loop {
            let length = from_server.read(&mut bytes).await?;
            let is_lost = to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            if length == 0 || is_lost {
                return Ok(());
            }
            to_client.write_all(&bytes[..length]).await?;
        }
    };
    tokio::select! {
        ended = asking => ended,
        ended = answering => ended,
    }
}
