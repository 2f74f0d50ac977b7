//! Cells of CSV files that spreadsheets open: a text that came from outside must not become a formula.

use std::borrow::Cow;

/// What a spreadsheet takes for the begin of a formula, in half and full width, and blanks that it passes over before.
const BEGINS_A_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A text as a cell that no spreadsheet computes: one that begins like a formula gets an apostrophe in front. Quotes and
/// separators are the CSV writer's concern.
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.starts_with(BEGINS_A_FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn formulas_become_texts_and_texts_stay() {
        for formula in ["=1+1", "+81312345678", "-2", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1+1", "＋1", "－1", "＠x"]
        {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for text in ["", "0355500100", "a=b", "予約 -済み", "'=1", " ok"] {
            assert_eq!(safe(text), text);
        }
    }
}
