//! What of the browser the session needs: cookies, storage, chance, the page's address.
//!
//! Each of them may be forbidden on a page; then reading gives nothing and writing does nothing.

use alloc::string::String;
use snippet_core::text::joined;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(module = "/js/host/visit.js")]
extern "C" {
    pub(super) fn cookies() -> String;
    pub(super) fn set_cookie(assignment: &str);
    /// Text stored under a key, for good (`is_persistent`) or for this tab.
    pub(super) fn stored(is_persistent: bool, key: &str) -> Option<String>;
    /// Stores a text, or removes it.
    pub(super) fn store(is_persistent: bool, key: &str, text: Option<&str>);
    pub(super) fn fill_random(bytes: &mut [u8]);
    pub(super) fn warn(line: &str);
    pub(super) fn dispatch(name: &str, detail: &JsValue);
    pub(super) fn address() -> String;
    pub(super) fn host() -> String;
    pub(super) fn is_secure() -> bool;
    pub(super) fn referrer() -> String;
    pub(super) fn is_visible() -> bool;
    /// `lease_for_ms` is a float since the language of the page has nothing else.
    pub(super) fn lease_row(target: &str, status: &str, number: &JsValue, lease_for_ms: f64) -> JsValue;
}

/// One key of storage; several sites may be tagged on one origin.
pub(super) fn key(site: &str, what: &str) -> String {
    joined(&["hatsuban:", site, what])
}
