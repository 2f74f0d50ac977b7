//! One server, Sentinel or a cluster, by URL; with TLS and an ACL user. The store goes where the primary goes.

mod support;

use pool_service::{
    domain::{
        lease::{Lease, Standing},
        policy::LeasePolicy,
        token::LeaseClaim,
        visitor::Visitor,
    },
    store::{
        Acquire, AdminStore, Grant, How, LeaseStore, StoreError,
        redis::{RedisClock, RedisStore},
    },
};
use std::time::{Duration, Instant};
use support::{
    begin_call, end_call, number, numbers, pool, pool_id,
    redis_cluster::RedisCluster,
    redis_server::{RedisServer, free_port},
    session,
};
use tempfile::TempDir;

async fn connect(url: &str) -> Result<RedisStore, StoreError> {
    RedisStore::connect(url, "hatsuban", RedisClock::Server).await
}

async fn set_up(store: &RedisStore, pools: &[&str]) {
    for id in pools {
        store.put_pool(&pool(&pool_id(id), None, LeasePolicy::default())).await.expect("a pool");
        store.put_numbers(&pool_id(id), &numbers(5), Standing::Active).await.expect("numbers");
    }
}

async fn acquire(store: &RedisStore, name: &str, claim: Option<&Lease>) -> Result<Grant, StoreError> {
    let claim = claim.map(|lease| LeaseClaim::of(&pool_id("main"), lease));
    let row = Acquire { session: session(name), visitor: Visitor::default(), claim };
    store.acquire(&pool_id("main"), &[row]).await.map(|mut acquired| acquired.remove(0).grant)
}

/// Asks until somebody answers, for at most twenty seconds.
async fn acquire_at_last(store: &RedisStore, name: &str, claim: Option<&Lease>) -> Grant {
    let began = Instant::now();
    loop {
        match acquire(store, name, claim).await {
            Ok(grant) => return grant,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(20), "in vain: {error}"),
        }
    }
}

fn leased(grant: Grant) -> (Lease, How) {
    match grant {
        Grant::Leased { lease, how, .. } => (lease, how),
        other => panic!("no lease: {other:?}"),
    }
}

/// A lease, a call and its attribution, a sweep: each script once.
async fn use_it(store: &RedisStore) {
    set_up(store, &["main"]).await;
    let (lease, _) = leased(acquire(store, "a", None).await.expect("an answer"));
    begin_call(store, &pool_id("main"), "one", &lease.number).await;
    end_call(store, &pool_id("main"), "one").await;
    let holders = store.holders(&pool_id("main"), &lease.number, None).await.expect("an answer");
    assert_eq!(holders.expect("a number").leases[0].session, session("a"));
    assert_eq!(store.pool_of(&number(4)).await, Ok(Some(pool_id("main"))));
    store.sweep(&pool_id("main"), 10).await.expect("swept");
    store.ready().await.expect("ready");
}

#[tokio::test]
async fn sentinel_names_the_primary_and_its_successor() {
    let (primary, replica) = (RedisServer::start(&[]), RedisServer::start(&[]));
    replica.replicate(&primary);
    let sentinel = RedisServer::start_sentinel(&primary);
    sentinel.wait_for("SENTINEL REPLICAS main", "master-link-status\r\n$2\r\nok");
    let away = free_port();
    let store = connect(&format!("redis+sentinel://127.0.0.1:{away},127.0.0.1:{}/main", sentinel.port())).await;
    let store = store.expect("one sentinel is enough");
    use_it(&store).await;

    replica.catch_up(&primary);
    replica.cut_off();
    let (lost, _) = leased(acquire(&store, "lost", None).await.expect("an answer"));
    let told = sentinel.listen("SUBSCRIBE +switch-master");
    drop(primary);
    assert!(matches!(acquire(&store, "new", None).await, Err(StoreError::Unavailable(_))), "nobody has taken over yet");
    sentinel.replace_the_dead();
    told.until("main 127.0.0.1").await;
    assert_eq!(acquire_at_last(&store, "new", None).await, Grant::Exhausted, "its numbers may be somebody's");
    assert_eq!(leased(acquire_at_last(&store, "a", None).await).1, How::Renewed);
    let (restored, how) = leased(acquire_at_last(&store, "lost", Some(&lost)).await);
    assert_eq!((restored.number, how), (lost.number, How::Restored));
}

#[tokio::test]
async fn a_name_that_no_sentinel_knows_is_said() {
    let primary = RedisServer::start(&[]);
    let sentinel = RedisServer::start_sentinel(&primary);
    let refused = connect(&format!("redis+sentinel://127.0.0.1:{}/mian", sentinel.port())).await;
    let Err(StoreError::Unavailable(why)) = refused else { panic!("connected") };
    assert!(why.contains("mian") && why.contains("Sentinel knows no primary"), "{why}");
}

#[tokio::test]
async fn a_primary_that_turned_into_a_replica_is_left_for_its_successor() {
    let (primary, replica) = (RedisServer::start(&[]), RedisServer::start(&[]));
    replica.replicate(&primary);
    let sentinel = RedisServer::start_sentinel(&primary);
    sentinel.wait_for("SENTINEL REPLICAS main", "master-link-status\r\n$2\r\nok");
    let store = connect(&format!("redis+sentinel://127.0.0.1:{}/main", sentinel.port())).await.expect("a store");
    use_it(&store).await;
    sentinel.obey("SENTINEL FAILOVER main");
    primary.wait_for("INFO replication", "role:slave");
    assert_eq!(leased(acquire_at_last(&store, "a", None).await).1, How::Renewed);
    replica.wait_for("INFO replication", "role:master");
}

#[tokio::test]
async fn a_primary_that_sentinel_has_replaced_is_left_though_it_answers() {
    let (primary, replica) = (RedisServer::start(&[]), RedisServer::start(&[]));
    replica.replicate(&primary);
    let sentinel = RedisServer::start_sentinel(&primary);
    let store = connect(&format!("redis+sentinel://127.0.0.1:{}/main", sentinel.port())).await.expect("a store");
    use_it(&store).await;
    replica.catch_up(&primary);
    replica.promote();
    let told = replica.listen("MONITOR");
    sentinel.obey("SENTINEL REMOVE main");
    sentinel.obey(&format!("SENTINEL MONITOR main 127.0.0.1 {} 1", replica.port()));
    // Before a server is used as the primary it is asked whether it is.
    told.until("role").await;
    let began = Instant::now();
    while store.losses(&pool_id("main")).await.expect("both answer").safe_until.is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "it still uses the old primary");
        acquire(&store, "new", None).await.expect("both answer");
    }
}

#[tokio::test]
async fn pools_spread_over_a_cluster_and_outlive_a_primary() {
    let mut cluster = RedisCluster::start(&[]);
    let owner = cluster.owner_of("{pool:main}");
    let replica = cluster.add_replica(owner);
    let store = connect(&cluster.url()).await.expect("a store");
    let pools: Vec<_> = (0..20).map(|index| format!("pool-{index}")).collect();
    set_up(&store, &pools.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for node in &cluster.nodes[..3] {
        let keys = node.command("DBSIZE");
        assert_ne!(keys.trim(), ":0", "each node has some of the pools");
    }
    use_it(&store).await;

    let primary = cluster.nodes.remove(owner);
    let replica = &cluster.nodes[replica - 1];
    replica.catch_up(&primary);
    drop(primary);
    replica.obey("CLUSTER FAILOVER TAKEOVER");
    assert_eq!(leased(acquire_at_last(&store, "a", None).await).1, How::Renewed);
    assert_eq!(
        acquire_at_last(&store, "new", None).await,
        Grant::Exhausted,
        "what the primary granted last may be lost"
    );
}

#[tokio::test]
async fn each_primary_of_a_cluster_must_keep_what_it_has() {
    let cluster = RedisCluster::start(&[]);
    cluster.nodes[2].obey("CONFIG SET maxmemory-policy allkeys-lru");
    let Err(StoreError::Unsuitable(why)) = connect(&cluster.url()).await else { panic!("connected") };
    assert!(why.contains("allkeys-lru"), "{why}");
}

/// A certificate for this machine, and the options that make a server use it.
struct Certificates {
    directory: TempDir,
}

impl Certificates {
    fn new() -> Self {
        let directory = TempDir::new().expect("a directory");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        let made = made.expect("a certificate");
        std::fs::write(directory.path().join("cert.pem"), made.cert.pem()).expect("a file");
        std::fs::write(directory.path().join("key.pem"), made.signing_key.serialize_pem()).expect("a file");
        Self { directory }
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// A server that speaks TLS at a second port.
    fn start(&self) -> (RedisServer, u16) {
        let port = free_port();
        let (port_text, options) = (port.to_string(), self.options());
        let mut all = vec!["--tls-port", &port_text];
        all.extend(options.iter().map(String::as_str));
        (RedisServer::start(&all), port)
    }

    fn options(&self) -> Vec<String> {
        let (cert, key) = (self.path("cert.pem"), self.path("key.pem"));
        [("--tls-cert-file", &cert), ("--tls-key-file", &key), ("--tls-ca-cert-file", &cert)]
            .into_iter()
            .flat_map(|(name, path)| [name.to_owned(), path.clone()])
            .collect()
    }

    /// What a URL says to be let in.
    fn query(&self) -> String {
        let (cert, key) = (self.path("cert.pem"), self.path("key.pem"));
        format!("?ca={cert}&cert={cert}&key={key}")
    }
}

#[tokio::test]
async fn a_server_is_spoken_to_by_tls_as_an_acl_user() {
    let certificates = Certificates::new();
    let (server, port) = certificates.start();
    server.obey("ACL SETUSER hatsuban on >p@ss:w?rd ~hatsuban:* +@read +@write +@scripting +@connection +info +time");
    let query = certificates.query();
    let address = format!("rediss://hatsuban:p%40ss%3Aw%3Frd@127.0.0.1:{port}/0");
    let store = connect(&format!("{address}{query}")).await.expect("a store");
    use_it(&store).await;
    assert!(server.command("CLIENT LIST").contains("user=hatsuban"));

    let Err(StoreError::Unavailable(why)) = connect(&address).await else {
        panic!("an unknown certificate is trusted")
    };
    assert!(why.contains("cannot be reached"), "{why}");
    let Err(StoreError::Unsuitable(why)) = connect(&format!("{address}?ca=/nowhere.pem")).await else {
        panic!("no file")
    };
    assert!(why.contains("/nowhere.pem"), "{why}");
    let wrong = connect(&format!("rediss://hatsuban:wrong@127.0.0.1:{port}/{query}")).await;
    let Err(StoreError::Unavailable(why)) = wrong else { panic!("any password will do") };
    assert!(!why.contains("wrong@"), "{why}");
}

#[tokio::test]
async fn sentinel_and_cluster_speak_tls() {
    let certificates = Certificates::new();
    let (_primary, port) = certificates.start();
    let by_tls = free_port();
    let options: Vec<_> = certificates.options();
    let lines: Vec<_> = options.chunks(2).map(|pair| format!("{} {}", &pair[0][2..], pair[1])).collect();
    let settings = format!("tls-port {by_tls}\ntls-replication yes\n{}", lines.join("\n"));
    let sentinel = RedisServer::start_sentinel_of(port, &settings);
    sentinel.wait_for("SENTINEL MASTER main", "flags\r\n$6\r\nmaster");
    let url = format!("rediss+sentinel://127.0.0.1:{by_tls}/main{}", certificates.query());
    use_it(&connect(&url).await.expect("a store")).await;

    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let (_cluster, ports) = RedisCluster::start_tls(&options);
    let url = format!("rediss+cluster://127.0.0.1:{}{}", ports[0], certificates.query());
    use_it(&connect(&url).await.expect("a store")).await;
}
