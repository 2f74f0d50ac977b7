//! One place on a page where a number may stand: a text node, or an attribute of an element.

use super::dom;
use alloc::string::String;
use wasm_bindgen::prelude::JsValue;

const TEXT: i32 = -1;
const LINK: i32 = 0;

/// A place. It outlives its node's stay in the document.
pub(super) struct Place {
    pub(super) node: JsValue,
    /// As numbered in `js/host/dom.js`.
    pub(super) kind: i32,
}

impl Place {
    pub(super) fn of_text(node: JsValue) -> Self {
        Self { node, kind: TEXT }
    }

    /// A `tel:` or `sms:` address, as against text that people read.
    pub(super) fn is_link(&self) -> bool {
        self.kind == LINK
    }

    /// What stands there; `None` when the attribute has gone.
    pub(super) fn read(&self) -> Option<String> {
        dom::read(&self.node, self.kind)
    }

    pub(super) fn write(&self, text: &str) {
        dom::write(&self.node, self.kind, text);
    }

    /// Whether it is still part of the document.
    pub(super) fn is_on_the_page(&self) -> bool {
        dom::is_connected(&self.node)
    }
}
