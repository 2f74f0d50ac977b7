//! The limits that the settings name, for requests and for connections.

use crate::{
    config::{ForwardedHeader, Limits as LimitSettings, Settings},
    domain::address::{Addresses, Told},
    http::limits::{Allowed, Limits as RequestLimits},
    server::{Limits, PerAddress, files},
    telemetry::metrics::Metrics,
};
use std::sync::Arc;

/// Files that are no visitor's connection: the store's, the log, the admin socket, the connections to Redis.
const OTHER_FILES: u64 = 256;

fn addresses(settings: &LimitSettings) -> Addresses {
    Addresses::new(settings.trusted_proxies.clone(), settings.ipv6_prefix)
}

pub(super) fn of_requests(settings: &LimitSettings) -> RequestLimits {
    RequestLimits::new(Allowed {
        addresses: addresses(settings),
        told: match settings.forwarded_header {
            ForwardedHeader::XForwardedFor => Told::XForwardedFor,
            ForwardedHeader::Forwarded => Told::Forwarded,
        },
        requests_per_minute: settings.requests_per_minute,
        new_sessions_per_minute: settings.new_sessions_per_minute,
        site_new_sessions_per_minute: settings.site_new_sessions_per_minute,
        pool_share_percent: settings.pool_share_percent,
        pool_share_minimum: settings.pool_share_minimum,
    })
}

/// As many connections as the settings name, if the system allows so many files.
pub(super) fn of_connections(settings: &Settings, metrics: &Metrics) -> Limits {
    let wanted = settings.http.max_connections;
    let allowed = files::allow_most().unwrap_or(u64::MAX);
    let spare = allowed.saturating_sub(OTHER_FILES).max(allowed / 2).max(1);
    let max_connections = wanted.min(usize::try_from(spare).unwrap_or(usize::MAX));
    if max_connections < wanted {
        tracing::warn!(
            max_connections,
            open_files = allowed,
            "http.max_connections is {wanted}, but the system allows too few open files: raise its limit (ulimit -n)"
        );
    }
    let most = settings.http.limits.connections_per_address;
    let per_address = (most > 0).then(|| {
        let (addresses, metrics) = (addresses(&settings.http.limits), metrics.clone());
        PerAddress {
            most,
            network: Arc::new(move |peer| addresses.direct(peer)),
            count: Arc::new(move |reason| metrics.limited(reason)),
        }
    });
    Limits {
        max_connections,
        per_address,
        header_read: settings.http.header_read,
        max_head_bytes: settings.http.max_head_bytes,
        idle: settings.http.idle,
        drain: settings.shutdown_drain,
    }
}
