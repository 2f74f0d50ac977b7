//! What Hatsuban's browser program knows without a page: numbers and their spellings, click ids and
//! channels, and the lease as a browser sees it.
//!
//! Pure: no DOM, no clock, no I/O, no standard library. The crate `snippet` feeds it what the page says and does what
//! it answers; tests and simulations do the same without a browser.
//!
//! # Layout
//! - [`engine`]: finding and swapping numbers in texts and links, whole: what the crate `snippet` calls
//! - `finder`: whether a number stands at some place of a text
//! - `spelling`: how pages write digits and separators, and writing a number in a page's way
//! - `link`: `tel:` and `sms:` links
//! - `phone`: a number as the engine is told of it
//! - [`number`]: a number to dial, nationally and internationally
//! - [`keeper`]: which number may be shown now, when to ask, when to give up
//! - [`channel`]: the rules of operators, made into regular expressions; the service and the npm build do it
//! - [`visitor`]: the ad clicks and ids that cookies and addresses name; the service reads them with it
//! - [`address`]: lists of names and values, and patterns; a leaf
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod address;
pub mod channel;
pub mod engine;
mod finder;
pub mod keeper;
mod link;
pub mod number;
mod phone;
mod spelling;
pub mod visitor;
