//! A visitor who denied `ad_user_data` stands in no file of conversions, whichever platform it is for, and the tally says
//! so. Who allowed it stands there, and who was not asked.

mod conversion_support;

use conversion_support::{Told, call, click, conversion, november};
use pool_service::domain::{
    call::Call,
    conversion::{Target, export::file},
    ids::SessionId,
    lease::Lease,
    visitor::{AdConsent, Consent, Profile, Visitor},
};

const GRANTED: Option<Consent> = Some(Consent::Granted);
const DENIED: Option<Consent> = Some(Consent::Denied);

/// A call of a visitor whom every platform knows.
fn known(id: &str) -> Call {
    let clicks = [("gclid", "g-1"), ("yclid", "YSS.1.a"), ("yclid", "YJAD.1.a"), ("msclkid", "e1ec")];
    call(id, "2026-11-21T14:30:00+09:00")
        .clicked(&clicks.map(|(kind, value)| click(kind, value, None)))
        .with_cookie("_biz_uid", "6da13683d342443d8beabdd7718b03b0")
}

/// How many stand in the file, and what was left out.
fn told(target: Target, call: &Call) -> (u64, String) {
    let (_, tally) = file(november(vec![conversion(target, "Call")]), [call]);
    (tally.told, tally.to_string())
}

#[test]
fn for_none_of_them() {
    for target in Target::ALL {
        let name = target.name();
        for personalization in [None, GRANTED, DENIED] {
            let denied = known("1").who_said(DENIED, personalization);
            assert_eq!(told(target, &denied), (0, "no-consent=1".to_owned()), "{name}");
            for user_data in [None, GRANTED] {
                let allowed = known("1").who_said(user_data, personalization);
                assert_eq!(told(target, &allowed), (1, "none".to_owned()), "{name}");
            }
        }
    }
}

/// A call credited to an earlier one, whose page had said this, while the page of its own time says that.
fn again(session: &str, then: Option<Consent>, now: Option<Consent>) -> (u64, String) {
    let call = known("2").who_said(now, None);
    let lease = call.credited().expect("a lease").clone();
    let consent = AdConsent { ad_user_data: then, ad_personalization: None };
    let visitor = Visitor { ..lease.visitor.clone() }.with(Profile { consent, ..Profile::default() });
    let session = SessionId::parse(session).expect("a session");
    let before = Lease { session, visitor, ..lease };
    let likely =
        pool_service::domain::conversion::Conversion { include_likely: true, ..conversion(Target::GoogleAds, "Call") };
    let (_, tally) = file(november(vec![likely]), [&call.carried(before)]);
    (tally.told, tally.to_string())
}

#[test]
fn who_calls_again_is_asked_again() {
    let (told, not_told) = ((1, "none".to_owned()), (0, "no-consent=1".to_owned()));
    let (same, other) = ("taro-taro-taro-taro", "hanako-hanako-hanako");
    // The same browser: what it says now holds.
    assert_eq!(again(same, DENIED, GRANTED), told);
    assert_eq!(again(same, GRANTED, DENIED), not_told);
    assert_eq!(again(same, DENIED, None), not_told);
    // Two browsers of one caller: who denies once means it.
    assert_eq!(again(other, DENIED, GRANTED), not_told);
    assert_eq!(again(other, GRANTED, DENIED), not_told);
    assert_eq!(again(other, GRANTED, None), told);
}
