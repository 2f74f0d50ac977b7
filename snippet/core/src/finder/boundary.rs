//! Where a number begins and ends, and whether the digits beside it make it part of something longer.

use super::Found;
use crate::{
    phone::MOST,
    spelling::{
        BLANK, BRACKET, BREAK, BROKEN, CLOSE, Cell, Class, MARK, OPEN, OTHER, PLUS, SLASH, gap_between, next,
        next_digit,
    },
};

/// Extends what was found to its brackets: one next to the digits belongs to the number if its other half stands
/// between them.
pub(super) fn extend(cells: &[Cell], found: &mut Found) {
    found.last = found.tail;
    let (mut open, mut unopened) = (0, false);
    for cell in cells.get(found.first..=found.last).unwrap_or_default() {
        if cell.class == OPEN {
            open += 1;
        } else if cell.class == CLOSE {
            unopened |= open == 0;
            open -= i32::from(open > 0);
        }
    }
    if unopened {
        found.first = bracket(cells, found.first, false);
    }
    if open > 0 {
        found.last = bracket(cells, found.last, true);
    }
}

/// The bracket next to a cell, blanks aside; the cell itself if there is none.
fn bracket(cells: &[Cell], edge: usize, forwards: bool) -> usize {
    let mut at = edge;
    loop {
        at = next(at, forwards);
        let class = cells.get(at).map_or(OTHER, |cell| cell.class);
        if class == if forwards { CLOSE } else { OPEN } {
            return at;
        }
        if class != BLANK {
            return edge;
        }
    }
}

/// Whether digits beside what was found belong to it, as in a longer number or a date: behind it or before it, seen
/// from its outermost digit and its outermost cell.
#[inline(never)]
pub(super) fn goes_on(cells: &[Cell], digit: usize, edge: usize, forwards: bool, found: &Found) -> bool {
    let mut at = next_digit(cells, digit, forwards);
    let gap = if forwards { gap_between(cells, edge, at) } else { gap_between(cells, at, edge) };
    if gap & (BROKEN | BRACKET) != 0 {
        return false;
    }
    let class = |at: usize| cells.get(at).map_or(BREAK, |cell| cell.class);
    let letter = |at: usize| cells.get(at).map_or('1', |cell| cell.letter);
    // How many digits touch each other there, whether a separator ties that run to further digits, as in a postal
    // code, what stands beyond it, and whether a number of its own stands there, so that the two are a list.
    let (mut run, mut tied, mut beyond, mut whole) = (0, false, BREAK, false);
    // Where a number begins there: its first digit and the one behind.
    let mut head = (letter(at), letter(next_digit(cells, at, true)));
    let mut count = 0;
    while let Some(cell) = cells.get(at).filter(|_| count < MOST) {
        count += 1;
        if !forwards {
            head = (cell.letter, if count > 1 { head.0 } else { '1' });
        }
        let following = next_digit(cells, at, forwards);
        let gap: Class = if forwards { cells.get(following).map_or(OTHER, |cell| cell.gap) } else { cell.gap };
        if gap != 0 {
            if run == 0 {
                run = count;
                tied = gap & MARK != 0 && gap & (BLANK | BROKEN) == 0;
                beyond = class(next(at, forwards));
            }
            whole |= if cell.start != at {
                count >= 11
            } else if head.0 != '0' {
                false
            } else if head.1 == '0' {
                count >= 8
            } else {
                count == 10 || count == 11
            };
        }
        if gap & BROKEN != 0 {
            break;
        }
        at = following;
    }
    let (marked, blank) = (gap & MARK != 0, gap & BLANK != 0);
    // Digits that touch, a foreign country code; a dash or full stop without room.
    let one = if marked { !blank && gap & SLASH == 0 } else { !blank || beyond == PLUS };
    // Opening hours, floors and the like are told by a word or colon; otherwise what stands there is a list item, or
    // tied to something else.
    let told = beyond == OTHER && (!marked || run <= 2);
    let two = whole || told || tied && !marked;
    one || !two && (!blank || found.blanks[usize::from(marked)])
}
