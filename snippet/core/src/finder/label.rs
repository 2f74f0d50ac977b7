//! Whether the words around a number allow it to be one to call: not a fax line, a price, a book.

use super::words::{COLON, COMMA, COUNTED, FAX, FILLER, GOODS, ID, NOTHING, NUMBER, SIGN, TELEPHONE, word_at_end};
use crate::spelling::{BLANK, BREAK, CLOSE, Cell, DIGIT, OPEN, OTHER};

/// Whether what stands before and behind allows a telephone number; `bare` says that nothing parts its digits.
pub(super) fn allow(before: &[Cell], after: &[Cell], bare: bool) -> bool {
    let mut behind = after;
    while let Some((first, rest)) = behind.split_first() {
        if first.class & (BLANK | BREAK) != 0 {
            behind = rest;
            continue;
        }
        // Thousands.
        let thousands = |cell: &Cell| bare && cell.letter == ',' && digits(rest) == 3;
        if first.letter == '円' || thousands(first) {
            return false;
        }
        // A note in brackets is read like a label.
        if first.class == OPEN {
            let mut note = 0;
            while behind.get(note).is_some_and(|cell| cell.class != CLOSE) {
                note += 1;
            }
            if note < 16 && note < behind.len() && !allows(behind.get(..note).unwrap_or_default(), bare) {
                return false;
            }
        }
        break;
    }
    allows(before, bare)
}

/// How many digits `cells` begin with.
fn digits(cells: &[Cell]) -> usize {
    let mut count = 0;
    while cells.get(count).is_some_and(|cell| cell.class == DIGIT) {
        count += 1;
    }
    count
}

/// Whether the words at the end of `before` allow it: read away from the number, the first that decides does.
#[inline(never)]
fn allows(before: &[Cell], bare: bool) -> bool {
    let mut rest = before;
    let (mut fax, mut other, mut numbered) = (false, false, false);
    let (mut set_off, mut closed, mut opened) = (false, false, false);
    while let Some((last, shorter)) = rest.split_last() {
        let (says, before_word) = word_at_end(rest, set_off || fax);
        rest = before_word;
        match says {
            TELEPHONE => return true,
            GOODS => return false,
            COUNTED if numbered => return false,
            FAX => fax = true,
            NUMBER => numbered = true,
            ID => other |= bare,
            SIGN => other = true,
            COLON => set_off = true,
            FILLER => {}
            COMMA if fax => {}
            NOTHING if last.class & (OTHER | DIGIT) == 0 => {
                closed |= last.class == CLOSE && !fax;
                opened |= last.class == OPEN && fax;
                rest = shorter;
            }
            _ => break,
        }
    }
    // `03-1111-2222 (FAX) 03-3333-4444`
    let of_another = closed && opened && rest.last().is_some_and(|last| last.class == DIGIT);
    !other && (!fax || of_another)
}
