//! Whether a number stands at some place of a text: in any spelling of it, and not merely as digits of something else.
//!
//! Not for rewriting ([`crate::spelling`]) and not for walking a text, which is what [`crate::engine`] does.

mod boundary;
mod gate;
mod label;
mod letters;
mod shape;
mod words;

pub(crate) use gate::gate;

use crate::{phone::Phone, spelling::Cell};

/// One number on the page, by its cells.
#[derive(Default)]
pub(crate) struct Found {
    /// A digit, the plus, or a bracket that closes within the number.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// The first digit behind the country code and `(0)`.
    pub(crate) body: usize,
    /// The last digit.
    pub(crate) tail: usize,
    /// Whether it is written with its country code.
    pub(crate) abroad: bool,
    /// Behind which of the national digits something stands, as bits.
    pub(crate) parted: u32,
    /// All that stands between its digits, as a set.
    gaps: u16,
    /// Whether blanks part it that stand alone, or beside a mark.
    blanks: [bool; 2],
}

/// Whether `phone` begins with the digit at `at`; `found` is told where it stands.
#[inline(never)]
pub(crate) fn found_at(cells: &[Cell], at: usize, phone: &Phone, found: &mut Found) -> bool {
    if !shape::is_spelled_at(cells, at, phone, found).unwrap_or(false) {
        return false;
    }
    boundary::extend(cells, found);
    let before = cells.get(..found.first).unwrap_or_default();
    let after = cells.get(found.last + 1..).unwrap_or_default();
    let bare = found.gaps == 0;
    !boundary::goes_on(cells, at, found.first, false, found)
        && !boundary::goes_on(cells, found.tail, found.last, true, found)
        && label::allow(before, after, bare)
        && letters::allow(before, after, bare)
}
