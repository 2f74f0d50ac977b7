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
//! - [`spelling`]: how pages write digits and separators, and writing a number in a page's way
//! - [`finder`]: where the site's numbers stand in a text
//! - [`split`]: the same over the text nodes that one number may be spread over
//! - [`href`]: `tel:` and `sms:` links
//! - [`visitor`]: the ad clicks and ids that cookies and the page's address name
//! - [`channel`]: which of the operator's rules a visit meets
//! - [`click_ids`]: ad clicks as `wire` writes them
//! - [`keeper`]: which number may be shown now, when to ask, when to give up
//! - [`stored`]: what is kept for the next page
//! - [`wire`]: the bodies of the requests
//! - [`address`]: lists of names and values, and patterns; a leaf
//! - [`text`]: parting and joining texts; a leaf
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod address;
pub mod channel;
pub mod click_ids;
pub mod finder;
pub mod href;
pub mod keeper;
mod link;
pub mod number;
pub mod spelling;
pub mod split;
pub mod stored;
pub mod text;
pub mod visitor;
pub mod wire;
