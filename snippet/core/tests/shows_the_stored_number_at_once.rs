//! A return visit shows its number before any request, within the promise that was stored.

mod support;

use support::{
    LEASE_MS, Page,
    glue::{Command, Event, Stored, StoredLease},
};

const NUMBER: &str = "05031110001";

fn stored(page: &Page, age_ms: u64) -> Stored {
    let sent_wall_ms = page.now.wall_ms as f64 - age_ms as f64;
    let (number, token) = (NUMBER.to_owned(), "v1.k.c.m".to_owned());
    let lease = StoredLease { target: 0, number, token, sent_wall_ms, lease_for_ms: LEASE_MS as f64 };
    Stored { heartbeat_ms: 30_000.0, hidden_hold_ms: 600_000.0, leases: vec![lease] }
}

fn started_with(age_ms: u64, change: impl Fn(&mut Stored)) -> Page {
    let mut page = Page::new();
    let mut stored = stored(&page, age_ms);
    change(&mut stored);
    page.step(Event::Started { visible: true, stored: Some(stored) });
    page
}

#[test]
fn it_is_shown_before_any_request_and_renewed_with_its_token() {
    let mut page = started_with(100_000, |_| {});
    assert_eq!(page.last.first(), Some(&Command::Show(0, NUMBER.to_owned())));
    page.step(Event::Found(0));
    let request = page.request().expect("a renewal at once");
    assert!(page.last.contains(&Command::Send(request, vec![(0, Some("v1.k.c.m".to_owned()))])));
}

#[test]
fn it_goes_back_when_the_stored_promise_has_passed() {
    let mut page = started_with(100_000, |_| {});
    page.pass(LEASE_MS - 100_000 - 2_001);
    page.step(Event::Woke);
    assert_eq!(page.shows().as_deref(), Some(NUMBER));
    page.pass(1);
    page.step(Event::Woke);
    assert_eq!(page.shows(), None);
}

#[test]
fn an_old_one_and_a_future_one_are_not_shown_and_nobody_is_told() {
    for page in [
        started_with(LEASE_MS - 2_000, |_| {}),
        started_with(0, |stored| stored.leases[0].sent_wall_ms += 5_000.0),
        started_with(0, |stored| stored.leases[0].sent_wall_ms = f64::NAN),
        started_with(0, |stored| stored.leases[0].lease_for_ms = f64::NAN),
        started_with(0, |stored| stored.leases[0].lease_for_ms = -1.0),
    ] {
        assert_eq!(page.shows(), None);
        assert_eq!(page.last, [], "nothing was found yet either");
    }
}

#[test]
fn the_token_of_an_old_one_is_sent_all_the_same() {
    let mut page = started_with(LEASE_MS * 10, |_| {});
    page.step(Event::Found(0));
    let request = page.request().expect("a request at once");
    assert!(page.last.contains(&Command::Send(request, vec![(0, Some("v1.k.c.m".to_owned()))])));
}

fn stored_by(page: &Page) -> Stored {
    let stored = page.last.iter().find_map(|command| match command {
        Command::Store(stored) => Some(stored.clone()),
        _ => None,
    });
    stored.expect("an answer is stored")
}

fn next_page(before: &Page, after_ms: u64) -> Page {
    let mut next = Page::new();
    next.now.wall_ms = before.now.wall_ms + after_ms;
    next.step(Event::Started { visible: true, stored: Some(stored_by(before)) });
    next
}

#[test]
fn what_an_answer_stores_the_next_page_shows_as_long_as_this_one_might() {
    let page = Page::showing(NUMBER);
    assert_eq!(next_page(&page, LEASE_MS - 2_001).shows().as_deref(), Some(NUMBER));
    assert_eq!(next_page(&page, LEASE_MS - 2_000).shows(), None);
}

#[test]
fn the_time_that_the_answer_took_counts_on_the_next_page_too() {
    let (mut page, request) = Page::asking();
    page.pass(7_000);
    page.step(Event::Answered(request, support::answer(support::leased(NUMBER))));
    assert_eq!(next_page(&page, LEASE_MS - 9_001).shows().as_deref(), Some(NUMBER));
    assert_eq!(next_page(&page, LEASE_MS - 9_000).shows(), None);
}
