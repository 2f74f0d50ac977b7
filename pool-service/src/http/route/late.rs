//! Calls that were answered without the store: what was said is said again, and kept once the store is back.

use super::{RoutedCall, answer};
use crate::{
    calls::{Begin, CallDesk, Known, Plan},
    domain::{
        call::{Call, CallKey},
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
}

/// Whether a call that is being decided was already answered without the store: then that is the decision.
#[derive(Debug, Default)]
pub(super) struct Late {
    said: Mutex<Option<Plan>>,
}

impl Late {
    pub(super) fn begun() -> Arc<Self> {
        Arc::default()
    }

    /// What was said, or what is decided now.
    pub(super) fn planned(&self, decide: impl FnOnce() -> Plan) -> Plan {
        lock(&self.said).clone().unwrap_or_else(decide)
    }

    /// It was answered without the store.
    pub(super) fn is_over(&self, said: Plan) {
        *lock(&self.said) = Some(said);
    }
}

impl Waiting {
    /// What was said of a call without the store.
    pub(super) fn given(&self, key: &CallKey) -> Option<RoutedCall> {
        lock(&self.calls).by_key.get(key).map(|said| said.call.clone())
    }

    /// Notes what is said of a call; gives what was said first.
    pub(super) fn keep(&self, begin: Begin, call: RoutedCall) -> RoutedCall {
        let mut calls = lock(&self.calls);
        if let Some(said) = calls.by_key.get(&call.key) {
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
        calls.by_key.insert(call.key.clone(), Said { begin, call: call.clone() });
        call
    }

    /// A call is recorded now. If the record says what was said, it needs not be known here any more; one that had been
    /// decided otherwise meanwhile is answered from here as long as there is room.
    pub(super) fn is_recorded(&self, record: &Call) {
        let mut calls = lock(&self.calls);
        if !calls.by_key.contains_key(&record.key) {
            return;
        }
        calls.unrecorded.retain(|key| *key != record.key);
        if RoutedCall::of(record).is_some_and(|call| call.decision.is_degraded) {
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
            let Some(Said { begin, call }) = oldest else { return recorded };
            let plan = |_: &Known<'_>| Plan {
                routed: answer::routed(&call.decision, call.at, &call.source, call.is_repeat),
                capacity: None,
                is_blocked: call.decision.action == Action::Reject,
            };
            match tokio::time::timeout(PATIENCE, desk.begin(&begin, &plan)).await {
                Ok(Ok(begun)) => {
                    self.is_recorded(&begun.call);
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
