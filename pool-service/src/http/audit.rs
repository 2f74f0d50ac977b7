//! `GET /v1/audit?from=&to=&after=&limit=`: who changed what, newest first.

use super::{
    bearer::Bearer,
    calls::asked::given,
    openapi::refusals,
    problem::{Answer, INVALID_REQUEST},
    query,
    service::Service,
    wire,
};
use crate::{
    admin::audit::page,
    domain::{
        access::Scope,
        audit::{Actor, Entry, is_key},
    },
};
use axum::{
    Json,
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Entries on one page, if not asked otherwise, and at most.
const LIMIT: usize = 100;
const MAX_LIMIT: usize = 500;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Changes that began at this moment or later, RFC 3339; empty: from the first
    from: Option<String>,
    /// Changes that began before this moment; empty: to the last
    to: Option<String>,
    /// Go on where the page before ended: its `next`
    after: Option<String>,
    /// Entries on the page
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<usize>,
}

/// A page of the audit log.
#[derive(Serialize, utoipa::ToSchema)]
struct AuditAnswer {
    /// The newest first.
    entries: Vec<AuditEntry>,
    /// Ask again with this as `after` for the page that follows; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One change.
#[derive(Serialize, utoipa::ToSchema)]
struct AuditEntry {
    /// When it began, RFC 3339 in UTC.
    at: String,
    by: AuditActor,
    /// The command: `apply`, `token create`, `keys retire` …
    action: String,
    /// What was asked.
    asked: String,
    /// `done`, `refused` (nothing was changed), `failed` (some of it may have been done) or `begun` (nobody knows).
    outcome: &'static str,
    /// What was done, or why not.
    lines: Vec<String>,
}

/// Who wanted it.
#[derive(Serialize, utoipa::ToSchema)]
struct AuditActor {
    /// `command_line`, `token`, or `service`: done by its own rules.
    via: &'static str,
    /// The operating system's name of the user, or the token's id.
    name: String,
}

refusals!(Refused: INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(audit))
}

/// Who changed what of the installation
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "operation",
    params(Asked),
    security(("token" = ["admin"])),
    responses((status = 200, body = AuditAnswer, description = "One page of changes"), Refused)
)]
async fn audit(State(service): State<Arc<Service>>, bearer: Bearer, uri: Uri) -> Answer<Response> {
    bearer.require_everywhere(Scope::Admin)?;
    let asked: Asked = query::read(&uri, &["from", "to", "after", "limit"])?;
    let moment =
        |name: &str, text: Option<String>| given(text).map(|text| wire::moment_in_query(name, &text)).transpose();
    let (from, until) = (moment("from", asked.from)?, moment("to", asked.to)?);
    let limit = asked.limit.unwrap_or(LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(INVALID_REQUEST.because(format!("limit must be 1 to {MAX_LIMIT}, not {limit}.")));
    }
    let after = given(asked.after);
    if after.as_deref().is_some_and(|after| !is_key(after)) {
        return Err(INVALID_REQUEST.because("after must be the next of the page before."));
    }
    // One more than the page shows whether another follows.
    let rows = page(service.store.as_ref(), from, until, after.as_deref(), limit + 1);
    let mut rows = service.ask("audit", rows).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|(key, _)| key.clone());
    let answer = AuditAnswer { entries: rows.into_iter().map(|(_, entry)| told(entry)).collect(), next };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn told(entry: Entry) -> AuditEntry {
    let (via, name) = match entry.by {
        Actor::CommandLine { user } => ("command_line", user),
        Actor::Token { id } => ("token", id),
        Actor::Service => ("service", "hatsuban".to_owned()),
    };
    AuditEntry {
        at: wire::time(entry.at),
        by: AuditActor { via, name },
        action: entry.action,
        asked: entry.asked,
        outcome: entry.outcome.name(),
        lines: entry.lines,
    }
}
