//! Every path of the project that a document names in code type leads to a file or folder.

use std::{fs, path::Path};

const FOLDERS: [&str; 5] = ["snippet/", "pool-service/", "www-demo/", "tests/", "docs/"];
/// Made by the build, not kept.
const BUILT: &str = "snippet/dist";

#[test]
fn every_path_in_the_documents_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace");
    let docs = fs::read_dir(root.join("docs")).expect("docs").map(|entry| entry.expect("an entry").path());
    let top = ["README.md", "README.ja.md", "CONTRIBUTING.md"].map(|name| root.join(name));
    let mut checked = 0;
    for document in docs.chain(top).filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&document).expect("a document");
        for path in
            text.split('`').skip(1).step_by(2).filter(|code| FOLDERS.iter().any(|folder| code.starts_with(folder)))
        {
            // `src/{a,b}.rs` and the like name several.
            let path = path.split(['{', '*', '…', ' ']).next().unwrap_or_default();
            let exists = root.join(path.rsplit_once('/').map_or(path, |(folder, _)| folder)).exists()
                && (root.join(path).exists() || path.ends_with('/'));
            assert!(exists || path.starts_with(BUILT), "{} names {path}", document.display());
            checked += 1;
        }
    }
    assert!(checked > 30, "only {checked} paths");
}
