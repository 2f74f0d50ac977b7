//! A number whose digits are spread over elements is swapped as a whole, and the elements stay.

mod numbers;

use numbers::{finder, number};
use snippet_core::split::rewrite;

/// Text nodes are parted by `|`.
fn swap(nodes: &str, from: &str, to: &str) -> String {
    let texts: Vec<&str> = nodes.split('|').collect();
    let rewritten = rewrite(&texts, &finder(&[from]), &|_| Some(number(to)));
    assert_eq!(rewritten.texts.len(), texts.len());
    let texts: Vec<String> =
        rewritten.texts.into_iter().zip(&texts).map(|(new, old)| new.unwrap_or_else(|| (*old).to_owned())).collect();
    texts.join("|")
}

#[test]
fn swaps_numbers_split_over_elements() {
    for (nodes, to, expected) in [
        // as many digits: only digits change
        ("0120|-|123|-456", "0120987654", "0120|-|987|-654"),
        ("TEL |0120|-123-|456|まで", "0120987654", "TEL |0120|-987-|654|まで"),
        ("0|1|2|0|-|1|2|3|-|4|5|6", "0120987654", "0|1|2|0|-|9|8|7|-|6|5|4"),
        ("01|20-12|3-4|56", "0120987654", "01|20-98|7-6|54"),
        ("|0120||-123|-|456|", "0120987654", "|0120||-987|-|654|"),
        ("(|0120|)|123-456", "0120987654", "(|0120|)|987-654"),
        ("０１２０|－|１２３－４５６", "0120987654", "０１２０|－|９８７－６５４"),
        // other groups: one over the other
        ("0120|-|123|-456", "05098765432", "050|-|9876|-5432"),
        ("0120|-|123|-|456", "0398765432", "03|-|9876|-|5432"),
        ("0120|-123-456| まで", "05098765432", "050|-9876-5432| まで"),
        ("0|1|2|0|-|1|2|3|-|4|5|6", "05098765432", "0|5|0||-|9|8|76|-|5|4|32"),
        ("0120|-|12|-|34|-|56", "05098765432", "050|-|9876|-|5432||"),
        ("0120|123|456", "05098765432", "0509|876|5432"),
        ("(|0120|)123456", "05098765432", "(|050|)9876-5432"),
        ("+81|-120-|123|-456", "05098765432", "+81|-50-|9876|-5432"),
        ("+81|-120-|123|-456", "00786598765432", "|0078-|65987|-65432"),
    ] {
        assert_eq!(swap(nodes, "0120123456", to), expected, "{nodes} to {to}");
    }
}

#[test]
fn leaves_nodes_untouched_that_do_not_change() {
    let texts = ["電話 ", "0120", "-", "123", "-456", " まで 0120-123-4567"];
    let rewritten = rewrite(&texts, &finder(&["0120123456"]), &|_| Some(number("0120987654")));
    assert_eq!(rewritten.texts, [None, None, None, Some("987".into()), Some("-654".into()), None]);
    assert_eq!(rewritten.swapped, [0]);
}

#[test]
fn tells_the_targets_in_the_order_of_the_page() {
    let finder = finder(&["0120123456", "0312345678", "0570012345"]);
    let number_of = |target: usize| [Some("0120987654"), None, Some("0570987654")][target].map(number);
    let rewritten = rewrite(&["0570-012-345 03-1234-5678 ", "0120-123-456,0120(123)456"], &finder, &number_of);
    assert_eq!(rewritten.swapped, [2, 0, 0]);
    assert_eq!(rewritten.texts, [Some("0570-987-654 03-1234-5678 ".into()), Some("0120-987-654,0120(987)654".into())]);
}

#[test]
fn sees_what_touches_in_the_next_element() {
    for nodes in ["1|0120-123-456", "0120-123-456|7", "0120-123-456|-|7", "FAX|: |0120-123-456", "￥|0120123456"] {
        assert_eq!(swap(nodes, "0120123456", "0120987654"), nodes);
    }
    assert_eq!(rewrite(&[], &finder(&["0120123456"]), &|_| None).texts, []);
}
