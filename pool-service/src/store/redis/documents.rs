//! Documents on a Redis server: what each script takes and gives, in Rust.

use super::{Inner, scripts};
use crate::{
    domain::time::Timestamp,
    store::{
        StoreError, packed_document,
        records::{Document, DocumentKind},
    },
};
use redis::{FromRedisValue, Script, ScriptInvocation};

impl Inner {
    /// A call of a script of documents, with the kind and the time filled in.
    pub(super) fn on_kind<'a>(&self, script: &'a Script, kind: DocumentKind) -> ScriptInvocation<'a> {
        self.at_time(script.key(self.keys.of_kind(kind, "meta")))
    }

    async fn run_on_kind<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        self.link.run(script).await.map_err(|error| self.link.told(&error))
    }

    /// A document that has not expired.
    pub(super) async fn document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError> {
        let packed: Option<String> = self.run_on_kind(self.on_kind(&scripts::DOCUMENT, kind).arg(key)).await?;
        packed.map(|packed| packed_document::unpack(key, &packed)).transpose()
    }

    /// Writes a document; gives whether it did.
    pub(super) async fn put_document(
        &self,
        kind: DocumentKind,
        key: &str,
        read_revision: Option<u64>,
        text: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let mut script = self.on_kind(&scripts::PUT_DOCUMENT, kind);
        script.arg(key).arg(read_revision.map(|revision| revision.to_string()).unwrap_or_default());
        script.arg(expires_at.map(|at| at.as_millis().to_string()).unwrap_or_default()).arg(text);
        self.run_on_kind(&script).await
    }

    /// Documents in the order of their keys or the reverse.
    pub(super) async fn documents(
        &self,
        kind: DocumentKind,
        from: &str,
        until: &str,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        let mut script = self.on_kind(&scripts::LIST_DOCUMENTS, kind);
        script.arg(format!("[{from}")).arg(format!("({until}")).arg(u8::from(newest_first)).arg(limit);
        let found: Vec<(String, String)> = self.run_on_kind(&script).await?;
        found.into_iter().map(|(key, packed)| packed_document::unpack(&key, &packed)).collect()
    }

    /// Forgets a document.
    pub(super) async fn remove_document(&self, kind: DocumentKind, key: &str) -> Result<(), StoreError> {
        self.run_on_kind(self.on_kind(&scripts::REMOVE_DOCUMENT, kind).arg(key)).await
    }

    /// Forgets documents that have expired; gives how many.
    pub(super) async fn sweep_documents(&self, kind: DocumentKind, limit: usize) -> Result<usize, StoreError> {
        self.run_on_kind(self.on_kind(&scripts::SWEEP_DOCUMENTS, kind).arg(limit)).await
    }
}
