//! One operation: how it is drawn, and what it shows on the model and on a store.

use crate::{
    model::Model,
    records::Changed,
    support::{call, call_row, number, overflow, pool, seconds, session},
};
use pool_service::{
    domain::{
        call::CallKey,
        ids::{DestinationId, PoolId},
        lease::Standing,
        number::TrackingNumber,
        policy::LeasePolicy,
        time::Timestamp,
        token::LeaseClaim,
        visitor::{AdConsent, ClickId, Consent, FirstTouch, Profile, Visitor},
    },
    store::{
        Acquire, Store,
        clock::ManualClock,
        records::{CallQuery, CallsOf, KeptCall, SaveCall, Survives},
    },
};
use proptest::{bool::weighted, collection::vec, option, prelude::*, sample::select};
use std::collections::BTreeMap;

/// A session's wish: who, what its page knows, and what it claims (number, generation, seconds since the promise ended).
pub(crate) type Row = (u8, u8, Option<(u8, u8, u16)>);

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Pass(u64),
    SetBack(u64),
    Acquire(Vec<Row>),
    Leave(u8),
    Release(u8),
    SaveCall(Told),
    RemoveCall(u8, bool),
    Call(u8),
    Calls(Asked),
    Traffic,
    PutNumbers(Vec<u8>, Standing),
    PutPool { policy: u8, overflow: Option<bool> },
    Sweep(usize),
    Holders(u8, Option<u64>),
    Occupancy,
    Numbers,
}

/// What is told of a call; times in milliseconds from now.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    call: u8,
    number: u8,
    began: i64,
    ended: Option<i64>,
    caller: Option<u8>,
    destination: Option<u8>,
    capacity: Option<u32>,
    is_stale: bool,
}

/// Which calls are asked for; times in milliseconds from now.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    of: Option<(bool, u8)>,
    from: i64,
    until: i64,
    after: Option<(i64, u8)>,
    newest_first: bool,
    limit: usize,
}

const SESSIONS: u8 = 5;
const NUMBERS: u8 = 5;
const CALLS: u8 = 4;

/// Sequences that begin with a pool of a few numbers.
pub(crate) fn operations(max: usize) -> impl Strategy<Value = Vec<Operation>> {
    use Operation::*;
    let standing =
        prop_oneof![3 => Just(Standing::Active), 1 => Just(Standing::Draining), 1 => Just(Standing::Disabled)];
    let claim = option::weighted(0.2, (0..NUMBERS, 0..30_u8, 0..700_u16));
    let span_ms = || select(vec![1, 999, 30_000, 49_999, 50_000, 99_999, 100_000, 150_000, 200_000, 300_001, 900_000]);
    let operation = prop_oneof![
        6 => span_ms().prop_map(Pass),
        1 => span_ms().prop_map(SetBack),
        8 => vec((0..SESSIONS, 0..4_u8, claim), 1..4).prop_map(Acquire),
        1 => (0..SESSIONS).prop_map(Leave),
        1 => (0..SESSIONS).prop_map(Release),
        5 => told().prop_map(SaveCall),
        1 => (0..CALLS, weighted(0.2)).prop_map(|(call, is_stale)| RemoveCall(call, is_stale)),
        1 => (0..CALLS).prop_map(Call),
        2 => asked().prop_map(Calls),
        1 => Just(Traffic),
        1 => (vec(0..NUMBERS, 1..3), standing).prop_map(|(numbers, standing)| PutNumbers(numbers, standing)),
        1 => (0..3_u8, option::of(any::<bool>())).prop_map(|(policy, overflow)| PutPool { policy, overflow }),
        3 => (0..5_usize).prop_map(Sweep),
        3 => (0..NUMBERS + 2, option::of(0..1_500_000_u64)).prop_map(|(number, ago)| Holders(number, ago)),
        1 => Just(Occupancy),
        1 => Just(Numbers),
    ];
    (0..3_u8, option::of(any::<bool>()), 0..4_u8, vec(operation, 1..max)).prop_map(|(policy, overflow, count, rest)| {
        let numbers = PutNumbers((0..count).collect(), Standing::Active);
        [PutPool { policy, overflow }, numbers].into_iter().chain(rest).collect()
    })
}

impl Operation {
    pub(crate) fn move_clock(&self, clock: &ManualClock) {
        match self {
            Self::Pass(ms) => clock.set(Timestamp::from_millis(clock.now().as_millis() + ms)),
            Self::SetBack(ms) => clock.set(Timestamp::from_millis(clock.now().as_millis() - ms)),
            _ => {}
        }
    }

    pub(crate) fn on_model(&self, model: &mut Model, clock: Timestamp, id: &PoolId) -> String {
        let (read, now) = (model.read(clock), |model: &mut Model| model.advance(clock));
        match self {
            Self::Pass(_) | Self::SetBack(_) => String::new(),
            Self::Acquire(rows) => {
                let now = now(model);
                let grants: Vec<_> = acquires(rows, clock, id).iter().map(|row| model.acquire(now, row)).collect();
                format!("{now:?} {grants:?}")
            }
            Self::Leave(name) => {
                let now = now(model);
                model.leave(now, &visitor_session(*name));
                String::new()
            }
            Self::Release(name) => {
                let now = now(model);
                format!("{:?}", model.release(now, &visitor_session(*name)))
            }
            Self::SaveCall(told) => {
                let known = model.call(&a_call(told.call));
                let now = now(model);
                format!("{:?}", model.save_call(now, &told.save(known.as_ref(), clock)))
            }
            Self::RemoveCall(name, is_stale) => {
                let known = model.call(&a_call(*name));
                let now = now(model);
                format!("{:?}", model.remove_call(now, &a_call(*name), revision(known.as_ref(), *is_stale)))
            }
            Self::Call(name) => format!("{:?}", model.call(&a_call(*name))),
            Self::Calls(asked) => format!("{:?}", model.calls(&asked.query(clock))),
            Self::Traffic => format!("{read:?} {:?}", model.in_use(read)),
            Self::PutNumbers(indexes, standing) => {
                let now = now(model);
                indexes.iter().for_each(|index| model.put_number(now, any_number(*index), *standing));
                String::new()
            }
            Self::PutPool { policy, overflow } => {
                now(model);
                model.configure(policy_of(*policy), overflow_of(*overflow));
                String::new()
            }
            Self::Sweep(limit) => {
                let now = now(model);
                format!("{:?}", model.sweep(now, *limit))
            }
            Self::Holders(index, ago_ms) => {
                format!("{:?}", model.holders(read, &any_number(*index), at(clock, *ago_ms)))
            }
            Self::Occupancy => format!("{:?}", model.occupancy(read)),
            Self::Numbers => format!("{:?}", model.numbers()),
        }
    }

    pub(crate) async fn on_store(&self, store: &dyn Store, clock: Timestamp, id: &PoolId) -> String {
        match self {
            Self::Pass(_) | Self::SetBack(_) => String::new(),
            Self::Acquire(rows) => {
                let acquired = store.acquire(id, &acquires(rows, clock, id)).await.expect("answers");
                let now = acquired[0].now;
                format!("{now:?} {:?}", acquired.into_iter().map(|row| row.grant).collect::<Vec<_>>())
            }
            Self::Leave(name) => {
                store.leave(id, &visitor_session(*name)).await.expect("an answer");
                String::new()
            }
            Self::Release(name) => {
                format!("{:?}", store.release(id, &visitor_session(*name)).await.expect("an answer"))
            }
            Self::SaveCall(told) => {
                let known = store.call(id, &a_call(told.call)).await.expect("an answer");
                let before = stamps(store, id).await;
                let saved = store.save_call(id, &told.save(known.as_ref(), clock)).await.expect("an answer");
                format!("{:?}", (saved, changed(&before, stamps(store, id).await)))
            }
            Self::RemoveCall(name, is_stale) => {
                let known = store.call(id, &a_call(*name)).await.expect("an answer");
                let before = stamps(store, id).await;
                let revision = revision(known.as_ref(), *is_stale);
                let removed = store.remove_call(id, &a_call(*name), revision).await.expect("an answer");
                format!("{:?}", (removed, changed(&before, stamps(store, id).await)))
            }
            Self::Call(name) => format!("{:?}", store.call(id, &a_call(*name)).await.expect("an answer")),
            Self::Calls(asked) => format!("{:?}", store.calls(id, &asked.query(clock)).await.expect("calls")),
            Self::Traffic => {
                let traffic = store.traffic(id).await.expect("traffic");
                format!("{:?} {:?}", traffic.now, traffic.in_use)
            }
            Self::PutNumbers(indexes, standing) => {
                let numbers: Vec<_> = indexes.iter().map(|index| any_number(*index)).collect();
                store.put_numbers(id, &numbers, *standing).await.expect("put");
                String::new()
            }
            Self::PutPool { policy, overflow } => {
                store.put_pool(&pool(id, overflow_of(*overflow), policy_of(*policy))).await.expect("put");
                String::new()
            }
            Self::Sweep(limit) => format!("{:?}", store.sweep(id, *limit).await.expect("an answer")),
            Self::Holders(index, ago_ms) => {
                let holders = store.holders(id, &any_number(*index), at(clock, *ago_ms)).await;
                format!("{:?}", holders.expect("an answer"))
            }
            Self::Occupancy => format!("{:?}", store.occupancy(id).await.expect("counts")),
            Self::Numbers => format!("{:?}", store.numbers(id).await.expect("numbers")),
        }
    }
}

fn told() -> impl Strategy<Value = Told> {
    let began = select(vec![0, 0, 0, -1, -30_000, -59_999, -60_000, -299_999, -300_000, -3_700_000, 30_000, 9_000_000]);
    let ended = option::of(select(vec![0, -1, -50_000, -49_999, -250_000, 20_000]));
    let place = (0..CALLS, 0..NUMBERS, option::of(0..2_u8), option::of(0..2_u8));
    let capacity = option::weighted(0.3, 0..3_u32);
    (place, began, ended, capacity, weighted(0.1)).prop_map(
        |((call, number, caller, destination), began, ended, capacity, is_stale)| Told {
            call,
            number,
            began,
            ended,
            caller,
            destination,
            capacity,
            is_stale,
        },
    )
}

fn asked() -> impl Strategy<Value = Asked> {
    let of = option::of((any::<bool>(), 0..NUMBERS));
    let time = || select(vec![-10_000_000_i64, -3_700_000, -300_000, -30_000, -1, 0, 1, 30_000, 10_000_000]);
    let after = option::of((time(), 0..CALLS));
    (of, time(), time(), after, any::<bool>(), 0..5_usize)
        .prop_map(|(of, from, until, after, newest_first, limit)| Asked { of, from, until, after, newest_first, limit })
}

impl Told {
    fn save(&self, known: Option<&KeptCall>, clock: Timestamp) -> SaveCall {
        let mut row = call_row(&format!("call-{}", self.call), any_number(self.number), from(clock, self.began));
        row.span.ended_at = self.ended.map(|ended| from(clock, ended));
        row.caller = self.caller.map(caller);
        row.destination = self.destination.map(|name| DestinationId::parse(&format!("desk-{name}")).expect("an id"));
        row.record = format!("{{\"told\":\"{}\\t\"}}", self.began);
        let read_revision = revision(known, self.is_stale);
        SaveCall { row, read_revision, capacity: self.capacity, survives: Survives::Crash }
    }
}

impl Asked {
    fn query(&self, clock: Timestamp) -> CallQuery {
        CallQuery {
            of: match self.of {
                None => CallsOf::Pool,
                Some((true, name)) => CallsOf::Caller(caller(name % 2)),
                Some((false, index)) => CallsOf::Number(any_number(index)),
            },
            from: from(clock, self.from),
            until: from(clock, self.until),
            after: self.after.map(|(ms, name)| (from(clock, ms), a_call(name))),
            newest_first: self.newest_first,
            limit: self.limit,
        }
    }
}

fn a_call(name: u8) -> CallKey {
    call(&format!("call-{name}"))
}

fn caller(name: u8) -> String {
    format!("caller-{name}")
}

fn from(clock: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_millis(clock.as_millis().saturating_add_signed(ms))
}

fn revision(known: Option<&KeptCall>, is_stale: bool) -> u64 {
    known.map_or(0, |known| known.revision) + u64::from(is_stale)
}

/// The stamps of all hours, and how many calls were saved for the first time.
async fn stamps(store: &dyn Store, id: &PoolId) -> (BTreeMap<u64, u64>, u64) {
    let hours = store.hours(id, Timestamp::ZERO, Timestamp::from_millis(u64::MAX)).await.expect("hours");
    let stamps = hours.into_iter().map(|(hour, stamp)| (hour.as_millis() / 3_600_000, stamp)).collect();
    (stamps, store.traffic(id).await.expect("traffic").begun)
}

fn changed(before: &(BTreeMap<u64, u64>, u64), after: (BTreeMap<u64, u64>, u64)) -> Changed {
    let has_grown = |(hour, stamp): &(u64, u64)| before.0.get(hour).is_none_or(|before| stamp > before);
    (after.0.into_iter().filter(has_grown).map(|(hour, _)| hour).collect(), after.1 - before.1)
}

fn acquires(rows: &[Row], clock: Timestamp, id: &PoolId) -> Vec<Acquire> {
    let row = |(name, knows, claim): &Row| Acquire {
        session: visitor_session(*name),
        visitor: visitor(*name, *knows),
        claim: claim.map(|(index, generation, ended_ago)| LeaseClaim {
            pool: id.clone(),
            number: any_number(index),
            session: visitor_session(*name),
            generation: u64::from(generation),
            granted_at: clock - seconds(1_000),
            held_until: clock - seconds(u64::from(ended_ago)),
        }),
    };
    rows.iter().map(row).collect()
}

fn at(clock: Timestamp, ago_ms: Option<u64>) -> Option<Timestamp> {
    ago_ms.map(|ms| Timestamp::from_millis(clock.as_millis() - ms))
}

fn visitor_session(name: u8) -> pool_service::domain::ids::SessionId {
    session(&format!("visitor-{name}"))
}

/// The last two are the overflow numbers.
fn any_number(index: u8) -> TrackingNumber {
    match index.checked_sub(NUMBERS) {
        None => number(usize::from(index)),
        Some(0) => overflow(),
        Some(_) => number(999),
    }
}

fn overflow_of(first: Option<bool>) -> Option<TrackingNumber> {
    first.map(|first| if first { overflow() } else { number(999) })
}

fn visitor(name: u8, knows: u8) -> Visitor {
    let text = |what: &str| Some(format!("https://{what}.example/{name}/{knows}\t\"\\"));
    let click = ClickId { kind: "gclid".into(), value: format!("{name}-{knows}"), clicked_at_ms: None, from_url: true };
    Visitor {
        click_ids: if knows & 1 == 0 { vec![] } else { vec![click] },
        landing_page: text("landing").filter(|_| knows & 2 != 0),
        referrer: text("referrer").filter(|_| knows == 3),
        page: text("page").filter(|_| knows != 2),
        ..Visitor::default()
    }
    .with(Profile {
        visitor_id: text("visitor").filter(|_| knows == 1),
        first_touch: Some(FirstTouch { landing_page: text("first"), referrer: None, at_ms: u64::from(name) })
            .filter(|_| knows == 2),
        cookies: (0..knows).filter_map(|key| Some((format!("c{key}"), text("cookie")?))).collect(),
        attributes: (knows..3).filter_map(|key| Some((format!("a{key}"), text("attribute")?))).collect(),
        consent: AdConsent {
            ad_user_data: Some(Consent::Denied)
                .filter(|_| knows == 1)
                .or(Some(Consent::Granted).filter(|_| knows == 3)),
            ad_personalization: Some(Consent::Denied).filter(|_| knows == 2),
        },
    })
}

/// All remember for the same time: what was forgotten under a shorter retention may be gone or not under a longer one.
fn policy_of(index: u8) -> LeasePolicy {
    let usual = LeasePolicy {
        heartbeat: seconds(40),
        lease_life: seconds(100),
        min_hold: seconds(150),
        cooldown: seconds(200),
        affinity: seconds(400),
        retention: seconds(500),
        after_call: seconds(50),
        max_call: seconds(300),
        hidden_hold: seconds(100),
    };
    match index {
        0 => usual,
        1 => LeasePolicy { lease_life: seconds(50), min_hold: seconds(0), max_call: seconds(60), ..usual },
        _ => LeasePolicy { cooldown: seconds(0), affinity: seconds(0), after_call: seconds(0), ..usual },
    }
}
