//! The keys that sign lease tokens: a new one, which there are, and away with an old one.
//!
//! A token is good for its promise and the affinity after it. So long a key must stay after it has signed for the last
//! time, or pages that come back could not prove what they held.

use super::{Refused, moment};
use crate::{
    domain::{
        policy::LeasePolicy,
        time::{Span, Timestamp},
        token::{TokenKey, TokenKeys},
    },
    live::new_key,
    store::Store,
};

/// Makes a new key that begins to sign after a while, and removes those of which nobody can hold a token any more.
///
/// # Errors
/// When the store does not answer.
pub async fn rotate(store: &dyn Store, after: Span) -> Result<Vec<String>, Refused> {
    let now = store.now().await?;
    let mut key = new_key(now)?;
    let keys = all(store, &key).await?;
    let begins = now + after;
    key.signs_from = Some(begins);
    store.put_token_key(&key).await?;
    let mut lines = vec![format!("key {} signs from {}", key.id, moment(begins))];
    for old in keys.all() {
        if removable_from(&keys, old, now, token_life(store).await?).is_some_and(|from| from <= now) {
            store.remove_token_key(&old.id).await?;
            lines.push(format!("key {} removed: nobody holds a token of it any more", old.id));
        }
    }
    Ok(lines)
}

/// A line for each key, newest first: id, since when it signs, what it does now.
///
/// # Errors
/// When the store does not answer.
pub async fn list(store: &dyn Store) -> Result<Vec<String>, Refused> {
    let now = store.now().await?;
    let keys = all(store, &new_key(now)?).await?;
    let life = token_life(store).await?;
    let line = |key: &TokenKey| {
        let does = match removable_from(&keys, key, now, life) {
            _ if key.begins() > now && !signs(&keys, key, now) => "does not sign yet".to_owned(),
            None => "signs".to_owned(),
            Some(from) if from <= now => "can be retired".to_owned(),
            Some(from) => format!("verifies, can be retired from {}", moment(from)),
        };
        format!("{}\t{}\t{does}", key.id, moment(key.begins()))
    };
    Ok(keys.all().iter().map(line).collect())
}

/// Removes a key. One of which pages may hold tokens is removed only `at_once`.
///
/// # Errors
/// When there is no such key, it is still needed, or the store does not answer.
pub async fn retire(store: &dyn Store, id: &str, at_once: bool) -> Result<Vec<String>, Refused> {
    let now = store.now().await?;
    let keys = all(store, &new_key(now)?).await?;
    let key = keys.all().iter().find(|key| key.id == id);
    let key = key.ok_or_else(|| Refused::because(format!("there is no key {id:?}: see `hatsuban keys list`")))?;
    if signs(&keys, key, now) || keys.all().len() == 1 {
        return Err(Refused::because(format!("the key {id} signs now: rotate first")));
    }
    let from = removable_from(&keys, key, now, token_life(store).await?);
    match from {
        Some(from) if from > now && !at_once && key.begins() <= now => {
            return Err(Refused::because(format!(
                "pages may hold tokens of the key {id} until {}: give --at-once if it is known to others",
                moment(from)
            )));
        }
        _ => store.remove_token_key(id).await?,
    }
    Ok(vec![format!("key {id} removed")])
}

async fn all(store: &dyn Store, first: &TokenKey) -> Result<TokenKeys, Refused> {
    Ok(TokenKeys::new(store.token_keys(first).await?).unwrap_or_default())
}

fn signs(keys: &TokenKeys, key: &TokenKey, now: Timestamp) -> bool {
    keys.signing(now).is_some_and(|signing| signing.id == key.id)
}

/// From when nobody can hold a token of a key; `None` while it is not known when it signs for the last time.
fn removable_from(keys: &TokenKeys, key: &TokenKey, now: Timestamp, life: Span) -> Option<Timestamp> {
    let after = |other: &&TokenKey| other.id != key.id && other.begins() >= key.begins() && other.begins() <= now;
    let next = keys.all().iter().filter(after).map(TokenKey::begins).min();
    next.filter(|_| !signs(keys, key, now)).map(|begins| begins + life)
}

/// How long a token is good for, in the pool where that is longest.
async fn token_life(store: &dyn Store) -> Result<Span, Refused> {
    let (_, configuration) = store.configuration().await?;
    let life = |policy: &LeasePolicy| policy.lease_life.max(policy.min_hold).max(policy.max_call) + policy.affinity;
    Ok(configuration.pools.iter().map(|pool| life(&pool.policy)).max().unwrap_or_default())
}
