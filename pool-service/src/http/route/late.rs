//! Calls that were answered without the store: what was said is said again, and kept once the store is back.

use super::{RoutedCall, answer};
use crate::{
    calls::{Begin, CallDesk, Known, Plan},
    domain::{call::CallKey, routing::Action},
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
    by_key: HashMap<CallKey, (Begin, RoutedCall)>,
    order: VecDeque<CallKey>,
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
        lock(&self.calls).by_key.get(key).map(|(_, call)| call.clone())
    }

    /// Notes what is said of a call; gives what was said first.
    pub(super) fn keep(&self, begin: Begin, call: RoutedCall) -> RoutedCall {
        let mut calls = lock(&self.calls);
        if let Some((_, said)) = calls.by_key.get(&call.key) {
            return said.clone();
        }
        if calls.by_key.len() >= MOST
            && let Some(oldest) = calls.order.pop_front()
        {
            calls.by_key.remove(&oldest);
            tracing::warn!(call = %oldest, "a call that was routed without the store is not recorded");
        }
        calls.order.push_back(call.key.clone());
        calls.by_key.insert(call.key.clone(), (begin, call.clone()));
        call
    }

    /// A call is in the store now, which says the same of it from then on.
    pub(super) fn is_kept(&self, key: &CallKey) {
        let mut calls = lock(&self.calls);
        if calls.by_key.remove(key).is_some() {
            calls.order.retain(|other| other != key);
        }
    }

    /// How many calls wait for the store.
    pub fn waiting(&self) -> usize {
        lock(&self.calls).by_key.len()
    }

    /// Keeps what waits, the oldest first, until the store fails; gives how many it kept.
    pub async fn settle(&self, desk: &CallDesk) -> usize {
        let mut kept = 0;
        loop {
            let oldest = {
                let calls = lock(&self.calls);
                calls.order.front().and_then(|key| calls.by_key.get(key)).cloned()
            };
            let Some((begin, call)) = oldest else { return kept };
            let plan = |_: &Known<'_>| Plan {
                routed: answer::routed(&call.decision, call.at, &call.source, call.is_repeat),
                capacity: None,
                is_blocked: call.decision.action == Action::Reject,
            };
            match tokio::time::timeout(PATIENCE, desk.begin(&begin, &plan)).await {
                Ok(Ok(_)) => {
                    self.is_kept(&call.key);
                    kept += 1;
                }
                Ok(Err(error)) => {
                    tracing::debug!(%error, "calls that were routed without the store still wait for it");
                    return kept;
                }
                Err(_) => return kept,
            }
        }
    }
}

/// Nothing is left half done under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
