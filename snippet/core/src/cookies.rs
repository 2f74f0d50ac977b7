//! Cookies as a page sees them: one string to read, one string to write. No knowledge of what a cookie means.

use crate::text::{joined, part, parts};
use alloc::{borrow::ToOwned, string::String, vec::Vec};

/// The values of every cookie of this name, in the browser's order. There may be several: one a domain and path.
pub fn values<'a>(document_cookie: &'a str, name: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for pair in parts(document_cookie, b';') {
        if let (found, Some(value)) = part(pair.trim_ascii(), b'=')
            && found == name
        {
            values.push(value);
        }
    }
    values
}

/// What to assign to `document.cookie` to keep a value for this long on this domain (`None`: this host alone).
///
/// The value must be free of `;` and control characters; the ids that are stored here are.
pub fn assignment(name: &str, value: &str, domain: Option<&str>, max_age_seconds: &str, secure: bool) -> String {
    let (domain_key, domain) = domain.map_or(("", ""), |domain| ("; domain=", domain));
    let secure = if secure { "; secure" } else { "" };
    joined(&[name, "=", value, "; path=/; max-age=", max_age_seconds, "; samesite=lax", domain_key, domain, secure])
}

/// The domains that a cookie of this host might be set on, the widest first. Browsers reject public suffixes
/// (`co.jp`), so the caller tries one after the other. Empty for addresses and single names (`localhost`).
pub fn domains(host: &str) -> Vec<String> {
    let is_version_6 = part(host, b':').1.is_some();
    let mut domains = Vec::new();
    if is_version_6 || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return domains;
    }
    let mut narrower = host;
    while let Some(wider) = part(narrower, b'.').1 {
        domains.push(narrower.to_owned());
        narrower = wider;
    }
    domains.reverse();
    domains
}

#[cfg(test)]
mod tests {
    use super::{assignment, domains, values};

    #[test]
    fn every_cookie_of_the_name_is_read_and_no_other() {
        let cookies = "a=1; _gcl_aw=GCL.1.x; b_gcl_aw=no; _gcl_aw=GCL.2.y=; _gcl_aw";
        assert_eq!(values(cookies, "_gcl_aw"), ["GCL.1.x", "GCL.2.y="]);
    }

    #[test]
    fn a_cookie_is_written_for_the_whole_site() {
        let text = assignment("_hatsuban", "id", Some("example.co.jp"), "60", true);
        assert_eq!(text, "_hatsuban=id; path=/; max-age=60; samesite=lax; domain=example.co.jp; secure");
    }

    #[test]
    fn domains_are_tried_from_the_widest() {
        assert_eq!(
            domains("www.shop.example.co.jp"),
            ["co.jp", "example.co.jp", "shop.example.co.jp", "www.shop.example.co.jp"]
        );
        assert_eq!(domains("example.com"), ["example.com"]);
        for host in ["localhost", "192.168.0.1", "::1"] {
            assert!(domains(host).is_empty(), "{host}");
        }
    }
}
