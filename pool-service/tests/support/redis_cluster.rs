//! A Redis cluster of the tests' own: three primaries that share the slots.

use super::redis_server::{RedisServer, free_port};
use std::sync::OnceLock;

/// A running cluster.
pub(crate) struct RedisCluster {
    pub(crate) nodes: Vec<RedisServer>,
    buses: Vec<u16>,
}

const SLOTS: [(u16, u16); 3] = [(0, 5_460), (5_461, 10_922), (10_923, 16_383)];

impl RedisCluster {
    /// The cluster that all tests of a binary share. They keep apart by random prefixes.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<RedisCluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// Starts a cluster, and waits until all nodes say that it is well.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::of(SLOTS.map(|_| RedisServer::start_node(options)), None)
    }

    /// Starts a cluster that speaks TLS; gives the ports for it, too.
    pub(crate) fn start_tls(options: &[&str]) -> (Self, [u16; 3]) {
        let ports = SLOTS.map(|_| free_port());
        let nodes = ports.map(|port| {
            let port = port.to_string();
            RedisServer::start_node(&[&["--tls-cluster", "yes", "--tls-port", &port], options].concat())
        });
        (Self::of(nodes, Some(ports)), ports)
    }

    fn of(nodes: [(RedisServer, u16); 3], tls_ports: Option<[u16; 3]>) -> Self {
        let (nodes, buses): (Vec<_>, Vec<_>) = nodes.into_iter().unzip();
        let cluster = Self { nodes, buses };
        for (at, (first, last)) in SLOTS.iter().enumerate() {
            cluster.nodes[at].obey(&format!("CLUSTER SET-CONFIG-EPOCH {}", at + 1));
            cluster.nodes[at].obey(&format!("CLUSTER ADDSLOTSRANGE {first} {last}"));
        }
        for at in 1..SLOTS.len() {
            cluster.introduce(at, tls_ports.map_or(cluster.nodes[at].port(), |ports| ports[at]));
        }
        cluster.wait_until_well();
        cluster
    }

    /// Adds a replica of a primary; gives its place among the nodes.
    pub(crate) fn add_replica(&mut self, primary: usize) -> usize {
        let (node, bus) = RedisServer::start_node(&[]);
        self.nodes.push(node);
        self.buses.push(bus);
        let replica = self.nodes.len() - 1;
        self.introduce(replica, self.nodes[replica].port());
        let id = self.nodes[primary].command("CLUSTER MYID");
        let id = id.lines().nth(1).expect("an id").to_owned();
        self.nodes[replica].wait_for("CLUSTER NODES", &id);
        self.wait_until_well();
        self.nodes[replica].obey(&format!("CLUSTER REPLICATE {id}"));
        self.nodes[replica].wait_for("INFO replication", "master_link_status:up");
        replica
    }

    /// Which primary has this key.
    pub(crate) fn owner_of(&self, key: &str) -> usize {
        let slot = self.nodes[0].command(&format!("CLUSTER KEYSLOT {key}"));
        let slot: u16 = slot.trim().trim_start_matches(':').parse().expect("a slot");
        SLOTS.iter().position(|(first, last)| (*first..=*last).contains(&slot)).expect("all slots are served")
    }

    /// The URL of the cluster by its first nodes.
    pub(crate) fn url(&self) -> String {
        format!("redis+cluster://127.0.0.1:{},127.0.0.1:{}", self.nodes[0].port(), self.nodes[1].port())
    }

    fn introduce(&self, at: usize, port: u16) {
        let bus = self.buses[at];
        self.nodes[0].obey(&format!("CLUSTER MEET 127.0.0.1 {port} {bus}"));
    }

    pub(crate) fn wait_until_well(&self) {
        let known = format!("cluster_known_nodes:{}\r", self.nodes.len());
        for node in &self.nodes {
            node.wait_for("CLUSTER INFO", &known);
            node.wait_for("CLUSTER INFO", "cluster_state:ok");
        }
    }
}
