//! The conductor: brings together who the visitor is, what happens on the page, and what `snippet-core`'s keeper says
//! is to be done about it.
//!
//! Not for walking the page (`page`), nor for the network (`lease_client`). The crate root is the only caller.
//!
//! # Layout
//! - [`mod@conductor`]: carries out the keeper's commands
//! - [`settings`], [`identity`], [`visitor`]: what is known before the first request
//! - [`announce`]: what the page's scripts are told
//! - [`browser`]: cookies, storage, chance

mod announce;
mod browser;
mod conductor;
mod identity;
mod settings;
mod visitor;

use crate::{
    js,
    lease_client::LeaseClient,
    page::{Listener, Observer, Source, Swapper, Timer, now},
};
use alloc::{boxed::Box, collections::VecDeque, rc::Rc, string::String, vec::Vec};
use announce::{Announcer, PAGE_KEEPS_ITS_OWN};
use conductor::Conductor;
use core::cell::RefCell;
use settings::Settings;
use snippet_core::{
    keeper::{self, Event, Keeper},
    session::SessionId,
};
use visitor::Visitor;
use wasm_bindgen::{closure::Closure, prelude::JsValue};

/// Something that has happened, waiting for its turn.
enum Signal {
    Begin,
    Keeper(Event),
    Answered(JsValue),
    Mutated(JsValue),
    StorageChanged(JsValue),
    Visibility,
    Command(JsValue),
}

/// The running snippet. Its listeners and timers hold it, and it holds them, until it is stopped.
struct Running {
    conductor: RefCell<Option<Conductor>>,
    inbox: RefCell<VecDeque<Signal>>,
}

/// Starts on this page; see [`crate::start`].
pub(crate) fn start(settings: &JsValue, host: &JsValue) -> JsValue {
    let settings = match settings::read(settings) {
        Ok(settings) => settings,
        Err((cause, cure)) => {
            announce::failure(cause, PAGE_KEEPS_ITS_OWN, cure);
            return JsValue::UNDEFINED;
        }
    };
    let Some(session) = identity::session_of(&settings) else {
        announce::failure(
            "The browser gives no random bytes.",
            PAGE_KEEPS_ITS_OWN,
            "Nothing is to be done on the page.",
        );
        return JsValue::UNDEFINED;
    };
    let running = Rc::new(Running { conductor: RefCell::new(None), inbox: RefCell::new(VecDeque::new()) });
    *running.conductor.borrow_mut() = Some(conductor(&running, settings, session, host));
    running.signal(Signal::Begin);
    let closure = Closure::wrap_aborting(
        Box::new(move |command| running.signal(Signal::Command(command))) as Box<dyn FnMut(JsValue)>
    );
    // The page owns the commands: it may hold them for longer than the snippet runs.
    closure.into_js_value()
}

fn conductor(running: &Rc<Running>, settings: Settings, session: SessionId, host: &JsValue) -> Conductor {
    let visitor = Visitor::read(&settings.site);
    let on = |source, name, signal: fn(JsValue) -> Signal| {
        let running = Rc::clone(running);
        Listener::new(source, name, move |event| running.signal(signal(event)))
    };
    let woke = |_| Signal::Keeper(Event::Woke);
    let listeners = Vec::from([
        on(Source::Document, "visibilitychange", |_| Signal::Visibility),
        on(Source::Document, "resume", woke),
        on(Source::Window, "pageshow", woke),
        on(Source::Window, "online", woke),
        on(Source::Window, "pagehide", |_| Signal::Keeper(Event::Leaving)),
        on(Source::Window, "storage", Signal::StorageChanged),
    ]);
    let calling = |signal: fn(JsValue) -> Signal| {
        let running = Rc::clone(running);
        move |value| running.signal(signal(value))
    };
    let keeper_settings = keeper::Settings { seed: now().wall_ms as u32, ..keeper::Settings::default() };
    Conductor {
        keeper: Keeper::new(String::from(session.as_str()), settings.targets.clone(), keeper_settings),
        swapper: Swapper::new(settings.numbers.clone()),
        announcer: Announcer::new(host, session.as_str(), &visitor, settings.targets.len()),
        client: LeaseClient::new(&settings.service, calling(Signal::Answered)),
        observer: Some(Observer::new(calling(Signal::Mutated))),
        alarm: Timer::new(calling(woke)),
        has_said_silent: false,
        _listeners: listeners,
        settings,
        session,
        visitor,
    }
}

impl Running {
    /// Handles a signal now, or, when it comes while another one is being handled, right after that.
    fn signal(&self, signal: Signal) {
        self.inbox.borrow_mut().push_back(signal);
        let Ok(mut conductor) = self.conductor.try_borrow_mut() else { return };
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            let Some(signal) = next else { return };
            let Some(running) = conductor.as_mut() else { return };
            let is_over = handle(running, signal);
            let events = running.announcer.take();
            if is_over {
                *conductor = None;
            }
            // Listeners may signal; that waits in the inbox until this loop comes to it.
            for (name, detail) in events {
                browser::dispatch(name, &detail);
            }
        }
    }
}

/// True if the snippet was stopped.
fn handle(conductor: &mut Conductor, signal: Signal) -> bool {
    match signal {
        Signal::Begin => conductor.begin(),
        Signal::Keeper(event) => conductor.step(event),
        Signal::Answered(reply) => conductor.answered(&reply),
        Signal::Mutated(records) => conductor.look_at_changes(&records),
        Signal::StorageChanged(event) => {
            if js::text(&event, "newValue").is_none() {
                conductor.storage_removed(js::text(&event, "key").as_deref());
            }
        }
        Signal::Visibility => conductor.step(if browser::is_visible() { Event::Visible } else { Event::Hidden }),
        Signal::Command(command) => match command.as_string().as_deref() {
            Some("scan") => conductor.look_at_all(),
            Some("release") => conductor.release(),
            Some("stop") => {
                conductor.step(Event::Forgotten);
                return true;
            }
            _ => browser::warn("Known commands: scan, release, stop."),
        },
    }
    false
}
