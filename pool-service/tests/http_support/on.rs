//! The stores on which a promise is to hold: the embedded one, and a real Redis server of the test's own.

#[allow(clippy::duplicate_mod, reason = "some test files have the same module in their own support")]
#[path = "../support/redis_server.rs"]
mod redis_server;

use super::{CLINIC, TestApp, start_of_tests, unlimited, write_assets};
use pool_service::store::redis::{RedisClock, RedisStore};
use redis_server::RedisServer;
use std::sync::Arc;
use tempfile::TempDir;

/// A store on which a promise is to hold.
#[derive(Clone, Copy, Debug)]
pub enum On {
    Embedded,
    Redis,
}

/// Makes each promise a test on each store.
#[macro_export]
macro_rules! on_both_stores {
    ($($name:ident)+) => {
        mod embedded {
            $(#[tokio::test] async fn $name() { super::$name($crate::http_support::on::On::Embedded).await; })+
        }
        mod redis {
            $(#[tokio::test] async fn $name() { super::$name($crate::http_support::on::On::Redis).await; })+
        }
    };
}

impl On {
    /// A service on which nothing is configured.
    pub async fn empty(self) -> TestApp {
        match self {
            Self::Embedded => TestApp::empty().await,
            Self::Redis => {
                let (directory, clock) = (TempDir::new().expect("a directory"), start_of_tests());
                let store = RedisStore::connect(&redis_url(), &prefix(), RedisClock::Manual(clock.clone())).await;
                write_assets(directory.path());
                TestApp::by_wire(Arc::new(store.expect("a store")), unlimited(), clock, directory).await
            }
        }
    }

    /// A service for the clinic and the shop.
    pub async fn clinic(self) -> TestApp {
        let app = self.empty().await;
        app.apply(CLINIC).await.expect("a valid document");
        app
    }
}

/// The server that all tests of a binary share.
pub fn redis_url() -> String {
    RedisServer::shared().url()
}

/// What the keys of no other test begin with.
fn prefix() -> String {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).expect("random bytes");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
