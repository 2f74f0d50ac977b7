//! Every click id is read from the cookie and the parameter that its platform writes, with the time of the click where
//! the cookie says one; nothing else is taken for one, whatever is read.

use proptest::prelude::*;
use snippet_core::visitor::{Click, kind_of, read};

fn clicks(url: &str, document_cookie: &str) -> Vec<Click> {
    read(url, document_cookie, &[""; 0]).clicks
}

fn of_cookie(document_cookie: &str) -> Vec<Click> {
    clicks("https://clinic.example/?page=2", document_cookie)
}

fn cookie(kind: &'static str, value: &str, clicked_at_ms: u64) -> Click {
    let clicked_at_ms = Some(clicked_at_ms).filter(|time| *time > 0);
    Click { kind, value: value.to_owned(), clicked_at_ms, is_from_address: false }
}

fn url(kind: &'static str, value: &str) -> Click {
    Click { is_from_address: true, ..cookie(kind, value, 0) }
}

#[test]
fn cookies_are_read_in_their_platforms_grammars() {
    let gb = "CloKCQjws4fE-RoCbMg";
    let ag = "0AAAAACSxmhx_icvzNIExfdRM4i3HDnnog";
    for (written, kind, value, time) in [
        ("_gcl_aw=GCL.1753406116.Cj0KCQjw-abc_BwE", "gclid", "Cj0KCQjw-abc_BwE", 1_753_406_116_000),
        ("_gcl_aw=GCL.1753406116.Cj0-a.f-fKCJ6Q_90ZEJy0xqUC.x", "gclid", "Cj0-a", 1_753_406_116_000),
        ("a=b; _gcl_aw=GCL.1753406116.~Cj0-a; c=d", "gclid", "Cj0-a", 1_753_406_116_000),
        ("_gac_UA-1234567-1=1.1753406116.Cj0-a", "gclid", "Cj0-a", 1_753_406_116_000),
        ("_gcl_dc=GCL.1753406116.CIiS", "dclid", "CIiS", 1_753_406_116_000),
        ("_gcl_gb=GCL.1753406116.CloKCQjws4fE-RoCbMg.f-fKCJ6Q_90ZEJy0xqUC", "wbraid", gb, 1_753_406_116_000),
        ("_gac_gb_ABC123=1.1753406116.CloKCQjws4fE-RoCbMg", "wbraid", gb, 1_753_406_116_000),
        (
            "_gcl_ag=2.1.k0AAAAACSxmhx_icvzNIExfdRM4i3HDnnog$i1753406116$bf-fKCJ6Q_90ZEJy0xqUC",
            "gbraid",
            ag,
            1_753_406_116_000,
        ),
        ("_gcl_ag=2.1.i1753406116$u7$k0AAAAACSxmhx_icvzNIExfdRM4i3HDnnog", "gbraid", ag, 1_753_406_116_000),
        ("_gcl_ag=2.1.k0i-k$u7$i1753406116", "gbraid", "0i-k", 1_753_406_116_000),
        (
            "_ycl_yjad=YJAD.1234567890.1EALEzSJBNabcdEFGBE1",
            "yclid",
            "YJAD.1234567890.1EALEzSJBNabcdEFGBE1",
            1_234_567_890_000,
        ),
        ("_yjr_yjad=1600000000.f0", "yjr_yjad", "1600000000.f0", 1_600_000_000_000),
        ("_ly_c=Abc-1.x", "ly_c", "Abc-1.x", 0),
        ("_ly_r=f0", "ly_r", "f0", 0),
        ("_ly_su=ab.cd", "ly_su", "ab.cd", 0),
        ("_uetmsclkid=_uete1ec00b001061fe751d6696cdb18353c", "msclkid", "e1ec00b001061fe751d6696cdb18353c", 0),
        ("_fbc=fb.1.1554763741205.AbCdEfGhIjKlMnOpQr", "fbclid", "AbCdEfGhIjKlMnOpQr", 1_554_763_741_205),
        ("ttclid=E.C.P.Cq0BAE-x", "ttclid", "E.C.P.Cq0BAE-x", 0),
        ("li_fat_id=2e1f5b1c-7d3e-4e9b", "li_fat_id", "2e1f5b1c-7d3e-4e9b", 0),
    ] {
        assert_eq!(of_cookie(written), [cookie(kind, value, time)], "{written}");
    }
}

#[test]
fn parameters_are_read_in_the_query_and_in_the_fragment() {
    for (written, kind, value) in [
        ("gclid=Cj0KCQjw-abc_BwE", "gclid", "Cj0KCQjw-abc_BwE"),
        ("dclid=CIiS", "dclid", "CIiS"),
        ("wbraid=CloK", "wbraid", "CloK"),
        ("gbraid=0AAAAAC", "gbraid", "0AAAAAC"),
        (
            "yclid=YSS.1000425224.EAIaIQobChMI546nt8-X_wIVUsxMAh3",
            "yclid",
            "YSS.1000425224.EAIaIQobChMI546nt8-X_wIVUsxMAh3",
        ),
        ("yclid=YJAD.1234567890.1EALE", "yclid", "YJAD.1234567890.1EALE"),
        ("yclid=YSS%2e1000425224%2EEAI%61", "yclid", "YSS.1000425224.EAIa"),
        ("yj_r=a1b2c3d4e5", "yjr_yjad", "a1b2c3d4e5"),
        ("ly_c=Abc", "ly_c", "Abc"),
        ("_ly_c=Abc", "ly_c", "Abc"),
        ("_ly_r=Abc", "ly_r", "Abc"),
        ("_ly_su=Abc", "ly_su", "Abc"),
        ("msclkid=e1ec00b001061fe751d6696cdb18353c", "msclkid", "e1ec00b001061fe751d6696cdb18353c"),
        ("fbclid=IwAR0_a-b", "fbclid", "IwAR0_a-b"),
        ("ttclid=E.C.P.Cq0BAE-x", "ttclid", "E.C.P.Cq0BAE-x"),
        ("twclid=2-5r8", "twclid", "2-5r8"),
        ("li_fat_id=2e1f5b1c-7d3e-4e9b", "li_fat_id", "2e1f5b1c-7d3e-4e9b"),
    ] {
        for address in [
            format!("https://a.jp/?{written}"),
            format!("https://a.jp/p?b=1&{written}&c=%E6%97%A5%#top"),
            format!("https://a.jp#{written}"),
            format!("https://a.jp/?x=y#/menu?b&{written}"),
        ] {
            assert_eq!(clicks(&address, ""), [url(kind, value)], "{address}");
        }
    }
}

#[test]
fn the_address_is_the_current_click_and_takes_the_time_of_its_cookie() {
    let cookies = "_gcl_aw=GCL.300.other; _gcl_aw=GCL.200.same; _fbc=fb.1.900000.fb";
    let mut same = url("gclid", "same");
    same.clicked_at_ms = Some(200_000);
    assert_eq!(
        clicks("https://a.jp/?gclid=same&gclid=second", cookies),
        [same, cookie("fbclid", "fb", 900_000), cookie("gclid", "other", 300_000)]
    );
}

#[test]
fn of_several_cookies_the_newest_comes_first_and_equal_ids_are_one() {
    let cookies = "_gcl_aw=GCL.100.old; _gcl_aw=GCL.200.middle; _gcl_aw=GCL.300.new; _gac_UA-1-1=1.400.old; _ly_c=new";
    assert_eq!(
        of_cookie(cookies),
        [
            cookie("gclid", "old", 400_000),
            cookie("gclid", "new", 300_000),
            cookie("gclid", "middle", 200_000),
            cookie("ly_c", "new", 0)
        ]
    );
}

#[test]
fn what_is_no_click_id_is_not_taken_for_one() {
    for written in [
        "",
        "_gcl_aw=",
        "_gcl_aw=GCL.1",
        "_gcl_aw=GCL.x.id",
        "_gcl_aw=GCL..id",
        "_gcl_aw=GCL.1.",
        "_gcl_aw=XXX.1.id",
        "_gcl_aw=GCL.1.i d",
        "_gcl_aw=GCL.1.日本",
        "a_gcl_aw=GCL.1.id",
        "_gcl_awe=GCL.1.id",
        "_gac_=1.1.id",
        "_gcl_au=1.1.838220091.1787569302",
        "_gcl_gs=2.1.k1$i1750842793$u172102693",
        "_gcl_ag=2.1.i1750842793$u172102693",
        "_ycl_yjad=YSS",
        "_yjr_yjad=f0",
        "_uetmsclkid=e1ec00b001061fe751d6696cdb18353c",
        "_fbc=fb.1.AbC",
        "gclid=undefined",
    ] {
        assert_eq!(of_cookie(written), [], "{written:?}");
    }
    for address in [
        "",
        "https://a.jp/gclid=x",
        "/?xgclid=x",
        "/?gclid",
        "/?gclid=",
        "/?gclid=%7",
        "/?gclid=%ff",
        "/?gclid=a%00b",
        "/?gclid=a%0ab",
        "/?gclid%3Dabc",
        "/?gclid=a+b",
        "/?gclid=a.b",
        "/?gclid=<script>",
        "/?gclid=日本",
        "/?yclid=12345678901234567890",
        "/?next=%2F%3Fa%26gclid%3Dx",
        "/?_gcl_aw=GCL.1.id",
    ] {
        assert_eq!(clicks(address, ""), [], "{address:?}");
    }
}

#[test]
fn an_id_is_told_whole_or_not_at_all() {
    let long = "a".repeat(512);
    let written = format!("_gcl_aw=GCL.1.{long}");
    assert_eq!(of_cookie(&written), [cookie("gclid", &long, 1_000)]);
    assert_eq!(of_cookie(&format!("{written}a")), []);
    assert_eq!(clicks(&format!("/?gclid={long}a"), ""), []);
}

#[test]
fn a_time_that_cannot_be_is_not_told() {
    assert_eq!(of_cookie("_gcl_aw=GCL.99999999999999999999999.id"), [cookie("gclid", "id", 0)]);
    assert_eq!(of_cookie("_gcl_aw=GCL.0001753406116.id"), [cookie("gclid", "id", 1_753_406_116_000)]);
}

#[test]
fn a_parameter_alone_is_read_as_in_an_address() {
    for (parameter, value, kind) in [
        ("gclid", "Cj0KCQjw-abc_BwE", Some("gclid")),
        ("yj_r", "a1b2c3d4e5", Some("yjr_yjad")),
        ("_ly_c", "Abc", Some("ly_c")),
        ("ly_c", "Abc", Some("ly_c")),
        ("yclid", "YSS.1.EAI", Some("yclid")),
        // Another platform's, of the same name.
        ("yclid", "12345678901234567890", None),
        ("gclid", "a.b", None),
        // Not known here, or named by its kind already.
        ("epik", "dj0y", Some("epik")),
        ("yjr_yjad", "a1b2", Some("yjr_yjad")),
    ] {
        assert_eq!(kind_of(parameter, value), kind, "{parameter}={value}");
    }
}

/// What is told for a click id must be one, since the service keeps it.
fn are_ids(clicks: &[Click]) -> bool {
    let is_id = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    clicks.iter().all(|click| (1..=512).contains(&click.value.len()) && click.value.chars().all(is_id))
}

proptest! {
    #[test]
    fn any_text_is_read(address in ".*", document_cookie in ".*", name in ".*") {
        prop_assert!(are_ids(&read(&address, &document_cookie, &[name]).clicks));
    }

    #[test]
    fn texts_near_the_grammars_are_read(
        names in prop::collection::vec("_gcl_a[wg]|_gac_gb_1|_ga_?A?|_fbc|_yjr_yjad|_ycl_yjad", 0..5),
        values in prop::collection::vec("(GCL|YJAD|GS2|fb|2\\.1)?[.]?[0-9]{0,25}[.$][ski~]?[\\w.~$%+\"\\\\-]{0,20}", 0..5),
    ) {
        let cookies: Vec<String> = names.iter().zip(&values).map(|(name, value)| format!("{name}={value}")).collect();
        let address = format!("https://a.jp/?{}#{}", cookies.join("&"), values.join("?"));
        prop_assert!(are_ids(&read(&address, &cookies.join("; "), &names).clicks));
    }

    #[test]
    fn what_was_written_is_read(
        seconds in 1_000_000_000u64..3_000_000_000,
        id in "[A-Za-z0-9_-]{1,120}",
        labels in "(\\.[A-Za-z0-9_-]{1,9}){0,3}",
    ) {
        let document_cookie = format!("other=1; _gcl_aw=GCL.{seconds}.{id}{labels}");
        prop_assert_eq!(of_cookie(&document_cookie), [cookie("gclid", &id, seconds * 1_000)]);
        let address = format!("https://a.jp/p?x=1&gclid={id}#f");
        prop_assert_eq!(&clicks(&address, "")[0], &url("gclid", &id));
    }
}
