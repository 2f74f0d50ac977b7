//! Shows numbers instead of a site's own, and puts its own back.
//!
//! What may be shown is said by the conductor; what stood somewhere before is remembered by [`Patches`]. A page may
//! also copy a number that is shown, to a clone of an element say. So a number that must not be shown any more is
//! itself looked for from then on, and swapped for the target's own.

use super::{
    dom::Gate,
    patches::{Patched, Patches},
    place::Place,
    scanner,
};
use alloc::{string::String, vec, vec::Vec};
use core::cell::{Cell, RefCell};
use snippet_core::{finder::Finder, href::rewrite_href, number::Number, split};
use wasm_bindgen::prelude::JsValue;

/// A page that answers our changes with its own over and over never gets to painting; after so many within
/// [`STORM_MS`] there is no more answering.
const STORM_ROUNDS: u32 = 200;
const STORM_MS: u64 = 1_000;

/// All targets of the site on this page.
pub(crate) struct Swapper {
    targets: Vec<Target>,
    /// The target of each number that the finder looks for.
    keys: Vec<Key>,
    finder: Finder,
    gate: Gate,
    patches: Patches,
    rounds: u32,
    rounds_since_ms: u64,
}

struct Target {
    own: Number,
    shown: Option<Number>,
    /// Numbers that were shown and must not be any more.
    lapsed: Vec<Number>,
    count: u32,
}

struct Key {
    target: usize,
    is_own: bool,
}

/// What a look at the page came to.
#[derive(Default)]
pub(crate) struct Sighting {
    /// Targets that stand on the page, swapped or not.
    pub(crate) found: Vec<usize>,
    /// Targets that are shown in more places than before.
    pub(crate) swapped: Vec<usize>,
    /// A place has been given up, since the page keeps reverting it.
    pub(crate) has_given_up: bool,
    /// The page answers every change with one of its own: it must not be observed any more.
    pub(crate) is_storm: bool,
}

impl Swapper {
    /// Looks for these numbers and shows nothing yet.
    pub(crate) fn new(own: Vec<Number>) -> Self {
        let target = |own| Target { own, shown: None, lapsed: Vec::new(), count: 0 };
        let mut swapper = Self {
            targets: own.into_iter().map(target).collect(),
            keys: Vec::new(),
            finder: Finder::new(&[]),
            gate: Gate::new("(?!)"),
            patches: Patches::new(),
            rounds: 0,
            rounds_since_ms: 0,
        };
        swapper.sharpen();
        swapper
    }

    /// Says what to show for a target; `None`: its own number. Holds from the next look on, which the caller takes in
    /// the same breath. What is shown of another number is put back at once.
    pub(crate) fn show(&mut self, index: usize, number: Option<Number>) {
        let Some(target) = self.targets.get_mut(index) else { return };
        if target.shown == number {
            return;
        }
        if let Some(before) = core::mem::replace(&mut target.shown, number)
            && !target.lapsed.contains(&before)
        {
            target.lapsed.push(before);
        }
        // All targets: two of them may stand in one text.
        self.patches.put_back();
        for target in &mut self.targets {
            target.count = 0;
        }
        self.sharpen();
    }

    /// A target's own number and in how many places another one stands for it.
    pub(crate) fn count(&self, index: usize) -> Option<(&Number, u32)> {
        self.targets.get(index).map(|target| (&target.own, target.count))
    }

    /// Looks at the whole page.
    pub(crate) fn look_at_all(&mut self, now_ms: u64) -> Sighting {
        let mut sighting = Sighting::default();
        if let Some(root) = scanner::root_of_all() {
            self.look(&root, now_ms, &mut sighting);
        }
        sighting
    }

    /// Looks at what these mutation records have touched.
    pub(crate) fn look_at_changes(&mut self, records: &JsValue, now_ms: u64) -> Sighting {
        let mut sighting = Sighting::default();
        let mut is_changed = false;
        for root in scanner::roots_of(records, &self.gate) {
            is_changed |= self.look(&root, now_ms, &mut sighting);
        }
        if is_changed {
            if now_ms.saturating_sub(self.rounds_since_ms) > STORM_MS {
                (self.rounds, self.rounds_since_ms) = (0, now_ms);
            }
            self.rounds += 1;
            sighting.is_storm = self.rounds > STORM_ROUNDS;
        }
        sighting
    }

    /// Whether anything was changed below this element.
    fn look(&mut self, root: &JsValue, now_ms: u64, sighting: &mut Sighting) -> bool {
        let mut is_changed = false;
        for places in scanner::texts(root, &self.gate) {
            let texts: Vec<String> = places.iter().map(|place| place.read().unwrap_or_default()).collect();
            is_changed |= self.swap(places, texts, now_ms, sighting);
        }
        for place in scanner::attributes(root, &self.gate) {
            let Some(text) = place.read() else { continue };
            is_changed |= self.swap(vec![place], vec![text], now_ms, sighting);
        }
        is_changed
    }

    fn swap(&mut self, places: Vec<Place>, texts: Vec<String>, now_ms: u64, sighting: &mut Sighting) -> bool {
        let seen = RefCell::new(Vec::new());
        let must_go = Cell::new(false);
        let number_of = |key: usize| {
            let key = self.keys.get(key)?;
            let target = self.targets.get(key.target)?;
            seen.borrow_mut().push(key.target);
            must_go.set(must_go.get() || !key.is_own);
            target.shown.clone().or_else(|| (!key.is_own).then(|| target.own.clone()))
        };
        let new_texts = match (places.first(), texts.first()) {
            (Some(place), Some(link)) if place.is_link() => {
                vec![rewrite_href(link, &self.finder, &number_of).map(|(link, _)| link)]
            }
            _ => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                split::rewrite(&texts, &self.finder, &number_of).texts
            }
        };
        let seen = seen.into_inner();
        let mut is_changed = false;
        let mut is_new = false;
        for ((place, before), after) in places.into_iter().zip(texts).zip(new_texts) {
            let Some(after) = after.filter(|after| *after != before) else { continue };
            let patched = self.patches.apply(place, before, after, must_go.get(), now_ms);
            is_changed |= patched != Patched::LeftAlone;
            is_new |= patched == Patched::First;
            sighting.has_given_up |= patched == Patched::GivenUp;
        }
        for index in seen {
            note(&mut sighting.found, index);
            if is_new
                && let Some(target) = self.targets.get_mut(index)
                && target.shown.is_some()
            {
                target.count += 1;
                note(&mut sighting.swapped, index);
            }
        }
        is_changed
    }

    /// Looks for what may stand on the page now: the targets' own numbers, and those that must not be shown.
    fn sharpen(&mut self) {
        let mut numbers = Vec::new();
        self.keys.clear();
        for (index, target) in self.targets.iter().enumerate() {
            numbers.push(target.own.clone());
            self.keys.push(Key { target: index, is_own: true });
        }
        for (index, target) in self.targets.iter().enumerate() {
            for number in &target.lapsed {
                // It may have been leased again since, or be what the page itself prints elsewhere.
                let is_shown = |other: &Target| other.shown.as_ref() == Some(number) || other.own == *number;
                if !self.targets.iter().any(is_shown) {
                    numbers.push(number.clone());
                    self.keys.push(Key { target: index, is_own: false });
                }
            }
        }
        self.finder = Finder::new(&numbers);
        self.gate = Gate::new(&self.finder.gate_regex_source());
    }
}

fn note(targets: &mut Vec<usize>, target: usize) {
    if !targets.contains(&target) {
        targets.push(target);
    }
}
