//! Yahoo!広告: import of offline conversions (オフラインコンバージョンのインポート), for search and for display ads.
//!
//! CP932 with Japanese headers, all cells quoted, CRLF, and times of Japan whatever zone the site is in: the platform's help
//! asks to leave encoding, columns and their order as its template has them. The same YCLID at the same time twice is one
//! conversion; the action must count every one (毎回). Not verified: whether other forms of time are taken.

use super::{
    export::Dialect,
    money::Currency,
    select::{Chosen, Id},
    zone::FileZone,
};
use crate::domain::visitor::Visitor;
use encoding_rs::SHIFT_JIS;

/// How the file is written.
pub const DIALECT: Dialect = Dialect { quotes_all: true, is_crlf: true };
/// Ids of clicks on search ads begin so.
pub const SEARCH: &str = "YSS.";
/// Ids of clicks on display ads begin so.
pub const DISPLAY: &str = "YJAD.";

const COLUMNS: [&str; 5] =
    ["YCLID", "コンバージョン名", "コンバージョン発生日時", "1コンバージョンあたりの価値", "通貨コード"];

/// The header; that of display ads has no currency.
pub fn head(is_display: bool) -> Vec<Vec<u8>> {
    COLUMNS[..columns(is_display)].iter().map(|column| encoded(column)).collect()
}

/// A conversion's line.
pub fn row(is_display: bool, chosen: &Chosen<'_>, zone: &FileZone) -> Vec<Vec<u8>> {
    // Without a column for it, an amount is one of yen.
    let worth = chosen.worth.as_ref().filter(|worth| !is_display || worth.currency == Currency::yen());
    let cells = [
        chosen.id.value.to_owned(),
        chosen.conversion.name.clone(),
        format!("{} {}", zone.compact(chosen.at), zone.name()),
        worth.map(|worth| worth.amount.to_string()).unwrap_or_default(),
        worth.map(|worth| worth.currency.to_string()).unwrap_or_default(),
    ];
    cells[..columns(is_display)].iter().map(|cell| encoded(cell)).collect()
}

/// The ids of one of the two kinds of ads, the newest first.
pub fn ids<'a>(begin: &str, visitor: &'a Visitor) -> Vec<Id<'a>> {
    let clicks = visitor.click_ids.iter().filter(|click| click.kind == "yclid" && click.value.starts_with(begin));
    clicks.filter_map(|click| Id::of(click, &click.value)).collect()
}

/// Whether the file's encoding has all characters of a text, and gives them back as they were.
pub fn has_all_characters_of(text: &str) -> bool {
    let (bytes, _, is_lossy) = SHIFT_JIS.encode(text);
    !is_lossy && SHIFT_JIS.decode_without_bom_handling(&bytes).0 == text
}

const fn columns(is_display: bool) -> usize {
    if is_display { 4 } else { 5 }
}

fn encoded(text: &str) -> Vec<u8> {
    SHIFT_JIS.encode(text).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::has_all_characters_of;

    #[test]
    fn names_that_the_encoding_would_change_are_told() {
        for name in ["電話", "お問い合わせ①", "Phone call", "～髙㈱", "ﾃﾞﾝﾜ"] {
            assert!(has_all_characters_of(name), "{name}");
        }
        // U+00A5 would become a backslash, U+301C something else or nothing.
        for name in ["電話📞", "¥5000", "전화", "a‾b"] {
            assert!(!has_all_characters_of(name), "{name}");
        }
    }
}
