//! Where leases, calls and configuration live: a few traits, two back ends behind each.
//!
//! The lease trait stands at the height of the domain operation: one call is one atomic step per pool — one turn of
//! the writer in [`embedded`], one Lua script in [`redis`]. The store's clock decides; callers never pass the time.
//! Both back ends pass one contract suite (`tests/store_contract`) and agree with an in-test model.
//!
//! Imports `domain` only. `http`, `cli` and `sweeper` use the traits; only `app` and `cli` name a back end.

pub mod clock;
pub mod embedded;
mod holding;
mod packed;
mod packed_call;
mod packed_document;
pub mod records;
pub mod redis;
pub mod relay;
pub mod transfer;

use crate::domain::{
    access::AccessToken,
    attribution::Holders,
    ids::{PoolId, SessionId},
    lease::{Lease, Standing},
    number::TrackingNumber,
    site::{Configuration, Pool},
    time::Timestamp,
    token::{LeaseClaim, TokenKey},
    visitor::Visitor,
};
use async_trait::async_trait;
use records::RecordStore;
use transfer::TransferStore;

/// Why a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The pool was never configured, or was removed.
    #[error("there is no pool {0}")]
    UnknownPool(PoolId),
    /// The store cannot be reached or cannot write. What it was asked may have happened: all operations can be
    /// repeated safely.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// There is no room for what the store has to write down. It works again by itself once there is.
    #[error("the store's disk is full ({0}); make room, the store goes on by itself")]
    Full(String),
    /// The store holds something that this version cannot read.
    #[error("the store holds data that this version cannot read: {0}")]
    Corrupt(String),
    /// The store cannot be used as it is set up; the text says what to change.
    #[error("{0}")]
    Unsuitable(String),
}

impl StoreError {
    /// What everybody may know of it: no address, no path. The rest is for the log.
    pub fn for_everybody(&self) -> &'static str {
        match self {
            Self::UnknownPool(_) => "a pool is missing in the store: apply the configuration again",
            Self::Unavailable(_) => "the store does not answer or cannot write; the log of the service says why",
            Self::Full(_) => "the store's disk is full: make room, the store goes on by itself",
            Self::Corrupt(_) => "the store holds data that this version cannot read; the log of the service says more",
            Self::Unsuitable(_) => {
                "the store cannot be used as it is set up; the log of the service says what to change"
            }
        }
    }
}

/// One session's wish for a number of a pool: to get one, or to keep the one it has (a heartbeat).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquire {
    /// Who asks.
    pub session: SessionId,
    /// What its page knows of the visitor now.
    pub visitor: Visitor,
    /// A verified claim to a lease that the store may have lost.
    pub claim: Option<LeaseClaim>,
}

/// What a session got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquired {
    /// The store's clock at that step.
    pub now: Timestamp,
    /// The outcome.
    pub grant: Grant,
}

/// The outcome of an acquire. Running out of numbers is an outcome, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A number for this session alone.
    Leased {
        /// The lease; its `held_until` is what the page may be promised.
        lease: Lease,
        /// How it came about.
        how: How,
        /// The number is new to this session and had been free for less than the cooldown.
        short_cooldown: bool,
    },
    /// The pool is empty: the shared overflow number, for one lease life.
    Overflow {
        /// The number.
        number: TrackingNumber,
        /// Ask again before this moment.
        until: Timestamp,
    },
    /// The pool is empty and has no overflow number.
    Exhausted,
}

/// How a lease came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The session held it already; it was extended.
    Renewed,
    /// The session held it before, it had lapsed, and nobody else was granted it since.
    Regranted,
    /// The number that had rested longest.
    Granted,
    /// The store did not know the lease; the session's token did.
    Restored,
}

/// How many numbers of a pool are doing what, by the store's clock. Draining and disabled numbers count only as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Not to be granted to others now: leased, held or pinned.
    pub exclusive: u64,
    /// Free for less than the cooldown.
    pub cooling: u64,
    /// Free for longer, or never leased.
    pub rested: u64,
    /// Being taken out of use or out of use.
    pub withdrawn: u64,
}

/// What a pool's store knows of grants that it acknowledged and then lost, as by a failover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Until then only promises that still run are kept; nobody gets a number that is merely free. `None`: not so now.
    pub safe_until: Option<Timestamp>,
    /// Leases found to have run beside another one on the same number, in all.
    pub overlaps: u64,
}

impl Occupancy {
    /// All numbers that may be given out, now or later.
    pub fn active(&self) -> u64 {
        self.exclusive + self.cooling + self.rested
    }

    /// The share of these that is in use, from 0 to 1; 0 without any.
    pub fn utilisation(&self) -> f64 {
        if self.active() == 0 { 0.0 } else { self.exclusive as f64 / self.active() as f64 }
    }
}

/// Leases: who may show which number, and until when.
#[async_trait]
pub trait LeaseStore: Send + Sync {
    /// Gets or keeps a number for each session, in order, as one atomic step. At most 64 rows.
    ///
    /// In this order: the session's own number, if nobody else was granted it since (extended, or granted again when
    /// it had lapsed within the affinity); the number of its claim, if that number is free; the number whose
    /// exclusivity ended longest ago; the overflow number; nothing. A store that may have lost grants ([`Losses`]) keeps
    /// only promises that still run, and otherwise goes on with the overflow number.
    async fn acquire(&self, pool: &PoolId, rows: &[Acquire]) -> Result<Vec<Acquired>, StoreError>;

    /// Notes that the session's page was left. Shortens nothing. A session without a lease is no error.
    async fn leave(&self, pool: &PoolId, session: &SessionId) -> Result<(), StoreError>;

    /// Ends the session's lease: the session has no number any more, and no sweep announces that lease. The number stays
    /// exclusive until what was promised has passed, since pages that do not know of the release may show it until then.
    /// Gives the lease that ended, `None` if there was none running.
    async fn release(&self, pool: &PoolId, session: &SessionId) -> Result<Option<Lease>, StoreError>;

    /// Who held a number up to a moment (`None`: now). `None` if the pool has no such number.
    async fn holders(
        &self,
        pool: &PoolId,
        number: &TrackingNumber,
        at: Option<Timestamp>,
    ) -> Result<Option<Holders>, StoreError>;

    /// Announces leases that ended, each once, the oldest end first, at most `limit`; and forgets what is older than
    /// the pool's retention, so that a number at rest for longer counts as never leased. A lease has ended when its
    /// number is exclusive no more, or went to another. No lease needs this to end. An announcement whose answer is
    /// lost is not repeated.
    async fn sweep(&self, pool: &PoolId, limit: usize) -> Result<Vec<Lease>, StoreError>;

    /// Counts the pool's numbers by what they are doing.
    async fn occupancy(&self, pool: &PoolId) -> Result<Occupancy, StoreError>;

    /// What the store lost, if it can lose what it acknowledged.
    async fn losses(&self, _pool: &PoolId) -> Result<Losses, StoreError> {
        Ok(Losses::default())
    }
}

/// Administration: what operators configured.
#[async_trait]
pub trait AdminStore: Send + Sync {
    /// Sites and pools as configured, with a version that changes whenever they do.
    async fn configuration(&self) -> Result<(u64, Configuration), StoreError>;

    /// The same unless it is still this version: a portal's configuration is long, and asked for all the time.
    async fn configuration_after(&self, read_version: u64) -> Result<Option<(u64, Configuration)>, StoreError>;

    /// Replaces sites and pools, if the version is still the one that was read; gives the new version, `None` if
    /// somebody else was faster.
    async fn put_configuration(
        &self,
        read_version: u64,
        configuration: &Configuration,
    ) -> Result<Option<u64>, StoreError>;

    /// Makes a pool's policy and overflow number known to the lease operations; creates the pool if it is new. What
    /// was promised under an earlier policy stays promised.
    async fn put_pool(&self, pool: &Pool) -> Result<(), StoreError>;

    /// All numbers of a pool and how they stand, in ascending order.
    async fn numbers(&self, pool: &PoolId) -> Result<Vec<(TrackingNumber, Standing)>, StoreError>;

    /// Adds numbers to a pool, or changes how they stand; nothing else of a known number changes. A pool's overflow
    /// number must not be among them: it would be granted as well as shared.
    async fn put_numbers(
        &self,
        pool: &PoolId,
        numbers: &[TrackingNumber],
        standing: Standing,
    ) -> Result<(), StoreError>;

    /// The pool that has each of these numbers, its overflow number included; answers in the order of the numbers.
    async fn pools_of(&self, numbers: &[TrackingNumber]) -> Result<Vec<Option<PoolId>>, StoreError>;

    /// The pool that has this number, its overflow number included.
    async fn pool_of(&self, number: &TrackingNumber) -> Result<Option<PoolId>, StoreError> {
        Ok(self.pools_of(std::slice::from_ref(number)).await?.pop().flatten())
    }

    /// All access tokens.
    async fn access_tokens(&self) -> Result<Vec<AccessToken>, StoreError>;

    /// The access token with this public id.
    async fn access_token(&self, id: &str) -> Result<Option<AccessToken>, StoreError>;

    /// Stores an access token, if the one of its id is still the one that was read, `None` for none; gives whether it
    /// did. Otherwise a token that is taken back and given a new secret at one moment could come back to life.
    async fn put_access_token(&self, read: Option<&AccessToken>, token: &AccessToken) -> Result<bool, StoreError>;

    /// The keys that sign lease tokens. When there is none yet, `first` becomes the first one, atomically.
    async fn token_keys(&self, first: &TokenKey) -> Result<Vec<TokenKey>, StoreError>;

    /// Whether the store answers and can write; what everybody may know of the error goes to `/readyz`.
    async fn ready(&self) -> Result<(), StoreError>;

    /// The store's clock.
    async fn now(&self) -> Result<Timestamp, StoreError>;
}

/// The keys that sign lease tokens, after the first one ([`AdminStore::token_keys`]).
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Stores a key; one with the same id is replaced.
    async fn put_token_key(&self, key: &TokenKey) -> Result<(), StoreError>;

    /// Removes a key: what it signed proves nothing any more.
    async fn remove_token_key(&self, id: &str) -> Result<(), StoreError>;
}

/// All of them.
pub trait Store: LeaseStore + RecordStore + AdminStore + KeyStore + TransferStore {}
impl<T: LeaseStore + RecordStore + AdminStore + KeyStore + TransferStore> Store for T {}
