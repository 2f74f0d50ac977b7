//! Configuration, signing keys and access tokens in memory, so that two changes within one commit see each other.
//!
//! For the writer thread only.

use super::{
    disk::{Disk, to_json},
    keys,
};
use crate::{
    domain::{access::AccessToken, site::Configuration, token::TokenKey},
    store::StoreError,
};
use fjall::OwnedWriteBatch;
use std::collections::BTreeMap;

/// What operators configured, pools' numbers apart.
pub(super) struct Administration {
    version: u64,
    configuration: Configuration,
    token_keys: Vec<TokenKey>,
    /// By id.
    access_tokens: BTreeMap<String, AccessToken>,
}

impl Administration {
    /// What is on disk.
    pub(super) fn load(disk: &Disk) -> Result<Self, StoreError> {
        let (version, configuration) = disk.admin_row(keys::CONFIGURATION)?.unwrap_or_default();
        let tokens: Vec<AccessToken> = disk.admin_rows(keys::ACCESS_TOKEN)?;
        let access_tokens = tokens.into_iter().map(|token| (token.id.clone(), token)).collect();
        Ok(Self { version, configuration, token_keys: disk.admin_rows(keys::TOKEN_KEY)?, access_tokens })
    }

    /// The configuration's version.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// The configuration and its version.
    pub(super) fn configuration(&self) -> (u64, Configuration) {
        (self.version, self.configuration.clone())
    }

    /// Replaces the configuration if it is still the version that was read; gives the new version.
    pub(super) fn put_configuration(
        &mut self,
        disk: &Disk,
        batch: &mut OwnedWriteBatch,
        read_version: u64,
        configuration: Configuration,
    ) -> Result<Option<u64>, StoreError> {
        if read_version != self.version {
            return Ok(None);
        }
        let version = self.version + 1;
        batch.insert(&disk.admin, keys::CONFIGURATION, to_json(&(version, &configuration))?);
        (self.version, self.configuration) = (version, configuration);
        Ok(Some(version))
    }

    /// The signing keys; `first` becomes the first one if there is none.
    pub(super) fn token_keys(
        &mut self,
        disk: &Disk,
        batch: &mut OwnedWriteBatch,
        first: TokenKey,
    ) -> Result<Vec<TokenKey>, StoreError> {
        if self.token_keys.is_empty() {
            batch.insert(&disk.admin, format!("{}{}", keys::TOKEN_KEY, first.id), to_json(&first)?);
            self.token_keys.push(first);
        }
        Ok(self.token_keys.clone())
    }

    /// Takes over a configuration as it is.
    pub(super) fn import_configuration(
        &mut self,
        disk: &Disk,
        batch: &mut OwnedWriteBatch,
        version: u64,
        configuration: Configuration,
    ) -> Result<(), StoreError> {
        batch.insert(&disk.admin, keys::CONFIGURATION, to_json(&(version, &configuration))?);
        (self.version, self.configuration) = (version, configuration);
        Ok(())
    }

    /// Stores a signing key; one with the same id is replaced.
    pub(super) fn put_token_key(
        &mut self,
        disk: &Disk,
        batch: &mut OwnedWriteBatch,
        key: TokenKey,
    ) -> Result<(), StoreError> {
        batch.insert(&disk.admin, format!("{}{}", keys::TOKEN_KEY, key.id), to_json(&key)?);
        self.token_keys.retain(|known| known.id != key.id);
        self.token_keys.push(key);
        Ok(())
    }

    /// Removes a signing key.
    pub(super) fn remove_token_key(&mut self, disk: &Disk, batch: &mut OwnedWriteBatch, id: &str) {
        batch.remove(&disk.admin, format!("{}{id}", keys::TOKEN_KEY));
        self.token_keys.retain(|known| known.id != id);
    }

    /// All access tokens, by id.
    pub(super) fn access_tokens(&self) -> impl Iterator<Item = &AccessToken> {
        self.access_tokens.values()
    }

    /// The access token with this public id.
    pub(super) fn access_token(&self, id: &str) -> Option<&AccessToken> {
        self.access_tokens.get(id)
    }

    /// Stores an access token; one with the same id is replaced.
    pub(super) fn put_access_token(
        &mut self,
        disk: &Disk,
        batch: &mut OwnedWriteBatch,
        token: AccessToken,
    ) -> Result<(), StoreError> {
        batch.insert(&disk.admin, format!("{}{}", keys::ACCESS_TOKEN, token.id), to_json(&token)?);
        self.access_tokens.insert(token.id.clone(), token);
        Ok(())
    }

    /// Whether nothing was configured; signing keys, which every start makes, do not count.
    pub(super) fn is_empty(&self) -> bool {
        self.version == 0 && self.access_tokens.is_empty()
    }

    /// The ids of the signing keys.
    pub(super) fn token_key_ids(&self) -> Vec<String> {
        self.token_keys.iter().map(|key| key.id.clone()).collect()
    }
}
