//! What tells one call from all others.

use crate::domain::ids::{CallId, CallSource, InvalidId, PoolId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{cmp::Ordering, fmt};

/// A call: the system that told of it, and that system's name for it. As text `source/id`; ordered as the text is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallKey {
    /// The call system: `kamailio`, `twilio`.
    pub source: CallSource,
    /// Its name for the call.
    pub id: CallId,
}

impl CallKey {
    /// Reads `source/id`.
    ///
    /// # Errors
    /// When a part is missing or has characters that it must not have.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let (source, id) = text.split_once('/').unwrap_or(("", text));
        Ok(Self { source: CallSource::parse(source)?, id: CallId::parse(id)? })
    }

    /// The public id of the call's record: its pool, a dot, and the key in base64 of the URL's alphabet.
    pub fn record_id(&self, pool: &PoolId) -> String {
        format!("{pool}.{}", URL_SAFE_NO_PAD.encode(self.to_string()))
    }

    /// The pool and the key that a public id names; `None` if it is none.
    pub fn from_record_id(id: &str) -> Option<(PoolId, Self)> {
        let (pool, key) = id.split_once('.')?;
        let key = String::from_utf8(URL_SAFE_NO_PAD.decode(key).ok()?).ok()?;
        Some((PoolId::parse(pool).ok()?, Self::parse(&key).ok()?))
    }

    /// 24 hexadecimal digits that follow from the key, for where a record's id would be too long.
    pub fn digest(&self) -> String {
        let digest = Sha256::digest(self.to_string().as_bytes());
        digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Ord for CallKey {
    fn cmp(&self, other: &Self) -> Ordering {
        fn text(key: &CallKey) -> impl Iterator<Item = u8> {
            key.source.as_str().bytes().chain([b'/']).chain(key.id.as_str().bytes())
        }
        text(self).cmp(text(other))
    }
}

impl PartialOrd for CallKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for CallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.id)
    }
}

impl TryFrom<String> for CallKey {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<CallKey> for String {
    fn from(key: CallKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::CallKey;
    use crate::domain::ids::PoolId;

    #[test]
    fn a_records_id_leads_back_to_its_call() {
        let key = CallKey::parse("kamailio/3848276298220188511@atlanta.example.com").expect("a key");
        let id = key.record_id(&PoolId::none());
        assert!(id.starts_with("none.") && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{id}");
        assert_eq!(CallKey::from_record_id(&id), Some((PoolId::none(), key)));
        for wrong in ["", "none", "none.", "none.####", "none.YQ", "a b.YS9i"] {
            assert_eq!(CallKey::from_record_id(wrong), None, "{wrong}");
        }
    }
}
