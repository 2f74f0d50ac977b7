//! What operators set.

use crate::{
    promises,
    support::{number, overflow, pool, pool_id, unique},
    world::World,
};
use pool_service::domain::{
    access::{AccessToken, Scope},
    lease::Standing,
    policy::LeasePolicy,
    site::Configuration,
    time::Span,
    token::TokenKey,
};

promises! {
    a_configuration_is_kept_and_replaced_only_by_those_who_read_it
    a_configuration_is_told_again_only_when_it_changed
    the_pool_of_a_number_is_known_the_overflow_number_included
    an_overflow_number_that_was_replaced_belongs_to_no_pool
    access_tokens_are_kept
    an_access_token_is_replaced_only_by_those_who_read_it
    the_first_signing_key_is_stored_once
    a_store_that_works_is_ready_and_tells_the_time
}

async fn a_configuration_is_kept_and_replaced_only_by_those_who_read_it(world: &World) {
    let store = &world.store;
    let (version, empty) = store.configuration().await.expect("an answer");
    assert_eq!(empty, Configuration::default());
    let first = Configuration {
        pools: vec![pool(&world.pool, Some(overflow()), LeasePolicy::default())],
        ..Configuration::default()
    };
    let new = store.put_configuration(version, &first).await.expect("an answer").expect("nobody was faster");
    assert_ne!(new, version);
    assert_eq!(store.put_configuration(version, &empty).await, Ok(None), "somebody was faster");
    assert_eq!(store.configuration().await, Ok((new, first.clone())));
    let (one, two) = tokio::join!(store.put_configuration(new, &empty), store.put_configuration(new, &first));
    assert_eq!([one, two].into_iter().filter(|put| matches!(put, Ok(Some(_)))).count(), 1);
}

async fn a_configuration_is_told_again_only_when_it_changed(world: &World) {
    let store = &world.store;
    let (version, empty) = store.configuration().await.expect("an answer");
    assert_eq!(store.configuration_after(version).await, Ok(None));
    assert_eq!(store.configuration_after(version + 1).await, Ok(Some((version, empty))));
    let pools = vec![pool(&world.pool, None, LeasePolicy::default())];
    let next = Configuration { pools, ..Configuration::default() };
    let new = store.put_configuration(version, &next).await.expect("an answer").expect("nobody was faster");
    assert_eq!(store.configuration_after(version).await, Ok(Some((new, next))));
    assert_eq!(store.configuration_after(new).await, Ok(None));
}

async fn the_pool_of_a_number_is_known_the_overflow_number_included(world: &World) {
    let other = pool_id("other");
    world.store.put_pool(&pool(&other, Some(overflow()), LeasePolicy::default())).await.expect("a pool");
    world.add_numbers(2).await;
    world.put(&[number(1)], Standing::Disabled).await;
    assert_eq!(world.store.pool_of(&number(0)).await, Ok(Some(world.pool.clone())));
    assert_eq!(world.store.pool_of(&number(1)).await, Ok(Some(world.pool.clone())));
    assert_eq!(world.store.pool_of(&overflow()).await, Ok(Some(other)));
    assert_eq!(world.store.pool_of(&number(2)).await, Ok(None));
}

async fn an_overflow_number_that_was_replaced_belongs_to_no_pool(world: &World) {
    world.set_up(Some(overflow()), LeasePolicy::default()).await;
    world.set_up(Some(number(9)), LeasePolicy::default()).await;
    assert_eq!(world.store.pool_of(&overflow()).await, Ok(None));
    assert_eq!(world.store.pool_of(&number(9)).await, Ok(Some(world.pool.clone())));
    world.set_up(None, LeasePolicy::default()).await;
    assert_eq!(world.store.pool_of(&number(9)).await, Ok(None));
}

async fn access_tokens_are_kept(world: &World) {
    let issue = |name: &str, random: u8| {
        let random = ([random; 8], [random; 32]);
        AccessToken::issue(name.into(), vec![Scope::Route], vec![], world.now(), random).0
    };
    let (one, two) = (issue("one", 1), issue("two", 2));
    assert_eq!(world.store.access_tokens().await, Ok(vec![]));
    for token in [&two, &one] {
        assert_eq!(world.store.put_access_token(None, token).await, Ok(true));
    }
    assert_eq!(world.store.access_token(&one.id).await, Ok(Some(one.clone())));
    assert_eq!(world.store.access_token(&unique()).await, Ok(None));
    let renamed = AccessToken { name: "renamed".into(), ..two.clone() };
    assert_eq!(world.store.put_access_token(Some(&two), &renamed).await, Ok(true));
    assert_eq!(world.store.access_tokens().await, Ok(vec![one, renamed]));
}

async fn an_access_token_is_replaced_only_by_those_who_read_it(world: &World) {
    let (store, random) = (&world.store, ([1; 8], [1; 32]));
    let (token, _) = AccessToken::issue("one".into(), vec![Scope::Route], vec![], world.now(), random);
    let (rotated, _) = token.clone().rotated([2; 32], world.now(), Span::from_seconds(60));
    let revoked = AccessToken { revoked_at: Some(world.now()), ..token.clone() };
    assert_eq!(store.put_access_token(Some(&token), &rotated).await, Ok(false), "there is none yet");
    assert_eq!(store.put_access_token(None, &token).await, Ok(true));
    assert_eq!(store.put_access_token(None, &rotated).await, Ok(false), "there is one");
    let (one, two) =
        tokio::join!(store.put_access_token(Some(&token), &revoked), store.put_access_token(Some(&token), &rotated));
    let kept = if one == Ok(true) { &revoked } else { &rotated };
    assert_eq!([one, two].into_iter().filter(|put| *put == Ok(true)).count(), 1);
    assert_eq!(store.access_token(&token.id).await, Ok(Some(kept.clone())));
    assert_eq!(store.put_access_token(Some(&token), &token).await, Ok(false), "it is another by now");
    assert_eq!(store.put_access_token(Some(kept), &token).await, Ok(true));
}

async fn the_first_signing_key_is_stored_once(world: &World) {
    let keys: Vec<_> = (1..=3).map(|random| TokenKey::new([random; 36], world.now())).collect();
    let store = &world.store;
    let (one, two) = tokio::join!(store.token_keys(&keys[0]), store.token_keys(&keys[1]));
    let (one, two) = (one.expect("an answer"), two.expect("an answer"));
    assert_eq!(one.len(), 1);
    assert!(one == two);
    assert!(store.token_keys(&keys[2]).await.expect("an answer") == one);
}

async fn a_store_that_works_is_ready_and_tells_the_time(world: &World) {
    assert_eq!(world.store.ready().await, Ok(()));
    assert_eq!(world.store.now().await, Ok(world.now()));
}
