//! Connections to one server, to the primary that Sentinel names, or to a cluster.

use super::address::{Address, Credentials, Form, Tls};
use crate::store::StoreError;
use redis::{
    Client, ClientTlsConfig, Cmd, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, Pipeline, RedisConnectionInfo,
    RedisFuture, RedisResult, TlsCertificates, TlsMode, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig},
    cluster::{ClusterClient, ClusterClientBuilder},
    cluster_async::ClusterConnection,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};
use std::{path::Path, time::Duration};

/// How long the server may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);
/// How long connecting may take.
const CONNECT_WITHIN: Duration = Duration::from_millis(500);

/// What makes connections.
pub(super) enum Wire {
    Single(Box<Client>),
    Sentinel { sentinels: Box<SentinelClient>, primary: String },
    Cluster(Box<ClusterClient>),
}

/// A connection. Clones share it.
#[derive(Clone)]
pub(super) enum Connection {
    /// Mends itself, but stays with the server that it was made for.
    Server(ConnectionManager),
    /// Mends itself, and finds out which server has what.
    Cluster(ClusterConnection),
}

impl Wire {
    /// What makes connections to an address. Connects to nothing yet.
    pub(super) fn new(address: &Address) -> Result<Self, StoreError> {
        let certificates = address.tls.as_ref().map(read_certificates).transpose()?;
        let made = match &address.form {
            Form::Single => single(address, certificates).map(Box::new).map(Self::Single),
            Form::Sentinel { primary, credentials } => {
                let sentinels = sentinel(address, primary, credentials, certificates).map(Box::new);
                sentinels.map(|sentinels| Self::Sentinel { sentinels, primary: String::new() })
            }
            Form::Cluster => cluster(address, certificates).map(Box::new).map(Self::Cluster),
        };
        made.map_err(|error| StoreError::Unsuitable(format!("the connection to Redis cannot be set up: {error}")))
    }

    /// A new connection; with Sentinel to whichever server is the primary now.
    pub(super) async fn connect(&mut self) -> RedisResult<Connection> {
        match self {
            Self::Single(client) => manager(Client::clone(client)),
            Self::Sentinel { sentinels, primary } => {
                let client = sentinels.async_get_client().await?;
                *primary = place(&client);
                manager(client)
            }
            Self::Cluster(client) => client.get_async_connection().await.map(Connection::Cluster),
        }
    }

    /// Whether Sentinel names another primary than the one that was connected to last.
    pub(super) async fn has_moved(&mut self) -> bool {
        let Self::Sentinel { sentinels, primary } = self else { return false };
        sentinels.async_get_client().await.is_ok_and(|client| place(&client) != *primary)
    }
}

fn place(client: &Client) -> String {
    client.get_connection_info().addr().to_string()
}

fn manager(client: Client) -> RedisResult<Connection> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(ANSWER_WITHIN))
        .set_connection_timeout(Some(CONNECT_WITHIN))
        // Callers are told at once that the server is away; the next call tries again.
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client, config).map(Connection::Server)
}

fn single(address: &Address, certificates: Option<TlsCertificates>) -> RedisResult<Client> {
    let mut nodes = nodes(address)?;
    let node = nodes.remove(0);
    match certificates {
        Some(certificates) => Client::build_with_tls(node, certificates),
        None => Client::open(node),
    }
}

fn cluster(address: &Address, certificates: Option<TlsCertificates>) -> RedisResult<ClusterClient> {
    let builder = ClusterClientBuilder::new(nodes(address)?)
        .connection_timeout(CONNECT_WITHIN)
        .response_timeout(ANSWER_WITHIN)
        // The link gives up in time.
        .overall_response_timeout(None);
    match certificates {
        Some(certificates) => builder.certs(certificates).build(),
        None => builder.build(),
    }
}

fn sentinel(
    address: &Address,
    primary: &str,
    credentials: &Credentials,
    certificates: Option<TlsCertificates>,
) -> RedisResult<SentinelClient> {
    let mut builder = SentinelClientBuilder::new(addresses(address), primary, SentinelServerType::Master)?
        .set_client_to_redis_db(address.database);
    if let Some(user) = &address.credentials.user {
        builder = builder.set_client_to_redis_username(user);
    }
    if let Some(password) = &address.credentials.password {
        builder = builder.set_client_to_redis_password(password);
    }
    if let Some(user) = &credentials.user {
        builder = builder.set_client_to_sentinel_username(user);
    }
    if let Some(password) = &credentials.password {
        builder = builder.set_client_to_sentinel_password(password);
    }
    if let Some(certificates) = certificates {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_redis_certificates(certificates.clone())
            .set_client_to_sentinel_tls_mode(TlsMode::Secure)
            .set_client_to_sentinel_certificates(certificates);
    }
    builder.build()
}

fn addresses(address: &Address) -> Vec<ConnectionAddr> {
    let addresses = address.nodes.iter().cloned().map(|(host, port)| match address.tls {
        Some(_) => ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None },
        None => ConnectionAddr::Tcp(host, port),
    });
    addresses.collect()
}

fn nodes(address: &Address) -> RedisResult<Vec<ConnectionInfo>> {
    let mut redis = RedisConnectionInfo::default().set_db(address.database);
    if let Some(user) = &address.credentials.user {
        redis = redis.set_username(user);
    }
    if let Some(password) = &address.credentials.password {
        redis = redis.set_password(password);
    }
    let node = |place: ConnectionAddr| place.into_connection_info().map(|node| node.set_redis_settings(redis.clone()));
    addresses(address).into_iter().map(node).collect()
}

fn read_certificates(tls: &Tls) -> Result<TlsCertificates, StoreError> {
    let read = |path: &Path| {
        let unreadable = |error| StoreError::Unsuitable(format!("the certificate file {}: {error}", path.display()));
        std::fs::read(path).map_err(unreadable)
    };
    let client_tls = tls
        .cert_and_key
        .as_ref()
        .map(|(cert, key)| Ok::<_, StoreError>(ClientTlsConfig { client_cert: read(cert)?, client_key: read(key)? }));
    let root_cert = tls.ca.as_deref().map(read);
    Ok(TlsCertificates { client_tls: client_tls.transpose()?, root_cert: root_cert.transpose()? })
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(server) => server.req_packed_command(cmd),
            Self::Cluster(cluster) => cluster.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(server) => server.req_packed_commands(pipeline, offset, count),
            Self::Cluster(cluster) => cluster.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(server) => server.get_db(),
            Self::Cluster(cluster) => cluster.get_db(),
        }
    }
}
