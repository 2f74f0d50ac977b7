//! Writing one number the way another one is written.

use alloc::string::String;

use super::{
    cells::Cell,
    chars::{BRACKET, DIGIT, OPEN},
    texts::{copy, put_sign},
};
use crate::{finder::Found, phone::Phone};

/// Adds `to`, written as the page wrote `from` where it was found: its digit width, separators and brackets, and its
/// grouping where that does not tear the access code of `to` apart. Invisible characters stay where they are.
#[inline(never)]
pub(crate) fn respell(out: &mut String, text: &str, cells: &[Cell], found: &Found, from: &Phone, to: &Phone) {
    let same_country = to.e164.get(..=to.code).is_some_and(|code| from.e164.starts_with(code) && from.code == to.code);
    let abroad = found.abroad && same_country;
    let keep_head = abroad || !found.abroad;
    let digits = if abroad { to.abroad() } else { to.national.as_str() }.as_bytes();
    let page_lacks = if found.abroad { from.trunk } else { 0 };
    let lacking = if abroad { to.trunk } else { 0 };
    // Where groups end that are still to come, on the page and in what is written.
    let count = from.national.len() - page_lacks;
    let mut page = found.parted >> page_lacks | 1 << count;
    let mut ends = to.ends >> lacking;
    let parted = !page.is_power_of_two();
    let together = to.access == 0 || page >> to.access.wrapping_sub(lacking) & 1 != 0 || to.access == from.access;
    if count == digits.len() && (!parted || together) {
        ends = page;
    }
    // Where gaps are left out, the other half of a bracket might go with them.
    let brackets = page.count_ones() <= ends.count_ones();
    // The page's first separator, and whether there is a bracket in it.
    let first = page.trailing_zeros();
    let (mut separator, mut bracketed) = (0..0, false);
    // Digits passed and written, and whether nothing was written since the last one.
    let (mut passed, mut written, mut unparted) = (0_u32, 0, false);
    for index in found.first..=found.last {
        let Some(cell) = cells.get(index) else { return };
        let bracket = cell.class & BRACKET != 0;
        let last = page & page.wrapping_sub(1) == 0;
        if index >= found.body && cell.class == DIGIT {
            if passed > 0 && page >> passed & 1 != 0 {
                page &= page.wrapping_sub(1);
                ends &= ends.wrapping_sub(1);
                if unparted {
                    put_sign(out, b'-', cell.is_wide());
                }
            }
            passed += 1;
            let last = page & page.wrapping_sub(1) == 0;
            let limit = if last { digits.len() } else { ends.trailing_zeros() as usize };
            // Behind the last digit of a group stands all that is left of it.
            while let Some(digit) = digits.get(written).filter(|_| written < limit) {
                put_sign(out, *digit, cell.is_wide());
                written += 1;
                if last && parted && written < limit && ends >> written & 1 != 0 {
                    // Once more, or a hyphen.
                    if bracketed {
                        put_sign(out, b'-', cell.is_wide());
                    } else {
                        for cell in cells.get(separator.clone()).unwrap_or_default() {
                            copy(out, text, cell.at, cell.end);
                        }
                    }
                }
                if page >> passed & 1 == 0 {
                    break;
                }
            }
            unparted = true;
        } else {
            if passed == first {
                separator = if separator.end == index { separator.start } else { index }..index + 1;
                bracketed |= bracket;
            }
            let stays = if index >= found.body {
                last || ends & ends.wrapping_sub(1) != 0
            } else {
                // Without the head, only a bracket stays that closes later.
                keep_head || cell.class == OPEN && !has_bracket(cells, index + 1, found.body)
            };
            if stays && (brackets || !bracket) {
                copy(out, text, cell.at, cell.end);
                unparted = false;
            } else {
                unparted &= stays;
            }
        }
        if let Some(next) = cells.get(index + 1).filter(|_| index < found.last) {
            copy(out, text, cell.end, next.at);
        }
    }
}

fn has_bracket(cells: &[Cell], from: usize, to: usize) -> bool {
    cells.get(from..to).unwrap_or_default().iter().any(|cell| cell.class & BRACKET != 0)
}
