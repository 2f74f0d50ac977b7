//! The judgement: how many calls a second were to be expected of each holder and of nobody known at that moment, and what
//! share of them all is whose.

use super::{
    Attribution, CallModel, Candidate, Class, Holders,
    delay::Page,
    reason::{Code, Reason},
    state_at,
};
use crate::domain::{
    ids::SessionId,
    lease::{Lease, NumberState},
    policy::LeasePolicy,
    time::Timestamp,
};

/// How many candidates a judgement names.
const MAX_CANDIDATES: usize = 5;
/// What former holders must have together to be mentioned.
const WORTH_MENTIONING: f64 = 0.05;

/// Judges a call that began at `at`.
pub fn judge(policy: &LeasePolicy, model: &CallModel, holders: &Holders, at: Timestamp) -> Attribution {
    let mut candidates: Vec<Candidate> = holders
        .leases
        .iter()
        .filter(|lease| lease.granted_at <= at)
        .map(|lease| Candidate { lease: lease.clone(), probability: model.session_rate(Page::at(policy, lease, at)) })
        .collect();
    let unknown = model.stray_rate() + if holders.is_overflow { 0.0 } else { model.untold_rate(&holders.leases, at) };
    let all = unknown + candidates.iter().map(|candidate| candidate.probability).sum::<f64>();
    candidates.iter_mut().for_each(|candidate| candidate.probability /= all);
    // Stable: of two that are as likely, the newer one comes first.
    candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let probability = candidates.first().map_or(0.0, |first| of_session(&candidates, &first.lease.session));
    let nobody = unknown / all;
    let mut attribution = Attribution {
        class: Class::None,
        state: state_at(policy, holders, at),
        reasons: Vec::new(),
        probability,
        nobody,
        candidates,
    };
    attribution.class = match class(policy, model, holders, &attribution, at) {
        // Whoever is not in the store's memory may have shown the number as well.
        Class::Certain | Class::Likely if holders.is_doubtful => Class::Ambiguous,
        class => class,
    };
    attribution.reasons = reasons(policy, holders, &attribution, at);
    attribution.candidates.truncate(MAX_CANDIDATES);
    attribution
}

/// A session that was granted the number again has several leases of it.
fn of_session(candidates: &[Candidate], session: &SessionId) -> f64 {
    let its = candidates.iter().filter(|candidate| candidate.lease.session == *session);
    its.map(|candidate| candidate.probability).sum()
}

/// How many sessions held the number at a moment.
fn holding(candidates: &[Candidate], at: Timestamp) -> usize {
    candidates.iter().filter(|candidate| at < candidate.lease.held_until).count()
}

fn class(policy: &LeasePolicy, model: &CallModel, holders: &Holders, judged: &Attribution, at: Timestamp) -> Class {
    let Some(first) = judged.candidates.first() else { return Class::None };
    let holding = holding(&judged.candidates, at);
    let was_heard_of = at < first.lease.held_until && at.since(first.lease.last_heartbeat_at) <= policy.lease_life;
    if holders.is_overflow {
        Class::None
    } else if holding > 1 {
        Class::Ambiguous
    } else if was_heard_of && judged.probability >= model.certain_from.as_fraction() {
        Class::Certain
    } else if judged.probability >= model.likely_from.as_fraction() {
        Class::Likely
    } else if judged.nobody >= 0.5 {
        Class::None
    } else {
        Class::Ambiguous
    }
}

fn reasons(policy: &LeasePolicy, holders: &Holders, judged: &Attribution, at: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if holders.is_overflow {
        reasons.push(Code::Shared.because("The number is shared by everybody while the pool is empty."));
    }
    if holders.is_doubtful {
        let text = "After a failover the store may have lost grants: others may have shown the number.";
        reasons.push(Code::GrantsLost.because(text));
    }
    let Some(first) = judged.candidates.first() else {
        if !holders.is_overflow {
            reasons.push(Code::NeverHeld.because("Nobody held the number before."));
        }
        return reasons;
    };
    if !holders.is_overflow {
        reasons.push(holding_reason(policy, judged, at));
        reasons.extend(former_holders(judged, &first.lease));
    }
    if let Some(left_at) = first.lease.left_at.filter(|left_at| *left_at <= at) {
        let seconds = at.since(left_at).as_seconds();
        reasons.push(Code::PageLeft.because(format!("The page of the likeliest session was left {seconds} s before.")));
    }
    reasons.extend(short_cooldown(policy, judged));
    if judged.state == NumberState::Pinned {
        reasons.push(Code::CallInProgress.because("Another call was on the number, or had just ended."));
    }
    reasons
}

/// What the number's holding says, which is what decides most.
fn holding_reason(policy: &LeasePolicy, judged: &Attribution, at: Timestamp) -> Reason {
    let holding = holding(&judged.candidates, at);
    if holding > 1 {
        return Code::SeveralHolders.because(format!("{holding} sessions held the number at once."));
    }
    let leases = || judged.candidates.iter().map(|candidate| &candidate.lease);
    let holder = leases().find(|lease| at < lease.held_until);
    if let Some(holder) = holder {
        let silent = at.since(holder.last_heartbeat_at);
        let seconds = silent.as_seconds();
        return if silent <= policy.lease_life {
            Code::Held.because(format!("One session held the number and its page was heard of {seconds} s before."))
        } else {
            let text = format!("One session held the number, but its page had been silent for {seconds} s.");
            Code::HeldSilent.because(text)
        };
    }
    let free_since = leases().map(|lease| lease.held_until).max().unwrap_or_default();
    let seconds = at.since(free_since).as_seconds();
    if judged.class == Class::None {
        Code::LongAgo.because(format!("Nobody had held the number for {seconds} s."))
    } else {
        Code::GivenUp.because(format!("Nobody held the number; its last holder gave it up {seconds} s before."))
    }
}

/// Told when somebody else than the likeliest session may well be calling.
fn former_holders(judged: &Attribution, first: &Lease) -> Option<Reason> {
    let others = (1.0 - judged.nobody - judged.probability).max(0.0);
    let count = judged.candidates.iter().filter(|candidate| candidate.lease.session != first.session).count();
    (others >= WORTH_MENTIONING).then(|| {
        let percent = (others * 100.0).round();
        Code::FormerHolders.because(format!("{count} other holders may be calling late: {percent} % together."))
    })
}

/// Told when the newest lease began before the number had rested since the one before it.
fn short_cooldown(policy: &LeasePolicy, judged: &Attribution) -> Option<Reason> {
    let leases = || judged.candidates.iter().map(|candidate| &candidate.lease);
    let newest = leases().max_by_key(|lease| lease.granted_at)?;
    let before = leases().filter(|lease| lease.session != newest.session).map(|lease| lease.held_until).max()?;
    let rest = newest.granted_at.since(before);
    (rest < policy.cooldown).then(|| {
        let seconds = rest.as_seconds();
        Code::ShortCooldown.because(format!("The number had rested for {seconds} s only before it was granted."))
    })
}
