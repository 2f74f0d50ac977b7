//! Calls and what they pin.

use super::{Change, Ledger, NumberKey};
use crate::{
    domain::{call::{CallKey, CallSpan}, number::TrackingNumber, time::Timestamp},
    store::packed::StoredCall,
};

impl Ledger {
    /// A call that still pins its number, or did at the last commit. All others are on disk only.
    pub(in super::super) fn call(&self, id: &CallKey) -> Option<&StoredCall> {
        self.calls.get(id)
    }

    /// A call begins.
    pub(in super::super) fn begin_call(&mut self, now: Timestamp, id: &CallKey, number: &TrackingNumber) -> CallSpan {
        let record = CallSpan { key: id.clone(), number: number.clone(), began_at: now, ended_at: None };
        let pinned_until = record.pins_until(&self.policy);
        self.keep_call(StoredCall { record: record.clone(), pinned_until });
        self.note_call(id);
        let number = NumberKey::of(number);
        if let Some(slot) = self.slot(number) {
            self.set_exclusive_until(number, slot.exclusive_until.max(pinned_until));
        }
        record
    }

    /// A known call ends; one that has ended stays as it is.
    pub(in super::super) fn end_call(&mut self, now: Timestamp, known: StoredCall) -> CallSpan {
        if known.record.ended_at.is_some() {
            return known.record;
        }
        let StoredCall { mut record, pinned_until: pinned_before } = known;
        self.drop_call(&record.key);
        record.ended_at = Some(now);
        let pinned_until = record.pins_after_end(&self.policy, pinned_before, now);
        self.keep_call(StoredCall { record: record.clone(), pinned_until });
        self.note_call(&record.key);
        let number = NumberKey::of(&record.number);
        if pinned_before > now {
            let held_until = self.lease(number).map_or(Timestamp::ZERO, |stored| stored.lease.held_until);
            let exclusive_until = held_until.max(pinned_until).max(self.pinned_until(number, now));
            self.set_exclusive_until(number, exclusive_until);
        }
        record
    }

    /// Forgets calls that pin nothing any more. Only what is on disk may be forgotten: call this after a commit.
    pub(in super::super) fn forget_past_calls(&mut self, now: Timestamp) {
        while let Some((pinned_until, id)) = self.call_order.first().cloned()
            && pinned_until <= now
        {
            self.drop_call(&id);
            self.changes.push(Change::Unpinned(id));
        }
    }

    /// Until when calls pin a number; zero if none does.
    pub(super) fn pinned_until(&self, number: NumberKey, now: Timestamp) -> Timestamp {
        let latest = self.pins.get(&number).and_then(|pins| pins.last());
        latest.map(|(until, _)| *until).filter(|until| *until > now).unwrap_or(Timestamp::ZERO)
    }

    pub(super) fn keep_call(&mut self, call: StoredCall) {
        let (id, until) = (call.record.key.clone(), call.pinned_until);
        self.call_order.insert((until, id.clone()));
        self.pins.entry(NumberKey::of(&call.record.number)).or_default().insert((until, id.clone()));
        self.calls.insert(id, call);
    }

    fn drop_call(&mut self, id: &CallKey) {
        let Some(call) = self.calls.remove(id) else { return };
        let at = (call.pinned_until, id.clone());
        self.call_order.remove(&at);
        let number = NumberKey::of(&call.record.number);
        if let Some(pins) = self.pins.get_mut(&number) {
            pins.remove(&at);
            if pins.is_empty() {
                self.pins.remove(&number);
            }
        }
    }

    fn note_call(&mut self, id: &CallKey) {
        if let Some(call) = self.calls.get(id) {
            self.changes.push(Change::Call(call.clone()));
        }
    }
}
