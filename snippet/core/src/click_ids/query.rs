//! Parameters of an address, in its query or its fragment.

use crate::text::{part, parts};
use alloc::{string::String, vec::Vec};

/// The first value of a parameter, looked for in the query and then in the fragment, percent-decoded. `None` if it is
/// absent or is not UTF-8.
pub(super) fn parameter(url: &str, name: &str) -> Option<String> {
    let (before, fragment) = part(url, b'#');
    let fragment = fragment.unwrap_or_default();
    let query = part(before, b'?').1.unwrap_or_default();
    // Single-page apps put a query behind the route in the fragment: #/menu?gclid=…
    let fragment = part(fragment, b'?').1.unwrap_or(fragment);
    for place in [query, fragment] {
        for pair in parts(place, b'&') {
            if let (found, Some(value)) = part(pair, b'=')
                && found == name
                && let Some(value) = decoded(value)
            {
                return Some(value);
            }
        }
    }
    None
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parameter;

    #[test]
    fn parameters_are_found_in_query_and_fragment() {
        for url in [
            "https://a.jp/?gclid=x",
            "https://a.jp/?b=1&gclid=x#top",
            "https://a.jp/#gclid=x",
            "/#/menu?gclid=x",
            "/?gclid=%78",
        ] {
            assert_eq!(parameter(url, "gclid").as_deref(), Some("x"), "{url}");
        }
        for url in ["", "https://a.jp/?xgclid=x", "/?gclid", "/?gclid=%7", "/?gclid=%ff"] {
            assert_eq!(parameter(url, "gclid"), None, "{url}");
        }
    }
}
