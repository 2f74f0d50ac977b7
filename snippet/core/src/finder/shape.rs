//! Whether the digits from some place on spell a number.

use super::Found;
use crate::{
    phone::Phone,
    spelling::{BLANK, BROKEN, Cell, DOT, MARK, SLASH, next_digit},
};

/// Matches `phone` from the digit at `first` on, as far as its last digit.
pub(super) fn is_spelled_at(cells: &[Cell], first: usize, phone: &Phone, found: &mut Found) -> Option<bool> {
    let start = cells.get(first)?.start;
    let abroad = start != first;
    let (code, lacking, expected) =
        if abroad { (phone.code, phone.trunk, phone.e164.get(1..)?) } else { (0, 0, phone.national.as_str()) };
    if expected.is_empty() {
        return None;
    }
    *found = Found { first: start, abroad, ..Found::default() };
    let (mut at, mut digits, mut optional) = (first, 0, lacking);
    let (mut dated, mut marked, mut dots) = (false, false, 0);
    for expected in expected.bytes() {
        let mut cell = cells.get(at)?;
        // `+81 (0)`
        if digits == code && optional > 0 && cell.letter == '0' {
            optional = 0;
            if cell.gap & BROKEN != 0 {
                return None;
            }
            found.gaps |= cell.gap;
            at = next_digit(cells, at, true);
            cell = cells.get(at)?;
        }
        if cell.letter != char::from(expected) || digits > 0 && cell.gap & BROKEN != 0 {
            return None;
        }
        if digits > 0 {
            found.gaps |= cell.gap;
        }
        if digits == code {
            found.body = at;
        }
        if digits > code && cell.gap != 0 {
            found.parted |= 1 << (digits - code + lacking);
            let mark = cell.gap & MARK != 0;
            dated |= marked && cell.gap == BLANK;
            marked |= cell.gap & (DOT | SLASH) != 0;
            dots += u32::from(cell.gap == DOT);
            if cell.gap & BLANK != 0 {
                found.blanks[usize::from(mark)] = true;
            }
        }
        digits += 1;
        found.tail = at;
        at = next_digit(cells, at, true);
    }
    // Whether people part a number like this: dates, decimals and book numbers may have the same digits.
    let inner = (1_u32 << (digits - code + lacking)) - (2 << lacking);
    let access = if phone.access == 0 { 2 } else { phone.access };
    let torn = found.parted & ((1 << access) - 1) != 0;
    let decimal = dots == 1 && found.parted.is_power_of_two();
    let usual = found.parted == phone.ends & inner || found.parted == inner;
    Some(usual || !dated && (abroad || !torn && !decimal))
}
