//! What the documents and the demo show as the file of `hatsuban apply` is one.

mod http_support;

use http_support::{CLINIC, TestApp};
use pool_service::domain::attribution::CallModel;
use std::{fs, path::Path};

/// The TOML blocks of a document that are files of `hatsuban apply`; of a TOML file all of it.
fn examples(path: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let text = fs::read_to_string(root.join(path)).expect(path);
    if path.ends_with(".toml") {
        return vec![text];
    }
    let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains("[[site]]")).map(str::to_owned).collect()
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
async fn the_call_model_in_the_documents_is_the_default_in_full() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let text = fs::read_to_string(root.join("docs/ATTRIBUTION.md")).expect("the document");
    let block = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    assert_eq!(block.lines().count(), 12, "the heading and all parameters");
    let app = TestApp::empty().await;
    app.apply(&format!("{CLINIC}{block}")).await.expect("a valid document");
    let live = app.service.live.now();
    assert_eq!(
        live.configuration().pools.iter().find(|pool| pool.id.as_str() == "shop").map(|pool| pool.calls),
        Some(CallModel::default())
    );
}
