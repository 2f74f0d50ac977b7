//! Letters that touch a number, or are tied to it: ids, file names and addresses have digits like numbers.

use super::words::{EXTENSION, FAX, ID, TELEPHONE, WEB, word_at_end};
use crate::spelling::{Cell, NOWHERE};

/// Whether the letters before and behind allow a telephone number; `bare` says that nothing parts its digits.
pub(super) fn allow(before: &[Cell], after: &[Cell], bare: bool) -> bool {
    allows(before, false, bare) && allows(after, true, bare)
}

/// Whether those at the end, or `ahead` at the beginning, of `cells` do.
#[inline(never)]
fn allows(cells: &[Cell], ahead: bool, bare: bool) -> bool {
    // Counted away from the number.
    let at = |place: usize| {
        let place = if ahead { place } else { cells.len().wrapping_add(NOWHERE).wrapping_sub(place) };
        cells.get(place).map_or(' ', |cell| cell.letter)
    };
    let sign = at(0);
    let start = usize::from(matches!(sign, '-' | '.' | '/'));
    let mut end = start;
    let mut prose = false;
    while at(end).is_ascii_alphabetic() {
        prose |= at(end).is_ascii_lowercase();
        end += 1;
    }
    if ahead && matches!(sign, '_' | '@' | '%' | '=' | '°') {
        return false;
    }
    let word = cells.get(..if ahead { end } else { cells.len() - start }).unwrap_or_default();
    let (says, rest) = word_at_end(word, true);
    let letters = word.len() - rest.len();
    // `fax`, `ext.`, or an `x` before a digit; other words of one letter are no words.
    let known = match says {
        TELEPHONE | FAX => letters > 1,
        EXTENSION => ahead && (letters > 1 || at(end).is_ascii_digit()),
        _ => false,
    };
    if start == end || known {
        return true;
    }
    match sign {
        '-' => false,
        '.' if ahead => !at(start).is_ascii_lowercase(),
        '.' if bare => says == ID,
        '.' => says != WEB,
        '/' => !bare,
        // A word that lost its blank, rather than part of an id.
        _ => !bare && prose && end >= 3,
    }
}
