//! A site's tag as Custom HTML, as a container to import and as a template: the same from the command line and over HTTP.

mod http_support;

use http_support::{
    CLINIC, TestApp,
    process::{fail, hatsuban, succeed},
};
use pool_service::admin::{
    Command, Refused,
    tag::choices::{Format, Media, Mode},
};
use serde_json::{Value, json};
use std::{fs, path::Path};
use tempfile::TempDir;

const SOURCE: &str = r#"s.src = "https://numbers.example/tag/st_clinic.js";"#;

async fn made(app: &TestApp, mode: Option<Mode>, media: Option<Media>, format: Format) -> String {
    let command = Command::Tag { site: "clinic".to_owned(), mode, media, format };
    app.command(command).await.expect("a tag").join("\n") + "\n"
}

#[track_caller]
fn html_in(container: &str) -> String {
    let container: Value = serde_json::from_str(container).expect("JSON");
    let parameters = &container["containerVersion"]["tag"][0]["parameter"];
    assert_eq!(parameters[0]["key"], "html");
    parameters[0]["value"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn custom_html_bears_a_tag_manager() {
    let app = TestApp::clinic().await;
    let html = made(&app, Some(Mode::Channel), Some(Media::Google), Format::Html).await;
    assert!(html.contains(SOURCE), "{html}");
    for trap in ["{{", "}}", "currentScript", "=>", "const ", "let ", "`"] {
        assert!(!html.contains(trap), "{trap}");
    }
    for said in ["clinic (clinic)", "カスタム HTML", "All Pages", "Custom HTML tag"] {
        assert!(html.contains(said), "{said}");
    }
}

#[tokio::test]
async fn chosen_mode_and_media_stand_before_the_loader() {
    let app = TestApp::clinic().await;
    let html = made(&app, Some(Mode::Dynamic), Some(Media::Yahoo), Format::Html).await;
    let options = html.find(r#"h.options = { mode: "dynamic", media: "yahoo" };"#).expect("options");
    assert!(options < html.find("createElement").expect("a script element"));
    let html = made(&app, None, None, Format::Html).await;
    assert!(!html.contains("options"), "the site's settings decide");
}

#[tokio::test]
async fn the_container_is_an_export_with_the_custom_html_on_all_pages() {
    let app = TestApp::clinic().await;
    let text = made(&app, Some(Mode::Channel), None, Format::Container).await;
    assert_eq!(html_in(&text), made(&app, Some(Mode::Channel), None, Format::Html).await);
    let container: Value = serde_json::from_str(&text).expect("JSON");
    // The clock of these tests stands at this moment.
    assert_eq!(
        (&container["exportFormatVersion"], &container["exportTime"]),
        (&json!(2), &json!("2026-11-21 05:30:00"))
    );
    let version = &container["containerVersion"];
    assert_eq!(version["container"]["usageContext"], json!(["WEB"]));
    assert_eq!(version["tag"].as_array().map(Vec::len), Some(1));
    let tag = &version["tag"][0];
    for (key, expected) in [
        ("type", json!("html")),
        ("firingTriggerId", json!(["2147479553"])),
        ("tagFiringOption", json!("ONCE_PER_LOAD")),
        ("consentSettings", json!({"consentStatus": "NOT_SET"})),
        ("fingerprint", json!("1795239000000")),
    ] {
        assert_eq!(tag[key], expected, "{key}");
    }
    assert_eq!(tag["parameter"][1], json!({"type": "BOOLEAN", "key": "supportDocumentWrite", "value": "false"}));
}

#[tokio::test]
async fn the_template_is_the_committed_one_with_this_installation_filled_in() {
    let app = TestApp::clinic().await;
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../snippet/js/gtm/template.tpl");
    let filled_in = fs::read_to_string(committed)
        .expect("the template")
        .replace("https://numbers.example.com", "https://numbers.example")
        .replace("st_example", "st_clinic");
    assert_eq!(made(&app, None, None, Format::Tpl).await, filled_in);
    let chosen = made(&app, Some(Mode::Dynamic), Some(Media::Meta), Format::Tpl).await;
    let differing: Vec<&str> = chosen
        .lines()
        .zip(filled_in.lines())
        .filter(|(mine, theirs)| mine != theirs)
        .map(|(mine, _)| mine.trim())
        .collect();
    assert_eq!(differing, [r#""defaultValue": "dynamic","#, r#""defaultValue": "meta","#]);
    assert!(filled_in.contains(r#""string": "https://numbers.example/tag/*""#), "the permission");
}

#[tokio::test]
async fn names_that_mean_something_to_html_or_a_tag_manager_do_no_harm() {
    let app = TestApp::empty().await;
    let hostile = CLINIC.replace("key = \"st_clinic\"", "key = \"st_clinic\"\nname = \"--></script>{{Page URL}}港\"");
    app.apply(&hostile).await.expect("a valid document");
    let html = made(&app, None, None, Format::Html).await;
    assert!(html.contains("scriptPage URL港 (clinic)"), "{html}");
    assert_eq!((html.matches("-->").count(), html.matches("</script>").count()), (1, 1));
    assert!(!html.contains("{{"), "{html}");
}

#[tokio::test]
async fn http_gives_the_same_text_with_its_type() {
    let app = TestApp::clinic().await;
    let bearer = format!("Bearer {}", app.token(&["admin"], &["clinic"]).await);
    for (format, media_type, file, wanted) in [
        ("html", "text/html; charset=utf-8", "hatsuban-clinic.html", Format::Html),
        ("container", "application/json", "hatsuban-clinic.json", Format::Container),
        ("tpl", "text/plain; charset=utf-8", "hatsuban-clinic.tpl", Format::Tpl),
    ] {
        let path = format!("/v1/sites/clinic/tag?mode=channel&media=microsoft&format={format}");
        let answer = app.get(&path, &[("authorization", &bearer)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some(media_type)), "{format}");
        let disposition = format!("attachment; filename=\"{file}\"");
        assert_eq!(answer.header("content-disposition"), Some(&*disposition));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.text(), made(&app, Some(Mode::Channel), Some(Media::Microsoft), wanted).await);
    }
    let plain = app.get("/v1/sites/clinic/tag?mode=&media=", &[("authorization", &bearer)]).await;
    assert_eq!(plain.text(), made(&app, None, None, Format::Html).await);
}

#[tokio::test]
async fn a_template_is_not_written_for_a_service_without_https() {
    let app = TestApp::clinic().await;
    let mut office = app.office;
    office.public_url = "http://localhost:8081".to_owned();
    let command = Command::Tag { site: "clinic".to_owned(), mode: None, media: None, format: Format::Tpl };
    match office.carry_out(&command, &http_support::operator(), &|_| ()).await {
        Err(Refused::Invalid(lines)) => assert!(lines[0].contains("set http.public_url"), "{lines:?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_command_line_prints_every_form_and_names_the_choices() {
    let directory = TempDir::new().expect("a directory");
    let (data, file) = (directory.path().join("data"), directory.path().join("clinic.toml"));
    fs::write(&file, CLINIC).expect("a file");
    succeed(&data, &["apply", &file.display().to_string()]);
    let tag = |more: &[&str]| {
        let arguments = [&["--public-url", "https://numbers.example", "tag", "--site", "clinic"], more].concat();
        succeed(&data, &arguments)
    };
    let html = tag(&["--mode", "dynamic", "--media", "google"]);
    assert!(html.contains(SOURCE) && html.contains(r#"{ mode: "dynamic", media: "google" }"#), "{html}");
    assert_eq!(html_in(&tag(&["--mode", "dynamic", "--media", "google", "--format", "container"])), html);
    assert!(tag(&["--format", "tpl"]).starts_with("___TERMS_OF_SERVICE___\n"));
    for (wrong, rule) in [
        (["--mode", "static"], "must be channel or dynamic (static numbers stand on the page"),
        (["--media", "line"], "must be google, yahoo, microsoft or meta"),
        (["--format", "xml"], "must be html, container or tpl"),
    ] {
        let (code, complaint) = fail(&data, &[&["tag", "--site", "clinic"], &wrong[..]].concat());
        assert!(code == 2 && complaint.contains(rule), "{complaint}");
    }
    let (_, complaint) = fail(&data, &["tag", "--site", "klinic"]);
    assert!(complaint.contains(r#"there is no site "klinic" (sites: clinic, shop)"#), "{complaint}");
    let help = hatsuban(&data, &["tag", "--help"]).output().expect("it runs");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    for flag in ["--mode", "--media", "--format", "channel", "yahoo", "container"] {
        assert!(help.contains(flag), "{flag}");
    }
}
