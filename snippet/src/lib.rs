//! Hatsuban's browser program: what it decides.
//!
//! It runs in somebody else's page, in two halves. Here, in wasm, is what can be decided without a page: where a site's
//! telephone numbers stand in a text and how another one is written there, which ad clicks cookies and addresses name,
//! which channel a visit belongs to, and which leased number may be shown until when. It is `snippet-core`, made callable.
//! The page's own language has the page: `js/` beside this crate walks it, observes it, reads cookies, talks to the
//! service. Texts and lists of floats go between, nothing else: a border without objects costs each visitor the fewest
//! bytes.
//!
//! Two builds of one crate. The tag build stands without the standard library and without wasm-bindgen, since every
//! visitor downloads it. The npm build, feature `npm`, also reads an application's options and the service's answers into
//! types.
//!
//! # Layout
//! - [`border`]: the functions that `js/wasm.js` calls
//! - [`program`]: what lives as long as the page
//! - `allocator`: memory, for both builds
//! - `typed`: options and answers as types, for npm
//! - `no_std`: what stands in for the standard library in the tag build
#![cfg_attr(all(target_arch = "wasm32", not(feature = "npm")), no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod allocator;
#[cfg(target_arch = "wasm32")]
pub mod border;
#[cfg(all(target_arch = "wasm32", not(feature = "npm")))]
mod no_std;
pub mod program;
#[cfg(feature = "npm")]
pub mod typed;
