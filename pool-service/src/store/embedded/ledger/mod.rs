//! One pool in memory: who holds which number and until when. Pure: no I/O, no clock; the time is an argument.
//!
//! Every number stands in one of two orders by the end of its exclusivity: `order` if it may be granted, `withdrawn`
//! if it is draining or disabled. Each operation notes what it changed, for [`super::disk`] to write in the same
//! commit. Past leases are not kept here; they are on disk only.
//!
//! For the writer thread only.

mod acquire;
mod calls;
mod order;
mod suffixes;
mod sweep;
mod transfer;
mod views;

use super::{changes::Settings, number_key::NumberKey};
use crate::{
    domain::{
        call::CallKey,
        ids::SessionId,
        lease::{Lease, ROOM_FOR_LOST_GRANTS, Standing},
        number::TrackingNumber,
        policy::LeasePolicy,
        suffix::SuffixRange,
        time::Timestamp,
    },
    store::{packed::StoredLease, packed_call::StoredCall},
};
use order::Order;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
};

/// How a number stands in its pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) standing: Standing,
    /// Nobody else gets the number before this moment; zero if it was never leased.
    pub(super) exclusive_until: Timestamp,
}

/// The end of a lease that was followed by another before a sweep saw it: when, on which number, which grant.
pub(super) type Superseded = (Timestamp, NumberKey, u64);

/// Something that must reach the disk with the operation that noted it.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Policy or overflow number.
    Settings,
    /// The counter of grants.
    Generation,
    /// A number's slot or its lease.
    Number(NumberKey),
    /// Which number a session has.
    Session(SessionId),
    /// A session that was shown the overflow number.
    Candidate(SessionId),
    /// A lease that was followed by another.
    Past(Lease),
    /// The past leases of a number that may be older than the retention.
    TrimPast(NumberKey, Timestamp),
    /// All past leases of a number.
    ForgetPast(NumberKey),
    /// A lease to announce, or no longer to announce.
    Superseded(Superseded),
    /// A call that pins its number, or does no more.
    Pin(CallKey),
}

/// One pool.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    policy: LeasePolicy,
    overflow: Option<TrackingNumber>,
    suffixes: Option<SuffixRange>,
    /// The suffix to grant next.
    cursor: u64,
    /// Until then grants may be running that this store knows nothing of.
    safe_until: Timestamp,
    generation: u64,
    slots: HashMap<NumberKey, Slot>,
    order: Order,
    withdrawn: Order,
    leases: HashMap<NumberKey, StoredLease>,
    sessions: HashMap<SessionId, NumberKey>,
    unannounced: BTreeSet<(Timestamp, NumberKey)>,
    superseded: BTreeMap<Superseded, Lease>,
    candidates: HashMap<SessionId, Lease>,
    candidate_order: BTreeSet<(Timestamp, SessionId)>,
    calls: HashMap<CallKey, StoredCall>,
    call_order: BTreeSet<(Timestamp, CallKey)>,
    pins: HashMap<NumberKey, BTreeSet<(Timestamp, CallKey)>>,
    changes: Vec<Change>,
}

impl Ledger {
    /// What changed since this was last asked.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        mem::take(&mut self.changes)
    }

    /// The times of this pool's leases.
    pub(super) fn policy(&self) -> &LeasePolicy {
        &self.policy
    }

    /// The number that is shown when no other is free.
    pub(super) fn overflow(&self) -> Option<&TrackingNumber> {
        self.overflow.as_ref()
    }

    /// Until when nothing new is granted.
    pub(super) fn safe_until(&self) -> Timestamp {
        self.safe_until
    }

    /// Whether anybody holds a number at a moment.
    pub(super) fn is_held(&self, now: Timestamp) -> bool {
        [&self.order, &self.withdrawn].into_iter().filter_map(Order::last_end).any(|end| end > now)
    }

    /// Grants up to now may have been lost: nothing new is granted until the longest of them has run out. The
    /// counter of grants leaves room for them.
    pub(super) fn doubt(&mut self, now: Timestamp) {
        self.safe_until = self.policy.unknown_grants_end(now);
        self.generation += ROOM_FOR_LOST_GRANTS;
        self.changes.extend([Change::Settings, Change::Generation]);
    }

    /// The counter of grants.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The range of suffix numbers.
    pub(super) fn suffixes(&self) -> Option<&SuffixRange> {
        self.suffixes.as_ref()
    }

    /// The suffix to grant next.
    pub(super) fn cursor(&self) -> u64 {
        self.cursor
    }

    /// How a number stands. A suffix number of which nothing is known was never leased.
    pub(super) fn slot(&self, number: NumberKey) -> Option<Slot> {
        let never_leased = Slot { standing: Standing::Active, exclusive_until: Timestamp::ZERO };
        let is_suffix = || self.suffixes.as_ref().is_some_and(|range| range.contains(&number.number()));
        self.kept_slot(number).or_else(|| is_suffix().then_some(never_leased))
    }

    /// The same for numbers that are kept one by one.
    pub(super) fn kept_slot(&self, number: NumberKey) -> Option<Slot> {
        self.slots.get(&number).copied()
    }

    /// The latest lease of a number, over or not.
    pub(super) fn lease(&self, number: NumberKey) -> Option<&StoredLease> {
        self.leases.get(&number)
    }

    /// The number a session has.
    pub(super) fn number_of(&self, session: &SessionId) -> Option<NumberKey> {
        self.sessions.get(session).copied()
    }

    /// A session that was shown the overflow number, as a lease of it.
    pub(super) fn candidate(&self, session: &SessionId) -> Option<&Lease> {
        self.candidates.get(session)
    }

    /// A lease that waits to be announced.
    pub(super) fn superseded(&self, at: &Superseded) -> Option<&Lease> {
        self.superseded.get(at)
    }

    /// Sets policy and overflow number. Who was shown another overflow number is forgotten.
    pub(super) fn configure(
        &mut self,
        policy: LeasePolicy,
        overflow: Option<TrackingNumber>,
        suffixes: Option<SuffixRange>,
    ) {
        if overflow != self.overflow {
            for session in self.candidates.keys().cloned().collect::<Vec<_>>() {
                self.drop_candidate(&session);
            }
        }
        (self.policy, self.overflow, self.suffixes) = (policy, overflow, suffixes);
        self.changes.push(Change::Settings);
    }

    /// Adds numbers, or changes how known ones stand. A new number that a call pins already is exclusive at once.
    pub(super) fn put_numbers(&mut self, now: Timestamp, numbers: &[TrackingNumber], standing: Standing) {
        for number in numbers {
            let number = NumberKey::of(number);
            let slot = match self.slot(number) {
                Some(slot) if slot.standing == standing => continue,
                Some(slot) => Slot { standing, ..slot },
                None => Slot { standing, exclusive_until: self.pinned_until(number, now) },
            };
            self.set_slot(number, slot);
        }
    }

    /// Moves a number within the orders.
    fn set_slot(&mut self, number: NumberKey, slot: Slot) {
        if let Some(old) = self.slots.insert(number, slot) {
            self.order_of(old.standing).remove(&(old.exclusive_until, number));
            self.unannounced.remove(&(old.exclusive_until, number));
        }
        self.order_of(slot.standing).insert((slot.exclusive_until, number));
        if self.leases.get(&number).is_some_and(|stored| !stored.is_announced) {
            self.unannounced.insert((slot.exclusive_until, number));
        }
        self.changes.push(Change::Number(number));
    }

    /// Nothing is known any more of a suffix number.
    fn drop_slot(&mut self, number: NumberKey) {
        if let Some(old) = self.slots.remove(&number) {
            self.order_of(old.standing).remove(&(old.exclusive_until, number));
            self.unannounced.remove(&(old.exclusive_until, number));
            self.changes.push(Change::Number(number));
        }
    }

    fn set_exclusive_until(&mut self, number: NumberKey, exclusive_until: Timestamp) {
        if let Some(slot) = self.slot(number) {
            self.set_slot(number, Slot { exclusive_until, ..slot });
        }
    }

    fn order_of(&mut self, standing: Standing) -> &mut Order {
        if standing == Standing::Active { &mut self.order } else { &mut self.withdrawn }
    }

    fn link(&mut self, session: SessionId, number: NumberKey) {
        self.changes.push(Change::Session(session.clone()));
        self.sessions.insert(session, number);
    }

    /// Forgets that the session has this number; another number it may have stays.
    fn unlink(&mut self, session: &SessionId, number: NumberKey) {
        if self.number_of(session) == Some(number) {
            self.sessions.remove(session);
            self.changes.push(Change::Session(session.clone()));
        }
    }
}

/// Taking over what the disk held; settings first, the rest in any order.
impl Ledger {
    pub(super) fn restored(settings: Settings) -> Self {
        let Settings { policy, overflow, safe_until, suffixes } = settings;
        Self { policy, overflow, safe_until, suffixes, ..Self::default() }
    }

    pub(super) fn restore_counters(&mut self, generation: u64, cursor: u64) {
        (self.generation, self.cursor) = (generation, cursor);
    }

    pub(super) fn restore_number(&mut self, number: NumberKey, slot: Slot, lease: Option<StoredLease>) {
        if let Some(lease) = lease {
            self.leases.insert(number, lease);
        }
        self.set_slot(number, slot);
        self.changes.clear();
    }

    pub(super) fn restore_session(&mut self, session: SessionId, number: NumberKey) {
        self.sessions.insert(session, number);
    }

    pub(super) fn restore_candidate(&mut self, lease: Lease) {
        self.candidate_order.insert((lease.last_heartbeat_at, lease.session.clone()));
        self.candidates.insert(lease.session.clone(), lease);
    }

    pub(super) fn restore_superseded(&mut self, at: Superseded, lease: Lease) {
        self.superseded.insert(at, lease);
    }

    pub(super) fn restore_call(&mut self, call: StoredCall) {
        self.keep_call(call);
    }
}
