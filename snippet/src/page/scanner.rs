//! Finds the places on a page where a number may stand.
//!
//! The walk itself is the browser's own, in `js/host/dom.js`: wasm sees only what the gate, a regular expression made
//! by the finder, lets through.

use super::{
    dom::{self, Gate},
    place::Place,
};
use alloc::vec::Vec;
use wasm_bindgen::prelude::JsValue;

/// The elements to look through after these mutations.
pub(super) fn roots_of(records: &JsValue, gate: &Gate) -> Vec<JsValue> {
    dom::touched(records, gate)
}

/// The element to look through for everything; none while the page has no body.
pub(super) fn root_of_all() -> Option<JsValue> {
    Some(dom::body()).filter(|body| !body.is_null())
}

/// Text nodes that belong together: a number may be spread over all of a group.
pub(super) fn texts(root: &JsValue, gate: &Gate) -> Vec<Vec<Place>> {
    let mut groups = Vec::new();
    let mut group = Vec::new();
    for node in dom::runs(root, gate) {
        if node.is_null() {
            groups.push(core::mem::take(&mut group));
        } else {
            group.push(Place::of_text(node));
        }
    }
    groups
}

/// Links and other attributes.
pub(super) fn attributes(root: &JsValue, gate: &Gate) -> Vec<Place> {
    let mut found = dom::carriers(root, gate).into_iter();
    let mut places = Vec::new();
    while let (Some(node), Some(kind)) = (found.next(), found.next()) {
        places.push(Place { node, kind: kind.as_f64().unwrap_or(0.0) as i32 });
    }
    places
}
