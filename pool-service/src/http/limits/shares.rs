//! How many numbers of a pool the visitors at one address hold, so that a flood of sessions leaves numbers for others.
//!
//! Counted before the store is asked: what was promised to sessions first seen at an address, until that promise has
//! passed, and what is being asked for. A session that holds a number is never in the way of its own renewal.

use crate::{
    domain::{
        ids::{PoolId, SessionId},
        time::{Span, Timestamp},
    },
    store::{Acquired, Grant},
};
use ipnet::IpNet;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// A pool's numbers are counted again after this long.
const SIZE_AGE: Duration = Duration::from_secs(30);

/// Who holds how much.
pub(in crate::http) struct Shares {
    percent: u64,
    minimum: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The store's time when it was last heard of, and when that was.
    clock: Option<(Timestamp, Instant)>,
    pools: HashMap<PoolId, PoolShares>,
}

/// As large as the number of leases that run, and no larger.
#[derive(Default)]
struct PoolShares {
    size: Option<(u64, Instant)>,
    held: HashMap<SessionId, Held>,
    /// One for each of `held`, at its end or before: a renewal changes only `held`.
    ends: BinaryHeap<Reverse<(Timestamp, SessionId)>>,
    by_address: HashMap<IpNet, u64>,
}

struct Held {
    network: IpNet,
    until: Timestamp,
}

/// Whether a session may ask a pool's store.
pub(in crate::http) enum Room<'a> {
    /// It may; tell the place what came of it.
    Free(Place<'a>),
    /// It may not: its address holds its share.
    Full,
    /// Say first how many numbers the pool has, by [`Shares::sized`].
    Unsized,
}

/// A session's place while its request is on the way; given back when dropped.
pub(in crate::http) struct Place<'a> {
    shares: &'a Shares,
    pool: PoolId,
    session: SessionId,
    network: IpNet,
    /// A new session's number is counted before it has one.
    is_reserved: bool,
}

impl Shares {
    pub(super) fn new(percent: u64, minimum: u64) -> Self {
        Self { percent, minimum, state: Mutex::default() }
    }

    /// Whether the session holds a number of this pool, as far as this copy of the service knows.
    pub(in crate::http) fn knows(&self, pool: &PoolId, session: &SessionId, at: Instant) -> bool {
        let mut state = self.state();
        let now = state.now(at);
        state.pools.get(pool).and_then(|pool| pool.held.get(session)).is_some_and(|held| now < held.until)
    }

    /// The store's time, as far as it is known.
    pub(in crate::http) fn now(&self, at: Instant) -> Timestamp {
        self.state().now(at)
    }

    /// Looks for a place. `is_holder`: the session has proved that it holds a number.
    pub(in crate::http) fn place(
        &self,
        pool: &PoolId,
        session: &SessionId,
        network: IpNet,
        is_holder: bool,
        at: Instant,
    ) -> Room<'_> {
        let place = |is_reserved| {
            Room::Free(Place { shares: self, pool: pool.clone(), session: session.clone(), network, is_reserved })
        };
        let mut state = self.state();
        let now = state.now(at);
        let known = state.pools.entry(pool.clone()).or_default();
        known.forget_ended(now);
        if is_holder || self.percent >= 100 || known.held.contains_key(session) {
            return place(false);
        }
        let taken = known.by_address.get(&network).copied().unwrap_or_default();
        match known.size.filter(|(_, counted)| at.duration_since(*counted) < SIZE_AGE) {
            // One number is in every share.
            None if taken > 0 => return Room::Unsized,
            Some((size, _)) if taken >= self.share_of(size) => return Room::Full,
            _ => {}
        }
        *known.by_address.entry(network).or_default() += 1;
        place(true)
    }

    /// Notes how many numbers a pool has; with `None`, which says that nobody knows, every share is large enough.
    pub(in crate::http) fn sized(&self, pool: &PoolId, size: Option<u64>, at: Instant) {
        self.state().pools.entry(pool.clone()).or_default().size = Some((size.unwrap_or(u64::MAX), at));
    }

    fn share_of(&self, size: u64) -> u64 {
        let at_least = self.minimum.min(size.div_ceil(2));
        (size / 100 * self.percent + size % 100 * self.percent / 100).max(at_least).max(1)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&mut self, at: Instant) -> Timestamp {
        self.clock.map_or(Timestamp::default(), |(time, heard)| {
            let since = at.saturating_duration_since(heard).as_millis();
            time + Span::from_millis(u64::try_from(since).unwrap_or(u64::MAX))
        })
    }
}

impl PoolShares {
    fn forget_ended(&mut self, now: Timestamp) {
        while let Some(Reverse((end, _))) = self.ends.peek()
            && *end <= now
            && let Some(Reverse((_, session))) = self.ends.pop()
        {
            match self.held.get(&session) {
                Some(held) if held.until > now => self.ends.push(Reverse((held.until, session))),
                Some(held) => {
                    let network = held.network;
                    self.held.remove(&session);
                    self.give_back(network);
                }
                None => {}
            }
        }
    }

    fn give_back(&mut self, network: IpNet) {
        if let Entry::Occupied(mut taken) = self.by_address.entry(network) {
            *taken.get_mut() -= 1;
            if *taken.get() == 0 {
                taken.remove();
            }
        }
    }
}

impl Place<'_> {
    /// Notes what the store gave; `None` if it did not answer.
    pub(in crate::http) fn settle(mut self, acquired: Option<&Acquired>, at: Instant) {
        let Some(acquired) = acquired else { return };
        let mut state = self.shares.state();
        if state.clock.is_none_or(|(time, _)| time <= acquired.now) {
            state.clock = Some((acquired.now, at));
        }
        let Grant::Leased { lease, .. } = &acquired.grant else { return };
        let Some(known) = state.pools.get_mut(&self.pool) else { return };
        match known.held.entry(self.session.clone()) {
            // A second page of the same session was faster, or it is a renewal.
            Entry::Occupied(mut held) => held.get_mut().until = held.get().until.max(lease.held_until),
            Entry::Vacant(place) => {
                place.insert(Held { network: self.network, until: lease.held_until });
                known.ends.push(Reverse((lease.held_until, self.session.clone())));
                if !self.is_reserved {
                    *known.by_address.entry(self.network).or_default() += 1;
                }
                self.is_reserved = false;
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.is_reserved
            && let Some(known) = self.shares.state().pools.get_mut(&self.pool)
        {
            known.give_back(self.network);
        }
    }
}
