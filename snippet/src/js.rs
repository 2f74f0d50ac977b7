//! Values of the page's language, read without trusting them, and made for the page's scripts.
//!
//! A leaf, for every module here. Not for parts of the page: those are in `page`.

use alloc::string::String;
#[cfg(not(feature = "npm"))]
use alloc::vec::Vec;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(module = "/js/host/values.js")]
extern "C" {
    fn property(value: &JsValue, key: &str) -> JsValue;
    #[cfg(not(feature = "npm"))]
    #[wasm_bindgen(js_name = property)]
    fn item(value: &JsValue, index: u32) -> JsValue;
    fn object() -> JsValue;
    fn set_property(object: &JsValue, key: &str, value: &JsValue);
    fn list() -> JsValue;
    #[wasm_bindgen(js_name = push)]
    fn push_onto(list: &JsValue, item: &JsValue);
}

/// One property; `undefined` if the value has none.
pub(crate) fn get(value: &JsValue, key: &str) -> JsValue {
    property(value, key)
}

/// A property that is a text.
pub(crate) fn text(value: &JsValue, key: &str) -> Option<String> {
    property(value, key).as_string()
}

/// A property that is a whole number, not negative.
pub(crate) fn integer(value: &JsValue, key: &str) -> Option<u64> {
    let number = property(value, key).as_f64()?;
    // Beyond that, numbers of this language are not whole any more.
    (0.0..=9_007_199_254_740_991.0).contains(&number).then_some(number as u64)
}

/// The items of a list; none if it is no list.
#[cfg(not(feature = "npm"))]
pub(crate) fn items(value: &JsValue) -> Vec<JsValue> {
    // A list that claims to be longer is none of the service's.
    let length = integer(value, "length").unwrap_or(0).min(10_000) as u32;
    (0..length).map(|index| item(value, index)).collect()
}

/// An object in the making, for the page's scripts.
pub(crate) struct Object(JsValue);

impl Object {
    pub(crate) fn new() -> Self {
        Self(object())
    }

    /// With one property more.
    #[must_use]
    pub(crate) fn with(self, key: &str, value: &JsValue) -> Self {
        set_property(&self.0, key, value);
        self
    }

    /// With one more property that is a text.
    #[must_use]
    pub(crate) fn with_text(self, key: &str, value: &str) -> Self {
        self.with(key, &JsValue::from_str(value))
    }

    pub(crate) fn into_value(self) -> JsValue {
        self.0
    }
}

/// A list out of these items.
pub(crate) fn list_of(items: impl Iterator<Item = JsValue>) -> JsValue {
    let made = list();
    for item in items {
        push_onto(&made, &item);
    }
    made
}

/// Sets one property of an object of the page.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) {
    set_property(object, key, value);
}
