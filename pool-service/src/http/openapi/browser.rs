//! What all routes that pages ask have in common: a preflight.

use crate::http::{cors, service::Service};
use std::sync::Arc;
use utoipa_axum::{router::UtoipaMethodRouter, routes};

/// These routes, and the question that a browser asks before a request that is not simple.
pub(in crate::http) fn with_preflight(
    (schemas, mut paths, methods): UtoipaMethodRouter<Arc<Service>>,
) -> UtoipaMethodRouter<Arc<Service>> {
    let (_, preflight, answers) = routes!(cors::preflight);
    let operation = preflight.paths.into_values().next().and_then(|item| item.options);
    for (path, item) in &mut paths.paths {
        item.options = operation.clone().map(|mut operation| {
            // Names of operations are unique.
            operation.operation_id = Some(format!("preflight{}", path.replace('/', "_")));
            operation
        });
    }
    (schemas, paths, methods.merge(answers))
}
