//! Every spelling of a number that Japanese pages use is found, from its first to its last character.

mod numbers;

use numbers::{Hit, TARGETS, finder, hits, number, unmark};
use snippet_core::number::Number;

/// Numbers to be found stand in `[]`.
const SPELLINGS: &[&str] = &include!("tables/spellings.in");

#[test]
fn finds_every_japanese_spelling() {
    let finder = finder(&TARGETS);
    let mut missed = Vec::new();
    for marked in SPELLINGS {
        let (text, expected) = unmark(marked);
        let hits: Vec<Hit> = hits(&finder, &text);
        let found: Vec<String> = hits.iter().map(|hit| text[hit.start..hit.end].to_owned()).collect();
        if found != expected {
            missed.push(format!("{marked:?}: found {found:?}"));
            continue;
        }
        for (hit, piece) in hits.iter().zip(&expected) {
            assert_eq!(Number::parse(piece), Some(number(TARGETS[hit.target])), "{marked}");
        }
    }
    assert!(missed.is_empty(), "{} of {}:\n{}", missed.len(), SPELLINGS.len(), missed.join("\n"));
}

#[test]
fn reads_no_more_than_it_must() {
    let finder = finder(&TARGETS);
    for text in ["", "電話", "0120", "0120-123-45", "令和6年3月12日"] {
        assert_eq!(hits(&finder, text), [], "{text}");
    }
    assert_eq!(hits(&numbers::finder(&[]), "0120-123-456"), []);
}
