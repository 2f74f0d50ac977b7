//! The secrets by which webhooks are signed, as the settings name them.

use crate::{
    config,
    http::signed::{AuthToken, Signers},
    store::clock::{ManualClock, wall},
};
use std::sync::Arc;

/// `manual_clock`: the operator's, if it is not the world's time that counts.
pub(super) fn of(settings: &config::Signers, manual_clock: Option<ManualClock>) -> Signers {
    let token = |token: &config::AuthToken| AuthToken {
        account: token.account.clone(),
        secret: token.secret.expose().to_owned(),
    };
    Signers {
        twilio: settings.twilio.iter().map(token).collect(),
        vonage: settings.vonage.iter().map(|secret| secret.expose().to_owned()).collect(),
        clock: Arc::new(move || manual_clock.as_ref().map_or_else(wall, ManualClock::now)),
    }
}
