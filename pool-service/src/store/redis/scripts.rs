//! Every Lua script of the Redis store. What each takes and gives stands at the head of its file.
//!
//! A script of a pool begins with `prelude.lua` (keys, time, packed records) and, if the pool must be known, with
//! `pool.lua` (settings, slots); `epoch.lua` notices a failover, `desk.lua` serves many sessions at once. Scripts are called
//! by their digest and loaded again when the server forgot them.

use redis::Script;
use std::sync::LazyLock;

macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $($file:literal)+;)+) => {
        $($(#[$doc])* pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(concat!($(include_str!(concat!("scripts/", $file, ".lua")), "\n"),+)));)+
    };
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
    /// Records that a call began.
    BEGIN_CALL = "prelude" "pool" "begin_call";
    /// Records that a call ended.
    END_CALL = "prelude" "pool" "end_call";
    /// Gives a call.
    CALL = "prelude" "pool" "call";
    /// Sets policy and overflow number.
    PUT_POOL = "prelude" "put_pool";
    /// Adds numbers or changes how they stand.
    PUT_NUMBERS = "prelude" "pool" "put_numbers";
    /// Replaces the configuration.
    PUT_CONFIGURATION = "put_configuration";
    /// Takes over what another store held.
    IMPORT = "prelude" "import";
    /// Numbers with their leases.
    EXPORT = "prelude" "export";
    /// Gives the signing keys.
    TOKEN_KEYS = "token_keys";
}
