//! What has been changed on the page, and what stood there before.

use super::{
    dom::{mark, new_marks, set_mark},
    place::Place,
};
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::JsValue;

/// A place that the page reverts more often than this within [`STRIKES_WITHIN_MS`] is left alone.
const MOST_STRIKES: u32 = 20;
const STRIKES_WITHIN_MS: u64 = 1_000;
/// Fewer patches than this are not worth clearing up.
const CLEAR_UP_FROM: usize = 256;

struct Patch {
    place: Place,
    before: String,
    after: String,
    strikes: u32,
    since_ms: u64,
}

/// All changes that stand.
pub(super) struct Patches {
    patches: Vec<Patch>,
    /// From a place to its patch, without a mark that the page could see.
    marks: JsValue,
    clear_up_at: usize,
}

/// What became of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patched {
    /// The place was as the page made it.
    First,
    /// The page had put its own number back.
    Again,
    /// The page keeps putting its own number back; the place has just been given up.
    GivenUp,
    /// It was given up before.
    LeftAlone,
}

impl Patches {
    pub(super) fn new() -> Self {
        Self { patches: Vec::new(), marks: new_marks(), clear_up_at: CLEAR_UP_FROM }
    }

    /// Writes a text into a place and remembers what stood there. A number that must go (`must_go`) is written over
    /// however often it comes back: it may belong to somebody else.
    pub(super) fn apply(&mut self, place: Place, before: String, after: String, must_go: bool, now_ms: u64) -> Patched {
        let at = mark(&self.marks, &place.node, place.kind);
        let known = usize::try_from(at).ok().and_then(|at| self.patches.get_mut(at));
        let Some(patch) = known else {
            place.write(&after);
            set_mark(&self.marks, &place.node, place.kind, self.patches.len() as i32);
            self.patches.push(Patch { place, before, after, strikes: 0, since_ms: now_ms });
            self.clear_up();
            return Patched::First;
        };
        if must_go {
            patch.place.write(&after);
            (patch.before, patch.after) = (before, after);
            return Patched::Again;
        }
        if patch.strikes > MOST_STRIKES {
            return Patched::LeftAlone;
        }
        if now_ms.saturating_sub(patch.since_ms) > STRIKES_WITHIN_MS {
            (patch.strikes, patch.since_ms) = (0, now_ms);
        }
        patch.strikes += 1;
        if patch.strikes > MOST_STRIKES {
            return Patched::GivenUp;
        }
        patch.place.write(&after);
        (patch.before, patch.after) = (before, after);
        Patched::Again
    }

    /// Puts back what stood in every place, except where the page has written something else since.
    pub(super) fn put_back(&mut self) {
        for patch in core::mem::take(&mut self.patches) {
            if patch.place.read().as_ref() == Some(&patch.after) {
                patch.place.write(&patch.before);
            }
        }
        self.marks = new_marks();
        self.clear_up_at = CLEAR_UP_FROM;
    }

    /// Lets go of places that have left the document, so that a page which rebuilds itself for days keeps no memory
    /// of all it ever was. Should one come back, the finder knows the number on it.
    fn clear_up(&mut self) {
        if self.patches.len() < self.clear_up_at {
            return;
        }
        self.patches.retain(|patch| patch.place.is_on_the_page());
        self.marks = new_marks();
        for (at, patch) in self.patches.iter().enumerate() {
            set_mark(&self.marks, &patch.place.node, patch.place.kind, at as i32);
        }
        self.clear_up_at = (self.patches.len() * 2).max(CLEAR_UP_FROM);
    }
}
