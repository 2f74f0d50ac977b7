//! Writing one number the way another one is written.

use alloc::string::String;

use super::{
    cells::{Cell, read},
    chars::{Class, in_width, is_wide},
    grouping::{access_length, usual_groups},
    layout::Layout,
};
use crate::number::Number;

/// Writes `replacement` as the page wrote `original`: its digit width, separators and brackets, and its grouping where
/// that does not tear the replacement's access code apart.
pub fn respell(original: &str, replacement: &Number) -> String {
    let mut text = String::new();
    spell(&read(original), replacement, &mut |_, character| text.push(character));
    text
}

/// [`respell`], telling for every character at which cell of `original` it stands. The cells are in order, so that a
/// number spread over text nodes can be written back to them.
pub(crate) fn spell(original: &[Cell], replacement: &Number, emit: &mut dyn FnMut(&Cell, char)) {
    let page = Layout::read(original);
    let national = replacement.national.as_str();
    let international = page.country > 0;
    let abroad = replacement.e164.as_deref().and_then(|e164| e164.strip_prefix("+81")).filter(|_| international);
    let digits = abroad.unwrap_or(national).as_bytes();
    // The international form lacks the 0 that the lengths of the national groups count.
    let lacking = usize::from(abroad.is_some());
    let access = access_length(national);
    let fits = page.ends.last() == Some(&digits.len())
        && (page.ends.len() == 1
            || access.is_none_or(|length| page.ends.contains(&(length - lacking)))
            || access == access_length(&page.national));
    let [first, second, _] = usual_groups(national);
    let usual = [first.saturating_sub(lacking), (first + second).saturating_sub(lacking), digits.len()];
    let ends = if fits { page.ends.as_slice() } else { &usual };
    let keep_head = abroad.is_some() || !international;
    Pen { original, page: &page, digits, ends, written: 0, emit }.write(keep_head);
}

/// Lays groups of digits over the page's: one on one, what is too much behind the last one.
struct Pen<'a> {
    original: &'a [Cell],
    page: &'a Layout,
    digits: &'a [u8],
    /// How many digits stand up to the end of each group to write.
    ends: &'a [usize],
    /// Digits written so far.
    written: usize,
    emit: &'a mut dyn FnMut(&Cell, char),
}

impl Pen<'_> {
    /// Writes all. Without the head, of what stands there only a bracket stays that closes later.
    fn write(&mut self, keep_head: bool) {
        let page = self.page;
        let last = page.ends.len().saturating_sub(1);
        // Where gaps are left out, the other half of a bracket might go with them.
        let brackets = last < self.ends.len();
        let mut open = None;
        // The group, the digits passed, and whether nothing was written since the last one.
        let (mut group, mut passed, mut unparted) = (0, 0, false);
        for (index, cell) in self.original.iter().enumerate() {
            let end = page.ends.get(group).copied().unwrap_or_default();
            let kept = brackets || !cell.is_bracket();
            if index < page.body {
                match cell.class {
                    _ if keep_head => {}
                    Class::Open => open = Some(cell),
                    Class::Close => open = None,
                    _ => {}
                }
                if keep_head && kept {
                    (self.emit)(cell, cell.character);
                }
            } else if cell.digit().is_some() {
                if let Some(bracket) = open.take().filter(|_| brackets) {
                    (self.emit)(bracket, bracket.character);
                }
                if passed == end && passed > 0 {
                    group += 1;
                    if unparted {
                        (self.emit)(cell, in_width(b'-', is_wide(cell.character)));
                    }
                }
                passed += 1;
                let closing = page.ends.contains(&passed);
                self.digit(cell, if group < last { self.ends.get(group).copied() } else { None }, closing);
                unparted = true;
            } else {
                let lost = passed == end && group < last && group + 1 >= self.ends.len();
                if kept && !lost {
                    (self.emit)(cell, cell.character);
                }
                unparted &= !(lost || kept && cell.class != Class::Dropped);
            }
        }
    }

    /// What stands in the place of one digit of the page: one digit, and behind the last one of a group all that is
    /// left of it. `end` is where that group ends, if another follows.
    fn digit(&mut self, cell: &Cell, end: Option<usize>, closing: bool) {
        let wide = is_wide(cell.character);
        let limit = end.unwrap_or(self.digits.len());
        while let Some(digit) = self.digits.get(self.written).filter(|_| self.written < limit) {
            (self.emit)(cell, in_width(*digit, wide));
            self.written += 1;
            let parted = end.is_none() && self.page.ends.len() > 1;
            if parted && self.written < limit && self.ends.contains(&self.written) {
                self.separator(cell, wide);
            }
            if !closing {
                break;
            }
        }
    }

    /// The page's first separator once more, or a hyphen where that is a bracket.
    fn separator(&mut self, cell: &Cell, wide: bool) {
        let first = self.original.get(self.page.gap.clone()).unwrap_or_default();
        if first.iter().any(Cell::is_bracket) {
            return (self.emit)(cell, in_width(b'-', wide));
        }
        for separator in first {
            if separator.class != Class::Dropped {
                (self.emit)(cell, separator.character);
            }
        }
    }
}
