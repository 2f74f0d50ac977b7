//! Origins as operators write them, in the form in which browsers send them.

/// Reads `scheme://host[:port]`; the default port is dropped, as browsers do.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let wrong = |why: &str| format!("origin {text:?} {why}");
    let (scheme, rest) = text
        .split_once("://")
        .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
        .ok_or_else(|| wrong("must start with https:// or http://"))?;
    if rest.contains(['/', '?', '#']) {
        return Err(wrong("must be scheme://host[:port] without a path, and without a slash at the end"));
    }
    if rest.contains('*') {
        return Err(wrong("must name one host: wildcards are not supported"));
    }
    if !rest.is_ascii() {
        return Err(wrong("must be written in punycode (xn--…), as browsers send it"));
    }
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !rest.ends_with(']') => {
            (host, Some(port).filter(|port| is_port(port)).ok_or_else(|| wrong("has a wrong port"))?)
        }
        _ => (rest, ""),
    };
    let is_name = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    let is_v6 = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
    if !is_name && !is_v6 {
        return Err(wrong("has no valid host"));
    }
    let host = host.to_ascii_lowercase();
    match (scheme, port) {
        (_, "") | ("http", "80") | ("https", "443") => Ok(format!("{scheme}://{host}")),
        _ => Ok(format!("{scheme}://{host}:{port}")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (text, origin) in [
            ("https://Clinic.example", "https://clinic.example"),
            ("https://clinic.example:443", "https://clinic.example"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(origin));
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "clinic.example",
            "https://clinic.example/",
            "https://*.example",
            "https://",
            "ftp://a",
            "http://a:b",
            "https://発番.jp",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
