//! Giving and taking the whole state of a Redis store.
//!
//! What is given while the service runs is not the state of one moment: each number with its leases is, and so is each
//! call. Stop the service for a state of one moment.

mod export;
mod import;

use super::RedisStore;
use crate::store::{
    AdminStore, StoreError,
    transfer::{Export, ROWS_WAITING, Row, TransferStore},
};
use async_trait::async_trait;
use redis::cmd;
use tokio::sync::mpsc;

#[async_trait]
impl TransferStore for RedisStore {
    async fn export(&self) -> Result<Export, StoreError> {
        let (store, time) = (self.clone(), self.now().await?);
        let (sender, rows) = mpsc::channel(ROWS_WAITING);
        tokio::spawn(async move {
            if let Err(error) = export::rows(&store, &sender).await {
                // Nobody listens any more.
                let _ = sender.send(Err(error)).await;
            }
        });
        Ok(Export { time, rows })
    }

    async fn begin_import(&self) -> Result<(), StoreError> {
        let (keys, link) = (&self.0.keys, &self.0.link);
        let taken: u64 = link.query(cmd("EXISTS").arg(keys.global("config"))).await?;
        let has_numbers: u64 = link.query(cmd("EXISTS").arg(keys.global("numbers"))).await?;
        let has_tokens: u64 = link.query(cmd("EXISTS").arg(keys.global("access_tokens"))).await?;
        if taken + has_numbers + has_tokens > 0 {
            return Err(StoreError::Unsuitable(
                "something is configured on this Redis server already: choose another server, database or redis.prefix"
                    .to_owned(),
            ));
        }
        let () = link.query(cmd("SET").arg(keys.global("restoring")).arg("1")).await?;
        link.query(cmd("DEL").arg(keys.global("token_keys"))).await
    }

    async fn import(&self, rows: Vec<Row>) -> Result<(), StoreError> {
        import::rows(self, rows).await
    }

    async fn end_import(&self) -> Result<(), StoreError> {
        self.0.link.query(cmd("DEL").arg(self.0.keys.global("restoring"))).await
    }

    async fn retire(&self, moved_to: &str) -> Result<(), StoreError> {
        self.0.link.query(cmd("SET").arg(self.0.keys.global("moved")).arg(moved_to)).await
    }
}
