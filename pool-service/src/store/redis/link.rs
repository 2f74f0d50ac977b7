//! The way to the server: bounded waits, one immediate retry on a link that broke, a new connection when the server is not
//! the primary any more.
//!
//! Retrying is safe because the scripts are: repeating one whose outcome is unknown changes nothing more.

use super::{
    address::Address,
    wire::{Connection, Wire},
};
use crate::store::StoreError;
use arc_swap::ArcSwapOption;
use redis::{
    Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation, ServerErrorKind, Value,
    cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo},
};
use std::{
    io,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};

/// How long an operation may take in all.
const GIVE_UP_AFTER: Duration = Duration::from_millis(1_500);
/// How often Sentinel is asked whether the primary is another.
const ASK_SENTINEL_EVERY: Duration = Duration::from_secs(2);

/// A connection that mends itself, and goes where the primary goes.
pub(super) struct Link {
    /// One caller makes a connection while the others wait for it.
    wire: Arc<Mutex<Wire>>,
    /// `None`: not connected.
    connection: Arc<ArcSwapOption<Connection>>,
    /// For messages: where the server is, without credentials.
    address: String,
    finds_primaries: bool,
}

#[derive(Clone, Copy)]
enum Request<'a> {
    Command(&'a Cmd),
    Script(&'a ScriptInvocation<'a>),
}

impl Request<'_> {
    async fn send<T: FromRedisValue>(self, mut connection: Connection) -> RedisResult<T> {
        match self {
            Self::Command(command) => command.query_async(&mut connection).await,
            Self::Script(script) => script.invoke_async(&mut connection).await,
        }
    }
}

impl Link {
    /// Connects.
    pub(super) async fn connect(url: &str) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let wire = Wire::new(&address)?;
        let finds_primaries = matches!(wire, Wire::Sentinel { .. });
        let (wire, connection) = (Arc::new(Mutex::new(wire)), Arc::new(ArcSwapOption::empty()));
        if finds_primaries {
            tokio::spawn(follow(Arc::downgrade(&wire), Arc::downgrade(&connection)));
        }
        let link = Self { wire, connection, address: address.shown(), finds_primaries };
        let _: String = link.query(&redis::cmd("PING")).await?;
        Ok(link)
    }

    /// Asks each server that takes writes: one, or all primaries of a cluster.
    pub(super) async fn ask_primaries<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<Vec<T>> {
        let connection = timeout(GIVE_UP_AFTER, self.connected()).await.map_err(|_| too_late())??;
        let Connection::Cluster(cluster) = connection.as_ref() else {
            return self.try_query(command).await.map(|answer| vec![answer]);
        };
        let mut cluster = cluster.clone();
        let all = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
        let answers = timeout(GIVE_UP_AFTER, cluster.route_command(command.clone(), all)).await;
        let Value::Map(answers) = answers.map_err(|_| too_late())?? else { return Ok(Vec::new()) };
        answers.into_iter().map(|(_, answer)| Ok(T::from_redis_value(answer)?)).collect()
    }

    /// Runs a command that may be repeated.
    pub(super) async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.try_query(command).await.map_err(|error| self.told(&error))
    }

    /// The same, but gives the server's own error.
    pub(super) async fn try_query<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        self.repeated(Request::Command(command)).await
    }

    /// Runs a script that may be repeated.
    pub(super) async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> RedisResult<T> {
        self.repeated(Request::Script(script)).await
    }

    /// Runs a script that must not be repeated.
    pub(super) async fn run_once<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> RedisResult<T> {
        self.once(Request::Script(script)).await
    }

    /// What went wrong, in a sentence for `/readyz` and the log.
    pub(super) fn told(&self, error: &RedisError) -> StoreError {
        let address = &self.address;
        StoreError::Unavailable(match error.kind() {
            ErrorKind::Server(ServerErrorKind::ReadOnly) => {
                format!("the Redis server {address} is a replica and takes no writes")
            }
            ErrorKind::MasterNameNotFoundBySentinel => format!("Sentinel knows no primary that answers: {address}"),
            ErrorKind::Server(ServerErrorKind::NoPerm) => {
                format!("the Redis server {address} does not permit what the store needs ({error})")
            }
            _ if error.is_timeout() => format!("the Redis server {address} did not answer in time"),
            _ if error.is_io_error() => format!("the Redis server {address} cannot be reached ({error})"),
            _ => format!("the Redis server {address} answered an error ({error})"),
        })
    }

    async fn repeated<T: FromRedisValue>(&self, request: Request<'_>) -> RedisResult<T> {
        match self.once(request).await {
            // After an outage the manager hands out one stale failure before it connects again.
            Err(error) if error.is_unrecoverable_error() || (error.is_io_error() && !error.is_timeout()) => {
                self.once(request).await
            }
            // Sentinel may know another primary by now.
            Err(error) if self.finds_primaries && is_read_only(&error) => self.once(request).await,
            outcome => outcome,
        }
    }

    async fn once<T: FromRedisValue>(&self, request: Request<'_>) -> RedisResult<T> {
        let mut used = None;
        let asked = timeout(GIVE_UP_AFTER, async {
            let connection = self.connected().await?;
            used = Some(Arc::clone(&connection));
            request.send(Connection::clone(&connection)).await
        });
        let outcome = asked.await.unwrap_or_else(|_| Err(too_late()));
        if let (Err(error), Some(used)) = (&outcome, used)
            && self.must_look_again(error, &used)
        {
            // Unless somebody else has done so already.
            self.connection.compare_and_swap(&used, None);
        }
        outcome
    }

    /// A server that became a replica keeps its connections; its name, or Sentinel, may lead to the new primary. A cluster's
    /// connection finds its own way.
    fn must_look_again(&self, error: &RedisError, used: &Connection) -> bool {
        let is_away = error.is_io_error() || error.is_unrecoverable_error();
        matches!(used, Connection::Server(_)) && (is_read_only(error) || (self.finds_primaries && is_away))
    }

    async fn connected(&self) -> RedisResult<Arc<Connection>> {
        if let Some(connection) = self.connection.load_full() {
            return Ok(connection);
        }
        let mut wire = self.wire.lock().await;
        if let Some(connection) = self.connection.load_full() {
            return Ok(connection);
        }
        let connection = Arc::new(wire.connect().await?);
        self.connection.store(Some(Arc::clone(&connection)));
        Ok(connection)
    }
}

/// Leaves a primary that Sentinel has replaced though it answers: it may be cut off from everybody but this service, and
/// what it grants is granted by its successor, too. Ends with the link.
async fn follow(wire: Weak<Mutex<Wire>>, connection: Weak<ArcSwapOption<Connection>>) {
    loop {
        sleep(ASK_SENTINEL_EVERY).await;
        let (Some(wire), Some(connection)) = (wire.upgrade(), connection.upgrade()) else { return };
        let mut wire = wire.lock().await;
        // Sentinels that do not answer change nothing.
        if timeout(GIVE_UP_AFTER, wire.has_moved()).await.unwrap_or(false) {
            tracing::warn!("Sentinel names another primary");
            connection.store(None);
        }
    }
}

fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

fn too_late() -> RedisError {
    RedisError::from(io::Error::from(io::ErrorKind::TimedOut))
}
