//! The last known good configuration on disk: with it a service starts while its store is away, serves tags, and knows
//! whose tokens are whose.

use super::{Snapshot, aside, configured::Configured, numbers::NumberIndex};
use crate::domain::{
    access::AccessToken,
    site::Configuration,
    token::{TokenKey, TokenKeys},
};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{
    fs::{self, OpenOptions},
    io::AsyncWriteExt,
};

/// Version of the file's form; files of other versions are left alone until they are written anew.
const FORM: u64 = 1;

/// Where the configuration is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// The store it came from: that of another is not served.
    pub store: String,
}

#[derive(Serialize, Deserialize)]
struct Content {
    form: u64,
    store: String,
    version: u64,
    configuration: Configuration,
    access_tokens: Vec<AccessToken>,
    token_keys: Vec<TokenKey>,
}

#[derive(Serialize, Deserialize)]
struct KeptNumbers {
    form: u64,
    store: String,
    numbers: NumberIndex,
}

impl Kept {
    /// Whether there is something to start with.
    pub async fn is_there(&self) -> bool {
        self.read().await.is_some()
    }

    /// What was kept, if it is of this store and can be read.
    pub(super) async fn read(&self) -> Option<Snapshot> {
        let bytes = fs::read(&self.path).await.ok()?;
        let content: Content = serde_json::from_slice(&bytes).ok()?;
        if content.form != FORM || content.store != self.store {
            return None;
        }
        let keys = TokenKeys::new(content.token_keys).unwrap_or_default();
        let configured = Configured::new(content.version, content.configuration);
        Some(Snapshot::new(Arc::new(configured), keys, content.access_tokens))
    }

    /// The index of numbers that was kept beside it.
    pub(super) async fn read_numbers(&self) -> Option<NumberIndex> {
        let bytes = fs::read(self.numbers_path()).await.ok()?;
        let content: KeptNumbers = serde_json::from_slice(&bytes).ok()?;
        (content.form == FORM && content.store == self.store).then_some(content.numbers)
    }

    /// Replaces that index.
    pub(super) async fn write_numbers(&self, numbers: &Arc<NumberIndex>) {
        let (store, numbers) = (self.store.clone(), Arc::clone(numbers));
        let path = self.numbers_path();
        let content = move || KeptNumbers { form: FORM, store, numbers: NumberIndex::clone(&numbers) };
        if let Err(error) = written(&path, content).await {
            let path = path.display();
            tracing::warn!(%path, %error, "the index of numbers cannot be kept; calls after a start without the store need it");
        }
    }

    fn numbers_path(&self) -> PathBuf {
        self.path.with_extension("numbers.json")
    }

    /// Replaces what was kept; the file is whole at any time, and for this user alone.
    pub(super) async fn write(&self, snapshot: &Arc<Snapshot>) {
        let (store, snapshot) = (self.store.clone(), Arc::clone(snapshot));
        let content = move || Content {
            form: FORM,
            store,
            version: snapshot.version(),
            configuration: snapshot.configuration().clone(),
            access_tokens: snapshot.access_tokens.values().cloned().collect(),
            token_keys: snapshot.lease_token_keys.all().to_vec(),
        };
        if let Err(error) = written(&self.path, content).await {
            let path = self.path.display();
            tracing::warn!(%path, %error, "the configuration cannot be kept; a start without the store needs it");
        }
    }
}

async fn written<T: Serialize>(path: &Path, content: impl FnOnce() -> T + Send + 'static) -> io::Result<()> {
    let bytes = aside(move || serde_json::to_vec(&content())).await.map_err(io::Error::other)??;
    replace(path, &bytes).await
}

async fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    // What a dead process left may be open to others.
    match fs::remove_file(&unfinished).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(&unfinished, path).await
}
