//! How many numbers a pool needs: Little's law says how many are in use at once, Erlang's formula B how often none is free.
//!
//! Arrivals are taken for random (Poisson); how long each number is held may be distributed in any way, only the mean
//! counts. Explained for operators in `docs/OPERATIONS.md`.

use super::{policy::LeasePolicy, time::Span};

/// Above this share of numbers in use, a pool is warned about: random arrivals find none free now and then.
pub const TIGHT: f64 = 0.75;
/// No advice goes beyond so many numbers.
pub const MAX_NUMBERS: u64 = 1_000_000;

/// The share of arrivals that find none of `numbers` free, at an offered load in numbers.
pub fn erlang_b(load: f64, numbers: u64) -> f64 {
    (1..=numbers).fold(1.0, |blocked, number| load * blocked / (number as f64 + load * blocked))
}

/// How few numbers keep the blocked share at or below `target`; `None` beyond [`MAX_NUMBERS`].
pub fn numbers_needed(load: f64, target: f64) -> Option<u64> {
    let mut blocked = 1.0;
    (0..=MAX_NUMBERS).find(|number| {
        if *number > 0 {
            blocked = load * blocked / (*number as f64 + load * blocked);
        }
        blocked <= target
    })
}

/// How long a visit of this mean length keeps its number from others, on average, in seconds: to `lease_life` after the
/// page's end, and `min_hold` at least. Visits are taken for exponential.
pub fn holding_seconds(policy: &LeasePolicy, visit: Span) -> f64 {
    let seconds = |span: Span| span.as_millis() as f64 / 1_000.0;
    let (visit, life, hold) = (seconds(visit), seconds(policy.lease_life), seconds(policy.min_hold));
    if hold > life { hold + visit * (-(hold - life) / visit).exp() } else { visit + life }
}

/// Little's law: how many numbers are in use at once when so many visits an hour hold one for so long.
pub fn load(visits_per_hour: f64, holding_seconds: f64) -> f64 {
    visits_per_hour * holding_seconds / 3_600.0
}

/// The offered load behind a carried one: how many numbers would be in use, had every visitor got one. `None` if nearly
/// all were in use, which any greater load would do too.
pub fn offered(carried: f64, numbers: u64) -> Option<f64> {
    if carried > 0.98 * numbers as f64 {
        return None;
    }
    let (mut low, mut high) = (carried, carried.max(1.0) * 64.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if middle * (1.0 - erlang_b(middle, numbers)) < carried { low = middle } else { high = middle }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The formula as it stands in books.
    fn direct(load: f64, numbers: u64) -> f64 {
        let term = |n: u64| (1..=n).fold(1.0, |term, k| term * load / k as f64);
        term(numbers) / (0..=numbers).map(term).sum::<f64>()
    }

    proptest! {
        #[test]
        fn the_recursion_is_the_formula(load in 0.01..50.0_f64, numbers in 0..60_u64) {
            let (recursive, direct) = (erlang_b(load, numbers), direct(load, numbers));
            prop_assert!((recursive - direct).abs() <= 1e-9 * direct.max(1e-30), "{recursive} {direct}");
        }

        #[test]
        fn more_numbers_block_less_and_more_load_blocks_more(load in 0.01..400.0_f64, numbers in 0..500_u64) {
            prop_assert!(erlang_b(load, numbers + 1) <= erlang_b(load, numbers));
            prop_assert!(erlang_b(load * 1.1, numbers) >= erlang_b(load, numbers));
        }

        #[test]
        fn what_is_needed_is_enough_and_no_more(load in 0.01..400.0_f64, target in 0.000_1..0.5_f64) {
            let needed = numbers_needed(load, target).expect("few");
            prop_assert!(erlang_b(load, needed) <= target);
            prop_assert!(needed == 0 || erlang_b(load, needed - 1) > target);
        }

        #[test]
        fn the_offered_load_is_found_behind_the_carried(load in 0.1..100.0_f64, numbers in 1..200_u64) {
            let carried = load * (1.0 - erlang_b(load, numbers));
            if let Some(found) = offered(carried, numbers) {
                prop_assert!((found - load).abs() < 0.01 * load, "{found} instead of {load}");
            } else {
                prop_assert!(carried > 0.97 * numbers as f64);
            }
        }
    }

    #[test]
    fn a_table_of_erlang_b_says_the_same() {
        // ITU-T handbook: 10 lines carry 4.46 erlang at 1 %, 20 carry 12.03.
        assert_eq!((numbers_needed(4.46, 0.01), numbers_needed(12.03, 0.01)), (Some(10), Some(20)));
    }

    #[test]
    fn a_number_is_held_for_the_visit_and_what_follows() {
        let policy = LeasePolicy::default();
        let held = holding_seconds(&policy, Span::from_seconds(180));
        assert!((held - (300.0 + 180.0 * (-150.0_f64 / 180.0).exp())).abs() < 1e-9, "{held}");
        let policy = LeasePolicy { min_hold: Span::default(), ..policy };
        assert!((holding_seconds(&policy, Span::from_seconds(180)) - 330.0).abs() < 1e-9);
        assert!((load(60.0, 330.0) - 5.5).abs() < 1e-9);
    }
}
