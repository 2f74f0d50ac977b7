//! Links dial the number that is shown, and stay links of the page's kind.

mod numbers;

use numbers::{answer, swapper};

fn link(href: &str, target: &str, replacement: &str) -> Option<String> {
    let engine = swapper(&[("0990111222", "0990111333"), (target, replacement)]);
    let told = engine.swap(href, true, 0);
    let (keys, link) = answer(&told);
    if keys.is_empty() {
        assert_eq!(told, "", "{href}");
        return None;
    }
    assert_eq!(keys, [1], "{href}");
    Some(link.unwrap_or(href).to_owned())
}

#[test]
fn dials_the_number_it_shows() {
    for (href, expected) in [
        ("tel:0312345678", "tel:05098765432"),
        ("tel:03-1234-5678", "tel:05098765432"),
        ("tel:03(1234)5678", "tel:05098765432"),
        ("tel: 03 1234 5678 ", "tel:05098765432"),
        ("TEL:0312345678", "TEL:05098765432"),
        ("Tel:0312345678", "Tel:05098765432"),
        ("tel://0312345678", "tel://05098765432"),
        ("tel://03-1234-5678", "tel://05098765432"),
        ("tel:+81312345678", "tel:+815098765432"),
        ("tel:+81-3-1234-5678", "tel:+815098765432"),
        ("tel:+81(0)312345678", "tel:+815098765432"),
        ("tel:+81%203%201234%205678", "tel:+815098765432"),
        ("tel:%2B81312345678", "tel:+815098765432"),
        ("tel:%2b81312345678", "tel:+815098765432"),
        ("tel:０３１２３４５６７８", "tel:05098765432"),
        ("tel:０３－１２３４－５６７８", "tel:05098765432"),
        ("tel:＋８１３１２３４５６７８", "tel:+815098765432"),
        (
            "tel:%EF%BC%90%EF%BC%93%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96%EF%BC%97%EF%BC%98",
            "tel:05098765432",
        ),
        ("tel:03%E3%83%BC1234%E3%83%BC5678", "tel:05098765432"),
        ("tel:0312345678;ext=12", "tel:05098765432;ext=12"),
        ("tel:+81312345678;ext=12", "tel:+815098765432;ext=12"),
        ("tel:0312345678%3Bext=12", "tel:05098765432%3Bext=12"),
        ("tel:0312345678,12", "tel:05098765432,12"),
        ("tel:0312345678p12", "tel:05098765432p12"),
        ("tel:0312345678#12", "tel:05098765432#12"),
        ("sms:0312345678", "sms:05098765432"),
        ("SMS:+81312345678?body=%E3%81%93%2003", "SMS:+815098765432?body=%E3%81%93%2003"),
        ("sms:0312345678&body=hi", "sms:05098765432&body=hi"),
        (" tel:0312345678", " tel:05098765432"),
    ] {
        assert_eq!(link(href, "0312345678", "05098765432").as_deref(), Some(expected), "{href}");
    }
}

#[test]
fn writes_no_plus_where_none_can_be_dialled() {
    let replacement = "00786010123456";
    assert_eq!(link("tel:+81312345678", "0312345678", replacement).as_deref(), Some("tel:00786010123456"));
    assert_eq!(link("tel:%2B81312345678", "0312345678", replacement).as_deref(), Some("tel:00786010123456"));
    assert_eq!(link("tel:0078-60101-23456", replacement, "0120987654").as_deref(), Some("tel:0120987654"));
    assert_eq!(link("tel:+8100786010123456", replacement, "0120987654"), None);
}

#[test]
fn leaves_other_links_alone() {
    for href in [
        "",
        "tel:",
        "tel://",
        "sms:?body=0312345678",
        "tel:0312345679",
        "tel:10312345678",
        "tel:03123456789",
        "tel:+0312345678",
        "tel:+1312345678",
        "tel:0312345678abc",
        "tel:%ZZ0312345678",
        "tel:%",
        "tel:%E3%81",
        "tel:0312345678%",
        "telephone:0312345678",
        "mailto:0312345678@example.jp",
        "https://example.jp/0312345678",
        "日本",
    ] {
        assert_eq!(link(href, "0312345678", "05098765432"), None, "{href}");
    }
    assert_eq!(swapper(&[("0312345678", "")]).swap("tel:0312345678", true, 0), "0");
}
