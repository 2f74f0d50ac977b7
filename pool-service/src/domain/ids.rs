//! Names of things. Each is checked once, where it enters, and carries its kind from then on.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not an id of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {text:?} must be {rule}")]
pub struct InvalidId {
    kind: &'static str,
    text: String,
    rule: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $min:literal..=$max:literal, $extra:literal, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads the id.
            ///
            /// # Errors
            /// When the text has another length or other characters than the type's documentation allows.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let allowed = |c: char| c.is_ascii_alphanumeric() || $extra.contains(c);
                if ($min..=$max).contains(&text.len()) && text.chars().all(allowed) {
                    Ok(Self(text.to_owned()))
                } else {
                    let text = text.chars().take(80).collect();
                    Err(InvalidId { kind: $kind, text, rule: $rule })
                }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// A site, as its operator names it.
    SiteId, "site id", 1..=64, "-_", "1 to 64 letters, digits, - or _"
);
id!(
    /// A site, as its tag names it in public.
    SiteKey, "site key", 4..=64, "-_", "4 to 64 letters, digits, - or _"
);
id!(
    /// A number printed on a site that may be replaced, as its operator names it.
    TargetId, "target id", 1..=64, "-_", "1 to 64 letters, digits, - or _"
);
id!(
    /// A pool of tracking numbers.
    PoolId, "pool id", 1..=64, "-_", "1 to 64 letters, digits, - or _"
);
id!(
    /// A visitor session: the snippet's own cookie, or a digest of the site's.
    SessionId, "session", 16..=64, "-_", "16 to 64 letters, digits, - or _"
);
id!(
    /// A call, as its call system names it (a SIP Call-ID, a Twilio `CallSid` …): whatever RFC 3261 lets a Call-ID have,
    /// and `;=`.
    CallId, "call id", 1..=255, "-_.@:;=+~%!*'()<>[]{}/?\\\"`", "1 to 255 letters, digits or -_.@:;=+~%!*'()<>[]{}/?\\\"`"
);
id!(
    /// A call system that tells of calls: `kamailio`, `twilio`, `carrier-x`.
    CallSource, "source", 1..=32, "-_", "1 to 32 letters, digits, - or _"
);
id!(
    /// A firm on whose behalf numbers are shown on a portal.
    AdvertiserId, "advertiser id", 1..=64, "-_", "1 to 64 letters, digits, - or _"
);
id!(
    /// A place where calls are sent, as its operator names it within a pool.
    DestinationId, "destination id", 1..=64, "-_", "1 to 64 letters, digits, - or _"
);
id!(
    /// Opening hours, as their operator names them.
    ScheduleId, "schedule id", 1..=64, "-_", "1 to 64 letters, digits, - or _"
);

impl PoolId {
    /// Where calls are kept that came to a number of no pool. No pool may be configured under this id.
    pub fn none() -> Self {
        Self("none".to_owned())
    }
}
