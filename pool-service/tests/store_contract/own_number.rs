//! Rule 3: a session and its own number.

use crate::{
    promises,
    support::{millis, number, seconds, session},
    world::{World, leased},
};
use pool_service::{
    domain::{
        policy::LeasePolicy,
        visitor::{AdConsent, ClickId, Consent, FirstTouch, MAX_ATTRIBUTES, Profile, Visitor},
    },
    store::{Acquire, How},
};
use std::collections::BTreeMap;

promises! {
    several_pages_of_a_session_share_one_lease
    a_session_gets_its_own_number_again_within_the_affinity
    a_session_gets_another_number_once_somebody_else_was_granted_its_own
    a_session_beyond_the_affinity_is_a_stranger
    repeating_an_acquire_takes_no_second_number
    what_a_page_knows_of_its_visitor_replaces_and_what_it_lost_stays
    attributes_told_later_replace_and_add_while_there_is_room
    each_state_of_consent_is_the_latest_that_was_told
    a_stranger_takes_over_nothing_of_the_visitor_before
}

async fn several_pages_of_a_session_share_one_lease(world: &World) {
    world.add_numbers(3).await;
    let first = world.lease("a").await;
    let (second, how, _) = leased(world.acquire("a").await);
    assert_eq!((second.number, second.generation, how), (first.number, first.generation, How::Renewed));
}

async fn a_session_gets_its_own_number_again_within_the_affinity(world: &World) {
    world.add_numbers(3).await;
    let old = world.lease("a").await;
    let affinity = LeasePolicy::default().affinity;
    world.pass(old.held_until.since(world.now()));
    world.pass(affinity);
    let (new, how, short_cooldown) = leased(world.acquire("a").await);
    assert_eq!((new.number, how, short_cooldown), (old.number, How::Regranted, false));
    assert!(new.generation > old.generation);
    assert_eq!(new.granted_at, world.now());
}

async fn a_session_gets_another_number_once_somebody_else_was_granted_its_own(world: &World) {
    world.add_numbers(2).await;
    assert_eq!(world.lease("a").await.number, number(0));
    world.lease("other").await;
    world.pass(seconds(300));
    assert_eq!(world.lease("b").await.number, number(0));
    let (lease, how, _) = leased(world.acquire("a").await);
    assert_eq!((lease.number, how), (number(1), How::Granted));
}

async fn a_session_beyond_the_affinity_is_a_stranger(world: &World) {
    world.add_numbers(2).await;
    let old = world.lease("a").await;
    world.pass(old.held_until.since(world.now()));
    world.pass(LeasePolicy::default().affinity);
    world.pass(millis(1));
    let (new, how, _) = leased(world.acquire("a").await);
    assert_eq!((new.number, how), (number(1), How::Granted));
    assert_eq!(world.lease("a").await.number, number(1), "from now on that is its own");
}

async fn repeating_an_acquire_takes_no_second_number(world: &World) {
    world.add_numbers(5).await;
    let row = Acquire { session: session("a"), visitor: Visitor::default(), claim: None };
    let first = leased(world.acquire_row(row.clone()).await).0;
    for _ in 0..3 {
        assert_eq!(leased(world.acquire_row(row.clone()).await).0, first);
    }
    assert_eq!(world.store.occupancy(&world.pool).await.expect("counts").exclusive, 1);
}

fn visitor(name: &str, page: &str) -> Visitor {
    let click =
        ClickId { kind: "gclid".into(), value: name.into(), clicked_at_ms: Some(1_799_999_999_999), from_url: true };
    let landing_page = Some(format!("https://shop.example.jp/?q=\"{page}\"\tあ\\n"));
    Visitor {
        click_ids: vec![click],
        landing_page,
        referrer: Some("https://google.com/".into()),
        page: Some(page.into()),
        ..Visitor::default()
    }
    .with(Profile {
        visitor_id: Some(format!("id-{name}")),
        first_touch: Some(FirstTouch { landing_page: Some(page.into()), referrer: None, at_ms: 1_799_999_999_999 }),
        cookies: BTreeMap::from([("_ga".into(), name.into()), (format!("_of_{name}"), "\t\u{1f}\"あ".into())]),
        attributes: BTreeMap::from([("plan".into(), name.into()), (format!("of-{name}"), "\u{1f}'\\".into())]),
        consent: AdConsent { ad_user_data: Some(Consent::Granted), ad_personalization: None },
    })
}

async fn what_a_page_knows_of_its_visitor_replaces_and_what_it_lost_stays(world: &World) {
    world.add_numbers(1).await;
    let acquire = async |visitor: &Visitor| {
        let row = Acquire { session: session("a"), visitor: visitor.clone(), claim: None };
        leased(world.acquire_row(row).await).0.visitor
    };
    let (first, second) = (visitor("one", "/1"), visitor("two", "/2"));
    assert_eq!(acquire(&first).await, first);
    assert_eq!(acquire(&Visitor::default()).await, first, "a page that knows nothing changes nothing");
    let both = |of: fn(&Profile) -> &BTreeMap<String, String>| {
        let rows = of(first.profile()).iter().chain(of(second.profile()));
        rows.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let profile = Profile {
        first_touch: first.profile().first_touch.clone(),
        cookies: both(|profile| &profile.cookies),
        attributes: both(|profile| &profile.attributes),
        ..second.profile().clone()
    };
    let expected = Visitor { landing_page: first.landing_page.clone(), ..second.clone() }.with(profile);
    assert_eq!(acquire(&second).await, expected);
    assert_eq!(world.holders_now(&number(0)).await.leases[0].visitor, expected);
    world.pass(seconds(1_000));
    assert_eq!(acquire(&Visitor::default()).await, expected, "granted again");
}

async fn attributes_told_later_replace_and_add_while_there_is_room(world: &World) {
    world.add_numbers(1).await;
    let told = |keys: std::ops::Range<usize>, value: &str| {
        let attributes = keys.map(|key| (format!("key-{key:02}"), value.to_owned())).collect();
        Profile { attributes, ..Profile::default() }
    };
    let acquire = async |profile: Profile| {
        let row = Acquire { session: session("a"), visitor: Visitor::default().with(profile), claim: None };
        leased(world.acquire_row(row).await).0.visitor.profile().attributes.clone()
    };
    acquire(told(0..MAX_ATTRIBUTES - 2, "old")).await;
    let now = acquire(told(10..MAX_ATTRIBUTES + 10, "new")).await;
    let mut expected = told(0..10, "old").attributes;
    expected.extend(told(10..MAX_ATTRIBUTES, "new").attributes);
    assert_eq!(now, expected);
}

async fn each_state_of_consent_is_the_latest_that_was_told(world: &World) {
    let (granted, denied) = (Some(Consent::Granted), Some(Consent::Denied));
    world.add_numbers(1).await;
    let acquire = async |ad_user_data, ad_personalization| {
        let profile = Profile { consent: AdConsent { ad_user_data, ad_personalization }, ..Profile::default() };
        let row = Acquire { session: session("a"), visitor: Visitor::default().with(profile), claim: None };
        let AdConsent { ad_user_data, ad_personalization } =
            leased(world.acquire_row(row).await).0.visitor.profile().consent;
        (ad_user_data, ad_personalization)
    };
    assert_eq!(acquire(None, None).await, (None, None));
    assert_eq!(acquire(denied, None).await, (denied, None));
    assert_eq!(acquire(None, granted).await, (denied, granted));
    assert_eq!(acquire(None, None).await, (denied, granted), "a page that says nothing changes nothing");
    assert_eq!(acquire(granted, denied).await, (granted, denied));
    world.pass(seconds(1_000));
    assert_eq!(acquire(None, granted).await, (granted, granted), "granted again");
}

async fn a_stranger_takes_over_nothing_of_the_visitor_before(world: &World) {
    world.add_numbers(1).await;
    let row = Acquire { session: session("a"), visitor: visitor("one", "/1"), claim: None };
    world.acquire_row(row).await;
    world.pass(seconds(300));
    assert_eq!(world.lease("b").await.visitor, Visitor::default());
    let leases = world.holders_now(&number(0)).await.leases;
    assert_eq!(leases[1].visitor, visitor("one", "/1"));
}
