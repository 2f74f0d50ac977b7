//! A text reduced to its digits and what stands between them.

use alloc::vec::Vec;

use super::gap::Gap;
use crate::spelling::{Cell, Class};

/// One digit of a text.
pub(super) struct Digit {
    pub(super) value: u8,
    /// Its index among the cells.
    pub(super) cell: usize,
    /// What stands between it and the digit before.
    pub(super) gap: Gap,
    /// The index of the plus that introduces it.
    pub(super) plus: Option<usize>,
}

/// All digits, in order.
pub(super) fn read_digits(cells: &[Cell]) -> Vec<Digit> {
    let mut digits: Vec<Digit> = Vec::new();
    let mut plus = None;
    for (index, cell) in cells.iter().enumerate() {
        match cell.class {
            Class::Digit(value) => {
                let before = digits.last().and_then(|last| cells.get(last.cell + 1..index));
                let gap = before.map_or(Gap::BROKEN, Gap::of);
                digits.push(Digit { value, cell: index, gap, plus });
                plus = None;
            }
            Class::Plus => plus = Some(index),
            Class::Blank | Class::Open | Class::Dropped => {}
            _ => plus = None,
        }
    }
    digits
}
