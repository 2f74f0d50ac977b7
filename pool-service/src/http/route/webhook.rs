//! The call that a telephone service's webhook is about. Each service names it in words of its own; what is done with it is
//! the same.

use super::{RouteAsked, answer::RoutedCall, render::links::Links, route_for};
use crate::http::{
    problem::{Answer, INVALID_REQUEST},
    reported::key,
    service::Service,
    signed::Fields,
};
use std::sync::Arc;

/// How a telephone service names what it tells; of several names the first that says something counts.
pub(in crate::http) struct Words {
    /// The call system's name in records.
    pub(in crate::http) source: &'static str,
    /// Its name for the call.
    pub(in crate::http) call: &'static [&'static str],
    /// The dialled number.
    pub(in crate::http) dialled: &'static [&'static str],
    /// Who calls.
    pub(in crate::http) caller: &'static [&'static str],
    /// A number as everybody else writes it.
    pub(in crate::http) number: fn(&str) -> String,
}

impl Words {
    /// The call that a webhook is about. `dialled`: the number, where the webhook's URL names it.
    ///
    /// # Errors
    /// Says what is missing.
    pub(in crate::http) fn read(&self, told: &Fields, dialled: Option<&str>) -> Answer<RouteAsked> {
        let missing = |names: &[&str]| INVALID_REQUEST.because(format!("{} is missing.", names.join(" or ")));
        let call = told.any(self.call).ok_or_else(|| missing(self.call))?;
        let dialled = dialled.or_else(|| told.any(self.dialled)).ok_or_else(|| missing(self.dialled))?;
        Ok(RouteAsked {
            key: key(self.source, call)?,
            dialled: (self.number)(dialled),
            caller: told.any(self.caller).map(self.number),
        })
    }
}

impl Service {
    /// Where a call goes that a webhook is about. Whoever signed it may know of all numbers.
    ///
    /// # Errors
    /// As for everybody who asks.
    pub(in crate::http) async fn routed(self: &Arc<Self>, asked: &RouteAsked) -> Answer<RoutedCall> {
        route_for(self, asked, Arc::new(|_| Ok(())), self.options.route_budget).await
    }

    /// How telephone services reach this one.
    pub(in crate::http) fn links(&self) -> Links<'_> {
        Links { public_url: &self.options.public_url, keys: self.calls.callers() }
    }
}
