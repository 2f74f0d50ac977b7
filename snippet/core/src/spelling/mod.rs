//! How pages write numbers: which characters count as what, how a number is usually grouped, and writing another
//! number the way the page wrote its own.
//!
//! Not for deciding whether something is a number ([`crate::finder`]). [`crate::split`] writes with this over text
//! nodes; whoever holds one whole spelling calls [`respell`].

mod cells;
mod chars;
mod grouping;
mod layout;
mod pen;

pub(crate) use cells::{Cell, read, read_on};
pub(crate) use chars::narrow;
pub use chars::{Class, class_of};
pub use grouping::{access_length, usual_groups};
pub(crate) use layout::Layout;
pub use pen::respell;
pub(crate) use pen::spell;
