//! The regular expression that the browser asks first matches wherever a number would be found.

mod numbers;

use numbers::{
    TARGETS, finder, gate, hits,
    texts::{cases, texts},
    unmark,
};
use proptest::prelude::*;

const SPELLINGS: &[&str] = &include!("tables/spellings.in");

/// Matches the few things that a gate is made of, as JavaScript would: over UTF-16 code units, at any place.
fn matches(source: &str, text: &str) -> bool {
    let source: Vec<char> = source.chars().collect();
    let text: Vec<u16> = text.encode_utf16().collect();
    (0..=text.len()).any(|at| any_of(&source, &text, at, &|_| true))
}

type Next<'a> = &'a dyn Fn(usize) -> bool;

/// Alternatives parted by `|`.
fn any_of(source: &[char], text: &[u16], at: usize, next: Next) -> bool {
    let mut depth = 0;
    let end = source.iter().position(|character| {
        depth += i32::from(*character == '(') - i32::from(*character == ')');
        *character == '|' && depth == 0
    });
    let Some(end) = end else { return sequence(source, text, at, next) };
    sequence(&source[..end], text, at, next) || any_of(&source[end + 1..], text, at, next)
}

/// Classes, repeated or not, and groups.
fn sequence(source: &[char], text: &[u16], at: usize, next: Next) -> bool {
    match source.first() {
        None => next(at),
        Some('(') if source == ['(', '?', '!', ')'] => false,
        Some('(') => {
            let mut depth = 0;
            let close = source.iter().position(|character| {
                depth += i32::from(*character == '(') - i32::from(*character == ')');
                depth == 0
            });
            let close = close.expect("groups are closed");
            any_of(&source[3..close], text, at, &|at| sequence(&source[close + 1..], text, at, next))
        }
        Some('[') => {
            let close = source.iter().position(|character| *character == ']').expect("classes are closed");
            let class: String = source[1..close].iter().collect();
            let rest: String = source[close + 1..].iter().collect();
            if let Some(rest) = rest.strip_prefix("{0,24}") {
                let rest: Vec<char> = rest.chars().collect();
                let run = text[at..].iter().take(24).take_while(|unit| in_class(&class, **unit)).count();
                return (0..=run).any(|length| sequence(&rest, text, at + length, next));
            }
            text.get(at).is_some_and(|unit| in_class(&class, *unit))
                && sequence(&source[close + 1..], text, at + 1, next)
        }
        Some(other) => panic!("{other} is not known to the test"),
    }
}

fn in_class(class: &str, unit: u16) -> bool {
    if class == r"^\d\uff10-\uff19" {
        return !(0x30..=0x39).contains(&unit) && !(0xff10..=0xff19).contains(&unit);
    }
    let (ascii, wide) = class.split_once(r"\u").expect("a digit in both widths");
    ascii.encode_utf16().eq([unit]) || u16::from_str_radix(wide, 16) == Ok(unit)
}

#[test]
fn gates_no_number_out() {
    let all = gate(&TARGETS);
    for marked in SPELLINGS {
        let (text, _) = unmark(marked);
        assert!(matches(&all, &text), "{marked}");
        assert!(
            matches(&all, &text.replace('-', "-\u{200b}\u{200d}\u{2060}\u{feff}")),
            "{marked} with invisible signs"
        );
    }
    for digits in TARGETS {
        assert!(matches(&gate(&[digits]), digits));
    }
}

#[test]
fn keeps_other_texts_out() {
    let all = gate(&TARGETS);
    for text in ["", "電話", "0120-123-45", "0120-123-457", "05-1234-5678", "2024年03月12日 10:00〜18:00"] {
        assert!(!matches(&all, text), "{text}");
    }
    assert!(!matches(&gate(&[]), "0120-123-456"));
}

#[test]
fn is_ascii() {
    assert!(gate(&TARGETS).is_ascii());
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn gates_no_hit_out(text in texts()) {
        for target in TARGETS {
            if !hits(&finder(&[target]), &text).is_empty() {
                prop_assert!(matches(&gate(&[target]), &text));
            }
        }
    }
}
