//! What tells one call from all others.

use crate::domain::ids::{CallId, CallSource, InvalidId, PoolId};
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

    /// The public id of the call's record: its pool, a dot, and 24 hexadecimal digits that follow from the key.
    pub fn record_id(&self, pool: &PoolId) -> String {
        let digest = Sha256::digest(self.to_string().as_bytes());
        let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        format!("{pool}.{hex}")
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
