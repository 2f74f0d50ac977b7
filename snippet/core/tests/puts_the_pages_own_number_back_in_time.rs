//! When the time of a lease has passed, the page's own number comes back before anything else happens, whatever woke
//! the page and whatever its clocks did.

mod support;

use support::{
    HEARTBEAT_MS, LEASE_MS, Page, answer,
    glue::{Command, Event, Row},
    leased,
};

const NUMBER: &str = "05031110001";

#[test]
fn any_event_after_the_time_puts_it_back_first() {
    let events: [fn() -> Event; 6] = [
        || Event::Woke,
        || Event::Visible,
        || Event::Hidden,
        || Event::Found(0),
        || Event::Leaving,
        || Event::Failed(9),
    ];
    for event in events {
        let mut page = Page::showing(NUMBER);
        page.pass(LEASE_MS);
        let commands = page.step(event());
        assert_eq!(commands.first(), Some(&Command::PutBack(0)), "{:?}", event());
        assert_eq!(page.shows(), None);
    }
}

#[test]
fn sleep_counts_though_the_monotonic_clock_stood_still() {
    let mut page = Page::showing(NUMBER);
    page.sleep(LEASE_MS);
    page.step(Event::Woke);
    assert_eq!(page.shows(), None);
}

#[test]
fn a_wall_clock_set_back_prolongs_nothing() {
    let mut page = Page::showing(NUMBER);
    page.now.monotonic_ms += LEASE_MS;
    page.now.wall_ms -= 3_600_000;
    page.step(Event::Woke);
    assert_eq!(page.shows(), None);
}

#[test]
fn the_time_counts_from_the_sending_not_from_the_answer() {
    let (mut page, request) = Page::asking();
    page.pass(7_000);
    page.step(Event::Answered(request, answer(leased(NUMBER))));
    assert_eq!(page.shows().as_deref(), Some(NUMBER));
    page.pass(LEASE_MS - 7_000 - 2_000);
    page.step(Event::Woke);
    assert_eq!(page.shows(), None, "the margin is taken off, and the seven seconds on the way too");
}

#[test]
fn an_answer_whose_time_passed_on_the_way_is_not_shown() {
    let (mut page, request) = Page::asking();
    page.sleep(LEASE_MS);
    page.step(Event::Answered(request, answer(leased(NUMBER))));
    assert_eq!(page.shows(), None);
    assert!(page.request().is_some(), "the page asks again");
}

#[test]
fn the_page_wakes_itself_in_time_while_nobody_answers() {
    let mut page = Page::showing(NUMBER);
    let mut waited = 0;
    while page.shows().is_some() {
        let ms = page.wakes_in().expect("a page that shows a number has a timer");
        page.pass(ms);
        waited += ms;
        page.step(Event::Woke);
    }
    assert_eq!(waited, LEASE_MS - 2_000);
}

#[test]
fn a_heartbeat_keeps_the_number() {
    let mut page = Page::showing(NUMBER);
    for _ in 0..20 {
        page.pass(HEARTBEAT_MS);
        page.step(Event::Woke);
        let request = page.request().expect("a heartbeat");
        page.step(Event::Answered(request, answer(leased(NUMBER))));
        assert_eq!(page.shows().as_deref(), Some(NUMBER));
        assert!(!page.last.iter().any(|command| matches!(command, Command::Show(..) | Command::PutBack(_))));
    }
}

#[test]
fn then_it_asks_again() {
    let mut page = Page::showing(NUMBER);
    page.sleep(LEASE_MS * 10);
    page.step(Event::Visible);
    let request = page.request().expect("the visible page asks in the same step");
    page.step(Event::Answered(request, answer(leased("05031110002"))));
    assert_eq!(page.shows().as_deref(), Some("05031110002"));
}

#[test]
fn a_promise_that_lapsed_on_its_way_is_believed_over_the_one_before() {
    let mut page = Page::showing(NUMBER);
    page.pass(HEARTBEAT_MS);
    page.step(Event::Woke);
    let request = page.request().expect("a heartbeat");
    page.pass(7_000);
    let other = Row::Leased { number: "05031110002".to_owned(), lease_for_ms: 9_000, token: "other".to_owned() };
    page.step(Event::Answered(request, answer(other)));
    assert_eq!(page.shows(), None, "the service no longer says the first number");
    assert!(page.request().is_some(), "the page asks again");
}
