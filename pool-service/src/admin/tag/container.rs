//! A container that Google Tag Manager imports: the Custom HTML and its trigger, ready made.
//!
//! The form is that of Google Tag Manager's own exports, version 2. Ids are placeholders: an import gives its own.
//! It was not tried with a live account; `docs/TAG.md` says so to whoever installs it.

use super::{Wanted, html, readable};
use crate::domain::{site::Site, time::Timestamp};
use serde_json::json;

/// The trigger that every container has without it being made.
const ALL_PAGES: &str = "2147479553";

/// The file to import.
pub fn container(site: &Site, public_url: &str, wanted: Wanted, now: Timestamp) -> String {
    let name = format!("発番 Hatsuban : {}", readable(&site.name));
    let moment = i64::try_from(now.as_millis()).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    // Real fingerprints are the moment of the last change.
    let fingerprint = now.as_millis().to_string();
    let tag = json!({
        "accountId": "0",
        "containerId": "0",
        "tagId": "1",
        "name": format!("{name}（電話番号の差し替え / number swapping）"),
        "type": "html",
        "parameter": [
            { "type": "TEMPLATE", "key": "html", "value": html::html(site, public_url, wanted) },
            { "type": "BOOLEAN", "key": "supportDocumentWrite", "value": "false" },
        ],
        "notes": "hatsuban tag --format container で作りました。同意の確認は Hatsuban が行うため、追加の同意は設定しません。\n\
                  Made by `hatsuban tag --format container`. Hatsuban looks at consent itself: require none here.",
        "fingerprint": fingerprint,
        "firingTriggerId": [ALL_PAGES],
        "tagFiringOption": "ONCE_PER_LOAD",
        "monitoringMetadata": { "type": "MAP" },
        // Whether further consent is needed is the site owner's decision: left open, as in a tag that is made by hand.
        "consentSettings": { "consentStatus": "NOT_SET" },
    });
    let export = json!({
        "exportFormatVersion": 2,
        "exportTime": moment.unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S").to_string(),
        "containerVersion": {
            "path": "accounts/0/containers/0/versions/0",
            "accountId": "0",
            "containerId": "0",
            "containerVersionId": "0",
            "container": {
                "path": "accounts/0/containers/0",
                "accountId": "0",
                "containerId": "0",
                "name": name,
                "publicId": "GTM-XXXXXXX",
                "usageContext": ["WEB"],
                "fingerprint": fingerprint,
            },
            "tag": [tag],
            "trigger": [],
            "variable": [],
            "builtInVariable": [],
            "customTemplate": [],
            "fingerprint": fingerprint,
        },
    });
    format!("{export:#}\n")
}
