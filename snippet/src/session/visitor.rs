//! What is known of the visitor: the ad click, and where the visit began.

use super::browser;
use alloc::{string::String, vec::Vec};
use snippet_core::{
    click_ids::{ClickId, gclid},
    text::{joined, parts},
};

/// Facts about the visit, the same for all of its pages.
pub(super) struct Visitor {
    /// Newest first.
    pub(super) click_ids: Vec<ClickId>,
    /// Address of the first page.
    pub(super) landing_page: String,
    /// Referrer of the first page.
    pub(super) referrer: String,
}

impl Visitor {
    /// Reads them from this page's address and cookies, and from what the first page of the visit kept in the tab's
    /// own storage.
    pub(super) fn read(site: &str) -> Self {
        let key = browser::key(site, ":visit");
        let address = browser::address();
        let kept = browser::stored(false, &key);
        let mut lines = parts(kept.as_deref().unwrap_or_default(), b'\n');
        let mut landing_page = String::from(lines.next().unwrap_or_default());
        let mut referrer = String::from(lines.next().unwrap_or_default());
        // The page that the visitor's last ad click led to: its id must last after the visitor has gone on.
        let mut clicked_page = String::from(lines.next().unwrap_or_default());
        if landing_page.is_empty() {
            landing_page.clone_from(&address);
            referrer = browser::referrer();
        }
        if gclid(&address, "").is_some() {
            clicked_page = address;
        }
        browser::store(false, &key, Some(&joined(&[&landing_page, "\n", &referrer, "\n", &clicked_page])));
        let click_ids = gclid(&clicked_page, &browser::cookies()).into_iter().collect();
        Self { click_ids, landing_page, referrer }
    }
}
