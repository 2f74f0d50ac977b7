//! What a number was doing at a moment.

use super::Holders;
use crate::domain::{
    call::CallSpan,
    lease::{NumberState, Standing},
    policy::LeasePolicy,
    time::Timestamp,
};

/// What a number was doing at a moment.
pub fn state_at(policy: &LeasePolicy, holders: &Holders, at: Timestamp) -> NumberState {
    if holders.is_overflow {
        return NumberState::Overflow;
    }
    match holders.standing {
        Standing::Disabled => return NumberState::Disabled,
        Standing::Draining => return NumberState::Draining,
        Standing::Active => {}
    }
    let pinned = |call: &CallSpan| call.began_at <= at && at < call.pins_until(policy);
    let last = holders.leases.iter().find(|lease| lease.granted_at <= at);
    match last {
        _ if holders.calls.iter().any(pinned) => NumberState::Pinned,
        Some(lease) if at < lease.held_until => {
            let heard_of = at.since(lease.last_heartbeat_at) <= policy.lease_life;
            let left = lease.left_at.is_some_and(|left_at| left_at <= at);
            if heard_of && !left { NumberState::Leased } else { NumberState::Held }
        }
        Some(lease) if at.since(lease.held_until) < policy.cooldown => NumberState::Cooling,
        _ => NumberState::Rested,
    }
}
