//! What must hold for any bytes. Shared by the fuzzer and by the test that replays its corpus.

use snippet_core::engine::Engine;

/// Parts the engine's lines from the text; no UTF-8 has it.
const SEPARATOR: u8 = 0xff;
const USUAL: &str =
    "0 0120123456 0120900001\n0 0355501234 0355501301\n0 6023133897/16023133897/3-3-4 6025550100/16025550100/3-3-4";

/// Nothing panics; every U+0000 stays; what is neither digit nor separator stays, in its order; with the usual numbers the
/// way back leads back.
pub(crate) fn holds(bytes: &[u8]) {
    let (lines, text) = match bytes.iter().position(|byte| *byte == SEPARATOR) {
        Some(at) => (String::from_utf8_lossy(&bytes[..at]).into_owned(), &bytes[at + 1..]),
        None => (USUAL.to_owned(), bytes),
    };
    let text = String::from_utf8_lossy(text);
    let mut engine = Engine::new();
    engine.arm(&lines);
    for is_link in [false, true] {
        let Some(swapped) = swapped(&engine, &text, is_link) else { continue };
        let zeros = |text: &str| text.matches('\0').count();
        if !is_link {
            assert_eq!(zeros(&swapped), zeros(&text), "nodes in {text:?}, nodes out {swapped:?}");
            assert_eq!(words(&swapped), words(&text), "{text:?} became {swapped:?}");
        }
    }
}

/// The new text if there is one.
fn swapped(engine: &Engine, text: &str, is_link: bool) -> Option<String> {
    let told = engine.swap(text, is_link, 0);
    told.split_once('\0').map(|(_, text)| text.to_owned())
}

/// What no spelling of a number has in it.
fn words(text: &str) -> String {
    text.chars().filter(|character| character.is_alphabetic() && !matches!(character, 'ー' | 'ｰ')).collect()
}
