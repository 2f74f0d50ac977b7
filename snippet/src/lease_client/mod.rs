//! The pool service, over the network: asking for leases, and telling that a page was left.
//!
//! Not for deciding when to ask; the conductor in `session`, the only caller, says so. Bodies come ready from
//! `snippet-core`; here they are sent, and answers are read without trusting them: in [`answer`].

mod answer;
#[cfg(feature = "npm")]
mod typed;
#[cfg(not(feature = "npm"))]
mod untyped;

pub(crate) use answer::{Reply, Told};

use alloc::{boxed::Box, string::String};
use snippet_core::text::joined;
use wasm_bindgen::{
    closure::Closure,
    prelude::{JsValue, wasm_bindgen},
};

#[wasm_bindgen(module = "/js/host/net.js")]
extern "C" {
    fn post(url: &str, body: &str, id: u32, answered: &Closure<dyn FnMut(JsValue)>);
    fn tell(url: &str, body: &str);
}

/// Talks to one pool service. Answers to what was asked before it was dropped are not called back for.
pub(crate) struct LeaseClient {
    service: String,
    answered: Closure<dyn FnMut(JsValue)>,
}

impl LeaseClient {
    /// A client of the service at this address. Every answer, or its absence, is called back for once, to be read with
    /// [`Reply::read`].
    pub(crate) fn new(service: &str, answered: impl FnMut(JsValue) + 'static) -> Self {
        let answered = Closure::wrap_aborting(Box::new(answered) as Box<dyn FnMut(JsValue)>);
        Self { service: String::from(service.trim_end_matches('/')), answered }
    }

    /// Asks for leases.
    pub(crate) fn ask(&self, request: u32, body: &str) {
        post(&self.url(""), body, request, &self.answered);
    }

    /// Tells that the page was left; arrives although it was.
    pub(crate) fn tell_left(&self, body: &str) {
        tell(&self.url("/left"), body);
    }

    /// Tells that leases end.
    pub(crate) fn tell_release(&self, body: &str) {
        tell(&self.url("/release"), body);
    }

    fn url(&self, end: &str) -> String {
        joined(&[&self.service, "/v1/leases", end])
    }
}
