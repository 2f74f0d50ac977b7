//! Taking over what another store held; all of it goes to disk.

use super::{Change, Ledger, NumberKey, Settings, Slot};
use crate::{
    domain::{ids::SessionId, lease::Lease, time::Timestamp},
    store::{packed::StoredLease, packed_call::StoredCall},
};

impl Ledger {
    /// The pool itself.
    pub(in super::super) fn import_settings(&mut self, settings: Settings, generation: u64, cursor: u64) {
        let Settings { policy, overflow, safe_until, suffixes } = settings;
        (self.policy, self.overflow, self.safe_until, self.suffixes) = (policy, overflow, safe_until, suffixes);
        (self.generation, self.cursor) = (generation, cursor);
        self.changes.extend([Change::Settings, Change::Generation]);
    }

    /// A number, and its latest lease; `joined` is the session that has it.
    pub(in super::super) fn import_number(
        &mut self,
        number: NumberKey,
        slot: Slot,
        lease: Option<StoredLease>,
        joined: Option<SessionId>,
    ) {
        if let Some(lease) = lease {
            self.leases.insert(number, lease);
        }
        self.set_slot(number, slot);
        if let Some(session) = joined {
            self.link(session, number);
        }
    }

    /// A lease that was followed by another.
    pub(in super::super) fn import_past(&mut self, lease: Lease) {
        self.changes.push(Change::Past(lease));
    }

    /// A lease that was followed by another and waits to be announced.
    pub(in super::super) fn import_unannounced(&mut self, ended_at: Timestamp, lease: Lease) {
        let at = (ended_at, NumberKey::of(&lease.number), lease.generation);
        self.restore_superseded(at, lease);
        self.changes.push(Change::Superseded(at));
    }

    /// A session that was shown the overflow number.
    pub(in super::super) fn import_shown(&mut self, lease: Lease) {
        self.changes.push(Change::Candidate(lease.session.clone()));
        self.drop_candidate(&lease.session.clone());
        self.restore_candidate(lease);
    }

    /// What a call pins; it is forgotten here after the commit if that is over.
    pub(in super::super) fn import_pin(&mut self, call: StoredCall) {
        self.changes.push(Change::Pin(call.span.key.clone()));
        self.drop_call(&call.span.key.clone());
        self.keep_call(call);
    }
}
