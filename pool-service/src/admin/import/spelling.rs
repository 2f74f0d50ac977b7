//! Full-width digits and signs as plain ones, blanks around them away. Pure.

/// A text as programs write it.
pub(super) fn plain(text: &str) -> String {
    let ascii = |c: char| match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    };
    text.chars().map(ascii).collect::<String>().trim().to_owned()
}
