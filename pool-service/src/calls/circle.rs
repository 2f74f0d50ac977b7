//! Which calls are compared with each other, and by which rule.

use super::CallDesk;
use crate::domain::{
    call::{Call, validity::RecordPolicy},
    ids::{PoolId, SiteId},
};
use serde::{Deserialize, Serialize};

/// One caller's calls to a pool; to numbers of no pool, those of one site: many sites have such numbers, and their callers
/// are none of each other's business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Circle {
    pub(super) pool: PoolId,
    /// Only where there is no pool.
    pub(super) site: Option<SiteId>,
    /// The caller under the keyed hash.
    pub(super) caller: String,
}

impl Circle {
    /// Those of this call; `None` if nobody knows who called, or whose number it is.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let caller = call.facts.caller_key()?.to_owned();
        if call.pool != PoolId::none() {
            return Some(Self { pool: call.pool.clone(), site: None, caller });
        }
        let site = Some(call.site.clone()?);
        Some(Self { pool: call.pool.clone(), site, caller })
    }

    /// Whether a call of this caller is one of them.
    pub(super) fn has(&self, call: &Call) -> bool {
        call.pool == self.pool && (self.site.is_none() || call.site == self.site)
    }
}

impl CallDesk {
    /// How calls to a pool are recorded; those to numbers of no pool as their site says.
    pub(super) fn policy(&self, pool: &PoolId, site: Option<&SiteId>) -> RecordPolicy {
        let configured = self.live.now();
        if *pool != PoolId::none() {
            return configured.pool(pool).map_or_else(RecordPolicy::default, |pool| pool.records);
        }
        let site = site.and_then(|site| configured.configuration().site(site));
        let records = site.map_or_else(RecordPolicy::default, |site| site.records);
        RecordPolicy { keep_records: self.keep_without_pool, ..records }
    }

    /// How a call is recorded.
    pub(super) fn policy_of(&self, call: &Call) -> RecordPolicy {
        self.policy(&call.pool, call.site.as_ref())
    }
}
