//! Rule 9 on real servers: a replica that takes over without the last grants of its primary does not hand out just those
//! numbers.

mod support;

use pool_service::{
    domain::{
        attribution::{CallModel, Class, judge},
        lease::{Lease, Standing},
        number::TrackingNumber,
        policy::LeasePolicy,
        time::{Span, Timestamp},
        token::LeaseClaim,
        visitor::Visitor,
    },
    store::{
        Acquire, AdminStore, Grant, How, LeaseStore, Losses,
        clock::ManualClock,
        redis::{RedisClock, RedisStore},
    },
};
use support::{
    START, begin_call, end_call, millis, number, numbers, overflow, pool, pool_id, redis_server::RedisServer, seconds,
    session,
};

/// A primary and its replica, with three numbers and a clock that stands still.
struct Pair {
    primary: RedisServer,
    replica: RedisServer,
    store: RedisStore,
    clock: ManualClock,
}

/// As long as the longest promise of the default policy.
const SAFE: Span = Span::from_seconds(300);

async fn connect(server: &RedisServer, clock: &ManualClock) -> RedisStore {
    RedisStore::connect(&server.url(), "hatsuban", RedisClock::Manual(clock.clone())).await.expect("a store")
}

async fn acquire(store: &RedisStore, name: &str, claim: Option<LeaseClaim>) -> Grant {
    let row = Acquire { session: session(name), visitor: Visitor::default(), claim };
    store.acquire(&pool_id("main"), &[row]).await.expect("an answer").remove(0).grant
}

fn leased(grant: Grant) -> (Lease, How) {
    match grant {
        Grant::Leased { lease, how, .. } => (lease, how),
        other => panic!("no lease: {other:?}"),
    }
}

impl Pair {
    async fn new() -> Self {
        let options = ["--repl-diskless-sync-delay", "0"];
        let (primary, replica) = (RedisServer::start(&options), RedisServer::start(&options));
        replica.replicate(&primary);
        let clock = ManualClock::at(START);
        let store = connect(&primary, &clock).await;
        store.put_pool(&pool(&pool_id("main"), None, LeasePolicy::default())).await.expect("a pool");
        store.put_numbers(&pool_id("main"), &numbers(3), Standing::Active).await.expect("numbers");
        Self { primary, replica, store, clock }
    }

    async fn lease(&self, name: &str) -> Lease {
        leased(acquire(&self.store, name, None).await).0
    }

    async fn acquire(&self, name: &str) -> Grant {
        acquire(&self.store, name, None).await
    }

    async fn claim(&self, name: &str, lease: &Lease) -> Grant {
        acquire(&self.store, name, Some(LeaseClaim::of(&pool_id("main"), lease))).await
    }

    /// Everything granted from here on is lost.
    fn cut(&self) {
        self.replica.catch_up(&self.primary);
        self.replica.cut_off();
    }

    /// The replica takes over.
    async fn fail_over(&mut self) {
        self.replica.promote();
        self.store = connect(&self.replica, &self.clock).await;
    }

    fn pass(&self, span: Span) {
        self.clock.advance(span);
    }

    async fn losses(&self) -> Losses {
        self.store.losses(&pool_id("main")).await.expect("an answer")
    }

    async fn class(&self, number: &TrackingNumber, at: Timestamp) -> Class {
        let holders = self.store.holders(&pool_id("main"), number, Some(at)).await.expect("an answer");
        judge(&LeasePolicy::default(), &CallModel::default(), &holders.expect("a number of the pool"), at).class
    }
}

#[tokio::test]
async fn new_visitors_get_nothing_until_every_promise_that_may_be_lost_is_over() {
    let mut pair = Pair::new().await;
    pair.lease("known").await;
    assert_eq!(pair.losses().await, Losses::default());
    pair.cut();
    assert_eq!(pair.lease("lost").await.number, number(1));
    pair.fail_over().await;
    assert_eq!(pair.acquire("new").await, Grant::Exhausted, "its order would give away what the lost one shows");
    assert_eq!(pair.losses().await.safe_until, Some(START + SAFE));
    pair.pass(millis(SAFE.as_millis() - 1));
    assert_eq!(pair.acquire("new").await, Grant::Exhausted);
    pair.pass(millis(1));
    assert!(matches!(pair.acquire("new").await, Grant::Leased { .. }));
    assert_eq!(pair.losses().await, Losses::default());
}

#[tokio::test]
async fn new_visitors_get_the_overflow_number_meanwhile() {
    let mut pair = Pair::new().await;
    let shared = pool(&pool_id("main"), Some(overflow()), LeasePolicy::default());
    pair.store.put_pool(&shared).await.expect("a pool");
    pair.lease("known").await;
    pair.cut();
    pair.fail_over().await;
    assert!(matches!(pair.acquire("new").await, Grant::Overflow { number, .. } if number == overflow()));
}

#[tokio::test]
async fn whoever_was_promised_a_number_keeps_it() {
    let mut pair = Pair::new().await;
    let known = pair.lease("known").await;
    pair.cut();
    let lost = pair.lease("lost").await;
    pair.pass(seconds(60));
    pair.fail_over().await;
    assert_eq!(
        leased(pair.acquire("known").await),
        (Lease { last_heartbeat_at: START + seconds(60), ..known }, How::Renewed)
    );
    let (restored, how) = leased(pair.claim("lost", &lost).await);
    assert_eq!((&restored.number, how), (&lost.number, How::Restored));
    assert!(restored.generation > lost.generation + 1, "generations that were lost are not given again");
    assert_eq!(leased(pair.claim("lost", &lost).await).1, How::Renewed);
}

#[tokio::test]
async fn a_visitor_who_calls_before_the_page_is_heard_of_keeps_the_number() {
    let mut pair = Pair::new().await;
    pair.lease("known").await;
    pair.cut();
    let lost = pair.lease("lost").await;
    pair.pass(seconds(30));
    pair.fail_over().await;
    begin_call(&pair.store, &pool_id("main"), "own", &lost.number).await;
    pair.pass(seconds(30));
    let (restored, how) = leased(pair.claim("lost", &lost).await);
    assert_eq!((&restored.number, how), (&lost.number, How::Restored));
    // The call goes on longer than the page.
    pair.pass(SAFE);
    for name in ["a", "b"] {
        assert_ne!(leased(pair.acquire(name).await).0.number, lost.number);
    }
    assert_eq!(pair.acquire("c").await, Grant::Exhausted);
}

#[tokio::test]
async fn a_promise_that_is_over_proves_nothing_in_safe_mode() {
    let mut pair = Pair::new().await;
    let old = pair.lease("old").await;
    for name in ["b", "c"] {
        pair.lease(name).await;
    }
    begin_call(&pair.store, &pool_id("main"), "long", &number(1)).await;
    pair.pass(SAFE);
    pair.cut();
    // All three numbers go to others, and nobody hears of it.
    end_call(&pair.store, &pool_id("main"), "long").await;
    assert_eq!(pair.lease("new").await.number, number(0));
    pair.pass(seconds(299));
    pair.lease("new").await;
    pair.pass(seconds(1));
    assert_eq!(pair.lease("newer").await.number, number(2));
    assert_eq!(pair.lease("newest").await.number, number(1));
    pair.fail_over().await;
    assert_eq!(pair.acquire("old").await, Grant::Exhausted, "it would be granted its own number again");
    assert_eq!(pair.claim("old", &old).await, Grant::Exhausted);
    assert_eq!(pair.acquire("b").await, Grant::Exhausted, "a call pins its number, as far as the replica knows");
}

#[tokio::test]
async fn no_call_of_the_time_in_doubt_is_certain() {
    let mut pair = Pair::new().await;
    let known = pair.lease("known").await;
    let during = START + seconds(30);
    pair.cut();
    pair.pass(seconds(10));
    let lost = pair.lease("lost").await;
    pair.pass(seconds(50));
    pair.fail_over().await;
    assert_eq!(pair.class(&known.number, during).await, Class::Ambiguous, "before anybody asked for a number");
    begin_call(&pair.store, &pool_id("main"), "one", &known.number).await;
    pair.acquire("known").await;
    pair.claim("lost", &lost).await;
    assert_eq!(pair.class(&known.number, during).await, Class::Ambiguous);
    let holders = pair.store.holders(&pool_id("main"), &lost.number, Some(during)).await.expect("an answer");
    let held = &holders.expect("a number of the pool").leases[0];
    let told = (&held.session, held.granted_at, held.generation);
    assert_eq!(
        told,
        (&lost.session, lost.granted_at, lost.generation),
        "a restored lease is told from its first grant on"
    );

    let after = START + seconds(60) + SAFE;
    pair.pass(seconds(100));
    pair.acquire("known").await;
    pair.pass(seconds(100));
    pair.acquire("known").await;
    pair.pass(seconds(100));
    pair.acquire("known").await;
    assert_eq!(pair.class(&known.number, after - millis(1)).await, Class::Ambiguous);
    assert_eq!(pair.class(&known.number, after).await, Class::Certain);
    assert_eq!(pair.class(&known.number, during).await, Class::Ambiguous, "what was said stays");
}

#[tokio::test]
async fn an_overlap_is_counted_and_ambiguous_and_ends_at_the_older_ones_heartbeat() {
    let mut pair = Pair::new().await;
    pair.lease("known").await;
    pair.cut();
    // A longer promise than the replica can know of.
    let longer = LeasePolicy { min_hold: seconds(3_000), ..LeasePolicy::default() };
    pair.store.put_pool(&pool(&pool_id("main"), None, longer)).await.expect("a pool");
    let lost = pair.lease("lost").await;
    pair.fail_over().await;
    assert_eq!(pair.acquire("new").await, Grant::Exhausted);
    pair.pass(SAFE);
    while pair.lease(&format!("new-{}", pair.clock.now().as_millis())).await.number != lost.number {
        pair.pass(millis(1));
    }
    let shown_by_two = pair.clock.now();
    pair.pass(seconds(1));
    let (another, how) = leased(pair.claim("lost", &lost).await);
    assert_eq!(how, How::Granted);
    assert_ne!(another.number, lost.number);
    assert_eq!(pair.losses().await.overlaps, 1);
    pair.claim("lost", &lost).await;
    assert_eq!(pair.losses().await.overlaps, 1, "the same one again");
    assert_eq!(pair.class(&lost.number, shown_by_two).await, Class::Ambiguous);
}

#[tokio::test]
async fn a_restart_counts_as_a_loss_and_a_first_replica_does_not() {
    let server = RedisServer::start(&["--appendonly", "yes", "--enable-debug-command", "yes"]);
    let clock = ManualClock::at(START);
    let store = connect(&server, &clock).await;
    store.put_pool(&pool(&pool_id("main"), None, LeasePolicy::default())).await.expect("a pool");
    store.put_numbers(&pool_id("main"), &numbers(3), Standing::Active).await.expect("numbers");
    leased(acquire(&store, "a", None).await);

    let before = server.command("INFO replication");
    RedisServer::start(&[]).replicate(&server);
    assert_ne!(before.lines().nth(5), server.command("INFO replication").lines().nth(5), "its id is another");
    leased(acquire(&store, "b", None).await);

    assert_eq!(server.command("DEBUG RESTART"), "", "it hangs up");
    server.wait_for("INFO persistence", "\nloading:0");
    assert_eq!(store.sweep(&pool_id("main"), 1).await, Ok(vec![]), "a sweep notices it, too");
    assert_eq!(acquire(&store, "c", None).await, Grant::Exhausted);
    assert_eq!(leased(acquire(&store, "a", None).await).1, How::Renewed);
}
