//! The ids under which analytics and ad tools know this browser are sent, and the cookies that the operator names, as
//! they are; logins never are, and nothing that was not asked for.

use serde_json::{Value, json};
use snippet_core::visitor::read;

fn cookies(document_cookie: &str, names: &[&str]) -> Value {
    let told = read("https://a.jp/", document_cookie, names).cookies;
    told.into_iter().map(|(name, value)| (name, value.into())).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn the_ids_of_analytics_are_those_that_its_interfaces_take() {
    for (written, key, value) in [
        ("_ga=GA1.1.1958185836.1757409569", "ga_client_id", "1958185836.1757409569"),
        ("_ga=GA1.2-3.1958185836.1757409569", "ga_client_id", "1958185836.1757409569"),
        ("_ga_ABC123=GS1.1.1700000123.4.1.1700000456.0.0.0", "ga_session_id", "1700000123"),
        ("_ga_ABC123=GS2.1.s1757409568$o1$g0$t1757409591$j37$l0$h0", "ga_session_id", "1757409568"),
        ("_ga_ABC123=GS2.1.o1$g0$t1757409591$j37$s1757409568$dsoN", "ga_session_id", "1757409568"),
    ] {
        assert_eq!(cookies(written, &[]), json!({ key: value }), "{written}");
    }
    for written in ["_ga=", "_ga=1958185836.1757409569", "_ga_ABC=GS3.x", "_ga_ABC=GS2.1.o1$g0", "_gat_UA-1-1=1"] {
        assert_eq!(cookies(written, &[]), json!({}), "{written}");
    }
}

#[test]
fn the_ids_of_ad_tools_are_sent_as_they_are() {
    let auid = "1.1.838220091.1787569302.-.-.1787569303.1614764677.1787569303.1787569303";
    let fbp = "fb.1.1548109382354.1750803567";
    let written = format!("_gcl_au={auid}; _fbp={fbp}; _gid=GA1.2.1.1; theme=dark");
    assert_eq!(cookies(&written, &[]), json!({"_gcl_au": auid, "_fbp": fbp}));
}

#[test]
fn named_cookies_are_sent_as_they_were_set() {
    let flags = "%7B%22Version%22%3A1%2C%22XDomain%22%3A%221%22%7D";
    let munchkin = "id:123-ABC-456&token:_mch-example.com-1597251538239-65733";
    let written = format!(
        "_biz_flagsA={flags}; _mkto_trk={munchkin}; hubspotutk=cbc533be50f7620d527227e2034176db; q=\"a\\\u{1}\t日本%\"; _ga=GA1.1.1.2; x=1"
    );
    assert_eq!(
        cookies(&written, &["_biz_flagsA", "_mkto_trk", "hubspotutk", "q", "_biz_uid", "_ga"]),
        json!({
            "_biz_flagsA": flags,
            "_mkto_trk": munchkin,
            "hubspotutk": "cbc533be50f7620d527227e2034176db",
            "q": "\"a\\\u{1}\t日本%\"",
            "ga_client_id": "1.2",
            "_ga": "GA1.1.1.2",
        })
    );
}

#[test]
fn of_several_cookies_of_one_name_the_first_is_sent_once() {
    let known = read("", "_biz_uid=a; _biz_uid=b; _fbp=fb.1.2.3; _fbp=fb.4; gclid=x", &["_biz_uid", "_fbp", "gclid"]);
    let told = [("_biz_uid", "a"), ("_fbp", "fb.1.2.3"), ("gclid", "x")];
    assert_eq!(known.cookies, told.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(known.clicks, []);
}

#[test]
fn logins_and_what_is_too_long_stay_in_the_browser() {
    for name in
        ["PHPSESSID", "phpsessid", "JSESSIONID", "ASP.NET_SessionId", "connect.sid", "laravel_session", "sessionid"]
    {
        assert_eq!(cookies(&format!("{name}=secret"), &[name]), json!({}), "{name}");
    }
    let long = "x".repeat(1_024);
    assert_eq!(cookies(&format!("a={long}; b={long}x"), &["a", "b"]), json!({ "a": long }));
    // A name is a name: no pattern.
    assert_eq!(cookies("a=1; ab=2", &["*", "a*", "A"]), json!({}));
}
