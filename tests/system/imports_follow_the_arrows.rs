//! Who may import whom, as `docs/ARCHITECTURE.md` draws it: each module's `use crate::…` and each crate's dependencies are
//! read from the sources; any other arrow fails. Every source file is reachable from its crate's root.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Top modules of a crate, and those of the same crate that each may name.
type Arrows = [(&'static str, &'static [&'static str])];

const POOL_SERVICE: &Arrows = &[
    ("domain", &[]),
    ("config", &[]),
    ("assets", &[]),
    ("server", &[]),
    ("telemetry", &[]),
    ("simulate", &["domain"]),
    ("store", &["domain"]),
    ("load", &["domain"]),
    ("live", &["domain", "load", "store"]),
    ("calls", &["domain", "live", "store"]),
    ("sweeper", &["calls", "domain", "live", "load", "store", "telemetry"]),
    ("admin", &["calls", "domain", "live", "load", "store"]),
    ("http", &["admin", "assets", "calls", "domain", "live", "load", "store", "telemetry"]),
    (
        "app",
        &["admin", "assets", "calls", "config", "domain", "http", "live", "server", "store", "sweeper", "telemetry"],
    ),
    ("cli", &["admin", "app", "config", "domain", "http", "server", "simulate", "store", "telemetry"]),
];

const SNIPPET: &Arrows =
    &[("allocator", &[]), ("no_std", &[]), ("program", &[]), ("border", &["program"]), ("typed", &[])];

const SNIPPET_CORE: &Arrows = &[
    ("text", &[]),
    ("address", &[]),
    ("visitor", &["address"]),
    ("channel", &["address"]),
    ("keeper", &[]),
    // Two sides of one thing: what a number is, and how it is written.
    ("phone", &["spelling"]),
    ("spelling", &["finder", "phone"]),
    ("finder", &["phone", "spelling"]),
    ("link", &["phone", "spelling"]),
    ("engine", &["finder", "link", "phone", "spelling"]),
    ("number", &["engine", "link", "phone"]),
];

/// The page's half of the snippet: files and folders of `snippet/js`.
const SNIPPET_JS: &Arrows = &[
    ("loader", &[]),
    ("browser", &[]),
    ("wasm", &[]),
    ("lease_client", &[]),
    ("page", &["browser", "wasm"]),
    ("session", &["browser", "lease_client", "page", "wasm"]),
    ("extra", &["browser", "page", "session"]),
    ("tag", &["session", "wasm"]),
    ("index", &["session", "wasm"]),
];

/// Crates of the workspace, and those of the workspace that each may use in production.
const CRATES: &Arrows = &[
    ("pool-service/protocol", &[]),
    ("pool-service", &["pool-protocol", "snippet-core"]),
    ("snippet/core", &[]),
    ("snippet", &["snippet-core"]),
    ("snippet/bindgen", &[]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace").to_owned()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    files_ending_in(folder, "rs")
}

fn files_ending_in(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(files_ending_in(&entry, ending));
        } else if entry.extension().is_some_and(|extension| extension == ending) {
            found.push(entry);
        }
    }
    found
}

/// The top module that a file belongs to; `None` for the crate's roots.
fn top_module(src: &Path, file: &Path) -> Option<String> {
    let inside = file.strip_prefix(src).expect("a file of the crate");
    let first = inside.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (first != "lib" && first != "main").then_some(first)
}

/// The top modules named by `crate::…` anywhere in a source text, in braces or not; comments do not count.
fn imported(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        names.insert(word(name.trim()));
                        name.clear();
                    }
                    c if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            names.insert(word(name.trim()));
        } else {
            names.insert(word(rest));
        }
    }
    names.retain(|name| name.chars().next().is_some_and(char::is_lowercase));
    names
}

fn forbidden(crate_folder: &str, arrows: &Arrows) -> Vec<String> {
    let src = root().join(crate_folder).join("src");
    let allowed: BTreeMap<&str, &[&str]> = arrows.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in sources(&src) {
        let Some(module) = top_module(&src, &file) else { continue };
        let shown = file.strip_prefix(root()).expect("inside").display().to_string();
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!("{shown}: the module {module} is not on the map"));
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source");
        for name in imported(&text) {
            if name != module && allowed.contains_key(name.as_str()) && !may.contains(&name.as_str()) {
                wrong.push(format!("{shown}: {module} may not import {name}"));
            }
        }
    }
    wrong
}

#[test]
fn modules_of_the_pool_service() {
    assert_eq!(forbidden("pool-service", POOL_SERVICE), Vec::<String>::new());
}

#[test]
fn modules_of_the_snippet() {
    assert_eq!(forbidden("snippet", SNIPPET), Vec::<String>::new());
}

#[test]
fn modules_of_the_snippets_other_half() {
    let js = root().join("snippet/js");
    let allowed: BTreeMap<&str, &[&str]> = SNIPPET_JS.iter().copied().collect();
    let module_of = |path: &Path| {
        let first = path.components().next().and_then(|part| part.as_os_str().to_str()).expect("a name");
        first.trim_end_matches(".js").to_owned()
    };
    let mut imports = 0;
    for file in files_ending_in(&js, "js") {
        let inside = file.strip_prefix(&js).expect("inside");
        let module = module_of(inside);
        let may = allowed.get(module.as_str()).unwrap_or_else(|| panic!("{module} is not on the map"));
        let text = fs::read_to_string(&file).expect("a source");
        assert!(text.lines().count() <= 400, "{} is longer than 400 lines", file.display());
        for (_, rest) in text.match_indices("from \".").map(|(at, _)| text.split_at(at + "from \"".len())) {
            let target = rest.split('"').next().expect("a path");
            let folder = inside.parent().expect("a folder");
            let named =
                if let Some(up) = target.strip_prefix("../") { PathBuf::from(up) } else { folder.join(&target[2..]) };
            let name = module_of(&named);
            imports += 1;
            assert!(
                name == module || may.contains(&name.as_str()),
                "{}: {module} may not import {name}",
                inside.display()
            );
        }
    }
    assert!(imports > 30, "{imports} imports are seen");
}

#[test]
fn modules_of_the_snippets_core() {
    assert_eq!(forbidden("snippet/core", SNIPPET_CORE), Vec::<String>::new());
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    for (folder, _) in CRATES {
        for file in sources(&root().join(folder).join("src")) {
            let text = fs::read_to_string(&file).expect("a source");
            assert!(text.starts_with("//!"), "{} does not say what it is for", file.display());
            assert!(text.lines().count() <= 400, "{} is longer than 400 lines", file.display());
        }
    }
}

#[test]
fn only_the_edges_name_a_back_end() {
    let src = root().join("pool-service/src");
    for file in sources(&src) {
        let module = top_module(&src, &file).unwrap_or_default();
        if !matches!(module.as_str(), "store" | "app") {
            let text = fs::read_to_string(&file).expect("a source");
            let names = text.contains("EmbeddedStore") || text.contains("RedisStore");
            assert!(!names, "{} names a back end", file.display());
        }
    }
}

#[test]
fn crates_of_the_workspace() {
    for (folder, may) in CRATES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let production = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for name in ["pool-protocol", "pool-service", "snippet-core", "snippet-bindgen"] {
            let uses = production
                .lines()
                .any(|line| line.starts_with(&format!("{name}.")) || line.starts_with(&format!("{name} =")));
            assert!(!uses || may.contains(&name), "{folder} may not use {name}");
        }
    }
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let text =
        "use crate::a;\nuse crate::{b::X, c::{Y, Z}, d};\n// crate::no\nfn f() { crate::e::g(); }\nuse crate::T;";
    let names: Vec<String> = imported(text).into_iter().collect();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
}

#[test]
fn every_source_file_is_declared() {
    for folder in ["pool-service/protocol", "pool-service", "snippet/core", "snippet", "snippet/bindgen"] {
        let src = root().join(folder).join("src");
        for file in sources(&src) {
            let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            let parent = file.parent().expect("a folder");
            let (name, owner) = match stem.as_str() {
                "lib" | "main" => continue,
                "mod" => (
                    parent.file_name().and_then(|name| name.to_str()).expect("a name").to_owned(),
                    parent.parent().expect("a folder"),
                ),
                _ => (stem, parent),
            };
            let owners = ["mod.rs", "lib.rs", "main.rs"].map(|file| owner.join(file));
            let declared = owners.iter().filter_map(|owner| fs::read_to_string(owner).ok()).any(|text| {
                text.lines().any(|line| {
                    let line = line.trim_start();
                    let seen = line.strip_prefix("pub").unwrap_or(line);
                    let item = seen.strip_prefix('(').and_then(|seen| Some(seen.split_once(") ")?.1)).unwrap_or(seen);
                    item.trim_start().starts_with(&format!("mod {name};"))
                })
            });
            assert!(declared, "{} is declared nowhere", file.display());
        }
    }
}
