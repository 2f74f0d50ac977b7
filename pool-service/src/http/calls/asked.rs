//! The parameters by which calls are chosen, in lists, exports and reports alike.

use crate::{
    domain::{
        access::Scope,
        attribution::Class,
        call::CallState,
        ids::{AdvertiserId, InvalidId, PoolId, SiteId},
        report::{
            CallFilter, Touch,
            filter::{Clicks, Range},
        },
        time::Timestamp,
        zone::{Edge, Zone},
    },
    http::{
        bearer::Bearer,
        problem::{Answer, INVALID_REQUEST, UNKNOWN_CHOICE},
        query,
        service::Service,
    },
};
use axum::http::Uri;
use serde::{Deserialize, de::DeserializeOwned};

/// Up to the last moment of the year 9999.
pub(in crate::http) const EVER: Range =
    Range { from: Timestamp::ZERO, until: Timestamp::from_millis(253_402_300_799_999) };

/// Which calls. A parameter that is empty, as forms send it, is one left out.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Asked {
    /// Of this site, or several, separated by commas; else of all that the token is for
    site: Option<String>,
    /// Of this pool, or several; `none` is where calls to numbers of no pool are kept
    pool: Option<String>,
    /// For this advertiser, or several
    advertiser: Option<String>,
    /// By this channel
    channel: Option<String>,
    /// By this campaign
    campaign: Option<String>,
    /// `last` (the visit that led to the call) or `first` (the visitor's first visit): whose channel and campaign
    #[param(pattern = "^(last|first)?$")]
    touch: Option<String>,
    /// `true`, `false`, or a kind of click id, as `gclid`
    has_click_id: Option<String>,
    /// `true` for calls that count, `false` for those that do not
    #[param(pattern = "^(true|false)?$")]
    valid: Option<String>,
    /// `begun`, `ringing`, `answered`, `ended`, or several
    state: Option<String>,
    /// `certain`, `likely`, `ambiguous`, `none`, or several
    attribution: Option<String>,
    /// Begun then or later: a date, which is a day of the zone, or RFC 3339
    from: Option<String>,
    /// Begun before: a date, which is still part of it, or RFC 3339
    to: Option<String>,
    /// A time zone of the IANA database; else the one of the setting `reports.zone`
    zone: Option<String>,
}

/// The parameters of [`Asked`]; every route names those that it takes besides.
const CHOOSING: [&str; 13] = [
    "site",
    "pool",
    "advertiser",
    "channel",
    "campaign",
    "touch",
    "has_click_id",
    "valid",
    "state",
    "attribution",
    "from",
    "to",
    "zone",
];

/// What was chosen, checked.
pub(in crate::http) struct Chosen {
    /// Which calls.
    pub filter: CallFilter,
    /// Of these pools.
    pub pools: Vec<PoolId>,
    /// Begun within this time.
    pub range: Range,
    /// Days and clocks of this zone.
    pub zone: Zone,
}

/// Reads a query: [`Asked`], and what the route takes besides.
///
/// # Errors
/// When a parameter comes twice, or is none that the route takes: a filter that is misspelt must not let all calls through.
pub(in crate::http) fn read<T: DeserializeOwned>(uri: &Uri, besides: &[&str]) -> Answer<(Asked, T)> {
    query::check(uri, &CHOOSING.iter().chain(besides).copied().collect::<Vec<_>>())?;
    Ok((query::parse(uri)?, query::parse(uri)?))
}

impl Asked {
    /// Checks everything, and that the token may ask it. `usual_range`: what is asked for if nothing is said, or only the end.
    ///
    /// # Errors
    /// Names the parameter and its rule.
    pub(in crate::http) async fn chosen(
        self,
        service: &Service,
        bearer: &Bearer,
        usual_range: impl FnOnce(&Zone, Option<Timestamp>) -> Range,
    ) -> Answer<Chosen> {
        bearer.require(Scope::CallsRead)?;
        let zone = match given(self.zone) {
            Some(name) => Zone::parse(&name).map_err(|error| INVALID_REQUEST.because(format!("{error}.")))?,
            None => service.options.zone.clone(),
        };
        let filter = CallFilter {
            allowed: bearer.sites().map(<[SiteId]>::to_vec),
            sites: ids("site", self.site, SiteId::parse)?,
            pools: ids("pool", self.pool, PoolId::parse)?,
            advertisers: ids("advertiser", self.advertiser, AdvertiserId::parse)?,
            channel: given(self.channel),
            campaign: given(self.campaign),
            touch: choice("touch", self.touch, touch, "last or first")?.unwrap_or_default(),
            clicks: choice("has_click_id", self.has_click_id, clicks, "true, false or a kind of click id, as gclid")?,
            valid: choice("valid", self.valid, flag, "true or false")?,
            states: choices("state", self.state, state, "begun, ringing, answered or ended")?,
            classes: choices("attribution", self.attribution, class, "certain, likely, ambiguous or none")?,
        };
        let moment = |name: &str, text: Option<String>, edge| match given(text) {
            None => Ok(None),
            Some(text) => {
                let moment = zone.moment(&text, edge);
                moment.map(Some).map_err(|error| INVALID_REQUEST.because(format!("{name} {error}.")))
            }
        };
        let (from, until) = (moment("from", self.from, Edge::From)?, moment("to", self.to, Edge::To)?);
        let usual_range = usual_range(&zone, until);
        let (from, until) = (from.unwrap_or(usual_range.from), until.unwrap_or(usual_range.until));
        if from >= until {
            let from = zone.rfc3339(from);
            return Err(INVALID_REQUEST.because(format!("to must be later than from, which is {from} here.")));
        }
        let pools = pools(service, bearer, &filter).await?;
        Ok(Chosen { filter, pools, range: Range { from, until }, zone })
    }
}

/// The pools in which calls can be that are asked for, and may be. Whose a pool was that is configured no more, its calls
/// say.
async fn pools(service: &Service, bearer: &Bearer, filter: &CallFilter) -> Answer<Vec<PoolId>> {
    let configured = service.configured();
    for site in &filter.sites {
        // Whether a site exists is told only to those who may ask for it.
        bearer.require_on(Scope::CallsRead, site)?;
        if configured.configuration().site(site).is_none() {
            return Err(INVALID_REQUEST.because(format!("There is no site {site}.")));
        }
    }
    let kept = service.ask("pools", service.calls.pools()).await?;
    for id in &filter.pools {
        if let Some(pool) = configured.pool(id) {
            bearer.require_on(Scope::CallsRead, &pool.site)?;
        } else if !kept.contains(id) {
            return Err(INVALID_REQUEST.because(format!("There is no pool {id}.")));
        }
    }
    let is_asked = |id: &PoolId| {
        let site = configured.pool(id).map(|pool| &pool.site);
        let is_of = |sites: &[SiteId]| site.is_none_or(|site| sites.contains(site));
        filter.allowed.as_ref().is_none_or(|sites| is_of(sites))
            && (filter.sites.is_empty() || is_of(&filter.sites))
            && (filter.pools.is_empty() || filter.pools.contains(id))
    };
    Ok(kept.into_iter().filter(is_asked).collect())
}

/// An empty parameter is one left out.
pub(in crate::http) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// One of a few values.
pub(in crate::http) fn choice<T>(
    name: &str,
    text: Option<String>,
    parse: fn(&str) -> Option<T>,
    rule: &str,
) -> Answer<Option<T>> {
    let Some(text) = given(text) else { return Ok(None) };
    let wrong = || UNKNOWN_CHOICE.because(format!("{name} {:?} must be {rule}.", cut(&text)));
    parse(&text).map(Some).ok_or_else(wrong)
}

fn choices<T>(name: &str, text: Option<String>, parse: fn(&str) -> Option<T>, rule: &str) -> Answer<Vec<T>> {
    let text = given(text).unwrap_or_default();
    let one = |part: &str| choice(name, Some(part.trim().to_owned()), parse, rule);
    let found: Vec<Option<T>> = text.split(',').map(one).collect::<Answer<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

fn ids<T>(name: &str, text: Option<String>, parse: fn(&str) -> Result<T, InvalidId>) -> Answer<Vec<T>> {
    let text = given(text).unwrap_or_default();
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| parse(part).map_err(|error| INVALID_REQUEST.because(format!("{name}: {error}.")))).collect()
}

pub(in crate::http) fn flag(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn touch(text: &str) -> Option<Touch> {
    match text {
        "last" => Some(Touch::Last),
        "first" => Some(Touch::First),
        _ => None,
    }
}

fn clicks(text: &str) -> Option<Clicks> {
    let is_kind = (1..=32).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match flag(text) {
        Some(true) => Some(Clicks::Some),
        Some(false) => Some(Clicks::None),
        None => is_kind.then(|| Clicks::Of(text.to_owned())),
    }
}

fn state(text: &str) -> Option<CallState> {
    [CallState::Begun, CallState::Ringing, CallState::Answered, CallState::Ended]
        .into_iter()
        .find(|state| super::columns::state(*state) == text)
}

fn class(text: &str) -> Option<Class> {
    [Class::Certain, Class::Likely, Class::Ambiguous, Class::None]
        .into_iter()
        .find(|class| super::columns::class(*class) == text)
}

/// As much of a text as an answer repeats.
pub(in crate::http) fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
