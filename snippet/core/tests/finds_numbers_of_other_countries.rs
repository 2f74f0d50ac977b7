//! Numbers of other countries are found, kept in their form and dialled as they are configured.

mod numbers;

use numbers::{answer, finder, hits, swapper};

const US: &str = "6023133897/16023133897/3-3-4";
const US_OTHER: &str = "4155552671/14155552671/3-3-4";
const BERLIN: &str = "0301234567/49301234567/3-7";
const MUNICH: &str = "0891234567/49891234567/3-7";
const COLOGNE: &str = "02211234567/492211234567/4-7";
const PARIS: &str = "0123456789/33123456789/2-2-2-2-2";
const PARIS_OTHER: &str = "0198765432/33198765432/2-2-2-2-2";
const SHORT: &str = "12345//5";

fn swapped(text: &str, is_link: bool, from: &str, to: &str) -> Option<String> {
    let told = swapper(&[(from, to)]).swap(text, is_link, 0);
    answer(&told).1.map(str::to_owned)
}

#[test]
fn keeps_their_form() {
    for (text, from, to, expected) in [
        ("+1 602-313-3897", US, US_OTHER, "+1 415-555-2671"),
        ("Call (602) 313-3897 today", US, US_OTHER, "Call (415) 555-2671 today"),
        ("602.313.3897", US, US_OTHER, "415.555.2671"),
        ("+16023133897", US, US_OTHER, "+14155552671"),
        ("6023133897", US, US_OTHER, "4155552671"),
        ("+49 (0)30 1234567", BERLIN, MUNICH, "+49 (0)89 1234567"),
        ("+49 (0)30 1234567", BERLIN, COLOGNE, "+49 (0)221 1234567"),
        ("+49 30 1234567", BERLIN, COLOGNE, "+49 221 1234567"),
        ("030 1234567", BERLIN, COLOGNE, "0221 1234567"),
        ("030/1234567", BERLIN, COLOGNE, "0221/1234567"),
        ("01 23 45 67 89", PARIS, PARIS_OTHER, "01 98 76 54 32"),
        ("+33 1 23 45 67 89", PARIS, PARIS_OTHER, "+33 1 98 76 54 32"),
        ("+33 (0)1 23 45 67 89", PARIS, PARIS_OTHER, "+33 (0)1 98 76 54 32"),
        ("0123456789", PARIS, PARIS_OTHER, "0198765432"),
        ("FD: 12345", SHORT, "54321//5", "FD: 54321"),
        // another country's: as it is dialled there, since it has another head
        ("+1 602-313-3897", US, "05012345678", "050-1234-5678"),
    ] {
        assert_eq!(swapped(text, false, from, to).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn groups_as_configured_where_the_pages_groups_do_not_fit() {
    assert_eq!(swapped("030-123-4567", false, BERLIN, COLOGNE).as_deref(), Some("0221-1234567"));
    assert_eq!(swapped("012-3456-789", false, PARIS, "0301234567/49301234567/3-7").as_deref(), Some("030-1234-567"));
    assert_eq!(swapped("03-1234-5678", false, "0312345678", US).as_deref(), Some("602-313-3897"));
}

#[test]
fn leaves_what_is_none_of_them() {
    for text in [
        "+2 602-313-3897",
        "+1 602-313-3897-1",
        "16023133897",
        "602-313-38971",
        "FAX 602-313-3897",
        "+49 (0)(0)30 12345678",
        "602-313\n3897",
        "+12345",
        "012345",
        "$12345",
        "T6023133897",
    ] {
        assert_eq!(hits(&finder(&[US, BERLIN, SHORT]), text), [], "{text}");
    }
}

#[test]
fn dials_them() {
    for (href, from, to, expected) in [
        ("tel:+1-602-313-3897", US, US_OTHER, "tel:+14155552671"),
        ("tel:6023133897", US, US_OTHER, "tel:4155552671"),
        ("tel:+49(0)301234567;ext=1", BERLIN, COLOGNE, "tel:+492211234567;ext=1"),
        ("tel:+49301234567", BERLIN, "0120123456", "tel:+81120123456"),
        ("tel:0301234567", BERLIN, COLOGNE, "tel:02211234567"),
        ("tel:12345", SHORT, US, "tel:6023133897"),
        ("tel:+16023133897", US, SHORT, "tel:12345"),
    ] {
        assert_eq!(swapped(href, true, from, to).as_deref(), Some(expected), "{href}");
    }
    for (href, from) in
        [("tel:16023133897", US), ("tel:+12345", SHORT), ("tel:+10602313389", US), ("tel:+4912345", SHORT)]
    {
        assert_eq!(swapped(href, true, from, US_OTHER), None, "{href}");
    }
}

#[test]
fn keeps_the_place_of_what_is_no_number() {
    for odd in
        ["", "031234567", "12", "12a45//5", "//", "123456789012345678/1/1", "+81312345678", "００３１２３４５６７８"]
    {
        let engine = swapper(&[(odd, "0120987654"), ("0120123456", odd)]);
        assert_eq!(engine.swap("0120-123-456", false, 0), "1", "{odd}");
        assert_eq!(engine.swap(odd, false, 0), "", "{odd}");
    }
}
