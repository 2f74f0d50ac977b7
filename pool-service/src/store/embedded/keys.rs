//! Every key of the embedded store. Ids and numbers have no zero byte, so a zero byte ends them; times and counters
//! are eight bytes, big-endian, so that keys sort by them.
//!
//! | keyspace | key | value |
//! |---|---|---|
//! | `admin` | `schema` | version of this layout, decimal |
//! | | `clock` | largest time seen, milliseconds, decimal |
//! | | `run` | how the store was last opened: start of the machine, time, whether it was closed, JSON |
//! | | `restoring` | there while a restore is under way: what is here is not whole |
//! | | `moved` | where the state went on: nothing here counts any more |
//! | | `configuration` | version and configuration, JSON |
//! | | `number` 0 number | the pool that has the number |
//! | | `access_token` 0 id | access token, JSON |
//! | | `token_key` 0 id | key that signs lease tokens, JSON |
//! | `pools` | pool 0 `a` | policy, overflow number, end of the safe mode, JSON |
//! | | pool 0 `g` | counter of grants and suffix to grant next, decimal |
//! | | pool 0 `n` number | standing, end of exclusivity and latest lease |
//! | | pool 0 `s` session | the number the session has |
//! | | pool 0 `o` session | packed lease: was shown the overflow number |
//! | | pool 0 `e` time number generation | packed lease: ended and was followed, waits to be announced |
//! | | pool 0 `p` call | packed call, its first four fields, that still pins its number |
//! | `records` | `h` pool 0 number 0 time-of-grant generation | packed lease of the past |
//! | | `c` pool 0 call | packed call |
//! | | `i` pool 0 number 0 time-of-begin call | packed call, its first four fields: the calls on a number, by time; older versions wrote nothing |
//! | | `k` pool 0 caller 0 time-of-begin call | nothing: the calls of a caller, by time |
//! | | `t` pool 0 time-of-begin call | nothing: all calls, by time |
//! | | `s` pool 0 hour | stamp of the calls that began in that hour, decimal |
//! | | `b` pool 0 | how many calls were saved for the first time, decimal |
//! | | `o` pool 0 call | destination that a call occupies, and until when at most |
//! | | `d` kind 0 key | packed document |
//! | | `x` kind 0 time-of-expiry key | nothing: documents that expire, by time |
//!
//! A call is its source, a slash and its id. Everything in `pools`, and `b` and `o` of `records`, is in memory while the
//! store is open; the other `records` are read from disk when asked for.

use super::{ledger::Superseded, number_key::NumberKey};
use crate::{
    domain::{call::CallKey, ids::PoolId, number::TrackingNumber, time::Timestamp},
    store::{
        StoreError,
        packed::corrupt,
        records::{CallsOf, DocumentKind},
    },
};

pub(super) const SCHEMA: &str = "schema";
pub(super) const CLOCK: &str = "clock";
pub(super) const RUN: &str = "run";
pub(super) const RESTORING: &str = "restoring";
pub(super) const MOVED: &str = "moved";

pub(super) const CONFIGURATION: &str = "configuration";
pub(super) const ACCESS_TOKEN: &str = "access_token\0";
pub(super) const TOKEN_KEY: &str = "token_key\0";

pub(super) const SETTINGS: char = 'a';
pub(super) const GENERATION: char = 'g';
pub(super) const NUMBER: char = 'n';
pub(super) const SESSION: char = 's';
pub(super) const CANDIDATE: char = 'o';
pub(super) const SUPERSEDED: char = 'e';
pub(super) const PIN: char = 'p';

pub(super) const CALL: u8 = b'c';
pub(super) const BEGUN: u8 = b'b';
pub(super) const OCCUPYING: u8 = b'o';
pub(super) const DOCUMENT: u8 = b'd';

pub(super) fn pool_of(number: &TrackingNumber) -> String {
    format!("number\0{number}")
}

pub(super) fn in_pool(pool: &PoolId, kind: char, rest: &str) -> String {
    format!("{pool}\0{kind}{rest}")
}

pub(super) fn superseded(pool: &PoolId, (ended_at, number, generation): &Superseded) -> Vec<u8> {
    let mut key = in_pool(pool, SUPERSEDED, "").into_bytes();
    key.extend(ended_at.as_millis().to_be_bytes());
    key.extend(number.number().key().bytes());
    key.extend(generation.to_be_bytes());
    key
}

/// The time, number and generation in what follows the kind of a key of [`SUPERSEDED`].
pub(super) fn read_superseded(rest: &[u8]) -> Result<Superseded, StoreError> {
    let parts = rest.split_first_chunk::<8>().and_then(|(time, rest)| Some((time, rest.split_last_chunk::<8>()?)));
    let (time, (number, generation)) = parts.ok_or_else(|| corrupt("the key of an ended lease is too short"))?;
    let number = TrackingNumber::from_key(text(number)?).map_err(corrupt)?;
    Ok((Timestamp::from_millis(u64::from_be_bytes(*time)), NumberKey::of(&number), u64::from_be_bytes(*generation)))
}

/// Splits a key of the keyspace `pools` into pool, kind and the rest.
pub(super) fn read_in_pool(key: &[u8]) -> Result<(PoolId, char, &[u8]), StoreError> {
    let end = key.iter().position(|byte| *byte == 0).ok_or_else(|| corrupt("a key names no pool"))?;
    let kind = key.get(end + 1).ok_or_else(|| corrupt("a key names no kind"))?;
    Ok((PoolId::parse(text(&key[..end])?).map_err(corrupt)?, char::from(*kind), &key[end + 2..]))
}

pub(super) fn past_leases(pool: &PoolId, number: &TrackingNumber) -> Vec<u8> {
    format!("h{pool}\0{number}\0").into_bytes()
}

pub(super) fn past_lease(pool: &PoolId, number: &TrackingNumber, granted_at: Timestamp, generation: u64) -> Vec<u8> {
    let mut key = past_leases(pool, number);
    key.extend(granted_at.as_millis().to_be_bytes());
    key.extend(generation.to_be_bytes());
    key
}

pub(super) fn call(pool: &PoolId, call: &CallKey) -> Vec<u8> {
    format!("c{pool}\0{call}").into_bytes()
}

/// Start of the keys of calls that began on a number at a moment.
pub(super) fn calls_on(pool: &PoolId, number: &TrackingNumber, began_at: Timestamp) -> Vec<u8> {
    at(&calls_of(pool, &CallsOf::Number(number.clone())), began_at, "")
}

/// Start of the keys of an index of calls.
pub(super) fn calls_of(pool: &PoolId, of: &CallsOf) -> Vec<u8> {
    match of {
        CallsOf::Pool => format!("t{pool}\0"),
        CallsOf::Caller(caller) => format!("k{pool}\0{caller}\0"),
        CallsOf::Number(number) => format!("i{pool}\0{number}\0"),
    }
    .into_bytes()
}

/// A key that sorts by time: what it starts with, the time, and what follows.
pub(super) fn at(start: &[u8], time: Timestamp, rest: &str) -> Vec<u8> {
    [start, &time.as_millis().to_be_bytes(), rest.as_bytes()].concat()
}

/// Start of the keys of the stamps of hours.
pub(super) fn hours(pool: &PoolId) -> Vec<u8> {
    format!("s{pool}\0").into_bytes()
}

pub(super) fn begun(pool: &PoolId) -> Vec<u8> {
    format!("b{pool}\0").into_bytes()
}

pub(super) fn occupying(pool: &PoolId, call: &CallKey) -> Vec<u8> {
    format!("o{pool}\0{call}").into_bytes()
}

pub(super) fn document(kind: DocumentKind, key: &str) -> Vec<u8> {
    format!("d{}\0{key}", kind.name()).into_bytes()
}

/// Start of the keys of documents of a kind that expire, by time.
pub(super) fn expiring(kind: DocumentKind) -> Vec<u8> {
    format!("x{}\0", kind.name()).into_bytes()
}

/// Splits a key of the keyspace `records` into its pool and the rest.
pub(super) fn read_record(key: &[u8]) -> Result<(PoolId, &[u8]), StoreError> {
    let end = key.iter().position(|byte| *byte == 0).ok_or_else(|| corrupt("the key of a record is too short"))?;
    Ok((PoolId::parse(text(&key[1..end])?).map_err(corrupt)?, &key[end + 1..]))
}

/// The time that a key has behind its start, and what follows it.
pub(super) fn read_at(start_bytes: usize, key: &[u8]) -> Result<(Timestamp, &str), StoreError> {
    let (time, rest) = key
        .get(start_bytes..)
        .and_then(|rest| rest.split_first_chunk::<8>())
        .ok_or_else(|| corrupt("the key of a record lacks its time"))?;
    Ok((Timestamp::from_millis(u64::from_be_bytes(*time)), text(rest)?))
}

/// Bytes that must be text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, StoreError> {
    std::str::from_utf8(bytes).map_err(corrupt)
}
