//! Addresses of this service that answers lead to. Each carries the dialled number, since later requests of the call
//! system do not always name it.

use crate::{
    calls::callers::CallerKeys,
    domain::{
        number::TrackingNumber,
        routing::{Language, Speech},
    },
    http::signed::Fields,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;

/// What can stand in a query without being encoded.
pub(super) const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How call systems reach this service.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// Without a slash at the end.
    pub public_url: &'a str,
    /// Prove that this installation wrote an address.
    pub keys: &'a CallerKeys,
}

/// What comes after a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The leg with this number, from 0; beyond the last one the absence.
    Leg(usize),
    /// Nothing.
    End,
}

impl Links<'_> {
    /// Where Twilio goes on: `to`, and `leg` with the number of the next leg, or `end`.
    pub fn twilio_voice(&self, number: &TrackingNumber, then: Then) -> String {
        self.link("/v1/twilio/voice", number, Some(then))
    }

    /// Where Twilio tells of the call's states and recordings.
    pub fn twilio_status(&self, number: &TrackingNumber) -> String {
        self.link("/v1/twilio/status", number, None)
    }

    /// What Twilio says to whoever answers: it carries the text itself.
    pub fn twilio_whisper(&self, whisper: &Speech) -> String {
        self.whisper("/v1/twilio/whisper", whisper)
    }

    /// Where Vonage tells of the call, and goes on when a leg did not answer.
    pub fn vonage_event(&self, number: &TrackingNumber, then: Option<Then>) -> String {
        self.link("/v1/vonage/event", number, then)
    }

    /// What Vonage says to whoever answers. Vonage does not promise to sign what it fetches from there, so the address
    /// proves itself.
    pub fn vonage_whisper(&self, whisper: &Speech) -> String {
        format!("{}&proof={}", self.whisper("/v1/vonage/whisper", whisper), self.proof(whisper))
    }

    /// What is to be said by such an address; `None` if this installation did not write it.
    pub(in crate::http) fn proven_whisper(&self, query: &Fields) -> Option<Speech> {
        let whisper = whispered(query);
        let proof = query.get("proof")?.as_bytes();
        bool::from(self.proof(&whisper).as_bytes().ct_eq(proof)).then_some(whisper)
    }

    fn proof(&self, whisper: &Speech) -> String {
        self.keys.digest(format!("whisper\n{}\n{}", whisper.language.tag(), whisper.text).as_bytes())
    }

    fn link(&self, path: &str, number: &TrackingNumber, then: Option<Then>) -> String {
        let number = number.to_string();
        let number = utf8_percent_encode(&number, IN_QUERY);
        let leg = match then {
            None => String::new(),
            Some(Then::Leg(leg)) => format!("&leg={leg}"),
            Some(Then::End) => "&leg=end".to_owned(),
        };
        format!("{}{path}?to={number}{leg}", self.public_url)
    }

    fn whisper(&self, path: &str, whisper: &Speech) -> String {
        let language = match whisper.language {
            Language::Ja => "ja",
            Language::En => "en",
        };
        format!("{}{path}?language={language}&text={}", self.public_url, utf8_percent_encode(&whisper.text, IN_QUERY))
    }
}

/// What a whisper's address says.
pub(in crate::http) fn whispered(query: &Fields) -> Speech {
    let language = if query.get("language") == Some("en") { Language::En } else { Language::Ja };
    let text = query.0.iter().find(|(name, _)| name == "text").map(|(_, text)| text.clone());
    Speech { text: text.unwrap_or_default(), language }
}
