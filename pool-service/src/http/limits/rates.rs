//! Requests for each minute, by the generic cell rate algorithm: a whole minute's worth may come at once, and is given
//! back evenly.

use super::RATE_LIMIT;
use axum::http::{HeaderMap, HeaderValue, header};
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};
use std::{
    hash::Hash,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

const WINDOW: Duration = Duration::from_secs(60);
/// After so many requests, those who have their whole budget again are forgotten: no flood of addresses fills the memory.
const REQUESTS_BETWEEN_CLEANING: u32 = 10_000;

/// A limit for each of many.
pub(super) struct Rate<K: Hash + Eq + Clone> {
    name: &'static str,
    limiter: Option<RateLimiter<K, HashMapStateStore<K>, DefaultClock, StateInformationMiddleware>>,
    quota: u32,
    requests: AtomicU32,
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Budget {
    name: &'static str,
    remaining: u32,
    /// Until more is left: all of it, or, when nothing is left, one request.
    seconds: u64,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// `quota` requests for each minute; 0: no limit.
    pub(super) fn per_minute(name: &'static str, quota: u32) -> Self {
        let limiter = NonZeroU32::new(quota).map(|quota| {
            RateLimiter::hashmap(Quota::per_minute(quota)).with_middleware::<StateInformationMiddleware>()
        });
        Self { name, limiter, quota, requests: AtomicU32::new(0) }
    }

    /// The limit as `RateLimit-Policy` has it.
    pub(super) fn policy(&self) -> Option<String> {
        self.limiter.as_ref().map(|_| format!("\"{}\";q={};w={}", self.name, self.quota, WINDOW.as_secs()))
    }

    /// Takes one request. Gives what is left then; `None` where there is no limit.
    ///
    /// # Errors
    /// When nothing was left.
    pub(super) fn take(&self, key: &K) -> Result<Option<Budget>, Budget> {
        let Some(limiter) = &self.limiter else { return Ok(None) };
        if self.requests.fetch_add(1, Ordering::Relaxed) % REQUESTS_BETWEEN_CLEANING == REQUESTS_BETWEEN_CLEANING - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        match limiter.check_key(key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = u64::from(self.quota.saturating_sub(remaining));
                let seconds = (used * WINDOW.as_secs()).div_ceil(u64::from(self.quota));
                Ok(Some(Budget { name: self.name, remaining, seconds }))
            }
            Err(not_until) => Err(Budget { name: self.name, remaining: 0, seconds: wait(limiter.clock(), &not_until) }),
        }
    }
}

impl Budget {
    /// How long to wait before asking again, in seconds.
    pub(in crate::http) fn seconds(self) -> u64 {
        self.seconds
    }

    /// Adds itself to what the headers say of other limits.
    pub(in crate::http) fn tell(self, headers: &mut HeaderMap) {
        let Self { name, remaining, seconds } = self;
        if let Ok(value) = HeaderValue::try_from(format!("\"{name}\";r={remaining};t={seconds}")) {
            headers.append(RATE_LIMIT, value);
        }
    }

    /// The same, for an answer that refuses.
    pub(in crate::http) fn refuse(self, headers: &mut HeaderMap) {
        self.tell(headers);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(self.seconds));
    }
}

fn wait(clock: &DefaultClock, not_until: &NotUntil<<DefaultClock as Clock>::Instant>) -> u64 {
    let wait = not_until.wait_time_from(clock.now());
    u64::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX).max(1)
}
