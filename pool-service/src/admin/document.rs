//! The TOML file of `hatsuban apply`, as it is written: nothing here is checked but names and kinds of values.

use serde::Deserialize;

/// A whole document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `[[site]]`
    #[serde(default, rename = "site")]
    pub sites: Vec<SiteEntry>,
    /// `[[pool]]`
    #[serde(default, rename = "pool")]
    pub pools: Vec<PoolEntry>,
}

/// `[[site]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteEntry {
    /// The operator's name for it.
    pub id: String,
    /// Its public name.
    pub key: String,
    /// What a person calls it; its id, if absent.
    pub name: Option<String>,
    /// Origins of its pages.
    #[serde(default)]
    pub origins: Vec<String>,
    /// A session cookie of the site's own.
    pub session_cookie: Option<String>,
    /// `[[site.target]]`
    #[serde(default, rename = "target")]
    pub targets: Vec<TargetEntry>,
}

/// `[[site.target]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetEntry {
    /// The operator's name for it.
    pub id: String,
    /// The number as printed, in any spelling.
    pub number: String,
    /// The pool that replaces it.
    pub pool: String,
}

/// `[[pool]]`. Times are whole seconds; what is absent has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolEntry {
    /// The operator's name for it.
    pub id: String,
    /// The site whose visitors it serves.
    pub site: String,
    /// Where its calls are sent.
    pub destination: String,
    /// Shown to everybody when no number is free.
    pub overflow: Option<String>,
    /// Numbers, and ranges `"050-3111-0002..050-3111-0020"` with both ends.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Numbers and ranges that must not be shown any more.
    #[serde(default)]
    pub disabled: Vec<String>,
    /// Pages ask again this often.
    pub heartbeat_seconds: Option<i64>,
    /// A number stays with its session this long after the last heartbeat.
    pub lease_life_seconds: Option<i64>,
    /// A number stays with its session at least this long after the grant.
    pub min_hold_seconds: Option<i64>,
    /// A freed number rests this long, unless nothing older waits.
    pub cooldown_seconds: Option<i64>,
    /// A session that comes back within this time gets its own number again.
    pub affinity_seconds: Option<i64>,
    /// Who held a number is remembered this long.
    pub retention_seconds: Option<i64>,
    /// A number stays pinned this long after a call.
    pub after_call_seconds: Option<i64>,
    /// A call pins its number at most this long.
    pub max_call_seconds: Option<i64>,
    /// Hidden pages go on asking this long.
    pub hidden_hold_seconds: Option<i64>,
}

impl Document {
    /// Reads a document's text.
    ///
    /// # Errors
    /// Says in which line and column the text is no such document.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }
}
