//! Documents are written by revision, listed in the order of their keys, and expire by the store's clock.

use crate::{
    promises,
    support::{millis, seconds},
    world::World,
};
use pool_service::{
    domain::time::Timestamp,
    store::{
        StoreError,
        records::{Document, DocumentKind},
    },
};

promises! {
    a_document_is_written_by_the_revision_that_was_read
    a_document_may_be_written_whatever_it_was
    of_concurrent_writers_one_wins
    documents_are_listed_in_the_order_of_their_keys
    a_document_that_expired_is_not_there
    a_document_that_is_written_again_expires_anew
    documents_that_expired_are_forgotten
    a_removed_document_is_not_there
    kinds_are_kept_apart
    what_is_no_document_is_refused
}

const KIND: DocumentKind = DocumentKind::Audit;

async fn put(world: &World, key: &str, read_revision: Option<u64>, text: &str, expires_at: Option<Timestamp>) -> bool {
    world.store.put_document(KIND, key, read_revision, text, expires_at).await.expect("an answer")
}

async fn document(world: &World, key: &str) -> Option<(u64, String)> {
    let document = world.store.document(KIND, key).await.expect("an answer");
    document.map(|Document { revision, text, .. }| (revision, text))
}

async fn listed(world: &World, from: &str, until: &str, newest_first: bool, limit: usize) -> Vec<String> {
    let documents = world.store.documents(KIND, from, until, newest_first, limit).await.expect("documents");
    documents.into_iter().map(|document| document.key).collect()
}

async fn a_document_is_written_by_the_revision_that_was_read(world: &World) {
    assert_eq!(document(world, "a").await, None);
    assert!(!put(world, "a", Some(1), "1", None).await);
    assert!(put(world, "a", Some(0), "1", None).await);
    assert!(!put(world, "a", Some(0), "2", None).await);
    assert_eq!(document(world, "a").await, Some((1, "1".to_owned())));
    assert!(put(world, "a", Some(1), "{\"b\":\"\\t電\"}", Some(world.now() + seconds(9))).await);
    let text = "{\"b\":\"\\t電\"}".to_owned();
    let expected = Document { key: "a".into(), revision: 2, expires_at: Some(world.now() + seconds(9)), text };
    assert_eq!(world.store.document(KIND, "a").await, Ok(Some(expected.clone())));
    assert_eq!(world.store.documents(KIND, "a", "b", false, 9).await, Ok(vec![expected]));
}

async fn a_document_may_be_written_whatever_it_was(world: &World) {
    assert!(put(world, "a", None, "1", None).await);
    assert!(put(world, "a", None, "2", None).await);
    assert_eq!(document(world, "a").await, Some((2, "2".to_owned())));
}

async fn of_concurrent_writers_one_wins(world: &World) {
    let write = |index: u64| {
        let store = world.store.clone();
        tokio::spawn(async move { store.put_document(KIND, "a", Some(0), &index.to_string(), None).await })
    };
    let mut outcomes = Vec::new();
    for outcome in (0..8).map(write).collect::<Vec<_>>() {
        outcomes.push(outcome.await.expect("it ran").expect("an answer"));
    }
    let winners: Vec<_> = outcomes.iter().enumerate().filter(|(_, won)| **won).map(|(index, _)| index).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(document(world, "a").await, Some((1, winners[0].to_string())));
}

async fn documents_are_listed_in_the_order_of_their_keys(world: &World) {
    for key in ["b", "a/2", "a", "a/10", "ä", "c d"] {
        assert!(put(world, key, Some(0), "1", None).await);
    }
    assert_eq!(listed(world, "", "\u{10ffff}", false, 99).await, ["a", "a/10", "a/2", "b", "c d", "ä"]);
    assert_eq!(listed(world, "a/", "a0", false, 99).await, ["a/10", "a/2"]);
    assert_eq!(listed(world, "a", "b", true, 2).await, ["a/2", "a/10"]);
    assert_eq!(listed(world, "b", "b", false, 99).await, [""; 0]);
    assert_eq!(listed(world, "b", "a", false, 99).await, [""; 0]);
}

async fn a_document_that_expired_is_not_there(world: &World) {
    put(world, "a", None, "1", Some(world.now() + seconds(10))).await;
    put(world, "b", None, "1", None).await;
    world.pass(millis(9_999));
    assert_eq!(listed(world, "a", "c", false, 9).await, ["a", "b"]);
    world.pass(millis(1));
    assert_eq!(listed(world, "a", "c", false, 9).await, ["b"]);
    assert_eq!(listed(world, "a", "c", false, 1).await, ["b"], "and takes nobody's place");
    assert_eq!(document(world, "a").await, None);
    assert!(!put(world, "a", Some(1), "2", None).await);
    assert!(put(world, "a", Some(0), "2", None).await);
    assert_eq!(document(world, "a").await, Some((1, "2".to_owned())));
}

async fn a_document_that_is_written_again_expires_anew(world: &World) {
    put(world, "a", None, "1", Some(world.now() + seconds(10))).await;
    put(world, "b", None, "1", Some(world.now() + seconds(10))).await;
    put(world, "a", None, "2", Some(world.now() + seconds(20))).await;
    put(world, "b", None, "2", None).await;
    world.pass(seconds(10));
    assert_eq!(world.store.sweep_documents(KIND, 10).await, Ok(0));
    assert_eq!(listed(world, "a", "c", false, 9).await, ["a", "b"]);
    world.pass(seconds(10));
    assert_eq!(world.store.sweep_documents(KIND, 10).await, Ok(1));
    assert_eq!(listed(world, "a", "c", false, 9).await, ["b"]);
}

async fn documents_that_expired_are_forgotten(world: &World) {
    for index in 0..5 {
        put(world, &format!("k{index}"), None, "1", Some(world.now() + seconds(index))).await;
    }
    world.pass(seconds(3));
    assert_eq!(world.store.sweep_documents(KIND, 3).await, Ok(3));
    assert_eq!(world.store.sweep_documents(KIND, 3).await, Ok(1));
    assert_eq!(world.store.sweep_documents(KIND, 3).await, Ok(0));
    assert_eq!(listed(world, "a", "z", false, 9).await, ["k4"]);
}

async fn a_removed_document_is_not_there(world: &World) {
    put(world, "a", None, "1", Some(world.now() + seconds(10))).await;
    for _ in 0..2 {
        world.store.remove_document(KIND, "a").await.expect("removed");
        assert_eq!(document(world, "a").await, None);
    }
    assert_eq!(listed(world, "a", "z", false, 9).await, [""; 0]);
    world.pass(seconds(10));
    assert_eq!(world.store.sweep_documents(KIND, 9).await, Ok(0));
}

async fn kinds_are_kept_apart(world: &World) {
    for (index, kind) in DocumentKind::ALL.into_iter().enumerate() {
        let put = world.store.put_document(kind, "a", Some(0), &index.to_string(), None).await;
        assert_eq!(put, Ok(true), "{kind:?}");
    }
    for (index, kind) in DocumentKind::ALL.into_iter().enumerate() {
        let listed = world.store.documents(kind, "a", "z", false, 9).await.expect("documents");
        assert_eq!(listed.into_iter().map(|document| document.text).collect::<Vec<_>>(), [index.to_string()]);
    }
}

async fn what_is_no_document_is_refused(world: &World) {
    for (key, text) in [("", "1"), ("a\u{1}", "1"), ("a", "1\n2"), ("a", "")] {
        let outcome = world.store.put_document(KIND, key, None, text, None).await;
        assert!(matches!(outcome, Err(StoreError::Unsuitable(_))), "{key:?} {text:?}: {outcome:?}");
    }
}
