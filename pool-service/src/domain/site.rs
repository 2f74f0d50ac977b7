//! What an operator configures: sites, their targets and their pools.

use super::{
    ids::{PoolId, SiteId, SiteKey, TargetId},
    number::TrackingNumber,
    policy::LeasePolicy,
};
use serde::{Deserialize, Serialize};

/// A website on which numbers are swapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The operator's name for it.
    pub id: SiteId,
    /// Its public name, in the tag.
    pub key: SiteKey,
    /// What a person calls it.
    pub name: String,
    /// Origins whose pages may lease: `https://www.example.jp`.
    pub origins: Vec<String>,
    /// Name of a session cookie of the site's own to identify sessions by; without one the snippet makes its own.
    pub session_cookie: Option<String>,
    /// The numbers that may be replaced.
    pub targets: Vec<Target>,
}

/// A number printed on the site that may be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The operator's name for it.
    pub id: TargetId,
    /// The number as printed.
    pub number: TrackingNumber,
    /// The pool that replaces it.
    pub pool: PoolId,
}

/// A set of tracking numbers that are leased to the visitors of one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The operator's name for it.
    pub id: PoolId,
    /// The site whose visitors it serves.
    pub site: SiteId,
    /// Where its calls are sent.
    pub destination: TrackingNumber,
    /// Shown to everybody when no number is free.
    pub overflow: Option<TrackingNumber>,
    /// How long its leases last.
    pub policy: LeasePolicy,
}

/// Everything an operator configured, save the numbers of the pools, which may be millions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// All sites, by id.
    pub sites: Vec<Site>,
    /// All pools, by id.
    pub pools: Vec<Pool>,
}

impl Configuration {
    /// The site with this public key.
    pub fn site_by_key(&self, key: &SiteKey) -> Option<&Site> {
        self.sites.iter().find(|site| site.key == *key)
    }

    /// The site with this id.
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == *id)
    }

    /// The pool with this id.
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == *id)
    }
}
