//! Access tokens: made, given a new secret, taken back, and named.

use super::{Progress, Refused, moment, table::table};
use crate::{
    domain::{
        access::{AccessToken, Scope},
        ids::SiteId,
        time::{Span, Timestamp},
    },
    store::Store,
};
use std::collections::BTreeMap;

/// What a new token shall be.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What a person calls it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [String],
    /// The sites it may do it on; none means all.
    pub sites: &'a [String],
    /// How long it is taken; `None`: until it is taken back.
    pub life: Option<Span>,
}

/// Makes a token and gives its text, which exists nowhere else afterwards.
///
/// # Errors
/// When a scope or a site does not exist, or the store does not answer.
pub async fn create(store: &dyn Store, wanted: Wanted<'_>) -> Result<String, Refused> {
    let (_, configuration) = store.configuration().await?;
    let (mut wrong, name) = (Vec::new(), wanted.name.trim());
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        wrong.push("--name must be 1 to 100 characters that can be printed".to_owned());
    }
    if wanted.scopes.is_empty() {
        wrong.push("a token without a scope could do nothing: give --scope".to_owned());
    }
    if wanted.life == Some(Span::default()) {
        wrong.push("--expires must be longer than 0: the token would never be taken".to_owned());
    }
    let known = Scope::ALL.map(Scope::name).join(", ");
    let read = |name: &String| Scope::parse(name).ok_or_else(|| format!("there is no scope {name:?}, only {known}"));
    let scopes = collect(wanted.scopes.iter().map(read), &mut wrong);
    let read = |id: &String| match SiteId::parse(id) {
        Ok(id) if configuration.site(&id).is_some() => Ok(id),
        Ok(id) => Err(format!("there is no site {:?}", id.as_str())),
        Err(error) => Err(error.to_string()),
    };
    let sites = collect(wanted.sites.iter().map(read), &mut wrong);
    if !wrong.is_empty() {
        return Err(Refused::Invalid(wrong));
    }
    let now = store.now().await?;
    let (mut token, text) = AccessToken::issue(name.to_owned(), scopes, sites, now, (random()?, random()?));
    token.expires_at = wanted.life.map(|life| now + life);
    if !store.put_access_token(None, &token).await? {
        return Err(Refused::because("another token has the id that was drawn for this one: give the command again"));
    }
    Ok(text)
}

/// Gives a token a new secret and gives its text. The one before it is taken until the grace is over.
///
/// # Errors
/// When there is no such token, it is taken no more, or the store does not answer.
pub async fn rotate(store: &dyn Store, id: &str, grace: Span, progress: Progress<'_>) -> Result<Vec<String>, Refused> {
    let (token, text) = changed(store, id, |token, now| Ok(token.rotated(random()?, now, grace))).await?;
    // Not part of the answer, which scripts keep as it is.
    progress(match token.former_secrets.iter().map(|former| former.until).max() {
        Some(until) => format!("the former secret of {id} is taken until {}", moment(until)),
        None => format!("the former secret of {id} is refused from now on"),
    });
    Ok(vec![text])
}

/// Takes a token back. It stays in the list, so that nobody wonders what its id meant.
///
/// # Errors
/// When there is no such token, it was taken back before, or the store does not answer.
pub async fn revoke(store: &dyn Store, id: &str) -> Result<Vec<String>, Refused> {
    let (token, ()) = changed(store, id, |token, now| Ok((AccessToken { revoked_at: Some(now), ..token }, ()))).await?;
    Ok(vec![format!("token {id} ({}) is refused from now on", token.name)])
}

/// A table of all tokens; `last_used` says when each was used for the last time.
///
/// # Errors
/// When the store does not answer.
pub async fn list(store: &dyn Store, last_used: &BTreeMap<String, Timestamp>) -> Result<Vec<String>, Refused> {
    let (tokens, now) = (store.access_tokens().await?, store.now().await?);
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = vec![["ID", "NAME", "SCOPES", "SITES", "LAST USED", "STATE"].map(str::to_owned)];
    rows.extend(tokens.into_iter().map(|token| {
        let sites = token.sites.iter().map(SiteId::as_str).collect::<Vec<_>>().join(",");
        let used = last_used.get(&token.id).map_or_else(|| "never".to_owned(), |at| moment(*at));
        let state = state(&token, now);
        let scopes = token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(",");
        let sites = if sites.is_empty() { "all sites".to_owned() } else { sites };
        [token.id, token.name, scopes, sites, used, state]
    }));
    Ok(table(&rows))
}

fn state(token: &AccessToken, now: Timestamp) -> String {
    if let Some(at) = token.revoked_at {
        return format!("revoked {}", moment(at));
    }
    let grace = token.former_secrets.iter().map(|former| former.until).filter(|until| *until > now).max();
    match (token.expires_at, grace) {
        (Some(at), _) if at <= now => format!("expired {}", moment(at)),
        (_, Some(until)) => format!("good, a former secret until {}", moment(until)),
        (Some(at), None) => format!("good until {}", moment(at)),
        (None, None) => "good".to_owned(),
    }
}

/// Changes a token that is taken still. Whoever changed it meanwhile was first: then it is judged and changed anew, so
/// that a token that was taken back is not brought back.
async fn changed<T>(
    store: &dyn Store,
    id: &str,
    change: impl Fn(AccessToken, Timestamp) -> Result<(AccessToken, T), Refused>,
) -> Result<(AccessToken, T), Refused> {
    loop {
        let (read, now) = usable(store, id).await?;
        let (token, told) = change(read.clone(), now)?;
        if store.put_access_token(Some(&read), &token).await? {
            return Ok((token, told));
        }
    }
}

async fn usable(store: &dyn Store, id: &str) -> Result<(AccessToken, Timestamp), Refused> {
    let unknown = || Refused::because(format!("there is no token {id:?}: see `hatsuban token list`"));
    let token = store.access_token(id).await?.ok_or_else(unknown)?;
    let now = store.now().await?;
    if token.revoked_at.is_some() || token.expires_at.is_some_and(|at| at <= now) {
        return Err(Refused::because(format!("token {id} is taken no more: make a new one")));
    }
    Ok((token, now))
}

fn collect<T>(read: impl Iterator<Item = Result<T, String>>, wrong: &mut Vec<String>) -> Vec<T> {
    read.filter_map(|result| result.map_err(|why| wrong.push(why)).ok()).collect()
}

fn random<const N: usize>() -> Result<[u8; N], Refused> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Refused::because(format!("the system gives no random bytes: {error}")))?;
    Ok(bytes)
}
