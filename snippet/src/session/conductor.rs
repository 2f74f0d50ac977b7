//! Carries out what the keeper says: shows and puts back, asks, stores, sets the alarm, tells the page.

use super::{
    announce::{self, Announcer, PAGE_KEEPS_ITS_OWN},
    browser, identity,
    settings::Settings,
    visitor::Visitor,
};
use crate::{
    lease_client::{LeaseClient, Reply, Told},
    page::{self, Listener, Observer, Sighting, Swapper, Timer},
};
use alloc::{string::String, vec::Vec};
use snippet_core::{
    keeper::{Command, Event, Keeper},
    session::SessionId,
    stored::Stored,
    wire::{LeaseRequest, leave_body},
};
use wasm_bindgen::prelude::JsValue;

/// All that the snippet holds on a page. Dropping it ends every effect on the browser; numbers that are shown stay.
pub(super) struct Conductor {
    pub(super) settings: Settings,
    pub(super) session: SessionId,
    pub(super) visitor: Visitor,
    pub(super) keeper: Keeper,
    pub(super) swapper: Swapper,
    pub(super) announcer: Announcer,
    pub(super) client: LeaseClient,
    pub(super) observer: Option<Observer>,
    pub(super) alarm: Timer,
    /// The page was told that the service does not answer.
    pub(super) has_said_silent: bool,
    pub(super) _listeners: Vec<Listener>,
}

impl Conductor {
    /// Begins with what an earlier page stored, then looks for the site's numbers.
    pub(super) fn begin(&mut self) {
        let stored = browser::stored(true, &self.storage_key()).as_deref().and_then(Stored::decode);
        self.step(Event::Started { visible: browser::is_visible(), stored });
        self.look_at_all();
    }

    /// Takes an event to the keeper, and does what it says.
    pub(super) fn step(&mut self, event: Event) {
        let mut is_changed = false;
        let mut is_over = false;
        for command in self.keeper.step(page::now(), event) {
            match command {
                Command::Show(target, number) => {
                    self.swapper.show(target, Some(number));
                    is_changed = true;
                }
                Command::PutBack(target) => {
                    self.swapper.show(target, None);
                    is_changed = true;
                }
                // A release on another sub-domain is told by the cookie alone.
                Command::Send(..) if self.settings.session_cookie.is_none() && identity::is_forgotten() => {
                    is_over = true;
                }
                Command::Send(request, leases) => self.ask(request, &leases),
                Command::SendLeft(targets) => self.client.tell_left(&self.leave_body(&targets)),
                Command::SendRelease(targets) => self.client.tell_release(&self.leave_body(&targets)),
                Command::Store(stored) => browser::store(true, &self.storage_key(), Some(&stored.encode())),
                Command::Forget => browser::store(true, &self.storage_key(), None),
                Command::WakeIn(ms) => self.alarm.set(ms),
                Command::Report(target, outcome) => {
                    if let Some(id) = self.settings.targets.get(target) {
                        self.announcer.leased(target, id, &outcome);
                    }
                }
            }
        }
        if is_changed {
            self.look_at_all();
        }
        if is_over {
            self.step(Event::Forgotten);
            self.announcer.forgot();
        }
    }

    /// Takes the service's reply to the keeper.
    pub(super) fn answered(&mut self, reply: &JsValue) {
        let targets: Vec<&str> = self.settings.targets.iter().map(String::as_str).collect();
        let Reply { request, told } = Reply::read(reply, &targets);
        let event = match told {
            Told::Answer(answer) => {
                self.has_said_silent = false;
                Event::Answered(request, answer)
            }
            Told::Nothing => {
                // Once until it answers again: it is asked again and again meanwhile.
                if !core::mem::replace(&mut self.has_said_silent, true) {
                    let is_shown = (0..self.settings.targets.len()).any(|target| self.keeper.shown(target).is_some());
                    let consequence =
                        if is_shown { "What is leased is shown for as long as promised." } else { PAGE_KEEPS_ITS_OWN };
                    let cure = "Check that it runs and that its address in the tag is right.";
                    announce::failure("The pool service does not answer.", consequence, cure);
                }
                Event::Failed(request)
            }
            Told::Refused(why) => {
                let mut cause = String::from("The pool service refused this page.");
                if !why.is_empty() {
                    cause.push(' ');
                    cause.push_str(&why);
                }
                announce::failure(
                    &cause,
                    PAGE_KEEPS_ITS_OWN,
                    "Compare the site's configuration with this page's address and tag.",
                );
                Event::Refused(request)
            }
        };
        self.step(event);
    }

    /// Looks at the whole page.
    pub(super) fn look_at_all(&mut self) {
        let sighting = self.swapper.look_at_all(page::now().monotonic_ms);
        self.seen(sighting);
    }

    /// Looks at what mutation records have touched.
    pub(super) fn look_at_changes(&mut self, records: &JsValue) {
        let sighting = self.swapper.look_at_changes(records, page::now().monotonic_ms);
        self.seen(sighting);
    }

    /// Another tab has removed what is stored under this key, or under all of them: it has ended the leases.
    pub(super) fn storage_removed(&mut self, key: Option<&str>) {
        if key.is_none_or(|key| key == self.storage_key()) {
            self.step(Event::Forgotten);
            self.announcer.forgot();
        }
    }

    /// Ends the leases, and with them what is shown and the visitor session.
    pub(super) fn release(&mut self) {
        self.step(Event::Released);
        identity::forget();
        self.announcer.forgot();
    }

    fn seen(&mut self, sighting: Sighting) {
        if let Some(observer) = &self.observer {
            observer.ignore_recorded();
        }
        if sighting.has_given_up {
            browser::warn("A script of this page keeps putting its own number back in one place, which is left to it.");
        }
        if sighting.is_storm {
            self.observer = None;
            // Nothing that is shown could be kept in step any more, so nothing is shown.
            self.step(Event::Forgotten);
            browser::warn(
                "A script of this page undoes every change at once. The page keeps its own numbers from here on.",
            );
        }
        for target in sighting.swapped {
            if let (Some(id), Some(number), Some((original, count))) =
                (self.settings.targets.get(target), self.keeper.shown(target), self.swapper.count(target))
            {
                self.announcer.swapped(id, number, original, count);
            }
        }
        for target in sighting.found {
            self.step(Event::Found(target));
        }
    }

    fn ask(&self, request: u32, leases: &[(usize, Option<String>)]) {
        let leases: Vec<_> = leases
            .iter()
            .filter_map(|(target, token)| Some((self.settings.targets.get(*target)?.as_str(), token.as_deref())))
            .collect();
        let body = LeaseRequest {
            site: &self.settings.site,
            session: self.session.as_str(),
            page: &browser::address(),
            click_ids: &self.visitor.click_ids,
            landing_page: &self.visitor.landing_page,
            referrer: &self.visitor.referrer,
            leases: &leases,
        };
        self.client.ask(request, &body.body());
    }

    fn leave_body(&self, targets: &[usize]) -> String {
        let ids = targets.iter().filter_map(|&target| self.settings.targets.get(target).map(String::as_str));
        leave_body(&self.settings.site, self.session.as_str(), ids)
    }

    fn storage_key(&self) -> String {
        browser::key(&self.settings.site, "")
    }
}
