//! What a site owner installs, in every form; no other place writes tags.
//!
//! The command line and HTTP read the same choices and give the same text.
//!
//! # Layout
//! - [`choices`]: what can be asked for, and the sentence when it is misspelt
//! - [`html`]: Custom HTML for a tag manager, or for the page itself
//! - [`container`]: a container that Google Tag Manager imports
//! - [`template`]: a custom template of Google Tag Manager, with this service and site filled in

pub mod choices;
pub mod container;
pub mod html;
pub mod template;

use super::Refused;
use crate::{
    domain::{
        ids::SiteId,
        site::{Configuration, Site},
        time::Timestamp,
    },
    store::Store,
};
use choices::{Format, Wanted};

/// The tag of a site, line by line.
///
/// # Errors
/// When there is no such site, the form cannot be written for this service, or the store does not answer.
pub async fn of_site(store: &dyn Store, site: &str, public_url: &str, wanted: Wanted) -> Result<Vec<String>, Refused> {
    let (_, configuration) = store.configuration().await?;
    let found = site_of(&configuration, site).ok_or_else(|| {
        let ids = configuration.sites.iter().map(|site| site.id.as_str()).collect::<Vec<_>>().join(", ");
        let ids = if ids.is_empty() { "none yet: `hatsuban apply` makes them".to_owned() } else { ids };
        Refused::because(format!("there is no site {site:?} (sites: {ids})"))
    })?;
    let text = write(found, public_url, wanted, store.now().await?).map_err(Refused::because)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// The site that is meant, if there is one.
pub fn site_of<'a>(configuration: &'a Configuration, id: &str) -> Option<&'a Site> {
    configuration.site(&SiteId::parse(id).ok()?)
}

/// The tag of a site as text.
///
/// # Errors
/// Why this form cannot be written for this service.
pub fn write(site: &Site, public_url: &str, wanted: Wanted, now: Timestamp) -> Result<String, String> {
    match wanted.format {
        Format::Html => Ok(html::html(site, public_url, wanted)),
        Format::Container => Ok(container::container(site, public_url, wanted, now)),
        Format::Tpl => template::template(site, public_url, wanted),
    }
}

/// A text as a literal of JavaScript and JSON that ends neither a script element nor a comment.
fn literal(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// What a person calls the site, without the characters that mean something in a comment or to a tag manager.
fn readable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control() && !"<>{}-*/\"".contains(*c)).take(80).collect()
}
