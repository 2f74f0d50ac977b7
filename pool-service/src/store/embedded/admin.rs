//! Administration in the embedded store.

use super::{EmbeddedStore, disk::unavailable, keys, number_key::NumberKey};
use crate::{
    domain::{
        access::AccessToken,
        ids::PoolId,
        lease::Standing,
        number::TrackingNumber,
        site::{Configuration, Pool},
        time::Timestamp,
        token::TokenKey,
    },
    store::{AdminStore, StoreError, packed::corrupt, records::Survives},
};
use async_trait::async_trait;

#[async_trait]
impl AdminStore for EmbeddedStore {
    async fn configuration(&self) -> Result<(u64, Configuration), StoreError> {
        self.read(|state| Ok(state.administration.configuration())).await
    }

    async fn configuration_after(&self, read_version: u64) -> Result<Option<(u64, Configuration)>, StoreError> {
        self.read(move |state| {
            let is_changed = state.administration.version() != read_version;
            Ok(is_changed.then(|| state.administration.configuration()))
        })
        .await
    }

    async fn put_configuration(
        &self,
        read_version: u64,
        configuration: &Configuration,
    ) -> Result<Option<u64>, StoreError> {
        let configuration = configuration.clone();
        self.write(Survives::PowerLoss, move |state| {
            state.administration.put_configuration(&state.disk, &mut state.batch, read_version, configuration)
        })
        .await
    }

    async fn put_pool(&self, pool: &Pool) -> Result<(), StoreError> {
        let pool = pool.clone();
        self.write(Survives::PowerLoss, move |state| {
            state.create(&pool.id);
            let (ledger, _, _) = state.change(&pool.id)?;
            ledger.configure(pool.policy, pool.overflow, pool.suffixes);
            Ok(())
        })
        .await
    }

    async fn numbers(&self, pool: &PoolId) -> Result<Vec<(TrackingNumber, Standing)>, StoreError> {
        let pool = pool.clone();
        let numbers = self.read(move |state| Ok(state.pool(&pool)?.numbers().collect())).await?;
        // Sorting and unpacking a million of them takes longer than leases may wait for the writer.
        let stopped = |_| StoreError::Unavailable("a reader of numbers was stopped".to_owned());
        tokio::task::spawn_blocking(|| in_order(numbers)).await.map_err(stopped)
    }

    async fn put_numbers(
        &self,
        pool: &PoolId,
        numbers: &[TrackingNumber],
        standing: Standing,
    ) -> Result<(), StoreError> {
        let (pool, numbers) = (pool.clone(), numbers.to_vec());
        self.write(Survives::PowerLoss, move |state| {
            let (ledger, now, _) = state.change(&pool)?;
            ledger.put_numbers(now, &numbers, standing);
            for number in &numbers {
                state.batch.insert(&state.disk.admin, keys::pool_of(number), pool.as_str());
            }
            Ok(())
        })
        .await
    }

    async fn pools_of(&self, numbers: &[TrackingNumber]) -> Result<Vec<Option<PoolId>>, StoreError> {
        let numbers = numbers.to_vec();
        self.read(move |state| {
            let shown_by = |number| {
                state.pools().find(|(_, ledger)| {
                    ledger.overflow() == Some(number) || ledger.suffixes().is_some_and(|range| range.contains(number))
                })
            };
            let pool_of = |number| match state.disk.admin.get(keys::pool_of(number)).map_err(unavailable)? {
                Some(pool) => PoolId::parse(keys::text(&pool)?).map(Some).map_err(corrupt),
                None => Ok(shown_by(number).map(|(pool, _)| pool.clone())),
            };
            numbers.iter().map(pool_of).collect()
        })
        .await
    }

    async fn access_tokens(&self) -> Result<Vec<AccessToken>, StoreError> {
        self.read(|state| Ok(state.administration.access_tokens().cloned().collect())).await
    }

    async fn access_token(&self, id: &str) -> Result<Option<AccessToken>, StoreError> {
        let id = id.to_owned();
        self.read(move |state| Ok(state.administration.access_token(&id).cloned())).await
    }

    async fn put_access_token(&self, read: Option<&AccessToken>, token: &AccessToken) -> Result<bool, StoreError> {
        let (read, token) = (read.cloned(), token.clone());
        self.write(Survives::PowerLoss, move |state| {
            if state.administration.access_token(&token.id) != read.as_ref() {
                return Ok(false);
            }
            state.administration.put_access_token(&state.disk, &mut state.batch, token)?;
            Ok(true)
        })
        .await
    }

    async fn token_keys(&self, first: &TokenKey) -> Result<Vec<TokenKey>, StoreError> {
        let first = first.clone();
        self.write(Survives::PowerLoss, move |state| {
            state.administration.token_keys(&state.disk, &mut state.batch, first)
        })
        .await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.write(Survives::Crash, |_| Ok(())).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.read(|state| Ok(state.clock.read())).await
    }
}

fn in_order(mut numbers: Vec<(NumberKey, Standing)>) -> Vec<(TrackingNumber, Standing)> {
    numbers.sort_unstable_by_key(|(number, _)| *number);
    numbers.into_iter().map(|(number, standing)| (number.number(), standing)).collect()
}
