//! Rows as commands on the keys of the server. All set values, so that repeating them is safe.

use crate::{
    domain::{
        ids::PoolId,
        lease::{Lease, Standing},
        time::Timestamp,
    },
    store::{
        StoreError,
        packed::{StoredLease, corrupt},
        packed_call::StoredRow,
        packed_document,
        records::{CallRow, DocumentKind, KeptCall},
        redis::{RedisStore, admin::range_fields, leases::standing_name, scripts},
        transfer::Row,
    },
};
use redis::{Cmd, ScriptInvocation, cmd};
use std::collections::BTreeMap;

/// One command on a key of a pool: its words, the key's name within the pool second.
type Words = Vec<String>;

/// Takes rows over.
pub(super) async fn rows(store: &RedisStore, rows: Vec<Row>) -> Result<(), StoreError> {
    let mut pools: BTreeMap<PoolId, Vec<Words>> = BTreeMap::new();
    let mut documents: BTreeMap<DocumentKind, Vec<Words>> = BTreeMap::new();
    let (mut others, mut numbers) = (Vec::new(), store.of_installation("HSET", "numbers"));
    let mut has_numbers = false;
    for row in rows {
        match row {
            Row::Configuration { version, configuration } => {
                let json = serde_json::to_string(&configuration).map_err(corrupt)?;
                let mut command = store.of_installation("HSET", "config");
                command.arg("version").arg(version).arg("json").arg(json);
                others.push(command);
            }
            Row::AccessToken { token } => {
                let mut command = store.of_installation("HSET", "access_tokens");
                command.arg(&token.id).arg(serde_json::to_string(&token).map_err(corrupt)?);
                others.push(command);
            }
            Row::TokenKey { key } => {
                let mut command = store.of_installation("HSET", "token_keys");
                command.arg(&key.id).arg(serde_json::to_string(&key).map_err(corrupt)?);
                others.push(command);
            }
            Row::Pool { ref pool, ref overflow, ref suffixes, .. } => {
                if let Some(range) = suffixes {
                    let mut command = store.of_installation("HSET", "suffixes");
                    command.arg(pool.as_str()).arg(serde_json::to_string(range).map_err(corrupt)?);
                    others.push(command);
                }
                if let Some(number) = overflow {
                    let mut command = store.of_installation("HSET", "overflow");
                    command.arg(pool.as_str()).arg(number.key());
                    others.push(command);
                }
                pools.entry(pool.clone()).or_default().extend(words(row));
            }
            Row::Number { ref pool, ref number, .. } => {
                numbers.arg(number.key()).arg(pool.as_str());
                has_numbers = true;
                pools.entry(pool.clone()).or_default().extend(words(row));
            }
            Row::Past { ref pool, .. }
            | Row::Unannounced { ref pool, .. }
            | Row::Shown { ref pool, .. }
            | Row::Call { ref pool, .. } => pools.entry(pool.clone()).or_default().extend(words(row)),
            Row::Document { kind, .. } => documents.entry(kind).or_default().extend(words(row)),
        }
    }
    for command in &others {
        let () = store.0.link.query(command).await?;
    }
    if has_numbers {
        let () = store.0.link.query(&numbers).await?;
    }
    for (pool, commands) in pools {
        carry_out(store, store.0.on_pool(&scripts::IMPORT, &pool), commands).await?;
    }
    for (kind, commands) in documents {
        carry_out(store, store.0.on_kind(&scripts::IMPORT, kind), commands).await?;
    }
    Ok(())
}

async fn carry_out(
    store: &RedisStore,
    mut script: ScriptInvocation<'_>,
    commands: Vec<Words>,
) -> Result<(), StoreError> {
    for words in commands {
        script.arg(words.len()).arg(words);
    }
    store.0.link.run(&script).await.map_err(|error| store.0.link.told(&error))
}

impl RedisStore {
    fn of_installation(&self, command: &str, key: &str) -> Cmd {
        let mut command = cmd(command);
        command.arg(self.0.keys.global(key));
        command
    }
}

fn words(row: Row) -> Vec<Words> {
    match row {
        Row::Pool { policy, overflow, generation, suffixes, cursor, safe_until, time, .. } => {
            let spans = [
                ("lease_life", policy.lease_life),
                ("min_hold", policy.min_hold),
                ("cooldown", policy.cooldown),
                ("affinity", policy.affinity),
                ("retention", policy.retention),
                ("after_call", policy.after_call),
                ("max_call", policy.max_call),
            ];
            let mut meta = vec!["HSET".to_owned(), "meta".to_owned()];
            meta.extend(spans.iter().flat_map(|(name, span)| [(*name).to_owned(), span.as_millis().to_string()]));
            let mut more = |name: &str, value: String| meta.extend([name.to_owned(), value]);
            more("generation", generation.to_string());
            more("clock", time.as_millis().to_string());
            if safe_until > time {
                more("safe_until", safe_until.as_millis().to_string());
            }
            if let Some(number) = overflow {
                more("overflow", number.key().to_owned());
            }
            if let Some(range) = suffixes {
                more("cursor", cursor.to_string());
                meta.extend(range_fields(&range));
            }
            vec![meta]
        }
        Row::Number { number, standing, exclusive_until, lease, is_announced, is_joined, .. } => {
            let (key, score) = (number.key(), exclusive_until.as_millis().to_string());
            let mut words = match standing {
                Standing::Active => vec![command(["ZADD", "order", &score, key])],
                _ => vec![
                    command(["ZADD", "withdrawn", &score, key]),
                    command(["HSET", "standing", key, standing_name(standing)]),
                ],
            };
            if let Some(lease) = lease {
                if is_joined {
                    words.push(command(["HSET", "session", lease.session.as_str(), key]));
                }
                words.push(command(["HSET", "lease", key, &pack(lease, is_announced)]));
            }
            words
        }
        Row::Past { lease, .. } => {
            let key = format!("history:{}", lease.number.key());
            let granted_at = lease.granted_at.as_millis().to_string();
            vec![command(["ZADD", &key, &granted_at, &pack(lease, false)])]
        }
        Row::Unannounced { ended_at, lease, .. } => {
            let number = lease.number.key().to_owned();
            let member = format!("{number}\t{}", pack(lease, false));
            vec![command(["ZADD", "superseded", &ended_at.as_millis().to_string(), &member])]
        }
        Row::Shown { lease, .. } => {
            let (session, heard) = (lease.session.clone(), lease.last_heartbeat_at.as_millis().to_string());
            vec![
                command(["ZADD", "shown_order", &heard, session.as_str()]),
                command(["HSET", "shown", session.as_str(), &pack(lease, false)]),
            ]
        }
        Row::Call { call, revision, pinned_until, .. } => call_words(call, revision, pinned_until),
        Row::Document { document, .. } => {
            let key = document.key.as_str();
            let mut words = vec![
                command(["HSET", "texts", key, &packed_document::pack(&document)]),
                command(["ZADD", "names", "0", key]),
            ];
            if let Some(expires_at) = document.expires_at {
                words.push(command(["ZADD", "expiring", &expires_at.as_millis().to_string(), key]));
            }
            words
        }
        Row::Configuration { .. } | Row::AccessToken { .. } | Row::TokenKey { .. } => vec![],
    }
}

/// A call in its indexes. Roll-ups do not come along, so any stamp of its hour will do.
fn call_words(row: CallRow, revision: u64, pinned_until: Timestamp) -> Vec<Words> {
    let (id, number) = (row.span.key.to_string(), row.span.number.key().to_owned());
    let (began_at, until) = (row.span.began_at.as_millis(), pinned_until.as_millis().to_string());
    let (began, hour) = (began_at.to_string(), (began_at - began_at % 3_600_000).to_string());
    let mut indexes = vec![format!("calls:{number}")];
    if !row.record.is_empty() {
        indexes.push("begun".to_owned());
        indexes.extend(row.caller.as_ref().map(|caller| format!("caller:{caller}")));
    }
    let mut words: Vec<Words> = indexes.iter().map(|index| command(["ZADD", index, &began, &id])).collect();
    words.extend([
        command(["ZADD", "hours", &hour, &hour]),
        command(["HSET", "stamps", &hour, &hour]),
        command(["ZADD", &format!("pins:{number}"), &until, &id]),
    ]);
    if let (Some(destination), None) = (&row.destination, row.span.ended_at) {
        words.push(command(["OCCUPY", "occupying", &until, &id, destination.as_str()]));
    }
    let packed = StoredRow { kept: KeptCall { revision, row }, pinned_until }.pack();
    words.push(command(["HSET", "calls", &id, &packed]));
    words
}

fn command<const COUNT: usize>(words: [&str; COUNT]) -> Words {
    words.map(str::to_owned).to_vec()
}

fn pack(lease: Lease, is_announced: bool) -> String {
    StoredLease { lease, is_announced }.pack()
}
