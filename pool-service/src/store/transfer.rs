//! A store's whole state as rows that either back end can give and take: what backups are made of, and what is moved from
//! one store to another.
//!
//! Moments are absolute, so a lease that runs in one store runs in the other.

use super::{
    StoreError,
    packed_call::stored_key,
    records::{CallRow, Document, DocumentKind},
};
use crate::domain::{
    access::AccessToken,
    call::CallSpan,
    ids::{CallId, PoolId},
    lease::{Lease, Standing},
    number::TrackingNumber,
    policy::LeasePolicy,
    site::Configuration,
    suffix::SuffixRange,
    time::Timestamp,
    token::TokenKey,
};
use async_trait::async_trait;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use tokio::sync::mpsc;

/// One piece of a store's state. A pool's own row comes before all others that name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case", deny_unknown_fields)]
pub enum Row {
    /// Sites and pools.
    Configuration {
        /// Its version.
        version: u64,
        /// What was configured.
        configuration: Configuration,
    },
    /// An access token.
    AccessToken {
        /// The token, without its secret.
        token: AccessToken,
    },
    /// A key that signs lease tokens, with its secret.
    TokenKey {
        /// The key.
        key: TokenKey,
    },
    /// A pool.
    Pool {
        /// Its id.
        pool: PoolId,
        /// Its times.
        policy: LeasePolicy,
        /// Shown to everybody when no number is free.
        overflow: Option<TrackingNumber>,
        /// The counter of grants.
        generation: u64,
        /// Its range of suffix numbers.
        #[serde(default)]
        suffixes: Option<SuffixRange>,
        /// The suffix to grant next.
        #[serde(default)]
        cursor: u64,
        /// Nothing new is granted before this moment.
        safe_until: Timestamp,
        /// The largest time that the pool has seen.
        time: Timestamp,
    },
    /// A number of a pool.
    Number {
        /// The pool.
        pool: PoolId,
        /// The number.
        number: TrackingNumber,
        /// How it stands.
        standing: Standing,
        /// Nobody else gets it before this moment; zero if it was never leased.
        exclusive_until: Timestamp,
        /// Its latest lease, over or not.
        lease: Option<Lease>,
        /// The end of that lease was announced.
        is_announced: bool,
        /// The session of that lease would get the number again: it was not released, and has no other.
        is_joined: bool,
    },
    /// A lease that was followed by another.
    Past {
        /// The pool.
        pool: PoolId,
        /// The lease.
        lease: Lease,
    },
    /// A lease that was followed by another before its end was announced.
    Unannounced {
        /// The pool.
        pool: PoolId,
        /// When its number's exclusivity ended.
        ended_at: Timestamp,
        /// The lease.
        lease: Lease,
    },
    /// A session that was shown the overflow number, as a lease of it.
    Shown {
        /// The pool.
        pool: PoolId,
        /// The lease.
        lease: Lease,
    },
    /// A call. One of [`PoolId::none`] has no pool before it.
    Call {
        /// The pool.
        pool: PoolId,
        /// The call, as older versions wrote it or as it is kept.
        #[serde(deserialize_with = "read_call")]
        call: CallRow,
        /// Its revision.
        #[serde(default = "first_revision")]
        revision: u64,
        /// Until when it pins its number.
        pinned_until: Timestamp,
    },
    /// A document. Roll-ups are not carried along: they are made again.
    Document {
        /// Of which kind.
        kind: DocumentKind,
        /// The document.
        document: Document,
    },
}

/// A call in a backup: form 1 of it wrote its id alone, and kept no record.
#[derive(Deserialize)]
#[serde(untagged)]
enum CarriedCall {
    Row(CallRow),
    Span { id: CallId, number: TrackingNumber, began_at: Timestamp, ended_at: Option<Timestamp> },
}

fn read_call<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CallRow, D::Error> {
    Ok(match CarriedCall::deserialize(deserializer)? {
        CarriedCall::Row(row) => row,
        CarriedCall::Span { id, number, began_at, ended_at } => {
            let key = stored_key(id.as_str()).map_err(D::Error::custom)?;
            let span = CallSpan { key, number, began_at, ended_at };
            CallRow { span, caller: None, destination: None, record: String::new() }
        }
    })
}

fn first_revision() -> u64 {
    1
}

/// A store's state on its way out.
pub struct Export {
    /// The store's time when it stood so.
    pub time: Timestamp,
    /// The rows. An error is the last.
    pub rows: mpsc::Receiver<Result<Row, StoreError>>,
}

/// Rows that wait between a store and whoever takes them.
pub(super) const ROWS_WAITING: usize = 256;

/// Giving and taking a whole state.
#[async_trait]
pub trait TransferStore: Send + Sync {
    /// All rows. The embedded store gives the state of one moment and goes on working meanwhile.
    async fn export(&self) -> Result<Export, StoreError>;

    /// Makes ready for rows. From then on the store can be used for nothing else, not even after it was opened again,
    /// until the import has ended.
    ///
    /// Refused with `Unsuitable` when anything is configured here already.
    async fn begin_import(&self) -> Result<(), StoreError>;

    /// Takes rows over; the same ones twice are the same as once.
    async fn import(&self, rows: Vec<Row>) -> Result<(), StoreError>;

    /// All rows are there, and on disk where the store has one.
    async fn end_import(&self) -> Result<(), StoreError>;

    /// From now on this store is out of use, since its state went on in another; the text says where it is now.
    async fn retire(&self, moved_to: &str) -> Result<(), StoreError>;
}
