//! Whatever happens, in whatever order, with clocks that stop, jump and run: no number is shown at a moment that lies
//! outside a promise which the page received for it.

mod support;

use proptest::prelude::*;
use support::{
    LEASE_MS, Page, answer,
    glue::{Event, Row},
    leased,
};

#[derive(Clone, Debug)]
enum Happening {
    Pass(u64),
    Sleep(u64),
    SetWallBack(u64),
    Answer { back: usize, number: u8 },
    AnswerExhausted { back: usize },
    Fail { back: usize },
    Event(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0u64..120_000).prop_map(Happening::Pass),
        1 => (0u64..900_000).prop_map(Happening::Sleep),
        1 => (0u64..900_000).prop_map(Happening::SetWallBack),
        4 => (0usize..3, 0u8..3).prop_map(|(back, number)| Happening::Answer { back, number }),
        1 => (0usize..3).prop_map(|back| Happening::AnswerExhausted { back }),
        1 => (0usize..3).prop_map(|back| Happening::Fail { back }),
        4 => (0u8..6).prop_map(Happening::Event),
    ]
}

/// True time, which no clock of the page shows, and what was promised in it.
struct Truth {
    now: u64,
    requests: Vec<(u32, u64)>,
    promises: Vec<(String, u64)>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn under_any_sequence(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut page = Page::new();
        let mut truth = Truth { now: 0, requests: Vec::new(), promises: Vec::new() };
        page.step(Event::Started { visible: true, stored: None });
        page.step(Event::Found(0));
        note_request(&page, &mut truth);
        for happening in happenings {
            let nth_last = |back: usize| truth.requests.iter().rev().nth(back).copied();
            match happening {
                Happening::Pass(ms) => { page.pass(ms); truth.now += ms; page.step(Event::Woke); }
                Happening::Sleep(ms) => { page.sleep(ms); truth.now += ms; page.step(Event::Woke); }
                // The monotonic clock runs on while somebody sets the wall clock back.
                Happening::SetWallBack(ms) => { page.now.wall_ms -= ms; page.step(Event::Woke); }
                Happening::Answer { back, number } => if let Some((request, sent)) = nth_last(back) {
                    let number = format!("0503111000{number}");
                    truth.promises.push((number.clone(), sent + LEASE_MS));
                    page.step(Event::Answered(request, answer(leased(&number))));
                },
                Happening::AnswerExhausted { back } => if let Some((request, _)) = nth_last(back) {
                    page.step(Event::Answered(request, answer(Row::Exhausted)));
                },
                Happening::Fail { back } => if let Some((request, _)) = nth_last(back) {
                    page.step(Event::Failed(request));
                },
                Happening::Event(which) => {
                    let event = match which {
                        0 => Event::Visible,
                        1 => Event::Hidden,
                        2 => Event::Leaving,
                        3 => Event::Found(0),
                        _ => Event::Woke,
                    };
                    page.step(event);
                }
            }
            note_request(&page, &mut truth);
            if let Some(shown) = page.shows() {
                let promised = truth.promises.iter().any(|(number, until)| *number == shown && truth.now < *until);
                prop_assert!(promised, "{shown} is shown at {} outside {:?}", truth.now, truth.promises);
            }
        }
    }
}

fn note_request(page: &Page, truth: &mut Truth) {
    if let Some(request) = page.request() {
        truth.requests.push((request, truth.now));
    }
}
