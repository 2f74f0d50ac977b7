//! What the documents and the demo show as the file of `hatsuban apply` is one.

mod http_support;

use http_support::{CLINIC, TestApp};
use pool_service::{admin::import::form::Form, domain::attribution::CallModel};
use std::{fs, path::Path};

/// What documents take for granted: a site, a pool and opening hours.
const SITE: &str = r#"
[[site]]
id = "clinic"
key = "st_clinic"
origins = ["https://www.clinic.example"]

[[site.target]]
id = "main"
number = "0120-123-456"
pool = "clinic-main"
"#;
const POOL: &str = r#"
[[pool]]
id = "clinic-main"
site = "clinic"
destination = "03-5550-1234"
numbers = ["0120-900-001..0120-900-020"]
"#;
const HOURS: &str = "[[schedule]]\nid = \"office\"\nzone = \"Asia/Tokyo\"\nweekly = { mon-fri = [\"09:00-18:00\"] }\n";
const TARGET: &str = "[[site.target]]\nid = \"recruit\"\nnumber = \"03-5550-1299\"\npool = \"clinic-main\"\n";

fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::read_to_string(root.join(path)).expect(path)
}

/// The TOML blocks of a document.
fn blocks(path: &str) -> Vec<String> {
    let blocks = text(path);
    let blocks = blocks.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(str::to_owned).collect()
}

/// Those that are files of `hatsuban apply`; of a TOML file all of it.
fn examples(path: &str) -> Vec<String> {
    if path.ends_with(".toml") {
        return vec![text(path)];
    }
    blocks(path).into_iter().filter(|block| block.contains("[[site]]")).collect()
}

/// A part of such a file, with what it takes for granted.
fn whole(part: &str) -> String {
    let dots = |heading: &str| format!("{heading}\n# …\n");
    let part = part.replace(&dots("[[site]]"), SITE).replace(&dots("[[pool]]"), POOL);
    let part = part.replace(&dots("[[site.target]]"), TARGET).replace("\"portal\"", "\"clinic\"");
    let has = |line: &str| part.lines().any(|other| other.trim() == line);
    let before = [
        (SITE, !has("[[site]]")),
        (POOL, !has("id = \"clinic-main\"")),
        (HOURS, part.contains("schedule = ") && !has("[[schedule]]")),
    ];
    before.into_iter().filter(|(_, is_missing)| *is_missing).map(|(text, _)| text).collect::<String>() + &part
}

#[tokio::test]
async fn examples_are_taken_as_they_stand() {
    for path in ["docs/SITES.md", "README.md", "README.ja.md", "www-demo/hatsuban.apply.toml"] {
        let examples = examples(path);
        assert!(!examples.is_empty(), "{path} shows none");
        for example in examples {
            let app = TestApp::empty().await;
            app.apply(&example).await.unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(app.apply(&example).await.expect("a valid document"), ["unchanged"], "{path}");
            app.get("/tag/st_clinic.js", &[]).await;
        }
    }
}

#[tokio::test]
async fn parts_are_taken_where_they_belong() {
    for (path, count) in [
        ("docs/CALL-SYSTEMS.md", 1),
        ("docs/CALL-SYSTEMS.ja.md", 1),
        ("docs/CALLS.md", 4),
        ("docs/CALLS.ja.md", 4),
        ("docs/CONVERSIONS.md", 1),
        ("docs/CONVERSIONS.ja.md", 1),
        ("docs/OPERATIONS.md", 1),
        ("docs/ROUTING.md", 3),
        ("docs/ROUTING.ja.md", 3),
    ] {
        let blocks = blocks(path);
        assert_eq!(blocks.len(), count, "{path}");
        for block in blocks {
            if block.contains("[columns]") {
                Form::parse(&block).unwrap_or_else(|why| panic!("{path}: {why}"));
                continue;
            }
            let applied = TestApp::empty().await.apply(&whole(&block)).await;
            applied.unwrap_or_else(|error| panic!("{path}: {error}\n{block}"));
        }
    }
}

#[tokio::test]
async fn the_call_model_in_the_documents_is_the_default_in_full() {
    let block = &blocks("docs/ATTRIBUTION.md")[0];
    assert_eq!(block.lines().count(), 12, "the heading and all parameters");
    let app = TestApp::empty().await;
    app.apply(&format!("{CLINIC}{block}")).await.expect("a valid document");
    let live = app.service.live.now();
    assert_eq!(
        live.configuration().pools.iter().find(|pool| pool.id.as_str() == "shop").map(|pool| pool.calls),
        Some(CallModel::default())
    );
}
