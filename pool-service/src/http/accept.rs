//! What an `Accept` header wants.

use axum::http::{HeaderMap, header};
use std::cmp::Reverse;

/// Quality values are told to three digits.
const WHOLE: f32 = 1_000.0;

/// The media ranges that are wanted, in small letters, the most wanted first: by their quality value; of equals, what names
/// its type before what takes anything; else as they are written. `None` if nothing is said.
pub(super) fn wished(headers: &HeaderMap) -> Option<Vec<String>> {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let accepted = lines.collect::<Vec<_>>().join(",");
    if accepted.trim().is_empty() {
        return None;
    }
    let mut wished: Vec<_> = accepted.split(',').filter_map(wish).collect();
    wished.sort_by_key(|(quality, range)| (Reverse(*quality), range.contains('*')));
    Some(wished.into_iter().map(|(_, range)| range).collect())
}

/// One part of the header, unless it says what is not wanted: how much in thousandths, and what.
fn wish(part: &str) -> Option<(u16, String)> {
    let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
    let quality = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    let quality: f32 = quality.and_then(|quality| quality.trim().parse().ok()).unwrap_or(1.0);
    // What is no number is cast to 0.
    let thousandths = (quality.clamp(0.0, 1.0) * WHOLE) as u16;
    (thousandths > 0).then(|| (thousandths, range.trim().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn said(accept: &'static str) -> Option<Vec<String>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        wished(&headers)
    }

    #[test]
    fn what_is_wanted_most_comes_first() {
        assert_eq!(wished(&HeaderMap::new()), None);
        assert_eq!(said(" "), None);
        for (accept, expected) in [
            ("application/json, text/plain, */*", "application/json text/plain */*"),
            ("*/*, text/plain", "text/plain */*"),
            ("text/csv;q=0.1, Application/JSON", "application/json text/csv"),
            ("text/csv;q=0, text/xml ; level=1; q=0.5,*/*;q=0.1", "text/xml */*"),
            ("text/csv;q=NaN, text/plain;q=-1, text/xml;q=high, a/b;q=7", "text/xml a/b"),
        ] {
            assert_eq!(said(accept).map(|ranges| ranges.join(" ")).as_deref(), Some(expected), "{accept}");
        }
    }
}
