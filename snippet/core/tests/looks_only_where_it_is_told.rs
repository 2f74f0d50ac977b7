//! A key of one scope counts in the texts of that scope, before those of the whole page.

mod numbers;

use numbers::answer;
use snippet_core::engine::Engine;

fn armed(lines: &str) -> Engine {
    let mut engine = Engine::new();
    engine.arm(lines);
    engine
}

#[test]
fn looks_only_where_it_is_told() {
    let engine = armed("12 0120123456 0120987654\n0 0312345678 0398765432");
    assert_eq!(engine.swap("0120-123-456", false, 0), "");
    assert_eq!(engine.swap("0120-123-456", false, 1), "");
    assert_eq!(engine.swap("0120-123-456", false, 12), "0\x000120-987-654");
    assert_eq!(engine.swap("tel:0120123456", true, 0), "");
    assert_eq!(engine.swap("tel:0120123456", true, 12), "0\0tel:0120987654");
    for scope in [0, 1, 12] {
        assert_eq!(engine.swap("03-1234-5678", false, scope), "1\x0003-9876-5432");
    }
}

#[test]
fn prefers_the_keys_of_the_scope() {
    let engine = armed("0 0120123456 0120111111\n2 0120123456 0120222222\n3 0120123456");
    for (scope, expected) in [(0, "0\x000120-111-111"), (1, "0\x000120-111-111"), (2, "1\x000120-222-222"), (3, "2")] {
        assert_eq!(engine.swap("0120-123-456", false, scope), expected, "{scope}");
    }
    assert_eq!(engine.swap("tel:0120123456", true, 2), "1\0tel:0120222222");
    assert_eq!(engine.swap("tel:0120123456", true, 3), "2");
}

#[test]
fn forgets_what_it_looked_for() {
    let mut engine = armed("0 0120123456 0120987654");
    assert_eq!(engine.arm(""), "(?!)");
    assert_eq!(engine.swap("0120-123-456", false, 0), "");
    engine.arm("0 0312345678");
    assert_eq!(engine.swap("0120-123-456 03-1234-5678", false, 0), "0");
}

#[test]
fn counts_beyond_nine() {
    let lines: Vec<String> = (0..112).map(|last| format!("0 0120123{last:03}")).collect();
    let told = armed(&lines.join("\n")).swap("0120-123-009 0120-123-010 0120-123-105", false, 0);
    assert_eq!(answer(&told).0, [9, 10, 105]);
}
