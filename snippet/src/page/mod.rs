//! The DOM: where a site's numbers stand on a page, and showing others there.
//!
//! Not for deciding which number may be shown when; the conductor in `session`, the only caller, says so. Every effect
//! on the browser is a guard that ends when it is dropped.
//!
//! # Layout
//! - [`swapper`]: shows numbers, puts the page's own back
//! - [`scanner`]: finds the places where a number stands
//! - [`place`]: one text node or attribute
//! - [`patches`]: what has been changed, and what stood there before
//! - [`observer`]: changes of the page
//! - [`listener`], [`timer`]: events and time
//! - [`dom`]: the browser's own side of all of these

mod dom;
mod listener;
mod observer;
mod patches;
mod place;
mod scanner;
mod swapper;
mod timer;

pub(crate) use listener::{Listener, Source};
pub(crate) use observer::Observer;
pub(crate) use swapper::{Sighting, Swapper};
pub(crate) use timer::{Timer, now};
