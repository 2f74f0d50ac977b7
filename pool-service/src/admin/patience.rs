//! Patience with a store that does not answer for a moment: long work is not given up for it.

use crate::store::StoreError;
use std::time::Duration;
use tokio::time::sleep;

/// How long to wait before a store that did not answer is asked the same again. After the last it is given up.
const PAUSES: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Does what may be done twice until the store answers.
///
/// # Errors
/// What the store said, or that it did not answer for a while.
pub(super) async fn patiently<T, F>(work: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    with(&PAUSES, work).await
}

async fn with<T, F>(pauses: &[Duration], work: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for &pause in pauses {
        match work().await {
            Err(StoreError::Unavailable(_)) => sleep(pause).await,
            done => return done,
        }
    }
    work().await
}

#[cfg(test)]
mod tests {
    use super::with;
    use crate::store::StoreError;
    use std::{cell::Cell, time::Duration};

    /// Does something that the store answers to from its `nth` time on, and gives how often it was done.
    async fn done(nth: u32, error: fn() -> StoreError) -> (Result<(), StoreError>, u32) {
        let times = Cell::new(0);
        let outcome = with(&[Duration::ZERO; 3], async || {
            times.set(times.get() + 1);
            if times.get() < nth { Err(error()) } else { Ok(()) }
        })
        .await;
        (outcome, times.get())
    }

    #[tokio::test]
    async fn a_moment_without_an_answer_is_waited_for() {
        let away = || StoreError::Unavailable("away".to_owned());
        assert!(matches!(done(1, away).await, (Ok(()), 1)));
        assert!(matches!(done(4, away).await, (Ok(()), 4)));
        assert!(matches!(done(5, away).await, (Err(StoreError::Unavailable(_)), 4)));
    }

    #[tokio::test]
    async fn any_other_error_is_one_at_once() {
        let broken = || StoreError::Corrupt("half a record".to_owned());
        assert!(matches!(done(2, broken).await, (Err(StoreError::Corrupt(_)), 1)));
    }
}
