//! The rules once more, as naively as possible: lists that are searched from end to end, and the end of a number's
//! exclusivity computed from the facts each time.

use crate::records::Call;
use pool_service::{
    domain::{
        attribution::Holders,
        call::{CallKey, CallSpan},
        ids::SessionId,
        lease::{Lease, Standing, promised_until},
        number::TrackingNumber,
        policy::LeasePolicy,
        time::{Span, Timestamp},
    },
    store::{Acquire, Grant, How, Occupancy},
};
use std::collections::BTreeMap;

struct Granted {
    lease: Lease,
    is_announced: bool,
    /// When the number's exclusivity ended, for a lease that was followed by another.
    followed: Option<Timestamp>,
}

/// What a call pins, or pinned.
struct Pin {
    call: CallKey,
    number: TrackingNumber,
    until: Timestamp,
    /// A pin of the past that no longer tells when its number became free.
    is_forgotten: bool,
}

pub(crate) struct Model {
    high_water: Timestamp,
    policy: LeasePolicy,
    overflow: Option<TrackingNumber>,
    generation: u64,
    numbers: BTreeMap<TrackingNumber, Standing>,
    granted: Vec<Granted>,
    sessions: BTreeMap<SessionId, TrackingNumber>,
    pins: Vec<Pin>,
    pub(crate) calls: BTreeMap<CallKey, Call>,
    shown: Vec<Lease>,
}

impl Model {
    pub(crate) fn new(start: Timestamp) -> Self {
        Self {
            high_water: start,
            policy: LeasePolicy::default(),
            overflow: None,
            generation: 0,
            numbers: BTreeMap::new(),
            granted: vec![],
            sessions: BTreeMap::new(),
            pins: vec![],
            calls: BTreeMap::new(),
            shown: vec![],
        }
    }

    pub(crate) fn read(&self, clock: Timestamp) -> Timestamp {
        clock.max(self.high_water)
    }

    pub(crate) fn advance(&mut self, clock: Timestamp) -> Timestamp {
        self.high_water = self.read(clock);
        self.high_water
    }

    pub(crate) fn configure(&mut self, policy: LeasePolicy, overflow: Option<TrackingNumber>) {
        if overflow != self.overflow {
            self.shown.clear();
        }
        (self.policy, self.overflow) = (policy, overflow);
    }

    pub(crate) fn put_number(&mut self, now: Timestamp, number: TrackingNumber, standing: Standing) {
        if !self.numbers.contains_key(&number) {
            self.forget_pins(now, &number);
        }
        self.numbers.insert(number, standing);
    }

    fn forget_pins(&mut self, now: Timestamp, number: &TrackingNumber) {
        for pin in &mut self.pins {
            pin.is_forgotten |= pin.number == *number && pin.until <= now;
        }
    }

    fn latest(&mut self, number: &TrackingNumber) -> Option<&mut Granted> {
        self.granted.iter_mut().find(|granted| granted.lease.number == *number && granted.followed.is_none())
    }

    fn exclusive_until(&self, number: &TrackingNumber) -> Timestamp {
        let latest = |granted: &&Granted| granted.lease.number == *number && granted.followed.is_none();
        let held = self.granted.iter().filter(latest).map(|granted| granted.lease.held_until);
        let pins = |pin: &&Pin| pin.number == *number && !pin.is_forgotten;
        held.chain(self.pins.iter().filter(pins).map(|pin| pin.until)).max().unwrap_or(Timestamp::ZERO)
    }

    pub(crate) fn acquire(&mut self, now: Timestamp, row: &Acquire) -> Grant {
        if let Some(claim) = &row.claim {
            self.generation = self.generation.max(claim.generation);
        }
        if let Some(number) = self.sessions.get(&row.session).cloned() {
            let (standing, until) = (self.numbers[&number], self.exclusive_until(&number));
            if standing == Standing::Disabled {
                self.sessions.remove(&row.session);
            } else if now < until {
                let policy = self.policy;
                let lease = &mut self.latest(&number).expect("a session's number has a lease").lease;
                lease.visitor = lease.visitor.updated_by(&row.visitor);
                lease.held_until = lease.held_until.max(promised_until(&policy, lease.granted_at, now));
                (lease.last_heartbeat_at, lease.left_at) = (now, None);
                return Grant::Leased { lease: lease.clone(), how: How::Renewed, short_cooldown: false };
            } else if standing == Standing::Active && now.since(until) <= self.policy.affinity {
                return self.grant(now, &number, row, How::Regranted);
            }
        }
        let active = self.numbers.iter().filter(|(_, standing)| **standing == Standing::Active);
        let free = active.map(|(number, _)| (self.exclusive_until(number), number.clone()));
        let free: Vec<_> = free.filter(|(until, _)| *until <= now).collect();
        if let Some(claim) = &row.claim
            && claim.held_until + self.policy.affinity > now
            && free.iter().any(|(_, number)| *number == claim.number)
            && self.latest(&claim.number).is_none_or(|latest| latest.lease.generation <= claim.generation)
        {
            return self.grant(now, &claim.number, row, How::Restored);
        }
        if let Some((_, number)) = free.iter().min() {
            return self.grant(now, number, row, How::Granted);
        }
        let Some(number) = self.overflow.clone() else { return Grant::Exhausted };
        let until = now + self.policy.lease_life;
        self.show(now, until, &number, row);
        Grant::Overflow { number, until }
    }

    fn grant(&mut self, now: Timestamp, number: &TrackingNumber, row: &Acquire, how: How) -> Grant {
        let free_since = self.exclusive_until(number);
        let mut visitor = row.visitor.clone();
        if let Some(former) = self.latest(number) {
            former.followed = Some(free_since);
            let former = former.lease.clone();
            if how == How::Regranted {
                visitor = former.visitor.updated_by(&visitor);
            }
            if self.sessions.get(&former.session) == Some(number) {
                self.sessions.remove(&former.session);
            }
        }
        self.generation += 1;
        let lease = Lease {
            number: number.clone(),
            session: row.session.clone(),
            generation: self.generation,
            granted_at: now,
            last_heartbeat_at: now,
            left_at: None,
            held_until: promised_until(&self.policy, now, now),
            visitor,
        };
        self.sessions.insert(row.session.clone(), number.clone());
        self.granted.push(Granted { lease: lease.clone(), is_announced: false, followed: None });
        let rested = free_since == Timestamp::ZERO || now.since(free_since) >= self.policy.cooldown;
        Grant::Leased { lease, how, short_cooldown: !rested && how != How::Regranted }
    }

    fn show(&mut self, now: Timestamp, until: Timestamp, number: &TrackingNumber, row: &Acquire) {
        let running = self.shown.iter_mut().find(|lease| lease.session == row.session && now < lease.held_until);
        if let Some(lease) = running {
            lease.visitor = lease.visitor.updated_by(&row.visitor);
            (lease.last_heartbeat_at, lease.held_until) = (now, lease.held_until.max(until));
            return;
        }
        self.shown.retain(|lease| lease.session != row.session);
        self.shown.push(Lease {
            number: number.clone(),
            session: row.session.clone(),
            generation: 0,
            granted_at: now,
            last_heartbeat_at: now,
            left_at: None,
            held_until: until,
            visitor: row.visitor.clone(),
        });
    }

    pub(crate) fn leave(&mut self, now: Timestamp, session: &SessionId) {
        let Some(number) = self.sessions.get(session).cloned() else { return };
        if now < self.exclusive_until(&number)
            && let Some(granted) = self.latest(&number)
        {
            granted.lease.left_at = Some(now);
        }
    }

    pub(crate) fn release(&mut self, now: Timestamp, session: &SessionId) -> Option<Lease> {
        let number = self.sessions.remove(session)?;
        if self.exclusive_until(&number) <= now {
            return None;
        }
        let granted = self.latest(&number)?;
        granted.lease.left_at = Some(now);
        granted.is_announced = true;
        Some(granted.lease.clone())
    }

    /// From now on, the number of the call is pinned until then, and no number of it that was before.
    pub(crate) fn pin(&mut self, now: Timestamp, call: &CallKey, pin: Option<(TrackingNumber, Timestamp)>) {
        for pin in self.pins.iter_mut().filter(|pin| pin.call == *call && now < pin.until) {
            pin.until = now;
        }
        if let Some((number, until)) = pin.filter(|(_, until)| now < *until) {
            self.pins.push(Pin { call: call.clone(), number, until, is_forgotten: false });
        }
    }

    pub(crate) fn policy(&self) -> &LeasePolicy {
        &self.policy
    }

    pub(crate) fn sweep(&mut self, now: Timestamp, limit: usize) -> Vec<Lease> {
        let mut ended = vec![];
        for (at, granted) in self.granted.iter().enumerate() {
            let ended_at = granted.followed.unwrap_or_else(|| self.exclusive_until(&granted.lease.number));
            if !granted.is_announced && ended_at <= now {
                ended.push((ended_at, granted.lease.number.clone(), at));
            }
        }
        ended.sort();
        let mut announced = vec![];
        for (_, _, at) in ended.into_iter().take(limit) {
            self.granted[at].is_announced = true;
            announced.push(self.granted[at].lease.clone());
        }
        for _ in 0..limit {
            let leased = self.numbers.keys().map(|number| (self.exclusive_until(number), number.clone()));
            let Some((until, number)) = leased.filter(|(until, _)| *until > Timestamp::ZERO).min() else { break };
            if until + self.policy.retention >= now || self.latest(&number).is_some_and(|latest| !latest.is_announced) {
                break;
            }
            self.forget_pins(now, &number);
            self.granted.retain(|granted| granted.lease.number != number || !granted.is_announced);
            self.sessions.retain(|_, own| *own != number);
        }
        announced
    }

    pub(crate) fn holders(&self, now: Timestamp, number: &TrackingNumber, at: Option<Timestamp>) -> Option<Holders> {
        let at = at.unwrap_or(now);
        let is_overflow = self.overflow.as_ref() == Some(number);
        let standing = self.numbers.get(number).copied();
        if standing.is_none() && !is_overflow {
            return None;
        }
        let remembered = |until: Timestamp| until + self.policy.retention >= now;
        let of_number = self.granted.iter().map(|granted| &granted.lease).filter(|lease| lease.number == *number);
        let all: Vec<&Lease> = if is_overflow { self.shown.iter().collect() } else { of_number.collect() };
        let told = all.into_iter().filter(|lease| lease.granted_at <= at && remembered(lease.held_until));
        let mut leases: Vec<Lease> = told.cloned().collect();
        leases.sort_by_key(|lease| lease.session.clone());
        leases.sort_by_key(|lease| std::cmp::Reverse((lease.granted_at, lease.generation)));
        leases.truncate(16);
        let pins = |call: &&Call| {
            let within = call.row.span.began_at <= at && at < call.pinned_until;
            call.row.span.number == *number && within && remembered(call.pinned_until)
        };
        let mut calls: Vec<CallSpan> = self.calls.values().filter(pins).map(|call| call.row.span.clone()).collect();
        calls.sort_by_key(|call| (call.began_at, call.key.clone()));
        let standing = if is_overflow { Standing::Active } else { standing? };
        Some(Holders { number: number.clone(), now, standing, is_overflow, is_doubtful: false, leases, calls })
    }

    pub(crate) fn occupancy(&self, now: Timestamp) -> Occupancy {
        let mut occupancy = Occupancy::default();
        for (number, standing) in &self.numbers {
            let until = self.exclusive_until(number);
            let resting: Span = now.since(until);
            match () {
                () if *standing != Standing::Active => occupancy.withdrawn += 1,
                () if now < until => occupancy.exclusive += 1,
                () if until > Timestamp::ZERO && resting < self.policy.cooldown => occupancy.cooling += 1,
                () => occupancy.rested += 1,
            }
        }
        occupancy
    }

    pub(crate) fn numbers(&self) -> Vec<(TrackingNumber, Standing)> {
        self.numbers.iter().map(|(number, standing)| (number.clone(), *standing)).collect()
    }
}
