//! Who asks, by address. Behind proxies that is what they say; addresses that one visitor may choose from count as one.
//!
//! What proxies say is read from the end: the last entry was written by the proxy that asks, the one before it by the
//! proxy behind that. The first address on this way that is no trusted proxy's is the visitor's; whatever stands before it
//! was written by the visitor, and is not even looked at.

use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// No chain of proxies is longer.
const MAX_PROXIES: usize = 32;

/// How a proxy says for whom it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Addresses separated by commas, each with or without a port.
    XForwardedFor,
    /// Elements of `Forwarded`, RFC 7239.
    Forwarded,
}

/// Which addresses are proxies, and which count as one visitor's.
#[derive(Clone, Debug)]
pub struct Addresses {
    trusted: Vec<IpNet>,
    ipv6_prefix: u8,
}

impl Addresses {
    /// `ipv6_prefix`: in how many leading bits addresses of one visitor are alike.
    pub fn new(trusted: Vec<IpNet>, ipv6_prefix: u8) -> Self {
        Self { trusted, ipv6_prefix }
    }

    /// The network of whoever opened a connection; `None` if that is a trusted proxy.
    pub fn direct(&self, peer: IpAddr) -> Option<IpNet> {
        let peer = peer.to_canonical();
        (!self.is_trusted(peer)).then(|| self.network(peer))
    }

    /// The network of the visitor for whom `peer` asks. `None` if a trusted proxy does not say it.
    ///
    /// `lines`: the header's lines, the last one first.
    pub fn client<'a>(&self, peer: IpAddr, told: Told, lines: impl IntoIterator<Item = &'a str>) -> Option<IpNet> {
        if let Some(network) = self.direct(peer) {
            return Some(network);
        }
        // Commas within quotes do not matter: no address has one, and an unpaired quote further left changes nothing.
        let entries = lines.into_iter().flat_map(|line| line.rsplit(',')).filter(|entry| !entry.trim().is_empty());
        let mut furthest = None;
        for entry in entries.take(MAX_PROXIES) {
            let address = match told {
                Told::XForwardedFor => address(entry),
                Told::Forwarded => forwarded(entry),
            }?;
            furthest = Some(self.network(address));
            if !self.is_trusted(address) {
                break;
            }
        }
        furthest
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    fn network(&self, address: IpAddr) -> IpNet {
        let prefix = if address.is_ipv4() { 32 } else { self.ipv6_prefix.min(128) };
        IpNet::new(address, prefix).map_or_else(|_| IpNet::from(address), |network| network.trunc())
    }
}

/// An address with or without a port; IPv6 with or without brackets.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let parsed = bare.parse().or_else(|_| entry.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    // A mapped address is the IPv4 address that it maps.
    parsed.ok().map(|address: IpAddr| address.to_canonical())
}

/// What an element of `Forwarded` says after `for=`.
fn forwarded(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let node = node.trim();
    let bare = node.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(node);
    // A port may be hidden: `_` and letters.
    address(bare).or_else(|| address(bare.rsplit_once(':')?.0))
}
