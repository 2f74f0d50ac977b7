//! The pool that a world's visitors share.

use pool_service::{
    domain::{
        attribution::CallModel,
        call::validity::RecordPolicy,
        country::NationalForm,
        ids::{PoolId, SiteId},
        lease::Standing,
        number::TrackingNumber,
        policy::LeasePolicy,
        routing::Routing,
        site::Pool,
        time::Span,
    },
    store::Store,
};
use std::collections::{BTreeMap, BTreeSet};

/// Short enough that numbers change hands many times in some minutes, and that most faults outlast a lease.
pub fn policy() -> LeasePolicy {
    LeasePolicy {
        heartbeat: Span::from_seconds(15),
        lease_life: Span::from_seconds(40),
        min_hold: Span::from_seconds(50),
        cooldown: Span::from_seconds(60),
        ..LeasePolicy::default()
    }
}

/// Makes a pool of so many numbers; gives its id and them.
pub async fn make_pool(store: &dyn Store, id: &str, size: usize) -> (PoolId, BTreeSet<String>) {
    let id = PoolId::parse(id).expect("an id");
    let pool = Pool {
        id: id.clone(),
        site: SiteId::parse("site").expect("an id"),
        destination: TrackingNumber::parse("0312345678").expect("a number"),
        overflow: None,
        suffixes: None,
        chosen: BTreeMap::new(),
        form: NationalForm::default(),
        policy: policy(),
        calls: CallModel::default(),
        advertiser: None,
        routing: Routing::default(),
        records: RecordPolicy::default(),
    };
    store.put_pool(&pool).await.expect("a pool");
    let numbers: BTreeSet<String> = (0..size).map(|index| format!("0503111{index:04}")).collect();
    let parsed: Vec<TrackingNumber> =
        numbers.iter().map(|text| TrackingNumber::parse(text).expect("a number")).collect();
    store.put_numbers(&id, &parsed, Standing::Active).await.expect("numbers");
    (id, numbers)
}
