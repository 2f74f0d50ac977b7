//! Pages ask when they have a target that somebody can see, go on while they are visible, stop some time after they are
//! hidden, and never hammer a service that fails.

mod support;

use support::{
    HEARTBEAT_MS, HIDDEN_HOLD_MS, LEASE_MS, Page, answer,
    glue::{Command, Event, Outcome, Row},
    leased,
};

const NUMBER: &str = "05031110001";

#[test]
fn a_page_without_a_target_asks_for_nothing() {
    let mut page = Page::new();
    page.step(Event::Started { visible: true, stored: None });
    assert_eq!(page.request(), None);
}

#[test]
fn a_hidden_page_asks_when_it_is_seen() {
    let mut page = Page::new();
    page.step(Event::Started { visible: false, stored: None });
    page.step(Event::Found(0));
    assert_eq!(page.request(), None);
    page.step(Event::Visible);
    assert!(page.request().is_some());
}

#[test]
fn a_hidden_page_beats_for_a_while_and_then_lets_go() {
    let mut page = Page::showing(NUMBER);
    page.step(Event::Hidden);
    let mut beats = 0;
    let mut waited = 0;
    while waited < HIDDEN_HOLD_MS * 2 {
        let Some(ms) = page.wakes_in() else { break };
        page.pass(ms);
        waited += ms;
        page.step(Event::Woke);
        if let Some(request) = page.request() {
            beats += 1;
            page.step(Event::Answered(request, answer(leased(NUMBER))));
        }
    }
    assert_eq!(beats, HIDDEN_HOLD_MS / HEARTBEAT_MS - 1, "the one at the very end of the hold is not sent");
    assert_eq!(page.shows(), None, "its number went back when the last promise had passed");
}

#[test]
fn only_one_request_is_on_its_way() {
    let (mut page, _) = Page::asking();
    for event in [Event::Found(0), Event::Visible, Event::Woke] {
        page.step(event);
        assert_eq!(page.request(), None);
    }
}

#[test]
fn failures_are_retried_ever_later_and_never_later_than_a_heartbeat() {
    let (mut page, mut request) = Page::asking();
    let mut waits = Vec::new();
    for _ in 0..12 {
        page.step(Event::Failed(request));
        let wait = page.wakes_in().expect("a retry is planned");
        waits.push(wait);
        page.pass(wait);
        page.step(Event::Woke);
        request = page.request().expect("the retry");
    }
    assert!(waits[0] >= 1_000 && waits[0] <= 1_250, "{waits:?}");
    assert!(waits.iter().all(|&wait| wait <= HEARTBEAT_MS + HEARTBEAT_MS / 4), "{waits:?}");
    assert!(waits.windows(2).take(5).all(|pair| pair[1] > pair[0]), "{waits:?}");
}

#[test]
fn a_request_without_an_answer_has_failed_after_eight_seconds() {
    let (mut page, request) = Page::asking();
    assert_eq!(page.wakes_in(), Some(8_000));
    page.pass(8_000);
    page.step(Event::Woke);
    let wait = page.wakes_in().expect("a retry is planned");
    page.pass(wait);
    page.step(Event::Woke);
    assert!(page.request().is_some_and(|second| second != request));
}

#[test]
fn a_late_answer_still_counts_unless_a_newer_one_came() {
    let (mut page, first) = Page::asking();
    page.pass(8_000);
    page.step(Event::Woke);
    page.pass(page.wakes_in().expect("a retry"));
    page.step(Event::Woke);
    let second = page.request().expect("the retry");
    page.step(Event::Answered(first, answer(leased(NUMBER))));
    assert_eq!(page.shows().as_deref(), Some(NUMBER));
    page.step(Event::Answered(second, answer(leased("05031110002"))));
    page.step(Event::Answered(first, answer(leased(NUMBER))));
    assert_eq!(page.shows().as_deref(), Some("05031110002"));
}

#[test]
fn a_refusal_is_not_repeated_for_minutes() {
    let (mut page, request) = Page::asking();
    page.step(Event::Refused(request));
    assert_eq!(page.wakes_in(), Some(600_000));
}

#[test]
fn a_refused_token_is_dropped_and_the_page_asks_once_more() {
    let mut page = Page::showing(NUMBER);
    page.pass(HEARTBEAT_MS);
    page.step(Event::Woke);
    let request = page.request().expect("a heartbeat");
    assert!(page.last.contains(&Command::Send(request, vec![(0, Some(format!("token-of-{NUMBER}")))])));
    page.step(Event::Answered(request, answer(Row::TokenRefused)));
    let again = page.request().expect("once more, at once");
    assert!(page.last.contains(&Command::Send(again, vec![(0, None)])));
    page.step(Event::Answered(again, answer(Row::TokenRefused)));
    assert_eq!(page.request(), None, "but not for ever");
}

#[test]
fn an_empty_pool_means_the_pages_own_number() {
    let (mut page, request) = Page::asking();
    page.step(Event::Answered(request, answer(Row::Exhausted)));
    assert_eq!(page.shows(), None);
    assert!(page.last.contains(&Command::Report(0, Outcome::Exhausted)));
    assert_eq!(page.wakes_in(), Some(HEARTBEAT_MS));
}

#[test]
fn the_overflow_number_is_shown_but_never_stored() {
    let (mut page, request) = Page::asking();
    let row = Row::Overflow { number: "05031119999".to_owned(), lease_for_ms: LEASE_MS };
    page.step(Event::Answered(request, answer(row)));
    assert_eq!(page.shows().as_deref(), Some("05031119999"));
    assert!(!page.last.iter().any(|command| matches!(command, Command::Store(_))));
}

#[test]
fn leaving_is_said_once_and_shortens_nothing() {
    let mut page = Page::showing(NUMBER);
    assert!(page.step(Event::Leaving).contains(&Command::SendLeft(vec![0])));
    assert!(!page.step(Event::Leaving).contains(&Command::SendLeft(vec![0])));
    assert_eq!(page.shows().as_deref(), Some(NUMBER));
    page.step(Event::Woke);
    assert!(page.step(Event::Leaving).contains(&Command::SendLeft(vec![0])), "it came back and leaves again");
}

#[test]
fn a_release_ends_everything() {
    let mut page = Page::showing(NUMBER);
    let commands = page.step(Event::Released).to_vec();
    assert_eq!(commands, [Command::PutBack(0), Command::Forget, Command::SendRelease(vec![0])]);
    for ms in [HEARTBEAT_MS, LEASE_MS] {
        page.pass(ms);
        assert!(page.step(Event::Woke).is_empty());
    }
    assert!(!page.step(Event::Leaving).iter().any(|command| matches!(command, Command::SendLeft(_))));
}

#[test]
fn another_tabs_release_puts_the_number_back_here_too() {
    let mut page = Page::showing(NUMBER);
    assert_eq!(page.step(Event::Forgotten), [Command::PutBack(0)]);
}

#[test]
fn a_target_found_while_a_request_is_on_its_way_is_asked_for_right_after_it() {
    let (mut page, request) = Page::asking();
    page.step(Event::Found(1));
    assert_eq!(page.request(), None);
    page.step(Event::Answered(request, answer(leased(NUMBER))));
    let second = page.request().expect("the next request, at once");
    let both = vec![(0, Some(format!("token-of-{NUMBER}"))), (1, None)];
    assert!(page.last.contains(&Command::Send(second, both)));
    page.step(Event::Answered(second, answer(leased(NUMBER))));
    assert_eq!(page.request(), None, "it was asked for, though nothing was said of it");
}

#[test]
fn a_page_that_is_seen_looks_at_its_clocks_every_second_while_it_shows_a_number() {
    let mut page = Page::showing(NUMBER);
    assert_eq!(page.wakes_in(), Some(1_000));
    page.step(Event::Hidden);
    assert_eq!(page.wakes_in(), Some(HEARTBEAT_MS), "nobody sees a page that is hidden");
    page.step(Event::Visible);
    page.pass(HEARTBEAT_MS);
    page.step(Event::Woke);
    let request = page.request().expect("a heartbeat");
    page.step(Event::Answered(request, answer(Row::Exhausted)));
    assert_eq!(page.wakes_in(), Some(HEARTBEAT_MS), "nor is there anything to look after without one");
}

#[test]
fn the_overflow_number_is_neither_left_nor_released() {
    let (mut page, request) = Page::asking();
    let row = Row::Overflow { number: "05031119999".to_owned(), lease_for_ms: LEASE_MS };
    page.step(Event::Answered(request, answer(row)));
    assert!(!page.step(Event::Leaving).iter().any(|command| matches!(command, Command::SendLeft(_))));
    assert_eq!(page.step(Event::Released), [Command::PutBack(0), Command::Forget]);
}

#[test]
fn what_cannot_be_decided_changes_nothing_and_what_is_refused_goes() {
    let mut page = Page::showing(NUMBER);
    for (row, shown) in [(Row::Unavailable, Some(NUMBER)), (Row::Refused, None)] {
        page.pass(HEARTBEAT_MS);
        page.step(Event::Woke);
        let request = page.request().expect("a heartbeat");
        page.step(Event::Answered(request, answer(row)));
        assert_eq!(page.shows().as_deref(), shown);
        assert!(page.last.contains(&Command::Report(0, Outcome::Problem)));
    }
}

#[test]
fn retries_of_many_pages_that_failed_together_are_spread() {
    let waits: std::collections::BTreeSet<u64> = (0..20)
        .map(|later| {
            let mut page = Page::new();
            page.pass(later);
            page.step(Event::Started { visible: true, stored: None });
            page.step(Event::Found(0));
            let request = page.request().expect("a request");
            page.step(Event::Failed(request));
            page.wakes_in().expect("a retry is planned")
        })
        .collect();
    assert!(waits.len() > 15, "{waits:?}");
    assert!(waits.last() > waits.first().map(|first| first + 150).as_ref(), "over the whole quarter: {waits:?}");
}

#[test]
fn a_page_that_lost_its_number_asks_at_once_whatever_was_planned() {
    let mut page = Page::showing(NUMBER);
    page.pass(HEARTBEAT_MS);
    page.step(Event::Woke);
    let request = page.request().expect("a heartbeat");
    page.step(Event::Refused(request));
    page.pass(LEASE_MS - HEARTBEAT_MS);
    page.step(Event::Woke);
    assert!(page.last.contains(&Command::PutBack(0)) && page.request().is_some());
}
