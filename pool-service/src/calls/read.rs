//! Calls of several pools in one order: by when they began, then by pool, then by key.
//!
//! Each pool is read page by page, and what was read and not yet taken is bounded for all pools together, so that a
//! million calls need no more memory than a thousand. Nothing is held in the store between two pages.

use crate::{
    domain::{
        call::{Call, CallKey},
        ids::PoolId,
        report::filter::Range,
        time::{Span, Timestamp},
    },
    store::{
        StoreError,
        records::{CallQuery, CallsOf, KeptCall, RecordStore},
    },
};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::{
    cmp::Ordering,
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
    time::Duration,
};

/// At most so many calls have been read and not been taken, or one for each pool if there are more pools than this.
pub const ROWS_IN_FLIGHT: usize = 2_048;
/// Of one pool at most so many are read at once.
const PAGE: usize = 512;
/// So many pools are asked at the same time.
const AT_ONCE: usize = 16;
/// A store that has not given a page by then is treated as one that does not answer.
const DEADLINE: Duration = Duration::from_secs(5);

/// In which direction calls are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// A place in the order: that of a call. It stays where it is whatever calls are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// When the call began.
    pub at: Timestamp,
    /// Its pool.
    pub pool: PoolId,
    /// Its key.
    pub key: CallKey,
}

/// Which calls to read.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Of these pools; one that the store does not know has none.
    pub pools: Vec<PoolId>,
    /// Begun within this time.
    pub range: Range,
    /// In this direction.
    pub order: Order,
    /// Only those that follow this place.
    pub after: Option<Position>,
    /// About so many are wanted in all: no page is larger.
    pub about: usize,
}

/// Calls of several pools, one after the other.
pub struct Calls {
    store: Arc<dyn RecordStore>,
    about: usize,
    lanes: BinaryHeap<Lane>,
}

/// What is left of one pool. Never without a next row while it is in the heap.
struct Lane {
    pool: PoolId,
    order: Order,
    range: Range,
    rows: VecDeque<KeptCall>,
    after: Option<(Timestamp, CallKey)>,
    is_read: bool,
}

impl Calls {
    /// Begins to read.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(store: Arc<dyn RecordStore>, wish: Wish) -> Result<Self, StoreError> {
        let lanes: Vec<Lane> = wish.pools.iter().filter_map(|pool| Lane::new(pool, &wish)).collect();
        let about = wish.about;
        let page = page(lanes.len(), about);
        let filled = stream::iter(lanes).map(|lane| lane.filled(store.as_ref(), page)).buffer_unordered(AT_ONCE);
        let lanes = filled.try_filter(|lane| std::future::ready(!lane.rows.is_empty())).try_collect().await?;
        Ok(Self { store, about, lanes })
    }

    /// The next call, and its place.
    ///
    /// # Errors
    /// When the store does not answer, or a record is none of this version.
    pub async fn next(&mut self) -> Result<Option<(Position, Call)>, StoreError> {
        let Some(mut lane) = self.lanes.pop() else { return Ok(None) };
        let Some(row) = lane.rows.pop_front() else { return Ok(None) };
        let span = row.row.span;
        let call = serde_json::from_str(&row.row.record)
            .map_err(|error| StoreError::Corrupt(format!("the record of call {}: {error}", span.key)))?;
        let position = Position { at: span.began_at, pool: lane.pool.clone(), key: span.key };
        if lane.rows.is_empty() && !lane.is_read {
            lane = lane.filled(self.store.as_ref(), page(self.lanes.len() + 1, self.about)).await?;
        }
        if !lane.rows.is_empty() {
            self.lanes.push(lane);
        }
        Ok(Some((position, call)))
    }
}

/// Waits for a store, but not for ever.
pub(super) async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let answer = tokio::time::timeout(DEADLINE, work).await;
    answer.unwrap_or_else(|_| Err(StoreError::Unavailable("it took too long".to_owned())))
}

/// How many rows of each pool are read at once.
fn page(lanes: usize, about: usize) -> usize {
    (ROWS_IN_FLIGHT / lanes.max(1)).clamp(1, PAGE.min(about.max(1)))
}

impl Lane {
    /// What follows a place: in its own pool what follows its key, in pools before it in the order what follows its
    /// moment, in the others also what began at it. `None` if nothing can.
    fn new(pool: &PoolId, wish: &Wish) -> Option<Self> {
        let mut range = wish.range;
        let mut after = None;
        if let Some(place) = &wish.after {
            let next = place.at + Span::from_millis(1);
            let is_later = pool > &place.pool;
            let rest = match wish.order {
                Order::Oldest if pool < &place.pool => Range { from: next, ..range },
                Order::Oldest => Range { from: place.at, ..range },
                Order::Newest if is_later => Range { until: place.at, ..range },
                Order::Newest => Range { until: next, ..range },
            };
            range = range.and(rest);
            after = (*pool == place.pool).then(|| (place.at, place.key.clone()));
        }
        let lane = Self { pool: pool.clone(), order: wish.order, range, rows: VecDeque::new(), after, is_read: false };
        (!range.is_empty()).then_some(lane)
    }

    /// The same with its next page.
    async fn filled(mut self, store: &dyn RecordStore, limit: usize) -> Result<Self, StoreError> {
        let query = CallQuery {
            of: CallsOf::Pool,
            from: self.range.from,
            until: self.range.until,
            after: self.after.take(),
            newest_first: self.order == Order::Newest,
            limit,
        };
        let rows = match in_time(store.calls(&self.pool, &query)).await {
            // It was removed: its calls went with it.
            Err(StoreError::UnknownPool(_)) => Vec::new(),
            read => read?,
        };
        // A short page is not taken for the last: a call may have moved while it was read.
        self.is_read = rows.is_empty();
        self.after = rows.last().map(|row| (row.row.span.began_at, row.row.span.key.clone()));
        self.rows = rows.into();
        Ok(self)
    }

    fn head(&self) -> Option<(Timestamp, &PoolId)> {
        self.rows.front().map(|row| (row.row.span.began_at, &self.pool))
    }
}

/// The greatest lane of the heap is the one whose row is next.
impl Ord for Lane {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.head().cmp(&other.head());
        if self.order == Order::Newest { order } else { order.reverse() }
    }
}

impl PartialOrd for Lane {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Lane {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Lane {}
