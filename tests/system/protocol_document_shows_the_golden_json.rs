//! `docs/PROTOCOL.md` shows every golden body letter for letter, so that it cannot drift from the types.

use std::{fs, path::Path};

#[test]
fn every_golden_file_stands_in_the_document() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace");
    let document = fs::read_to_string(root.join("docs/PROTOCOL.md")).expect("the document");
    let mut checked = 0;
    for entry in fs::read_dir(root.join("pool-service/protocol/golden")).expect("the golden files") {
        let path = entry.expect("an entry").path();
        let golden = fs::read_to_string(&path).expect("a golden file");
        assert!(document.contains(golden.trim_end()), "docs/PROTOCOL.md does not show {}", path.display());
        checked += 1;
    }
    assert!(checked >= 5, "only {checked} golden files");
}
