//! Writing JSON: as much of it as the visitor needs.

use super::{Found, TIME, URL};
use alloc::string::String;

/// What was found: click ids first, then cookies.
#[inline(never)]
pub(super) fn written(all: &[Found<'_>]) -> String {
    let mut clicks = String::new();
    let mut cookies = String::new();
    for found in all {
        let is_click = found.rank > 0;
        let out = if is_click { &mut clicks } else { &mut cookies };
        put(out, if is_click { ",{\"kind\":" } else { "," });
        string(out, found.kind);
        put(out, if is_click { ",\"value\":" } else { ":" });
        string(out, found.value);
        if is_click {
            let time = found.rank & TIME;
            if time > 0 {
                put(out, ",\"clicked_at_ms\":");
                integer(out, time);
            }
            put(out, if found.rank < URL { ",\"source\":\"cookie\"}" } else { ",\"source\":\"url\"}" });
        }
    }
    let mut all = String::new();
    put(&mut all, "{\"click_ids\":[");
    put(&mut all, clicks.get(1..).unwrap_or_default());
    put(&mut all, "],\"cookies\":{");
    put(&mut all, cookies.get(1..).unwrap_or_default());
    put(&mut all, "}}");
    all
}

#[inline(never)]
fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

/// Writes a text. What JSON would escape, and what is not ASCII, is percent-encoded, as cookies are.
#[inline(never)]
fn string(out: &mut String, text: &[u8]) {
    put(out, "\"");
    for &byte in text {
        if (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\' {
            out.push(char::from(byte));
        } else {
            put(out, "%");
            digit(out, byte >> 4);
            digit(out, byte & 15);
        }
    }
    put(out, "\"");
}

fn integer(out: &mut String, number: u64) {
    if number > 9 {
        integer(out, number / 10);
    }
    digit(out, (number % 10) as u8);
}

#[inline(never)]
fn digit(out: &mut String, value: u8) {
    out.push(char::from(if value > 9 { b'A' - 10 + value } else { b'0' + value }));
}
