//! Time: what the clocks say, and being called later.

use alloc::boxed::Box;
use snippet_core::keeper::Moment;
use wasm_bindgen::{
    closure::Closure,
    prelude::{JsValue, wasm_bindgen},
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Closure<dyn FnMut(JsValue)>, ms: i32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn wall_now() -> f64;
}

/// Both clocks of the page.
pub(crate) fn now() -> Moment {
    Moment { monotonic_ms: monotonic_now() as u64, wall_ms: wall_now() as u64 }
}

/// Calls back when it was last set to; never again once it is dropped.
#[must_use]
pub(crate) struct Timer {
    closure: Closure<dyn FnMut(JsValue)>,
    pending: i32,
}

impl Timer {
    /// A timer that is not set.
    pub(crate) fn new(callback: impl FnMut(JsValue) + 'static) -> Self {
        Self { closure: Closure::wrap_aborting(Box::new(callback) as Box<dyn FnMut(JsValue)>), pending: 0 }
    }

    /// Sets it, whatever it was set to before.
    pub(crate) fn set(&mut self, ms: u64) {
        clear_timeout(self.pending);
        // Browsers take a longer time for none at all. Being called early is harmless.
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        self.pending = set_timeout(&self.closure, ms);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(self.pending);
    }
}
