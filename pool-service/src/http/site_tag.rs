//! `GET /v1/sites/{id}/tag?mode=&media=&format=`: what a site owner installs, as `hatsuban tag` prints it.

use super::{
    bearer::Bearer,
    openapi::refusals,
    path::Segments,
    problem::{Answer, INVALID_REQUEST, UNKNOWN_CHOICE, UNKNOWN_SITE},
    query,
    service::Service,
};
use crate::{
    admin::tag::{
        self,
        choices::{Format, Media, Mode, Wanted},
    },
    domain::{access::Scope, ids::SiteId},
};
use axum::{
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// `channel` or `dynamic`; else as the site says
    #[param(pattern = "^(channel|dynamic)?$")]
    mode: Option<String>,
    /// Only after a click on an ad of `google`, `yahoo`, `microsoft` or `meta`; else everybody
    #[param(pattern = "^(google|yahoo|microsoft|meta)?$")]
    media: Option<String>,
    /// `html` to paste, `container` or `tpl` to import into Google Tag Manager
    #[param(pattern = "^(html|container|tpl)?$")]
    format: Option<String>,
}

refusals!(
    Refused: UNKNOWN_CHOICE, INVALID_TOKEN, MISSING_SCOPE, FOREIGN_SITE, UNKNOWN_SITE, NOT_FOUND, INVALID_REQUEST, INTERNAL,
    STORE_UNAVAILABLE
);

pub(super) fn routes() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::default().routes(routes!(site_tag))
}

/// What a site owner installs, as `hatsuban tag` prints it
#[utoipa::path(
    get,
    path = "/v1/sites/{id}/tag",
    tag = "operation",
    params(("id" = String, Path, description = "The site's id"), Asked),
    security(("token" = ["admin"])),
    responses(
        (status = 200, description = "The tag, as a file to keep",
         content((String = "text/html"), (Object = "application/json"), (String = "text/plain"))),
        Refused,
    )
)]
async fn site_tag(
    State(service): State<Arc<Service>>,
    bearer: Bearer,
    Segments(id): Segments<String>,
    uri: Uri,
) -> Answer<Response> {
    bearer.require(Scope::Admin)?;
    let unknown = || UNKNOWN_SITE.because(format!("There is no site {:?}.", id.chars().take(80).collect::<String>()));
    // Whether a site exists is told only to those who may ask for it.
    bearer.require_on(Scope::Admin, &SiteId::parse(&id).map_err(|_| unknown())?)?;
    let wanted = wanted(&uri)?;
    let configured = service.configured();
    let site = tag::site_of(configured.configuration(), &id).ok_or_else(unknown)?;
    let now = service.ask("now", service.store.now()).await?;
    let text = tag::write(site, &service.options.public_url, wanted, now)
        .map_err(|reason| INVALID_REQUEST.because(format!("{reason}.")))?;
    let (media_type, file) = match wanted.format {
        Format::Html => ("text/html; charset=utf-8", "html"),
        Format::Container => ("application/json", "json"),
        Format::Tpl => ("text/plain; charset=utf-8", "tpl"),
    };
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"hatsuban-{}.{file}\"", site.id)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, text).into_response())
}

fn wanted(uri: &Uri) -> Answer<Wanted> {
    let asked: Asked = query::read(uri, &["mode", "media", "format"])?;
    Ok(Wanted {
        mode: choice("mode", asked.mode, Mode::parse)?,
        media: choice("media", asked.media, Media::parse)?,
        format: choice("format", asked.format, Format::parse)?.unwrap_or_default(),
    })
}

/// An empty parameter, as forms send it, is one left out.
fn choice<T>(name: &str, text: Option<String>, parse: fn(&str) -> Result<T, String>) -> Answer<Option<T>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    parse(&text).map(Some).map_err(|rule| {
        let text: String = text.chars().take(40).collect();
        UNKNOWN_CHOICE.because(format!("{name} {text:?} {rule}."))
    })
}
