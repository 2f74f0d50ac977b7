//! The problems that a route answers with, from the table of problems.

use crate::http::problem::Kind;
use pool_protocol::problem::Problem;
use std::collections::BTreeMap;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
    schema::{SchemaType, Type},
};

/// Names the problems of a route: `refusals!(Refused: INVALID_TOKEN, MISSING_SCOPE)`, then `responses(…, Refused)`.
macro_rules! refusals {
    ($name:ident: $($kind:ident),+ $(,)?) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::http::openapi::of(&[$(&$crate::http::problem::$kind),+])
            }
        }
    };
}
pub(in crate::http) use refusals;

/// One answer for each status: its kinds, and an example of the first.
pub(in crate::http) fn of(kinds: &[&'static Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for &kind in kinds {
        by_status.entry(kind.status).or_default().push(kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status.to_string(), RefOr::T(response(status, &kinds)))).collect()
}

fn response(status: u16, kinds: &[&Kind]) -> Response {
    let lines: Vec<String> = kinds.iter().map(|kind| format!("`/problems/{}`: {}", kind.slug, kind.title)).collect();
    let example = kinds.first().map(|kind| Problem {
        kind: format!("/problems/{}", kind.slug),
        title: kind.title.to_owned(),
        status,
        detail: None,
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(example.and_then(|example| serde_json::to_value(example).ok()))
        .build();
    let response = ResponseBuilder::new().description(lines.join("\n\n")).content("application/problem+json", content);
    let header = |about: &str, value: Type| {
        let schema = ObjectBuilder::new().schema_type(SchemaType::Type(value)).build();
        HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
    };
    match status {
        401 => response.header("WWW-Authenticate", header("That a bearer token is wanted", Type::String)),
        429 | 503 => response.header("Retry-After", header("Ask again after so many seconds", Type::Integer)),
        _ => response,
    }
    .build()
}
