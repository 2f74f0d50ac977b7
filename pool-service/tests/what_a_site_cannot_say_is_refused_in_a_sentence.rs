//! `hatsuban apply` names the place and the rule of everything about the tag that makes no sense, and changes nothing.

mod http_support;

use http_support::{CLINIC, TestApp, findings};
use pool_service::domain::attribution::{CallModel, model::Share};
use std::fmt::Write;

const TARGET: &str = r#"{ id = "main", number = "03-5550-0100", pool = "clinic-main" }"#;

/// The clinic's document with something said of its site.
fn clinic(said: &str) -> String {
    CLINIC.replacen("key = \"st_clinic\"\n", &format!("key = \"st_clinic\"\n{said}\n"), 1)
}

#[tokio::test]
async fn what_a_site_says_wrongly_of_its_tag_is_named() {
    let app = TestApp::empty().await;
    for (said, what) in [
        ("rollout_percent = 101", "site \"clinic\": rollout_percent = 101 must be 0 to 100"),
        ("hide_until_ready_ms = 3001", "hide_until_ready_ms = 3001 must be 0 to 3000"),
        ("health_sample = 1.5", "health_sample = 1.5 must be 0 to 1"),
        ("consent = \"maybe\"", "unknown variant `maybe`, expected one of `granted`, `required`, `channel-only`"),
        ("lease_on = \"click\"", "expected one of `load`, `sight`, `interaction`"),
        ("mode = \"channel\"", "there is no [[site.channel]]"),
        ("cookies = [\"a b\"]", "cookies: \"a b\" is no cookie name"),
        ("cookies = [\"_a\", \"_a\"]", "cookies has \"_a\" twice"),
        ("cookies = [\"PHPSESSID\"]", "cookies: \"PHPSESSID\" proves who somebody is"),
        ("cookies = [\"wordpress_logged_in_1\"]", "proves who somebody is"),
        ("session_cookie = \"MyCookie\"\ncookies = [\"MyCookie\"]", "\"MyCookie\" proves who somebody is"),
    ] {
        let findings = findings(app.apply(&clinic(said)).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
    assert!(app.service.live.now().configuration().sites.is_empty());
}

#[tokio::test]
async fn channels_and_images_must_make_sense() {
    let app = TestApp::empty().await;
    let channel = |channel: &str| clinic(&format!("channel = [{channel}]"));
    let image = |url: &str, target: &str| {
        clinic(&format!("image = [{{ selector = \".tel\", target = \"{target}\", url = \"{url}\" }}]"))
    };
    for (document, what) in [
        (
            channel(r#"{ name = "ads", when = "source=google" }"#),
            "channel \"ads\": rule \"source=google\": there is no key \"source\": click, utm_…, referrer and path are known",
        ),
        (channel(r#"{ name = "ads", when = "path=lp" }"#), "the value \"lp\" of path must begin with /"),
        (channel(r#"{ name = "" }"#), "name must be 1 to 64 characters"),
        (channel(r#"{ name = "ads" }, { name = "ads" }"#), "there are two channels of this name"),
        (channel(r#"{ name = "ads", numbers = { typo = "0120-900-001" } }"#), "the site has no target \"typo\""),
        (channel(r#"{ name = "ads", numbers = { main = "0120" } }"#), "number \"0120\" has too few"),
        (
            channel(r#"{ name = "ads", numbers = { main = "050-3111-0001" } }"#),
            "channel \"ads\": number 05031110001 is a number of pool \"clinic-main\": it must be the site's own",
        ),
        (image("/tel.png", "main"), "url \"/tel.png\" must contain {number}"),
        (image("javascript:{number}", "main"), "must begin with / or https://"),
        (image("/{number}.png", "typo"), "the site has no target \"typo\""),
    ] {
        let findings = findings(app.apply(&document).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
}

#[tokio::test]
async fn a_channels_number_that_a_pool_leases_already_is_refused_though_the_pool_is_not_in_the_file() {
    let app = TestApp::clinic().await;
    let shop = CLINIC.find("[[site]]\nid = \"shop\"").expect("the shop");
    let pools = CLINIC.find("[[pool]]").expect("pools");
    let shop_pool = CLINIC.find("[[pool]]\nid = \"shop\"").expect("the shop's pool");
    let document = clinic("channel = [{ name = \"ads\", numbers = { main = \"050-3222-0001\" } }]");
    let grown = document.len() - CLINIC.len();
    let clinic_only = format!("{}{}", &document[..shop + grown], &document[pools + grown..shop_pool + grown]);
    let findings = findings(app.apply(&clinic_only).await);
    assert_eq!(
        findings,
        ["site \"clinic\", channel \"ads\": number 05032220001 is a tracking number of pool \"shop\""]
    );
}

#[tokio::test]
async fn targets_must_be_somewhere_and_be_one_number() {
    let app = TestApp::empty().await;
    for (target, what) in [
        (r#"{ id = "main" }"#, "target \"main\": needs a number, a selector"),
        (r#"{ id = "main", number = "03-5550-0100" }"#, "pool is missing"),
        (r#"{ id = "main", selector = " ", pool = "clinic-main" }"#, "selector \" \" must be a CSS selector"),
        (
            r#"{ id = "main", selector = ".tel", e164 = "+16023133897", pool = "clinic-main" }"#,
            "e164 and groups belong to a number",
        ),
        (
            r#"{ id = "main", number = "602-313-3897", e164 = "+1 602 313 3898", pool = "clinic-main" }"#,
            "number \"602-313-3897\" and e164 \"+1 602 313 3898\" are not the same number",
        ),
        (
            r#"{ id = "main", number = "602-313-3897", e164 = "16023133897", pool = "clinic-main" }"#,
            "must begin with +",
        ),
        (r#"{ id = "main", number = "602-313-3897", pool = "clinic-main" }"#, "must start with 0 or"),
        (
            r#"{ id = "main", number = "+1 602-313-3897", groups = [3, 3], pool = "clinic-main" }"#,
            "groups [3, 3] do not add up to the digits of 6023133897",
        ),
        (
            r#"{ id = "main", number = "03-5550-0100", groups = [2, 4, 4], pool = "clinic-main" }"#,
            "groups are for numbers of other countries",
        ),
    ] {
        assert!(CLINIC.contains(TARGET));
        let findings = findings(app.apply(&CLINIC.replace(TARGET, target)).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
}

#[tokio::test]
async fn what_all_pages_would_carry_is_bounded() {
    let app = TestApp::empty().await;
    let mut channels = String::new();
    for at in 0..33 {
        write!(channels, "{{ name = \"c{at}\" }},").expect("text");
    }
    let refused = findings(app.apply(&clinic(&format!("channel = [{channels}]"))).await);
    assert!(refused[0].contains("more than 32 channels"), "{refused:?}");
    let selector = TARGET.replace("pool", "selector = \".tel\", pool");
    let refused = findings(app.apply(&clinic("discovery = true").replace(TARGET, &selector)).await);
    assert!(refused[0].contains("target \"main\": selector cannot be used"), "{refused:?}");
}

#[tokio::test]
async fn a_call_model_must_make_sense() {
    let app = TestApp::empty().await;
    for (said, what) in [
        ("calls_percent = 0", "attribution.calls_percent must be more than 0"),
        ("calls_percent = 101", "attribution.calls_percent = 101 must be 0 to 100"),
        ("soon_percent = 80", "soon_percent, later_percent and late_percent must add up to at most 100"),
        ("visit_seconds = 0", "attribution.visit_seconds must be 1 second to 366 days"),
        ("late_median_seconds = -1", "attribution.late_median_seconds = -1 must not be negative"),
        ("likely_percent = 40", "attribution.likely_percent must be at least 50"),
        ("likely_percent = 95", "attribution.certain_percent must not be below likely_percent"),
        ("calls_per_cent = 5", "unknown field `calls_per_cent`"),
    ] {
        let findings = findings(app.apply(&format!("{CLINIC}\n[pool.attribution]\n{said}\n")).await);
        assert!(findings.iter().any(|line| line.contains(what)), "{what}: {findings:?}");
    }
    let said = "[pool.attribution]\ncalls_percent = 2.5\nlate_percent = 20\n";
    app.apply(&format!("{CLINIC}\n{said}")).await.expect("a valid document");
    let live = app.service.live.now();
    let shop = live.configuration().pools.iter().find(|pool| pool.id.as_str() == "shop").expect("the last pool");
    let (calls, late) = (Share::from_percent(2.5).expect("a share"), Share::percent(20));
    assert_eq!(shop.calls, CallModel { calls, late, ..CallModel::default() });
}
