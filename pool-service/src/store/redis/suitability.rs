//! Whether a server can be used at all: looked at once, when connecting. Of a cluster, each primary is.

use super::{keys::Keys, link::Link};
use crate::store::StoreError;
use redis::{ErrorKind, ServerErrorKind, cmd};
use std::collections::HashMap;

/// Version of the layout. A change that older versions would misread counts it up.
const SCHEMA: u64 = 2;

/// Refuses a server that may throw leases away, that cannot be told from the one before it, or that holds what a newer
/// version wrote; warns of one that forgets what it acknowledged.
pub(super) async fn check(link: &Link, keys: &Keys) -> Result<(), StoreError> {
    let configured = configured(link).await;
    for told in told(link).await? {
        if !told.contains_key("master_replid") {
            return Err(StoreError::Unsuitable(
                "the Redis server does not tell its replication id (INFO replication), by which a failover is noticed"
                    .to_owned(),
            ));
        }
        check_eviction(told.get("maxmemory_policy").or_else(|| configured.get("maxmemory-policy")))?;
        check_durability(&told, configured.get("appendfsync"));
    }
    check_schema(link, keys).await
}

fn check_eviction(policy: Option<&String>) -> Result<(), StoreError> {
    match policy.map(String::as_str) {
        Some("noeviction") => Ok(()),
        Some(policy) => Err(StoreError::Unsuitable(format!(
            "the Redis server evicts keys when its memory is full (maxmemory-policy {policy}), which would lose leases: \
             set maxmemory-policy to noeviction"
        ))),
        None => {
            tracing::warn!("the Redis server does not tell its maxmemory-policy; make sure that it is noeviction");
            Ok(())
        }
    }
}

fn check_durability(told: &HashMap<String, String>, appendfsync: Option<&String>) {
    if told.get("aof_enabled").is_some_and(|enabled| enabled == "0") {
        tracing::warn!(
            "the Redis server keeps no append-only file (appendonly no): a restart loses leases, calls and configuration \
             since its last snapshot, or all of them"
        );
    } else if appendfsync.is_some_and(|when| when == "no") {
        tracing::warn!(
            "the Redis server leaves it to the system when its append-only file is written (appendfsync no): a power cut \
             loses what it acknowledged last; everysec or always lose less"
        );
    }
}

async fn check_schema(link: &Link, keys: &Keys) -> Result<(), StoreError> {
    let key = keys.global("schema");
    let _: Option<String> = link.query(cmd("SET").arg(&key).arg(SCHEMA).arg("NX")).await?;
    let found: u64 = link.query(cmd("GET").arg(&key)).await?;
    if found > SCHEMA {
        return Err(StoreError::Unsuitable(format!(
            "the data on the Redis server was written by a newer version of Hatsuban (layout {found}; this version \
             knows {SCHEMA}): run that version or a newer one"
        )));
    }
    if found < SCHEMA {
        // Layout 1 named calls by their id alone, and is read as it is.
        let () = link.query(cmd("SET").arg(&key).arg(SCHEMA)).await?;
    }
    let whole: (Option<String>, Option<String>) = (
        link.query(cmd("GET").arg(keys.global("restoring"))).await?,
        link.query(cmd("GET").arg(keys.global("moved"))).await?,
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

/// What each primary tells of itself.
async fn told(link: &Link) -> Result<Vec<HashMap<String, String>>, StoreError> {
    let info: Vec<String> = link.ask_primaries(&cmd("INFO")).await.map_err(|error| match error.kind() {
        ErrorKind::Server(ServerErrorKind::NoPerm) => StoreError::Unsuitable(
            "the Redis user may not call INFO, by which each script notices a failover: allow it (ACL SETUSER … +info)"
                .to_owned(),
        ),
        _ => link.told(&error),
    })?;
    let line = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    Ok(info.iter().map(|info| info.lines().filter_map(line).collect()).collect())
}

/// The settings of the servers, as far as they may be read.
async fn configured(link: &Link) -> HashMap<String, String> {
    let mut settings = HashMap::new();
    for name in ["maxmemory-policy", "appendfsync"] {
        let told = link.ask_primaries::<HashMap<String, String>>(cmd("CONFIG").arg("GET").arg(name)).await;
        // Hosted servers often do not permit it; what matters most is in INFO, too.
        for some in told.unwrap_or_default() {
            settings.extend(some);
        }
    }
    settings
}
