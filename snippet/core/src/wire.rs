//! The bodies of the requests to the pool service. Answers are parsed by the browser; see `keeper` for what they say.

use crate::{
    click_ids::{ClickId, Source},
    text::part,
};
use alloc::string::String;

/// Longest URL that is sent; the rest is cut.
const MAX_URL_BYTES: usize = 2_048;

/// `POST /v1/leases`: acquire or renew.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRequest<'a> {
    /// The site key.
    pub site: &'a str,
    /// The visitor session.
    pub session: &'a str,
    /// The page's URL; its fragment is left out.
    pub page: &'a str,
    /// The ad clicks that led here, newest first.
    pub click_ids: &'a [ClickId],
    /// URL of the session's first page; may be empty.
    pub landing_page: &'a str,
    /// What the browser named as the referrer of that page; may be empty.
    pub referrer: &'a str,
    /// The targets' ids, each with the token of the lease that is held.
    pub leases: &'a [(&'a str, Option<&'a str>)],
}

impl LeaseRequest<'_> {
    /// The body.
    pub fn body(&self) -> String {
        let mut json = Json::object();
        json.text("site", self.site);
        json.text("session", self.session);
        json.text("page", without_fragment(self.page));
        json.open("visitor", '{');
        if !self.click_ids.is_empty() {
            json.open("click_ids", '[');
            for click in self.click_ids {
                json.item('{');
                json.text("kind", click.kind);
                json.text("value", &click.value);
                if let Some(clicked_at_ms) = click.clicked_at_ms {
                    json.integer("clicked_at_ms", clicked_at_ms);
                }
                json.text("source", if click.source == Source::Url { "url" } else { "cookie" });
                json.close('}');
            }
            json.close(']');
        }
        json.text_unless_empty("landing_page", without_fragment(self.landing_page));
        json.text_unless_empty("referrer", cut(self.referrer));
        json.close('}');
        json.open("leases", '[');
        for &(target, token) in self.leases {
            json.item('{');
            json.text("target", target);
            json.text_unless_empty("token", token.unwrap_or_default());
            json.close('}');
        }
        json.close(']');
        json.end()
    }
}

/// `POST /v1/leases/left` and `/v1/leases/release`.
pub fn leave_body<'a>(site: &str, session: &str, targets: impl Iterator<Item = &'a str>) -> String {
    let mut json = Json::object();
    json.text("site", site);
    json.text("session", session);
    json.open("targets", '[');
    for target in targets {
        json.item_text(target);
    }
    json.close(']');
    json.end()
}

fn without_fragment(url: &str) -> &str {
    cut(part(url, b'#').0)
}

fn cut(url: &str) -> &str {
    let mut end = url.len().min(MAX_URL_BYTES);
    while !url.is_char_boundary(end) {
        end -= 1;
    }
    url.get(..end).unwrap_or_default()
}

/// A JSON text in the making. Keys are written as they are; values are escaped.
struct Json(String);

impl Json {
    fn object() -> Self {
        Self(String::from("{"))
    }

    fn separate(&mut self) {
        if !matches!(self.0.as_bytes().last(), Some(b'{' | b'[')) {
            self.0.push(',');
        }
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
    }

    fn open(&mut self, key: &str, bracket: char) {
        self.key(key);
        self.0.push(bracket);
    }

    fn item(&mut self, bracket: char) {
        self.separate();
        self.0.push(bracket);
    }

    fn close(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    fn text_unless_empty(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.text(key, value);
        }
    }

    fn item_text(&mut self, value: &str) {
        self.separate();
        self.quoted(value);
    }

    fn integer(&mut self, key: &str, value: u64) {
        self.key(key);
        push_integer(&mut self.0, value);
    }

    fn quoted(&mut self, value: &str) {
        self.0.push('"');
        for c in value.chars() {
            match c {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(c);
                }
                '\0'..='\x1f' => {
                    self.0.push_str(if c < '\x10' { "\\u000" } else { "\\u001" });
                    let low = c as u8 & 0xf;
                    self.0.push(char::from(if low < 10 { b'0' + low } else { b'a' - 10 + low }));
                }
                _ => self.0.push(c),
            }
        }
        self.0.push('"');
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Writes an integer in decimal; `core::fmt` would cost more bytes than the rest of the module.
pub(crate) fn push_integer(text: &mut String, value: u64) {
    if value >= 10 {
        push_integer(text, value / 10);
    }
    text.push(char::from(b'0' + (value % 10) as u8));
}
