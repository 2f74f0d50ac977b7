//! What of a call filters and reports tell apart.

use crate::domain::{
    attribution::Class,
    call::{Call, CallState, source::Source},
    ids::{AdvertiserId, SiteId},
};
use serde::{Deserialize, Serialize};

/// By which of a visitor's visits a call is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Touch {
    /// The visit that led to the call.
    #[default]
    Last,
    /// The visitor's first visit, where the site tells it.
    First,
}

/// What of a call filters and reports tell apart, besides its pool and its time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Traits {
    /// The site whose number was dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// On whose behalf the number is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertiser: Option<AdvertiserId>,
    /// How the credited visitor came.
    pub source: Source,
    /// Where it was sent: as the call system told, else the destination that the routing chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// The kinds of the credited visitor's click ids, in ascending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clicks: Vec<String>,
    /// How far it has come.
    pub state: CallState,
    /// How sure its attribution is; a call that was not judged is nobody's.
    pub class: Class,
    /// Somebody answered.
    pub answered: bool,
    /// It counts.
    pub valid: bool,
}

impl Traits {
    /// Those of a call.
    pub fn of(call: &Call) -> Self {
        let told = call.facts.destination.as_ref().map(|fact| fact.value.clone());
        let chosen = || Some(call.routed.as_ref()?.destination.as_ref()?.to_string());
        let mut clicks: Vec<String> = call.click_ids().iter().map(|click| click.kind.clone()).collect();
        clicks.sort_unstable();
        clicks.dedup();
        Self {
            site: call.site.clone(),
            advertiser: call.advertiser.clone(),
            source: call.source.clone(),
            destination: told.or_else(chosen),
            clicks,
            state: call.state(),
            class: call.attribution.as_ref().map_or(Class::None, |attributed| attributed.judged.class),
            answered: call.is_answered(),
            valid: call.is_valid(),
        }
    }

    /// The channel by that touch.
    pub fn channel(&self, touch: Touch) -> Option<&str> {
        match touch {
            Touch::Last => self.source.channel.as_deref(),
            Touch::First => self.source.first_channel.as_deref(),
        }
    }

    /// The campaign by that touch.
    pub fn campaign(&self, touch: Touch) -> Option<&str> {
        match touch {
            Touch::Last => self.source.campaign.as_deref(),
            Touch::First => self.source.first_campaign.as_deref(),
        }
    }
}
