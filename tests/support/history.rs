//! What a store granted and what browsers displayed, and the invariants over both:
//!
//! - **A**: exclusive periods of two sessions on one number never overlap
//! - **B**: no page displays a leased number outside the period promised to its session
//! - **C**: a call is certainly a session's only if the number was promised to that session and no other
//! - **D**: every number that is displayed is one of the pool

use std::collections::{BTreeMap, BTreeSet};

/// One lease as the store granted it, in milliseconds of true time.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The number.
    pub number: String,
    /// Who got it.
    pub session: String,
    /// From then on.
    pub from: u64,
    /// Until then, at the last extension.
    pub until: u64,
}

/// One stretch of time in which somebody could see a number.
#[derive(Clone, Debug)]
pub struct Displayed {
    /// The number.
    pub number: String,
    /// Whose page it was.
    pub session: String,
    /// From then on.
    pub from: u64,
    /// Until then.
    pub until: u64,
}

/// A call that was said to be certainly a session's.
#[derive(Clone, Debug)]
pub struct Certain {
    /// The number that was called.
    pub number: String,
    /// Whose call it was said to be.
    pub session: String,
    /// When it rang.
    pub at: u64,
}

/// Everything that happened in one run.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// By the pool's generation.
    pub granted: BTreeMap<u64, Granted>,
    /// In order of their ends.
    pub displayed: Vec<Displayed>,
    /// Calls that were credited with certainty.
    pub certain: Vec<Certain>,
    /// Sessions that asked to be released, whether or not the store heard of it.
    pub released: BTreeSet<String>,
}

impl History {
    /// Notes a grant or an extension.
    pub fn note_lease(&mut self, generation: u64, number: &str, session: &str, from: u64, until: u64) {
        let granted = self.granted.entry(generation).or_insert_with(|| Granted {
            number: number.to_owned(),
            session: session.to_owned(),
            from,
            until,
        });
        assert_eq!((granted.number.as_str(), granted.session.as_str()), (number, session), "generation {generation}");
        granted.until = granted.until.max(until);
    }

    /// The leases that were acknowledged and whose promise runs at this moment, by generation.
    pub fn running(&self, at: u64) -> impl Iterator<Item = (u64, &Granted)> {
        let granted = self.granted.iter().map(|(generation, granted)| (*generation, granted));
        granted.filter(move |(_, granted)| granted.until > at && !self.released.contains(&granted.session))
    }

    /// Every breach of an invariant, one sentence each.
    pub fn breaches(&self, pool: &BTreeSet<String>) -> Vec<String> {
        let mut breaches = Vec::new();
        self.check_a(&mut breaches);
        self.check_b(&mut breaches);
        self.check_c(&mut breaches);
        for displayed in self.displayed.iter().filter(|displayed| !pool.contains(&displayed.number)) {
            breaches.push(format!("D: {displayed:?} is not of the pool"));
        }
        breaches
    }

    fn check_a(&self, breaches: &mut Vec<String>) {
        let mut by_number: BTreeMap<&str, Vec<&Granted>> = BTreeMap::new();
        for granted in self.granted.values() {
            by_number.entry(&granted.number).or_default().push(granted);
        }
        for leases in by_number.values_mut() {
            leases.sort_by_key(|granted| granted.from);
            let mut busy: Option<&Granted> = None;
            for lease in leases {
                if let Some(earlier) = busy
                    && earlier.session != lease.session
                    && lease.from < earlier.until
                {
                    breaches.push(format!("A: {earlier:?} and {lease:?} overlap"));
                }
                if busy.is_none_or(|earlier| lease.until > earlier.until) {
                    busy = Some(lease);
                }
            }
        }
    }

    /// A number that another session was promised as well is certainly nobody's, whatever the store remembers.
    fn check_c(&self, breaches: &mut Vec<String>) {
        for certain in &self.certain {
            let is_promised = |granted: &&Granted| {
                granted.number == certain.number && granted.from <= certain.at && certain.at < granted.until
            };
            let promised: BTreeSet<&str> =
                self.granted.values().filter(is_promised).map(|granted| granted.session.as_str()).collect();
            if promised != BTreeSet::from([certain.session.as_str()]) {
                breaches.push(format!("C: {certain:?}, but it was promised to {promised:?}"));
            }
        }
    }

    fn check_b(&self, breaches: &mut Vec<String>) {
        for displayed in &self.displayed {
            let mut from = displayed.from;
            let mut promises: Vec<&Granted> = self
                .granted
                .values()
                .filter(|g| g.number == displayed.number && g.session == displayed.session)
                .collect();
            promises.sort_by_key(|granted| granted.from);
            for promise in promises {
                if promise.from <= from && from < promise.until {
                    from = promise.until;
                }
            }
            if from < displayed.until {
                breaches.push(format!("B: {displayed:?} was not promised from {from} on"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, Certain, Displayed, History};

    fn pool() -> BTreeSet<String> {
        ["1".to_owned(), "2".to_owned()].into()
    }

    fn displayed(number: &str, session: &str, from: u64, until: u64) -> Displayed {
        Displayed { number: number.to_owned(), session: session.to_owned(), from, until }
    }

    #[test]
    fn the_checkers_see_each_breach() {
        let mut history = History::default();
        history.note_lease(1, "1", "a", 0, 100);
        history.note_lease(2, "1", "b", 100, 200);
        history.displayed = vec![displayed("1", "a", 10, 100), displayed("1", "b", 150, 200)];
        assert!(history.breaches(&pool()).is_empty());

        let mut overlapping = history.clone();
        overlapping.note_lease(3, "1", "c", 199, 300);
        assert!(overlapping.breaches(&pool())[0].starts_with("A:"));

        let mut late = history.clone();
        late.displayed.push(displayed("1", "a", 90, 101));
        assert!(late.breaches(&pool())[0].starts_with("B:"));

        let certain = |session: &str, at| Certain { number: "1".to_owned(), session: session.to_owned(), at };
        history.certain = vec![certain("a", 0), certain("b", 199)];
        assert!(history.breaches(&pool()).is_empty());
        for wrong in [certain("b", 99), certain("b", 200)] {
            let mut guessed = history.clone();
            guessed.certain.push(wrong);
            assert!(guessed.breaches(&pool())[0].starts_with("C:"));
        }
        let mut doubted = history.clone();
        doubted.note_lease(3, "1", "c", 150, 300);
        assert!(doubted.breaches(&pool()).iter().any(|breach| breach.starts_with("C:")));

        let mut strange = history;
        strange.note_lease(3, "9", "a", 0, 100);
        strange.displayed.push(displayed("9", "a", 0, 1));
        assert!(strange.breaches(&pool())[0].starts_with("D:"));
    }
}
