//! From the layout of older versions to this one's.

use super::{
    disk::{Disk, unavailable},
    keys,
};
use crate::store::{
    StoreError,
    packed_call::{StoredCall, stored_key},
};

/// Layout 1 named calls by their id alone.
pub(super) fn from_1(disk: &Disk) -> Result<(), StoreError> {
    let mut batch = disk.batch();
    for row in disk.records.prefix([keys::CALL]) {
        let (old, packed) = row.into_inner().map_err(unavailable)?;
        let (pool, id) = keys::read_record(&old)?;
        let id = keys::text(id)?;
        let key = stored_key(id)?;
        let span = StoredCall::unpack(key.clone(), keys::text(&packed)?)?.span;
        let on_number = keys::calls_on(&pool, &span.number, span.began_at);
        batch.remove(&disk.records, [&on_number[..], id.as_bytes()].concat());
        batch.insert(&disk.records, [&on_number[..], key.to_string().as_bytes()].concat(), "");
        batch.remove(&disk.records, old.clone());
        batch.insert(&disk.records, keys::call(&pool, &key), packed);
        let pin = keys::in_pool(&pool, keys::PIN, id);
        if let Some(packed) = disk.pools.get(&pin).map_err(unavailable)? {
            batch.remove(&disk.pools, pin);
            batch.insert(&disk.pools, keys::in_pool(&pool, keys::PIN, &key.to_string()), packed);
        }
    }
    batch.insert(&disk.admin, keys::SCHEMA, "2");
    disk.commit(batch, true)
}
