//! How one number on a page is laid out.

use alloc::{string::String, vec::Vec};

use super::{cells::Cell, chars::Class};

/// The groups of digits of a spelling. The country code, and a `(0)` behind it, are no group but the head.
#[derive(Default)]
pub(crate) struct Layout {
    /// The country code; 0 without one.
    pub(crate) country: u32,
    /// The cell of the first digit behind the head.
    pub(crate) body: usize,
    /// How many digits stand behind the head up to the end of each group.
    pub(crate) ends: Vec<usize>,
    /// The cells between the first two groups.
    pub(crate) gap: core::ops::Range<usize>,
    /// The digits that it stands for, with a leading 0.
    pub(crate) national: String,
}

impl Layout {
    /// Parts a spelling. Of what is none, it says something that harms nobody.
    pub(crate) fn read(cells: &[Cell]) -> Self {
        let mut page = Self { body: cells.len(), ..Self::default() };
        // What may still come of `+81 (0)`.
        let mut code = 0;
        let mut digits = 0;
        let mut touching = false;
        for (index, cell) in cells.iter().enumerate() {
            match cell.class {
                Class::Digit(value) if code > 1 || code == 1 && value == 0 => {
                    if code > 1 {
                        page.country = page.country * 10 + u32::from(value);
                    }
                    code -= 1;
                }
                Class::Digit(value) => {
                    code = 0;
                    digits += 1;
                    page.national.push(char::from(b'0' + value));
                    match page.ends.last_mut().filter(|_| touching) {
                        Some(end) => *end = digits,
                        None => page.ends.push(digits),
                    }
                    page.body = page.body.min(index);
                    match page.ends.len() {
                        1 => page.gap = index + 1..index + 1,
                        2 if !touching => page.gap.end = index,
                        _ => {}
                    }
                    touching = true;
                }
                Class::Plus if page.national.is_empty() => {
                    page.national.push('0');
                    code = 3;
                }
                Class::Dropped => {}
                _ => touching = false,
            }
        }
        page
    }
}
