//! A lease: one tracking number promised to one visitor session for a time. The rules are in `docs/LEASES.md`.

use super::{ids::SessionId, number::TrackingNumber, policy::LeasePolicy, time::Timestamp, visitor::Visitor};
use serde::{Deserialize, Serialize};

/// Where grants may have been lost, the counter of grants leaves room for this many: no two leases of a pool share a
/// generation.
pub const ROOM_FOR_LOST_GRANTS: u64 = 1_000_000;

/// One grant of a number to a session, present or past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The number.
    pub number: TrackingNumber,
    /// Who holds it.
    pub session: SessionId,
    /// The pool's counter of grants, which no two leases of a pool share.
    pub generation: u64,
    /// When the session got the number.
    pub granted_at: Timestamp,
    /// When its page was last heard of.
    pub last_heartbeat_at: Timestamp,
    /// When its page said that it was left; forgotten at the next heartbeat.
    pub left_at: Option<Timestamp>,
    /// Nobody else gets the number before this moment: what pages of this session were told, at most.
    pub held_until: Timestamp,
    /// What is known of the visitor.
    pub visitor: Visitor,
}

impl Lease {
    /// A new grant.
    pub fn granted(
        policy: &LeasePolicy,
        number: TrackingNumber,
        session: SessionId,
        generation: u64,
        now: Timestamp,
        visitor: Visitor,
    ) -> Self {
        Self {
            number,
            session,
            generation,
            granted_at: now,
            last_heartbeat_at: now,
            left_at: None,
            held_until: promised_until(policy, now, now),
            visitor,
        }
    }

    /// Its page was heard of again. What was promised before is never taken back, whatever the policy says now.
    pub fn extend(&mut self, policy: &LeasePolicy, now: Timestamp, visitor: &Visitor) {
        self.last_heartbeat_at = now;
        self.left_at = None;
        self.held_until = self.held_until.max(promised_until(policy, self.granted_at, now));
        self.visitor = self.visitor.updated_by(visitor);
    }
}

/// Until when a session may keep its number, given when it got it and was last heard of.
pub fn promised_until(policy: &LeasePolicy, granted_at: Timestamp, heartbeat_at: Timestamp) -> Timestamp {
    (heartbeat_at + policy.lease_life).max(granted_at + policy.min_hold)
}

/// How an operator let a number stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Granted as usual.
    #[default]
    Active,
    /// Not granted any more; its holder may extend until the lease lapses.
    Draining,
    /// Not granted and not extended; its holder gets another at the next heartbeat.
    Disabled,
}

/// What a number is doing: derived from times, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberState {
    /// Held by a session that was heard of within the lease life.
    Leased,
    /// Still promised to a session that left or fell silent.
    Held,
    /// A call on it is in progress or just ended.
    Pinned,
    /// Free for less than the cooldown.
    Cooling,
    /// Free for longer, or never leased.
    Rested,
    /// Shared by everybody while the pool is empty.
    Overflow,
    /// Being taken out of use.
    Draining,
    /// Out of use.
    Disabled,
}
