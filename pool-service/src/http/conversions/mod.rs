//! `GET /v1/conversions/{target}.csv?site=&from=&to=`: files that ad platforms fetch on a schedule.
//!
//! # Layout
//! - `fetcher`: who may fetch: a token of its own, also as a password
//! - `body`: a file as long as it gets

mod body;
mod fetcher;

use super::{
    openapi::refusals,
    path::Segments,
    problem::{Answer, INVALID_REQUEST, NOT_FOUND, UNKNOWN_SITE},
    query,
    service::Service,
};
use crate::{
    admin::conversions::{Planned, Run, Wanted, plan},
    domain::{
        access::Scope,
        conversion::{Target, zone::FileZone},
        ids::SiteId,
        time::Span,
    },
};
use axum::{
    extract::State,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use fetcher::Fetcher;
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Calls of this site only; else of all that the token is for
    site: Option<String>,
    /// The first day, as in 2026-11-01, or a moment of RFC 3339; else as many days as are configured
    from: Option<String>,
    /// The last day, or the moment before which calls began; else now
    to: Option<String>,
    /// Calls on behalf of this advertiser only
    advertiser: Option<String>,
    /// The IANA zone of days and times; else the configured one
    zone: Option<String>,
}

refusals!(
    Refused: INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, NOT_FOUND, UNKNOWN_SITE, INVALID_REQUEST, INTERNAL, STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(conversions))
}

/// A file of conversions, for an ad platform that fetches it on a schedule
///
/// Needs a token with the scope `conversions`, as `Authorization: Bearer` or as the password of HTTP Basic with any user name.
/// `X-Hatsuban-Conversions` counts what stands in the file, `X-Hatsuban-Left-Out` what does not, by reason. They are trailers if
/// the file is longer than a mebibyte.
#[utoipa::path(
    get,
    path = "/v1/conversions/{file}",
    tag = "operation",
    params(
        ("file" = String, Path, description = "`google-ads.csv`, `yahoo.csv`, `yahoo-display.csv`, `microsoft.csv` or `salesforce-task.csv`"),
        Asked
    ),
    security(("token" = ["conversions"])),
    responses(
        (status = 200, description = "The file, in the platform's own form and encoding", body = String, content_type = "text/csv"),
        Refused,
    )
)]
async fn conversions(
    State(service): State<Arc<Service>>,
    Fetcher(bearer): Fetcher,
    Segments(file): Segments<String>,
    uri: Uri,
) -> Answer<Response> {
    bearer.require(Scope::Conversions)?;
    let target = target(&file)?;
    let asked: Asked = query::read(&uri, &["site", "from", "to", "advertiser", "zone"])?;
    // An empty parameter, as forms send it, is one left out.
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let wanted = Wanted {
        target,
        from: given(asked.from),
        to: given(asked.to),
        site: given(asked.site),
        advertiser: given(asked.advertiser),
        zone: given(asked.zone),
    };
    let configured = service.configured();
    if let Some(site) = &wanted.site {
        let unknown =
            || UNKNOWN_SITE.because(format!("There is no site {:?}.", site.chars().take(80).collect::<String>()));
        // Whether a site exists is told only to those who may ask for it.
        let id = SiteId::parse(site).map_err(|_| unknown())?;
        bearer.require_on(Scope::Conversions, &id)?;
        configured.configuration().site(&id).ok_or_else(unknown)?;
    }
    let now = service.ask("now", service.store.now()).await?;
    let is_allowed = |site: &SiteId| bearer.require_on(Scope::Conversions, site).is_ok();
    let noted = service.noted("calls", service.calls.pools().await)?;
    let planned = plan(configured.configuration(), &wanted, is_allowed, noted, now);
    let planned = planned.map_err(|wrong| INVALID_REQUEST.because(format!("{}.", wrong.join("; "))))?;
    let name = file_name(&planned);
    let run = service.noted("calls", Run::begin(service.records(), planned).await)?;
    let mut response = service.noted("calls", body::response(run).await)?;
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, format!("text/csv; charset={}", target.charset())),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ] {
        headers.extend(HeaderValue::from_str(&value).ok().map(|value| (header, value)));
    }
    Ok(response.into_response())
}

fn target(file: &str) -> Answer<Target> {
    let found = file.strip_suffix(".csv").and_then(|name| Target::parse(name).ok());
    found.ok_or_else(|| {
        let all = Target::ALL.map(|target| format!("{}.csv", target.name())).join(", ");
        NOT_FOUND.because(format!("There are the files {all}."))
    })
}

/// With its first and its last day.
fn file_name(planned: &Planned) -> String {
    let settings = &planned.settings;
    let zone = FileZone::for_people(&settings.zone);
    let last = settings.range.until - Span::from_millis(1);
    let (from, last) = (zone.day(settings.range.from), zone.day(last));
    format!("{}-{from}-{last}.csv", settings.target.name())
}
