//! What a judgement says of probabilities adds up, and its class follows from them; whatever the history and the model.

use pool_service::domain::{
    attribution::{CallModel, Class, Holders, judge, model::Share},
    ids::SessionId,
    lease::{Lease, Standing, promised_until},
    number::TrackingNumber,
    policy::LeasePolicy,
    time::{Span, Timestamp},
    visitor::Visitor,
};
use proptest::{collection::vec, option, prelude::*};

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn number() -> TrackingNumber {
    TrackingNumber::parse("050-3111-0001").expect("a number")
}

/// A lease of a session that came so many seconds after the start, and whose page beat and was left so long after that.
fn lease(session: usize, granted: u64, beat: u64, left: Option<u64>) -> Lease {
    let granted_at = START + Span::from_seconds(granted);
    let last_heartbeat_at = granted_at + Span::from_seconds(beat);
    Lease {
        number: number(),
        session: SessionId::parse(&format!("session-number-{session:04}")).expect("a session"),
        generation: granted,
        granted_at,
        last_heartbeat_at,
        left_at: left.map(|left| last_heartbeat_at + Span::from_seconds(left)),
        held_until: promised_until(&LeasePolicy::default(), granted_at, last_heartbeat_at),
        visitor: Visitor::default(),
    }
}

fn holders(mut leases: Vec<Lease>, at: Timestamp) -> Holders {
    leases.sort_by_key(|lease| std::cmp::Reverse(lease.granted_at));
    Holders {
        number: number(),
        now: at,
        standing: Standing::Active,
        is_overflow: false,
        is_doubtful: false,
        leases,
        calls: Vec::new(),
    }
}

/// Leases that follow each other, the seconds between them, and which of four sessions has each.
fn histories() -> impl Strategy<Value = Vec<Lease>> {
    let one = (0..4_usize, 300..9_000_u64, 0..600_u64, option::of(0..60_u64));
    vec(one, 0..16).prop_map(|leases| {
        let mut granted = 0;
        let of = |(session, gap, beat, left)| {
            granted += gap + 750;
            lease(session, granted, beat, left)
        };
        leases.into_iter().map(of).collect()
    })
}

fn models() -> impl Strategy<Value = CallModel> {
    let share = |most: u16| (1..=most).prop_map(Share::percent);
    let span = |most: u64| (1..most).prop_map(Span::from_seconds);
    let likely = (50..=100_u16).prop_flat_map(|from| (Just(from), from..=100));
    let shares = (share(100), share(33), share(33), share(33));
    (shares, span(3_600), span(3_600), span(86_400), span(10_000_000), likely).prop_map(
        |((calls, soon, later, late), visit, soon_mean, later_median, stray_interval, (likely, certain))| CallModel {
            calls,
            visit,
            soon,
            soon_mean,
            later,
            later_median,
            late,
            stray_interval,
            likely_from: Share::percent(likely),
            certain_from: Share::percent(certain),
            ..CallModel::default()
        },
    )
}

proptest! {
    #[test]
    fn shares_add_up_and_the_class_follows(leases in histories(), model in models(), after in 0..200_000_u64) {
        let model = model.validated().expect("a model that makes sense");
        let policy = LeasePolicy::default();
        let at = START + Span::from_seconds(after);
        let judged = judge(&policy, &model, &holders(leases.clone(), at), at);
        let of_candidates: f64 = judged.candidates.iter().map(|candidate| candidate.probability).sum();
        prop_assert!(of_candidates + judged.nobody <= 1.0 + 1e-9, "{judged:?}");
        prop_assert!(judged.candidates.iter().all(|candidate| (0.0..=1.0).contains(&candidate.probability)));
        prop_assert!(judged.candidates.is_sorted_by(|a, b| a.probability >= b.probability));
        prop_assert!(judged.candidates.iter().all(|candidate| candidate.lease.granted_at <= at));
        prop_assert!(!judged.reasons.is_empty());
        let holding: Vec<_> = leases.iter().filter(|lease| lease.granted_at <= at && at < lease.held_until).collect();
        match judged.class {
            Class::Certain => {
                prop_assert!(holding.len() == 1 && judged.probability >= model.certain_from.as_fraction());
                prop_assert_eq!(&judged.credited().expect("one").lease, holding[0]);
            }
            Class::Likely => prop_assert!(judged.probability >= model.likely_from.as_fraction() && holding.len() < 2),
            Class::Ambiguous => prop_assert!(judged.credited().is_none() && judged.nobody < 0.5),
            Class::None => prop_assert!(judged.credited().is_none()),
        }
    }

    #[test]
    fn the_longer_the_silence_the_less_probable(beat in 0..600_u64, first in 1..400_000_u64, more in 1..400_000_u64) {
        let (policy, model) = (LeasePolicy::default(), CallModel::default());
        let probability = |silence: u64| {
            let at = START + Span::from_seconds(beat + silence);
            judge(&policy, &model, &holders(vec![lease(0, 0, beat, None)], at), at).probability
        };
        prop_assert!(probability(first) >= probability(first + more));
    }

    #[test]
    fn a_later_holder_makes_an_earlier_one_less_probable(gap in 1_000..100_000_u64, after in 0..400_u64) {
        let (policy, model) = (LeasePolicy::default(), CallModel::default());
        let at = START + Span::from_seconds(gap + after);
        let (old, new) = (lease(0, 0, 60, None), lease(1, gap, after, None));
        let of_old = |leases: Vec<Lease>| {
            let judged = judge(&policy, &model, &holders(leases, at), at);
            let its = judged.candidates.into_iter().find(|candidate| candidate.lease.session == old.session);
            its.expect("a candidate").probability
        };
        prop_assert!(of_old(vec![old.clone(), new]) < of_old(vec![old.clone()]));
    }
}

#[test]
fn two_that_hold_at_once_are_ambiguous_however_probable_one_is() {
    let at = START + Span::from_seconds(200);
    let leases = vec![lease(0, 0, 200, None), lease(1, 10, 0, Some(1))];
    let judged = judge(&LeasePolicy::default(), &CallModel::default(), &holders(leases, at), at);
    assert_eq!(judged.class, Class::Ambiguous, "{judged:?}");
    assert_eq!(judged.reasons[0].code.name(), "several_holders");
}

#[test]
fn a_number_that_had_hardly_rested_is_not_certain() {
    let judged = |rest: u64| {
        let leases = vec![lease(0, 0, 60, None), lease(1, 300 + rest, 60, None)];
        let at = START + Span::from_seconds(300 + rest + 100);
        judge(&LeasePolicy::default(), &CallModel::default(), &holders(leases, at), at)
    };
    let codes = |rest| judged(rest).reasons.iter().map(|reason| reason.code.name()).collect::<Vec<_>>();
    assert_eq!((judged(0).class, codes(0)), (Class::Likely, vec!["held", "former_holders", "short_cooldown"]));
    assert_eq!((judged(1_800).class, codes(1_800)), (Class::Certain, vec!["held"]));
}

#[test]
fn a_session_that_was_granted_its_number_again_counts_once() {
    let leases = vec![lease(0, 0, 60, None), lease(1, 2_000, 60, None), lease(0, 4_000, 60, None)];
    let at = START + Span::from_seconds(6_000);
    let judged = judge(&LeasePolicy::default(), &CallModel::default(), &holders(leases, at), at);
    let of_first: f64 = judged.candidates.iter().filter(|c| c.lease.generation != 2_000).map(|c| c.probability).sum();
    assert!((judged.probability - of_first).abs() < 1e-12, "{judged:?}");
    assert_eq!(judged.class, Class::Likely);
}
