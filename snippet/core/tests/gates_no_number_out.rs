//! The regular expression that the browser asks first matches wherever a number would be found.

mod numbers;

use numbers::{
    TARGETS, finder, gate, hits,
    texts::{cases, texts},
    unmark,
};
use proptest::{collection::vec, prelude::*, sample::select};

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
    let (wanted, mut rest) = class.strip_prefix('^').map_or((true, class), |rest| (false, rest));
    let mut is_in = false;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(r"\w") {
            is_in |= char::from_u32(unit.into()).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            rest = behind;
            continue;
        }
        let (first, last);
        (first, rest) = character(rest);
        (last, rest) = rest.strip_prefix('-').map_or((first, rest), character);
        is_in |= (first..=last).contains(&unit);
    }
    is_in == wanted
}

/// The first character of a class, and what follows.
fn character(class: &str) -> (u16, &str) {
    match class.strip_prefix(r"\u") {
        Some(code) => (u16::from_str_radix(&code[..4], 16).expect("a code"), &code[4..]),
        None => (u16::from(class.as_bytes()[0]), &class[1..]),
    }
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

#[test]
fn numbers_share_their_beginning() {
    let digit = |digit: char| format!("[{digit}\\uff1{digit}]");
    let alone = gate(&["0312345678"]);
    assert!(gate(&["0312345679", "0312345678", "0312345679"]).starts_with(alone.trim_end_matches(')')));
    assert!(gate(&["0312345679", "0312345678"]).contains(&format!("{}|{})", digit('8'), digit('9'))));
    // What begins with another number is found by that.
    let short = "0120123456/81120123456/";
    assert_eq!(gate(&[short, "01201234567/811201234567/"]), gate(&[short]));
}

/// A number as nobody would write it: in either width, with anything between its digits, from home or from abroad.
fn scattered() -> impl Strategy<Value = (&'static str, String)> {
    let signs: Vec<char> = "-－ー.．/・~()（） 　\u{a0}\u{200b}\u{ad}\0‐–—−+\nazAZ_ぁヶ一龥内０1#日".chars().collect();
    let gap = prop_oneof![3 => Just(String::new()), 2 => vec(select(signs), 1..4).prop_map(String::from_iter)];
    let mark = prop_oneof![6 => Just(String::new()), 2 => select(vec!["-", " ", "\0", "－", ")", "\u{200b}-"]).prop_map(String::from), 1 => gap];
    (select(&TARGETS[..]), vec((any::<bool>(), mark), 18), any::<bool>(), select(vec!["", "tel", "12", "(", "＋"]))
        .prop_map(|(digits, ways, is_abroad, before)| {
            let mut text = before.to_owned();
            let rest = if is_abroad { format!("81{}", &digits[1..]) } else { digits.to_owned() };
            text.push_str(if is_abroad { "+" } else { "" });
            for (digit, (is_wide, gap)) in rest.chars().zip(ways) {
                text.extend(char::from_u32(digit as u32 + if is_wide { 0xfee0 } else { 0 }));
                text.push_str(&gap);
            }
            (digits, text)
        })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn gates_no_scattered_number_out((digits, text) in scattered()) {
        if !hits(&finder(&TARGETS), &text).is_empty() {
            prop_assert!(matches(&gate(&TARGETS), &text));
        }
        if !hits(&finder(&[digits]), &text).is_empty() {
            prop_assert!(matches(&gate(&[digits]), &text));
        }
    }

    #[test]
    fn gates_no_hit_out(text in texts()) {
        for target in TARGETS {
            if !hits(&finder(&[target]), &text).is_empty() {
                prop_assert!(matches(&gate(&[target]), &text));
            }
        }
    }
}
