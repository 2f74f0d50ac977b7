//! What store tests share: a real Redis server, and short ways to make numbers, sessions and pools.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod copies;
pub(crate) mod redis_cluster;
pub(crate) mod redis_server;

use pool_service::{
    domain::{
        attribution::CallModel,
        call::{CallKey, CallSpan, validity::RecordPolicy},
        country::NationalForm,
        ids::{PoolId, SessionId, SiteId},
        number::TrackingNumber,
        policy::LeasePolicy,
        routing::Routing,
        site::Pool,
        time::{Span, Timestamp},
    },
    store::{
        Store,
        records::{CallRow, SaveCall, SavedCall, Survives},
    },
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
    CallKey::parse(&format!("pbx/{name}")).expect("a call key")
}

/// A call that begins and has not ended.
pub(crate) fn call_row(name: &str, number: TrackingNumber, began_at: Timestamp) -> CallRow {
    let span = CallSpan { key: call(name), number, began_at, ended_at: None };
    CallRow { span, caller: None, destination: None, record: "{}".to_owned() }
}

/// Keeps a call, whatever was kept of it before, as the next event of it would.
pub(crate) async fn keep_call(store: &dyn Store, pool: &PoolId, row: &CallRow) {
    let kept = store.call(pool, &row.span.key).await.expect("an answer");
    let read_revision = kept.map_or(0, |kept| kept.revision);
    let save = SaveCall { row: row.clone(), read_revision, capacity: None, survives: Survives::PowerLoss };
    let saved = store.save_call(pool, &save).await.expect("an answer");
    assert_eq!(saved, SavedCall::Saved { revision: read_revision + 1 });
}

/// A call begins now.
pub(crate) async fn begin_call(store: &dyn Store, pool: &PoolId, name: &str, number: &TrackingNumber) -> CallSpan {
    let row = call_row(name, number.clone(), store.now().await.expect("the time"));
    keep_call(store, pool, &row).await;
    row.span
}

/// A known call ends now.
pub(crate) async fn end_call(store: &dyn Store, pool: &PoolId, name: &str) -> CallSpan {
    let kept = store.call(pool, &call(name)).await.expect("an answer").expect("a known call");
    let mut row = kept.row;
    row.span.ended_at = Some(store.now().await.expect("the time"));
    keep_call(store, pool, &row).await;
    row.span
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
        advertiser: None,
        routing: Routing::default(),
        records: RecordPolicy::default(),
    }
}

/// A text that no other test run uses.
pub(crate) fn unique() -> String {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).expect("random bytes");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
