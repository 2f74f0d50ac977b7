//! The connection to the server: bounded waits, one immediate retry on a link that broke, a new connection when the
//! server turned into a replica.
//!
//! Retrying is safe because the scripts are: repeating one whose outcome is unknown changes nothing more.

use crate::store::StoreError;
use arc_swap::ArcSwap;
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation, ServerErrorKind,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use std::time::Duration;

/// How long the server may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);
/// How long connecting may take.
const CONNECT_WITHIN: Duration = Duration::from_millis(500);
/// How long an operation may take in all.
const GIVE_UP_AFTER: Duration = Duration::from_millis(1_500);

/// A connection that mends itself.
pub(super) struct Link {
    client: Client,
    manager: ArcSwap<ConnectionManager>,
    /// For messages: where the server is, without credentials.
    address: String,
}

#[derive(Clone, Copy)]
enum Request<'a> {
    Command(&'a Cmd),
    Script(&'a ScriptInvocation<'a>),
}

impl Request<'_> {
    async fn send<T: FromRedisValue>(self, mut connection: ConnectionManager) -> RedisResult<T> {
        match self {
            Self::Command(command) => command.query_async(&mut connection).await,
            Self::Script(script) => script.invoke_async(&mut connection).await,
        }
    }
}

impl Link {
    /// Connects.
    pub(super) async fn connect(url: &str) -> Result<Self, StoreError> {
        let client = Client::open(url)
            .map_err(|error| StoreError::Unsuitable(format!("the address of the Redis server is no good: {error}")))?;
        let address = client.get_connection_info().addr().to_string();
        let link = Self { manager: ArcSwap::from_pointee(new_manager(&client)?), client, address };
        let _: String = link.query(&redis::cmd("PING")).await?;
        Ok(link)
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
            outcome => outcome,
        }
    }

    async fn once<T: FromRedisValue>(&self, request: Request<'_>) -> RedisResult<T> {
        let manager = ConnectionManager::clone(&self.manager.load());
        let outcome = match tokio::time::timeout(GIVE_UP_AFTER, request.send(manager)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut))),
        };
        // The manager stays with a server that became a replica; a name may lead to the new primary by now.
        if let Err(error) = &outcome
            && error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
            && let Ok(manager) = new_manager(&self.client)
        {
            self.manager.store(manager.into());
        }
        outcome
    }
}

fn new_manager(client: &Client) -> Result<ConnectionManager, StoreError> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(ANSWER_WITHIN))
        .set_connection_timeout(Some(CONNECT_WITHIN))
        // Callers are told at once that the server is away; the next call tries again.
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
        .map_err(|error| StoreError::Unsuitable(format!("the connection to Redis cannot be set up: {error}")))
}
