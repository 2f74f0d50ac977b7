//! Asks the store for a number of each pool, all at once, as far as the limits allow it.

use super::{acquire::Group, request::Asked};
use crate::{
    domain::ids::{PoolId, SiteId},
    http::{
        limits::{Client, Place, Room},
        problem::Refusal,
        service::Service,
    },
    store::{Acquire, Acquired, StoreError},
};
use std::{sync::Arc, time::Instant};

/// What one pool has for a session.
pub(super) enum Told {
    /// What the store said.
    Store(Result<Acquired, StoreError>),
    /// Its address holds its share of the pool: nothing, as if the pool were empty.
    ShareTaken,
    /// Too many like it are asking.
    Refused(Refusal),
}

/// Asks for each group, in order.
pub(super) async fn ask(
    service: &Arc<Service>,
    client: Client,
    site: &SiteId,
    asked: &Asked,
    groups: &[Group<'_>],
) -> Vec<Told> {
    let at = Instant::now();
    let shares = service.shares();
    let holds = |group: &Group<'_>| {
        // A promise that has passed proves nothing: tokens could be saved up.
        group.claim.as_ref().is_some_and(|claim| shares.now(at) < claim.held_until)
            || shares.knows(&group.pool.id, &asked.session, at)
    };
    let holders: Vec<bool> = groups.iter().map(|group| client.0.is_none() || holds(group)).collect();
    let admitted = if holders.contains(&false) { service.admit_newcomer(client, site) } else { Ok(()) };
    let one = |(group, is_holder): (&Group<'_>, &bool)| {
        let row =
            Acquire { session: asked.session.clone(), visitor: asked.visitor.clone(), claim: group.claim.clone() };
        let (service, pool) = (Arc::clone(service), group.pool.id.clone());
        let (admitted, is_holder) = (admitted.clone(), *is_holder);
        async move {
            match admitted {
                Err(refusal) if !is_holder => Told::Refused(refusal),
                _ => acquire(&service, client, &pool, row, is_holder).await,
            }
        }
    };
    let pairs = groups.iter().zip(&holders);
    // Nearly every page has one pool: no task for that.
    if groups.len() == 1 {
        let mut answers = Vec::with_capacity(1);
        for pair in pairs {
            answers.push(one(pair).await);
        }
        return answers;
    }
    let tasks: Vec<_> = pairs.map(|pair| tokio::spawn(one(pair))).collect();
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        let failed = |error: tokio::task::JoinError| Told::Store(Err(StoreError::Unavailable(error.to_string())));
        answers.push(task.await.unwrap_or_else(failed));
    }
    answers
}

async fn acquire(service: &Service, client: Client, pool: &PoolId, row: Acquire, is_holder: bool) -> Told {
    let Ok(place) = place(service, client, pool, &row, is_holder).await else {
        service.metrics.limited("pool_share");
        return Told::ShareTaken;
    };
    let acquired = service.ask("acquire", service.store.acquire(pool, &[row])).await;
    let acquired = acquired.and_then(|rows| {
        rows.into_iter().next().ok_or_else(|| StoreError::Unavailable("it gave no answer".to_owned()))
    });
    if let Some(place) = place {
        place.settle(acquired.as_ref().ok(), Instant::now());
    }
    Told::Store(acquired)
}

/// The session's place in the share of its address; none where nobody knows the address.
async fn place<'a>(
    service: &'a Service,
    client: Client,
    pool: &PoolId,
    row: &Acquire,
    is_holder: bool,
) -> Result<Option<Place<'a>>, ShareTaken> {
    let Client(Some(network)) = client else { return Ok(None) };
    let shares = service.shares();
    let look = || shares.place(pool, &row.session, network, is_holder, Instant::now());
    let mut room = look();
    if matches!(room, Room::Unsized) {
        let counted = service.ask("occupancy", service.store.occupancy(pool)).await;
        let numbers = counted.map(|counted| counted.exclusive + counted.cooling + counted.rested);
        shares.sized(pool, numbers.ok(), Instant::now());
        room = look();
    }
    match room {
        Room::Free(place) => Ok(Some(place)),
        Room::Full => Err(ShareTaken),
        Room::Unsized => Ok(None),
    }
}

struct ShareTaken;
