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
    let session = kept.or_else(copy).or_else(random)?;
    keep(&session);
    Some(session)
}

/// Forgets the snippet's own id: whoever comes next in this browser is somebody new. A release that is still on its way
/// then cannot end a lease of a page that was opened since.
pub(super) fn forget() {
    browser::store(true, STORAGE_KEY, None);
    let is_secure = browser::is_secure();
    let domains = cookies::domains(&browser::host());
    for domain in domains.iter().map(|domain| Some(domain.as_str())).chain([None]) {
        browser::set_cookie(&cookies::assignment(COOKIE, "", domain, "0", is_secure));
    }
}

fn random() -> Option<SessionId> {
    let mut bytes = [0; 16];
    browser::fill_random(&mut bytes);
    // All visitors would be one.
    bytes.iter().any(|&byte| byte != 0).then(|| SessionId::from_random(&bytes))
}

/// Sets the cookie anew, on the widest domain that the browser accepts, since each visit prolongs its life.
fn keep(session: &SessionId) {
    browser::store(true, STORAGE_KEY, Some(session.as_str()));
    let domains = cookies::domains(&browser::host());
    let domains = domains.iter().map(|domain| Some(domain.as_str())).chain([None]);
    let is_secure = browser::is_secure();
    for domain in domains {
        // Whether a domain is accepted shows only on a cookie that is not there yet.
        let probe = cookies::assignment("_hatsuban_probe", "1", domain, "5", is_secure);
        browser::set_cookie(&probe);
        if !cookies::values(&browser::cookies(), "_hatsuban_probe").is_empty() {
            browser::set_cookie(&cookies::assignment("_hatsuban_probe", "", domain, "0", is_secure));
            browser::set_cookie(&cookies::assignment(COOKIE, session.as_str(), domain, MAX_AGE_SECONDS, is_secure));
            return;
        }
    }
}
