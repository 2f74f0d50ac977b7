//! Where a number begins and ends, and whether the digits beside it make it part of something longer.

use super::{digits::Digit, gap::Gap, shape::Spelled};
use crate::spelling::{Cell, Class};

/// The indexes of its first and last cell: a bracket next to the digits belongs to the number if its other half stands
/// between them.
pub(super) fn extent(cells: &[Cell], digits: &[Digit], spelled: &Spelled) -> Option<(usize, usize)> {
    let first = digits.get(spelled.first)?;
    let (start, end) = (first.plus.unwrap_or(first.cell), digits.get(spelled.last)?.cell);
    let (mut open, mut unopened) = (0, false);
    for cell in cells.get(start..=end)? {
        match cell.class {
            Class::Open => open += 1,
            Class::Close if open > 0 => open -= 1,
            Class::Close => unopened = true,
            _ => {}
        }
    }
    let opening = if unopened { bracket(cells, start, false) } else { None };
    let closing = if open > 0 { bracket(cells, end, true) } else { None };
    Some((opening.unwrap_or(start), closing.unwrap_or(end)))
}

/// The bracket next to a cell, blanks aside.
fn bracket(cells: &[Cell], mut at: usize, forwards: bool) -> Option<usize> {
    loop {
        at = next(at, forwards);
        match cells.get(at)?.class {
            Class::Blank | Class::Dropped => {}
            Class::Open if !forwards => return Some(at),
            Class::Close if forwards => return Some(at),
            _ => return None,
        }
    }
}

/// Whether no digits beside the number, which stands in the cells from `start` to `end`, belong to it, as in a longer
/// number or a date.
pub(super) fn stands_alone(cells: &[Cell], digits: &[Digit], spelled: &Spelled, start: usize, end: usize) -> bool {
    let inner = spelled.inner(digits);
    !Beside::read(cells, digits, spelled.first, start, false).belongs_to(inner)
        && !Beside::read(cells, digits, spelled.last, end, true).belongs_to(inner)
}

/// The digits next to a number, on one side of it.
struct Beside {
    /// What stands between.
    gap: Gap,
    /// How many digits touch each other there.
    run: usize,
    /// Whether a separator ties that run to further digits, as in a postal code.
    tied: bool,
    /// What stands behind that run, seen from the number; something else at the edge of the text.
    beyond: Class,
    /// Whether a number of its own stands there: the two are a list.
    whole: bool,
}

impl Beside {
    /// Reads on from the digit and the cell at the number's edge.
    fn read(cells: &[Cell], digits: &[Digit], edge: usize, cell: usize, forwards: bool) -> Self {
        let mut beside = Self { gap: Gap::BROKEN, run: 0, tied: false, beyond: Class::Break, whole: false };
        let mut at = next(edge, forwards);
        let Some(nearest) = digits.get(at) else { return beside };
        let between = if forwards { cell + 1..nearest.cell } else { nearest.cell + 1..cell };
        beside.gap = cells.get(between).map_or(Gap::BROKEN, Gap::of);
        let mut count = 0;
        // Where a number begins there: its first digit and the one behind.
        let mut head = (nearest.value, digits.get(at + 1).map_or(1, |digit| digit.value));
        while let Some(digit) = digits.get(at).filter(|_| count < MOST) {
            count += 1;
            if !forwards {
                head = (digit.value, if count > 1 { head.0 } else { 1 });
            }
            let gap = digits.get(if forwards { at + 1 } else { at }).map_or(Gap::BROKEN, |digit| digit.gap);
            if gap != Gap::NONE {
                if beside.run == 0 {
                    beside.run = count;
                    beside.tied = gap.has(Gap::MARK) && !gap.has(Gap::BLANK) && !gap.has(Gap::BROKEN);
                    beside.beyond = class_after(cells, digit.cell, forwards);
                }
                beside.whole |= match head {
                    _ if digit.plus.is_some() => count >= 11,
                    (0, 0) => count >= 8,
                    (0, _) => count == 10 || count == 11,
                    _ => false,
                };
            }
            if gap.has(Gap::BROKEN) {
                break;
            }
            at = next(at, forwards);
        }
        beside
    }

    /// Whether these digits and the number between whose digits `inner` stand are one thing.
    fn belongs_to(&self, inner: &[Digit]) -> bool {
        let Self { gap, beyond, .. } = *self;
        if gap.has(Gap::BROKEN) || gap.has(Gap::BRACKET) {
            return false;
        }
        let (marked, blank) = (gap.has(Gap::MARK), gap.has(Gap::BLANK));
        // Digits that touch, a foreign country code; a dash or full stop without room.
        let one = if marked { !blank && !gap.has(Gap::SLASH) } else { !blank || beyond == Class::Plus };
        // Opening hours, floors and the like are told by a word or colon; otherwise what stands there is a list item,
        // or tied to something else.
        let told = beyond == Class::Other && (!marked || self.run <= 2);
        let two = self.whole || told || self.tied && !marked;
        let likewise = |digit: &Digit| digit.gap.has(Gap::BLANK) && digit.gap.has(Gap::MARK) == marked;
        one || !two && (!blank || inner.iter().any(likewise))
    }
}

/// Digits of the longest number.
const MOST: usize = 17;

/// The index next to `at`; beyond the first one there is none that leads anywhere.
fn next(at: usize, forwards: bool) -> usize {
    if forwards { at + 1 } else { at.wrapping_sub(1) }
}

fn class_after(cells: &[Cell], at: usize, forwards: bool) -> Class {
    let mut at = next(at, forwards);
    while let Some(cell) = cells.get(at) {
        if cell.class != Class::Dropped {
            return cell.class;
        }
        at = next(at, forwards);
    }
    Class::Break
}
