//! The gclid is read from `_gcl_aw` and the address as the conversion linker writes and reads them; nothing else is
//! taken for one, and no input makes the reader panic.

use proptest::prelude::*;
use snippet_core::click_ids::{Source, gclid};

fn of_cookie(cookie: &str) -> Option<(String, Option<u64>)> {
    gclid("https://clinic.example/", cookie).map(|click| (click.value, click.clicked_at_ms))
}

#[test]
fn the_id_is_the_third_segment_and_labels_are_left() {
    let expected = Some(("Cj0KCQjw-abc_BwE".to_owned(), Some(1_753_406_116_000)));
    assert_eq!(of_cookie("_gcl_aw=GCL.1753406116.Cj0KCQjw-abc_BwE"), expected);
    assert_eq!(of_cookie("_gcl_aw=GCL.1753406116.Cj0KCQjw-abc_BwE.f-fKCJ6Q_90ZEJy0xqUC.x"), expected);
    assert_eq!(of_cookie("a=b; _gcl_aw=GCL.1753406116.~Cj0KCQjw-abc_BwE; c=d"), expected);
}

#[test]
fn of_several_cookies_the_newest_counts() {
    let cookies = "_gcl_aw=GCL.100.old; _gcl_aw=GCL.300.new; _gcl_aw=GCL.200.middle";
    assert_eq!(of_cookie(cookies), Some(("new".to_owned(), Some(300_000))));
}

#[test]
fn the_address_is_the_current_click() {
    let click = gclid("https://clinic.example/?gclid=fromUrl-1", "_gcl_aw=GCL.300.fromCookie").expect("a click");
    assert_eq!((click.value.as_str(), click.source), ("fromUrl-1", Source::Url));
}

#[test]
fn what_is_no_gclid_is_not_taken_for_one() {
    for cookie in [
        "",
        "_gcl_aw=",
        "_gcl_aw=GCL.1",
        "_gcl_aw=GCL.x.id",
        "_gcl_aw=GCL..id",
        "_gcl_aw=GCL.1.",
        "_gcl_aw=XXX.1.id",
        "_gcl_aw=GCL.1.i d",
        "_gcl_au=1.1.838220091.1787569302",
    ] {
        assert_eq!(of_cookie(cookie), None, "{cookie:?}");
    }
    for url in ["/?gclid=", "/?gclid=a%00b", "/?gclid=a%0ab", "/?gclid=<script>", "/?gclid=日本"] {
        assert_eq!(gclid(url, ""), None, "{url:?}");
    }
    let too_long = "a".repeat(513);
    assert_eq!(of_cookie(&format!("_gcl_aw=GCL.1.{too_long}")), None);
}

proptest! {
    #[test]
    fn never_panics(url in ".*", cookie in ".*") {
        let _ = gclid(&url, &cookie);
    }

    #[test]
    fn never_panics_near_the_grammar(cookie in "(_gcl_aw=(GCL|1)?\\.?[0-9.]{0,25}\\.~?[\\w.~-]{0,20}; ?){0,4}") {
        let _ = gclid("", &cookie);
    }

    #[test]
    fn what_was_written_is_read(seconds in 1_000_000_000u64..3_000_000_000, id in "[A-Za-z0-9_-]{1,120}", labels in "(\\.[\\w-]{1,9}){0,3}") {
        let cookie = format!("other=1; _gcl_aw=GCL.{seconds}.{id}{labels}");
        prop_assert_eq!(of_cookie(&cookie), Some((id.clone(), Some(seconds * 1_000))));
        let from_url = gclid(&format!("https://a.jp/p?x=1&gclid={id}#f"), &cookie).map(|click| click.value);
        prop_assert_eq!(from_url, Some(id));
    }
}
