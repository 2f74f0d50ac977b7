//! What a tag says to its loader. The names are the snippet's; what is as usual is left out, so that tags stay small.

use crate::{
    assets::{self, Assets, SETTINGS_PLACEHOLDER},
    domain::{
        conduct::{Conduct, Consent, LeaseOn, Mode, WHOLE_SAMPLE},
        ids::TargetId,
        number::TrackingNumber,
        site::{Image, Site, Target},
    },
};
use serde::Serialize;
use snippet_core::channel::{Condition, compile};
use std::collections::BTreeMap;

#[derive(Default, Serialize)]
struct Settings<'a> {
    site: &'a str,
    service: &'a str,
    glue: String,
    wasm: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wasm_sri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_sri: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    off: bool,
    #[serde(flatten)]
    page: Option<Page<'a>>,
    targets: Vec<TagTarget<'a>>,
}

/// What a tag that is off does not need.
#[derive(Serialize)]
struct Page<'a> {
    /// Whether anything below is done by the part of the program that few sites need.
    #[serde(skip_serializing_if = "is_false")]
    needs_extra: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_cookie: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    discover: bool,
    #[serde(skip_serializing_if = "is_default")]
    mode: Mode,
    #[serde(skip_serializing_if = "is_default")]
    consent: Consent,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<TagChannel<'a>>,
    #[serde(skip_serializing_if = "is_empty")]
    cookies: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout: Option<u8>,
    #[serde(skip_serializing_if = "is_default")]
    lease_on: LeaseOn,
    #[serde(skip_serializing_if = "is_default")]
    hide_ms: u16,
    #[serde(skip_serializing_if = "is_false")]
    data_layer: bool,
    #[serde(skip_serializing_if = "is_false")]
    iframes: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<TagImage<'a>>,
    #[serde(skip_serializing_if = "is_false")]
    headless: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<f64>,
}

#[derive(Serialize)]
struct TagTarget<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e164: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<u8>,
}

#[derive(Serialize)]
struct TagChannel<'a> {
    name: &'a str,
    when: Vec<(&'static str, bool, String)>,
    numbers: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
struct TagImage<'a> {
    selector: &'a str,
    target: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    background: bool,
}

/// The loader with a site's settings in it.
pub(super) fn tag(assets: &Assets, site: &Site, public_url: &str) -> String {
    let settings = serde_json::to_string(&settings(assets, site, public_url)).unwrap_or_else(|_| "null".to_owned());
    assets.loader.replace(SETTINGS_PLACEHOLDER, &script_safe(&settings))
}

fn settings<'a>(assets: &'a Assets, site: &'a Site, public_url: &'a str) -> Settings<'a> {
    let asset = |name: &str| format!("{public_url}/assets/{}/{name}", assets.hash);
    let always = Settings {
        site: site.key.as_str(),
        service: public_url,
        glue: asset(assets::GLUE),
        wasm: asset(assets::WASM),
        off: !site.conduct.enabled,
        ..Settings::default()
    };
    if always.off {
        return always;
    }
    let targets = if site.discovers() { &[] } else { site.targets.as_slice() };
    Settings {
        extra: assets.integrity(assets::EXTRA).map(|_| asset(assets::EXTRA)),
        sri: assets.integrity(assets::GLUE),
        wasm_sri: assets.integrity(assets::WASM),
        extra_sri: assets.integrity(assets::EXTRA),
        page: Some(page(site, &site.conduct)),
        targets: targets.iter().map(target).collect(),
        ..always
    }
}

fn page<'a>(site: &'a Site, conduct: &'a Conduct) -> Page<'a> {
    let is_selected = |target: &Target| target.selector.is_some() || target.number.is_none();
    Page {
        needs_extra: site.session_cookie.is_some()
            || site.discovers()
            || conduct.lease_on != LeaseOn::default()
            || conduct.iframes
            || !site.images.is_empty()
            || site.targets.iter().any(is_selected),
        session_cookie: site.session_cookie.as_deref(),
        discover: site.discovers(),
        mode: conduct.mode,
        consent: conduct.consent,
        channels: channels(site),
        cookies: &conduct.cookies,
        rollout: Some(conduct.rollout_percent).filter(|percent| *percent < 100),
        lease_on: conduct.lease_on,
        hide_ms: conduct.hide_until_ready_ms,
        data_layer: conduct.data_layer,
        iframes: conduct.iframes,
        images: site.images.iter().map(image).collect(),
        headless: conduct.headless,
        health: (conduct.health_sample > 0).then(|| f64::from(conduct.health_sample) / f64::from(WHOLE_SAMPLE)),
    }
}

fn target(target: &Target) -> TagTarget<'_> {
    let foreign = target.number.as_ref().filter(|number| !number.is_japanese());
    TagTarget {
        id: target.id.as_str(),
        number: target.number.as_ref().map(|number| target.form.national(number)),
        selector: target.selector.as_deref(),
        e164: foreign.and_then(TrackingNumber::e164),
        groups: foreign.map(|number| target.form.groups_of(number)).unwrap_or_default(),
    }
}

fn channels(site: &Site) -> Vec<TagChannel<'_>> {
    let channels = site.channels.iter().filter_map(|channel| {
        // A rule that makes no sense never holds.
        let conditions = compile(channel.when.as_str()).ok()?;
        let when = conditions.into_iter().map(|Condition { fact, is_wanted, pattern }| (fact, is_wanted, pattern));
        let numbers = channel.numbers.iter().map(|(target, number)| (target.as_str(), shown(site, target, number)));
        Some(TagChannel { name: &channel.name, when: when.collect(), numbers: numbers.collect() })
    });
    channels.collect()
}

/// National digits; another country's number as the snippet's engine takes it: `6023133897/16023133897/3-3-4`.
fn shown(site: &Site, target: &TargetId, number: &TrackingNumber) -> String {
    if number.is_japanese() {
        return number.national().to_owned();
    }
    let target = site.targets.iter().find(|other| other.id == *target);
    let form = target.map(|target| target.form.clone()).unwrap_or_default();
    let groups: Vec<String> = form.groups_of(number).iter().map(u8::to_string).collect();
    format!("{}/{}/{}", form.national(number), number.key(), groups.join("-"))
}

fn image(image: &Image) -> TagImage<'_> {
    TagImage { selector: &image.selector, target: image.target.as_str(), url: &image.url, background: image.background }
}

/// JSON that stays JSON inside a script, whichever way the script reaches the page.
fn script_safe(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_empty<T>(values: &[T]) -> bool {
    values.is_empty()
}

#[cfg(test)]
mod tests {
    use super::script_safe;

    #[test]
    fn settings_cannot_close_the_script_they_stand_in() {
        assert_eq!(script_safe("\"</script>\u{2028}\""), "\"\\u003c/script>\\u2028\"");
    }
}
