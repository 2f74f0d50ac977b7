//! Every Japanese number in a text is told, whoever's it is, and nothing else.

mod numbers;

use numbers::{
    TARGETS, finder, hits,
    texts::{cases, texts},
    unmark,
};
use proptest::prelude::*;
use snippet_core::{engine::Engine, number::Number};

const SPELLINGS: &[&str] = &include!("tables/spellings.in");
const OTHERS: &[&str] = &include!("tables/others.in");

/// What is discovered in texts where no number of the site stands: numbers to call that are somebody else's.
const SOMEBODY_ELSES: &[(&str, &[&str])] = &[
    ("TEL 03-9999-8888 FAX 03-1234-5678", &["0399998888"]),
    ("TEL:03-9999-8888/FAX:03-1234-5678", &["0399998888"]),
    ("TEL03-9999-8888(代) FAX03-1234-5678", &["0399998888"]),
    ("T:03-9999-8888 F:03-1234-5678", &["0399998888"]),
    ("03-9999-8888 (FAX 03-1234-5678)", &["0399998888"]),
];

fn discovered(text: &str) -> Vec<String> {
    Engine::discover(text).lines().map(str::to_owned).collect()
}

#[test]
fn discovers_every_japanese_number() {
    for (text, expected) in [
        ("0120-123-456", "0120123456"),
        ("フリーダイヤル０１２０－１２３－４５６まで", "0120123456"),
        ("0800-123-4567", "08001234567"),
        ("0570-012-345", "0570012345"),
        ("050-1234-5678", "05012345678"),
        ("03-1234-5678", "0312345678"),
        ("0312345678", "0312345678"),
        ("04992-2-2345", "0499222345"),
        ("090-1234-5678", "09012345678"),
        ("0120\0-123\0-456", "0120123456"),
        ("0078-60101-23456", "00786010123456"),
        ("0078(60101)23456", "00786010123456"),
        ("0066-9687-1234", "006696871234"),
        ("0037-6001-234", "00376001234"),
        ("00777-123", "00777123"),
        ("00786010123456789", "00786010123456789"),
        ("+81-3-1234-5678", "0312345678"),
        ("+81 (0)3-1234-5678", "0312345678"),
        ("+81 90 1234 5678", "09012345678"),
        ("+81312345678", "0312345678"),
    ] {
        assert_eq!(discovered(text), [expected], "{text}");
    }
}

#[test]
fn discovers_several() {
    assert_eq!(
        discovered("TEL 03-1111-2222/0078-60101-23456\n+81-3-1234-5678 FAX 03-1111-2223"),
        ["0311112222", "00786010123456", "0312345678"]
    );
    assert_eq!(discovered("0078-60101-23456 03-1111-2222"), ["00786010123456", "0311112222"]);
}

#[test]
fn discovers_every_spelling() {
    let mut missed = Vec::new();
    for marked in SPELLINGS {
        let (text, pieces) = unmark(marked);
        let found = discovered(&text);
        for piece in pieces {
            let number = Number::parse(&piece).expect("a number").national;
            if !found.contains(&number) {
                missed.push(format!("{marked}: {found:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn takes_nothing_else_for_a_number() {
    let mut taken = Vec::new();
    for text in OTHERS {
        let elses = SOMEBODY_ELSES.iter().find(|(other, _)| other == text).map_or(&[][..], |(_, numbers)| numbers);
        let found = discovered(text);
        if found != elses {
            taken.push(format!("({text:?}, &{found:?}),"));
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
    for text in
        ["00120-123-456", "0100-123-456", "020-1234-5678", "001-1234-5678", "0312-3456", "", "00781234567890123456"]
    {
        assert_eq!(discovered(text), [""; 0], "{text}");
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    /// Such as the site would find, were it looking for it.
    #[test]
    fn discovers_what_would_be_found(text in texts()) {
        let found = discovered(&text);
        for number in &found {
            prop_assert!(!hits(&finder(&[number]), &text).is_empty(), "{}", number);
        }
        for target in TARGETS.iter().filter(|target| !target.starts_with("00")) {
            let known = !hits(&finder(&[target]), &text).is_empty();
            prop_assert!(!known || found.iter().any(|number| number == target), "{}", target);
        }
    }
}
