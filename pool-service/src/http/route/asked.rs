//! What a call system asks, in the words of each.

use super::{RouteAsked, render::Format};
use crate::{
    domain::{
        call::CallKey,
        ids::{CallId, CallSource},
        number::TrackingNumber,
        routing::address::user_part,
    },
    http::{
        body,
        problem::{Answer, INVALID_REQUEST},
        wire,
    },
};
use axum::http::{HeaderMap, header};
use serde_json::Value;
use std::collections::BTreeMap;

const TO: [&str; 3] = ["to", "Caller-Destination-Number", "To"];
const FROM: [&str; 3] = ["from", "Caller-Caller-ID-Number", "From"];
/// `FreeSWITCH` tells a withheld number, too, and beside it that it is one.
const HIDDEN: &str = "Caller-Privacy-Hide-Number";
const CALL: [&str; 3] = ["call_id", "Unique-ID", "CallSid"];

/// What a call system asks; texts in any spelling. `FreeSWITCH`'s own names are taken as well (`Caller-Destination-Number`,
/// `Caller-Caller-ID-Number`, `Unique-ID`), and Twilio's (`To`, `From`, `CallSid`).
#[derive(serde::Deserialize, utoipa::IntoParams, utoipa::ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = RouteRequest)]
#[expect(dead_code, reason = "it describes what is read field by field")]
pub(super) struct Query {
    /// The dialled number: E.164, national, 0078 with its suffix, a SIP address
    #[param(example = "050-3111-0001")]
    to: String,
    /// Who calls: a number in any spelling, a SIP address, `anonymous`
    from: Option<String>,
    /// The call system's name for the call, as in `POST /v1/calls`
    #[param(example = "a84b4c76e66710")]
    call_id: String,
    /// The call system: `kamailio`; `default`, if left out
    source: Option<String>,
    /// When the call came, RFC 3339. It is read and not used: the store's clock decides
    #[param(format = DateTime)]
    at: Option<String>,
    /// `json` (also Kamailio's rtjson), `twiml`, `ncco`, `freeswitch` or `text`; else by `Accept`
    #[param(pattern = "^(json|twiml|ncco|freeswitch|text)?$")]
    #[schema(pattern = "^(json|twiml|ncco|freeswitch|text)?$")]
    format: Option<String>,
}

/// What was asked, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads a query or a form.
    pub(super) fn of_query(query: &str) -> Self {
        Self(serde_urlencoded::from_str::<Vec<(String, String)>>(query).unwrap_or_default().into_iter().collect())
    }

    /// The same with what a body says: a form, or a JSON object of texts.
    ///
    /// # Errors
    /// When the body is neither.
    pub(super) fn with_body(mut self, headers: &HeaderMap, bytes: &[u8]) -> Answer<Self> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if is_json || kind.starts_with("application/json") {
            let object: BTreeMap<String, Value> = body::fields(bytes)?;
            for (name, value) in object {
                match value {
                    Value::String(text) => drop(self.0.insert(name, text)),
                    Value::Null => {}
                    _ => return Err(INVALID_REQUEST.because(format!("{name}: it must be a text."))),
                }
            }
        } else {
            let form = serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes);
            self.0.extend(form.map_err(|error| INVALID_REQUEST.because(format!("The form cannot be read: {error}.")))?);
        }
        Ok(self)
    }

    /// The first of these that says something.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        let said = names.iter().filter_map(|name| self.0.get(*name));
        said.map(|text| text.trim()).find(|text| !text.is_empty())
    }

    /// The form that a system wants which asks in this way.
    pub(super) fn format(&self) -> Option<Format> {
        if self.0.contains_key("Caller-Destination-Number") || self.0.contains_key("section") {
            Some(Format::FreeSwitch)
        } else if self.0.contains_key("CallSid") {
            Some(Format::Twiml)
        } else {
            None
        }
    }

    /// Whether `FreeSWITCH` asks for something else than a dialplan.
    pub(super) fn is_other_section(&self) -> bool {
        self.0.get("section").is_some_and(|section| section != "dialplan")
    }

    /// In which context `FreeSWITCH` looks.
    pub(super) fn context(&self) -> Option<&str> {
        self.get(&["Caller-Context"])
    }

    fn caller(&self) -> Option<&str> {
        if self.get(&[HIDDEN]) == Some("true") { Some("anonymous") } else { self.get(&FROM) }
    }

    /// The call that is asked about.
    ///
    /// # Errors
    /// Says which field is missing or wrong.
    pub(super) fn route(&self) -> Answer<RouteAsked> {
        let missing = |name: &str| INVALID_REQUEST.because(format!("{name} is missing."));
        let wrong = |name: &str, why: &dyn std::fmt::Display| INVALID_REQUEST.because(format!("{name}: {why}."));
        let dialled = self.get(&TO).ok_or_else(|| missing("to, the dialled number,"))?;
        let id = self.get(&CALL).ok_or_else(|| missing("call_id, the call system's name for the call,"))?;
        let source = self.get(&["source"]).unwrap_or(match self.format() {
            Some(Format::FreeSwitch) => "freeswitch",
            Some(Format::Twiml) => "twilio",
            _ => "default",
        });
        if let Some(at) = self.get(&["at"]) {
            wire::moment("at", &at.replace(' ', "+"))?;
        }
        Ok(RouteAsked {
            key: CallKey {
                source: CallSource::parse(source).map_err(|error| wrong("source", &error))?,
                id: CallId::parse(id).map_err(|error| wrong("call_id", &error))?,
            },
            dialled: dialled.to_owned(),
            caller: self.caller().map(str::to_owned),
        })
    }
}

/// A dialled number as it is looked up: out of its address, and international also without `+`, as some systems write it. In
/// a query a bare `+` means a blank.
pub(in crate::http) fn dialled(told: &str) -> String {
    let number = user_part(told);
    let with_plus = format!("+{number}");
    let is_foreign = TrackingNumber::parse(number).is_err() && TrackingNumber::parse(&with_plus).is_ok();
    if is_foreign { with_plus } else { number.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_is_understood_in_its_own_words() {
        let expected = |source: &str| RouteAsked {
            key: CallKey::parse(&format!("{source}/c-1")).expect("a key"),
            dialled: "+815031110001".to_owned(),
            caller: Some("09012345678".to_owned()),
        };
        for (query, source) in [
            ("to=%2B815031110001&from=09012345678&call_id=c-1", "default"),
            (
                "to=%2B815031110001&from=09012345678&call_id=c-1&source=kamailio&at=2026-11-22T10:00:00%2B09:00",
                "kamailio",
            ),
            (
                "Caller-Destination-Number=%2B815031110001&Caller-Caller-ID-Number=09012345678&Unique-ID=c-1",
                "freeswitch",
            ),
            ("To=%2B815031110001&From=09012345678&CallSid=c-1", "twilio"),
        ] {
            assert_eq!(
                Fields::of_query(query).route().map_err(|refusal| refusal.detail),
                Ok(expected(source)),
                "{query}"
            );
        }
    }

    #[test]
    fn a_number_that_its_caller_hides_is_none() {
        let query = "Caller-Destination-Number=05031110001&Caller-Caller-ID-Number=09012345678&Unique-ID=c-1";
        for (hides, caller) in [("true", "anonymous"), ("false", "09012345678")] {
            let asked = Fields::of_query(&format!("{query}&Caller-Privacy-Hide-Number={hides}")).route();
            assert_eq!(asked.map(|asked| asked.caller).ok().flatten().as_deref(), Some(caller));
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (query, what) in [
            ("call_id=1", "to, the dialled number, is missing"),
            ("to=050", "call_id, the call system's name for the call, is missing"),
            ("to=050&call_id=a%20b", "call_id: call id \"a b\" must be"),
            ("to=050&call_id=1&source=a/b", "source: source \"a/b\" must be"),
            ("to=050&call_id=1&at=now", "at \"now\" must be RFC 3339"),
        ] {
            let refusal = Fields::of_query(query).route().expect_err(query);
            assert!(refusal.detail.contains(what), "{query}: {}", refusal.detail);
        }
    }

    #[test]
    fn a_dialled_number_is_found_in_an_address_and_without_its_plus() {
        for (told, number) in [
            ("sip:+815031110001@sbc.example;user=phone", "+815031110001"),
            ("815031110001", "+815031110001"),
            (" 815031110001", "+815031110001"),
            ("050-3111-0001", "050-3111-0001"),
            ("0078601012345", "0078601012345"),
            ("telephone", "telephone"),
        ] {
            assert_eq!(dialled(told), number, "{told}");
        }
    }
}
