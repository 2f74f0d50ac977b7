//! Behind a proxy a visitor is who the proxy says; nobody can say it for themselves, and nobody has more than one address
//! by choosing from a network.

use pool_service::domain::address::{Addresses, Told};
use proptest::{collection::vec, prelude::*};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const PROXY: &str = "10.0.0.1";

fn addresses() -> Addresses {
    let networks = ["10.0.0.0/8", "2001:db8:ffff::/48"];
    Addresses::new(networks.map(|network| network.parse().expect("a network")).to_vec(), 64)
}

/// Lines in the order in which they stand in the request.
fn client(peer: &str, told: Told, lines: &[&str]) -> Option<String> {
    let peer = peer.parse().expect("an address");
    addresses().client(peer, told, lines.iter().rev().copied()).map(|network| network.to_string())
}

fn forwarded_for(lines: &[&str]) -> Option<String> {
    client(PROXY, Told::XForwardedFor, lines)
}

fn known(network: &str) -> Option<String> {
    Some(network.to_owned())
}

#[test]
fn a_visitor_who_comes_directly_is_believed_nothing() {
    for line in ["198.51.100.1", "10.0.0.2", ""] {
        assert_eq!(client("203.0.113.7", Told::XForwardedFor, &[line]), known("203.0.113.7/32"));
    }
    assert_eq!(addresses().direct(PROXY.parse().expect("an address")), None);
}

#[test]
fn the_last_address_that_is_no_proxys_is_the_visitors() {
    assert_eq!(forwarded_for(&["203.0.113.7"]), known("203.0.113.7/32"));
    assert_eq!(forwarded_for(&["203.0.113.7, 10.9.9.9"]), known("203.0.113.7/32"));
    assert_eq!(forwarded_for(&["198.51.100.1, 203.0.113.7 ,10.9.9.9", "10.8.8.8"]), known("203.0.113.7/32"));
    assert_eq!(forwarded_for(&["203.0.113.7", "2001:db8:ffff::1"]), known("203.0.113.7/32"));
    assert_eq!(forwarded_for(&["10.1.1.1, 10.2.2.2"]), known("10.1.1.1/32"), "a visitor within the own network");
}

#[test]
fn a_proxy_that_names_nobody_leaves_the_visitor_unknown() {
    for lines in [&[][..], &[""], &[" , "], &["unknown"], &["203.0.113.7, unknown"], &["203.0.113.7.9"]] {
        assert_eq!(forwarded_for(lines), None, "{lines:?}");
    }
}

#[test]
fn every_spelling_of_an_address_is_one_address() {
    for spelling in
        ["203.0.113.7", "203.0.113.7:4711", "::ffff:203.0.113.7", "[::ffff:203.0.113.7]:4711", "::ffff:cb00:7107"]
    {
        assert_eq!(forwarded_for(&[spelling]), known("203.0.113.7/32"), "{spelling}");
    }
    assert_eq!(client("::ffff:203.0.113.7", Told::XForwardedFor, &[]), known("203.0.113.7/32"));
    assert_eq!(client("::ffff:10.0.0.1", Told::XForwardedFor, &["203.0.113.7"]), known("203.0.113.7/32"));
    for spelling in ["2001:db8:1:2:3::4", "[2001:DB8:1:2::]", "[2001:db8:1:2:ffff::9]:443"] {
        assert_eq!(forwarded_for(&[spelling]), known("2001:db8:1:2::/64"), "{spelling}");
    }
}

#[test]
fn forwarded_is_read_as_rfc_7239_has_it() {
    let forwarded = |line: &str| client(PROXY, Told::Forwarded, &[line]);
    for line in [
        "for=203.0.113.7",
        "For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1",
        "proto=https; for=203.0.113.7",
        "for=198.51.100.1, for=203.0.113.7;host=\"clinic.example\", for=10.9.9.9",
        "for=\"an unpaired quote, for=203.0.113.7",
        "for=\"203.0.113.7:_port\"",
    ] {
        assert_eq!(forwarded(line), known("203.0.113.7/32"), "{line}");
    }
    assert_eq!(forwarded("for=\"[2001:db8:1:2::17]:4711\""), known("2001:db8:1:2::/64"));
    for line in ["for=_hidden", "for=unknown", "proto=https", "by=203.0.113.7"] {
        assert_eq!(forwarded(line), None, "{line}");
    }
}

fn outside() -> impl Strategy<Value = IpAddr> {
    let is_outside = |address: &IpAddr| addresses().direct(*address).is_some();
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
    ]
    .prop_filter("no proxy's", is_outside)
}

proptest! {
    /// Whatever a visitor writes, the proxy appends the visitor's own address, and that one counts.
    #[test]
    fn nothing_that_a_visitor_writes_changes_who_it_is(
        written in vec("\\PC{0,40}", 0..4),
        visitor in outside(),
        proxies in 0u8..4,
    ) {
        let own = addresses().direct(visitor).map(|network| network.to_string());
        let mut last = written.last().cloned().unwrap_or_default();
        last.push_str(&format!(", {visitor}"));
        for proxy in 0..proxies {
            last.push_str(&format!(",10.0.0.{proxy}"));
        }
        let mut lines: Vec<&str> = written.iter().map(String::as_str).collect();
        lines.push(&last);
        prop_assert_eq!(forwarded_for(&lines), own.clone());
        let node = if visitor.is_ipv6() { format!("\"[{visitor}]\"") } else { visitor.to_string() };
        let mut last = written.last().cloned().unwrap_or_default();
        last.push_str(&format!(", for={node}"));
        prop_assert_eq!(client(PROXY, Told::Forwarded, &[&last]), own);
    }

    /// Garbage is nobody, never a panic.
    #[test]
    fn garbage_names_nobody_or_somebody(lines in vec("[0-9a-f:.,\\[\\]\"=for ;%]{0,60}", 0..4)) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        for told in [Told::XForwardedFor, Told::Forwarded] {
            let from_proxy = client(PROXY, told, &lines);
            prop_assert_eq!(&from_proxy, &client(PROXY, told, &lines));
            prop_assert_eq!(client("203.0.113.7", told, &lines), known("203.0.113.7/32"));
        }
    }
}
