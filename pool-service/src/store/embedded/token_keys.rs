//! Further keys that sign lease tokens, in the embedded store.

use super::EmbeddedStore;
use crate::{
    domain::token::TokenKey,
    store::{KeyStore, StoreError, records::Survives},
};
use async_trait::async_trait;

#[async_trait]
impl KeyStore for EmbeddedStore {
    async fn put_token_key(&self, key: &TokenKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.write(Survives::PowerLoss, move |state| {
            state.administration.put_token_key(&state.disk, &mut state.batch, key)
        })
        .await
    }

    async fn remove_token_key(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(Survives::PowerLoss, move |state| {
            state.administration.remove_token_key(&state.disk, &mut state.batch, &id);
            Ok(())
        })
        .await
    }
}
