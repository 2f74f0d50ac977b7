//! Whose call a call is: judged from who held the number, and when each was last heard of.

use super::{
    call::CallRecord,
    lease::{Lease, NumberState, Standing},
    number::TrackingNumber,
    policy::LeasePolicy,
    time::{Span, Timestamp},
};

/// What a store knows about one number around a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holders {
    /// The number.
    pub number: TrackingNumber,
    /// The store's clock when it answered.
    pub now: Timestamp,
    /// How the operator let it stand.
    pub standing: Standing,
    /// Whether it is the pool's overflow number; then `leases` are the sessions that were shown it.
    pub is_overflow: bool,
    /// Whether the store may have lost grants of that moment, as after a failover.
    pub is_doubtful: bool,
    /// Leases granted up to the moment asked about, newest first, within the pool's retention.
    pub leases: Vec<Lease>,
    /// Calls on it that pinned it at the moment asked about.
    pub calls: Vec<CallRecord>,
}

/// How sure an attribution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Exactly one session held the number and was heard of.
    Certain,
    /// One session is by far the likeliest.
    Likely,
    /// Several may have led to the call.
    Ambiguous,
    /// Nobody is known.
    None,
}

/// A judgement on a call to a number at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// How sure it is.
    pub class: Class,
    /// What the number was doing.
    pub state: NumberState,
    /// One sentence that says why.
    pub reason: String,
    /// The lease that is credited.
    pub lease: Option<Lease>,
    /// All that may have led to the call, the likeliest first.
    pub candidates: Vec<Lease>,
}

/// A number at rest for longer than this tells nothing about who calls it; counted in cooldowns.
const RESTS_THAT_MEAN_NOTHING: u64 = 4;
/// How many candidates an answer names.
const MAX_CANDIDATES: usize = 5;

/// Judges a call that began at `at`.
pub fn judge(policy: &LeasePolicy, holders: &Holders, at: Timestamp) -> Attribution {
    let mut candidates: Vec<Lease> = holders.leases.iter().filter(|lease| lease.granted_at <= at).cloned().collect();
    candidates.truncate(MAX_CANDIDATES);
    let state = state_at(policy, holders, at);
    let (class, reason) = if holders.is_overflow {
        (Class::None, "The number is shared by everybody while the pool is empty.".to_owned())
    } else {
        match candidates.first() {
            None => (Class::None, "Nobody held the number before.".to_owned()),
            Some(_) if holding(&candidates, at) > 1 => {
                (Class::Ambiguous, format!("{} sessions held the number at once.", holding(&candidates, at)))
            }
            Some(last) => by_age(policy, last, at),
        }
    };
    // Whoever is not in the store's memory may have shown the number as well.
    let (class, reason) = match class {
        Class::Certain | Class::Likely if holders.is_doubtful => {
            (Class::Ambiguous, "After a failover the store may have lost grants; others may have shown the number.".to_owned())
        }
        _ => (class, reason),
    };
    let credited = matches!(class, Class::Certain | Class::Likely);
    let lease = candidates.first().filter(|_| credited).cloned();
    Attribution { class, state, reason, lease, candidates }
}

fn holding(candidates: &[Lease], at: Timestamp) -> usize {
    candidates.iter().filter(|lease| at < lease.held_until).count()
}

fn by_age(policy: &LeasePolicy, last: &Lease, at: Timestamp) -> (Class, String) {
    let silent = at.since(last.last_heartbeat_at);
    let seconds = silent.as_seconds();
    if at < last.held_until {
        if silent <= policy.lease_life {
            (Class::Certain, format!("One session held the number and its page was heard of {seconds} s before."))
        } else {
            (Class::Likely, format!("One session held the number, but its page had been silent for {seconds} s."))
        }
    } else {
        let free = at.since(last.held_until);
        let meaningful = Span::from_millis(policy.cooldown.as_millis().saturating_mul(RESTS_THAT_MEAN_NOTHING));
        if free <= meaningful {
            (
                Class::Likely,
                format!("Nobody held the number; its last holder gave it up {} s before.", free.as_seconds()),
            )
        } else {
            (Class::None, format!("Nobody had held the number for {} s.", free.as_seconds()))
        }
    }
}

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
    let pinned = |call: &CallRecord| call.began_at <= at && at < call.pins_until(policy);
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
