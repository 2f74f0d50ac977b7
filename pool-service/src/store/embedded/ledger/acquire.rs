//! Getting, keeping and giving back a number.

use super::{Change, Ledger, NumberKey, StoredLease};
use crate::{
    domain::{
        ids::SessionId,
        lease::{Lease, Standing},
        number::TrackingNumber,
        policy::LeasePolicy,
        time::{Span, Timestamp},
        token::LeaseClaim,
    },
    store::{Acquire, Grant, How},
};

/// How many sessions that were shown the overflow number are remembered.
const MAX_CANDIDATES: usize = 200;

impl Ledger {
    /// Gets or keeps a number for one session.
    pub(in super::super) fn acquire(&mut self, now: Timestamp, row: &Acquire) -> Grant {
        if let Some(claim) = &row.claim {
            self.lift_generation(claim.generation);
        }
        self.own_number(now, row)
            .or_else(|| row.claim.as_ref().and_then(|claim| self.claimed_number(now, row, claim)))
            .or_else(|| self.next_number(now, row))
            .or_else(|| self.overflow_number(now, row))
            .unwrap_or(Grant::Exhausted)
    }

    /// Notes that the page of a running lease was left.
    pub(in super::super) fn leave(&mut self, now: Timestamp, session: &SessionId) {
        let Some((number, exclusive_until)) = self.standing_of(session) else { return };
        if now < exclusive_until
            && let Some(stored) = self.leases.get_mut(&number)
        {
            stored.lease.left_at = Some(now);
            self.changes.push(Change::Number(number));
        }
    }

    /// Ends a session's lease; the session has no number any more. Nobody else gets it before the end of what was
    /// promised: pages that do not know of the release may show it until then.
    pub(in super::super) fn release(&mut self, now: Timestamp, session: &SessionId) -> Option<Lease> {
        let (number, exclusive_until) = self.standing_of(session)?;
        self.unlink(session, number);
        if exclusive_until <= now {
            return None;
        }
        let stored = self.leases.get_mut(&number)?;
        stored.lease.left_at = Some(now);
        stored.is_announced = true;
        let lease = stored.lease.clone();
        self.set_exclusive_until(number, exclusive_until);
        Some(lease)
    }

    fn standing_of(&self, session: &SessionId) -> Option<(NumberKey, Timestamp)> {
        let number = self.number_of(session)?;
        self.slot(number).map(|slot| (number, slot.exclusive_until))
    }

    fn own_number(&mut self, now: Timestamp, row: &Acquire) -> Option<Grant> {
        let number = self.number_of(&row.session)?;
        let slot = self.slot(number)?;
        if slot.standing == Standing::Disabled {
            self.unlink(&row.session, number);
            return None;
        }
        if now < slot.exclusive_until {
            let stored = self.leases.get_mut(&number)?;
            stored.lease.extend(&self.policy, now, &row.visitor);
            let lease = stored.lease.clone();
            self.set_exclusive_until(number, slot.exclusive_until.max(lease.held_until));
            return Some(Grant::Leased { lease, how: How::Renewed, short_cooldown: false });
        }
        let within_affinity = now.since(slot.exclusive_until) <= self.policy.affinity;
        // Somebody else may have been granted it since, and this store does not know.
        let is_sure = now >= self.safe_until;
        (slot.standing == Standing::Active && within_affinity && is_sure)
            .then(|| self.grant(now, number, row, How::Regranted))
    }

    fn claimed_number(&mut self, now: Timestamp, row: &Acquire, claim: &LeaseClaim) -> Option<Grant> {
        let number = NumberKey::of(&claim.number);
        let slot = self.slot(number)?;
        let is_free = slot.standing == Standing::Active && slot.exclusive_until <= now;
        let is_latest = self.leases.get(&number).is_none_or(|stored| stored.lease.generation <= claim.generation);
        // A promise that still runs proves that nobody was granted the number since; one that is over does not.
        let affinity = if now < self.safe_until { Span::default() } else { self.policy.affinity };
        let is_recent = now < claim.held_until + affinity;
        (is_free && is_latest && is_recent).then(|| self.grant(now, number, row, How::Restored))
    }

    fn next_number(&mut self, now: Timestamp, row: &Acquire) -> Option<Grant> {
        if now < self.safe_until {
            return None;
        }
        let rested = self.order.first().filter(|(exclusive_until, _)| *exclusive_until <= now);
        let number = match rested {
            _ if self.suffixes.is_some() => self.next_suffix(rested.map(|(_, number)| number))?,
            rested => rested?.1,
        };
        Some(self.grant(now, number, row, How::Granted))
    }

    fn grant(&mut self, now: Timestamp, number: NumberKey, row: &Acquire, how: How) -> Grant {
        let free_since = self.slot(number).map_or(Timestamp::ZERO, |slot| slot.exclusive_until);
        let short_cooldown =
            how != How::Regranted && free_since != Timestamp::ZERO && now.since(free_since) < self.policy.cooldown;
        let former = self.supersede(number, free_since);
        let visitor = match (how, former) {
            (How::Regranted, Some(former)) => former.visitor.updated_by(&row.visitor),
            _ => row.visitor.clone(),
        };
        self.lift_generation(self.generation + 1);
        let generation = self.generation;
        let lease = Lease::granted(&self.policy, number.number(), row.session.clone(), generation, now, visitor);
        self.link(row.session.clone(), number);
        self.leases.insert(number, StoredLease { lease: lease.clone(), is_announced: false });
        self.set_exclusive_until(number, lease.held_until);
        Grant::Leased { lease, how, short_cooldown }
    }

    /// Puts the latest lease of a number into the past.
    fn supersede(&mut self, number: NumberKey, ended_at: Timestamp) -> Option<Lease> {
        let StoredLease { lease, is_announced } = self.leases.remove(&number)?;
        self.unlink(&lease.session, number);
        self.unannounced.remove(&(ended_at, number));
        if !is_announced {
            let at = (ended_at, number, lease.generation);
            self.superseded.insert(at, lease.clone());
            self.changes.push(Change::Superseded(at));
        }
        self.changes.push(Change::Past(lease.clone()));
        Some(lease)
    }

    fn overflow_number(&mut self, now: Timestamp, row: &Acquire) -> Option<Grant> {
        let number = self.overflow.clone()?;
        let until = now + self.policy.lease_life;
        self.note_candidate(now, &number, row);
        Some(Grant::Overflow { number, until })
    }

    /// Remembers that a session was shown the overflow number, from when and until when.
    fn note_candidate(&mut self, now: Timestamp, number: &TrackingNumber, row: &Acquire) {
        let without_hold = LeasePolicy { min_hold: Span::default(), ..self.policy };
        let new = || Lease::granted(&without_hold, number.clone(), row.session.clone(), 0, now, row.visitor.clone());
        let lease = match self.drop_candidate(&row.session) {
            Some(mut shown) if now < shown.held_until => {
                shown.extend(&without_hold, now, &row.visitor);
                shown
            }
            _ => new(),
        };
        self.restore_candidate(lease);
        self.changes.push(Change::Candidate(row.session.clone()));
        while self.candidates.len() > MAX_CANDIDATES
            && let Some((_, oldest)) = self.candidate_order.first().cloned()
        {
            self.drop_candidate(&oldest);
        }
    }

    /// Forgets a session that was shown the overflow number.
    pub(super) fn drop_candidate(&mut self, session: &SessionId) -> Option<Lease> {
        let lease = self.candidates.remove(session)?;
        self.candidate_order.remove(&(lease.last_heartbeat_at, session.clone()));
        self.changes.push(Change::Candidate(session.clone()));
        Some(lease)
    }

    fn lift_generation(&mut self, at_least: u64) {
        if at_least > self.generation {
            self.generation = at_least;
            self.changes.push(Change::Generation);
        }
    }
}
