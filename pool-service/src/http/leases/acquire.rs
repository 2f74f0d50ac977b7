//! Acquire or renew: one step of the store for each pool, all at once; rows answered in the order in which they were asked.

use super::{
    ask::{Told, ask},
    request::Asked,
};
use crate::{
    domain::{
        ids::TargetId,
        lease::Lease,
        policy::LeasePolicy,
        site::{Pool, Site},
        time::{Span, Timestamp},
        token::LeaseClaim,
    },
    http::{
        limits::Client,
        problem::{Answer, LEASE_TOKEN_INVALID, POOL_MISSING, Refusal, STORE_UNAVAILABLE, UNKNOWN_TARGET},
        service::Service,
        wire,
    },
    live::Snapshot,
    load::Totals,
    store::{Acquired, Grant, How, StoreError},
};
use pool_protocol::lease::{LeaseAnswer, LeaseOutcome, LeaseRow, LeaseWanted};
use std::sync::Arc;

/// The rows that one pool answers.
pub(super) struct Group<'a> {
    pub(super) pool: &'a Pool,
    /// What the page proves that it was promised.
    pub(super) claim: Option<LeaseClaim>,
    rows: Vec<usize>,
}

/// Answers a lease request.
///
/// # Errors
/// When the store answered for no row, or no row may be asked for now.
pub(super) async fn acquire(
    service: &Arc<Service>,
    client: Client,
    configured: &Snapshot,
    site: &Site,
    asked: &Asked,
) -> Answer<LeaseAnswer> {
    let mut outcomes: Vec<Option<LeaseOutcome>> = asked.rows.iter().map(|_| None).collect();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (at, row) in asked.rows.iter().enumerate() {
        match wanted(configured, site, asked, row) {
            Err(refusal) => outcomes[at] = Some(LeaseOutcome::Problem { problem: refusal.problem() }),
            Ok((pool, claim)) => match groups.iter_mut().find(|group| group.pool.id == pool.id) {
                None => groups.push(Group { pool, claim, rows: vec![at] }),
                Some(group) => {
                    group.claim = group.claim.take().or(claim);
                    group.rows.push(at);
                }
            },
        }
    }
    let answers = ask(service, client, &site.id, asked, &groups).await;
    let mut has_answered = outcomes.iter().any(Option::is_some);
    let mut refused = None;
    for (group, answer) in groups.iter().zip(answers) {
        has_answered |= match &answer {
            Told::Store(Err(StoreError::Unavailable(_) | StoreError::Full(_) | StoreError::Unsuitable(_)))
            | Told::Refused(_) => false,
            Told::Store(_) | Told::ShareTaken => true,
        };
        for at in &group.rows {
            outcomes[*at] = Some(match &answer {
                Told::Store(Ok(acquired)) => outcome(service, configured, group.pool, acquired),
                Told::Store(Err(error)) => LeaseOutcome::Problem { problem: Refusal::from(error.clone()).problem() },
                Told::ShareTaken => LeaseOutcome::Exhausted,
                Told::Refused(refusal) => LeaseOutcome::Problem { problem: refusal.problem() },
            });
        }
        if let Told::Refused(refusal) = answer {
            refused = Some(refusal);
        }
    }
    if !has_answered {
        let silent = || STORE_UNAVAILABLE.because("Show the page's own numbers when the leases have run out.");
        return Err(refused.unwrap_or_else(silent));
    }
    let rows = asked.rows.iter().zip(outcomes).filter_map(|(row, outcome)| {
        let outcome = outcome?;
        count(service, &outcome);
        Some(LeaseRow { target: row.target.clone(), outcome })
    });
    let leases = rows.collect();
    let shortest = |span: fn(&LeasePolicy) -> Span| {
        let shortest = groups.iter().map(|group| span(&group.pool.policy)).min();
        shortest.unwrap_or_else(|| span(&LeasePolicy::default())).as_millis()
    };
    Ok(LeaseAnswer {
        heartbeat_ms: shortest(|policy| policy.heartbeat),
        hidden_hold_ms: shortest(|policy| policy.hidden_hold),
        leases,
    })
}

/// The pool that a row leads to, and what its token proves.
fn wanted<'a>(
    configured: &'a Snapshot,
    site: &Site,
    asked: &Asked,
    row: &LeaseWanted,
) -> Answer<(&'a Pool, Option<LeaseClaim>)> {
    let target = TargetId::parse(&row.target).ok().and_then(|id| configured.target(site, &id));
    let target = target.ok_or_else(|| {
        let name: String = row.target.chars().take(64).collect();
        UNKNOWN_TARGET.because(format!(
            "Site {} has no target {name:?}; add it to the site's configuration or correct the tag.",
            site.key
        ))
    })?;
    let pool = target.pool.as_ref().ok_or_else(|| {
        let detail = format!("Target {} has no pool: its numbers are those of the site's channels.", target.id);
        UNKNOWN_TARGET.because(detail)
    })?;
    let pool = configured.pool(pool).ok_or_else(|| POOL_MISSING.because(format!("There is no pool {pool}.")))?;
    let keys = configured.lease_token_keys();
    let verified = row.token.as_ref().map(|token| keys.verify(token, &pool.id, &asked.session)).transpose();
    let claim = verified.map_err(|why| {
        LEASE_TOKEN_INVALID.because(format!("{why}: forget the token and ask again without it.", why = sentence(&why)))
    })?;
    Ok((pool, claim))
}

fn sentence(why: &impl ToString) -> String {
    let text = why.to_string();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn outcome(service: &Service, configured: &Snapshot, pool: &Pool, acquired: &Acquired) -> LeaseOutcome {
    let now = acquired.now;
    service.live.loads().count(&pool.id, now, counted(&acquired.grant));
    match &acquired.grant {
        Grant::Leased { lease, how, short_cooldown } => {
            service.metrics.leased(match how {
                How::Renewed => "renewed",
                How::Regranted => "regranted",
                How::Granted => "granted",
                How::Restored => "restored",
            });
            if *short_cooldown {
                service.metrics.short_cooldown();
            }
            leased(configured, pool, lease, now, *short_cooldown)
        }
        Grant::Overflow { number, until } => {
            let lease_for_ms = until.since(now).as_millis();
            LeaseOutcome::Overflow { number: wire::number(number, &pool.form), lease_for_ms }
        }
        Grant::Exhausted => LeaseOutcome::Exhausted,
    }
}

fn leased(configured: &Snapshot, pool: &Pool, lease: &Lease, now: Timestamp, short_cooldown: bool) -> LeaseOutcome {
    LeaseOutcome::Leased {
        number: wire::number(&lease.number, &pool.form),
        lease_for_ms: lease.held_until.since(now).as_millis(),
        generation: lease.generation,
        token: configured.lease_token_keys().sign(&LeaseClaim::of(&pool.id, lease), now),
        short_cooldown,
    }
}

/// What an answer means for the pool's load; a heartbeat means nothing.
fn counted(grant: &Grant) -> Totals {
    let none = Totals::default();
    match grant {
        Grant::Leased { how: How::Renewed, .. } => none,
        Grant::Leased { short_cooldown, .. } => {
            Totals { granted: 1, short_cooldown: u64::from(*short_cooldown), ..none }
        }
        Grant::Overflow { .. } => Totals { overflow: 1, ..none },
        Grant::Exhausted => Totals { exhausted: 1, ..none },
    }
}

/// Leased rows are counted by how they came about; here, the others.
fn count(service: &Service, outcome: &LeaseOutcome) {
    match outcome {
        LeaseOutcome::Leased { .. } => {}
        LeaseOutcome::Overflow { .. } => service.metrics.leased("overflow"),
        LeaseOutcome::Exhausted => service.metrics.leased("exhausted"),
        LeaseOutcome::Problem { .. } => service.metrics.leased("problem"),
    }
}
