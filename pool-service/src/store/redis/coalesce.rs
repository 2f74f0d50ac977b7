//! Concurrent acquires of one pool share a script call. While one call is in flight the next ones gather, then go as
//! one batch; a lone one goes at once. Nothing waits on purpose.
//!
//! For the Redis store only. Knows nothing of Redis.

use crate::{
    domain::ids::PoolId,
    store::{Acquire, Acquired, StoreError, holding::MAX_ROWS},
};
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

type Outcome = Result<Vec<Acquired>, StoreError>;

/// One caller's rows, which stay together, and where its answer goes.
struct Waiting {
    rows: Vec<Acquire>,
    reply: oneshot::Sender<Outcome>,
}

/// The acquires that gather, by pool. A pool is in here while a call of it is in flight.
#[derive(Clone, Default)]
pub(super) struct Coalescer(Arc<Mutex<HashMap<PoolId, VecDeque<Waiting>>>>);

impl Coalescer {
    /// Gets the outcome of these rows out of a call of their own or a shared one. The call takes place even if the
    /// caller stops waiting.
    pub(super) async fn acquire<F>(
        &self,
        pool: &PoolId,
        rows: Vec<Acquire>,
        call: impl Fn(Vec<Acquire>) -> F + Send + 'static,
    ) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let waiting = Waiting { rows, reply };
        let is_first = match self.lock().entry(pool.clone()) {
            Entry::Occupied(mut gathering) => {
                gathering.get_mut().push_back(waiting);
                None
            }
            Entry::Vacant(idle) => {
                idle.insert(VecDeque::new());
                Some(waiting)
            }
        };
        if let Some(first) = is_first {
            let calls = Calls { coalescer: self.clone(), pool: pool.clone(), are_done: false };
            tokio::spawn(calls.run(first, call));
        }
        outcome.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the shared call was given up".to_owned())))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PoolId, VecDeque<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls of one pool, one after the other. Dropped before all were made, it turns away those who wait, so that
/// nobody waits for ever.
struct Calls {
    coalescer: Coalescer,
    pool: PoolId,
    are_done: bool,
}

impl Drop for Calls {
    fn drop(&mut self) {
        if !self.are_done {
            self.coalescer.lock().remove(&self.pool);
        }
    }
}

impl Calls {
    async fn run<F>(mut self, first: Waiting, call: impl Fn(Vec<Acquire>) -> F + Send)
    where
        F: Future<Output = Outcome> + Send,
    {
        let mut batch = vec![first];
        while !batch.is_empty() {
            let (mut rows, mut shares) = (Vec::with_capacity(MAX_ROWS), Vec::with_capacity(batch.len()));
            for waiting in batch {
                shares.push((waiting.rows.len(), waiting.reply));
                rows.extend(waiting.rows);
            }
            let outcome = call(rows).await;
            share_out(outcome, shares);
            batch = self.next_batch();
        }
    }

    /// What gathered, as far as it fits into one call. When nothing did, the pool is idle from here on.
    fn next_batch(&mut self) -> Vec<Waiting> {
        let mut pools = self.coalescer.lock();
        let Some(gathered) = pools.get_mut(&self.pool) else { return Vec::new() };
        let mut room = MAX_ROWS;
        let mut batch = Vec::new();
        while let Some(next) = gathered.pop_front_if(|next| next.rows.len() <= room) {
            room -= next.rows.len();
            batch.push(next);
        }
        if batch.is_empty() {
            pools.remove(&self.pool);
            self.are_done = true;
        }
        batch
    }
}

fn share_out(outcome: Outcome, shares: Vec<(usize, oneshot::Sender<Outcome>)>) {
    // A caller that stopped waiting needs no answer.
    match outcome {
        Ok(acquired) => {
            let mut acquired = acquired.into_iter();
            for (count, reply) in shares {
                let _ = reply.send(Ok(acquired.by_ref().take(count).collect()));
            }
        }
        Err(error) => {
            for (_, reply) in shares {
                let _ = reply.send(Err(error.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ids::SessionId, time::Timestamp, visitor::Visitor},
        store::Grant,
    };
    use tokio::sync::Semaphore;

    fn rows(count: usize) -> Vec<Acquire> {
        let session = SessionId::parse("0123456789abcdef").expect("a session");
        vec![Acquire { session, visitor: Visitor::default(), claim: None }; count]
    }

    #[tokio::test]
    async fn what_gathers_during_a_call_goes_as_one_batch_of_at_most_sixty_four() {
        let (coalescer, pool) = (Coalescer::default(), PoolId::parse("main").expect("an id"));
        let (sizes, gate) = (Arc::new(Mutex::new(vec![])), Arc::new(Semaphore::new(0)));
        let mut callers = tokio::task::JoinSet::new();
        for count in [1, 40, 20, 30, 0] {
            let (coalescer, pool, sizes, gate) = (coalescer.clone(), pool.clone(), sizes.clone(), gate.clone());
            callers.spawn(async move {
                let call = move |rows: Vec<Acquire>| {
                    sizes.lock().unwrap_or_else(PoisonError::into_inner).push(rows.len());
                    let gate = gate.clone();
                    async move {
                        gate.acquire().await.expect("open").forget();
                        Ok(vec![Acquired { now: Timestamp::ZERO, grant: Grant::Exhausted }; rows.len()])
                    }
                };
                assert_eq!(coalescer.acquire(&pool, rows(count), call).await.expect("answers").len(), count);
            });
        }
        tokio::task::yield_now().await;
        gate.add_permits(10);
        callers.join_all().await;
        assert_eq!(*sizes.lock().expect("unpoisoned"), [1, 60, 30]);
        assert!(coalescer.lock().is_empty());
    }

    #[tokio::test]
    async fn a_call_that_fails_unexpectedly_leaves_nobody_waiting() {
        let (coalescer, pool) = (Coalescer::default(), PoolId::parse("main").expect("an id"));
        for _ in 0..2 {
            let broken = |_| async { panic!("on purpose") };
            let outcome = coalescer.acquire(&pool, rows(1), broken).await;
            assert!(matches!(outcome, Err(StoreError::Unavailable(_))));
        }
    }
}
