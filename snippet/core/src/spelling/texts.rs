//! Writing and parting texts, once each: copies of these few lines are what makes a small program large.

use alloc::string::String;

/// Adds `more`.
#[inline(never)]
pub(crate) fn put(text: &mut String, more: &str) {
    text.push_str(more);
}

/// Adds the bytes of `from` between two places.
#[inline(never)]
pub(crate) fn copy(text: &mut String, from: &str, start: usize, end: usize) {
    put(text, from.get(start..end).unwrap_or_default());
}

/// The signs that are written, in both widths; in the order of ASCII.
const SIGNS: &str = "+,-./0123456789";
const WIDE_SIGNS: &str = "＋，－．／０１２３４５６７８９";

/// Adds one of the [`SIGNS`], in full width if `wide`.
#[inline(never)]
pub(crate) fn put_sign(text: &mut String, ascii: u8, wide: bool) {
    let at = usize::from(ascii.wrapping_sub(b'+'));
    let (signs, bytes) = if wide { (WIDE_SIGNS, 3) } else { (SIGNS, 1) };
    copy(text, signs, at * bytes, (at + 1) * bytes);
}

/// Takes from `rest` what stands before the first `end`, which goes too.
#[inline(never)]
pub(crate) fn cut<'a>(rest: &mut &'a str, end: u8) -> &'a str {
    let all = *rest;
    let mut at = 0;
    for byte in all.bytes() {
        if byte == end {
            break;
        }
        at += 1;
    }
    *rest = all.get(at + 1..).unwrap_or_default();
    all.get(..at).unwrap_or_default()
}
