//! Listening for events of the window and the document.

use super::dom;
use alloc::boxed::Box;
use wasm_bindgen::{closure::Closure, prelude::JsValue};

/// Who is listened to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Window,
    Document,
}

/// Listens until it is dropped.
#[must_use]
pub(crate) struct Listener {
    source: Source,
    name: &'static str,
    closure: Closure<dyn FnMut(JsValue)>,
}

impl Listener {
    /// Calls back with every event of this name.
    pub(crate) fn new(source: Source, name: &'static str, callback: impl FnMut(JsValue) + 'static) -> Self {
        let closure = Closure::wrap_aborting(Box::new(callback) as Box<dyn FnMut(JsValue)>);
        dom::listen(source == Source::Document, name, &closure);
        Self { source, name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        dom::unlisten(self.source == Source::Document, self.name, &self.closure);
    }
}
