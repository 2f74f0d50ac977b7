//! Concurrent operations of one kind on one pool share a call. While one call is in flight the next ones gather, then go
//! as one batch; a lone one goes at once. Nothing waits on purpose.
//!
//! For the Redis store only. Knows nothing of Redis.

use crate::store::{StoreError, holding::MAX_ROWS};
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

type Outcome<Got> = Result<Vec<Got>, StoreError>;

/// One caller's rows, which stay together, and where its answer goes.
struct Waiting<Row, Got> {
    rows: Vec<Row>,
    reply: oneshot::Sender<Outcome<Got>>,
}

/// What gathers, by key; a key is in here while a call of it is in flight.
type Gathering<Key, Row, Got> = HashMap<Key, VecDeque<Waiting<Row, Got>>>;

/// Lets callers with the same key share calls. A call gives one `Got` for each `Row`, in their order.
pub(super) struct Coalescer<Key, Row, Got>(Arc<Mutex<Gathering<Key, Row, Got>>>);

impl<Key, Row, Got> Default for Coalescer<Key, Row, Got> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<Key, Row, Got> Clone for Coalescer<Key, Row, Got> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Key, Row, Got> Coalescer<Key, Row, Got>
where
    Key: Clone + Eq + Hash + Send + 'static,
    Row: Send + 'static,
    Got: Send + 'static,
{
    /// Gets the outcome of these rows out of a call of their own or a shared one. The call takes place even if the
    /// caller stops waiting.
    pub(super) async fn ask<F>(
        &self,
        key: &Key,
        rows: Vec<Row>,
        call: impl Fn(Vec<Row>) -> F + Send + 'static,
    ) -> Outcome<Got>
    where
        F: Future<Output = Outcome<Got>> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let waiting = Waiting { rows, reply };
        let is_first = match self.lock().entry(key.clone()) {
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
            let calls = Calls { coalescer: self.clone(), key: key.clone(), are_done: false };
            tokio::spawn(calls.run(first, call));
        }
        outcome.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the shared call was given up".to_owned())))
    }
}

impl<Key, Row, Got> Coalescer<Key, Row, Got> {
    fn lock(&self) -> MutexGuard<'_, Gathering<Key, Row, Got>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls of one key, one after the other. Dropped before all were made, it turns away those who wait, so that
/// nobody waits for ever.
struct Calls<Key: Eq + Hash, Row, Got> {
    coalescer: Coalescer<Key, Row, Got>,
    key: Key,
    are_done: bool,
}

impl<Key: Eq + Hash, Row, Got> Drop for Calls<Key, Row, Got> {
    fn drop(&mut self) {
        if !self.are_done {
            self.coalescer.lock().remove(&self.key);
        }
    }
}

impl<Key: Eq + Hash, Row, Got> Calls<Key, Row, Got> {
    async fn run<F>(mut self, first: Waiting<Row, Got>, call: impl Fn(Vec<Row>) -> F + Send)
    where
        F: Future<Output = Outcome<Got>> + Send,
    {
        let mut batch = vec![first];
        while !batch.is_empty() {
            let (mut rows, mut shares) = (Vec::with_capacity(MAX_ROWS), Vec::with_capacity(batch.len()));
            for waiting in batch {
                shares.push((waiting.rows.len(), waiting.reply));
                rows.extend(waiting.rows);
            }
            let asked = rows.len();
            let outcome = call(rows).await.and_then(|got| match got.len() {
                answered if answered == asked => Ok(got),
                answered => Err(StoreError::Corrupt(format!("{answered} answers to {asked} rows"))),
            });
            share_out(outcome, shares);
            batch = self.next_batch();
        }
    }

    /// What gathered, as far as it fits into one call. When nothing did, the key is idle from here on.
    fn next_batch(&mut self) -> Vec<Waiting<Row, Got>> {
        let mut keys = self.coalescer.lock();
        let Some(gathered) = keys.get_mut(&self.key) else { return Vec::new() };
        let mut room = MAX_ROWS;
        let mut batch = Vec::new();
        while let Some(next) = gathered.pop_front_if(|next| next.rows.len() <= room) {
            room -= next.rows.len();
            batch.push(next);
        }
        if batch.is_empty() {
            keys.remove(&self.key);
            self.are_done = true;
        }
        batch
    }
}

fn share_out<Got>(outcome: Outcome<Got>, shares: Vec<(usize, oneshot::Sender<Outcome<Got>>)>) {
    // A caller that stopped waiting needs no answer.
    match outcome {
        Ok(got) => {
            let mut got = got.into_iter();
            for (count, reply) in shares {
                let _ = reply.send(Ok(got.by_ref().take(count).collect()));
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
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn what_gathers_during_a_call_goes_as_one_batch_of_at_most_sixty_four() {
        let (coalescer, sizes, gate) =
            (Coalescer::default(), Arc::new(Mutex::new(vec![])), Arc::new(Semaphore::new(0)));
        let mut callers = tokio::task::JoinSet::new();
        for count in [1, 40, 20, 30, 0] {
            let (coalescer, sizes, gate) = (coalescer.clone(), sizes.clone(), gate.clone());
            callers.spawn(async move {
                let call = move |rows: Vec<usize>| {
                    sizes.lock().unwrap_or_else(PoisonError::into_inner).push(rows.len());
                    let gate = gate.clone();
                    async move {
                        gate.acquire().await.expect("open").forget();
                        Ok(rows)
                    }
                };
                assert_eq!(coalescer.ask(&"pool", vec![count; count], call).await, Ok(vec![count; count]));
            });
        }
        tokio::task::yield_now().await;
        gate.add_permits(10);
        callers.join_all().await;
        assert_eq!(*sizes.lock().expect("unpoisoned"), [1, 60, 30]);
        assert!(coalescer.lock().is_empty());
    }

    #[tokio::test]
    async fn keys_do_not_wait_for_each_other() {
        let coalescer = Coalescer::default();
        let never = coalescer.ask(&"slow", vec![()], |_| std::future::pending::<Outcome<()>>());
        tokio::select! {
            biased;
            _ = never => unreachable!("it never ends"),
            got = coalescer.ask(&"quick", vec![()], |rows| async { Ok(rows) }) => assert_eq!(got, Ok(vec![()])),
        }
    }

    #[tokio::test]
    async fn a_call_that_fails_unexpectedly_leaves_nobody_waiting() {
        let coalescer = Coalescer::<_, _, ()>::default();
        for _ in 0..2 {
            let broken = |_: Vec<()>| async { panic!("on purpose") };
            let outcome = coalescer.ask(&"pool", vec![()], broken).await;
            assert!(matches!(outcome, Err(StoreError::Unavailable(_))));
        }
    }

    #[tokio::test]
    async fn a_call_that_answers_other_than_it_was_asked_is_believed_in_nothing() {
        let outcome = Coalescer::default().ask(&"pool", vec![1, 2], |_| async { Ok(vec![1]) }).await;
        assert!(matches!(outcome, Err(StoreError::Corrupt(_))));
    }
}
