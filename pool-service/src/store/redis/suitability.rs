//! Whether a server can be used at all: looked at once, when connecting.

use super::{keys::Keys, link::Link};
use crate::store::StoreError;
use std::collections::HashMap;

/// Version of the layout. A change that older versions would misread counts it up.
const SCHEMA: u64 = 1;

/// Refuses a server that may throw leases away, or that holds what a newer version wrote.
pub(super) async fn check(link: &Link, keys: &Keys) -> Result<(), StoreError> {
    match eviction(link).await? {
        Some(policy) if policy != "noeviction" => {
            return Err(StoreError::Unsuitable(format!(
                "the Redis server evicts keys when its memory is full (maxmemory-policy {policy}), which would lose \
                 leases: set maxmemory-policy to noeviction"
            )));
        }
        Some(_) => {}
        None => tracing::warn!("the Redis server does not tell its maxmemory-policy; make sure that it is noeviction"),
    }
    let key = keys.global("schema");
    let _: Option<String> = link.query(redis::cmd("SET").arg(&key).arg(SCHEMA).arg("NX")).await?;
    let found: u64 = link.query(redis::cmd("GET").arg(&key)).await?;
    if found > SCHEMA {
        return Err(StoreError::Unsuitable(format!(
            "the data on the Redis server was written by a newer version of Hatsuban (layout {found}; this version \
             knows {SCHEMA}): run that version or a newer one"
        )));
    }
    let whole: (Option<String>, Option<String>) = (
        link.query(redis::cmd("GET").arg(keys.global("restoring"))).await?,
        link.query(redis::cmd("GET").arg(keys.global("moved"))).await?,
    );
    match whole {
        (Some(_), _) => Err(StoreError::Unsuitable(
            "a restore into this Redis server was cut short: delete the keys that begin with redis.prefix, or set \
             another redis.prefix, and restore again"
                .to_owned(),
        )),
        (None, Some(to)) => Err(StoreError::Unsuitable(format!(
            "what was on this Redis server was moved to {to}: set store to that address, or another redis.prefix to \
             begin anew"
        ))),
        (None, None) => Ok(()),
    }
}

/// What the server does when its memory is full; `None` if it does not tell.
async fn eviction(link: &Link) -> Result<Option<String>, StoreError> {
    let info: Result<String, _> = link.try_query(redis::cmd("INFO").arg("memory")).await;
    let named = |info: String| info.lines().find_map(|line| line.strip_prefix("maxmemory_policy:").map(str::to_owned));
    let told = match info {
        Ok(info) => named(info),
        Err(error) if error.is_io_error() => return Err(link.told(&error)),
        Err(_) => None,
    };
    if told.is_some() {
        return Ok(told);
    }
    let config: Result<HashMap<String, String>, _> =
        link.try_query(redis::cmd("CONFIG").arg("GET").arg("maxmemory-policy")).await;
    match config {
        Ok(mut config) => Ok(config.remove("maxmemory-policy")),
        Err(error) if error.is_io_error() => Err(link.told(&error)),
        Err(_) => Ok(None),
    }
}
