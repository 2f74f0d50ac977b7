//! Digits that are those of a target, but belong to something else, are left alone.

mod numbers;

use numbers::{TARGETS, finder, hits};

/// Texts in which nothing is to be found.
const OTHERS: &[&str] = &include!("tables/others.in");

#[test]
fn takes_nothing_else_for_a_number() {
    let finder = finder(&TARGETS);
    let taken: Vec<_> = OTHERS
        .iter()
        .filter_map(|text| hits(&finder, text).first().map(|hit| format!("{text:?}: {:?}", &text[hit.start..hit.end])))
        .collect();
    assert!(taken.is_empty(), "{} of {}:\n{}", taken.len(), OTHERS.len(), taken.join("\n"));
}
