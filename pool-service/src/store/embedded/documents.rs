//! Keeping documents.
//!
//! For the writer thread only.

use super::{disk::unavailable, keys, writer::State};
use crate::{
    domain::time::{Span, Timestamp},
    store::{
        StoreError, packed_document,
        records::{Document, DocumentKind},
    },
};

impl State {
    /// A document as it will be after the next commit, unless it has expired.
    pub(super) fn document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError> {
        let now = self.clock.read();
        Ok(self.kept_document(kind, key)?.filter(|document| !packed_document::is_over(document, now)))
    }

    /// Writes a document, if it is still the one that was read; gives whether it did.
    pub(super) fn put_document(
        &mut self,
        kind: DocumentKind,
        document: Document,
        read_revision: Option<u64>,
    ) -> Result<bool, StoreError> {
        let now = self.clock.advance();
        let kept = self.kept_document(kind, &document.key)?;
        let known = kept.as_ref().filter(|kept| !packed_document::is_over(kept, now));
        let known = known.map_or(0, |known| known.revision);
        if read_revision.is_some_and(|read| read != known) {
            return Ok(false);
        }
        self.replace_document(kind, kept.as_ref(), &Document { revision: known + 1, ..document });
        Ok(true)
    }

    /// Takes over a document that another store kept.
    pub(super) fn import_document(&mut self, kind: DocumentKind, document: &Document) -> Result<(), StoreError> {
        let kept = self.kept_document(kind, &document.key)?;
        self.replace_document(kind, kept.as_ref(), document);
        Ok(())
    }

    /// Forgets a document.
    pub(super) fn remove_document(&mut self, kind: DocumentKind, key: &str) -> Result<(), StoreError> {
        if let Some(kept) = self.kept_document(kind, key)? {
            self.unexpire(kind, &kept);
            self.unwritten.remove(keys::document(kind, key));
        }
        Ok(())
    }

    /// Forgets documents that have expired; gives how many.
    pub(super) fn sweep_documents(&mut self, kind: DocumentKind, limit: usize) -> Result<usize, StoreError> {
        let (now, start) = (self.clock.advance(), keys::expiring(kind));
        let end = keys::at(&start, now + Span::from_millis(1), "");
        let mut over = Vec::new();
        for row in self.disk.records.range(keys::at(&start, Timestamp::ZERO, "")..end).take(limit) {
            let key = row.key().map_err(unavailable)?;
            over.push(keys::read_at(start.len(), &key)?.1.to_owned());
        }
        let mut count = 0;
        for key in over {
            // It may have been written again since the last commit.
            if self.kept_document(kind, &key)?.is_some_and(|kept| packed_document::is_over(&kept, now)) {
                self.remove_document(kind, &key)?;
                count += 1;
            }
        }
        Ok(count)
    }

    fn kept_document(&self, kind: DocumentKind, key: &str) -> Result<Option<Document>, StoreError> {
        let packed = self.unwritten.get(&self.disk, &keys::document(kind, key))?;
        packed.map(|packed| packed_document::unpack(key, keys::text(&packed)?)).transpose()
    }

    fn replace_document(&mut self, kind: DocumentKind, kept: Option<&Document>, document: &Document) {
        if let Some(kept) = kept {
            self.unexpire(kind, kept);
        }
        if let Some(expires_at) = document.expires_at {
            self.unwritten.put(keys::at(&keys::expiring(kind), expires_at, &document.key), "");
        }
        self.unwritten.put(keys::document(kind, &document.key), packed_document::pack(document));
    }

    fn unexpire(&mut self, kind: DocumentKind, document: &Document) {
        if let Some(expires_at) = document.expires_at {
            self.unwritten.remove(keys::at(&keys::expiring(kind), expires_at, &document.key));
        }
    }
}
