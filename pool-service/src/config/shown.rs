//! Settings as a person sees them: in errors and in `hatsuban config`.

use config::{Value, ValueKind};

/// What stands in the names of settings whose values nobody else may know. A misspelt one is no setting, and its value a
/// secret all the same.
const SECRETS: [&str; 4] = ["auth", "token", "secret", "password"];

/// One effective setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The dotted key.
    pub key: String,
    /// The value as text, quoted as in TOML; passwords masked.
    pub value: String,
    /// Where it was set.
    pub source_name: String,
}

pub(super) fn source_name(value: &Value) -> String {
    value.origin().unwrap_or("the built-in defaults").to_owned()
}

/// The value as a person may see it: secrets and passwords in addresses are nobody's business.
pub(super) fn shown(key: &str, value: &Value) -> String {
    match &value.kind {
        ValueKind::String(text) if text.is_empty() => format!("{text:?}"),
        _ if is_secret(key) => "\"***\"".to_owned(),
        ValueKind::String(text) => format!("{:?}", masked(text)),
        _ => value.to_string(),
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    !key.ends_with("_file") && SECRETS.iter().any(|part| key.contains(part))
}

fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // An @ behind the ? means that the ? is part of a password that should have been percent-encoded.
    if let Some((_, behind)) = rest.split_once('?').and_then(|(_, query)| query.rsplit_once('@')) {
        return format!("{scheme}://***@{behind}");
    }
    let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    let place = match place.rsplit_once('@') {
        Some((credentials, host)) => {
            format!("{}:***@{host}", credentials.split_once(':').map_or("", |(user, _)| user))
        }
        None => place.to_owned(),
    };
    let parameter = |part: &str| match part.split_once('=') {
        Some((key, _)) if key.contains("password") => format!("{key}=***"),
        _ => part.to_owned(),
    };
    let query = query.map(|query| format!("?{}", query.split('&').map(parameter).collect::<Vec<_>>().join("&")));
    format!("{scheme}://{place}{}", query.unwrap_or_default())
}

pub(super) fn similar<'a>(key: &str, known: impl Iterator<Item = &'a String>) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or(key).to_owned();
    // In the environment one `_` is soon written where `__` stands for the dot.
    let is_near = |candidate: &String| {
        last(candidate) == last(key) || candidate.starts_with(key) || candidate.replace('.', "_") == key
    };
    let mut near = known.filter(|candidate| is_near(candidate));
    near.next().map_or_else(String::new, |candidate| format!(", did you mean {candidate}?"))
}
