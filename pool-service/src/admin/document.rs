//! The TOML file of `hatsuban apply`, as it is written: nothing here is checked but names and kinds of values.

use super::conversion_entry::ConversionEntry;
use super::routing_entry::{BlockedEntry, RoutingEntry, ScheduleEntry};
use crate::domain::conduct::{Consent, LeaseOn, Mode};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A whole document.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `[[site]]`
    #[serde(default, rename = "site")]
    pub sites: Vec<SiteEntry>,
    /// `[[pool]]`
    #[serde(default, rename = "pool")]
    pub pools: Vec<PoolEntry>,
    /// `[[schedule]]`
    #[serde(default, rename = "schedule")]
    pub schedules: Vec<ScheduleEntry>,
    /// `[[advertiser]]`
    #[serde(default, rename = "advertiser")]
    pub advertisers: Vec<AdvertiserEntry>,
}

/// `[[advertiser]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvertiserEntry {
    /// The operator's name for it.
    pub id: String,
    /// What a person calls it; its id, if absent.
    pub name: Option<String>,
}

/// `[[site]]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteEntry {
    /// The operator's name for it.
    pub id: String,
    /// Its public name.
    pub key: String,
    /// What a person calls it; its id, if absent.
    pub name: Option<String>,
    /// Origins of its pages.
    #[serde(default)]
    pub origins: Vec<String>,
    /// A session cookie of the site's own.
    pub session_cookie: Option<String>,
    /// Whether the tag does anything at all.
    pub enabled: Option<bool>,
    /// The share of visitor sessions in which it does.
    pub rollout_percent: Option<i64>,
    /// Which numbers are shown: of sessions, or of channels only.
    pub mode: Option<Mode>,
    /// What may be done without the visitor's consent.
    pub consent: Option<Consent>,
    /// When a number is leased.
    pub lease_on: Option<LeaseOn>,
    /// Numbers are hidden until the right ones are there, at most this long.
    pub hide_until_ready_ms: Option<i64>,
    /// Cookies that are read besides the well-known ones.
    #[serde(default)]
    pub cookies: Vec<String>,
    /// Pages ask which of their numbers are targets.
    pub discovery: Option<bool>,
    /// Events go to Google Tag Manager's data layer.
    pub data_layer: Option<bool>,
    /// Numbers in frames are swapped too.
    pub iframes: Option<bool>,
    /// Driven browsers lease too.
    pub headless: Option<bool>,
    /// The share of pages that tell whether they found their targets.
    pub health_sample: Option<f64>,
    /// `[[site.target]]`
    #[serde(default, rename = "target")]
    pub targets: Vec<TargetEntry>,
    /// `[[site.channel]]`
    #[serde(default, rename = "channel")]
    pub channels: Vec<ChannelEntry>,
    /// `[[site.image]]`
    #[serde(default, rename = "image")]
    pub images: Vec<ImageEntry>,
    /// `[[site.blocked]]`: callers that reach no number of the site.
    #[serde(default)]
    pub blocked: Vec<BlockedEntry>,
    /// `[[site.conversion]]`
    #[serde(default, rename = "conversion")]
    pub conversions: Vec<ConversionEntry>,
    /// `[[site.static]]`
    #[serde(default, rename = "static")]
    pub statics: Vec<StaticEntry>,
    /// `[site.records]`: of calls to its numbers of no pool.
    #[serde(default)]
    pub records: RecordsEntry,
}

/// `[[site.static]]`: a number that stands for one ad wherever it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticEntry {
    /// The number.
    pub number: String,
    /// The ad.
    pub name: String,
    /// The channel to which its calls are credited; `static`, if absent.
    pub channel: Option<String>,
    /// Where its calls are sent: a number …
    pub destination: Option<String>,
    /// … or that of this target.
    pub target: Option<String>,
    /// On whose behalf it is printed.
    pub advertiser: Option<String>,
}

/// `[[site.target]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetEntry {
    /// The operator's name for it.
    pub id: String,
    /// The number as printed, in any spelling.
    pub number: Option<String>,
    /// The same number with its country code, if it is printed without one and is not Japanese.
    pub e164: Option<String>,
    /// Lengths of the groups of digits of a number that is not Japanese.
    #[serde(default)]
    pub groups: Vec<u8>,
    /// Where it is on the page.
    pub selector: Option<String>,
    /// The pool that replaces it.
    pub pool: Option<String>,
    /// On whose behalf it is printed; its pool's advertiser, if absent.
    pub advertiser: Option<String>,
}

/// `[[site.channel]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelEntry {
    /// What a person calls it.
    pub name: String,
    /// Which visitors came by it.
    #[serde(default)]
    pub when: String,
    /// What they are shown, by target.
    #[serde(default)]
    pub numbers: BTreeMap<String, String>,
}

/// `[[site.image]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageEntry {
    /// Where it is on the page.
    pub selector: String,
    /// The target whose number it shows.
    pub target: String,
    /// Where the picture of another number is, with `{number}` in it.
    pub url: String,
    /// It is an element's background.
    #[serde(default)]
    pub background: bool,
}

/// `[[pool]]`. Times are whole seconds; what is absent has its default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolEntry {
    /// The operator's name for it.
    pub id: String,
    /// The site whose visitors it serves.
    pub site: String,
    /// Where its calls are sent.
    pub destination: String,
    /// Shown to everybody when no number is free.
    pub overflow: Option<String>,
    /// Numbers, and ranges `"050-3111-0002..050-3111-0020"` with both ends.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Numbers and ranges that must not be shown any more.
    #[serde(default)]
    pub disabled: Vec<String>,
    /// A carrier's base number behind which callers dial `suffix_digits` more: the pool's numbers are all of these.
    pub base: Option<String>,
    /// How many digits follow the base.
    pub suffix_digits: Option<u8>,
    /// `[pool.chosen]`: suffixes that are the operator's own and never leased, and what each stands for.
    #[serde(default)]
    pub chosen: BTreeMap<String, String>,
    /// What stands before numbers of another country when they are printed at home.
    pub national_prefix: Option<String>,
    /// Lengths of the groups in which numbers of another country are printed.
    #[serde(default)]
    pub groups: Vec<u8>,
    /// Pages ask again this often.
    pub heartbeat_seconds: Option<i64>,
    /// A number stays with its session this long after the last heartbeat.
    pub lease_life_seconds: Option<i64>,
    /// A number stays with its session at least this long after the grant.
    pub min_hold_seconds: Option<i64>,
    /// A freed number rests this long, unless nothing older waits.
    pub cooldown_seconds: Option<i64>,
    /// A session that comes back within this time gets its own number again.
    pub affinity_seconds: Option<i64>,
    /// Who held a number is remembered this long.
    pub retention_seconds: Option<i64>,
    /// A number stays pinned this long after a call.
    pub after_call_seconds: Option<i64>,
    /// A call pins its number at most this long.
    pub max_call_seconds: Option<i64>,
    /// Hidden pages go on asking this long.
    pub hidden_hold_seconds: Option<i64>,
    /// On whose behalf its numbers are shown.
    pub advertiser: Option<String>,
    /// `[pool.attribution]`
    #[serde(default)]
    pub attribution: AttributionEntry,
    /// `[pool.routing]`
    #[serde(default)]
    pub routing: RoutingEntry,
    /// `[[pool.blocked]]`: callers that reach no number of the pool.
    #[serde(default)]
    pub blocked: Vec<BlockedEntry>,
    /// `[pool.records]`
    #[serde(default)]
    pub records: RecordsEntry,
}

/// `[pool.records]`, `[site.records]`: how calls are recorded, and which count. What is absent has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordsEntry {
    /// A call counts only if they talked at least so long.
    pub min_talk_seconds: Option<i64>,
    /// A caller counts once within so many days.
    pub unique_caller_days: Option<i64>,
    /// Calls of withheld numbers count.
    pub anonymous: Option<bool>,
    /// Only calls that are credited to somebody count.
    pub must_be_credited: Option<bool>,
    /// A caller who called before within so many days keeps the session of the first call.
    pub repeat_caller_days: Option<i64>,
    /// Records are removed after so many days.
    pub keep_days: Option<i64>,
}

/// `[pool.attribution]`: how the pool's visitors call. Times are whole seconds; what is absent has its default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributionEntry {
    /// Visits that lead to a call.
    pub calls_percent: Option<f64>,
    /// How long a visit lasts, on average.
    pub visit_seconds: Option<i64>,
    /// Calls within minutes of the page's end.
    pub soon_percent: Option<f64>,
    /// After how long those come, on average.
    pub soon_mean_seconds: Option<i64>,
    /// Calls of visitors who do something else first.
    pub later_percent: Option<f64>,
    /// After how long half of those have come.
    pub later_median_seconds: Option<i64>,
    /// Calls of hours and days after.
    pub late_percent: Option<f64>,
    /// After how long half of those have come.
    pub late_median_seconds: Option<i64>,
    /// A number is called by nobody known this rarely.
    pub stray_interval_seconds: Option<i64>,
    /// Credited as likely from this probability on.
    pub likely_percent: Option<f64>,
    /// Credited as certain only from this probability on.
    pub certain_percent: Option<f64>,
}

impl Document {
    /// Reads a document's text.
    ///
    /// # Errors
    /// Says in which line and column the text is no such document.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }
}
