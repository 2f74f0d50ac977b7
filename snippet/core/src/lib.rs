//! What Hatsuban's browser program knows without a page: numbers and their spellings, cookies and click ids, the
//! visitor session, and the lease as a browser sees it.
//!
//! Pure: no DOM, no clock, no I/O, no standard library. The crate `snippet` feeds it what the page says and does what
//! it answers; tests and simulations do the same without a browser.
//!
//! # Layout
//! - [`number`]: a number to dial, nationally and internationally
//! - [`spelling`]: how pages write digits and separators, and writing a number in a page's way
//! - [`finder`]: where the site's numbers stand in a text
//! - [`split`]: the same over the text nodes that one number may be spread over
//! - [`href`]: `tel:` and `sms:` links
//! - [`cookies`]: reading `document.cookie` and writing to it
//! - [`click_ids`]: the ad clicks named in cookies and addresses
//! - [`session`]: who the visitor is, in this browser
//! - [`keeper`]: which number may be shown now, when to ask, when to give up
//! - [`text`]: parting and joining texts; a leaf
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod click_ids;
pub mod cookies;
pub mod finder;
pub mod href;
pub mod keeper;
pub mod number;
pub mod session;
pub mod spelling;
pub mod split;
pub mod text;
