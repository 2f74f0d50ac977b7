//! Call records, between what call systems tell and the store that keeps them: where a number leads, whose call it is, how
//! often the same caller called, and whether the call counts.
//!
//! A record is changed by reading it, making the next one of it and saving that under the revision that was read. Imports
//! `domain`, `live` and the store traits; `http`, `admin`, `app` and the sweeper use it.
//!
//! # Layout
//! - [`place`]: what a dialled number is
//! - [`mod@begin`]: the routing asks, and the call begins
//! - `tell`: what call systems tell afterwards
//! - `next`: the record that follows from what is known now
//! - `earlier`: what the same caller did before
//! - `suspect`: numbers that probably stand somewhere as plain text
//! - `circle`: which calls are compared with each other, and by which rule
//! - `later`, `left`: what a call changes of those that began after it
//! - `source`: by which channel the credited visitor came
//! - [`mod@read`]: calls of several pools in one order
//! - [`rollup`]: calls summed up, by the hour
//! - [`settle`]: settlements of advertisers' months
//! - [`table`]: tables as files
//! - [`callers`]: who may know a caller's number
//! - [`erase`]: forgetting callers, and records that are old enough
//! - [`rejudge`]: judging again by a rule that changed
//! - `pools`: under which pools calls are kept
//! - [`audit`]: what was changed, and by whom

pub mod audit;
pub mod begin;
pub mod callers;
mod circle;
mod earlier;
pub mod erase;
mod later;
mod left;
mod next;
pub mod place;
mod pools;
pub mod read;
pub mod rejudge;
pub mod rollup;
pub mod settle;
mod source;
mod suspect;
pub mod table;
mod tell;

pub use begin::{Begin, Begun, Known, Plan, Planner};
pub use place::{NoPlace, Place, StaticUse};
pub use pools::noted_pools;
pub use tell::Heard;

use crate::{
    domain::{
        call::{Call, CallKey},
        ids::PoolId,
        time::{Span, Timestamp},
    },
    live::Live,
    store::{
        Store, StoreError,
        records::{CallRow, KeptCall},
    },
};
use callers::CallerKeys;
use pools::Noted;
use source::Rules;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// How often a record is made anew because somebody else changed it meanwhile.
const TRIES: usize = 32;

/// Where call records are made and found.
pub struct CallDesk {
    store: Arc<dyn Store>,
    live: Arc<Live>,
    callers: Arc<CallerKeys>,
    rules: Rules,
    /// Records of numbers of no pool are kept so long; zero: for ever.
    keep_without_pool: Span,
    /// Pools of which the store knows that they have calls.
    noted: Noted,
    /// Whether the caller key is that of the installation.
    is_sure_of_key: OnceCell<()>,
}

/// A record with the revision under which it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The revision.
    pub revision: u64,
    /// The record.
    pub call: Call,
}

impl CallDesk {
    /// A desk in front of a store.
    pub fn new(store: Arc<dyn Store>, live: Arc<Live>, callers: Arc<CallerKeys>) -> Self {
        let (rules, keep_without_pool) = (Rules::default(), Span::default());
        let (noted, is_sure_of_key) = (Noted::default(), OnceCell::new());
        Self { store, live, callers, rules, keep_without_pool, noted, is_sure_of_key }
    }

    /// The same; records of numbers of no pool are kept for this time. Zero: for ever.
    #[must_use]
    pub fn keeping(self, keep_without_pool: Span) -> Self {
        Self { keep_without_pool, ..self }
    }

    /// Reads callers' numbers, and shows them to whoever may see them.
    pub fn callers(&self) -> &CallerKeys {
        &self.callers
    }

    /// The store's clock.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        self.store.now().await
    }

    /// The record of a public id; `None` if there is none.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn record(&self, id: &str) -> Result<Option<Call>, StoreError> {
        let Some((pool, key)) = CallKey::from_record_id(id) else { return Ok(None) };
        match self.read(&pool, &key).await {
            Ok(read) => Ok(read.map(|read| read.call)),
            Err(StoreError::UnknownPool(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The record of a call on that place, also where it was kept before the number came to its pool.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, place: &Place, key: &CallKey) -> Result<Option<Read>, StoreError> {
        let found = self.read(&place.pool, key).await?;
        if found.is_some() || place.pool == PoolId::none() {
            return Ok(found);
        }
        let found = self.read(&PoolId::none(), key).await?;
        // Another call system's call of that name on another number is another call.
        Ok(found.filter(|read| read.call.number == place.number))
    }

    async fn read(&self, pool: &PoolId, key: &CallKey) -> Result<Option<Read>, StoreError> {
        self.store.call(pool, key).await?.map(|kept| read(&kept)).transpose()
    }
}

/// A record as the store gives it.
///
/// # Errors
/// When it is none of this version.
pub fn read(kept: &KeptCall) -> Result<Read, StoreError> {
    let call = serde_json::from_str(&kept.row.record);
    let call =
        call.map_err(|error| StoreError::Corrupt(format!("the record of call {}: {error}", kept.row.span.key)))?;
    Ok(Read { revision: kept.revision, call })
}

/// A record as the store takes it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn row(call: &Call) -> Result<CallRow, StoreError> {
    let record = serde_json::to_string(call);
    let record = record.map_err(|error| StoreError::Corrupt(format!("the record of call {}: {error}", call.key)))?;
    Ok(CallRow {
        span: call.span(),
        caller: call.facts.caller_key().map(str::to_owned),
        destination: call.routed.as_ref().and_then(|routed| routed.destination.clone()),
        record,
    })
}

/// Somebody else was faster again and again.
fn contended(key: &CallKey) -> StoreError {
    StoreError::Unavailable(format!("call {key} is changed by others all the time"))
}
