//! Calls and what they pin.

use super::{Change, Ledger, NumberKey};
use crate::{
    domain::{call::CallKey, time::Timestamp},
    store::packed_call::StoredCall,
};

impl Ledger {
    /// A call that still pins its number, or did at the last commit. All others are on disk only.
    pub(in super::super) fn pin(&self, key: &CallKey) -> Option<&StoredCall> {
        self.calls.get(key)
    }

    /// What a call pins, instead of what it pinned `before`. Where less is pinned than was, the number is free from now on,
    /// save for what pages were promised and what other calls pin.
    pub(in super::super) fn repin(&mut self, now: Timestamp, before: Option<StoredCall>, pin: Option<StoredCall>) {
        let runs = |pin: &StoredCall| pin.pinned_until > now;
        let (before, pin) = (before.filter(runs), pin.filter(runs));
        for call in [&before, &pin].into_iter().flatten() {
            self.drop_call(&call.span.key);
            self.changes.push(Change::Pin(call.span.key.clone()));
        }
        let pinned = pin.as_ref().map(|pin| NumberKey::of(&pin.span.number));
        if let Some(pin) = pin {
            self.keep_call(pin);
        }
        let unpinned = before.map(|before| NumberKey::of(&before.span.number));
        if let Some(number) = unpinned {
            let held_until = self.lease(number).map_or(Timestamp::ZERO, |stored| stored.lease.held_until);
            self.set_exclusive_until(number, held_until.max(self.pinned_until(number, now)).max(now));
        }
        if let Some(number) = pinned.filter(|number| Some(*number) != unpinned)
            && let Some(slot) = self.slot(number)
        {
            self.set_exclusive_until(number, slot.exclusive_until.max(self.pinned_until(number, now)));
        }
    }

    /// Forgets calls that pin nothing any more. Only what is on disk may be forgotten: call this after a commit.
    pub(in super::super) fn forget_past_calls(&mut self, now: Timestamp) {
        while let Some((pinned_until, key)) = self.call_order.first().cloned()
            && pinned_until <= now
        {
            self.drop_call(&key);
            self.changes.push(Change::Pin(key));
        }
    }

    /// Until when calls pin a number; zero if none does.
    pub(super) fn pinned_until(&self, number: NumberKey, now: Timestamp) -> Timestamp {
        let latest = self.pins.get(&number).and_then(|pins| pins.last());
        latest.map(|(until, _)| *until).filter(|until| *until > now).unwrap_or(Timestamp::ZERO)
    }

    pub(super) fn keep_call(&mut self, call: StoredCall) {
        let (key, until) = (call.span.key.clone(), call.pinned_until);
        self.call_order.insert((until, key.clone()));
        self.pins.entry(NumberKey::of(&call.span.number)).or_default().insert((until, key.clone()));
        self.calls.insert(key, call);
    }

    pub(super) fn drop_call(&mut self, key: &CallKey) {
        let Some(call) = self.calls.remove(key) else { return };
        let at = (call.pinned_until, key.clone());
        self.call_order.remove(&at);
        let number = NumberKey::of(&call.span.number);
        if let Some(pins) = self.pins.get_mut(&number) {
            pins.remove(&at);
            if pins.is_empty() {
                self.pins.remove(&number);
            }
        }
    }
}
