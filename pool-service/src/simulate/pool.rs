//! The numbers of one pool under one policy: who was given which, and until when nobody else is.

use super::{
    policy::{Order, Policy},
    traffic::Visit,
};
use crate::domain::{
    attribution::TOLD_LEASES,
    lease::promised_until,
    policy::LeasePolicy,
    time::{Span, Timestamp},
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use std::collections::HashMap;

/// A number given to a session, and the session's pages since.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) session: usize,
    pub(super) granted_at: Timestamp,
    pages: Vec<Visit>,
}

impl Grant {
    /// When its pages were last heard of before a moment: they beat evenly from their beginning to their end.
    pub(super) fn heard_of(&self, policy: &LeasePolicy, at: Timestamp) -> Timestamp {
        let of_page = |page: &Visit| {
            let open = page.ends.min(at).since(page.begins);
            let beats = open.as_millis() / policy.heartbeat.as_millis().max(1);
            page.begins + Span::from_millis(beats * policy.heartbeat.as_millis())
        };
        self.pages.iter().filter(|page| page.begins <= at).map(of_page).max().unwrap_or(self.granted_at)
    }

    /// When its last page told that it was left, if it did before a moment.
    pub(super) fn left_at(&self, at: Timestamp) -> Option<Timestamp> {
        let last = self.pages.iter().rfind(|page| page.begins <= at)?;
        Some(last.ends).filter(|ends| last.tells_leaving && *ends <= at)
    }

    /// Until when it is promised, as far as is known at a moment.
    pub(super) fn held_until(&self, policy: &LeasePolicy, at: Timestamp) -> Timestamp {
        promised_until(policy, self.granted_at, self.heard_of(policy, at))
    }
}

#[derive(Clone, Debug, Default)]
struct Number {
    /// Nobody else is given it before; pages tell their end beforehand here, so that nothing is to be moved later.
    exclusive_until: Timestamp,
    /// Newest last.
    grants: Vec<Grant>,
}

/// A pool.
pub(super) struct Pool {
    policy: Policy,
    leases: LeasePolicy,
    numbers: Vec<Number>,
    number_of: HashMap<usize, usize>,
    chance: ChaCha8Rng,
}

impl Pool {
    pub(super) fn new(policy: Policy, leases: LeasePolicy, size: usize, seed: u64) -> Self {
        let chance = ChaCha8Rng::seed_from_u64(seed);
        Self { policy, leases, numbers: vec![Number::default(); size], number_of: HashMap::new(), chance }
    }

    /// Gives a visit its number; `None` if there is none.
    pub(super) fn give(&mut self, visit: &Visit) -> Option<usize> {
        let now = visit.begins;
        if let Some(index) = self.own_number(visit.session) {
            let number = self.numbers.get_mut(index)?;
            if now < number.exclusive_until {
                number.grants.last_mut()?.pages.push(visit.clone());
                self.keep(index);
                return Some(index);
            }
            if self.policy.has_affinity {
                return Some(self.grant(index, visit));
            }
        }
        let index = self.free(now).or_else(|| self.policy.steals.then(|| self.longest_silent(now)).flatten())?;
        Some(self.grant(index, visit))
    }

    /// A call keeps its number from being given to others.
    pub(super) fn pin(&mut self, index: usize, until: Timestamp) {
        if let Some(number) = self.numbers.get_mut(index) {
            number.exclusive_until = number.exclusive_until.max(until + self.leases.after_call);
        }
    }

    /// To whom a number was given, newest first.
    pub(super) fn grants(&self, index: usize) -> impl Iterator<Item = &Grant> {
        self.numbers.get(index).into_iter().flat_map(|number| number.grants.iter().rev())
    }

    /// The number that a session was given last, if nobody else was given it since.
    fn own_number(&self, session: usize) -> Option<usize> {
        let index = *self.number_of.get(&session)?;
        let last = self.numbers.get(index)?.grants.last()?;
        (last.session == session).then_some(index)
    }

    fn free(&mut self, now: Timestamp) -> Option<usize> {
        let free = || self.numbers.iter().enumerate().filter(|(_, number)| number.exclusive_until <= now);
        let by_age = |(_, number): &(usize, &Number)| number.exclusive_until;
        match self.policy.order {
            Order::Oldest => free().min_by_key(by_age).map(|(index, _)| index),
            Order::Newest => free().max_by_key(by_age).map(|(index, _)| index),
            Order::Random => {
                let free: Vec<usize> = free().map(|(index, _)| index).collect();
                let at = (self.chance.random::<f64>() * free.len() as f64) as usize;
                free.get(at).copied()
            }
        }
    }

    fn longest_silent(&self, now: Timestamp) -> Option<usize> {
        let silent_since = |number: &Number| number.grants.last().map(|grant| grant.heard_of(&self.leases, now));
        self.numbers.iter().enumerate().min_by_key(|(_, number)| silent_since(number)).map(|(index, _)| index)
    }

    fn grant(&mut self, index: usize, visit: &Visit) -> usize {
        if let Some(number) = self.numbers.get_mut(index) {
            if number.grants.len() >= TOLD_LEASES {
                number.grants.remove(0);
            }
            let (session, granted_at) = (visit.session, visit.begins);
            number.grants.push(Grant { session, granted_at, pages: vec![visit.clone()] });
            number.exclusive_until = granted_at;
        }
        self.number_of.insert(visit.session, index);
        self.keep(index);
        index
    }

    /// Keeps a number for its last holder, to the end of what its pages will be promised.
    fn keep(&mut self, index: usize) {
        let (leases, hard_hold) = (self.leases, self.policy.hard_hold);
        let Some(number) = self.numbers.get_mut(index) else { return };
        let Some(grant) = number.grants.last() else { return };
        let end = grant.pages.iter().map(|page| page.ends).max().unwrap_or_default();
        let until = match hard_hold {
            None => grant.held_until(&leases, end),
            Some(hold) => grant.heard_of(&leases, end) + hold,
        };
        number.exclusive_until = number.exclusive_until.max(until);
    }
}
