//! The open connections, so that idle ones make room for those who want something.
//!
//! A connection is idle while no request is under way on it: between requests, while half a head has arrived, during a
//! handshake. At the cap, the connections that are idle for longest are closed.

use super::PerAddress;
use ipnet::IpNet;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// So much of a full house is emptied at once: the search for who has been idle for longest is shared by as many newcomers.
const PART_EMPTIED: usize = 64;
/// The bit of a connection that is being closed; below it, how many requests are under way.
const CLOSING: u64 = 1 << 63;

/// Where connections come in.
pub(super) struct Connections {
    most: usize,
    per_address: Option<PerAddress>,
    slots: Arc<Semaphore>,
    open: Mutex<Open>,
    /// Told when a connection becomes idle.
    rest: Notify,
    began: Instant,
}

#[derive(Default)]
struct Open {
    last_id: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    by_network: HashMap<IpNet, usize>,
}

/// One connection as others see it.
struct Connection {
    network: Option<IpNet>,
    /// Requests under way, and [`CLOSING`].
    busy: AtomicU64,
    /// Since when it is idle, in milliseconds since the listener began.
    idle_since: AtomicU64,
    /// Requests that it has had.
    requests: AtomicU64,
    closed: Notify,
}

/// A connection's place; free again when dropped.
pub(super) struct Seat {
    connections: Arc<Connections>,
    connection: Arc<Connection>,
    id: u64,
    _slot: OwnedSemaphorePermit,
}

/// A request under way.
pub(super) struct Busy(Arc<Seat>);

impl Connections {
    pub(super) fn new(most: usize, per_address: Option<PerAddress>) -> Arc<Self> {
        Arc::new(Self {
            most,
            per_address,
            slots: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            rest: Notify::new(),
            began: Instant::now(),
        })
    }

    /// Waits until one more connection may be open, and makes room if others are idle. Nothing is lost when this is
    /// given up half-way.
    pub(super) async fn slot(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
                return slot;
            }
            let rested = self.rest.notified();
            self.make_room();
            tokio::select! {
                // It is never closed.
                Ok(slot) = Arc::clone(&self.slots).acquire_owned() => return slot,
                () = rested => {}
            }
        }
    }

    /// Seats a connection; `None` if its address has too many that are all busy.
    pub(super) fn seat(self: &Arc<Self>, peer: Option<IpAddr>, slot: OwnedSemaphorePermit) -> Option<Seat> {
        let network = self.per_address.as_ref().zip(peer).and_then(|(per_address, peer)| (per_address.network)(peer));
        let mut open = self.open();
        if let Some((per_address, network)) = self.per_address.as_ref().zip(network)
            && open.by_network.get(&network).is_some_and(|count| *count >= per_address.most)
        {
            let closed = open.close_idle(1 + per_address.most / PART_EMPTIED, |other| other.network == Some(network));
            if closed == 0 {
                (per_address.count)("address_connections");
                return None;
            }
            (0..closed).for_each(|_| (per_address.count)("idle_connections"));
        }
        open.last_id += 1;
        let id = open.last_id;
        let connection = Arc::new(Connection {
            network,
            busy: AtomicU64::new(0),
            idle_since: AtomicU64::new(self.now_ms()),
            requests: AtomicU64::new(0),
            closed: Notify::new(),
        });
        open.by_id.insert(id, Arc::clone(&connection));
        if let Some(network) = network {
            *open.by_network.entry(network).or_default() += 1;
        }
        drop(open);
        Some(Seat { connections: Arc::clone(self), connection, id, _slot: slot })
    }

    /// Closes idle connections, unless some are on their way out already.
    fn make_room(&self) {
        let mut open = self.open();
        if self.most - self.slots.available_permits() > open.by_id.len() {
            return;
        }
        let closed = open.close_idle(1 + self.most / PART_EMPTIED, |_| true);
        if let Some(per_address) = &self.per_address {
            (0..closed).for_each(|_| (per_address.count)("idle_connections"));
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Open {
    /// Closes at most so many of them, the ones that are idle for longest.
    fn close_idle(&mut self, most: usize, is_meant: impl Fn(&Connection) -> bool) -> usize {
        let idle = self.by_id.iter().filter(|(_, connection)| is_meant(connection) && connection.is_idle());
        let mut idle: Vec<(u64, u64)> =
            idle.map(|(id, connection)| (connection.idle_since.load(Ordering::Relaxed), *id)).collect();
        if idle.len() > most {
            idle.select_nth_unstable(most);
            idle.truncate(most);
        }
        let mut closed = 0;
        for (_, id) in idle {
            // A request may have come in between.
            let is_closed = self.by_id.get(&id).is_some_and(|connection| connection.close());
            if is_closed {
                self.forget(id);
                closed += 1;
            }
        }
        closed
    }

    fn forget(&mut self, id: u64) {
        let Some(network) = self.by_id.remove(&id).map(|connection| connection.network) else { return };
        if let Some(network) = network
            && let Some(count) = self.by_network.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&network);
            }
        }
    }
}

impl Connection {
    fn is_idle(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0
    }

    fn close(&self) -> bool {
        let is_closed = self.busy.compare_exchange(0, CLOSING, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if is_closed {
            self.closed.notify_one();
        }
        is_closed
    }
}

impl Seat {
    /// Returns once the connection has to make room for another.
    pub(super) async fn closed(&self) {
        self.connection.closed.notified().await;
    }

    /// Notes that a request begins; `None` if the connection is being closed.
    pub(super) fn begin(self: &Arc<Self>) -> Option<Busy> {
        let connection = &self.connection;
        connection.requests.fetch_add(1, Ordering::Relaxed);
        let before = connection.busy.fetch_add(1, Ordering::AcqRel);
        (before & CLOSING == 0).then(|| Busy(Arc::clone(self)))
    }

    /// Whether a request has ever begun.
    pub(super) fn has_asked(&self) -> bool {
        self.connection.requests.load(Ordering::Relaxed) > 0
    }

    /// For how long no request has been under way; nothing while one is.
    pub(super) fn idle_for(&self) -> Duration {
        let since = self.connection.idle_since.load(Ordering::Relaxed);
        let for_ms = if self.connection.is_idle() { self.connections.now_ms().saturating_sub(since) } else { 0 };
        Duration::from_millis(for_ms)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let Seat { connection, connections, .. } = self.0.as_ref();
        connection.idle_since.store(connections.now_ms(), Ordering::Relaxed);
        if connection.busy.fetch_sub(1, Ordering::AcqRel) == 1 {
            connections.rest.notify_waiters();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.open().forget(self.id);
    }
}
