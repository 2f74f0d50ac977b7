//! Access tokens: made, and named.

use super::Refused;
use crate::{
    domain::{
        access::{AccessToken, Scope},
        ids::SiteId,
    },
    store::Store,
};

/// Makes a token and gives its text, which exists nowhere else afterwards.
///
/// # Errors
/// When a scope or a site does not exist, or the store does not answer.
pub async fn create(store: &dyn Store, name: &str, scopes: &[String], sites: &[String]) -> Result<String, Refused> {
    let (_, configuration) = store.configuration().await?;
    let mut wrong = Vec::new();
    if name.trim().is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        wrong.push("--name must be 1 to 100 characters that can be printed".to_owned());
    }
    if scopes.is_empty() {
        wrong.push("a token without a scope could do nothing: give --scope".to_owned());
    }
    let known = Scope::ALL.map(Scope::name).join(", ");
    let read = |name: &String| Scope::parse(name).ok_or_else(|| format!("there is no scope {name:?}, only {known}"));
    let scopes = collect(scopes.iter().map(read), &mut wrong);
    let read = |id: &String| match SiteId::parse(id) {
        Ok(id) if configuration.site(&id).is_some() => Ok(id),
        Ok(id) => Err(format!("there is no site {:?}", id.as_str())),
        Err(error) => Err(error.to_string()),
    };
    let sites = collect(sites.iter().map(read), &mut wrong);
    if !wrong.is_empty() {
        return Err(Refused::Invalid(wrong));
    }
    let (token, text) = AccessToken::issue(name.trim().to_owned(), scopes, sites, store.now().await?, random()?);
    store.put_access_token(&token).await?;
    Ok(text)
}

/// One line for each token: id, name, scopes, sites.
///
/// # Errors
/// When the store does not answer.
pub async fn list(store: &dyn Store) -> Result<Vec<String>, Refused> {
    let line = |token: AccessToken| {
        let scopes = token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(",");
        let sites = token.sites.iter().map(SiteId::as_str).collect::<Vec<_>>().join(",");
        let sites = if sites.is_empty() { "all sites" } else { &sites };
        format!("{}\t{}\t{scopes}\t{sites}", token.id, token.name)
    };
    Ok(store.access_tokens().await?.into_iter().map(line).collect())
}

fn collect<T>(read: impl Iterator<Item = Result<T, String>>, wrong: &mut Vec<String>) -> Vec<T> {
    read.filter_map(|result| result.map_err(|why| wrong.push(why)).ok()).collect()
}

fn random() -> Result<([u8; 8], [u8; 32]), Refused> {
    let (mut id, mut secret) = ([0; 8], [0; 32]);
    getrandom::fill(&mut id)
        .and_then(|()| getrandom::fill(&mut secret))
        .map_err(|error| Refused::because(format!("the system gives no random bytes: {error}")))?;
    Ok((id, secret))
}
