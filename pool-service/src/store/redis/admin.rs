//! Administration on a Redis server.
//!
//! Settings of the installation and of its pools live under different hash tags, so a change of a pool and of the
//! index of its numbers is two steps; the second follows the first, and repeating both mends what a crash left.

use super::{
    Inner, RedisClock, RedisStore,
    leases::{standing_name, standing_of},
    reply, scripts,
};
use crate::{
    domain::{
        access::AccessToken,
        ids::PoolId,
        lease::Standing,
        number::TrackingNumber,
        site::{Configuration, Pool},
        suffix::SuffixRange,
        time::Timestamp,
        token::TokenKey,
    },
    store::{AdminStore, StoreError, holding::MAX_ROWS, packed::corrupt},
};
use async_trait::async_trait;
use redis::cmd;
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, sync::atomic::Ordering};

/// Numbers in one script call: one long step holds up everybody who wants a number of the pool.
const NUMBERS_AT_ONCE: usize = 500;

#[async_trait]
impl AdminStore for RedisStore {
    async fn configuration(&self) -> Result<(u64, Configuration), StoreError> {
        let key = self.0.keys.global("config");
        let (version, json): (Option<u64>, Option<String>) =
            self.0.link.query(cmd("HMGET").arg(key).arg("version").arg("json")).await?;
        Ok((version.unwrap_or(0), json.as_deref().map(from_json).transpose()?.unwrap_or_default()))
    }

    async fn configuration_after(&self, read_version: u64) -> Result<Option<(u64, Configuration)>, StoreError> {
        let key = self.0.keys.global("config");
        let version: Option<u64> = self.0.link.query(cmd("HGET").arg(key).arg("version")).await?;
        if version.unwrap_or(0) == read_version { Ok(None) } else { self.configuration().await.map(Some) }
    }

    async fn put_configuration(
        &self,
        read_version: u64,
        configuration: &Configuration,
    ) -> Result<Option<u64>, StoreError> {
        let mut script = scripts::PUT_CONFIGURATION.key(self.0.keys.global("config"));
        script.arg(read_version).arg(to_json(configuration)?);
        // Not repeated: a second try would find its own first one and take it for somebody else's.
        self.0.link.run_once(&script).await.map_err(|error| self.0.link.told(&error))
    }

    async fn put_pool(&self, pool: &Pool) -> Result<(), StoreError> {
        let mut script = self.0.on_pool(&scripts::PUT_POOL, &pool.id);
        script.arg(pool.overflow.as_ref().map_or("", TrackingNumber::key));
        for (name, span) in [
            ("lease_life", pool.policy.lease_life),
            ("min_hold", pool.policy.min_hold),
            ("cooldown", pool.policy.cooldown),
            ("affinity", pool.policy.affinity),
            ("retention", pool.policy.retention),
            ("after_call", pool.policy.after_call),
            ("max_call", pool.policy.max_call),
        ] {
            script.arg(name).arg(span.as_millis());
        }
        if let Some(range) = &pool.suffixes {
            script.arg(&range_fields(range));
            let key = self.0.keys.global("suffixes");
            let json = to_json(range)?;
            let () = self.0.link.query(cmd("HSET").arg(key).arg(pool.id.as_str()).arg(json)).await?;
        }
        let () = self.0.run(&pool.id, &script).await?;
        let key = self.0.keys.global("overflow");
        match &pool.overflow {
            Some(number) => self.0.link.query(cmd("HSET").arg(key).arg(pool.id.as_str()).arg(number.key())).await,
            None => self.0.link.query(cmd("HDEL").arg(key).arg(pool.id.as_str())).await,
        }
    }

    async fn numbers(&self, pool: &PoolId) -> Result<Vec<(TrackingNumber, Standing)>, StoreError> {
        let known: bool = self.0.link.query(cmd("EXISTS").arg(self.0.keys.in_pool(pool, "meta"))).await?;
        if !known {
            return Err(StoreError::UnknownPool(pool.clone()));
        }
        // A number may change sides while the sets are scanned: looked for on one side before and after the other,
        // it is found.
        let mut numbers = BTreeMap::new();
        for name in ["standing", "order", "standing"] {
            let of_pool = self.0.keys.in_pool(pool, name);
            for (number, standing) in self.scan(if name == "order" { "ZSCAN" } else { "HSCAN" }, &of_pool).await? {
                let standing = if name == "order" { Standing::Active } else { standing_of(&standing)? };
                numbers.insert(reply::tracking_number(&number)?, standing);
            }
        }
        Ok(numbers.into_iter().collect())
    }

    async fn put_numbers(
        &self,
        pool: &PoolId,
        numbers: &[TrackingNumber],
        standing: Standing,
    ) -> Result<(), StoreError> {
        for some in numbers.chunks(NUMBERS_AT_ONCE) {
            let mut script = self.0.on_pool(&scripts::PUT_NUMBERS, pool);
            script.arg(standing_name(standing));
            let mut index = cmd("HSET");
            index.arg(self.0.keys.global("numbers"));
            for number in some {
                script.arg(number.key());
                index.arg(number.key()).arg(pool.as_str());
            }
            let () = self.0.run(pool, &script).await?;
            let () = self.0.link.query(&index).await?;
        }
        Ok(())
    }

    async fn pools_of(&self, numbers: &[TrackingNumber]) -> Result<Vec<Option<PoolId>>, StoreError> {
        if numbers.len() > MAX_ROWS {
            let mut pools = Vec::with_capacity(numbers.len());
            for some in numbers.chunks(NUMBERS_AT_ONCE) {
                pools.extend(self.0.pools_of(some).await?);
            }
            return Ok(pools);
        }
        let inner = self.0.clone();
        let call = move |some: Vec<TrackingNumber>| {
            let inner = inner.clone();
            async move { inner.pools_of(&some).await }
        };
        self.0.owners.ask(&(), numbers.to_vec(), call).await
    }

    async fn access_tokens(&self) -> Result<Vec<AccessToken>, StoreError> {
        let tokens: BTreeMap<String, String> =
            self.0.link.query(cmd("HGETALL").arg(self.0.keys.global("access_tokens"))).await?;
        tokens.values().map(|json| from_json(json)).collect()
    }

    async fn access_token(&self, id: &str) -> Result<Option<AccessToken>, StoreError> {
        let json = self.access_token_json(id).await?;
        json.as_deref().map(from_json).transpose()
    }

    async fn put_access_token(&self, read: Option<&AccessToken>, token: &AccessToken) -> Result<bool, StoreError> {
        // Compared as values here, and as the very text in the script: another version may write the same token otherwise.
        let kept = self.access_token_json(&token.id).await?;
        if kept.as_deref().map(from_json::<AccessToken>).transpose()?.as_ref() != read {
            return Ok(false);
        }
        let mut script = scripts::PUT_ACCESS_TOKEN.key(self.0.keys.global("access_tokens"));
        script.arg(&token.id).arg(kept.unwrap_or_default()).arg(to_json(token)?);
        self.0.link.run(&script).await.map_err(|error| self.0.link.told(&error))
    }

    async fn token_keys(&self, first: &TokenKey) -> Result<Vec<TokenKey>, StoreError> {
        let mut script = scripts::TOKEN_KEYS.key(self.0.keys.global("token_keys"));
        script.arg(&first.id).arg(to_json(first)?);
        let keys: Vec<String> = self.0.link.run(&script).await.map_err(|error| self.0.link.told(&error))?;
        keys.iter().map(|json| from_json(json)).collect()
    }

    async fn ready(&self) -> Result<(), StoreError> {
        let key = self.0.keys.global("ready");
        let _: () = self.0.link.query(cmd("SET").arg(&key).arg("1")).await?;
        let read: Option<String> = self.0.link.query(cmd("GET").arg(&key)).await?;
        match read.as_deref() {
            Some("1") => Ok(()),
            _ => Err(StoreError::Unavailable("the Redis server lost what was just written".to_owned())),
        }
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        let shown = match &self.0.clock {
            RedisClock::Manual(clock) => clock.now().as_millis(),
            RedisClock::Server => {
                let (seconds, micros): (u64, u64) = self.0.link.query(&cmd("TIME")).await?;
                seconds * 1_000 + micros / 1_000
            }
        };
        Ok(Timestamp::from_millis(self.0.seen_ms.fetch_max(shown, Ordering::Relaxed).max(shown)))
    }
}

impl Inner {
    async fn pools_of(&self, numbers: &[TrackingNumber]) -> Result<Vec<Option<PoolId>>, StoreError> {
        let mut index = cmd("HMGET");
        index.arg(self.keys.global("numbers"));
        for number in numbers {
            index.arg(number.key());
        }
        let mut pools: Vec<Option<String>> = if numbers.is_empty() { vec![] } else { self.link.query(&index).await? };
        if pools.contains(&None) {
            let overflow: BTreeMap<String, String> =
                self.link.query(cmd("HGETALL").arg(self.keys.global("overflow"))).await?;
            let suffixes: BTreeMap<String, String> =
                self.link.query(cmd("HGETALL").arg(self.keys.global("suffixes"))).await?;
            let ranges = suffixes.iter().map(|(pool, json)| Ok((pool, from_json::<SuffixRange>(json)?)));
            let ranges = ranges.collect::<Result<Vec<_>, StoreError>>()?;
            for (pool, number) in pools.iter_mut().zip(numbers) {
                let shown_by = || overflow.iter().find(|(_, shown)| *shown == number.key()).map(|(pool, _)| pool);
                let within = || ranges.iter().find(|(_, range)| range.contains(number)).map(|(pool, _)| *pool);
                *pool = pool.take().or_else(|| shown_by().or_else(within).cloned());
            }
        }
        pools.iter().map(|pool| pool.as_deref().map(|pool| PoolId::parse(pool).map_err(corrupt)).transpose()).collect()
    }
}

impl RedisStore {
    /// An access token as it is stored.
    async fn access_token_json(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.0.link.query(cmd("HGET").arg(self.0.keys.global("access_tokens")).arg(id)).await
    }

    /// All pairs of a hash or sorted set, in steps that hold up nobody.
    async fn scan(&self, command: &str, key: &str) -> Result<Vec<(String, String)>, StoreError> {
        let (mut pairs, mut cursor) = (Vec::new(), 0_u64);
        loop {
            let mut step = cmd(command);
            step.arg(key).arg(cursor).arg("COUNT").arg(NUMBERS_AT_ONCE);
            let (next, some): (u64, Vec<(String, String)>) = self.0.link.query(&step).await?;
            pairs.extend(some);
            cursor = next;
            if cursor == 0 {
                return Ok(pairs);
            }
        }
    }
}

/// A range of suffix numbers as fields of a pool's meta hash.
pub(super) fn range_fields(range: &SuffixRange) -> [String; 6] {
    let (base, digits, stride) = (range.base().to_owned(), range.digits().to_string(), range.stride().to_string());
    ["suffix_base".to_owned(), base, "suffix_digits".to_owned(), digits, "suffix_stride".to_owned(), stride]
}

fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(corrupt)
}

fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(corrupt)
}
