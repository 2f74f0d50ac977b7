//! Calls that are still to be judged again, because one event made it necessary for many of them: the sweeper goes on.

use super::{
    CallDesk,
    circle::Circle,
    later::{Cause, Judged},
};
use crate::{
    domain::{call::CallKey, time::Timestamp},
    store::{StoreError, records::DocumentKind},
};
use serde::{Deserialize, Serialize};

/// What the documents' keys begin with; a digest of the cause follows.
const FROM: &str = "rejudge.";
/// After all of them.
const UNTIL: &str = "rejudge/";
/// So many are gone on with in one turn.
const IN_A_TURN: usize = 4;
/// So many calls of each.
const AT_ONCE: usize = 500;

/// Where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    circle: Circle,
    since: Timestamp,
    cause: Cause,
}

impl CallDesk {
    /// Writes down that calls are left from that moment on.
    pub(super) async fn leave(&self, circle: &Circle, since: Timestamp, cause: &Cause) -> Result<(), StoreError> {
        let left = Left { circle: circle.clone(), since, cause: cause.clone() };
        let text = serde_json::to_string(&left).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let digest = CallKey::from_record_id(&cause.id).map(|(_, key)| key.digest()).unwrap_or_default();
        // A call that moved leaves two.
        let key = format!("{FROM}{}.{digest}.{}", circle.pool, if cause.is_gone { "gone" } else { "there" });
        self.store.put_document(DocumentKind::Installation, &key, None, &text, None).await.map(drop)
    }

    /// Goes on judging calls again where events left some; gives how many events did.
    ///
    /// # Errors
    /// When the store does not answer; what is left stays left.
    pub async fn judge_left(&self) -> Result<usize, StoreError> {
        let found = self.store.documents(DocumentKind::Installation, FROM, UNTIL, false, IN_A_TURN).await?;
        for document in &found {
            let Left { circle, since, mut cause } = serde_json::from_str(&document.text)
                .map_err(|error| StoreError::Corrupt(format!("{}: {error}", document.key)))?;
            let judged = match self.judge_some(&circle, since, AT_ONCE, &mut cause).await {
                // The pool was removed, and its calls with it.
                Err(StoreError::UnknownPool(_)) => Judged::All,
                judged => judged?,
            };
            match judged {
                Judged::UpTo(since) => self.leave(&circle, since, &cause).await?,
                Judged::All => {
                    // An event may have left more meanwhile: only what was read is done.
                    let now = self.store.now().await?;
                    let (key, revision) = (&document.key, Some(document.revision));
                    self.store.put_document(DocumentKind::Installation, key, revision, "{}", Some(now)).await?;
                }
            }
        }
        Ok(found.len())
    }
}
