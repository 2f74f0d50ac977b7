//! One visitor's browser: tabs that share a storage, clocks that are wrong, a machine that sleeps.

use super::{
    Due, World,
    glue::{Answer, Command, Event, Glue, Moment, Stored},
};
use crate::{dice::Dice, history::Displayed};

/// What reaches a tab from outside.
pub(super) enum Happening {
    /// The timer that was set as the so-manieth.
    Timer(u64),
    Answered(u32, Answer),
    Failed(u32),
}

pub(super) struct Browser {
    name: String,
    visits: u32,
    /// Whose leases, and which.
    storage: Option<(String, Stored)>,
    tabs: Vec<Tab>,
    asleep_since: Option<u64>,
    slept_ms: u64,
    monotonic_runs_on: bool,
    wall_is_ahead_ms: u64,
    /// What reached it while it slept.
    missed: Vec<(usize, Happening)>,
}

struct Tab {
    session: String,
    glue: Glue,
    opened: u64,
    is_visible: bool,
    is_open: bool,
    timers_set: u64,
    seen: Option<(String, u64)>,
}

impl Browser {
    pub(super) fn new(index: usize, seed: u64, dice: &mut Dice) -> Self {
        Self {
            name: format!("visitor-{seed}-{index}"),
            visits: 0,
            storage: None,
            tabs: Vec::new(),
            asleep_since: None,
            slept_ms: 0,
            monotonic_runs_on: dice.percent(50),
            wall_is_ahead_ms: dice.below(7_200_000),
            missed: Vec::new(),
        }
    }

    fn session(&self) -> String {
        format!("{}-session-{}", self.name, self.visits)
    }

    fn moment(&self, tab: usize, now: u64) -> Moment {
        let stood_still = if self.monotonic_runs_on { 0 } else { self.slept_ms };
        let opened = self.tabs[tab].opened;
        Moment {
            monotonic_ms: now.saturating_sub(opened + stood_still),
            wall_ms: 1_800_000_000_000 + now + self.wall_is_ahead_ms,
        }
    }

    fn open_tabs(&self) -> Vec<usize> {
        (0..self.tabs.len()).filter(|&tab| self.tabs[tab].is_open).collect()
    }

    /// Notes what somebody can see from now on.
    fn look(&mut self, tab: usize, now: u64, displayed: &mut Vec<Displayed>) {
        let awake = self.asleep_since.is_none();
        let tab = &mut self.tabs[tab];
        let session = tab.session.clone();
        let is_seen = awake && tab.is_open && tab.is_visible;
        let shown = tab.glue.shown(0).filter(|_| is_seen).cloned();
        if tab.seen.as_ref().map(|(number, _)| number) != shown.as_ref() {
            if let Some((number, from)) = tab.seen.take()
                && from < now
            {
                displayed.push(Displayed { number, session, from, until: now });
            }
            tab.seen = shown.map(|number| (number, now));
        }
    }

    pub(super) fn close(&mut self, now: u64, displayed: &mut Vec<Displayed>) {
        for tab in 0..self.tabs.len() {
            self.tabs[tab].is_open = false;
            self.look(tab, now, displayed);
        }
    }
}

impl World<'_> {
    /// Brings something to a tab; a sleeping machine gets it when it wakes.
    pub(super) fn tell(&mut self, browser: usize, tab: usize, happening: Happening) {
        let machine = &mut self.browsers[browser];
        if machine.asleep_since.is_some() {
            machine.missed.push((tab, happening));
            return;
        }
        if !machine.tabs[tab].is_open {
            return;
        }
        let event = match happening {
            Happening::Timer(set) if set == machine.tabs[tab].timers_set => Event::Woke,
            Happening::Timer(_) => return,
            Happening::Answered(request, answer) => Event::Answered(request, answer),
            Happening::Failed(request) => Event::Failed(request),
        };
        self.step(browser, tab, event);
    }

    fn step(&mut self, browser: usize, tab: usize, event: Event) {
        let machine = &mut self.browsers[browser];
        let moment = machine.moment(tab, self.now);
        let commands = machine.tabs[tab].glue.step(moment, event);
        machine.look(tab, self.now, &mut self.history.displayed);
        for command in commands {
            let session = self.browsers[browser].tabs[tab].session.clone();
            match command {
                Command::Send(request, leases) => {
                    let token = leases.into_iter().find_map(|(_, token)| token);
                    self.send(browser, tab, request, session, token);
                }
                Command::SendLeft(_) => self.send_beacon(session, false),
                Command::SendRelease(_) => self.send_beacon(session, true),
                Command::Store(stored) => self.browsers[browser].storage = Some((session, stored)),
                Command::Forget => self.browsers[browser].storage = None,
                Command::WakeIn(ms) => self.set_timer(browser, tab, ms),
                Command::Show(..) | Command::PutBack(_) | Command::Report(..) => {}
            }
        }
    }

    /// Timers run late: a little in a tab that is seen, up to a minute in one that is not.
    fn set_timer(&mut self, browser: usize, tab: usize, ms: u64) {
        let target = &mut self.browsers[browser].tabs[tab];
        target.timers_set += 1;
        let (set, is_visible) = (target.timers_set, target.is_visible);
        let late = if is_visible { self.dice.below(1_500) } else { self.dice.below(60_000) };
        self.plan(self.now + ms + late, Due::Timer { browser, tab, set });
    }

    /// The visitor does something, and will do something else later.
    pub(super) fn act(&mut self, browser: usize) {
        let next = self.now + self.dice.between(1_000, 90_000);
        self.plan(next, Due::Act { browser });
        if self.browsers[browser].asleep_since.is_some() {
            self.wake(browser);
            return;
        }
        let open = self.browsers[browser].open_tabs();
        if open.is_empty() {
            self.open_page(browser);
            return;
        }
        let tab = open[self.dice.below(open.len() as u64) as usize];
        match self.dice.below(100) {
            0..25 => self.open_page(browser),
            25..45 => self.set_visible(browser, tab, false),
            45..65 => self.set_visible(browser, tab, true),
            65..80 => self.leave(browser, tab),
            80..93 => self.fall_asleep(browser),
            93..97 => self.release(browser, tab),
            _ => self.step(browser, tab, Event::Woke),
        }
    }

    fn open_page(&mut self, browser: usize) {
        let is_visible = self.dice.percent(85);
        let machine = &mut self.browsers[browser];
        if machine.open_tabs().len() >= 3 {
            return;
        }
        machine.tabs.push(Tab {
            session: machine.session(),
            glue: Glue::new(),
            opened: self.now.saturating_sub(machine.slept_ms),
            is_visible,
            is_open: true,
            timers_set: 0,
            seen: None,
        });
        let tab = machine.tabs.len() - 1;
        let session = machine.session();
        let stored = machine.storage.clone().filter(|(whose, _)| *whose == session).map(|(_, stored)| stored);
        self.step(browser, tab, Event::Started { visible: is_visible, stored });
        self.step(browser, tab, Event::Found(0));
    }

    fn set_visible(&mut self, browser: usize, tab: usize, is_visible: bool) {
        let target = &mut self.browsers[browser].tabs[tab];
        if target.is_visible != is_visible {
            target.is_visible = is_visible;
            self.step(browser, tab, if is_visible { Event::Visible } else { Event::Hidden });
        }
    }

    /// The page says that it is left, then really goes, or was only an interrupted navigation or a tapped number.
    fn leave(&mut self, browser: usize, tab: usize) {
        self.step(browser, tab, Event::Leaving);
        let goes = self.dice.percent(70);
        let machine = &mut self.browsers[browser];
        machine.tabs[tab].is_open = !goes;
        machine.look(tab, self.now, &mut self.history.displayed);
    }

    /// Ends the leases and the session. Tabs of the same origin hear of it from the storage, sooner or later; those of
    /// another sub-domain never do, and go on.
    fn release(&mut self, browser: usize, tab: usize) {
        self.step(browser, tab, Event::Released);
        self.browsers[browser].visits += 1;
        for other in self.browsers[browser].open_tabs() {
            if other != tab && self.dice.percent(50) {
                self.step(browser, other, Event::Forgotten);
            }
        }
    }

    fn fall_asleep(&mut self, browser: usize) {
        self.browsers[browser].asleep_since = Some(self.now);
        for tab in 0..self.browsers[browser].tabs.len() {
            self.browsers[browser].look(tab, self.now, &mut self.history.displayed);
        }
        // Some naps are longer than any lease.
        if self.dice.percent(50) {
            let at = self.now + self.dice.between(60_000, 600_000);
            self.plan(at, Due::Act { browser });
        }
    }

    fn wake(&mut self, browser: usize) {
        let machine = &mut self.browsers[browser];
        let Some(since) = machine.asleep_since.take() else { return };
        machine.slept_ms += self.now - since;
        let missed = std::mem::take(&mut machine.missed);
        // What was due goes first, and in any order: an answer may be read before the page hears that it woke.
        let wakes_first = self.dice.percent(50);
        if wakes_first {
            self.wake_tabs(browser);
        }
        for (tab, happening) in missed {
            self.tell(browser, tab, happening);
        }
        if !wakes_first {
            self.wake_tabs(browser);
        }
    }

    fn wake_tabs(&mut self, browser: usize) {
        for tab in self.browsers[browser].open_tabs() {
            self.step(browser, tab, Event::Woke);
        }
    }
}
