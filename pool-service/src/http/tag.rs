//! `GET /tag/{site_key}.js`: the loader with this site's settings in it.

use super::{
    path::Segments,
    problem::{ASSETS_MISSING, Answer, NOT_FOUND, UNKNOWN_SITE},
    service::Service,
};
use crate::{
    assets::{self, Assets, SETTINGS_PLACEHOLDER},
    domain::{ids::SiteKey, site::Site},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What the loader reads. The names are the snippet's.
#[derive(Serialize)]
struct TagSettings<'a> {
    site: &'a str,
    service: &'a str,
    glue: String,
    wasm: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_cookie: Option<&'a str>,
    targets: Vec<TagTarget<'a>>,
}

#[derive(Serialize)]
struct TagTarget<'a> {
    id: &'a str,
    number: &'a str,
}

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/tag/{file}", get(tag))
}

async fn tag(
    State(service): State<Arc<Service>>,
    Segments(file): Segments<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let key = file.strip_suffix(".js").ok_or_else(|| NOT_FOUND.because("Tags end in .js."))?;
    let configured = service.configured();
    let site = SiteKey::parse(key).ok().and_then(|key| configured.site(&key));
    let site = site
        .ok_or_else(|| UNKNOWN_SITE.because("No site has this key; `hatsuban tag --site ID` prints the right tag."))?;
    let assets = service.assets.as_ref();
    let assets = assets.ok_or_else(|| ASSETS_MISSING.because("Run `npm run build` and start the service again."))?;
    let text = text(assets, site, &service.options.public_url);
    let etag = etag(&text);
    let is_known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|tags| {
        tags.split(',').any(|tag| matches!(tag.trim().trim_start_matches("W/"), tag if tag == etag || tag == "*"))
    });
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { text.into_response() };
    let cache = format!("public, max-age={}", service.options.tag_cache.as_secs());
    for (name, value) in [
        (header::CONTENT_TYPE, assets::media_type("loader.js")),
        (header::CACHE_CONTROL, &cache),
        (header::ETAG, &etag),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn text(assets: &Assets, site: &Site, public_url: &str) -> String {
    let asset = |name: &str| format!("{public_url}/assets/{}/{name}", assets.hash);
    let targets =
        site.targets.iter().map(|target| TagTarget { id: target.id.as_str(), number: target.number.national() });
    let settings = TagSettings {
        site: site.key.as_str(),
        service: public_url,
        glue: asset(assets::GLUE),
        wasm: asset(assets::WASM),
        session_cookie: site.session_cookie.as_deref(),
        targets: targets.collect(),
    };
    let settings = serde_json::to_string(&settings).unwrap_or_else(|_| "null".to_owned());
    assets.loader.replace(SETTINGS_PLACEHOLDER, &script_safe(&settings))
}

/// JSON that stays JSON inside a script, whichever way the script reaches the page.
fn script_safe(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn etag(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

#[cfg(test)]
mod tests {
    use super::script_safe;

    #[test]
    fn settings_cannot_close_the_script_they_stand_in() {
        assert_eq!(script_safe("\"</script>\u{2028}\""), "\"\\u003c/script>\\u2028\"");
    }
}
