//! Who the visitor is, in this browser.

use super::{browser, settings::Settings};
use alloc::string::String;
use snippet_core::{
    cookies,
    session::{SessionId, looks_like_a_secret},
};

/// The snippet's own cookie, one for all sites of a domain.
const COOKIE: &str = "_hatsuban";
/// 90 days, as the click ids' own cookies.
const MAX_AGE_SECONDS: &str = "7776000";
/// What the cookie holds after a release. It tells the other sub-domains, whose storage cannot be reached from here.
const FORGOTTEN: &str = "-";
/// A copy of the cookie: browsers forget the one or the other first.
const STORAGE_KEY: &str = "hatsuban:session";

/// The visitor session: the digest of the site's own session cookie where one is configured and set, else an id of the
/// snippet's own, made now if there is none. Where neither cookies nor storage last, it lasts as long as the page.
/// `None` only if the browser gives no random bytes.
pub(super) fn session_of(settings: &Settings) -> Option<SessionId> {
    let document_cookie = browser::cookies();
    if let Some(name) = &settings.session_cookie {
        if looks_like_a_secret(name) {
            let mut line = String::from("The session cookie ");
            line.push_str(name);
            line.push_str(
                " is a login on many sites. Only its digest leaves the page; a cookie of its own would be better.",
            );
            browser::warn(&line);
        }
        if let Some(value) = cookies::values(&document_cookie, name).first() {
            return Some(SessionId::digest_of(&settings.site, value));
        }
    }
    let kept = cookies::values(&document_cookie, COOKIE).into_iter().find_map(SessionId::parse);
    let copy = || browser::stored(true, STORAGE_KEY).as_deref().and_then(SessionId::parse);
    // Another sub-domain's copy may still hold what was forgotten here.
    let known = if is_forgotten() { None } else { kept.or_else(copy) };
    let session = known.or_else(random)?;
    browser::store(true, STORAGE_KEY, Some(session.as_str()));
    set_cookie(session.as_str());
    Some(session)
}

/// Forgets the snippet's own id, on all sub-domains: whoever comes next in this browser is somebody new. A release that
/// is still on its way then cannot end a lease of a page that was opened since.
pub(super) fn forget() {
    browser::store(true, STORAGE_KEY, None);
    set_cookie(FORGOTTEN);
}

/// Whether a page of this domain has forgotten the id, and none has made a new one since.
pub(super) fn is_forgotten() -> bool {
    cookies::values(&browser::cookies(), COOKIE).contains(&FORGOTTEN)
}

fn random() -> Option<SessionId> {
    let mut bytes = [0; 16];
    browser::fill_random(&mut bytes);
    // All visitors would be one.
    bytes.iter().any(|&byte| byte != 0).then(|| SessionId::from_random(&bytes))
}

/// Sets the cookie anew, on the widest domain that the browser accepts, since each visit prolongs its life.
fn set_cookie(value: &str) {
    let domains = cookies::domains(&browser::host());
    let domains = domains.iter().map(|domain| Some(domain.as_str())).chain([None]);
    let is_secure = browser::is_secure();
    for domain in domains {
        // Whether a domain is accepted shows only on a cookie that is not there yet.
        let probe = cookies::assignment("_hatsuban_probe", "1", domain, "5", is_secure);
        browser::set_cookie(&probe);
        if !cookies::values(&browser::cookies(), "_hatsuban_probe").is_empty() {
            browser::set_cookie(&cookies::assignment("_hatsuban_probe", "", domain, "0", is_secure));
            browser::set_cookie(&cookies::assignment(COOKIE, value, domain, MAX_AGE_SECONDS, is_secure));
            return;
        }
    }
}
