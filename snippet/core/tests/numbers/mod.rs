//! The numbers of the tests, and how their tables mark them.
#![allow(dead_code, reason = "every test file uses its part")]

pub(crate) mod texts;

use snippet_core::{finder::Finder, number::Number, split};

/// A site's targets, one of every kind.
pub(crate) const TARGETS: [&str; 10] = [
    "0120123456",
    "08001234567",
    "0570012345",
    "05012345678",
    "00786010123456",
    "0312345678",
    "0466123456",
    "0499222345",
    "09012345678",
    "0311112222",
];

/// A number out of its national digits.
pub(crate) fn number(digits: &str) -> Number {
    Number::from_national(digits).expect(digits)
}

/// A finder of these numbers.
pub(crate) fn finder(digits: &[&str]) -> Finder {
    Finder::new(&digits.iter().map(|digits| number(digits)).collect::<Vec<_>>())
}

/// Splits `"TEL [03-1234-5678]"` into the text and the marked pieces. The marks are `[` and `]`.
pub(crate) fn unmark(marked: &str) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut pieces: Vec<String> = Vec::new();
    let mut inside = false;
    for character in marked.chars() {
        match character {
            '[' => {
                pieces.push(String::new());
                inside = true;
            }
            ']' => inside = false,
            _ => {
                text.push(character);
                if inside {
                    pieces.last_mut().expect("a mark was opened").push(character);
                }
            }
        }
    }
    (text, pieces)
}

/// The text with `from` swapped for `to`.
pub(crate) fn swapped(text: &str, from: &str, to: &str) -> String {
    let rewrite = split::rewrite(&[text], &finder(&[from]), &|_| Some(number(to)));
    rewrite.texts.into_iter().next().flatten().unwrap_or_else(|| text.to_owned())
}
