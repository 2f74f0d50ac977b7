//! What each target holds and shows.

use super::{
    Command, Outcome, Row,
    moment::{Now, Stretch},
};
use crate::{number::Number, stored::StoredLease};
use alloc::{string::String, vec::Vec};

/// All targets of a page.
#[derive(Debug)]
pub(super) struct Rows {
    margin_ms: u64,
    targets: Vec<Target>,
}

#[derive(Debug)]
struct Target {
    id: String,
    is_wanted: bool,
    /// Named in a request since it is wanted.
    is_asked: bool,
    token: Option<String>,
    held: Option<Held>,
}

/// A number that is shown.
#[derive(Debug)]
struct Held {
    number: Number,
    may_be_shown: Stretch,
    is_shared: bool,
    /// For storage: what the answer said, and when its request was sent.
    sent_wall_ms: u64,
    lease_for_ms: u64,
}

impl Rows {
    pub(super) fn new(ids: Vec<String>, margin_ms: u64) -> Self {
        let target = |id| Target { id, is_wanted: false, is_asked: false, token: None, held: None };
        Self { margin_ms, targets: ids.into_iter().map(target).collect() }
    }

    pub(super) fn shown(&self, target: usize) -> Option<&Number> {
        self.targets.get(target)?.held.as_ref().map(|held| &held.number)
    }

    /// Notes that the target is on the page; true if it now needs a lease.
    pub(super) fn want(&mut self, target: usize) -> bool {
        match self.targets.get_mut(target) {
            Some(target) if !target.is_wanted => {
                target.is_wanted = true;
                true
            }
            _ => false,
        }
    }

    /// The targets to ask for, each with its token.
    pub(super) fn wanted(&self) -> Vec<(usize, Option<String>)> {
        let wanted = self.targets.iter().enumerate().filter(|(_, target)| target.is_wanted);
        wanted.map(|(index, target)| (index, target.token.clone())).collect()
    }

    /// Notes that all wanted targets are named in a request.
    pub(super) fn asked(&mut self) {
        for target in &mut self.targets {
            target.is_asked = target.is_wanted;
        }
    }

    /// Whether a target was found since the last request was sent.
    pub(super) fn is_somebody_unasked(&self) -> bool {
        self.targets.iter().any(|target| target.is_wanted && !target.is_asked)
    }

    pub(super) fn lack_a_lease(&self) -> bool {
        self.targets.iter().any(|target| target.is_wanted && target.held.is_none())
    }

    pub(super) fn leased(&self) -> Vec<usize> {
        let is_leased = |target: &Target| target.held.as_ref().is_some_and(|held| !held.is_shared);
        self.targets.iter().enumerate().filter(|(_, target)| is_leased(target)).map(|(index, _)| index).collect()
    }

    pub(super) fn to_store(&self) -> Vec<StoredLease> {
        let leases = self.targets.iter().filter_map(|target| {
            let (held, token) = (target.held.as_ref()?, target.token.clone()?);
            (!held.is_shared).then(|| StoredLease {
                target: target.id.clone(),
                number: held.number.clone(),
                sent_wall_ms: held.sent_wall_ms,
                lease_for_ms: held.lease_for_ms,
                token,
            })
        });
        leases.collect()
    }

    /// Shows what an earlier page stored, within the time that is left of it.
    pub(super) fn adopt(&mut self, now: Now, leases: Vec<StoredLease>, commands: &mut Vec<Command>) {
        for lease in leases {
            let Some(index) = self.targets.iter().position(|target| target.id == lease.target) else { continue };
            // A page that has just started has no monotonic reading of the time before it.
            let age = now.wall_ms.checked_sub(lease.sent_wall_ms);
            let left = age.and_then(|age| lease.lease_for_ms.saturating_sub(self.margin_ms).checked_sub(age));
            let held = left.filter(|&left| left > 0).map(|left| Held {
                number: lease.number,
                may_be_shown: Stretch { from: now, for_ms: left },
                is_shared: false,
                sent_wall_ms: lease.sent_wall_ms,
                lease_for_ms: lease.lease_for_ms,
            });
            if let Some(target) = self.targets.get_mut(index) {
                target.token = Some(lease.token);
            }
            if let Some(held) = held {
                self.hold(index, held, now, commands);
            }
        }
    }

    /// Takes the rows of an answer whose request was sent at that moment. True if it is worth asking again at once.
    pub(super) fn take(&mut self, now: Now, sent: Now, rows: Vec<(usize, Row)>, commands: &mut Vec<Command>) -> bool {
        let mut ask_again = false;
        for (index, row) in rows {
            let Some(target) = self.targets.get_mut(index) else { continue };
            let (number, lease_for_ms, is_shared) = match row {
                Row::Leased { number, lease_for_ms, token } => {
                    target.token = Some(token);
                    (number, lease_for_ms, false)
                }
                Row::Overflow { number, lease_for_ms } => (number, lease_for_ms, true),
                Row::TokenRefused => {
                    // Once: without a token there is nothing left to refuse.
                    ask_again |= target.token.take().is_some();
                    continue;
                }
                Row::Unavailable => {
                    commands.push(Command::Report(index, Outcome::Problem));
                    continue;
                }
                Row::Exhausted => {
                    self.drop_held(index, Outcome::Exhausted, commands);
                    continue;
                }
                Row::Refused => {
                    self.drop_held(index, Outcome::Problem, commands);
                    continue;
                }
            };
            let may_be_shown = Stretch { from: sent, for_ms: lease_for_ms.saturating_sub(self.margin_ms) };
            let sent_wall_ms = sent.wall_ms;
            let held = Held { number, may_be_shown, is_shared, sent_wall_ms, lease_for_ms };
            ask_again |= self.hold(index, held, now, commands);
        }
        ask_again
    }

    /// Shows a number, unless its time has passed on the way; true if it has.
    fn hold(&mut self, index: usize, new: Held, now: Now, commands: &mut Vec<Command>) -> bool {
        let Some(target) = self.targets.get_mut(index) else { return false };
        let same = target.held.as_ref().filter(|held| held.number == new.number);
        if let Some(held) = same
            && held.may_be_shown.left(now) >= new.may_be_shown.left(now)
        {
            // An earlier promise of the same number still stands.
            return false;
        }
        let is_same = same.is_some();
        if new.may_be_shown.is_over(now) {
            self.drop_held(index, Outcome::Expired, commands);
            // A promise shorter than the margin can never be shown: asking at once would never end.
            return new.may_be_shown.for_ms > 0;
        }
        if !is_same {
            commands.push(Command::Show(index, new.number.clone()));
        }
        let left = new.may_be_shown.left(now);
        let outcome = if new.is_shared { Outcome::Overflow } else { Outcome::Leased };
        commands.push(Command::Report(index, outcome(new.number.clone(), left)));
        target.held = Some(new);
        false
    }

    fn drop_held(&mut self, index: usize, outcome: Outcome, commands: &mut Vec<Command>) {
        let Some(target) = self.targets.get_mut(index) else { return };
        if target.held.take().is_some() {
            commands.push(Command::PutBack(index));
        }
        commands.push(Command::Report(index, outcome));
    }

    /// Puts back every number whose time has passed; true if there was one.
    pub(super) fn put_back_lapsed(&mut self, now: Now, commands: &mut Vec<Command>) -> bool {
        let is_lapsed = |target: &Target| target.held.as_ref().is_some_and(|held| held.may_be_shown.is_over(now));
        let lapsed: Vec<usize> =
            (0..self.targets.len()).filter(|&index| self.targets.get(index).is_some_and(is_lapsed)).collect();
        for &index in &lapsed {
            self.drop_held(index, Outcome::Expired, commands);
        }
        !lapsed.is_empty()
    }

    pub(super) fn put_back_all(&mut self, commands: &mut Vec<Command>) {
        for (index, target) in self.targets.iter_mut().enumerate() {
            target.token = None;
            if target.held.take().is_some() {
                commands.push(Command::PutBack(index));
            }
        }
    }

    pub(super) fn next_lapse_in(&self, now: Now) -> Option<u64> {
        self.targets.iter().filter_map(|target| target.held.as_ref()).map(|held| held.may_be_shown.left(now)).min()
    }
}
