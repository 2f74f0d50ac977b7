//! Whatever the text: nothing but the number changes, nothing of the old one is left, and the way back leads back.

mod numbers;

use numbers::{
    TARGETS, finder, number, swapped,
    texts::{cases, spellings, texts},
};
use proptest::{collection::vec, prelude::*, sample::select};
use snippet_core::{
    finder::Finder,
    href::rewrite_href,
    number::Number,
    spelling::{access_length, respell},
    split::rewrite,
};

/// What stands before and behind a number that may not hide it.
fn surroundings() -> impl Strategy<Value = (&'static str, &'static str)> {
    let before =
        select(vec!["", "電話 ", "TEL:", "フリーダイヤル", "〒100-0001 東京都 ", "2024-03-12\n", "06-9999-8888、"]);
    (before, select(vec!["", "まで", "（代）", "（内線12）", " です。", "\n2024", "、06-9999-8888"]))
}

fn all() -> Finder {
    finder(&TARGETS)
}

/// Cuts `text` into nodes at the characters that these places fall on.
fn cut<'a>(text: &'a str, places: &[usize]) -> Vec<&'a str> {
    let mut ends: Vec<usize> = places.iter().map(|place| place % (text.len() + 1)).collect();
    ends.retain(|end| text.is_char_boundary(*end));
    ends.push(text.len());
    ends.sort_unstable();
    let mut start = 0;
    let node = |end| &text[std::mem::replace(&mut start, end)..end];
    ends.into_iter().map(node).collect()
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn takes_any_text(text in any::<String>(), other in texts()) {
        for text in [&text, &other] {
            let replacement = number("00786598765432");
            all().find(text);
            Number::parse(text);
            Number::from_national(text);
            respell(text, &replacement);
            rewrite_href(text, &all(), &|_| Some(replacement.clone()));
            rewrite_href(&format!("tel:{text}"), &all(), &|_| Some(replacement.clone()));
        }
    }

    #[test]
    fn takes_any_number(text in texts(), national in ".{0,12}", e164 in proptest::option::of(".{0,12}")) {
        let odd = Number { national, e164 };
        let finder = Finder::new(&[odd.clone(), number("0120123456")]);
        let hits = finder.find(&text);
        prop_assert!(hits.iter().all(|hit| hit.target == 1));
        rewrite(&[&text], &finder, &|_| Some(odd.clone()));
        finder.gate_regex_source();
    }

    #[test]
    fn changes_nothing_but_the_number(text in texts(), places in vec(any::<usize>(), 0..8), to in select(&TARGETS[..])) {
        let replacement = number(to);
        let mut expected = String::new();
        let mut done = 0;
        for hit in all().find(&text) {
            prop_assert!(hit.start >= done && hit.end > hit.start);
            prop_assert_eq!(Number::parse(&text[hit.start..hit.end]), Some(number(TARGETS[hit.target])));
            expected.push_str(&text[done..hit.start]);
            expected.push_str(&respell(&text[hit.start..hit.end], &replacement));
            done = hit.end;
        }
        expected.push_str(&text[done..]);
        let nodes = cut(&text, &places);
        prop_assert_eq!(nodes.concat(), text.clone());
        let rewritten = rewrite(&nodes, &all(), &|_| Some(replacement.clone()));
        let written: Vec<&str> =
            rewritten.texts.iter().zip(&nodes).map(|(new, old)| new.as_deref().unwrap_or(old)).collect();
        prop_assert_eq!(written.concat(), expected);
        prop_assert_eq!(rewritten.swapped.len(), all().find(&text).len());
    }

    // Not with 0078 numbers: they may have any length, so that digits beside one may read as a part of it.
    #[test]
    fn leaves_nothing_of_the_old_number(text in texts(), to in select(vec!["0697979797", "05097979797"])) {
        let rewritten = swapped(&text, "0120123456", to);
        prop_assert_eq!(finder(&["0120123456"]).find(&rewritten), []);
    }

    #[test]
    fn finds_what_it_wrote(
        spelling in spellings("0312345678"),
        (before, behind) in surroundings(),
        to in select(vec!["0120987654", "05098765432", "0466987654", "00786598765432"]),
    ) {
        let text = [before, &spelling, behind].concat();
        let rewritten = swapped(&text, "0312345678", to);
        let hits = finder(&[to]).find(&rewritten);
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
        prop_assert_eq!(access_length(to), Some(4));
        let text = [before, &spelling, behind].concat();
        let there = swapped(&text, "0120123456", to);
        prop_assert_ne!(&there, &text);
        prop_assert_eq!(swapped(&there, to, "0120123456"), text);
    }
}
