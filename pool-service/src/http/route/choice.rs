//! In which form a call system wants the answer: by `format=`, by `Accept`, or by the way it asks.

use super::{asked::Fields, render::Format};
use crate::http::{
    accept,
    problem::{Answer, NOT_ACCEPTABLE, UNKNOWN_CHOICE},
};
use axum::http::HeaderMap;

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
    let Some(wished) = accept::wished(headers) else { return Ok(Format::Json) };
    let refused = || {
        let types = "application/json, text/plain and text/xml (TwiML)";
        NOT_ACCEPTABLE.because(format!("There are {types}; format={choices} names all forms."))
    };
    wished.iter().find_map(|range| of_type(range)).ok_or_else(refused)
}

/// The form of a media range, if there is one.
fn of_type(range: &str) -> Option<Format> {
    match range {
        "application/json" | "application/*" | "*/*" => Some(Format::Json),
        "text/plain" | "text/*" => Some(Format::Text),
        "text/xml" | "application/xml" => Some(Format::Twiml),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header};

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
            // As widespread libraries send it.
            ("application/json, text/plain, */*", "", Ok(Format::Json)),
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
