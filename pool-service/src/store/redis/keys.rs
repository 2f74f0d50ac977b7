//! Every key of the Redis store.
//!
//! All keys begin with the installation's prefix. A pool's keys share the hash tag `{pool:<id>}`, so that a script
//! may touch them all, also on a cluster; the scripts get the first one and build the others. Calls on numbers of no pool
//! are under `{pool:none}`, whose `meta` has no times. A call is its source, a slash and its id.
//!
//! | key | type | what |
//! |---|---|---|
//! | `<prefix>:{pool:<id>}:meta` | hash | `clock` largest time seen · `generation` counter of grants · `begun` how many calls were saved for the first time · `swept` all ends up to it are announced · `overflow` number · `suffix_base`, `suffix_digits`, `suffix_stride` of its range of suffix numbers, `cursor` the suffix to grant next · `epoch` and `run_id` of the server that granted last, and when it was `seen` · `safe_until` end of its last safe mode · `overlaps` found · the policy's times in milliseconds, by name |
//! | `…:order` | sorted set | numbers that may be granted, by the end of their exclusivity; 0 = never leased |
//! | `…:withdrawn` | sorted set | the same for draining and disabled numbers |
//! | `…:standing` | hash | withdrawn number → `draining` or `disabled` |
//! | `…:lease` | hash | number → its latest lease, packed |
//! | `…:session` | hash | session → the number it has |
//! | `…:history:<number>` | sorted set | earlier leases of a number, packed, by grant; trimmed by the sweeper |
//! | `…:superseded` | sorted set | number and packed lease, by its end: followed by another before it was announced |
//! | `…:shown` | hash | session → packed lease: was shown the overflow number |
//! | `…:shown_order` | sorted set | those sessions, by when they were last heard of; at most 200 |
//! | `…:doubts` | sorted set | begin and end of spans whose grants may be lost, by their end; trimmed by the sweeper |
//! | `…:calls` | hash | call → packed call with its record |
//! | `…:begun` | sorted set | all calls, by their begin |
//! | `…:calls:<number>` | sorted set | the calls on a number, by their begin |
//! | `…:caller:<keyed hash>` | sorted set | the calls of a caller, by their begin |
//! | `…:pins:<number>` | sorted set | calls that pin a number, by the end of the pin |
//! | `…:hours` | sorted set | hours in which calls began, by themselves |
//! | `…:stamps` | hash | hour → stamp of its calls |
//! | `…:occupying` | sorted set | calls that occupy a destination, by when they do no more at the latest |
//! | `…:in_use` | hash | destination → how many calls occupy it |
//! | `<prefix>:{documents:<kind>}:meta` | hash | `clock` largest time seen |
//! | `…:texts` | hash | key → packed document |
//! | `…:names` | sorted set | keys, all with score 0 |
//! | `…:expiring` | sorted set | keys of documents that expire, by when they do |
//! | `<prefix>:schema` | string | version of this layout |
//! | `<prefix>:config` | hash | `version` and `json` of the configuration |
//! | `<prefix>:numbers` | hash | number → the pool that has it |
//! | `<prefix>:overflow` | hash | pool → its overflow number |
//! | `<prefix>:suffixes` | hash | pool → its range of suffix numbers, JSON |
//! | `<prefix>:access_tokens` | hash | id → access token, JSON |
//! | `<prefix>:token_keys` | hash | id → key that signs lease tokens, JSON |
//! | `<prefix>:restoring` | string | there while a restore is under way: what is here is not whole |
//! | `<prefix>:moved` | string | where the state went on: nothing here counts any more |
//! | `<prefix>:ready` | string | written and read back to see whether the server takes writes |

use crate::{domain::ids::PoolId, store::records::DocumentKind};

/// Builds keys.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// A key of a pool; `name` is one of the table above.
    pub(super) fn in_pool(&self, pool: &PoolId, name: &str) -> String {
        format!("{}:{{pool:{pool}}}:{name}", self.prefix)
    }

    /// A key of a kind of documents; `name` is one of the table above.
    pub(super) fn of_kind(&self, kind: DocumentKind, name: &str) -> String {
        format!("{}:{{documents:{}}}:{name}", self.prefix, kind.name())
    }

    /// A key of the installation; `name` is one of the table above.
    pub(super) fn global(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}
