//! What one address and one site may ask, as settings.

use super::{WrongSetting, read::Reader};
use ipnet::IpNet;
use std::net::IpAddr;

/// Loopback, link-local and private networks: what `private` stands for.
const PRIVATE: &str =
    "127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, fc00::/7, fe80::/10";

/// What one address and one site may ask. 0 means no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Proxies that are believed about whom they ask for.
    pub trusted_proxies: Vec<IpNet>,
    /// Where they say it.
    pub forwarded_header: ForwardedHeader,
    /// IPv6 addresses that begin alike in this many bits count as one.
    pub ipv6_prefix: u8,
    /// Requests of pages at one address.
    pub requests_per_minute: u32,
    /// Of these, those that could take a new number.
    pub new_sessions_per_minute: u32,
    /// Requests of a whole site's pages that could take a new number.
    pub site_new_sessions_per_minute: u32,
    /// Percent of a pool's numbers that one address may hold.
    pub pool_share_percent: u64,
    /// Numbers of a pool that one address may hold in any case, up to half of the pool.
    pub pool_share_minimum: u64,
    /// Open connections of one address.
    pub connections_per_address: usize,
}

/// Where a proxy says for whom it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded`, RFC 7239.
    Forwarded,
}

pub(super) fn read(reader: &Reader<'_>) -> Result<Limits, WrongSetting> {
    let whole = |key: &str, bounds| reader.whole(&format!("http.limits.{key}"), bounds);
    let small = |key: &str| whole(key, 0..=10_000_000).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    Ok(Limits {
        trusted_proxies: reader.parsed("http.limits.trusted_proxies", networks)?,
        forwarded_header: reader.parsed("http.limits.forwarded_header", |text| match text {
            "x-forwarded-for" => Ok(ForwardedHeader::XForwardedFor),
            "forwarded" => Ok(ForwardedHeader::Forwarded),
            _ => Err("must be \"x-forwarded-for\" or \"forwarded\"".to_owned()),
        })?,
        ipv6_prefix: whole("ipv6_prefix", 16..=128).map(|bits| u8::try_from(bits).unwrap_or(128))?,
        requests_per_minute: small("requests_per_minute")?,
        new_sessions_per_minute: small("new_sessions_per_minute")?,
        site_new_sessions_per_minute: small("site_new_sessions_per_minute")?,
        pool_share_percent: whole("pool_share_percent", 1..=100)?,
        pool_share_minimum: whole("pool_share_minimum", 1..=10_000_000)?,
        connections_per_address: whole("connections_per_address", 0..=1_000_000)
            .map(|number| usize::try_from(number).unwrap_or(usize::MAX))?,
    })
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let named = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts = named.flat_map(|part| if part == "private" { PRIVATE } else { part }.split(", "));
    parts.map(|part| network(part).ok_or_else(|| wrong(part))).collect()
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn wrong(part: &str) -> String {
    format!("{part:?} must be an address, a range like 203.0.113.0/24 or 2001:db8::/32, or \"private\"")
}
