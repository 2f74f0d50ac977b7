//! Whatever list of numbers the keeper is given, it does not panic, says whole ops about targets that can be, and shows
//! nothing longer than was promised.

mod support;

use proptest::prelude::*;
use snippet_core::keeper::{Keeper, event, kind, op};
use support::{
    LEASE_MS, Page,
    glue::{Command, Event},
    leased,
};

const NOW: f64 = 1_800_000_000_000.0;

fn word() -> impl Strategy<Value = f64> {
    const ODD: [f64; 10] =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -0.0, 0.5, 1e300, 4_294_967_296.0, 10_000.0, 1e12];
    prop_oneof![3 => (0u8..12).prop_map(f64::from), 2 => prop::sample::select(&ODD[..]), 1 => any::<f64>()]
}

/// The ops of a list; `None` if one is not whole or unknown.
fn ops(mut words: &[f64]) -> Option<Vec<(i32, f64)>> {
    let mut ops = Vec::new();
    while let [code, rest @ ..] = words {
        let length = match *code as i32 {
            op::FORGET => 0,
            op::SHOW | op::PUT_BACK | op::WAKE_IN | op::DROP_TOKEN => 1,
            op::REPORT => 3,
            op::LEFT | op::RELEASE => 1 + *rest.first()? as usize,
            op::SEND => 2 + *rest.get(1)? as usize,
            op::STORE => 3 + 3 * *rest.get(2)? as usize,
            _ => return None,
        };
        ops.push((*code as i32, rest.first().copied().unwrap_or_default()));
        words = rest.get(length..)?;
    }
    Some(ops)
}

proptest! {
    #[test]
    fn it_neither_panics_nor_stammers(steps in prop::collection::vec(prop::collection::vec(word(), 0..16), 1..40)) {
        let mut keeper = Keeper::new();
        for input in steps {
            let output = keeper.step(&input);
            let ops = ops(&output);
            prop_assert!(ops.is_some(), "{input:?} made {output:?}");
            for (code, word) in ops.unwrap_or_default() {
                match code {
                    op::SHOW | op::PUT_BACK | op::REPORT => prop_assert!((0.0..10_000.0).contains(&word), "{output:?}"),
                    op::WAKE_IN => prop_assert!((0.0..=2_147_483_647.0).contains(&word), "{output:?}"),
                    _ => {}
                }
            }
        }
    }

    /// Between good events, odd ones on a clock that runs on.
    #[test]
    fn it_prolongs_nothing(noise in prop::collection::vec((0u64..40_000, prop::collection::vec(word(), 0..12)), 1..30)) {
        let mut keeper = Keeper::new();
        let started = f64::from(event::STARTED);
        keeper.step(&[0.0, NOW, started, 1.0, 60_000.0, 600_000.0, 7.0, NOW, LEASE_MS as f64]);
        let mut now = 0;
        let mut is_shown = true;
        for (ms, rest) in noise {
            now += ms;
            // Nothing that offers another promise of target 7.
            let mut input = vec![now as f64, NOW + now as f64];
            input.extend(rest);
            let code = input.get(2).filter(|code| !code.is_nan()).map(|&code| code as i32);
            if matches!(code, Some(event::STARTED | event::ANSWERED)) {
                continue;
            }
            let output = keeper.step(&input);
            is_shown &= !ops(&output).unwrap_or_default().contains(&(op::PUT_BACK, 7.0));
            // A step that cannot be read is none, and the next one makes up for it.
            let is_read = input.get(2).is_some_and(|code| code.is_finite());
            prop_assert!(!is_read || !is_shown || now < LEASE_MS - 2_000, "still shown after {now} ms");
        }
    }
}

#[test]
fn a_step_without_clocks_is_made_up_for_by_the_next() {
    let (mut page, request) = Page::asking();
    page.step(Event::Answered(request, support::answer(leased("05031110001"))));
    page.pass(LEASE_MS);
    assert_eq!(page.glue.keeper.step(&[f64::NAN, f64::NAN, f64::from(event::WOKE)]), []);
    assert_eq!(page.step(Event::Woke).first(), Some(&Command::PutBack(0)));
}

#[test]
fn a_promise_that_is_no_time_or_of_no_kind_is_none() {
    const LEASED: f64 = kind::LEASED as f64;
    let times = [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0, 2_000.0].map(|lease_for_ms| [0.0, LEASED, lease_for_ms]);
    let kinds = [f64::NAN, -1.0, 6.0, f64::INFINITY].map(|kind| [0.0, kind, LEASE_MS as f64]);
    for row in times.into_iter().chain(kinds) {
        let mut keeper = Keeper::new();
        keeper.step(&[0.0, NOW, f64::from(event::STARTED), 1.0, 0.0, 0.0]);
        keeper.step(&[0.0, NOW, f64::from(event::FOUND), 0.0]);
        let answered = f64::from(event::ANSWERED);
        let said = keeper.step(&[[0.0, NOW, answered], [1.0, 60_000.0, 0.0], row].concat());
        let said = ops(&said).expect("whole ops");
        assert!(said.iter().all(|&(code, _)| code == op::REPORT || code == op::WAKE_IN), "{row:?}: {said:?}");
    }
}
