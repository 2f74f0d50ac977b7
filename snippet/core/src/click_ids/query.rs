//! Parameters of an address, in its query or its fragment.

use alloc::{string::String, vec::Vec};

/// The first value of a parameter, looked for in the query and then in the fragment, percent-decoded. `None` if it is
/// absent or is not UTF-8.
pub(super) fn parameter(url: &str, name: &str) -> Option<String> {
    let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
    let query = before.split_once('?').map_or("", |(_, query)| query);
    // Single-page apps put a query behind the route in the fragment: #/menu?gclid=…
    let fragment = fragment.split_once('?').map_or(fragment, |(_, query)| query);
    [query, fragment].into_iter().flat_map(|part| part.split('&')).find_map(|pair| {
        let (found, value) = pair.split_once('=')?;
        if found == name { decoded(value) } else { None }
    })
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
