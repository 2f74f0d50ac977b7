//! Calls that were answered without the store: what was said is said again, and kept once the store is back, also where the
//! store had decided otherwise and did not say so in time.

use super::{RoutedCall, answer};
use crate::{
    calls::{Begin, CallDesk, Plan},
    domain::{
        call::{Call, CallKey, Routed},
        routing::Action,
    },
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Calls that wait at most; of more the oldest are forgotten.
const MOST: usize = 10_000;
/// The store has so long for one of them.
const PATIENCE: Duration = Duration::from_secs(2);

/// Calls that were answered without the store.
#[derive(Debug, Default)]
pub struct Waiting {
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    by_key: HashMap<CallKey, Said>,
    /// The oldest first.
    order: VecDeque<CallKey>,
    /// The oldest that wait to be recorded.
    unrecorded: VecDeque<CallKey>,
}

/// What was said of a call.
#[derive(Clone, Debug)]
struct Said {
    begin: Begin,
    call: RoutedCall,
    /// What the store was asked meanwhile.
    attempts: Vec<Arc<Attempt>>,
}

/// An attempt to have the store decide: its outcome is the answer, or what was said without it is.
#[derive(Debug, Default)]
pub(super) struct Attempt(Mutex<Progress>);

#[derive(Debug, Default)]
struct Progress {
    is_answered: bool,
    /// What was decided meanwhile, and may be in the record.
    decided: Option<Routed>,
}

impl Attempt {
    /// What is decided now, unless the call was answered without the store: then nobody waits for that.
    pub(super) fn planned(&self, decide: impl FnOnce() -> Plan) -> Option<Plan> {
        let mut progress = lock(&self.0);
        if progress.is_answered {
            return None;
        }
        let plan = decide();
        progress.decided = Some(plan.routed.clone());
        Some(plan)
    }

    /// The call was answered without it.
    fn give_up(&self) {
        lock(&self.0).is_answered = true;
    }

    fn decided(&self) -> Option<Routed> {
        lock(&self.0).decided.clone()
    }
}

impl Said {
    fn plan(&self) -> Plan {
        let Self { call, .. } = self;
        Plan {
            routed: answer::routed(&call.decision, call.at, &call.source, call.is_repeat),
            capacity: None,
            is_blocked: call.decision.action == Action::Reject,
        }
    }

    /// What was decided for it and came too late to be said.
    fn decided(&self) -> Vec<Routed> {
        self.attempts.iter().filter_map(|attempt| attempt.decided()).collect()
    }
}

impl Waiting {
    /// What was said of a call without the store.
    pub(super) fn given(&self, key: &CallKey) -> Option<RoutedCall> {
        lock(&self.calls).by_key.get(key).map(|said| said.call.clone())
    }

    /// Notes what is said of a call in place of what an attempt comes to; gives what was said first.
    pub(super) fn keep(&self, begin: Begin, call: RoutedCall, attempt: Arc<Attempt>) -> RoutedCall {
        let mut calls = lock(&self.calls);
        attempt.give_up();
        if let Some(said) = calls.by_key.get_mut(&call.key) {
            said.attempts.push(attempt);
            return said.call.clone();
        }
        if calls.by_key.len() >= MOST
            && let Some(oldest) = calls.order.pop_front()
        {
            calls.by_key.remove(&oldest);
            if calls.unrecorded.front() == Some(&oldest) {
                calls.unrecorded.pop_front();
                tracing::warn!(call = %oldest, "a call that was routed without the store is not recorded");
            }
        }
        calls.order.push_back(call.key.clone());
        calls.unrecorded.push_back(call.key.clone());
        let attempts = vec![attempt];
        calls.by_key.insert(call.key.clone(), Said { begin, call: call.clone(), attempts });
        call
    }

    /// A call is recorded now. If the record says what was said, that needs not be known here any more; of one for which
    /// another copy of the service decided otherwise, what was said is said again as long as there is room.
    fn is_recorded(&self, record: &Call) {
        let mut calls = lock(&self.calls);
        let Some(said) = calls.by_key.get(&record.key) else { return };
        let is_as_said = record.routed.as_ref() == Some(&said.plan().routed);
        calls.unrecorded.retain(|key| *key != record.key);
        if is_as_said {
            calls.by_key.remove(&record.key);
            calls.order.retain(|key| *key != record.key);
        }
    }

    /// How many calls wait to be recorded.
    pub fn waiting(&self) -> usize {
        lock(&self.calls).unrecorded.len()
    }

    /// Records what waits, the oldest first, until the store fails; gives how many it recorded.
    pub async fn settle(&self, desk: &CallDesk) -> usize {
        let mut recorded = 0;
        loop {
            let oldest = {
                let calls = lock(&self.calls);
                calls.unrecorded.front().and_then(|key| calls.by_key.get(key)).cloned()
            };
            let Some(said) = oldest else { return recorded };
            let (plan, decided) = (said.plan(), said.decided());
            match tokio::time::timeout(PATIENCE, desk.keep_told(&said.begin, &plan, &decided)).await {
                Ok(Ok(record)) => {
                    self.is_recorded(&record);
                    recorded += 1;
                }
                Ok(Err(error)) => {
                    tracing::debug!(%error, "calls that were routed without the store still wait for it");
                    return recorded;
                }
                Err(_) => return recorded,
            }
        }
    }
}

/// Nothing is left half done under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
