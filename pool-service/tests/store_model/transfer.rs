//! A store that took over everything from another does what the other would have done, whichever of the two back ends
//! each of them is.

use crate::{
    model::Model,
    operation::operations,
    support::{START, call_row, keep_call, number, pool, pool_id, redis_server::RedisServer, seconds, session, unique},
};
use pool_service::{
    domain::{ids::PoolId, policy::LeasePolicy, site::Configuration},
    store::{
        Store,
        clock::ManualClock,
        embedded::{EmbeddedClock, EmbeddedStore},
        records::{CallQuery, CallsOf, Document, DocumentKind, KeptCall},
        redis::{RedisClock, RedisStore},
        transfer::Row,
    },
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{path::Path, sync::Arc};

/// Each case opens four stores.
const CASES: u32 = 40;
const MAX_OPERATIONS: usize = 60;

fn embedded(directory: &Path, name: &str, clock: &ManualClock) -> Arc<dyn Store> {
    let store = EmbeddedStore::open(&directory.join(name), EmbeddedClock::Manual(clock.clone()));
    Arc::new(store.expect("a store"))
}

async fn redis(clock: &ManualClock) -> Arc<dyn Store> {
    let url = RedisServer::shared().url();
    let store = RedisStore::connect(&url, &unique(), RedisClock::Manual(clock.clone())).await;
    Arc::new(store.expect("a store"))
}

async fn take_over(from: &dyn Store, to: &dyn Store) {
    to.begin_import().await.expect("an empty store");
    let mut export = from.export().await.expect("rows");
    let mut rows: Vec<Row> = vec![];
    while let Some(row) = export.rows.recv().await {
        rows.push(row.expect("a row"));
    }
    // In small steps, and each twice, as after an answer that was lost.
    for some in rows.chunks(3) {
        to.import(some.to_vec()).await.expect("taken over");
        to.import(some.to_vec()).await.expect("taken over again");
    }
    to.end_import().await.expect("whole");
}

#[tokio::test]
async fn calls_of_no_pool_and_documents_come_along_and_roll_ups_do_not() {
    let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
    let (none, row) = (PoolId::none(), call_row("one", number(0), START));
    let expires_at = Some(START + seconds(60));
    for (name, first) in [("first", embedded(directory.path(), "first", &clock)), ("second", redis(&clock).await)] {
        keep_call(first.as_ref(), &none, &row).await;
        for kind in DocumentKind::ALL {
            first.put_document(kind, "a", None, "1", None).await.expect("written");
            first.put_document(kind, "a", None, "2", expires_at).await.expect("written");
        }
        for to in [embedded(directory.path(), &format!("of-{name}"), &clock), redis(&clock).await] {
            take_over(first.as_ref(), to.as_ref()).await;
            let query = CallQuery {
                of: CallsOf::Pool,
                from: START,
                until: START + seconds(1),
                after: None,
                newest_first: false,
                limit: 9,
            };
            assert_eq!(to.calls(&none, &query).await, Ok(vec![KeptCall { revision: 1, row: row.clone() }]));
            assert_eq!(to.hours(&none, START, START + seconds(1)).await.expect("hours").len(), 1);
            for kind in DocumentKind::ALL {
                let document = Document { key: "a".into(), revision: 2, expires_at, text: "2".into() };
                let expected = Some(document).filter(|_| kind != DocumentKind::RollUp);
                assert_eq!(to.document(kind, "a").await, Ok(expected), "{kind:?} from the {name}");
            }
        }
    }
    clock.advance(seconds(60));
    let second = embedded(directory.path(), "of-first", &clock);
    assert_eq!(second.sweep_documents(DocumentKind::Audit, 9).await, Ok(1));
}

#[test]
fn a_store_goes_on_where_another_stopped() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let asked_for = Config::default();
    let mut runner =
        TestRunner::new(Config { cases: CASES, failure_persistence: None, max_shrink_iters: 60, ..asked_for });
    let histories = (operations(MAX_OPERATIONS), 0..MAX_OPERATIONS);
    let outcome = runner.run(&histories, |(operations, stop_at)| {
        runtime.block_on(async {
            let (directory, clock) = (tempfile::tempdir().expect("a directory"), ManualClock::at(START));
            let (main, mut model) = (pool_id("main"), Model::new(START));
            let mut stores =
                vec![("embedded", embedded(directory.path(), "first", &clock)), ("redis", redis(&clock).await)];
            let pools = vec![pool(&main, None, LeasePolicy::default())];
            for (_, store) in &stores {
                let configuration = Configuration { pools: pools.clone(), ..Configuration::default() };
                store.put_configuration(0, &configuration).await.expect("an answer").expect("a version");
            }
            for (step, operation) in operations.iter().enumerate() {
                if step == stop_at.min(operations.len() - 1) {
                    // A state is given as of the moment it is asked for; let each have acted at that moment, as the model has,
                    // so that a clock that is set back afterwards finds all of them there.
                    if step > 0 {
                        model.advance(clock.now());
                        for (_, store) in &stores {
                            store.leave(&main, &session("nobody")).await.expect("an answer");
                        }
                    }
                    let (from_embedded, from_redis) = (stores[0].1.clone(), stores[1].1.clone());
                    stores = vec![
                        ("embedded to embedded", embedded(directory.path(), "second", &clock)),
                        ("embedded to redis", redis(&clock).await),
                        ("redis to embedded", embedded(directory.path(), "third", &clock)),
                        ("redis to redis", redis(&clock).await),
                    ];
                    for (at, (_, to)) in stores.iter().enumerate() {
                        let from = if at < 2 { &from_embedded } else { &from_redis };
                        take_over(from.as_ref(), to.as_ref()).await;
                    }
                }
                operation.move_clock(&clock);
                let expected = operation.on_model(&mut model, clock.now(), &main);
                for (name, store) in &stores {
                    let observed = operation.on_store(store.as_ref(), clock.now(), &main).await;
                    prop_assert_eq!(&observed, &expected, "{} at step {}: {:?}", name, step, operation);
                }
            }
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
