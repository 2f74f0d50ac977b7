//! `[[site.conversion]]`: what a document says is what the file will be; what no platform would take is refused at once, all
//! of it, with its place.

mod conversion_support;
mod http_support;

use conversion_support::configured;
use http_support::{CLINIC, TestApp, findings};
use pool_service::domain::{
    conversion::{
        Braid, Conversion, Target, Which,
        money::{Amount, Currency},
    },
    time::Span,
};

/// The conversions of the clinic by this document.
async fn read(conversions: &str) -> Vec<Conversion> {
    let app = TestApp::empty().await;
    app.apply(&configured(CLINIC, conversions)).await.expect("a valid document");
    let configured = app.service.configured();
    let clinic = configured.configuration().sites.iter().find(|site| site.id.as_str() == "clinic").expect("a site");
    clinic.conversions.clone()
}

#[tokio::test]
async fn a_conversion_needs_only_its_target_and_name() {
    let short = read("[[site.conversion]]\ntarget = \"google-ads\"\nname = \"Phone call\"").await;
    let hours = |hours: u64| Span::from_seconds(hours * 3_600);
    let expected = Conversion {
        target: Target::GoogleAds,
        name: "Phone call".to_owned(),
        value: None,
        currency: None,
        which: Which::Valid,
        include_likely: false,
        braids: Vec::new(),
        consent_columns: false,
        minimum_age: hours(6),
        maximum_age: Some(hours(90 * 24)),
        zone: "Asia/Tokyo".to_owned(),
        days: 7,
    };
    assert_eq!(short, std::slice::from_ref(&expected));
    let long = r#"
        [[site.conversion]]
        target = "google-ads"
        name = "Termin"
        value = 12.5
        currency = "EUR"
        which = "outcome:appointment,order"
        include_likely = true
        braids = ["gbraid", "wbraid"]
        consent_columns = true
        minimum_age_hours = 12
        maximum_age_days = 30
        zone = "europe/berlin"
        days = 14
    "#;
    let expected = Conversion {
        name: "Termin".to_owned(),
        value: Amount::parse("12.5"),
        currency: Currency::parse("EUR"),
        which: Which::Outcome(vec!["appointment".to_owned(), "order".to_owned()]),
        include_likely: true,
        braids: vec![Braid::Gbraid, Braid::Wbraid],
        consent_columns: true,
        minimum_age: hours(12),
        maximum_age: Some(hours(30 * 24)),
        zone: "Europe/Berlin".to_owned(),
        days: 14,
        ..expected
    };
    assert_eq!(read(long).await, [expected]);
}

#[tokio::test]
async fn everything_wrong_is_said_at_once_with_its_place() {
    let wrong = r#"
        [[site.conversion]]
        target = "bing"
        name = "a"
        [[site.conversion]]
        target = "yahoo"
        name = "電話📞"
        value = "5,000"
        currency = "円"
        which = "outcome:"
        zone = "Tokyo"
        days = 0
        [[site.conversion]]
        target = "google-ads"
        name = "=1+1"
        value = 100
        minimum_age_hours = 48
        maximum_age_days = 2
        [[site.conversion]]
        target = "yahoo-display"
        name = "b"
        currency = "USD"
        braids = ["gbraid"]
        consent_columns = true
        [[site.conversion]]
        target = "salesforce-task"
        name = " c"
        [[site.conversion]]
        target = "yahoo-display"
        name = "b"
    "#;
    let app = TestApp::empty().await;
    let said = findings(app.apply(&configured(CLINIC, wrong)).await);
    let place = |name: &str| format!("site \"clinic\", conversion {name:?}: ");
    let expected = [
        ("a", "target \"bing\" must be one of google-ads, yahoo, yahoo-display, microsoft, salesforce-task"),
        ("電話📞", "which \"outcome:\" must be valid, answered, or outcome: with names of outcomes"),
        ("電話📞", "zone \"Tokyo\" must be a name of the IANA time zone database"),
        ("電話📞", "days = 0 must be 1 to 366"),
        ("電話📞", "value \"5,000\" must be an amount as in 5000 or 12.50"),
        ("電話📞", "currency \"円\" must be three capital letters, as in JPY"),
        ("=1+1", "value says nothing without currency"),
        ("=1+1", "name begins like a formula of a spreadsheet"),
        ("=1+1", "maximum_age_days must be more than minimum_age_hours"),
        ("b", "currency must be JPY"),
        ("b", "braids are ids of google-ads only"),
        ("b", "consent_columns are of google-ads only"),
        (" c", "name must be 1 to 100 characters that can be printed, without blanks around"),
        (" c", "calls are joined by the cookie _biz_uid: add it to the site's cookies"),
        ("b", "there are two conversions of this name for the same target"),
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, (name, what)) in said.iter().zip(expected) {
        assert!(said.starts_with(&format!("{}{what}", place(name))), "{said} is not {what}");
    }
}

#[tokio::test]
async fn a_name_that_its_file_cannot_write_is_refused() {
    let app = TestApp::empty().await;
    for (target, name, is_right) in [
        ("yahoo", "電話①", true),
        ("yahoo", "¥5000", false),
        ("yahoo-display", "전화", false),
        ("google-ads", "전화 📞", true),
        ("google-ads", "+1 call", false),
        ("microsoft", "@call", false),
        ("microsoft", "＝call", false),
        ("google-ads", &"a".repeat(101), false),
        ("google-ads", "", false),
    ] {
        let conversion = format!("[[site.conversion]]\ntarget = \"{target}\"\nname = \"{name}\"");
        let applied = app.apply(&configured(CLINIC, &conversion)).await;
        assert_eq!(applied.is_ok(), is_right, "{name}: {applied:?}");
    }
}

#[tokio::test]
async fn an_unknown_setting_is_no_typing_error_that_passes() {
    let app = TestApp::empty().await;
    for (line, said) in [("minimum_age_days = 1", "unknown field"), ("braids = [\"gclid\"]", "unknown variant")] {
        let conversion = format!("[[site.conversion]]\ntarget = \"google-ads\"\nname = \"a\"\n{line}");
        let wrong = findings(app.apply(&configured(CLINIC, &conversion)).await).concat();
        assert!(wrong.contains(said), "{wrong}");
    }
}
