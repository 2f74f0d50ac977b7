//! A spelling that is a number and nothing else is read as that number, and nothing else is.

use snippet_core::number::Number;

fn national(spelling: &str) -> Option<String> {
    Number::parse(spelling).map(|number| number.national)
}

#[test]
fn reads_a_number_in_any_spelling() {
    for (spelling, digits) in [
        ("0312345678", "0312345678"),
        (" 03-1234-5678 ", "0312345678"),
        ("（０３）１２３４－５６７８", "0312345678"),
        ("０１２０ー１２３ー４５６", "0120123456"),
        ("0120\u{200b}123456", "0120123456"),
        ("+81-3-1234-5678", "0312345678"),
        ("+81 (0)3-1234-5678", "0312345678"),
        ("＋８１３１２３４５６７８", "0312345678"),
        ("+810312345678", "0312345678"),
        ("(+81) 90 1234 5678", "09012345678"),
        ("+81120123456", "0120123456"),
        ("0078-60101-23456", "00786010123456"),
        ("00777123", "00777123"),
    ] {
        assert_eq!(national(spelling).as_deref(), Some(digits), "{spelling}");
    }
}

#[test]
fn reads_nothing_else() {
    for text in [
        "",
        "+",
        "+81",
        "電話",
        "03-1234-5678（代）",
        "03-1234-567",
        "03-1234-56789a",
        "090-1234-56789",
        "3-1234-5678",
        "81-3-1234-5678",
        "+0312345678",
        "+00312345678",
        "+82-3-1234-5678",
        "++81312345678",
        "03-1234+5678",
        "+81+312345678",
        "+81 0078-60101-23456",
        "+8178601012345",
        "03-1234\n-5678",
        "0077",
        "007812345678901234",
    ] {
        assert_eq!(national(text), None, "{text}");
    }
    for digits in ["", "0", "03-1234-5678", "０３１２３４５６７８", "1312345678", "031234567", "031234567890"]
    {
        assert_eq!(Number::from_national(digits), None, "{digits}");
    }
}

#[test]
fn has_an_international_form_where_one_can_be_dialled() {
    let e164 = |digits| Number::from_national(digits).and_then(|number| number.e164);
    assert_eq!(e164("0312345678").as_deref(), Some("+81312345678"));
    assert_eq!(e164("08001234567").as_deref(), Some("+818001234567"));
    assert_eq!(e164("0570012345").as_deref(), Some("+81570012345"));
    assert_eq!(e164("00786010123456"), None);
    assert_eq!(e164("00777123"), None);
}
