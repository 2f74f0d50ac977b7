//! The custom template of Google Tag Manager, with this service and site as its defaults and its permission.

use super::{Wanted, literal};
use crate::domain::site::Site;

/// The template as it is kept; its defaults are an example.
const TEMPLATE: &str = include_str!("../../../../snippet/js/gtm/template.tpl");
/// The service of the example.
const EXAMPLE_SERVICE: &str = "https://numbers.example.com";
/// The site of the example.
const EXAMPLE_KEY: &str = "st_example";

/// The file to import in the template editor.
///
/// # Errors
/// When the service has no https address: the template may load nothing else.
pub fn template(site: &Site, public_url: &str, wanted: Wanted) -> Result<String, String> {
    if !public_url.starts_with("https://") {
        return Err(format!(
            "the template loads the tag over https only, and this service is {public_url}: set http.public_url, or use --format html"
        ));
    }
    let service = literal(public_url);
    let text = TEMPLATE.replace(EXAMPLE_SERVICE, service.trim_matches('"')).replace(EXAMPLE_KEY, site.key.as_str());
    Ok(wanted.options().into_iter().fold(text, |text, (name, value)| with_default(&text, name, value)))
}

/// Sets the default of a field. A field's name stands before its default.
fn with_default(text: &str, field: &str, value: &str) -> String {
    const DEFAULT: &str = "\"defaultValue\": \"";
    let replaced = || {
        let (before, rest) = text.split_once(&format!("\"name\": \"{field}\""))?;
        let (between, rest) = rest.split_once(DEFAULT)?;
        let (_, after) = rest.split_once('"')?;
        Some(format!("{before}\"name\": \"{field}\"{between}{DEFAULT}{value}\"{after}"))
    };
    replaced().unwrap_or_else(|| text.to_owned())
}
