//! What the page's own scripts are told: events on the window, and a state for those that come late.

use super::{browser, visitor::Visitor};
use crate::js::{self, Object};
use alloc::{string::String, vec::Vec};
use snippet_core::{click_ids::Source, keeper::Outcome, number::Number, text::joined};
use wasm_bindgen::prelude::JsValue;

/// Tells of a failure: one line on the console and one `hatsuban:error`.
pub(super) fn failure(cause: &str, consequence: &str, cure: &str) {
    let line = joined(&[cause, " ", consequence, " ", cure]);
    browser::warn(&line);
    browser::dispatch("error", &Object::new().with_text("cause", cause).with_text("cure", cure).into_value());
}

/// What follows from most failures.
pub(super) const PAGE_KEEPS_ITS_OWN: &str = "The page keeps its own numbers.";

/// Events wait in here until the conductor's work is done: whoever listens may give it new commands.
pub(super) struct Announcer {
    host: JsValue,
    session: String,
    click_ids: JsValue,
    rows: Vec<Option<JsValue>>,
    waiting: Vec<(&'static str, JsValue)>,
}

impl Announcer {
    pub(super) fn new(host: &JsValue, session: &str, visitor: &Visitor, targets: usize) -> Self {
        let click_ids = js::list_of(visitor.click_ids.iter().map(|click| {
            let source = if click.source == Source::Url { "url" } else { "cookie" };
            let made = Object::new().with_text("kind", click.kind).with_text("value", &click.value);
            let made = made.with_text("source", source);
            match click.clicked_at_ms {
                Some(at) => made.with("clicked_at_ms", &JsValue::from_f64(at as f64)),
                None => made,
            }
            .into_value()
        }));
        let rows = (0..targets).map(|_| None).collect();
        let mut announcer =
            Self { host: host.clone(), session: String::from(session), click_ids, rows, waiting: Vec::new() };
        announcer.update_state();
        announcer.waiting.push(("ready", announcer.visit().into_value()));
        announcer
    }

    /// What the keeper reports of a target.
    pub(super) fn leased(&mut self, index: usize, target: &str, outcome: &Outcome) {
        let (status, shown) = match outcome {
            Outcome::Leased(number, ms) => ("leased", Some((number, *ms))),
            Outcome::Overflow(number, ms) => ("overflow", Some((number, *ms))),
            Outcome::Exhausted => ("exhausted", None),
            Outcome::Expired => ("expired", None),
            Outcome::Problem => ("problem", None),
        };
        let mut detail = Object::new().with_text("target", target).with_text("status", status);
        let mut row_number = JsValue::UNDEFINED;
        let mut row_ms = 0.0;
        if let Some((number, ms)) = shown {
            row_number = number_value(number);
            row_ms = ms as f64;
            detail = detail.with("number", &row_number).with("lease_for_ms", &JsValue::from_f64(row_ms));
        }
        if let Some(row) = self.rows.get_mut(index) {
            *row = Some(browser::lease_row(target, status, &row_number, row_ms));
        }
        self.update_state();
        self.waiting.push(("leased", detail.into_value()));
    }

    /// A target is shown in so many places.
    pub(super) fn swapped(&mut self, target: &str, number: &Number, original: &Number, count: u32) {
        let detail = Object::new().with_text("target", target).with("number", &number_value(number));
        let detail = detail.with("original", &number_value(original)).with("count", &JsValue::from_f64(count.into()));
        self.waiting.push(("swapped", detail.into_value()));
    }

    /// No lease is held any more.
    pub(super) fn forgot(&mut self) {
        self.rows.iter_mut().for_each(|row| *row = None);
        self.update_state();
    }

    /// The events that wait, in order.
    pub(super) fn take(&mut self) -> Vec<(&'static str, JsValue)> {
        core::mem::take(&mut self.waiting)
    }

    fn visit(&self) -> Object {
        Object::new().with_text("session", &self.session).with("click_ids", &self.click_ids)
    }

    fn update_state(&self) {
        let rows = js::list_of(self.rows.iter().flatten().cloned());
        js::set(&self.host, "state", &self.visit().with("leases", &rows).into_value());
    }
}

fn number_value(number: &Number) -> JsValue {
    let value = Object::new().with_text("national", &number.national);
    match &number.e164 {
        Some(e164) => value.with_text("e164", e164),
        None => value,
    }
    .into_value()
}
