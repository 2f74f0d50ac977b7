//! Custom HTML that loads a site's tag once.
//!
//! Google Tag Manager takes ES5 only, replaces `{{…}}`, fires a tag twice on some pages, and leaves
//! `document.currentScript` empty; the tag has to bear all four. Block comments, since some tag managers join lines.

use super::{Wanted, literal, readable};
use crate::domain::site::Site;

/// The lines to paste.
pub fn html(site: &Site, public_url: &str, wanted: Wanted) -> String {
    let (name, id) = (readable(&site.name), &site.id);
    let source = literal(&format!("{public_url}/tag/{}.js", site.key));
    let options = options(wanted);
    format!(
        r#"<!-- 発番 Hatsuban : {name} ({id})
     このページの電話番号を、訪問者に合わせた番号へ差し替えるタグです。
     Google タグ マネージャーでは「カスタム HTML」に貼り、トリガーを All Pages にします。「document.write をサポートする」は不要です。
     ページに直接入れるときは <head> の中に貼ります。どのページも同じ内容です。
     Replaces the telephone numbers of this site with the visitor's.
     In Google Tag Manager: paste into a Custom HTML tag, trigger All Pages, leave "Support document.write" off.
     On your own pages: paste into <head>. The same lines on every page. -->
<script>
(function (w, d) {{
  /* 二重に配信されても読み込みは一度だけ / loads once, even if the tag fires twice */
  if (d.getElementById("hatsuban-tag")) return;
  /* 読み込みが終わるまで命令を預かります / keeps commands until the program is there */
  var h = w.hatsuban = w.hatsuban || function () {{ (h.q = h.q || []).push(arguments); }};
{options}  var s = d.createElement("script");
  s.id = "hatsuban-tag";
  s.async = true;
  s.crossOrigin = "anonymous";
  s.src = {source};
  s.onerror = function () {{
    if (w.console) w.console.warn("[hatsuban] " + s.src + " could not be loaded. The page keeps its own numbers. Check that it answers and that script-src of the Content-Security-Policy allows it.");
  }};
  (d.head || d.documentElement).appendChild(s);
}})(window, document);
</script>
"#
    )
}

/// The overrides have to stand before the loader runs.
fn options(wanted: Wanted) -> String {
    let options =
        wanted.options().iter().map(|(name, value)| format!("{name}: {}", literal(value))).collect::<Vec<_>>();
    if options.is_empty() {
        return String::new();
    }
    let options = options.join(", ");
    format!(
        "  /* 発番方式と広告媒体。この行を消すとサイトの設定に従います / without this line the site's settings decide */\n  \
         h.options = {{ {options} }};\n"
    )
}
