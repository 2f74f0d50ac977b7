//! How a site's tag behaves, as a document says it.

use super::{document::SiteEntry, validate::Findings};
use crate::domain::conduct::{Conduct, MAX_HIDE_MS, Mode, WHOLE_SAMPLE};

/// Cookies that a site may name for its tag.
const MAX_COOKIES: usize = 20;

/// Names of cookies that prove who somebody is: whoever has their value is that person.
const LOGIN_COOKIES: [&str; 42] = [
    ".aspxauth",
    "access_token",
    "apisid",
    "asp.net_sessionid",
    "auth",
    "auth_token",
    "authtoken",
    "c_user",
    "cfid",
    "cftoken",
    "ci_session",
    "connect.sid",
    "csrf",
    "csrf_token",
    "csrftoken",
    "frontend",
    "hsid",
    "id_token",
    "jsessionid",
    "jwt",
    "laravel_session",
    "li_at",
    "login",
    "phpsessid",
    "refresh_token",
    "remember_me",
    "remember_token",
    "rememberme",
    "sapisid",
    "sess",
    "session",
    "session_id",
    "session_token",
    "sessionid",
    "sessiontoken",
    "sid",
    "ssid",
    "symfony",
    "token",
    "user_token",
    "xs",
    "xsrf-token",
];
const LOGIN_PREFIXES: [&str; 10] = [
    ".aspnet",
    "__host-",
    "__secure-",
    "aspsessionid",
    "remember_web_",
    "sb-access",
    "sb-refresh",
    "wordpress_",
    "wp-postpass",
    "wp_woocommerce_session",
];
const LOGIN_SUFFIXES: [&str; 8] =
    ["_session", "-session", "sessid", "session-token", "session_token", "auth-token", "auth_token", "access_token"];

/// Reads how a tag behaves; what is wrong goes to the findings.
pub(super) fn read(entry: &SiteEntry, place: &str, findings: &mut Findings) -> Conduct {
    let default = Conduct::default();
    let mut whole = |name: &str, value: Option<i64>, most: u16, default: u16| match value {
        None => default,
        Some(value) => match u16::try_from(value).ok().filter(|value| *value <= most) {
            Some(value) => value,
            None => {
                findings.add(place, format!("{name} = {value} must be 0 to {most}"));
                default
            }
        },
    };
    let rollout = whole("rollout_percent", entry.rollout_percent, 100, default.rollout_percent.into());
    let hide_until_ready_ms =
        whole("hide_until_ready_ms", entry.hide_until_ready_ms, MAX_HIDE_MS, default.hide_until_ready_ms);
    let health_sample = entry.health_sample.map_or(default.health_sample, |share| {
        if (0.0..=1.0).contains(&share) {
            return (share * f64::from(WHOLE_SAMPLE)).round() as u32;
        }
        findings.add(place, format!("health_sample = {share} must be 0 to 1: 0.01 is one page of a hundred"));
        0
    });
    check_cookies(entry, place, findings);
    if entry.mode == Some(Mode::Channel) && entry.channels.is_empty() {
        findings.add(place, "mode = \"channel\" shows numbers of channels, and there is no [[site.channel]]");
    }
    Conduct {
        enabled: entry.enabled.unwrap_or(default.enabled),
        rollout_percent: rollout as u8,
        mode: entry.mode.unwrap_or_default(),
        consent: entry.consent.unwrap_or_default(),
        lease_on: entry.lease_on.unwrap_or_default(),
        hide_until_ready_ms,
        cookies: entry.cookies.clone(),
        discovery: entry.discovery.unwrap_or(default.discovery),
        data_layer: entry.data_layer.unwrap_or(default.data_layer),
        iframes: entry.iframes.unwrap_or(default.iframes),
        headless: entry.headless.unwrap_or(default.headless),
        health_sample,
    }
}

fn check_cookies(entry: &SiteEntry, place: &str, findings: &mut Findings) {
    if entry.cookies.len() > MAX_COOKIES {
        findings.add(place, format!("cookies has more than {MAX_COOKIES} names"));
    }
    for (at, name) in entry.cookies.iter().enumerate() {
        if !is_cookie_name(name) || name.contains(',') {
            findings.add(place, format!("cookies: {name:?} is no cookie name"));
        } else if is_login_cookie(name) || entry.session_cookie.as_ref() == Some(name) {
            let why =
                "proves who somebody is and must not leave the browser; cookies is for those of analytics and ads";
            findings.add(place, format!("cookies: {name:?} {why}"));
        } else if entry.cookies[..at].contains(name) {
            findings.add(place, format!("cookies has {name:?} twice"));
        }
    }
}

fn is_login_cookie(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // Drupal's: SESS or SSESS and a digest.
    let is_digest = |rest: &str| rest.len() >= 16 && rest.chars().all(|c| c.is_ascii_hexdigit());
    LOGIN_COOKIES.contains(&name.as_str())
        || LOGIN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || LOGIN_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
        || ["sess", "ssess"].iter().any(|prefix| name.strip_prefix(prefix).is_some_and(is_digest))
}

/// Whether a browser would take a cookie of this name.
pub(super) fn is_cookie_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    (1..=128).contains(&name.len()) && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::is_login_cookie;

    #[test]
    fn login_cookies_are_told_from_those_of_analytics() {
        for name in
            ["PHPSESSID", "connect.sid", "SSESS0123456789abcdef", "_myapp_session", "__Host-token", "wordpress_sec_1"]
        {
            assert!(is_login_cookie(name), "{name}");
        }
        for name in ["_biz_uid", "_ga", "_uetsid", "_hjSessionUser_1", "_clsk", "sess_source", "_fbp"] {
            assert!(!is_login_cookie(name), "{name}");
        }
    }
}
