//! Answers in the form of each call system. Pure: a routed call and links go in, bytes come out.
//!
//! # Layout
//! - [`json`]: JSON, which is at the same time Kamailio's `rtjson`
//! - [`twiml`]: Twilio's XML
//! - [`ncco`]: Vonage's JSON
//! - [`freeswitch`]: XML for `mod_xml_curl`
//! - [`text`]: one line for Asterisk
//! - [`links`]: addresses of this service that answers lead to
//! - `xml`: texts in XML

pub mod freeswitch;
pub mod json;
pub mod links;
pub mod ncco;
pub mod text;
pub mod twiml;
mod xml;

#[cfg(test)]
mod tests;

use super::answer::RoutedCall;
use links::Links;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON and `rtjson`.
    Json,
    /// Twilio.
    Twiml,
    /// Vonage.
    Ncco,
    /// `FreeSWITCH`.
    FreeSwitch,
    /// One line of text.
    Text,
}

impl Format {
    /// All forms, for messages.
    pub const ALL: [Self; 5] = [Self::Json, Self::Twiml, Self::Ncco, Self::FreeSwitch, Self::Text];

    /// Its name in `format=`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Twiml => "twiml",
            Self::Ncco => "ncco",
            Self::FreeSwitch => "freeswitch",
            Self::Text => "text",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json | Self::Ncco => "application/json",
            Self::Twiml | Self::FreeSwitch => "text/xml; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// The form of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether a blocked caller and an unknown number are told by the HTTP status: systems that want a document take
    /// only 200.
    pub const fn tells_by_status(self) -> bool {
        matches!(self, Self::Json | Self::Text)
    }
}

/// A routed call in this form.
pub fn render(format: Format, call: &RoutedCall, links: &Links<'_>) -> Vec<u8> {
    match format {
        Format::Json => json::render(call),
        Format::Twiml => twiml::voice(call, 0, links),
        Format::Ncco => ncco::render(call, 0, links),
        Format::FreeSwitch => freeswitch::render(call, freeswitch::PUBLIC),
        Format::Text => text::render(call).into_bytes(),
    }
}
