//! A visit's channel is that of the operator's first rule that holds; a malformed rule never holds, and no text makes
//! the choice panic.

use fancy_regex::Regex;
use proptest::prelude::*;
use snippet_core::channel::{Malformed, compile};

const RULES: [(&str, &str); 10] = [
    ("google-brand", "click=gclid,wbraid,gbraid utm_campaign=brand*,%E6%8C%87%E5%90%8D"),
    ("google-ads", "click=gclid,wbraid,gbraid,dclid"),
    ("yahoo-search", "click=yclid utm_medium!=display,banner"),
    ("yahoo-display", "click=yclid,yjr_yjad,ly_c"),
    ("microsoft", "click=msclkid"),
    ("line", "utm_source=line,line%20ads"),
    ("meta", "click=fbclid referrer=facebook.com,instagram.com"),
    ("portal", "referrer=portal.example path=/lp/*"),
    ("organic", "referrer=www.google.com,google.co.jp,search.yahoo.co.jp,bing.com click!=*"),
    ("direct", "referrer=- utm_source!=*"),
];

/// The first of the rules, a line each, that holds: what the page's own language does with the compiled ones.
fn matches(rules: &str, landing: &str, referrer: &str, clicks: &str) -> Option<usize> {
    let fact = |name| match name {
        "click" => clicks,
        "referrer" => referrer,
        "landing_page" => landing,
        name => panic!("there is no fact {name}"),
    };
    rules.split('\n').position(|rule| {
        compile(rule).is_ok_and(|conditions| {
            conditions.iter().all(|condition| {
                let pattern = Regex::new(&format!("(?i){}", condition.pattern)).expect(rule);
                pattern.is_match(fact(condition.fact)).expect(rule) == condition.is_wanted
            })
        })
    })
}

fn chosen(landing: &str, referrer: &str, clicks: &str) -> Option<&'static str> {
    let rules = RULES.map(|(_, rule)| rule).join("\n");
    matches(&rules, landing, referrer, clicks).map(|index| RULES[index].0)
}

fn holds(rule: &str, landing: &str, referrer: &str, clicks: &str) -> bool {
    matches(rule, landing, referrer, clicks) == Some(0)
}

#[test]
fn the_media_of_a_japanese_advertiser_are_told_apart() {
    for (landing, referrer, clicks, channel) in [
        ("https://a.jp/?gclid=x&utm_campaign=Brand-2026", "https://www.google.com/", "gclid", Some("google-brand")),
        ("https://a.jp/?wbraid=x&utm_campaign=指名", "https://www.google.com/", "wbraid", Some("google-brand")),
        ("https://a.jp/?wbraid=x&utm_campaign=%e6%8c%87%E5%90%8d", "", "wbraid", Some("google-brand")),
        ("https://a.jp/?gclid=x&utm_campaign=summer", "https://www.google.com/", "gclid", Some("google-ads")),
        ("https://a.jp/", "", "fbclid,gclid", Some("google-ads")),
        ("https://a.jp/?yclid=YSS.1.x", "https://search.yahoo.co.jp/", "yclid", Some("yahoo-search")),
        (
            "https://a.jp/?yclid=YJAD.1.x&utm_medium=DISPLAY",
            "https://news.yahoo.co.jp/",
            "yclid",
            Some("yahoo-display"),
        ),
        ("https://a.jp/", "", "yjr_yjad", Some("yahoo-display")),
        ("https://a.jp/?msclkid=x", "https://www.bing.com/", "msclkid", Some("microsoft")),
        ("https://a.jp/?utm_source=LINE&utm_medium=cpc", "", "", Some("line")),
        ("https://a.jp/#/top?utm_source=line+ads", "", "", Some("line")),
        ("https://a.jp/?fbclid=x", "https://l.facebook.com/", "fbclid", Some("meta")),
        ("https://a.jp/lp/a?x=1", "https://www.portal.example:8443/shop/1", "", Some("portal")),
        ("https://a.jp/other", "https://www.portal.example/shop/1", "", None),
        ("https://a.jp/", "https://www.google.com/", "", Some("organic")),
        ("https://a.jp/", "https://www.google.co.jp/search?q=x", "", Some("organic")),
        ("https://a.jp/", "https://notgoogle.co.jp/", "", None),
        ("https://a.jp/", "https://google.co.jp.example/", "", None),
        ("https://a.jp/", "", "", Some("direct")),
        ("https://a.jp/?utm_source=mail", "", "", None),
    ] {
        assert_eq!(chosen(landing, referrer, clicks), channel, "{landing} {referrer} {clicks}");
    }
}

#[test]
fn values_are_patterns() {
    let landing = "https://a.jp/lp/?utm_term=50%&utm_term=second&utm_content=&utm_id=a%2Cb&utm_x=%2A";
    for rule in [
        "path=/lp/",
        "path=/LP/",
        "path=/*",
        "path=*",
        "path=/l*,x",
        "path!=/",
        "path!=/lp,/lp/?*",
        "utm_term=50%",
        "utm_term=50%25",
        "utm_term=*",
        "utm_term=5*",
        "utm_content=-",
        "utm_content!=*",
        "utm_id=a%2cb",
        "utm_id!=a,b",
        "utm_x=%2A",
        "utm_none=-",
        "utm_none!=x",
        "referrer=a.example",
        "referrer=*",
        "referrer!=-",
        "referrer!=b.example,c",
        "click=-",
        "click!=*",
        "click!=gclid",
        "",
        "  ",
        "path=/lp/  utm_term=* ",
    ] {
        assert!(holds(rule, landing, "https://x.a.example/y", ""), "{rule}");
    }
    for rule in [
        "path=/lp",
        "path=/",
        "path=lp",
        "path=/lp/x*",
        "utm_term=second",
        "utm_term=50",
        "utm_content=*",
        "utm_content=a",
        "utm_id=a,b",
        "utm_x=a",
        "utm_none=*",
        "utm_none=x",
        "referrer=-",
        "referrer=x.a.example.jp",
        "referrer=y.a.example",
        "referrer!=*",
        "referrer!=a.example",
        "click=*",
        "click=gclid",
        "path=/lp/ utm_term=no",
    ] {
        assert!(!holds(rule, landing, "https://x.a.example/y", ""), "{rule}");
    }
}

#[test]
fn a_malformed_rule_never_holds() {
    for rule in [
        "gclid",
        "=",
        "=x",
        "!=x",
        "source=x",
        "source!=x",
        "click",
        "click!",
        "click!!=x",
        "click!x=y",
        "path=/* x",
        "utm=x",
    ] {
        assert_eq!(compile(rule), Err(Malformed), "{rule}");
        assert_eq!(matches(rule, "https://a.jp/?source=x&utm=x", "", "gclid"), None, "{rule}");
    }
}

#[test]
fn the_last_rule_may_be_without_conditions() {
    assert_eq!(matches("click=gclid\n", "", "", ""), Some(1));
    assert_eq!(matches("click=gclid\n", "", "", "gclid"), Some(0));
    assert_eq!(matches("", "", "", ""), Some(0));
}

proptest! {
    #[test]
    fn any_text_is_answered(rules in "(?s).*", landing in ".*", referrer in ".*", clicks in ".*") {
        let index = matches(&rules, &landing, &referrer, &clicks);
        prop_assert!(index.is_none_or(|index| index < rules.split('\n').count()));
    }

    #[test]
    fn the_first_rule_that_holds_alone_is_chosen(
        rules in prop::collection::vec("((click|utm_source|referrer|path|x)!?=(gclid|\\*|-|a[.]jp|/lp|/%|,){1,3} ?){0,2}", 1..6),
        landing in "https://a[.]jp/(lp)?(\\?utm_source=(gclid|%|a[.]jp)?)?",
        referrer in "(https://(www[.])?a[.]jp(/|:80)?)?",
        clicks in "(gclid)?(,a)?",
    ) {
        let first = rules.iter().position(|rule| holds(rule, &landing, &referrer, &clicks));
        prop_assert_eq!(matches(&rules.join("\n"), &landing, &referrer, &clicks), first);
    }
}
