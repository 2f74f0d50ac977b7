//! Whatever people and other systems say of a call, a file of conversions says it as text: its cells read back as they were
//! meant, and no spreadsheet computes one.

mod conversion_support;

use conversion_support::{Told, call, click, conversion, november, told};
use csv::ReaderBuilder;
use pool_service::domain::conversion::{Conversion, Target, Which, export::file};
use proptest::prelude::*;

/// Texts that like to break files.
fn anything() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", ";", "'", "＝", "\r\n", "a", "予約", "0",
    ]);
    prop_oneof![prop::collection::vec(odd, 0..6).prop_map(|parts| parts.concat()), "\\PC{0,40}", any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn of_a_crm(outcome in anything(), caller in anything(), name in "[A-Za-z予約][\\PC]{0,20}") {
        let conversion = Conversion { which: Which::Answered, ..conversion(Target::SalesforceTask, &name) };
        let call = call("1", "2026-11-21T14:30:00+09:00")
            .with_cookie("_biz_uid", "6da13683d342443d8beabdd7718b03b0")
            .with_outcome(&outcome)
            .with(|call| call.facts.caller.as_mut().expect("a caller").value.masked.clone_from(&caller));
        let (bytes, tally) = file(november(vec![conversion]), [&call]);
        prop_assert_eq!(tally.told, 1);
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
        prop_assert_eq!(rows.len(), 2);
        let cells: Vec<&str> = rows[1].iter().collect();
        prop_assert_eq!(cells.len(), 15);
        for cell in &cells {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']), "{:?}", cell);
        }
        let meant: String = outcome.chars().take(254).collect();
        prop_assert_eq!(cells[7].strip_prefix('\'').filter(|_| !outcome.starts_with('\'')).unwrap_or(cells[7]), meant);
        prop_assert!(cells[13].contains(&caller));
        prop_assert_eq!((cells[1], cells[3], cells[14]), ("Completed", name.as_str(), "6da13683d342443d8beabdd7718b03b0"));
    }

    #[test]
    fn of_ad_platforms(id in anything(), value in anything(), currency in anything(), name in "[A-Za-z予約][\\PC]{0,20}") {
        for (target, kind, begin, columns) in [
            (Target::GoogleAds, "gclid", "", 5),
            (Target::Microsoft, "msclkid", "", 5),
            (Target::Yahoo, "yclid", "YSS.", 5),
            (Target::YahooDisplay, "yclid", "YJAD.", 4),
        ] {
            let call = call("1", "2026-11-21T14:30:00+09:00")
                .clicked(&[click(kind, &format!("{begin}{id}"), None)])
                .with(|call| {
                    call.facts.value = Some(told(value.clone()));
                    call.facts.currency = Some(told(currency.clone()));
                });
            let (bytes, _) = file(november(vec![conversion(target, &name)]), [&call]);
            let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
            for row in reader.byte_records() {
                let row = row.expect("CSV");
                prop_assert!(row.len() == columns || row[0].starts_with(b"Parameters:"), "{:?}", row);
                // An id may begin with - and is not touched; of its characters no formula can be made that does anything.
                for (at, cell) in row.iter().enumerate() {
                    let is_id = at == 0 && cell.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte));
                    let is_harmless = !cell.starts_with(b"=") && !cell.starts_with(b"+") && !cell.starts_with(b"-")
                        && !cell.starts_with(b"@") && !cell.iter().any(u8::is_ascii_control);
                    prop_assert!(is_id || is_harmless || at == 0 && cell.starts_with(b"Parameters:"), "{:?}", row);
                }
            }
        }
    }
}
