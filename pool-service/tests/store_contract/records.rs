//! Calls are kept by revision, found again in order, and what they occupy is counted.

use crate::{
    promises,
    support::{begin_call, call, call_row, end_call, keep_call, millis, number, pool, pool_id, seconds},
    world::World,
};
use pool_service::{
    domain::{
        call::CallKey,
        ids::{DestinationId, PoolId},
        policy::LeasePolicy,
        time::Timestamp,
    },
    store::{
        StoreError,
        records::{CallQuery, CallRow, CallsOf, KeptCall, SaveCall, SavedCall, Survives},
    },
};
use std::collections::BTreeMap;

promises! {
    a_call_is_kept_as_it_was_saved
    calls_are_told_apart_whatever_is_in_their_names
    who_read_an_older_revision_changes_nothing
    a_save_whose_answer_was_lost_may_be_repeated
    of_concurrent_saves_one_wins
    a_call_that_cannot_be_kept_is_refused
    calls_of_one_pool_are_unknown_to_others
    calls_of_no_pool_are_kept_like_any_other
    calls_are_told_in_the_order_of_their_begin_in_both_directions
    pages_follow_each_other_without_gap_or_repetition
    names_of_calls_sort_by_their_bytes
    calls_move_in_the_indexes_as_more_is_known_of_them
    a_removed_call_is_found_nowhere
    each_save_changes_the_stamp_of_its_hour
    a_call_that_moves_to_another_hour_changes_both_stamps
    calls_that_began_are_counted_once
    a_destination_is_occupied_until_the_call_ends_or_lasted_too_long
    a_full_destination_takes_no_further_call
    of_concurrent_calls_no_more_get_through_than_there_is_room
}

fn save(row: CallRow, read_revision: u64) -> SaveCall {
    SaveCall { row, read_revision, capacity: None, survives: Survives::Crash }
}

async fn saved(world: &World, save: &SaveCall) -> SavedCall {
    world.store.save_call(&world.pool, save).await.expect("an answer")
}

async fn at_once(world: &World, saves: Vec<SaveCall>) -> Vec<SavedCall> {
    let save = |save: SaveCall| {
        let (store, pool) = (world.store.clone(), world.pool.clone());
        tokio::spawn(async move { store.save_call(&pool, &save).await.expect("an answer") })
    };
    let mut outcomes = Vec::new();
    for outcome in saves.into_iter().map(save).collect::<Vec<_>>() {
        outcomes.push(outcome.await.expect("it ran"));
    }
    outcomes
}

async fn keep(world: &World, row: &CallRow) {
    keep_call(world.store.as_ref(), &world.pool, row).await;
}

fn desk(name: &str) -> DestinationId {
    DestinationId::parse(name).expect("an id")
}

fn to(row: CallRow, destination: &str) -> CallRow {
    CallRow { destination: Some(desk(destination)), ..row }
}

fn all(of: CallsOf) -> CallQuery {
    let (from, until) = (Timestamp::ZERO, Timestamp::from_millis(u64::MAX));
    CallQuery { of, from, until, after: None, newest_first: false, limit: 1_000 }
}

async fn listed(world: &World, query: &CallQuery) -> Vec<String> {
    let calls = world.store.calls(&world.pool, query).await.expect("calls");
    calls.iter().map(|call| call.row.span.key.id.to_string()).collect()
}

async fn stamps(world: &World) -> BTreeMap<u64, u64> {
    let hours = world.store.hours(&world.pool, Timestamp::ZERO, Timestamp::from_millis(u64::MAX)).await;
    hours.expect("hours").into_iter().map(|(hour, stamp)| (hour.as_millis() / 3_600_000, stamp)).collect()
}

fn hour(time: Timestamp) -> u64 {
    time.as_millis() / 3_600_000
}

async fn in_use(world: &World) -> Vec<(String, u32)> {
    let traffic = world.store.traffic(&world.pool).await.expect("traffic");
    assert_eq!(traffic.now, world.now());
    traffic.in_use.into_iter().map(|(destination, count)| (destination.to_string(), count)).collect()
}

async fn a_call_is_kept_as_it_was_saved(world: &World) {
    let mut row = call_row("call", number(0), world.now());
    assert_eq!(world.store.call(&world.pool, &row.span.key).await, Ok(None));
    assert_eq!(saved(world, &save(row.clone(), 0)).await, SavedCall::Saved { revision: 1 });
    let kept = KeptCall { revision: 1, row: row.clone() };
    assert_eq!(world.store.call(&world.pool, &row.span.key).await, Ok(Some(kept)));
    row.span.ended_at = Some(world.now() + seconds(5));
    row.caller = Some("0af3".to_owned());
    row.destination = Some(desk("desk"));
    row.record = "{\"notes\":\"\\t電話 \\\"\"}".to_owned();
    assert_eq!(saved(world, &save(row.clone(), 1)).await, SavedCall::Saved { revision: 2 });
    let kept = KeptCall { revision: 2, row: row.clone() };
    assert_eq!(world.store.call(&world.pool, &row.span.key).await, Ok(Some(kept.clone())));
    assert_eq!(world.store.calls(&world.pool, &all(CallsOf::Pool)).await, Ok(vec![kept]));
}

async fn calls_are_told_apart_whatever_is_in_their_names(world: &World) {
    let mut kept = Vec::new();
    for key in ["pbx/x", "unknown/pbx/x", "unknown/x", "pbx/{x}?\"\\`%[a-c]*/", "pbx/pbx/x"] {
        let mut row = call_row("call", number(0), world.now());
        row.span.key = CallKey::parse(key).expect("a key");
        assert_eq!(world.store.call(&world.pool, &row.span.key).await, Ok(None), "{key}");
        assert_eq!(saved(world, &save(row.clone(), 0)).await, SavedCall::Saved { revision: 1 }, "{key}");
        kept.push(KeptCall { revision: 1, row });
    }
    for call in &kept {
        assert_eq!(world.store.call(&world.pool, &call.row.span.key).await, Ok(Some(call.clone())));
    }
    kept.sort_by(|one, other| one.row.span.key.cmp(&other.row.span.key));
    assert_eq!(world.store.calls(&world.pool, &all(CallsOf::Pool)).await, Ok(kept));
}

async fn who_read_an_older_revision_changes_nothing(world: &World) {
    let row = call_row("call", number(0), world.now());
    keep(world, &row).await;
    keep(world, &row).await;
    let before = stamps(world).await;
    let other = CallRow { record: "[]".to_owned(), ..call_row("call", number(1), world.now() + seconds(9_000)) };
    for read_revision in [0, 1, 3] {
        assert_eq!(saved(world, &save(other.clone(), read_revision)).await, SavedCall::Changed);
    }
    let unknown = call_row("unknown", number(0), world.now());
    assert_eq!(saved(world, &save(unknown, 1)).await, SavedCall::Changed);
    assert_eq!(world.store.call(&world.pool, &call("call")).await, Ok(Some(KeptCall { revision: 2, row })));
    assert_eq!((stamps(world).await, listed(world, &all(CallsOf::Pool)).await), (before, vec!["call".to_owned()]));
}

async fn a_save_whose_answer_was_lost_may_be_repeated(world: &World) {
    let asked = save(to(call_row("call", number(0), world.now()), "desk"), 0);
    assert_eq!(saved(world, &asked).await, SavedCall::Saved { revision: 1 });
    assert_eq!(saved(world, &asked).await, SavedCall::Changed, "what is read then is what was wished");
    assert_eq!(world.store.call(&world.pool, &call("call")).await.expect("an answer").expect("kept").row, asked.row);
    assert_eq!(world.store.traffic(&world.pool).await.expect("traffic").begun, 1);
    assert_eq!(in_use(world).await, [("desk".to_owned(), 1)]);
}

async fn of_concurrent_saves_one_wins(world: &World) {
    let rows = (0..8).map(|index| {
        let row = CallRow { record: format!("{index}"), ..call_row("call", number(0), world.now()) };
        save(row, 0)
    });
    let saves: Vec<_> = rows.collect();
    let outcomes = at_once(world, saves).await;
    let winners: Vec<_> = outcomes.iter().enumerate().filter(|(_, outcome)| **outcome != SavedCall::Changed).collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    let kept = world.store.call(&world.pool, &call("call")).await.expect("an answer").expect("kept");
    assert_eq!((kept.revision, kept.row.record), (1, winners[0].0.to_string()));
}

async fn a_call_that_cannot_be_kept_is_refused(world: &World) {
    let row = CallRow { record: "{\n}".to_owned(), ..call_row("call", number(0), world.now()) };
    let outcome = world.store.save_call(&world.pool, &save(row, 0)).await;
    assert!(matches!(outcome, Err(StoreError::Unsuitable(_))), "{outcome:?}");
}

async fn calls_of_one_pool_are_unknown_to_others(world: &World) {
    keep(world, &call_row("call", number(0), world.now())).await;
    let other = pool_id("other");
    let unknown = StoreError::UnknownPool(other.clone());
    let row = save(call_row("call", number(0), world.now()), 0);
    assert_eq!(world.store.call(&other, &call("call")).await, Err(unknown.clone()));
    assert_eq!(world.store.save_call(&other, &row).await, Err(unknown.clone()));
    assert_eq!(world.store.remove_call(&other, &call("call"), 1).await, Err(unknown.clone()));
    assert_eq!(world.store.calls(&other, &all(CallsOf::Pool)).await, Err(unknown.clone()));
    assert_eq!(world.store.hours(&other, Timestamp::ZERO, world.now()).await, Err(unknown.clone()));
    assert_eq!(world.store.traffic(&other).await, Err(unknown));
    world.store.put_pool(&pool(&other, None, LeasePolicy::default())).await.expect("a pool");
    assert_eq!(world.store.call(&other, &call("call")).await, Ok(None));
    assert_eq!(world.store.calls(&other, &all(CallsOf::Pool)).await, Ok(vec![]));
}

async fn calls_of_no_pool_are_kept_like_any_other(world: &World) {
    let none = PoolId::none();
    assert_eq!(world.store.call(&none, &call("call")).await, Ok(None));
    assert_eq!(world.store.calls(&none, &all(CallsOf::Pool)).await, Ok(vec![]));
    assert_eq!(world.store.traffic(&none).await.expect("traffic").begun, 0);
    assert_eq!(world.store.hours(&none, Timestamp::ZERO, world.now()).await, Ok(vec![]));
    assert_eq!(world.store.remove_call(&none, &call("call"), 1).await, Ok(false));
    let row = to(call_row("call", number(0), world.now()), "desk");
    keep_call(world.store.as_ref(), &none, &row).await;
    keep_call(world.store.as_ref(), &none, &row).await;
    let kept = KeptCall { revision: 2, row };
    assert_eq!(world.store.calls(&none, &all(CallsOf::Number(number(0)))).await, Ok(vec![kept]));
    assert_eq!(world.store.hours(&none, world.now(), world.now() + millis(1)).await.expect("hours").len(), 1);
    let traffic = world.store.traffic(&none).await.expect("traffic");
    assert_eq!((traffic.begun, traffic.in_use[&desk("desk")]), (1, 1));
    world.pass(seconds(7_200));
    assert!(world.store.traffic(&none).await.expect("traffic").in_use.is_empty());
    assert_eq!(world.store.remove_call(&none, &call("call"), 2).await, Ok(true));
    assert_eq!(world.store.calls(&none, &all(CallsOf::Pool)).await, Ok(vec![]));
}

/// Calls that began one after the other, some at one moment.
async fn some_calls(world: &World) {
    for (index, (name, second)) in [("e", 3), ("c", 2), ("a", 1), ("d", 2), ("b", 2)].into_iter().enumerate() {
        let caller = Some(if index % 2 == 0 { "even" } else { "odd" }.to_owned());
        let row = call_row(name, number(index % 2), world.now() + seconds(second));
        keep(world, &CallRow { caller, ..row }).await;
    }
}

async fn calls_are_told_in_the_order_of_their_begin_in_both_directions(world: &World) {
    some_calls(world).await;
    let query = all(CallsOf::Pool);
    assert_eq!(listed(world, &query).await, ["a", "b", "c", "d", "e"]);
    assert_eq!(listed(world, &CallQuery { newest_first: true, ..query.clone() }).await, ["e", "d", "c", "b", "a"]);
    let (from, until) = (world.now() + seconds(2), world.now() + seconds(3));
    let some = CallQuery { from, until, ..query.clone() };
    assert_eq!(listed(world, &some).await, ["b", "c", "d"]);
    assert_eq!(listed(world, &CallQuery { newest_first: true, limit: 2, ..some.clone() }).await, ["d", "c"]);
    assert_eq!(listed(world, &CallQuery { from: until, until: from, ..some }).await, [""; 0]);
    assert_eq!(listed(world, &all(CallsOf::Caller("even".into()))).await, ["a", "b", "e"]);
    assert_eq!(listed(world, &all(CallsOf::Caller("od".into()))).await, [""; 0]);
    let on_second = CallQuery { newest_first: true, ..all(CallsOf::Number(number(1))) };
    assert_eq!(listed(world, &on_second).await, ["d", "c"]);
}

async fn pages_follow_each_other_without_gap_or_repetition(world: &World) {
    some_calls(world).await;
    for newest_first in [false, true] {
        for of in [CallsOf::Pool, CallsOf::Caller("even".into()), CallsOf::Number(number(0))] {
            let whole = CallQuery { newest_first, ..all(of) };
            let expected = listed(world, &whole).await;
            let mut query = CallQuery { limit: 1, ..whole };
            let mut names = Vec::new();
            while let Some(call) = world.store.calls(&world.pool, &query).await.expect("calls").pop() {
                names.push(call.row.span.key.id.to_string());
                query.after = Some((call.row.span.began_at, call.row.span.key));
            }
            assert_eq!(names, expected);
        }
    }
    let gone = Some((world.now() + seconds(2), call("bb")));
    let query = CallQuery { after: gone, ..all(CallsOf::Pool) };
    assert_eq!(listed(world, &query).await, ["c", "d", "e"], "also after one that is not there any more");
    assert_eq!(listed(world, &CallQuery { newest_first: true, ..query }).await, ["b", "a"]);
}

/// Not by the language of the machine on which a store runs, which may take `B` and `b` for neighbours.
async fn names_of_calls_sort_by_their_bytes(world: &World) {
    for name in ["b", "B", "a-b", "aB", "A_b", "a", "b0"] {
        keep(world, &call_row(name, number(0), world.now())).await;
    }
    let mut expected = ["A_b", "B", "a", "a-b", "aB", "b", "b0"];
    for newest_first in [false, true] {
        for at in 0..expected.len() {
            let after = Some((world.now(), call(expected[at])));
            let query = CallQuery { newest_first, after, ..all(CallsOf::Pool) };
            assert_eq!(listed(world, &query).await, expected[at + 1..], "after {}", expected[at]);
        }
        expected.reverse();
    }
}

async fn calls_move_in_the_indexes_as_more_is_known_of_them(world: &World) {
    let first = call_row("first", number(0), world.now());
    keep(world, &first).await;
    keep(world, &call_row("second", number(0), world.now() + seconds(1))).await;
    let mut moved = call_row("first", number(1), world.now() + seconds(2));
    moved.caller = Some("a".to_owned());
    keep(world, &moved).await;
    assert_eq!(listed(world, &all(CallsOf::Pool)).await, ["second", "first"]);
    assert_eq!(listed(world, &all(CallsOf::Number(number(0)))).await, ["second"]);
    assert_eq!(listed(world, &all(CallsOf::Number(number(1)))).await, ["first"]);
    assert_eq!(listed(world, &all(CallsOf::Caller("a".into()))).await, ["first"]);
    moved.caller = Some("b".to_owned());
    keep(world, &moved).await;
    assert_eq!(listed(world, &all(CallsOf::Caller("a".into()))).await, [""; 0]);
    assert_eq!(listed(world, &all(CallsOf::Caller("b".into()))).await, ["first"]);
}

async fn a_removed_call_is_found_nowhere(world: &World) {
    let row = CallRow { caller: Some("a".into()), ..to(call_row("call", number(0), world.now()), "desk") };
    keep(world, &row).await;
    let before = stamps(world).await[&hour(world.now())];
    assert_eq!(world.store.remove_call(&world.pool, &call("call"), 2).await, Ok(false));
    assert_eq!(listed(world, &all(CallsOf::Pool)).await, ["call"]);
    assert_eq!(world.store.remove_call(&world.pool, &call("call"), 1).await, Ok(true));
    assert_eq!(world.store.remove_call(&world.pool, &call("call"), 1).await, Ok(false));
    assert_eq!(world.store.call(&world.pool, &call("call")).await, Ok(None));
    for of in [CallsOf::Pool, CallsOf::Caller("a".into()), CallsOf::Number(number(0))] {
        assert_eq!(listed(world, &all(of)).await, [""; 0]);
    }
    assert_eq!(in_use(world).await, []);
    assert!(stamps(world).await[&hour(world.now())] > before, "what was computed of the hour counts no more");
    keep(world, &row).await;
    assert_eq!(listed(world, &all(CallsOf::Pool)).await, ["call"]);
}

async fn each_save_changes_the_stamp_of_its_hour(world: &World) {
    assert_eq!(stamps(world).await, BTreeMap::new());
    let row = call_row("one", number(0), world.now());
    let mut last = 0;
    for _ in 0..3 {
        keep(world, &row).await;
        let stamp = stamps(world).await[&hour(world.now())];
        assert!(stamp > last, "{stamp} after {last}");
        last = stamp;
    }
    keep(world, &call_row("later", number(0), world.now() + seconds(7_200))).await;
    let both = stamps(world).await;
    assert_eq!(both.keys().copied().collect::<Vec<_>>(), [hour(world.now()), hour(world.now()) + 2]);
    assert_eq!(both[&hour(world.now())], last);
    let whole_hours = world.now() - millis(world.now().as_millis() % 3_600_000);
    let asked = world.store.hours(&world.pool, whole_hours + seconds(3_599), whole_hours + seconds(7_200)).await;
    assert_eq!(asked, Ok(vec![(whole_hours, last)]), "the hours that overlap");
    assert_eq!(
        world.store.hours(&world.pool, whole_hours + seconds(3_600), whole_hours + seconds(7_200)).await,
        Ok(vec![])
    );
}

async fn a_call_that_moves_to_another_hour_changes_both_stamps(world: &World) {
    keep(world, &call_row("call", number(0), world.now())).await;
    let before = stamps(world).await;
    keep(world, &call_row("call", number(0), world.now() - seconds(3_600))).await;
    let after = stamps(world).await;
    assert!(after[&hour(world.now())] > before[&hour(world.now())]);
    assert!(after.contains_key(&(hour(world.now()) - 1)));
}

async fn calls_that_began_are_counted_once(world: &World) {
    let begun = async || world.store.traffic(&world.pool).await.expect("traffic").begun;
    assert_eq!(begun().await, 0);
    for name in ["one", "two", "one"] {
        begin_call(world.store.as_ref(), &world.pool, name, &number(0)).await;
    }
    assert_eq!(begun().await, 2);
    end_call(world.store.as_ref(), &world.pool, "one").await;
    assert_eq!(begun().await, 2);
}

async fn a_destination_is_occupied_until_the_call_ends_or_lasted_too_long(world: &World) {
    let row = |name: &str| to(call_row(name, number(0), world.now()), "desk");
    for name in ["ends", "moves", "lasts"] {
        keep(world, &row(name)).await;
    }
    keep(world, &call_row("nowhere", number(0), world.now())).await;
    assert_eq!(in_use(world).await, [("desk".to_owned(), 3)]);
    keep(world, &to(row("moves"), "other")).await;
    assert_eq!(in_use(world).await, [("desk".to_owned(), 2), ("other".to_owned(), 1)]);
    end_call(world.store.as_ref(), &world.pool, "ends").await;
    assert_eq!(in_use(world).await, [("desk".to_owned(), 1), ("other".to_owned(), 1)]);
    world.pass(millis(7_199_999));
    assert_eq!(in_use(world).await, [("desk".to_owned(), 1), ("other".to_owned(), 1)]);
    world.pass(millis(1));
    assert_eq!(in_use(world).await, []);
    keep(world, &to(call_row("new", number(0), world.now()), "desk")).await;
    assert_eq!(in_use(world).await, [("desk".to_owned(), 1)]);
}

async fn a_full_destination_takes_no_further_call(world: &World) {
    let asked = |name: &str, read_revision| {
        let row = to(call_row(name, number(0), world.now()), "desk");
        SaveCall { capacity: Some(1), ..save(row, read_revision) }
    };
    assert_eq!(saved(world, &SaveCall { capacity: Some(0), ..asked("none", 0) }).await, SavedCall::Busy);
    assert_eq!(saved(world, &asked("one", 0)).await, SavedCall::Saved { revision: 1 });
    assert_eq!(saved(world, &asked("two", 0)).await, SavedCall::Busy);
    assert_eq!(world.store.call(&world.pool, &call("two")).await, Ok(None));
    assert_eq!(saved(world, &asked("one", 1)).await, SavedCall::Saved { revision: 2 }, "its own place is its own");
    let mut over = asked("over", 0);
    over.row.span.ended_at = Some(world.now());
    assert_eq!(saved(world, &over).await, SavedCall::Saved { revision: 1 }, "who has ended occupies nothing");
    let elsewhere = SaveCall { row: to(asked("two", 0).row, "other"), ..asked("two", 0) };
    assert_eq!(saved(world, &elsewhere).await, SavedCall::Saved { revision: 1 });
    end_call(world.store.as_ref(), &world.pool, "one").await;
    assert_eq!(saved(world, &asked("three", 0)).await, SavedCall::Saved { revision: 1 });
    world.pass(seconds(7_200));
    assert_eq!(saved(world, &asked("four", 0)).await, SavedCall::Saved { revision: 1 }, "no end was told");
}

async fn of_concurrent_calls_no_more_get_through_than_there_is_room(world: &World) {
    let saves: Vec<_> = (0..12)
        .map(|index| {
            let row = to(call_row(&format!("call-{index}"), number(0), world.now()), "desk");
            SaveCall { capacity: Some(5), ..save(row, 0) }
        })
        .collect();
    let outcomes = at_once(world, saves).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == SavedCall::Busy).count(), 7, "{outcomes:?}");
    assert_eq!(in_use(world).await, [("desk".to_owned(), 5)]);
}
