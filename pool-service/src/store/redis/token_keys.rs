//! Further keys that sign lease tokens, on a Redis server.

use super::RedisStore;
use crate::{
    domain::token::TokenKey,
    store::{KeyStore, StoreError, packed::corrupt},
};
use async_trait::async_trait;
use redis::cmd;

#[async_trait]
impl KeyStore for RedisStore {
    async fn put_token_key(&self, key: &TokenKey) -> Result<(), StoreError> {
        let json = serde_json::to_string(key).map_err(corrupt)?;
        let keys = self.0.keys.global("token_keys");
        self.0.link.query(cmd("HSET").arg(keys).arg(&key.id).arg(json)).await
    }

    async fn remove_token_key(&self, id: &str) -> Result<(), StoreError> {
        self.0.link.query(cmd("HDEL").arg(self.0.keys.global("token_keys")).arg(id)).await
    }
}
