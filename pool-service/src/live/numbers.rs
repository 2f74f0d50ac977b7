//! Which pool has a number, in memory: asked before the store, and instead of it while it does not answer.
//!
//! A number stays with its pool for good, so what is found here is right however old it is. Numbers that follow each other
//! are kept as one run: a million of them in a row take no more than one.

use super::{Snapshot, aside, kept::Kept};
use crate::{
    domain::{ids::PoolId, number::TrackingNumber},
    store::{Store, StoreError},
};
use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};

/// Digits of the longest number, as a decimal shift for its length.
const LENGTH: u64 = 100_000_000_000_000_000;
const LONGEST: usize = 17;

/// Which pool has a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberIndex {
    /// The version of the configuration that it was made for.
    version: u64,
    pools: Vec<PoolId>,
    /// First number, last number, place of the pool; in ascending order.
    runs: Vec<(u64, u64, u32)>,
}

/// Longer indexes, of millions of numbers that do not follow each other, are not kept on disk.
const KEPT_RUNS: usize = 2_000_000;

/// The index of the configuration in memory.
#[derive(Clone)]
pub(super) struct Indexed {
    store: Arc<dyn Store>,
    kept: Option<Kept>,
    current: Arc<ArcSwap<NumberIndex>>,
}

/// Makes an index.
#[derive(Debug, Default)]
struct Builder {
    pools: Vec<PoolId>,
    places: HashMap<PoolId, u32>,
    runs: Vec<(u64, u64, u32)>,
}

impl NumberIndex {
    /// The version of the configuration that it was made for.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How much it takes to keep.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// The pool that has this number, as far as is known here.
    pub fn pool_of(&self, number: &TrackingNumber) -> Option<&PoolId> {
        let packed = packed(number)?;
        let at = self.runs.partition_point(|(first, ..)| *first <= packed).checked_sub(1)?;
        let (_, last, pool) = self.runs.get(at)?;
        if packed <= *last { self.pools.get(usize::try_from(*pool).ok()?) } else { None }
    }
}

impl Indexed {
    pub(super) fn new(store: Arc<dyn Store>, kept: Option<Kept>) -> Self {
        Self { store, kept, current: Arc::default() }
    }

    pub(super) fn now(&self) -> Arc<NumberIndex> {
        self.current.load_full()
    }

    /// Takes an index that was kept.
    pub(super) fn take(&self, kept: Option<NumberIndex>) {
        if let Some(kept) = kept {
            self.current.store(Arc::new(kept));
        }
    }

    /// Makes the index anew in the background: a start does not wait for it.
    pub(super) fn renew_aside(&self, snapshot: Arc<Snapshot>) {
        let indexed = self.clone();
        tokio::spawn(async move { indexed.renew(&snapshot).await });
    }

    /// Makes the index anew if it is of another configuration. When the store does not answer, the next refresh tries again.
    pub(super) async fn renew(&self, snapshot: &Snapshot) {
        let last = self.now();
        if last.version == snapshot.version() {
            return;
        }
        match self.read(snapshot).await {
            Ok(next) => {
                let next = Arc::new(next);
                self.current.store(Arc::clone(&next));
                if let Some(kept) = self.kept.as_ref().filter(|_| next.runs() <= KEPT_RUNS) {
                    kept.write_numbers(&next).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the numbers of the pools cannot be read; the last index of them stays");
            }
        }
    }

    async fn read(&self, snapshot: &Snapshot) -> Result<NumberIndex, StoreError> {
        let mut builder = Builder::default();
        // Suffix numbers name their pool by their base.
        for pool in snapshot.configuration().pools.iter().filter(|pool| pool.suffixes.is_none()) {
            let numbers = match self.store.numbers(&pool.id).await {
                Err(StoreError::UnknownPool(_)) => Vec::new(),
                read => read?,
            };
            let (id, overflow) = (pool.id.clone(), pool.overflow.clone());
            builder = aside(move || {
                builder.add(&id, numbers.iter().map(|(number, _)| number).chain(&overflow));
                builder
            })
            .await?;
        }
        for pool in snapshot.configuration().pools.iter().filter(|pool| pool.suffixes.is_some()) {
            builder.add(&pool.id, &pool.overflow);
        }
        let version = snapshot.version();
        aside(move || builder.build(version)).await
    }
}

impl Builder {
    /// Adds numbers of a pool.
    fn add<'a>(&mut self, pool: &PoolId, numbers: impl IntoIterator<Item = &'a TrackingNumber>) {
        let place = *self.places.entry(pool.clone()).or_insert_with(|| {
            self.pools.push(pool.clone());
            u32::try_from(self.pools.len() - 1).unwrap_or(u32::MAX)
        });
        let mut packed: Vec<u64> = numbers.into_iter().filter_map(packed).collect();
        packed.sort_unstable();
        for number in packed {
            match self.runs.last_mut() {
                Some((_, last, of)) if *of == place && (*last == number || *last + 1 == number) => *last = number,
                _ => self.runs.push((number, number, place)),
            }
        }
    }

    fn build(mut self, version: u64) -> NumberIndex {
        self.runs.sort_unstable();
        self.runs.shrink_to_fit();
        NumberIndex { version, pools: self.pools, runs: self.runs }
    }
}

/// A number's digits and how many there are, since leading zeros count.
fn packed(number: &TrackingNumber) -> Option<u64> {
    let digits = number.key();
    let value: u64 = digits.parse().ok().filter(|_| digits.len() <= LONGEST)?;
    Some(digits.len() as u64 * LENGTH + value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn number(text: &str) -> TrackingNumber {
        TrackingNumber::parse(text).expect(text)
    }

    fn pool(id: u8) -> PoolId {
        PoolId::parse(&format!("pool-{id}")).expect("an id")
    }

    #[test]
    fn numbers_in_a_row_are_one_run() {
        let mut builder = Builder::default();
        let numbers: Vec<_> = (0..10_000).map(|n| number(&format!("0503111{n:04}"))).collect();
        builder.add(&pool(1), &numbers);
        builder.add(&pool(2), &[number("050-3112-0000"), number("+1 602 313 3897"), number("0078-6010-12345")]);
        let index = builder.build(7);
        assert_eq!((index.runs(), index.version()), (4, 7));
        assert_eq!(index.pool_of(&number("050-3111-9999")), Some(&pool(1)));
        assert_eq!(index.pool_of(&number("050-3112-0000")), Some(&pool(2)));
        assert_eq!(index.pool_of(&number("0078-6010-12345")), Some(&pool(2)));
        for none in ["050-3112-0001", "050-3110-9999", "+1 602 313 3898", "0078-6010-123450"] {
            assert_eq!(index.pool_of(&number(none)), None, "{none}");
        }
        assert_eq!(NumberIndex::default().pool_of(&number("050-3111-9999")), None);
    }

    proptest! {
        #[test]
        fn the_index_says_what_was_put_into_it(
            owners in prop::collection::btree_map("0[1-9]0000[0-9]{4}|00[3-7][0-9]{5}|00[3-7][0-9]{14}", 0_u8..4, 0..60),
            asked in "0[1-9]0000[0-9]{4}",
        ) {
            let mut builder = Builder::default();
            for id in 0..4 {
                let numbers: Vec<_> = owners.iter().filter(|(_, owner)| **owner == id).map(|(text, _)| number(text)).collect();
                builder.add(&pool(id), &numbers);
            }
            let index = builder.build(1);
            let expected: BTreeMap<&str, PoolId> = owners.iter().map(|(text, owner)| (text.as_str(), pool(*owner))).collect();
            for text in owners.keys().chain([&asked]) {
                prop_assert_eq!(index.pool_of(&number(text)), expected.get(text.as_str()));
            }
        }
    }
}
