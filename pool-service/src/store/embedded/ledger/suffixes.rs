//! Which suffix number is granted next.

use super::{Ledger, NumberKey};

/// Suffixes looked at before a rested one is taken, and in all before the pool counts as empty for now. The Redis
/// script `desk.lua` has the same figures.
const LOOKS: u64 = 64;
const LOOKS_IN_ALL: u64 = 4_096;

impl Ledger {
    /// The next suffix number of which nothing is known; if those that follow are all known, the one that has rested
    /// longest.
    pub(super) fn next_suffix(&mut self, rested: Option<NumberKey>) -> Option<NumberKey> {
        self.unknown_suffix(LOOKS).or(rested).or_else(|| self.unknown_suffix(LOOKS_IN_ALL - LOOKS))
    }

    /// Moves the cursor over what it looks at.
    fn unknown_suffix(&mut self, looks: u64) -> Option<NumberKey> {
        let range = self.suffixes.as_ref()?;
        if self.order.len() + self.withdrawn.len() >= range.size() {
            return None;
        }
        for _ in 0..looks {
            let number = NumberKey::of(&range.number(self.cursor)?);
            self.cursor = range.after(self.cursor);
            if !self.slots.contains_key(&number) {
                return Some(number);
            }
        }
        None
    }
}
