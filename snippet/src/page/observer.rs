//! Changes that the page makes to itself.

use super::dom;
use alloc::boxed::Box;
use wasm_bindgen::{closure::Closure, prelude::JsValue};

/// Observes the whole document until it is dropped.
#[must_use]
pub(crate) struct Observer {
    observer: JsValue,
    _closure: Closure<dyn FnMut(JsValue)>,
}

impl Observer {
    /// Calls back with every batch of mutation records, before the browser paints what they changed.
    pub(crate) fn new(callback: impl FnMut(JsValue) + 'static) -> Self {
        let closure = Closure::wrap_aborting(Box::new(callback) as Box<dyn FnMut(JsValue)>);
        Self { observer: dom::observe(&closure), _closure: closure }
    }

    /// Drops what has been recorded and not been called back for: the snippet's own changes.
    pub(crate) fn ignore_recorded(&self) {
        dom::ignore_recorded(&self.observer);
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        dom::disconnect(&self.observer);
    }
}
