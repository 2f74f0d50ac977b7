//! Counters for Prometheus. All names start with `hatsuban_`; labels have few values, never a number or a session.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Sender {
    sender: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSite {
    site: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Sighting {
    site: String,
    found: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPool {
    pool: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolOutcome {
    pool: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PoolState {
    pool: String,
    state: &'static str,
}

/// Pools that have metrics of their own: the first ones of the configuration.
pub const MAX_POOLS: usize = 200;

/// What was answered for a pool since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolCounts {
    /// Leases that began.
    pub granted: u64,
    /// Of these, on numbers that had rested for less than the cooldown.
    pub short_cooldown: u64,
    /// Answers with the overflow number.
    pub overflow: u64,
    /// Answers without a number.
    pub exhausted: u64,
}

/// All metrics of a service; clones count together.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    leases: Family<Outcome, Counter>,
    short_cooldowns: Counter,
    lease_seconds: Histogram,
    requests: Family<Request, Counter>,
    released: Counter,
    store_errors: Family<Operation, Counter>,
    limited: Family<Limit, Counter>,
    pool_numbers: Family<PoolState, Gauge>,
    pool_utilisation: Family<OfPool, Gauge<f64, AtomicU64>>,
    pool_leases: Family<PoolOutcome, Counter>,
    pool_short_cooldowns: Family<OfPool, Counter>,
    unreported_pools: Gauge,
    safe_modes: Family<OfPool, Gauge>,
    overlaps: Family<OfPool, Gauge>,
    tags: Family<OfSite, Counter>,
    sightings: Family<Sighting, Counter>,
    routes: Family<Outcome, Counter>,
    route_seconds: Histogram,
    unsigned: Family<Sender, Counter>,
}

impl Metrics {
    /// Metrics that all stand at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("hatsuban");
        let leases = Family::<Outcome, Counter>::default();
        registry.register("leases", "Answered lease rows, by outcome", leases.clone());
        let short_cooldowns = Counter::default();
        registry.register(
            "leases_short_cooldown",
            "Numbers granted although they had rested for less than their pool's cooldown",
            short_cooldowns.clone(),
        );
        let lease_seconds = Histogram::new(exponential_buckets(0.000_5, 2.0, 13));
        registry.register_with_unit(
            "lease_request",
            "Time to answer POST /v1/leases",
            Unit::Seconds,
            lease_seconds.clone(),
        );
        let requests = Family::<Request, Counter>::default();
        registry.register("http_requests", "Answered requests, by route and class of status", requests.clone());
        let released = Counter::default();
        registry.register("leases_released", "Leases whose end was announced", released.clone());
        let store_errors = Family::<Operation, Counter>::default();
        registry.register("store_errors", "Operations that the store did not do, by operation", store_errors.clone());
        let limited = Family::<Limit, Counter>::default();
        registry.register("limited", "What limits did not let through, by the limit", limited.clone());
        let pool_numbers = Family::<PoolState, Gauge>::default();
        registry.register("pool_numbers", "Numbers of a pool, by what they are doing", pool_numbers.clone());
        let pool_utilisation = Family::default();
        registry.register(
            "pool_utilisation",
            "Share of a pool's numbers that is in use, 0 to 1; above 0.75 it needs more",
            pool_utilisation.clone(),
        );
        let pool_leases = Family::default();
        registry.register(
            "pool_leases",
            "Leases that began, and answers without one, by pool; pages that got none ask again at each heartbeat",
            pool_leases.clone(),
        );
        let pool_short_cooldowns = Family::default();
        registry.register(
            "pool_short_cooldowns",
            "Leases that began on a number that had rested for less than the pool's cooldown",
            pool_short_cooldowns.clone(),
        );
        let unreported_pools = Gauge::default();
        registry.register(
            "pools_unreported",
            "Pools missing from hatsuban_pool_numbers: there are too many, or the store did not answer in time",
            unreported_pools.clone(),
        );
        let safe_modes = Family::<OfPool, Gauge>::default();
        registry.register(
            "pool_safe_mode",
            "1 while a pool grants no number that is merely free, because its store may have lost grants",
            safe_modes.clone(),
        );
        let overlaps = Family::<OfPool, Gauge>::default();
        registry.register(
            "pool_overlaps",
            "Leases found to have run beside another one on the same number after the store lost grants",
            overlaps.clone(),
        );
        let tags = Family::<OfSite, Counter>::default();
        registry.register("tag_served", "Answered requests for a site's tag, unchanged ones included", tags.clone());
        let sightings = Family::<Sighting, Counter>::default();
        registry.register("page_sightings", "Sampled pages, by whether a target was found on them", sightings.clone());
        let routes = Family::<Outcome, Counter>::default();
        registry.register("routes", "Answers to where a call goes, by what was decided", routes.clone());
        let route_seconds = Histogram::new(exponential_buckets(0.000_5, 2.0, 11));
        registry.register_with_unit(
            "route_request",
            "Time to say where a call goes",
            Unit::Seconds,
            route_seconds.clone(),
        );
        let unsigned = Family::<Sender, Counter>::default();
        registry.register(
            "unsigned_webhooks",
            "Webhooks whose signature does not hold, by their sender",
            unsigned.clone(),
        );
        Self {
            registry: Arc::new(registry),
            leases,
            short_cooldowns,
            lease_seconds,
            requests,
            released,
            store_errors,
            limited,
            pool_numbers,
            pool_utilisation,
            pool_leases,
            pool_short_cooldowns,
            unreported_pools,
            safe_modes,
            overlaps,
            tags,
            sightings,
            routes,
            route_seconds,
            unsigned,
        }
    }

    /// Counts an answered lease row.
    pub fn leased(&self, outcome: &'static str) {
        self.leases.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a number that had to be granted early.
    pub fn short_cooldown(&self) {
        self.short_cooldowns.inc();
    }

    /// Notes how long a lease request took.
    pub fn lease_request_took(&self, time: Duration) {
        self.lease_seconds.observe(time.as_secs_f64());
    }

    /// Counts an answer to where a call goes, and notes how long it took.
    pub fn routed(&self, outcome: &'static str, time: Duration) {
        self.routes.get_or_create(&Outcome { outcome }).inc();
        self.route_seconds.observe(time.as_secs_f64());
    }

    /// Counts an answered request.
    pub fn answered(&self, route: &str, status: u16) {
        let status = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.requests.get_or_create(&Request { route: route.to_owned(), status }).inc();
    }

    /// Counts a tag that was asked for. Only ids of configured sites, of which there are few.
    pub fn tag_served(&self, site: &str) {
        self.tags.get_or_create(&OfSite { site: site.to_owned() }).inc();
    }

    /// Counts a page that told whether it found a target. Only ids of configured sites.
    pub fn sighted(&self, site: &str, is_found: bool) {
        let found = if is_found { "yes" } else { "no" };
        self.sightings.get_or_create(&Sighting { site: site.to_owned(), found }).inc();
    }

    /// Counts a webhook whose signature does not hold.
    pub fn unsigned(&self, sender: &'static str) {
        self.unsigned.get_or_create(&Sender { sender }).inc();
    }

    /// Counts announced ends of leases.
    pub fn released(&self, leases: usize) {
        self.released.inc_by(u64::try_from(leases).unwrap_or(u64::MAX));
    }

    /// Counts an operation that the store did not do.
    pub fn store_failed(&self, operation: &'static str) {
        self.store_errors.get_or_create(&Operation { operation }).inc();
    }

    /// Counts a request, a row or a connection that a limit did not let through.
    pub fn limited(&self, reason: &'static str) {
        self.limited.get_or_create(&Limit { reason }).inc();
    }

    /// Replaces what is said about the numbers of pools: a pool, its numbers by state, and the share of them in use; and
    /// how many pools are missing.
    pub fn set_pools(&self, rows: impl IntoIterator<Item = (String, [(&'static str, u64); 4], f64)>, missing: usize) {
        self.pool_numbers.clear();
        self.pool_utilisation.clear();
        for (pool, states, utilisation) in rows {
            for (state, count) in states {
                let gauge = self.pool_numbers.get_or_create_owned(&PoolState { pool: pool.clone(), state });
                gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
            }
            self.pool_utilisation.get_or_create_owned(&OfPool { pool }).set(utilisation);
        }
        self.unreported_pools.set(i64::try_from(missing).unwrap_or(i64::MAX));
    }

    /// Replaces what is said about lost grants: rows of pool, whether it is in safe mode, and overlaps found.
    pub fn set_losses(&self, rows: impl IntoIterator<Item = (String, bool, u64)>) {
        self.safe_modes.clear();
        self.overlaps.clear();
        for (pool, is_safe_mode, overlaps) in rows {
            self.safe_modes.get_or_create_owned(&OfPool { pool: pool.clone() }).set(i64::from(is_safe_mode));
            let overlaps = i64::try_from(overlaps).unwrap_or(i64::MAX);
            self.overlaps.get_or_create_owned(&OfPool { pool }).set(overlaps);
        }
    }

    /// Brings a pool's counters up to what was answered. Only for the first [`MAX_POOLS`] pools.
    pub fn count_pool(&self, pool: &str, counts: PoolCounts) {
        let up_to = |counter: &Counter, count: u64| {
            counter.inc_by(count.saturating_sub(counter.get()));
        };
        for (outcome, count) in
            [("granted", counts.granted), ("overflow", counts.overflow), ("exhausted", counts.exhausted)]
        {
            up_to(&self.pool_leases.get_or_create(&PoolOutcome { pool: pool.to_owned(), outcome }), count);
        }
        up_to(&self.pool_short_cooldowns.get_or_create(&OfPool { pool: pool.to_owned() }), counts.short_cooldown);
    }

    /// Everything in the text format that Prometheus reads.
    ///
    /// # Errors
    /// When a metric cannot be written as text.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
