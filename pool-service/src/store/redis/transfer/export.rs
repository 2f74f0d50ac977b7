//! What is on the server as rows.

use crate::{
    domain::{
        ids::PoolId,
        lease::Standing,
        number::TrackingNumber,
        policy::LeasePolicy,
        suffix::SuffixRange,
        time::{Span, Timestamp},
        token::TokenKey,
    },
    store::{
        AdminStore, StoreError,
        packed::{StoredLease, corrupt},
        packed_call::{StoredRow, stored_key},
        packed_document,
        records::{DocumentKind, KeptCall},
        redis::{RedisStore, leases::standing_of, reply, scripts},
        transfer::Row,
    },
};
use redis::{FromRedisValue, cmd};
use std::collections::{BTreeSet, HashMap};
use tokio::sync::mpsc::Sender;

/// Elements looked at in one step.
const AT_ONCE: usize = 500;
/// Numbers whose whole history is read in one step.
const NUMBERS_AT_ONCE: usize = 64;

type Rows = Sender<Result<Row, StoreError>>;

/// Sends all rows; stops when nobody takes them.
pub(super) async fn rows(store: &RedisStore, rows: &Rows) -> Result<(), StoreError> {
    let (version, configuration) = store.configuration().await?;
    let mut pools: BTreeSet<PoolId> = configuration.pools.iter().map(|pool| pool.id.clone()).collect();
    if version > 0 {
        send(rows, Row::Configuration { version, configuration }).await;
    }
    for token in store.access_tokens().await? {
        send(rows, Row::AccessToken { token }).await;
    }
    let keys: HashMap<String, String> =
        store.0.link.query(cmd("HGETALL").arg(store.0.keys.global("token_keys"))).await?;
    for json in keys.values() {
        let key: TokenKey = serde_json::from_str(json).map_err(corrupt)?;
        send(rows, Row::TokenKey { key }).await;
    }
    // Pools that the configuration does not name any more are known by their numbers.
    let mut scan = Scan::of("HSCAN", store.0.keys.global("numbers"));
    while let Some(pairs) = scan.next::<(String, String)>(store).await? {
        for (_, pool) in pairs {
            pools.insert(PoolId::parse(&pool).map_err(corrupt)?);
        }
    }
    for pool in &pools {
        if rows.is_closed() {
            return Ok(());
        }
        of_pool(store, rows, pool).await?;
    }
    calls(store, rows, &PoolId::none()).await?;
    for kind in DocumentKind::ALL.into_iter().filter(|kind| *kind != DocumentKind::RollUp) {
        let mut scan = Scan::of("HSCAN", store.0.keys.of_kind(kind, "texts"));
        while let Some(pairs) = scan.next::<(String, String)>(store).await? {
            for (key, packed) in pairs {
                send(rows, Row::Document { kind, document: packed_document::unpack(&key, &packed)? }).await;
            }
        }
    }
    Ok(())
}

async fn of_pool(store: &RedisStore, rows: &Rows, pool: &PoolId) -> Result<(), StoreError> {
    let key = |name: &str| store.0.keys.in_pool(pool, name);
    let meta: HashMap<String, String> = store.0.link.query(cmd("HGETALL").arg(key("meta"))).await?;
    let Some(row) = pool_row(store, pool, &meta).await? else { return Ok(()) };
    let overflow = meta.get("overflow").map(|number| reply::tracking_number(number)).transpose()?;
    send(rows, row).await;
    // A number may change sides while the sets are scanned: see `numbers` in `admin`.
    let mut seen = BTreeSet::new();
    for (command, name) in [("HSCAN", "standing"), ("ZSCAN", "order"), ("HSCAN", "standing")] {
        let mut scan = Scan::of(command, key(name));
        while let Some(pairs) = scan.next::<(String, String)>(store).await? {
            let new: Vec<String> =
                pairs.into_iter().map(|(number, _)| number).filter(|n| seen.insert(n.clone())).collect();
            for some in new.chunks(NUMBERS_AT_ONCE) {
                numbers(store, rows, pool, some).await?;
            }
        }
    }
    let mut scan = Scan::of("ZSCAN", key("superseded"));
    while let Some(pairs) = scan.next::<(String, String)>(store).await? {
        for (member, ended_at) in pairs {
            let lease = reply::lease(&member)?;
            send(rows, Row::Unannounced { pool: pool.clone(), ended_at: score(&ended_at)?, lease }).await;
        }
    }
    let mut scan = Scan::of("HSCAN", key("shown"));
    while let Some(pairs) = scan.next::<(String, String)>(store).await? {
        for (_, packed) in pairs {
            let number = overflow.clone().ok_or_else(|| corrupt("a pool lacks its overflow number"))?;
            let lease = StoredLease::unpack(number, &packed)?.lease;
            send(rows, Row::Shown { pool: pool.clone(), lease }).await;
        }
    }
    calls(store, rows, pool).await
}

async fn calls(store: &RedisStore, rows: &Rows, pool: &PoolId) -> Result<(), StoreError> {
    let mut scan = Scan::of("HSCAN", store.0.keys.in_pool(pool, "calls"));
    while let Some(pairs) = scan.next::<(String, String)>(store).await? {
        for (id, packed) in pairs {
            let StoredRow { kept: KeptCall { revision, row }, pinned_until } =
                StoredRow::unpack(stored_key(&id)?, &packed)?;
            send(rows, Row::Call { pool: pool.clone(), call: row, revision, pinned_until }).await;
        }
    }
    Ok(())
}

async fn pool_row(
    store: &RedisStore,
    pool: &PoolId,
    meta: &HashMap<String, String>,
) -> Result<Option<Row>, StoreError> {
    if !meta.contains_key("lease_life") {
        return Ok(None);
    }
    let number = |name: &str| meta.get(name).map_or(Ok(0), |text| text.parse::<u64>().map_err(corrupt));
    let span = |name: &str| number(name).map(Span::from_millis);
    // What only pages are told stands in the configuration alone.
    let (_, configuration) = store.configuration().await?;
    let configured = configuration.pools.iter().find(|configured| configured.id == *pool);
    let told = configured.map_or_else(LeasePolicy::default, |pool| pool.policy);
    let policy = LeasePolicy {
        lease_life: span("lease_life")?,
        min_hold: span("min_hold")?,
        cooldown: span("cooldown")?,
        affinity: span("affinity")?,
        retention: span("retention")?,
        after_call: span("after_call")?,
        max_call: span("max_call")?,
        ..told
    };
    Ok(Some(Row::Pool {
        pool: pool.clone(),
        policy,
        overflow: meta.get("overflow").map(|number| reply::tracking_number(number)).transpose()?,
        generation: number("generation")?,
        suffixes: match meta.get("suffix_base") {
            Some(base) => Some(SuffixRange::new(base, number("suffix_digits")? as u8).map_err(corrupt)?),
            None => None,
        },
        cursor: number("cursor")?,
        safe_until: Timestamp::from_millis(number("safe_until")?),
        time: Timestamp::from_millis(number("clock")?),
    }))
}

type NumberAnswer = (String, String, String, String, String, Vec<String>);

async fn numbers(store: &RedisStore, rows: &Rows, pool: &PoolId, numbers: &[String]) -> Result<(), StoreError> {
    let mut script = store.0.on_pool(&scripts::EXPORT, pool);
    script.arg(numbers);
    let answers: Vec<NumberAnswer> = store.0.run(pool, &script).await?;
    for (key, standing, exclusive_until, packed, joined, past) in answers {
        let number: TrackingNumber = reply::tracking_number(&key)?;
        let standing: Standing = standing_of(&standing)?;
        let stored = Some(packed).filter(|packed| !packed.is_empty());
        let stored = stored.map(|packed| StoredLease::unpack(number.clone(), &packed)).transpose()?;
        for packed in past {
            let lease = StoredLease::unpack(number.clone(), &packed)?.lease;
            send(rows, Row::Past { pool: pool.clone(), lease }).await;
        }
        let row = Row::Number {
            pool: pool.clone(),
            number,
            standing,
            exclusive_until: reply::time(&exclusive_until)?,
            is_announced: stored.as_ref().is_some_and(|stored| stored.is_announced),
            lease: stored.map(|stored| stored.lease),
            is_joined: joined == "1",
        };
        send(rows, row).await;
    }
    Ok(())
}

async fn send(rows: &Rows, row: Row) {
    // Nobody listens any more: looked at before the next pool.
    let _ = rows.send(Ok(row)).await;
}

/// A score as a moment: Redis writes large ones with an exponent.
fn score(text: &str) -> Result<Timestamp, StoreError> {
    let score: f64 = text.parse().map_err(corrupt)?;
    Ok(Timestamp::from_millis(score as u64))
}

/// Goes through a hash or sorted set in steps that hold up nobody.
struct Scan {
    command: &'static str,
    key: String,
    cursor: Option<u64>,
}

impl Scan {
    fn of(command: &'static str, key: String) -> Self {
        Self { command, key, cursor: Some(0) }
    }

    async fn next<T>(&mut self, store: &RedisStore) -> Result<Option<Vec<T>>, StoreError>
    where
        Vec<T>: FromRedisValue,
    {
        let Some(cursor) = self.cursor else { return Ok(None) };
        let mut step = cmd(self.command);
        step.arg(&self.key).arg(cursor).arg("COUNT").arg(AT_ONCE);
        let (next, some): (u64, Vec<T>) = store.0.link.query(&step).await?;
        self.cursor = Some(next).filter(|next| *next != 0);
        Ok(Some(some))
    }
}
