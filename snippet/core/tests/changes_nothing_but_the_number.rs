//! Whatever the text: nothing but the number changes, nothing of the old one is left, and the way back leads back.

mod numbers;

use numbers::{
    TARGETS, answer, finder, hits, number, respell, swapped, swapper,
    texts::{cases, spellings, texts},
};
use proptest::{collection::vec, prelude::*, sample::select};
use snippet_core::{engine::Engine, number::Number};

/// What stands before and behind a number that may not hide it.
fn surroundings() -> impl Strategy<Value = (&'static str, &'static str)> {
    let before =
        select(vec!["", "電話 ", "TEL:", "フリーダイヤル", "〒100-0001 東京都 ", "2024-03-12\n", "06-9999-8888、"]);
    (before, select(vec!["", "まで", "（代）", "（内線12）", " です。", "\n2024", "、06-9999-8888"]))
}

/// An engine that swaps every target for `to`.
fn all(to: &str) -> Engine {
    swapper(&TARGETS.map(|from| (from, to)))
}

/// Parts `text` into nodes at the characters that these places fall on.
fn cut(text: &str, places: &[usize]) -> String {
    let at = |end: usize| places.iter().filter(|place| **place % (text.len() + 1) == end).count();
    let mut nodes = "\0".repeat(at(0));
    for (start, character) in text.char_indices() {
        nodes.push(character);
        nodes.push_str(&"\0".repeat(at(start + character.len_utf8())));
    }
    nodes
}

/// What a text becomes.
fn rewritten(engine: &Engine, text: &str) -> String {
    let told = engine.swap(text, false, 0);
    answer(&told).1.unwrap_or(text).to_owned()
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn takes_any_text(text in any::<String>(), other in texts()) {
        for text in [&text, &other] {
            let engine = all("00786598765432");
            engine.swap(text, false, 0);
            engine.swap(text, true, 0);
            engine.swap(&format!("tel:{text}"), true, 7);
            Engine::discover(text);
            Number::parse(text);
            Number::from_national(text);
        }
    }

    #[test]
    fn takes_any_configuration(
        text in texts(),
        odd in prop_oneof![".{0,12}", "[0-9 /\\-\n]{0,30}", "[0-9]{0,3} 0?[0-9]{3,18}/[0-9]{0,15}/[0-9\\-]{0,8} 0[0-9]{9}"],
    ) {
        let mut engine = Engine::new();
        engine.arm(&format!("0 0120123456 0120123456\n{odd}\n0 0312345678 {odd}"));
        for is_link in [false, true] {
            engine.swap(&text, is_link, 0);
            engine.swap(&format!("tel:{text}"), is_link, 1);
        }
        prop_assert_eq!(engine.find("0120-123-456", 0), [(0, 0..12)]);
    }

    #[test]
    fn changes_nothing_but_the_number(text in texts(), places in vec(any::<usize>(), 0..8), to in select(&TARGETS[..])) {
        let found = hits(&finder(&TARGETS), &text);
        let mut expected = String::new();
        let mut done = 0;
        for hit in &found {
            prop_assert!(hit.start >= done && hit.end > hit.start);
            prop_assert_eq!(Number::parse(&text[hit.start..hit.end]), Some(number(TARGETS[hit.target])));
            expected.push_str(&text[done..hit.start]);
            expected.push_str(&respell(&text[hit.start..hit.end], to));
            done = hit.end;
        }
        expected.push_str(&text[done..]);
        let told = all(to).swap(&text, false, 0);
        let (keys, new) = answer(&told);
        prop_assert_eq!(new.unwrap_or(&text), &expected);
        prop_assert_eq!(keys, found.iter().map(|hit| hit.target).collect::<Vec<_>>());
        // The same over nodes, each of which keeps its place.
        let nodes = cut(&text, &places);
        let new = rewritten(&all(to), &nodes);
        prop_assert_eq!(new.matches('\0').count(), nodes.matches('\0').count());
        prop_assert_eq!(new.replace('\0', ""), expected.replace('\0', ""));
    }

    /// Nodes end where they did: between the same characters that are no digits and separators of a number.
    #[test]
    fn leaves_every_node_where_it_is(
        spelling in spellings("0312345678"),
        places in vec(any::<usize>(), 0..8),
        to in select(vec!["0120987654", "05098765432", "0466987654", "00786598765432"]),
    ) {
        let nodes = cut(&format!("前{spelling}後"), &places);
        let new = swapper(&[("0312345678", to)]).swap(&nodes, false, 0);
        let new = answer(&new).1.expect("a number that is found").to_owned();
        let outer = |text: &str| {
            let counts = text.split(['前', '後']).map(|part| part.matches('\0').count());
            counts.collect::<Vec<_>>()
        };
        prop_assert_eq!(outer(&new), outer(&nodes));
    }

    // Not with 0078 numbers: they may have any length, so that digits beside one may read as a part of it.
    #[test]
    fn leaves_nothing_of_the_old_number(text in texts(), to in select(vec!["0697979797", "05097979797"])) {
        let rewritten = swapped(&text, "0120123456", to);
        prop_assert_eq!(hits(&finder(&["0120123456"]), &rewritten), []);
    }

    #[test]
    fn finds_what_it_wrote(
        spelling in spellings("0312345678"),
        (before, behind) in surroundings(),
        to in select(vec!["0120987654", "05098765432", "0466987654", "00786598765432"]),
    ) {
        let text = [before, &spelling, behind].concat();
        let rewritten = swapped(&text, "0312345678", to);
        let hits = hits(&finder(&[to]), &rewritten);
        prop_assert_eq!(hits.len(), 1, "{} to {}", text, rewritten);
        prop_assert_eq!(hits[0].start, before.len());
        prop_assert_eq!(hits[0].end, rewritten.len() - behind.len());
    }

    #[test]
    fn leads_back(
        spelling in spellings("0120123456"),
        (before, behind) in surroundings(),
        to in select(vec!["0120987654", "0570987654", "0990123456"]),
    ) {
        let text = [before, &spelling, behind].concat();
        let there = swapped(&text, "0120123456", to);
        prop_assert_ne!(&there, &text);
        prop_assert_eq!(swapped(&there, to, "0120123456"), text);
    }
}
