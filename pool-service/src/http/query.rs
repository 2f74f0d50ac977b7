//! Query strings. A parameter that is misspelt or comes twice is refused: unheeded, it would get the answer to another
//! question.

use super::problem::{Answer, INVALID_REQUEST};
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::Uri,
};
use serde::de::DeserializeOwned;

/// Reads a query that may have these parameters.
///
/// # Errors
/// Names the parameter and what is wrong with it.
pub(super) fn read<T: DeserializeOwned>(uri: &Uri, known: &[&str]) -> Answer<T> {
    check(uri, known)?;
    parse(uri)
}

/// Checks that each parameter is one of these, and there once.
///
/// # Errors
/// Names the parameter, and those that there are.
pub(super) fn check(uri: &Uri, known: &[&str]) -> Answer<()> {
    let pairs: Vec<(String, String)> = parse(uri)?;
    for (at, (name, _)) in pairs.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let (name, known) = (name.chars().take(40).collect::<String>(), known.join(", "));
            return Err(INVALID_REQUEST.because(format!("There is no parameter {name:?}; there are {known}.")));
        }
        if pairs[..at].iter().any(|(other, _)| other == name) {
            return Err(
                INVALID_REQUEST.because(format!("{name} must be there once; several values are separated by commas."))
            );
        }
    }
    Ok(())
}

/// Reads of a query what it is asked for.
///
/// # Errors
/// Names the parameter and what is wrong with it.
pub(super) fn parse<T: DeserializeOwned>(uri: &Uri) -> Answer<T> {
    let wrong = |error: QueryRejection| {
        let text = error.body_text();
        let reason = text.split_once("query string: ").map_or(text.as_str(), |(_, reason)| reason);
        INVALID_REQUEST.because(format!("{reason}."))
    };
    Query::try_from_uri(uri).map(|Query(read)| read).map_err(wrong)
}
