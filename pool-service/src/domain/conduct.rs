//! How a site's tag behaves on its pages.

use serde::{Deserialize, Serialize};

/// Pages may be kept from showing their numbers this long, in milliseconds.
pub const MAX_HIDE_MS: u16 = 3_000;
/// Samples are kept as parts of this.
pub const WHOLE_SAMPLE: u32 = 1_000_000;

/// How a site's tag behaves on its pages. What an older version stored has the defaults for the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conduct {
    /// Whether the tag does anything at all.
    pub enabled: bool,
    /// The share of visitor sessions in which it does.
    pub rollout_percent: u8,
    /// Which numbers are shown.
    pub mode: Mode,
    /// What may be done without the visitor's consent.
    pub consent: Consent,
    /// When a number is leased.
    pub lease_on: LeaseOn,
    /// Numbers are hidden until the right ones are there, at most this long.
    pub hide_until_ready_ms: u16,
    /// Cookies that are read besides the well-known ones of analytics and advertising.
    pub cookies: Vec<String>,
    /// Pages ask which of their numbers are targets, instead of being told all.
    pub discovery: bool,
    /// Events go to Google Tag Manager's data layer.
    pub data_layer: bool,
    /// Numbers in frames of the same origin are swapped too.
    pub iframes: bool,
    /// Driven browsers lease too.
    pub headless: bool,
    /// The share of pages that tell whether they found their targets, in millionths.
    pub health_sample: u32,
}

/// Which numbers are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A number leased to the session, unless a channel has one (動的発番).
    #[default]
    Dynamic,
    /// Only the numbers of channels (中間発番).
    Channel,
}

/// What may be done without the visitor's consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// Everything: the operator has it, or needs none.
    #[default]
    Granted,
    /// Nothing, until the page says that it was given.
    Required,
    /// Numbers of channels, which need no storage and no id; leases once it was given.
    ChannelOnly,
}

/// When a number is leased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaseOn {
    /// As soon as a target is on the page.
    #[default]
    Load,
    /// When a target comes into view.
    Sight,
    /// When the visitor first does something.
    Interaction,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            enabled: true,
            rollout_percent: 100,
            mode: Mode::default(),
            consent: Consent::default(),
            lease_on: LeaseOn::default(),
            hide_until_ready_ms: 0,
            cookies: Vec::new(),
            discovery: false,
            data_layer: false,
            iframes: false,
            headless: false,
            health_sample: WHOLE_SAMPLE / 100,
        }
    }
}
