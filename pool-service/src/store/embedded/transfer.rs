//! Giving and taking the whole state of an embedded store.

use super::{
    EmbeddedStore, changes::Settings, keys, ledger::Slot, number_key::NumberKey, snapshot::Frozen, writer::State,
};
use crate::store::{
    StoreError,
    embedded::disk::to_json,
    packed::StoredLease,
    packed_call::StoredRow,
    records::{KeptCall, Survives},
    transfer::{Export, ROWS_WAITING, Row, TransferStore},
};
use async_trait::async_trait;
use tokio::sync::mpsc;

#[async_trait]
impl TransferStore for EmbeddedStore {
    async fn export(&self) -> Result<Export, StoreError> {
        let (frozen, time) =
            self.read(|state| Ok((Frozen::of(&state.disk, state.clock.read()), state.clock.read()))).await?;
        let (sender, rows) = mpsc::channel(ROWS_WAITING);
        tokio::task::spawn_blocking(move || {
            let outcome = frozen.rows(&mut |row| sender.blocking_send(Ok(row)).is_ok());
            if let Err(error) = outcome {
                // Nobody listens any more.
                let _ = sender.blocking_send(Err(error));
            }
        });
        Ok(Export { time, rows })
    }

    async fn begin_import(&self) -> Result<(), StoreError> {
        self.write(Survives::PowerLoss, |state| {
            if !state.administration.is_empty() || state.has_pools() {
                return Err(StoreError::Unsuitable(
                    "something is configured here already: choose an empty data directory".to_owned(),
                ));
            }
            for id in state.administration.token_key_ids() {
                state.administration.remove_token_key(&state.disk, &mut state.batch, &id);
            }
            state.batch.insert(&state.disk.admin, keys::RESTORING, "true");
            Ok(())
        })
        .await
    }

    async fn import(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        self.write(Survives::Crash, move |state| rows.into_iter().try_for_each(|row| take_over(state, row))).await
    }

    async fn end_import(&self) -> Result<(), StoreError> {
        self.write(Survives::PowerLoss, |state| {
            state.batch.remove(&state.disk.admin, keys::RESTORING);
            Ok(())
        })
        .await
    }

    async fn retire(&self, moved_to: &str) -> Result<(), StoreError> {
        let row = to_json(&moved_to)?;
        self.write(Survives::PowerLoss, move |state| {
            state.batch.insert(&state.disk.admin, keys::MOVED, row);
            Ok(())
        })
        .await
    }
}

fn take_over(state: &mut State, row: Row) -> Result<(), StoreError> {
    match row {
        Row::Configuration { version, configuration } => {
            return state.administration.import_configuration(&state.disk, &mut state.batch, version, configuration);
        }
        Row::AccessToken { token } => {
            return state.administration.put_access_token(&state.disk, &mut state.batch, token);
        }
        Row::TokenKey { key } => {
            return state.administration.put_token_key(&state.disk, &mut state.batch, key);
        }
        Row::Pool { pool, policy, overflow, generation, suffixes, cursor, safe_until, time } => {
            state.clock.lift(time);
            state.create(&pool);
            let settings = Settings { policy, overflow, safe_until, suffixes };
            state.change(&pool)?.0.import_settings(settings, generation, cursor);
        }
        Row::Number { pool, number, standing, exclusive_until, lease, is_announced, is_joined } => {
            let joined = lease.as_ref().filter(|_| is_joined).map(|lease| lease.session.clone());
            let lease = lease.map(|lease| StoredLease { lease, is_announced });
            let slot = Slot { standing, exclusive_until };
            state.change(&pool)?.0.import_number(NumberKey::of(&number), slot, lease, joined);
            state.batch.insert(&state.disk.admin, keys::pool_of(&number), pool.as_str());
        }
        Row::Past { pool, lease } => state.change(&pool)?.0.import_past(lease),
        Row::Unannounced { pool, ended_at, lease } => state.change(&pool)?.0.import_unannounced(ended_at, lease),
        Row::Shown { pool, lease } => state.change(&pool)?.0.import_shown(lease),
        Row::Call { pool, call, revision, pinned_until } => {
            state.import_call(&pool, &StoredRow { kept: KeptCall { revision, row: call }, pinned_until })?;
        }
        Row::Document { kind, document } => state.import_document(kind, &document)?,
    }
    Ok(())
}
