//! `js/host/dom.js`, as wasm calls it: what it promises is said there.
//!
//! One block for all of it, since every block becomes an import of its own. For the other files of `page` alone.

use alloc::{string::String, vec::Vec};
use wasm_bindgen::{
    closure::Closure,
    prelude::{JsValue, wasm_bindgen},
};

/// What the browser calls back.
type Callback = Closure<dyn FnMut(JsValue)>;

#[wasm_bindgen]
extern "C" {
    /// A regular expression that lets through what is worth a closer look.
    #[wasm_bindgen(js_name = RegExp)]
    pub(super) type Gate;
    #[wasm_bindgen(constructor, js_class = "RegExp")]
    pub(super) fn new(source: &str) -> Gate;
}

#[wasm_bindgen(module = "/js/host/dom.js")]
extern "C" {
    pub(super) fn runs(root: &JsValue, gate: &Gate) -> Vec<JsValue>;
    pub(super) fn carriers(root: &JsValue, gate: &Gate) -> Vec<JsValue>;
    pub(super) fn touched(records: &JsValue, gate: &Gate) -> Vec<JsValue>;
    pub(super) fn body() -> JsValue;

    pub(super) fn read(node: &JsValue, kind: i32) -> Option<String>;
    pub(super) fn write(node: &JsValue, kind: i32, text: &str);
    pub(super) fn is_connected(node: &JsValue) -> bool;

    pub(super) fn new_marks() -> JsValue;
    pub(super) fn mark(marks: &JsValue, node: &JsValue, kind: i32) -> i32;
    pub(super) fn set_mark(marks: &JsValue, node: &JsValue, kind: i32, value: i32);

    pub(super) fn observe(callback: &Callback) -> JsValue;
    pub(super) fn ignore_recorded(observer: &JsValue);
    pub(super) fn disconnect(observer: &JsValue);
    pub(super) fn listen(is_document: bool, name: &str, callback: &Callback);
    pub(super) fn unlisten(is_document: bool, name: &str, callback: &Callback);
}
