//! A number whose digits are spread over elements is swapped as a whole, and the elements stay.

mod numbers;

use numbers::{answer, swapper};

/// Text nodes are parted by `|`.
fn swap(nodes: &str, from: &str, to: &str) -> String {
    let text = nodes.replace('|', "\0");
    let told = swapper(&[(from, to)]).swap(&text, false, 0);
    let new = answer(&told).1.unwrap_or(&text);
    assert_eq!(new.split('\0').count(), nodes.split('|').count());
    new.replace('\0', "|")
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
    let told =
        swapper(&[("0120123456", "0120987654")]).swap("電話 \x000120\0-\x00123\0-456\0 まで 0120-123-4567", false, 0);
    assert_eq!(told, "0\0電話 \x000120\0-\x00987\0-654\0 まで 0120-123-4567");
}

#[test]
fn tells_the_targets_in_the_order_of_the_page() {
    let engine = swapper(&[("0120123456", "0120987654"), ("0312345678", ""), ("0570012345", "0570987654")]);
    let told = engine.swap("0570-012-345 03-1234-5678 \x000120-123-456,0120(123)456", false, 0);
    assert_eq!(told, "2,1,0,0\x000570-987-654 03-1234-5678 \x000120-987-654,0120(987)654");
}

#[test]
fn sees_what_touches_in_the_next_element() {
    for nodes in [
        "1|0120-123-456",
        "0120-123-456|7",
        "0120-123-456|-|7",
        "FAX|: |0120-123-456",
        "￥|0120123456",
        "AB|0120123456",
    ] {
        assert_eq!(swap(nodes, "0120123456", "0120987654"), nodes);
    }
    assert_eq!(swapper(&[("0120123456", "")]).swap("", false, 0), "");
}
