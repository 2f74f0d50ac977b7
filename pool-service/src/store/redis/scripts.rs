//! Every Lua script of the Redis store. What each takes and gives stands at the head of its file.
//!
//! A script of a pool begins with `prelude.lua` (keys, time, packed records) and, if the pool must be known, with
//! `pool.lua` (settings, slots); `epoch.lua` notices a failover, `desk.lua` serves many sessions at once. Scripts are called
//! by their digest and loaded again when the server forgot them. Those of calls also know the pool of numbers that have no
//! pool (`none.lua`); those of documents begin with `documents.lua` instead.

use crate::domain::policy::LeasePolicy;
use redis::Script;
use std::sync::LazyLock;

macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $($file:literal)+;)+) => {
        $($(#[$doc])* pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| script(concat!($(include_str!(concat!("scripts/", $file, ".lua")), "\n"),+)));)+
    };
}

/// A script, with the usual times of a pool filled in where it asks for them.
fn script(text: &str) -> Script {
    let usual = LeasePolicy::default();
    let times = [
        usual.lease_life,
        usual.min_hold,
        usual.cooldown,
        usual.affinity,
        usual.retention,
        usual.after_call,
        usual.max_call,
    ];
    Script::new(&text.replace("USUAL_TIMES", &times.map(|time| time.as_millis().to_string()).join(", ")))
}

scripts! {
    /// Gets or keeps a number for each session.
    ACQUIRE = "prelude" "pool" "epoch" "desk" "acquire";
    /// Notes that a page was left.
    LEAVE = "prelude" "pool" "leave";
    /// Ends a session's lease.
    RELEASE = "prelude" "pool" "release";
    /// Says who held some numbers.
    HOLDERS = "prelude" "pool" "epoch" "holders";
    /// Announces and forgets.
    SWEEP = "prelude" "pool" "epoch" "sweep";
    /// Counts numbers by what they are doing.
    OCCUPANCY = "prelude" "pool" "occupancy";
    /// Tells what the pool knows of lost grants.
    SAFE_MODE = "prelude" "pool" "safe_mode";
    /// Gives a call.
    CALL = "prelude" "none" "pool" "call";
    /// Keeps a call.
    SAVE_CALL = "prelude" "none" "pool" "keep" "save_call";
    /// Forgets a call.
    REMOVE_CALL = "prelude" "none" "pool" "keep" "remove_call";
    /// Gives calls out of an index.
    CALLS = "prelude" "none" "pool" "calls";
    /// Gives the hours in which calls began.
    HOURS = "prelude" "none" "pool" "hours";
    /// Tells what destinations carry.
    TRAFFIC = "prelude" "none" "pool" "traffic";
    /// Gives a document.
    DOCUMENT = "prelude" "documents" "document";
    /// Writes a document.
    PUT_DOCUMENT = "prelude" "documents" "put_document";
    /// Gives documents in the order of their keys.
    LIST_DOCUMENTS = "prelude" "documents" "list_documents";
    /// Forgets a document.
    REMOVE_DOCUMENT = "prelude" "documents" "remove_document";
    /// Forgets documents that have expired.
    SWEEP_DOCUMENTS = "prelude" "documents" "sweep_documents";
    /// Sets policy and overflow number.
    PUT_POOL = "prelude" "put_pool";
    /// Adds numbers or changes how they stand.
    PUT_NUMBERS = "prelude" "pool" "put_numbers";
    /// Replaces the configuration.
    PUT_CONFIGURATION = "put_configuration";
    /// Stores an access token.
    PUT_ACCESS_TOKEN = "put_access_token";
    /// Takes over what another store held.
    IMPORT = "prelude" "import";
    /// Numbers with their leases.
    EXPORT = "prelude" "export";
    /// Gives the signing keys.
    TOKEN_KEYS = "token_keys";
}
