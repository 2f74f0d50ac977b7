//! Announcing and forgetting. No lease needs either to end.

use super::{Change, Ledger, order::Order};
use crate::domain::{
    lease::{Lease, Standing},
    time::Timestamp,
};

impl Ledger {
    /// Leases that ended and were not announced yet, the oldest end first.
    pub(in super::super) fn sweep(&mut self, now: Timestamp, limit: usize) -> Vec<Lease> {
        let mut ended = Vec::new();
        while ended.len() < limit
            && let Some(lease) = self.announce_next(now)
        {
            ended.push(lease);
        }
        for _ in 0..limit {
            if !self.forget_oldest(now) {
                break;
            }
        }
        self.forget_candidates(now, limit);
        ended
    }

    fn announce_next(&mut self, now: Timestamp) -> Option<Lease> {
        let latest = self.unannounced.first().copied().filter(|(ended_at, _)| *ended_at <= now);
        let past = self.superseded.first_key_value().map(|(at, _)| *at);
        let past_is_older = match (past, latest) {
            (Some((ended_at, number, _)), Some(latest)) => (ended_at, number) <= latest,
            (past, _) => past.is_some(),
        };
        if past_is_older {
            let (at, lease) = self.superseded.pop_first()?;
            self.changes.extend([Change::Superseded(at), Change::TrimPast(at.1, now)]);
            Some(lease)
        } else {
            let (ended_at, number) = latest?;
            self.unannounced.remove(&(ended_at, number));
            let stored = self.leases.get_mut(&number)?;
            stored.is_announced = true;
            self.changes.extend([Change::Number(number), Change::TrimPast(number, now)]);
            Some(stored.lease.clone())
        }
    }

    /// Forgets who held the number that has been free the longest, if that is older than the retention: the number
    /// counts as never leased.
    fn forget_oldest(&mut self, now: Timestamp) -> bool {
        let oldest = [&self.order, &self.withdrawn].into_iter().filter_map(Order::first_leased).min();
        let Some((free_since, number)) = oldest else { return false };
        let is_announced = self.leases.get(&number).is_none_or(|stored| stored.is_announced);
        if now <= free_since + self.policy.retention || !is_announced {
            return false;
        }
        if let Some(stored) = self.leases.remove(&number) {
            self.unlink(&stored.lease.session, number);
        }
        let is_suffix = self.suffixes.as_ref().is_some_and(|range| range.contains(&number.number()));
        if is_suffix && self.kept_slot(number).is_some_and(|slot| slot.standing == Standing::Active) {
            self.drop_slot(number);
        } else {
            self.set_exclusive_until(number, Timestamp::ZERO);
        }
        self.changes.push(Change::ForgetPast(number));
        true
    }

    fn forget_candidates(&mut self, now: Timestamp, limit: usize) {
        for _ in 0..limit {
            let Some((_, session)) = self.candidate_order.first().cloned() else { break };
            match self.candidates.get(&session) {
                Some(lease) if now <= lease.held_until + self.policy.retention => break,
                _ => self.drop_candidate(&session),
            };
        }
    }
}
