//! In which form a call system wants the answer: by `format=`, by `Accept`, or by the way it asks.

use super::{asked::Fields, render::Format};
use crate::http::problem::{Answer, NOT_ACCEPTABLE, UNKNOWN_CHOICE};
use axum::http::{HeaderMap, header};

/// The form of the answer.
///
/// # Errors
/// When there is no such form; the choices are named.
pub(super) fn format(headers: &HeaderMap, fields: &Fields) -> Answer<Format> {
    let choices = Format::ALL.map(Format::name).join(", ");
    if let Some(name) = fields.get(&["format"]) {
        let name: String = name.chars().take(40).collect();
        let unknown = || UNKNOWN_CHOICE.because(format!("format {name:?} must be one of {choices}."));
        return Format::parse(&name).ok_or_else(unknown);
    }
    if let Some(format) = fields.format() {
        return Ok(format);
    }
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let accepted = lines.collect::<Vec<_>>().join(",");
    if accepted.trim().is_empty() {
        return Ok(Format::Json);
    }
    let best = accepted.split(',').filter_map(wish).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let refused = || {
        let types = "application/json, text/plain and text/xml (TwiML)";
        NOT_ACCEPTABLE.because(format!("There are {types}; format={choices} names all forms."))
    };
    best.map(|(_, format)| format).ok_or_else(refused)
}

/// One part of an `Accept` header, if there is a form for it: how much it is wanted, more than all that is wanted later.
fn wish(part: &str) -> Option<(f32, Format)> {
    let (range, parameters) = part.split_once(';').unwrap_or((part, ""));
    let format = match range.trim().to_ascii_lowercase().as_str() {
        "application/json" | "application/*" | "*/*" => Format::Json,
        "text/plain" | "text/*" => Format::Text,
        "text/xml" | "application/xml" => Format::Twiml,
        _ => return None,
    };
    let quality = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    let quality: f32 = quality.and_then(|quality| quality.parse().ok()).unwrap_or(1.0);
    // What names its type wins over what takes anything.
    let general = if range.contains('*') { 0.000_1 } else { 0.0 };
    (quality > 0.0).then_some((quality - general, format))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn chosen(accept: &'static str, query: &str) -> Result<Format, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        format(&headers, &Fields::of_query(query)).map_err(|refusal| refusal.kind.status)
    }

    #[test]
    fn the_query_wins_over_the_manner_and_the_manner_over_the_header() {
        for (accept, query, expected) in [
            ("", "", Ok(Format::Json)),
            ("*/*", "", Ok(Format::Json)),
            ("text/plain", "", Ok(Format::Text)),
            ("text/html, application/xml;q=0.9, */*;q=0.1", "", Ok(Format::Twiml)),
            ("text/plain;q=0.2, application/json", "", Ok(Format::Json)),
            ("*/*, text/plain", "", Ok(Format::Text)),
            ("text/html", "", Err(406)),
            ("text/html", "format=ncco", Ok(Format::Ncco)),
            ("*/*", "format=soap", Err(400)),
            ("*/*", "CallSid=CA1&To=%2B81", Ok(Format::Twiml)),
            ("*/*", "section=dialplan&Caller-Destination-Number=050", Ok(Format::FreeSwitch)),
            ("*/*", "CallSid=CA1&format=json", Ok(Format::Json)),
        ] {
            assert_eq!(chosen(accept, query), expected, "{accept} {query}");
        }
    }
}
