//! Texts for properties: such as are made of what numbers are made of.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{TARGETS, usual_groups};

/// A configuration that leaves no files behind.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Texts of the characters that numbers are made of, with whole numbers among them, and of any others.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    let signs = "0123456789０１２３456789-－ー.．/・~()（） 　\u{a0}\u{200b}\n+＋,:；。FfAaXxTtEeLlNnOo電話番号円¥〒ファックス内線";
    let piece = prop_oneof![
        6 => select(signs.chars().collect::<Vec<_>>()).prop_map(String::from),
        2 => select(&TARGETS[..]).prop_map(str::to_owned),
        2 => spellings("0120123456"),
        2 => spellings("0312345678"),
        1 => any::<char>().prop_map(String::from),
        1 => select(vec!["FAX", "TEL:", "+81", "(0)", "ISBN "]).prop_map(str::to_owned),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A number in its usual groups, of any width, with separators of every kind.
pub(crate) fn spellings(digits: &'static str) -> impl Strategy<Value = String> {
    let even = select(vec!["-", "", "－", "ー", " ", "　", ".", "/", "・", " - ", "--", "\u{2010}\u{200b}"]);
    let uneven = select(vec![["-", ""], ["", "-"], [" ", "-"], ["-", " "], ["ー", "−"], ["/", "-"], ["　", ""]]);
    let separators = prop_oneof![even.prop_map(|separator| [separator, separator]), uneven];
    let brackets = select(vec![None, None, Some(("(", ")")), Some(("（", "）"))]);
    (vec(any::<bool>(), digits.len()), separators, brackets).prop_map(move |(widths, separators, brackets)| {
        let [first, second, _] = usual_groups(digits);
        let mut text = String::new();
        for (place, (digit, wide)) in digits.chars().zip(widths).enumerate() {
            match brackets {
                Some((open, _)) if place == 0 => text.push_str(open),
                Some((_, close)) if place == first => text.push_str(close),
                None if place == first => text.push_str(separators[0]),
                _ if place == first + second => text.push_str(separators[1]),
                _ => {}
            }
            let shift = if wide { 0xfee0 } else { 0 };
            text.extend(char::from_u32(digit as u32 + shift));
        }
        text
    })
}
