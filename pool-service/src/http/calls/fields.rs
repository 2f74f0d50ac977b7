//! Which members or columns of calls are wanted.

use super::asked::{cut, given};
use crate::http::problem::{Answer, UNKNOWN_CHOICE};
use pool_protocol::call::CallRecord;
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::{
    PartialSchema,
    openapi::{RefOr, Schema},
};

/// The members of a record, as `/openapi.json` describes them.
pub(super) static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(|| match CallRecord::schema() {
    RefOr::T(Schema::Object(record)) => record.properties.keys().cloned().collect(),
    _ => Vec::new(),
});

/// A record with these members only.
pub(super) fn chosen_of(record: &CallRecord, members: &[&String]) -> Value {
    let mut value = serde_json::to_value(record).unwrap_or_default();
    if let Value::Object(all) = &mut value {
        all.retain(|name, _| members.contains(&name));
    }
    value
}

/// The wanted ones among those that there are, in the order in which they are wanted; all if nothing is said.
///
/// # Errors
/// Names those that there are.
pub(super) fn wanted<T>(
    text: Option<String>,
    all: &'static [T],
    name: impl Fn(&'static T) -> &'static str,
) -> Answer<Vec<&'static T>> {
    let Some(text) = given(text) else { return Ok(all.iter().collect()) };
    let find = |part: &str| {
        all.iter().find(|field| name(field) == part).ok_or_else(|| {
            let known = all.iter().map(&name).collect::<Vec<_>>().join(", ");
            UNKNOWN_CHOICE.because(format!("fields: there is no {:?}; there are {known}.", cut(part)))
        })
    };
    text.split(',').map(|part| find(part.trim())).collect()
}
