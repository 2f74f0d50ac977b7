//! A store that answers until it is broken, and then says that it cannot be reached.

use pool_service::store::{Store, StoreError, relay::Relay};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A store behind a wire that can be cut.
pub struct Failing {
    pub inner: Arc<dyn Store>,
    pub is_cut: Arc<AtomicBool>,
}

impl Relay for Failing {
    fn behind(&self) -> Result<&dyn Store, StoreError> {
        if self.is_cut.load(Ordering::Relaxed) {
            Err(StoreError::Unavailable("secret-host:6379 refused".to_owned()))
        } else {
            Ok(self.inner.as_ref())
        }
    }
}
