//! What the tag or the application says about the site.

use alloc::{string::String, vec::Vec};
use snippet_core::number::Number;
use wasm_bindgen::prelude::JsValue;

/// Settings that can be worked with.
pub(super) struct Settings {
    /// The site key.
    pub(super) site: String,
    /// The pool service's address.
    pub(super) service: String,
    /// A cookie of the site's own whose digest is the session.
    pub(super) session_cookie: Option<String>,
    /// Ids of the targets.
    pub(super) targets: Vec<String>,
    /// Their numbers, in the same order.
    pub(super) numbers: Vec<Number>,
}

/// Why settings cannot be worked with: the cause and the cure.
pub(super) type Unusable = (&'static str, &'static str);

const MALFORMED: Unusable = (
    "The settings are incomplete.",
    "Give site, service and targets, each with id and number; copy the tag anew if this is one.",
);
const NO_NUMBER: Unusable = (
    "A target's number is not a Japanese telephone number.",
    "Give its national digits with the leading 0, such as 0120123456.",
);

/// Reads the settings. Targets whose number is not one make all of them unusable: half a site's numbers swapped would
/// go unnoticed.
pub(super) fn read(settings: &JsValue) -> Result<Settings, Unusable> {
    let Raw { site, service, session_cookie, targets } = raw(settings).ok_or(MALFORMED)?;
    let mut read = Settings { site, service, session_cookie, targets: Vec::new(), numbers: Vec::new() };
    for RawTarget { id, number } in targets {
        read.numbers.push(Number::parse(&number).ok_or(NO_NUMBER)?);
        read.targets.push(id);
    }
    Ok(read)
}

#[cfg_attr(feature = "npm", derive(serde::Deserialize))]
struct Raw {
    site: String,
    service: String,
    #[cfg_attr(feature = "npm", serde(default))]
    session_cookie: Option<String>,
    targets: Vec<RawTarget>,
}

#[cfg_attr(feature = "npm", derive(serde::Deserialize))]
struct RawTarget {
    id: String,
    number: String,
}

#[cfg(feature = "npm")]
fn raw(settings: &JsValue) -> Option<Raw> {
    serde_wasm_bindgen::from_value(settings.clone()).ok()
}

#[cfg(not(feature = "npm"))]
fn raw(settings: &JsValue) -> Option<Raw> {
    use crate::js;

    let targets = js::get(settings, "targets");
    let target = |each: JsValue| Some(RawTarget { id: js::text(&each, "id")?, number: js::text(&each, "number")? });
    Some(Raw {
        site: js::text(settings, "site")?,
        service: js::text(settings, "service")?,
        session_cookie: js::text(settings, "session_cookie"),
        targets: js::items(&targets).into_iter().map(target).collect::<Option<_>>()?,
    })
}
