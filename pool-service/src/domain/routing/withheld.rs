//! Callers of whom no number is known.

use super::address::user_part;
use crate::domain::number::TrackingNumber;

/// What call systems and carriers say in place of a number that was withheld or that there is none of, such as a public
/// telephone's, in small letters. The last five are the letters of ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a
/// telephone's keys, as Twilio writes them.
const WITHHELD: [&str; 25] = [
    "anonymous",
    "blocked",
    "coin line/payphone",
    "interaction with other service",
    "no caller id",
    "out of area",
    "payphone",
    "private",
    "private number",
    "restricted",
    "unavailable",
    "unknown",
    "withheld",
    "非通知",
    "非通知設定",
    "公衆電話",
    "表示圏外",
    "通知不可",
    "通知不可能",
    "不明",
    "+266696687",
    "+7378742833",
    "+2562533",
    "+8656696",
    "+86282452253",
];
/// The host of callers who withhold their numbers (RFC 3323).
const NOWHERE: &str = "@anonymous.invalid";

/// Whether a caller as a call system tells it, a number or an address, is nobody's: all who withhold their numbers would
/// else be one caller. Some systems write zeros, a dash or stars.
pub fn is_withheld(told: &str) -> bool {
    let name = user_part(told).to_lowercase();
    let digits = TrackingNumber::digits(&name);
    let is_zeros = !digits.is_empty() && digits.bytes().all(|digit| digit == b'0');
    let is_no_word = !name.is_empty() && !name.contains(char::is_alphanumeric);
    is_zeros || is_no_word || WITHHELD.contains(&name.as_str()) || told.to_ascii_lowercase().contains(NOWHERE)
}

#[cfg(test)]
mod tests {
    use super::is_withheld;

    #[test]
    fn whoever_cannot_be_told_apart_is_nobody() {
        for told in [
            "anonymous",
            "ANONYMOUS",
            "\"Anonymous\" <SIP:anonymous@anonymous.invalid>;tag=1",
            "<sip:c8oqz84@anonymous.invalid>",
            "\"Coin line/payphone\" <sip:unavailable@carrier.example>",
            "<unknown>",
            "公衆電話",
            "表示圏外",
            "+7378742833",
            "0000000000",
            "-",
            "－－",
            "********",
        ] {
            assert!(is_withheld(told), "{told}");
        }
        for told in ["09012345678", "+81 90 1234 5678", "7378742833", "sip:alice@carrier.example", "", "0570000000"] {
            assert!(!is_withheld(told), "{told}");
        }
    }
}
