//! The fuzzer's corpus, replayed: what was ever worth keeping holds for good, and so does every cut and doubling of it.

#[path = "../fuzz/promise.rs"]
mod promise;

use std::fs;

#[test]
fn every_file_of_the_corpus_holds() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/engine");
    let mut files = 0;
    for entry in fs::read_dir(corpus).expect("the corpus is committed") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        promise::holds(&bytes);
        for at in 0..bytes.len() {
            promise::holds(&bytes[..at]);
            promise::holds(&bytes[at..]);
            promise::holds(&[&bytes[at..], &bytes[..at]].concat());
        }
        files += 1;
    }
    assert!(files >= 20, "{files} files");
}
