//! Letters that touch a number, or are tied to it: ids, file names and addresses have digits like numbers.

use super::label::{is_line, strip};
use crate::spelling::{Cell, narrow};

/// Whether the letters around allow a telephone number; `bare` says that nothing parts its digits.
pub(super) fn allow(before: &[Cell], after: &[Cell], bare: bool) -> bool {
    allows(before, false, bare) && allows(after, true, bare)
}

/// Whether those at the end, or `ahead` at the beginning, of `cells` do.
fn allows(cells: &[Cell], ahead: bool, bare: bool) -> bool {
    // Counted away from the number.
    let at = |place: usize| {
        let cell = if ahead { cells.get(place) } else { cells.get(cells.len().wrapping_sub(place + 1)) };
        cell.map_or(' ', |cell| narrow(cell.character))
    };
    let sign = at(0);
    let tied = matches!(sign, '-' | '.' | '/');
    let start = usize::from(tied);
    let mut end = start;
    let mut prose = false;
    while at(end).is_ascii_alphabetic() {
        prose |= at(end).is_ascii_lowercase();
        end += 1;
    }
    let word = cells.get(..if ahead { end } else { cells.len() - start }).unwrap_or_default();
    if ahead && matches!(sign, '_' | '@' | '%' | '=' | '°') {
        return false;
    }
    if start == end || is_line(word) || ahead && is_extension(word, at(end)) {
        return true;
    }
    match sign {
        '-' => false,
        '.' if ahead => !at(start).is_ascii_lowercase(),
        '.' if bare => strip(word, "no").is_some(),
        '.' => strip(word, "www").is_none(),
        '/' => !bare,
        // A word that lost its blank, rather than part of an id.
        _ => !bare && prose && end >= 3,
    }
}

/// `ext.`, or an `x` before a digit.
fn is_extension(word: &[Cell], next: char) -> bool {
    strip(word, "ext").is_some() || next.is_ascii_digit() && strip(word, "x").is_some()
}
