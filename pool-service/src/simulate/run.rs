//! One pool under one policy for some days: who was credited with the calls, and who made them.

use super::{
    policy::{Credit, Policy},
    pool::{Grant, Pool},
    statistics::Stated,
    traffic::{Call, Caller, Traffic},
};
use crate::domain::{
    attribution::{CallModel, Class, Holders, judge},
    lease::{Lease, Standing},
    number::TrackingNumber,
    policy::LeasePolicy,
    time::Timestamp,
    visitor::Visitor,
};

/// What became of the visitors' calls, in percent of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shares {
    /// Credited to the visitor who called.
    pub(super) right: f64,
    /// Credited to another; also calls of strays that were credited to anybody.
    pub(super) wrong: f64,
    /// Credited to nobody.
    pub(super) untracked: f64,
}

impl Shares {
    /// What a report is worth: one wrong call spoils one right one.
    pub(super) fn score(&self) -> f64 {
        self.right - self.wrong
    }
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// What became of the calls.
    pub(super) shares: Shares,
    /// What was stated of calls, and whether it was so; only of a policy that states something.
    pub(super) stated: Vec<Stated>,
}

#[derive(Default)]
struct Tally {
    calls: u32,
    right: u32,
    wrong: u32,
    untracked: u32,
}

/// Runs the days of a traffic.
pub(super) fn run(traffic: &Traffic, policy: &Policy, size: usize) -> Outcome {
    let leases = LeasePolicy::default();
    let mut pool = Pool::new(*policy, leases, size, traffic.seed);
    let mut shown: Vec<Option<usize>> = Vec::with_capacity(traffic.visits.len());
    let (mut tally, mut stated) = (Tally::default(), Vec::new());
    for call in &traffic.calls {
        while let Some(visit) = traffic.visits.get(shown.len()).filter(|visit| visit.begins <= call.at) {
            shown.push(pool.give(visit));
        }
        let (number, caller) = match call.caller {
            Caller::Visitor(visit) => {
                (shown.get(visit).copied().flatten(), traffic.visits.get(visit).map(|visit| visit.session))
            }
            // A smaller pool attracts fewer of them.
            Caller::Stray(at) => {
                let number = (at * traffic.largest_pool as f64) as usize;
                if number >= size {
                    continue;
                }
                (Some(number), None)
            }
        };
        let credited = number.and_then(|number| match policy.credit {
            Credit::LastHolder => pool.grants(number).next().map(|grant| grant.session),
            Credit::Judged => {
                let (credited, said) = judged(traffic, &pool, leases, number, call, caller);
                stated.extend(said.filter(|_| call.at >= traffic.counts_from));
                credited
            }
        });
        if let Some(number) = number {
            pool.pin(number, call.ends);
        }
        if call.at >= traffic.counts_from {
            tally.count(credited, caller);
        }
    }
    Outcome { shares: tally.shares(), stated }
}

impl Tally {
    fn count(&mut self, credited: Option<usize>, caller: Option<usize>) {
        self.calls += u32::from(caller.is_some());
        match (credited, caller) {
            (Some(credited), Some(caller)) if credited == caller => self.right += 1,
            (Some(_), _) => self.wrong += 1,
            (None, Some(_)) => self.untracked += 1,
            (None, None) => {}
        }
    }

    fn shares(&self) -> Shares {
        let percent = |count: u32| 100.0 * f64::from(count) / f64::from(self.calls.max(1));
        Shares { right: percent(self.right), wrong: percent(self.wrong), untracked: percent(self.untracked) }
    }
}

/// Whom the attribution credits, and what it states of the likeliest.
fn judged(
    traffic: &Traffic,
    pool: &Pool,
    policy: LeasePolicy,
    number: usize,
    call: &Call,
    caller: Option<usize>,
) -> (Option<usize>, Option<Stated>) {
    let Ok(name) = TrackingNumber::parse("05000000000") else { return (None, None) };
    let grants: Vec<&Grant> = pool.grants(number).collect();
    // The place of a grant in the list stands for its generation, to find its session again.
    let lease = |(place, grant): (usize, &&Grant)| lease(traffic, &policy, &name, place, grant, call.at);
    let leases: Vec<Lease> = grants.iter().enumerate().filter_map(lease).collect();
    let (standing, calls) = (Standing::Active, Vec::new());
    let holders =
        Holders { number: name.clone(), now: call.at, standing, is_overflow: false, is_doubtful: false, leases, calls };
    let judged = judge(&policy, &CallModel::default(), &holders, call.at);
    let session = |lease: &Lease| {
        let place = usize::try_from(lease.generation).ok()?;
        grants.get(place).map(|grant| grant.session)
    };
    let stated = judged.candidates.first().map(|first| Stated {
        probability: judged.probability,
        is_so: caller.is_some() && session(&first.lease) == caller,
        is_certain: judged.class == Class::Certain,
        is_credited: judged.credited().is_some(),
    });
    (judged.credited().and_then(|credited| session(&credited.lease)), stated)
}

/// A grant as a store would tell it at a moment.
fn lease(
    traffic: &Traffic,
    policy: &LeasePolicy,
    number: &TrackingNumber,
    place: usize,
    grant: &Grant,
    at: Timestamp,
) -> Option<Lease> {
    Some(Lease {
        number: number.clone(),
        session: traffic.sessions.get(grant.session)?.clone(),
        generation: place as u64,
        granted_at: grant.granted_at,
        last_heartbeat_at: grant.heard_of(policy, at),
        left_at: grant.left_at(at),
        held_until: grant.held_until(policy, at),
        visitor: Visitor::default(),
    })
}
