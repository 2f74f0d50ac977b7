//! By which channel and campaign a credited visitor came: by the site's rules, else by what is generally known of ad
//! platforms and search engines.

use super::{CallDesk, Place};
use crate::domain::{
    call::{Call, source::Source},
    site::Site,
    visitor::Visitor,
};
use fancy_regex::Regex;
use percent_encoding::percent_decode_str;
use snippet_core::channel::compile;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Characters of a channel's or campaign's name that are kept.
const MAX_NAME: usize = 255;
/// Rules that are kept ready; a site's are at most 32.
const MAX_RULES: usize = 4_096;

/// Click ids by whose ads they are.
const PLATFORMS: [(&str, &[&str]); 7] = [
    ("google-ads", &["gclid", "gbraid", "wbraid", "dclid"]),
    ("yahoo-ads", &["yclid", "yjr_yjad", "ly_c", "ly_r", "ly_su"]),
    ("microsoft-ads", &["msclkid"]),
    ("meta-ads", &["fbclid"]),
    ("tiktok-ads", &["ttclid"]),
    ("x-ads", &["twclid"]),
    ("linkedin-ads", &["li_fat_id"]),
];
/// Values of `utm_source` by whose ads they are, if `utm_medium` says that somebody paid.
const PAYING: [(&str, &str); 8] = [
    ("google", "google-ads"),
    ("yahoo", "yahoo-ads"),
    ("bing", "microsoft-ads"),
    ("microsoft", "microsoft-ads"),
    ("facebook", "meta-ads"),
    ("instagram", "meta-ads"),
    ("meta", "meta-ads"),
    ("tiktok", "tiktok-ads"),
];
const PAID: [&str; 7] = ["cpc", "ppc", "cpm", "paid", "paidsearch", "paid_social", "display"];
/// Names within a host that tell a search engine.
const ENGINES: [&str; 9] = ["google", "bing", "yahoo", "duckduckgo", "baidu", "naver", "ecosia", "yandex", "goo"];

/// Rules made ready; a rule's text means the same for ever.
#[derive(Default)]
pub(super) struct Rules(Mutex<HashMap<String, Arc<Ready>>>);

/// A fact, whether its pattern is to match, and the pattern; `None` for a rule that never holds.
type Ready = Option<Vec<(&'static str, bool, Regex)>>;

/// How one visit began.
struct Visit<'a> {
    landing_page: &'a str,
    referrer: &'a str,
    /// Kinds of ad clicks, and whether each stood in the address of this visit.
    clicks: Vec<(String, bool)>,
}

impl CallDesk {
    /// How the visitor came to whom a call is credited; else what its number stands for.
    pub(super) fn source(&self, place: &Place, call: &Call) -> Source {
        let printed = place.printed.clone().unwrap_or_default();
        let Some(visitor) = call.visitor() else {
            return Source { channel: printed.channel, campaign: printed.campaign, ..Source::default() };
        };
        let configured = self.live.now();
        let site = call.site.as_ref().and_then(|id| configured.configuration().site(id));
        let (last, first) = (last_visit(visitor), first_visit(visitor));
        Source {
            channel: Some(self.rules.channel(site, &last)),
            campaign: parameter(last.landing_page, "utm_campaign"),
            first_channel: first.as_ref().map(|visit| self.rules.channel(site, visit)),
            first_campaign: first.as_ref().and_then(|visit| parameter(visit.landing_page, "utm_campaign")),
        }
    }
}

fn last_visit(visitor: &Visitor) -> Visit<'_> {
    Visit {
        landing_page: visitor.landing_page.as_deref().unwrap_or_default(),
        referrer: visitor.referrer.as_deref().unwrap_or_default(),
        clicks: visitor.click_ids.iter().map(|click| (click.kind.clone(), click.from_url)).collect(),
    }
}

fn first_visit(visitor: &Visitor) -> Option<Visit<'_>> {
    let first = visitor.profile().first_touch.as_ref()?;
    let landing_page = first.landing_page.as_deref().unwrap_or_default();
    let known = snippet_core::visitor::read(landing_page, "", &[""; 0]);
    let clicks = known.clicks.into_iter().map(|click| (click.kind.to_owned(), true)).collect();
    Some(Visit { landing_page, referrer: first.referrer.as_deref().unwrap_or_default(), clicks })
}

impl Rules {
    fn channel(&self, site: Option<&Site>, visit: &Visit<'_>) -> String {
        let channels = site.map_or(&[][..], |site| &site.channels);
        let chosen = channels.iter().find(|channel| self.holds(channel.when.as_str(), visit));
        chosen.map_or_else(|| general(site, visit), |channel| channel.name.clone())
    }

    fn holds(&self, rule: &str, visit: &Visit<'_>) -> bool {
        let ready = self.ready(rule);
        let kinds = visit.clicks.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(",");
        ready.as_ref().as_ref().is_some_and(|conditions| {
            conditions.iter().all(|(fact, is_wanted, pattern)| {
                let fact = match *fact {
                    "click" => &kinds,
                    "referrer" => visit.referrer,
                    _ => visit.landing_page,
                };
                pattern.is_match(fact).is_ok_and(|matches| matches == *is_wanted)
            })
        })
    }

    fn ready(&self, rule: &str) -> Arc<Ready> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = rules.get(rule) {
            return Arc::clone(ready);
        }
        if rules.len() >= MAX_RULES {
            rules.clear();
        }
        let ready = Arc::new(made_ready(rule));
        rules.insert(rule.to_owned(), Arc::clone(&ready));
        ready
    }
}

fn made_ready(rule: &str) -> Ready {
    let conditions = compile(rule).ok()?.into_iter();
    let ready = conditions.map(|condition| {
        Some((condition.fact, condition.is_wanted, Regex::new(&format!("(?i){}", condition.pattern)).ok()?))
    });
    ready.collect()
}

/// Channels that need no rules: `google-ads`, `organic`, `referral`, `email`, `direct` …
fn general(site: Option<&Site>, visit: &Visit<'_>) -> String {
    let platform = |is_of_visit: bool| {
        let kinds = || visit.clicks.iter().filter(|(_, from_url)| *from_url || !is_of_visit);
        kinds()
            .find_map(|(kind, _)| PLATFORMS.iter().find(|(_, of)| of.contains(&kind.as_str())).map(|(name, _)| *name))
    };
    let host = host(visit.referrer).filter(|host| !is_own(site, host));
    let name = platform(true).or_else(|| of_parameters(visit.landing_page)).or_else(|| host.map(of_referrer));
    // Nothing led here this time: the ad that was clicked before did.
    name.or_else(|| platform(false)).unwrap_or("direct").to_owned()
}

fn of_parameters(landing_page: &str) -> Option<&'static str> {
    let medium = parameter(landing_page, "utm_medium")?.to_ascii_lowercase();
    if PAID.contains(&medium.as_str()) {
        let source = parameter(landing_page, "utm_source").unwrap_or_default().to_ascii_lowercase();
        return Some(PAYING.iter().find(|(part, _)| source.contains(part)).map_or("other-ads", |(_, name)| name));
    }
    ["email", "mail", "newsletter"].contains(&medium.as_str()).then_some("email")
}

fn of_referrer(host: &str) -> &'static str {
    let is_engine = host.split('.').any(|label| ENGINES.contains(&label));
    // Mail and maps of a search engine's firm are no searches, but nobody would look for them under referrals either.
    if is_engine { "organic" } else { "referral" }
}

fn is_own(site: Option<&Site>, host: &str) -> bool {
    site.is_some_and(|site| site.origins.iter().any(|origin| self::host(origin) == Some(host)))
}

fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next()?.split(':').next()?;
    Some(host).filter(|host| !host.is_empty())
}

/// A parameter of an address as text, the first that says something.
fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1.split('#').next()?;
    query.split('&').filter_map(|pair| pair.split_once('=')).find_map(|(key, value)| {
        let value = value.replace('+', " ");
        let text = percent_decode_str(&value).decode_utf8_lossy();
        let text: String = text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
        (key == name && !text.trim().is_empty()).then(|| text.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn general_of(landing_page: &str, referrer: &str, clicks: &[(&str, bool)]) -> String {
        let clicks = clicks.iter().map(|(kind, from_url)| ((*kind).to_owned(), *from_url)).collect();
        general(None, &Visit { landing_page, referrer, clicks })
    }

    #[test]
    fn ads_searches_links_and_nothing_are_told_apart() {
        for (landing, referrer, clicks, name) in [
            ("https://a.jp/?gclid=x", "https://www.google.com/", &[("gclid", true)][..], "google-ads"),
            ("https://a.jp/?yclid=x", "", &[("yclid", true), ("gclid", false)], "yahoo-ads"),
            ("https://a.jp/", "https://www.google.co.jp/", &[("gclid", false)], "organic"),
            ("https://a.jp/", "", &[("msclkid", false)], "microsoft-ads"),
            ("https://a.jp/?utm_source=Facebook&utm_medium=cpc", "", &[], "meta-ads"),
            ("https://a.jp/?utm_source=line&utm_medium=paid", "", &[], "other-ads"),
            ("https://a.jp/?utm_medium=email", "", &[], "email"),
            ("https://a.jp/", "https://search.yahoo.co.jp/search?p=a", &[], "organic"),
            ("https://a.jp/", "https://portal.example/list", &[], "referral"),
            ("https://a.jp/", "", &[], "direct"),
        ] {
            assert_eq!(general_of(landing, referrer, clicks), name, "{landing} {referrer}");
        }
    }

    #[test]
    fn a_campaign_is_read_as_text() {
        assert_eq!(
            parameter("https://a.jp/?utm_campaign=%E5%A4%8F+2026&x=1", "utm_campaign").as_deref(),
            Some("夏 2026")
        );
        assert_eq!(parameter("https://a.jp/?utm_campaign=&utm_campaign=b#x", "utm_campaign").as_deref(), Some("b"));
        assert_eq!(parameter("https://a.jp/", "utm_campaign"), None);
    }
}
