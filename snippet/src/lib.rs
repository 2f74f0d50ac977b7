//! Hatsuban's browser program: finds a site's telephone numbers on a page and shows the visitor the numbers that the
//! pool service leases to them.
//!
//! It runs in somebody else's page: it never throws, never blocks, and when anything goes wrong the page keeps its own
//! numbers, with one line on the console and one `hatsuban:error` event. What it decides without a page is in
//! `snippet-core`; here is the page.
//!
//! Two builds of one crate. The tag build stands without the standard library and lets the browser parse JSON, since
//! every visitor downloads it. The npm build, feature `npm`, reads its options and the service's answers into types.
//!
//! # Layout
//! - [`session`]: the conductor: who the visitor is, what happens on the page, and what is done about it
//! - [`page`]: the DOM: where the numbers stand, swapping and putting back, observers, listeners and timers
//! - [`lease_client`]: the pool service, over fetch and beacons
//! - [`js`]: values of the page's language, read without trusting them; a leaf
//! - `no_std`: what stands in for the standard library in the tag build
//! - `js/` beside this crate: the loader, the npm wrapper, and `js/host`, the few lines of each module that are better
//!   left in the browser's own language
#![cfg_attr(all(target_arch = "wasm32", not(feature = "npm")), no_std)]

extern crate alloc;

mod js;
mod lease_client;
#[cfg(all(target_arch = "wasm32", not(feature = "npm")))]
mod no_std;
mod page;
mod session;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Starts on this page. `settings` says for which site; `host` gets a `state` property that is kept up to date.
/// Answers a function that takes the commands `scan`, `release` and `stop`; nothing if it did not start, which has
/// then been said on the console.
#[wasm_bindgen]
pub fn start(settings: &JsValue, host: &JsValue) -> JsValue {
    session::start(settings, host)
}
