//! Calls that are still to be judged again, because one event made it necessary for many of them: the sweeper goes on.

use super::{
    CallDesk,
    circle::Circle,
    later::{Cause, Judged},
};
use crate::{
    domain::{call::CallKey, time::Timestamp},
    store::{
        StoreError,
        records::{Document, DocumentKind},
    },
};
use serde::{Deserialize, Serialize};

/// What the documents' keys begin with; a digest of the cause follows.
const FROM: &str = "rejudge.";
/// After all of them.
const UNTIL: &str = "rejudge/";
/// So many are gone on with in one turn.
const IN_A_TURN: usize = 4;
/// So many are looked through at once.
const PAGE: usize = 100;
/// So many calls of each.
const AT_ONCE: usize = 500;

/// Where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    circle: Circle,
    since: Timestamp,
    cause: Cause,
}

impl Left {
    fn read(document: &Document) -> Option<Self> {
        serde_json::from_str(&document.text).ok()
    }

    fn text(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

impl CallDesk {
    /// Writes down that calls are left from that moment on.
    pub(super) async fn leave(&self, circle: &Circle, since: Timestamp, cause: &Cause) -> Result<(), StoreError> {
        let text = Left { circle: circle.clone(), since, cause: cause.clone() }.text()?;
        let digest = CallKey::from_record_id(&cause.id).map(|(_, key)| key.digest()).unwrap_or_default();
        // A call that moved leaves two.
        let key = format!("{FROM}{}.{digest}.{}", circle.pool, if cause.is_gone { "gone" } else { "there" });
        self.store.put_document(DocumentKind::Installation, &key, None, &text, None).await.map(drop)
    }

    /// Goes on judging calls again where events left some; gives how many events did. What stands in its own way, as a record
    /// that cannot be read, stands in no other's.
    ///
    /// # Errors
    /// When the store does not answer; what is left stays left.
    pub async fn judge_left(&self) -> Result<usize, StoreError> {
        let (mut from, mut count) = (FROM.to_owned(), 0);
        while count < IN_A_TURN {
            let page = self.left(&from, IN_A_TURN - count).await?;
            let Some(last) = page.last() else { break };
            from = after(last);
            for document in &page {
                count += usize::from(self.go_on_with(document).await?);
            }
        }
        Ok(count)
    }

    /// Forgets what was left of a caller's calls: it names the caller by the keyed hash.
    pub(super) async fn forget_left(&self, caller: &str) -> Result<(), StoreError> {
        let mut from = FROM.to_owned();
        loop {
            let page = self.left(&from, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            from = after(last);
            // One that cannot be read may be of anybody.
            for document in page.iter().filter(|it| Left::read(it).is_none_or(|left| left.circle.caller == caller)) {
                self.store.remove_document(DocumentKind::Installation, &document.key).await?;
            }
        }
    }

    async fn left(&self, from: &str, limit: usize) -> Result<Vec<Document>, StoreError> {
        self.store.documents(DocumentKind::Installation, from, UNTIL, false, limit).await
    }

    /// Gives whether there was anything to go on with.
    async fn go_on_with(&self, document: &Document) -> Result<bool, StoreError> {
        let key = &document.key;
        let Some(Left { circle, since, mut cause }) = Left::read(document) else {
            tracing::warn!(key, "calls that were left to be judged again stay as they are: the note cannot be read");
            return self.replace_left(document, None).await.map(|()| false);
        };
        let judged = match self.judge_some(&circle, since, AT_ONCE, &mut cause).await {
            // The pool was removed, and its calls with it.
            Err(StoreError::UnknownPool(_)) => Judged::All,
            Err(StoreError::Corrupt(why)) => {
                tracing::warn!(key, why, "calls that were left cannot be judged again");
                return Ok(false);
            }
            judged => judged?,
        };
        let left = match judged {
            Judged::UpTo(since) => Some(Left { circle, since, cause }.text()?),
            Judged::All => None,
        };
        self.replace_left(document, left).await.map(|()| true)
    }

    /// An event may have left more meanwhile, or the caller have been forgotten: only what was read is replaced.
    async fn replace_left(&self, read: &Document, left: Option<String>) -> Result<(), StoreError> {
        let (text, expires_at) = match left {
            Some(left) => (left, None),
            None => ("{}".to_owned(), Some(self.store.now().await?)),
        };
        let revision = Some(read.revision);
        self.store.put_document(DocumentKind::Installation, &read.key, revision, &text, expires_at).await.map(drop)
    }
}

/// Where to read on: no key has a character below a space.
fn after(last: &Document) -> String {
    format!("{} ", last.key)
}
