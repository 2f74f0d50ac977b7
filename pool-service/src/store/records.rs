//! Records: calls, and documents of few kinds. What they mean is none of a store's business, save what pins a number.
//!
//! A record is changed by reading it, making the next one of it, and saving that under the revision that was read; who
//! was slower reads again. So the rules of records stand once, in `domain`.

use super::StoreError;
use crate::domain::{
    call::{CallKey, CallSpan},
    ids::{DestinationId, PoolId},
    number::TrackingNumber,
    time::Timestamp,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// At most so many are told, or swept, at once.
pub const MAX_LISTED: usize = 1_000;

/// A call as a store keeps it: what the store acts upon, and the record, which it does not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRow {
    /// What pins the number, and by which the call is found.
    pub span: CallSpan,
    /// The caller under a keyed hash, by which the calls of one caller are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The destination that the call occupies until it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<DestinationId>,
    /// The record: JSON on one line.
    pub record: String,
}

/// A call that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCall {
    /// Counted up by each save, from 1.
    pub revision: u64,
    /// The call.
    pub row: CallRow,
}

/// What must not undo a save once it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survives {
    /// The end of the service's process.
    Crash,
    /// The end of the machine's power.
    PowerLoss,
}

/// A wish to keep a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveCall {
    /// The call as it shall be.
    pub row: CallRow,
    /// The revision that was read; 0 if there was none.
    pub read_revision: u64,
    /// Refuse if as many calls occupy the destination already, this one not counted.
    pub capacity: Option<u32>,
    /// What must not undo it.
    pub survives: Survives,
}

/// What became of a wish to keep a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedCall {
    /// It is kept.
    Saved {
        /// Its revision now.
        revision: u64,
    },
    /// Somebody else was faster: read again.
    Changed,
    /// The destination is occupied.
    Busy,
}

/// Which calls of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallsOf {
    /// All of them.
    Pool,
    /// Those of a caller, by the keyed hash.
    Caller(String),
    /// Those on a number.
    Number(TrackingNumber),
}

/// A wish for calls of a pool, ordered by when they began and then by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallQuery {
    /// Which.
    pub of: CallsOf,
    /// Begun at this moment or later.
    pub from: Timestamp,
    /// Begun before this moment.
    pub until: Timestamp,
    /// Only those that follow this one in the order.
    pub after: Option<(Timestamp, CallKey)>,
    /// The newest first.
    pub newest_first: bool,
    /// At most so many, and at most [`MAX_LISTED`].
    pub limit: usize,
}

/// What a pool's destinations carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The store's clock.
    pub now: Timestamp,
    /// Calls that were saved for the first time, since this store was made or restored: what round robin counts by.
    pub begun: u64,
    /// Calls that occupy each destination now: not ended, and not longer than the pool's `max_call`, since when its end was
    /// lost; as long as they pin their number.
    pub in_use: BTreeMap<DestinationId, u32>,
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Who changed what: key is time, place in the order of the process, and a random tail.
    Audit,
    /// Settlement reports that were issued: advertiser and month.
    Settlement,
    /// Hourly roll-ups of a pool's calls: pool and hour.
    RollUp,
    /// Answers given under an `Idempotency-Key`: token and key.
    Idempotency,
    /// When access tokens were last used: token id.
    TokenUse,
    /// What the installation knows of itself, such as the fingerprint of the caller key.
    Installation,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Audit, Self::Settlement, Self::RollUp, Self::Idempotency, Self::TokenUse, Self::Installation];

    /// Its name, as stores and backups write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Settlement => "settlement",
            Self::RollUp => "roll_up",
            Self::Idempotency => "idempotency",
            Self::TokenUse => "token_use",
            Self::Installation => "installation",
        }
    }
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its key within its kind: 1 to 400 bytes of text without control characters; documents sort by its bytes.
    pub key: String,
    /// Counted up by each change, from 1.
    pub revision: u64,
    /// It may be forgotten from then on, and is not told any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// JSON on one line.
    pub text: String,
}

/// Records: calls, which pin their numbers, and documents.
#[async_trait]
pub trait RecordStore: Send + Sync {
    /// A call of this pool. [`PoolId::none`] is always there.
    async fn call(&self, pool: &PoolId, key: &CallKey) -> Result<Option<KeptCall>, StoreError>;

    /// Keeps a call, its places in all indexes and its pin, in one atomic step.
    ///
    /// The number is pinned until the end of the call and `after_call`, at most `max_call` after its begin and at most
    /// `max_call` from now; a pin that is over stays over, and the end of a call never takes back what a page was
    /// promised. A number that the pool does not have is not pinned. Every save makes the stamp greater of the hour in which
    /// the call began, and of the one in which it was thought to have begun before.
    ///
    /// Whose answer was lost may ask again: if it did take place, that is told as `Changed`.
    async fn save_call(&self, pool: &PoolId, save: &SaveCall) -> Result<SavedCall, StoreError>;

    /// Forgets a call, if its revision is still this one; gives whether it did. It pins nothing any more.
    async fn remove_call(&self, pool: &PoolId, key: &CallKey, read_revision: u64) -> Result<bool, StoreError>;

    /// Calls of a pool; none that layout 1 of the store kept, which had no records. Does not hold up leases however many there are.
    async fn calls(&self, pool: &PoolId, query: &CallQuery) -> Result<Vec<KeptCall>, StoreError>;

    /// The hours (of UTC, by their start) that overlap the time asked for and in which calls of a pool began, in order, and
    /// the stamp of each, which every save or removal of such a call makes greater: what was computed of an hour counts as
    /// long as its stamp is the same. An hour whose calls were all removed is still told.
    async fn hours(
        &self,
        pool: &PoolId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError>;

    /// What a pool's destinations carry.
    async fn traffic(&self, pool: &PoolId) -> Result<Traffic, StoreError>;

    /// A document that has not expired.
    async fn document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError>;

    /// Writes a document. With `read_revision` only if it is still that one (0: not there, or expired); gives whether it
    /// was written. Survives power loss.
    async fn put_document(
        &self,
        kind: DocumentKind,
        key: &str,
        read_revision: Option<u64>,
        text: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<bool, StoreError>;

    /// Documents whose keys lie from `from` to before `until`, in the order of their keys or the reverse, at most
    /// `limit` and at most [`MAX_LISTED`].
    async fn documents(
        &self,
        kind: DocumentKind,
        from: &str,
        until: &str,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError>;

    /// Forgets a document.
    async fn remove_document(&self, kind: DocumentKind, key: &str) -> Result<(), StoreError>;

    /// Forgets documents that have expired, at most `limit` of a kind; gives how many.
    async fn sweep_documents(&self, kind: DocumentKind, limit: usize) -> Result<usize, StoreError>;
}
