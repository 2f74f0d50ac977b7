//! A return visit shows its number before any request, within the promise that was stored; whatever else storage holds
//! is nothing.

mod support;

use proptest::prelude::*;
use snippet_core::{
    keeper::{Command, Event},
    stored::{Stored, StoredLease},
};
use support::{LEASE_MS, Page, number};

fn stored(page: &Page, age_ms: u64) -> Stored {
    Stored {
        session: "0123456789abcdef".to_owned(),
        heartbeat_ms: 60_000,
        hidden_hold_ms: 600_000,
        leases: vec![StoredLease {
            target: "main".to_owned(),
            number: number("05031110001"),
            sent_wall_ms: page.now.wall_ms - age_ms,
            lease_for_ms: LEASE_MS,
            token: "v1.k.c.m".to_owned(),
        }],
    }
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
    assert!(matches!(page.last.first(), Some(Command::Show(0, _))));
    page.step(Event::Found(0));
    let request = page.request().expect("a renewal at once");
    assert!(page.last.contains(&Command::Send(request, vec![(0, Some("v1.k.c.m".to_owned()))])));
}

#[test]
fn it_goes_back_when_the_stored_promise_has_passed() {
    let mut page = started_with(100_000, |_| {});
    page.pass(LEASE_MS - 100_000 - 2_000);
    page.step(Event::Woke);
    assert_eq!(page.shows(), None);
}

#[test]
fn an_old_one_a_future_one_and_a_strangers_are_not_shown() {
    assert_eq!(started_with(LEASE_MS - 2_000, |_| {}).shows(), None);
    assert_eq!(started_with(0, |stored| stored.leases[0].sent_wall_ms += 5_000).shows(), None);
    assert_eq!(started_with(0, |stored| stored.session = "somebody-else-0000".to_owned()).shows(), None);
    assert_eq!(started_with(0, |stored| stored.leases[0].target = "other".to_owned()).shows(), None);
}

#[test]
fn what_an_answer_stores_the_next_page_shows() {
    let page = Page::showing("05031110001");
    let stored = page.last.iter().find_map(|command| match command {
        Command::Store(stored) => Some(stored.clone()),
        _ => None,
    });
    let text = stored.expect("an answer is stored").encode();
    let mut next = Page::new();
    next.now.wall_ms = page.now.wall_ms + 1_000;
    next.step(Event::Started { visible: true, stored: Stored::decode(&text) });
    assert_eq!(next.shows().as_deref(), Some("05031110001"));
}

proptest! {
    #[test]
    fn what_was_stored_is_read(
        session in "[A-Za-z0-9_-]{16,64}", heartbeat_ms: u64, hidden_hold_ms: u64,
        leases in prop::collection::vec(("[a-z-]{1,9}", "0[0-9]{9,10}", any::<u64>(), any::<u64>(), "v1\\.[a-z]{1,9}"), 0..4),
    ) {
        let leases = leases.into_iter().map(|(target, national, sent_wall_ms, lease_for_ms, token)| {
            StoredLease { target, number: number(&national), sent_wall_ms, lease_for_ms, token }
        });
        let stored = Stored { session, heartbeat_ms, hidden_hold_ms, leases: leases.collect() };
        prop_assert_eq!(Stored::decode(&stored.encode()), Some(stored));
    }

    #[test]
    fn nothing_in_storage_makes_it_panic(text in "\\PC*", noise in "[0-9 a-z.\n+-]{0,80}") {
        let _ = Stored::decode(&text);
        let _ = Stored::decode(&noise);
        let _ = Stored::decode(&format!("1 {noise}"));
    }
}
