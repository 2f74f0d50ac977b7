//! Tags as they are sent. Each is packed once, as tightly as can be, since every visitor's page begins with it.

use crate::assets::Encoding;
use axum::body::Bytes;
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use std::{
    collections::HashMap,
    io::Write,
    sync::{Mutex, PoisonError},
};

/// The tag that each site has now, in each encoding that was asked for.
#[derive(Debug, Default)]
pub(super) struct Packed(Mutex<HashMap<String, Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Tells one content from another.
    digest: String,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Kept {
    fn place(&mut self, encoding: Encoding) -> Option<&mut Option<Bytes>> {
        match encoding {
            Encoding::Brotli => Some(&mut self.brotli),
            Encoding::Gzip => Some(&mut self.gzip),
            Encoding::Identity => None,
        }
    }
}

impl Packed {
    /// The text of a site's tag in an encoding. Packing takes some milliseconds, which no other request shall wait for.
    pub(super) async fn get(&self, site: &str, digest: &str, text: String, encoding: Encoding) -> Bytes {
        if encoding == Encoding::Identity {
            return text.into();
        }
        if let Some(known) = self.with(site, digest, |kept| kept.place(encoding)?.clone()) {
            return known;
        }
        // Work that only counts and copies does not fail; if its thread is gone, so is the service.
        let packing = tokio::task::spawn_blocking(move || pack(text.as_bytes(), encoding));
        let bytes = Bytes::from(packing.await.unwrap_or_default());
        self.with(site, digest, |kept| kept.place(encoding).map(|place| *place = Some(bytes.clone())));
        bytes
    }

    /// Uses what is kept of this content; what was kept of another is dropped, so that memory has a tag a site at most.
    fn with<T>(&self, site: &str, digest: &str, work: impl FnOnce(&mut Kept) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(site.to_owned()).or_default();
        if kept.digest != digest {
            *kept = Kept { digest: digest.to_owned(), ..Kept::default() };
        }
        work(kept)
    }
}

/// Writing into memory does not fail.
fn pack(text: &[u8], encoding: Encoding) -> Vec<u8> {
    let mut packed = Vec::new();
    if encoding == Encoding::Brotli {
        let parameters = BrotliEncoderParams { quality: 11, size_hint: text.len(), ..BrotliEncoderParams::default() };
        let _ = brotli::BrotliCompress(&mut &*text, &mut packed, &parameters);
        return packed;
    }
    let mut encoder = GzEncoder::new(packed, Compression::best());
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}
