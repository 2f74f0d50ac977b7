//! What store tests share: a real Redis server, and short ways to make numbers, sessions and pools.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod copies;
pub(crate) mod redis_cluster;
pub(crate) mod redis_server;

use pool_service::domain::{
    attribution::CallModel,
    country::NationalForm,
    ids::{PoolId, SessionId, SiteId},
    number::TrackingNumber,
    policy::LeasePolicy,
    site::Pool,
    time::{Span, Timestamp},
};

/// When the tests' clocks begin.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) fn number(index: usize) -> TrackingNumber {
    TrackingNumber::parse(&format!("0503111{index:04}")).expect("a number")
}

pub(crate) fn numbers(count: usize) -> Vec<TrackingNumber> {
    (0..count).map(number).collect()
}

pub(crate) fn overflow() -> TrackingNumber {
    TrackingNumber::parse("0120-999-999").expect("a number")
}

pub(crate) fn session(name: &str) -> SessionId {
    SessionId::parse(&format!("{name:->16}")).expect("a session")
}

pub(crate) fn call(name: &str) -> CallKey {
    CallKey::parse(name).expect("a call id")
}

pub(crate) fn pool_id(name: &str) -> PoolId {
    PoolId::parse(name).expect("a pool id")
}

pub(crate) fn seconds(seconds: u64) -> Span {
    Span::from_seconds(seconds)
}

pub(crate) fn millis(millis: u64) -> Span {
    Span::from_millis(millis)
}

pub(crate) fn pool(id: &PoolId, overflow: Option<TrackingNumber>, policy: LeasePolicy) -> Pool {
    let site = SiteId::parse("shop").expect("a site id");
    let destination = TrackingNumber::parse("03-5555-0100").expect("a number");
    Pool {
        id: id.clone(),
        site,
        destination,
        overflow,
        suffixes: None,
        chosen: Default::default(),
        form: NationalForm::default(),
        policy,
        calls: CallModel::default(),
    }
}

/// A text that no other test run uses.
pub(crate) fn unique() -> String {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).expect("random bytes");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
