//! Who calls, as far as it is kept. Callers' numbers are personal data: what is here is keyed, sealed or masked.

use serde::{Deserialize, Serialize};

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Caller {
    /// The number under a keyed hash, by which calls of one caller are found: 32 hexadecimal digits.
    pub key: String,
    /// The number under encryption, base64; `None` where only the hash is kept, or after it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
    /// The number as people may see it: `090****5678`.
    pub masked: String,
}
