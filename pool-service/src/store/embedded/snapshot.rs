//! The state of one moment, read from disk while the writer goes on.

use super::{
    changes::{Settings, unpack_counters, unpack_number},
    disk::{Disk, unavailable},
    keys,
};
use crate::{
    domain::{ids::PoolId, number::TrackingNumber, site::Configuration, time::Timestamp},
    store::{
        StoreError,
        packed::{StoredLease, corrupt},
        packed_call::{StoredRow, stored_key},
        packed_document,
        records::DocumentKind,
        transfer::Row,
    },
};
use fjall::{Keyspace, Readable, Snapshot};
use serde::de::DeserializeOwned;

/// What was committed at one moment.
pub(super) struct Frozen {
    snapshot: Snapshot,
    admin: Keyspace,
    pools: Keyspace,
    records: Keyspace,
    time: Timestamp,
}

impl Frozen {
    /// What is committed now.
    pub(super) fn of(disk: &Disk, time: Timestamp) -> Self {
        let (admin, pools, records) = (disk.admin.clone(), disk.pools.clone(), disk.records.clone());
        Self { snapshot: disk.snapshot(), admin, pools, records, time }
    }

    /// Gives every row; `take` says whether more are wanted.
    pub(super) fn rows(&self, take: &mut dyn FnMut(Row) -> bool) -> Result<(), StoreError> {
        if self.administration(take)? && self.all_pools(take)? {
            self.all_records(take)?;
        }
        Ok(())
    }

    fn administration(&self, take: &mut dyn FnMut(Row) -> bool) -> Result<bool, StoreError> {
        let found: Option<(u64, Configuration)> = self.json(keys::CONFIGURATION)?;
        let configuration = found.map(|(version, configuration)| Row::Configuration { version, configuration });
        let mut rows: Vec<Row> = configuration.into_iter().collect();
        for row in self.snapshot.prefix(&self.admin, keys::ACCESS_TOKEN) {
            rows.push(Row::AccessToken { token: read(&row.value().map_err(unavailable)?)? });
        }
        for row in self.snapshot.prefix(&self.admin, keys::TOKEN_KEY) {
            rows.push(Row::TokenKey { key: read(&row.value().map_err(unavailable)?)? });
        }
        Ok(rows.into_iter().all(take))
    }

    fn all_pools(&self, take: &mut dyn FnMut(Row) -> bool) -> Result<bool, StoreError> {
        let mut overflow = None;
        for row in self.snapshot.iter(&self.pools) {
            let (key, value) = row.into_inner().map_err(unavailable)?;
            let (pool, kind, rest) = keys::read_in_pool(&key)?;
            let value = keys::text(&value)?;
            let row = match kind {
                keys::SETTINGS => {
                    let settings: Settings = read(value.as_bytes())?;
                    overflow.clone_from(&settings.overflow);
                    self.pool(pool, settings)?
                }
                keys::NUMBER => self.number(pool, keys::text(rest)?, value)?,
                keys::CANDIDATE => {
                    let number = overflow.clone().ok_or_else(|| corrupt("a pool lacks its overflow number"))?;
                    Row::Shown { pool, lease: StoredLease::unpack(number, value)?.lease }
                }
                keys::SUPERSEDED => {
                    let (ended_at, number, _) = keys::read_superseded(rest)?;
                    Row::Unannounced { pool, ended_at, lease: StoredLease::unpack(number.number(), value)?.lease }
                }
                // Sessions stand with their numbers, the counter with its pool, pins with their calls.
                _ => continue,
            };
            if !take(row) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn pool(&self, pool: PoolId, settings: Settings) -> Result<Row, StoreError> {
        let key = keys::in_pool(&pool, keys::GENERATION, "");
        let generation = self.snapshot.get(&self.pools, key).map_err(unavailable)?;
        let counters = generation.map(|text| unpack_counters(keys::text(&text)?)).transpose()?;
        let (generation, cursor) = counters.unwrap_or_default();
        let Settings { policy, overflow, safe_until, suffixes } = settings;
        Ok(Row::Pool { pool, policy, overflow, generation, suffixes, cursor, safe_until, time: self.time })
    }

    fn number(&self, pool: PoolId, key: &str, value: &str) -> Result<Row, StoreError> {
        let number = TrackingNumber::from_key(key).map_err(corrupt)?;
        let (slot, lease) = unpack_number(number.clone(), value)?;
        let mut is_joined = false;
        if let Some(stored) = &lease {
            let session = keys::in_pool(&pool, keys::SESSION, stored.lease.session.as_str());
            let joined = self.snapshot.get(&self.pools, session).map_err(unavailable)?;
            is_joined = joined.is_some_and(|joined| *joined == *key.as_bytes());
        }
        let is_announced = lease.as_ref().is_some_and(|stored| stored.is_announced);
        let (standing, exclusive_until) = (slot.standing, slot.exclusive_until);
        let lease = lease.map(|stored| stored.lease);
        Ok(Row::Number { pool, number, standing, exclusive_until, lease, is_announced, is_joined })
    }

    fn all_records(&self, take: &mut dyn FnMut(Row) -> bool) -> Result<(), StoreError> {
        for row in self.snapshot.iter(&self.records) {
            let (key, value) = row.into_inner().map_err(unavailable)?;
            let too_short = || corrupt("the key of a record is too short");
            let (kind, rest) = key.split_first().ok_or_else(too_short)?;
            let mut parts = rest.splitn(3, |byte| *byte == 0);
            let mut part = || keys::text(parts.next().ok_or_else(too_short)?);
            let row = match kind {
                &keys::CALL => {
                    let (pool, key) = (pool_id(part()?)?, stored_key(part()?)?);
                    let StoredRow { kept, pinned_until } = StoredRow::unpack(key, keys::text(&value)?)?;
                    Row::Call { pool, call: kept.row, revision: kept.revision, pinned_until }
                }
                &keys::DOCUMENT => {
                    let kind = part()?;
                    let kind = DocumentKind::ALL.into_iter().find(|known| known.name() == kind);
                    let kind = kind.ok_or_else(|| corrupt("a document is of no known kind"))?;
                    if kind == DocumentKind::RollUp {
                        continue;
                    }
                    Row::Document { kind, document: packed_document::unpack(part()?, keys::text(&value)?)? }
                }
                b'h' => {
                    let (pool, number) = (pool_id(part()?)?, TrackingNumber::parse(part()?).map_err(corrupt)?);
                    Row::Past { pool, lease: StoredLease::unpack(number, keys::text(&value)?)?.lease }
                }
                _ => continue,
            };
            if !take(row) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn json<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let row = self.snapshot.get(&self.admin, key).map_err(unavailable)?;
        row.map(|row| read(&row)).transpose()
    }
}

fn pool_id(text: &str) -> Result<PoolId, StoreError> {
    PoolId::parse(text).map_err(corrupt)
}

fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(json).map_err(corrupt)
}
