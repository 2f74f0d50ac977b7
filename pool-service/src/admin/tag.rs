//! The tag that a site owner pastes: Custom HTML for Google Tag Manager, or for the page itself.
//!
//! Google Tag Manager takes ES5 only, replaces `{{…}}`, fires a tag twice on some pages, and leaves
//! `document.currentScript` empty; the tag has to bear all four.

use super::Refused;
use crate::{
    domain::ids::{SiteId, SiteKey},
    store::Store,
};

/// The tag of a site, line by line.
///
/// # Errors
/// When there is no such site, or the store does not answer.
pub async fn of_site(store: &dyn Store, site: &str, public_url: &str) -> Result<Vec<String>, Refused> {
    let (_, configuration) = store.configuration().await?;
    let found = SiteId::parse(site).ok().and_then(|id| configuration.site(&id));
    let Some(found) = found else {
        let ids = configuration.sites.iter().map(|site| site.id.as_str()).collect::<Vec<_>>().join(", ");
        let ids = if ids.is_empty() { "none yet: `hatsuban apply` makes them".to_owned() } else { ids };
        return Err(Refused::because(format!("there is no site {site:?} (sites: {ids})")));
    };
    Ok(html(public_url, &found.id, &found.key).lines().map(str::to_owned).collect())
}

/// Custom HTML that loads a site's tag once.
pub fn html(public_url: &str, site: &SiteId, key: &SiteKey) -> String {
    format!(
        r#"<!-- 発番 Hatsuban: サイト「{site}」の電話番号を差し替えるタグです。
     Google タグ マネージャーの「カスタム HTML」に貼り、トリガーを All Pages にしてください。
     Swaps the phone numbers of site "{site}". Paste it into a Custom HTML tag in Google Tag Manager, trigger All Pages. -->
<script>
(function (d) {{
  // 二重に配信されても読み込みは一度だけ / loads once, even if the tag fires twice
  if (d.getElementById("hatsuban-tag")) return;
  var s = d.createElement("script");
  s.id = "hatsuban-tag";
  s.async = true;
  s.crossOrigin = "anonymous";
  s.src = "{public_url}/tag/{key}.js";
  (d.head || d.documentElement).appendChild(s);
}})(document);
</script>
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_bears_google_tag_manager() {
        let (site, key) = (SiteId::parse("clinic").expect("an id"), SiteKey::parse("st_clinic").expect("a key"));
        let html = html("https://numbers.example.jp", &site, &key);
        assert!(html.contains(r#"s.src = "https://numbers.example.jp/tag/st_clinic.js""#), "{html}");
        for trap in ["{{", "}}", "currentScript", "=>", "const ", "let ", "`"] {
            assert!(!html.contains(trap), "{trap}");
        }
    }
}
