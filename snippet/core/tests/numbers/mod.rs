//! The numbers of the tests, and how their tables mark them.
#![allow(dead_code, reason = "every test file uses its part")]

pub(crate) mod texts;

use std::ops::Range;

use snippet_core::{engine::Engine, number::Number};

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

/// An engine that finds these numbers and leaves them.
pub(crate) fn finder(digits: &[&str]) -> Engine {
    swapper(&digits.iter().map(|digits| (*digits, "")).collect::<Vec<_>>())
}

/// An engine that swaps these numbers for others.
pub(crate) fn swapper(pairs: &[(&str, &str)]) -> Engine {
    let mut engine = Engine::new();
    engine.arm(&pairs.iter().map(|(from, to)| format!("0 {from} {to}")).collect::<Vec<_>>().join("\n"));
    engine
}

/// The gate of these numbers.
pub(crate) fn gate(digits: &[&str]) -> String {
    Engine::new().arm(&digits.iter().map(|digits| format!("0 {digits}")).collect::<Vec<_>>().join("\n"))
}

/// The keys told and the new text, if there is one.
pub(crate) fn answer(answer: &str) -> (Vec<usize>, Option<&str>) {
    let (keys, text) = answer.split_once('\0').map_or((answer, None), |(keys, text)| (keys, Some(text)));
    let keys = keys.split(',').filter(|key| !key.is_empty());
    (keys.map(|key| key.parse().expect("the index of a key")).collect(), text)
}

/// One number found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Byte offset of its first character.
    pub(crate) start: usize,
    /// Byte offset behind its last.
    pub(crate) end: usize,
    /// Index of the key.
    pub(crate) target: usize,
}

/// What an engine finds in the whole page.
pub(crate) fn hits(engine: &Engine, text: &str) -> Vec<Hit> {
    engine.find(text, 0).into_iter().map(|(target, Range { start, end })| Hit { start, end, target }).collect()
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
    let told = swapper(&[(from, to)]).swap(text, false, 0);
    answer(&told).1.unwrap_or(text).to_owned()
}

/// `original` as it reads with another number in it.
pub(crate) fn respell(original: &str, to: &str) -> String {
    let from = Number::parse(original).expect(original);
    let told = swapper(&[(&from.national, to)]).swap(original, false, 0);
    answer(&told).1.unwrap_or(original).to_owned()
}

/// Lengths of the groups that a Japanese number is usually printed in: what the engine writes where the page's own
/// groups do not fit.
pub(crate) fn usual_groups(digits: &str) -> [usize; 3] {
    let page = if digits.len() == 10 { ("05012345678", "050-1234-5678") } else { ("0312345678", "03-1234-5678") };
    let grouped = swapped(page.1, page.0, digits);
    let mut groups = grouped.split('-').map(str::len);
    std::array::from_fn(|_| groups.next().expect("three groups"))
}
