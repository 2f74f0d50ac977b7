//! Calls of several pools, one after the other, page by page.

use crate::{
    calls::read,
    domain::{call::Call, ids::PoolId, report::filter::Range},
    store::{
        Store, StoreError,
        records::{CallQuery, CallsOf},
    },
};
use std::{collections::VecDeque, sync::Arc};

/// Of one pool at most so many are read at once.
const PAGE: usize = 500;

pub(super) struct Calls {
    store: Arc<dyn Store>,
    pools: VecDeque<PoolId>,
    query: CallQuery,
    rows: VecDeque<Call>,
}

impl Calls {
    pub(super) fn begin(store: Arc<dyn Store>, pools: Vec<PoolId>, range: Range) -> Self {
        let Range { from, until } = range;
        let query = CallQuery { of: CallsOf::Pool, from, until, after: None, newest_first: false, limit: PAGE };
        Self { store, pools: pools.into(), query, rows: VecDeque::new() }
    }

    pub(super) async fn next(&mut self) -> Result<Option<Call>, StoreError> {
        while self.rows.is_empty() {
            let Some(pool) = self.pools.front() else { return Ok(None) };
            let kept = match self.store.calls(pool, &self.query).await {
                Ok(kept) => kept,
                Err(StoreError::UnknownPool(_)) => Vec::new(),
                Err(error) => return Err(error),
            };
            self.query.after = kept.last().map(|kept| (kept.row.span.began_at, kept.row.span.key.clone()));
            if kept.is_empty() {
                self.pools.pop_front();
            }
            for kept in &kept {
                self.rows.push_back(read(kept)?.call);
            }
        }
        Ok(self.rows.pop_front())
    }
}
