//! The browser program that the service hands out: loader, glue, wasm and extra, precompressed by the build.
//!
//! The files come from the binary or from a directory, once, at the start. Imports nothing of the crate.

use base64::{Engine, engine::general_purpose::STANDARD};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256, Sha384};
use std::{borrow::Cow, collections::HashMap, io, path::Path};

/// Stands in the loader where the site's settings go.
pub const SETTINGS_PLACEHOLDER: &str = "__HATSUBAN_SETTINGS__";
/// The glue between page and wasm.
pub const GLUE: &str = "hatsuban.js";
/// The browser program.
pub const WASM: &str = "hatsuban_bg.wasm";
/// What few pages need, fetched by those that do. Older builds do not have it.
pub const EXTRA: &str = "extra.js";
const LOADER: &str = "loader.js";

#[derive(RustEmbed)]
#[folder = "../snippet/dist"]
#[allow_missing = true]
struct Embedded;

/// The browser program, ready to be sent.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The loader's text, with [`SETTINGS_PLACEHOLDER`] in it.
    pub loader: String,
    /// Names this version of glue, wasm and extra: 16 hexadecimal digits of their digest.
    pub hash: String,
    files: HashMap<&'static str, File>,
}

#[derive(Clone, Debug, Default)]
struct File {
    identity: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    integrity: String,
}

type Bytes = Cow<'static, [u8]>;

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `br`
    Brotli,
    /// `gzip`
    Gzip,
    /// As it is.
    Identity,
}

impl Assets {
    /// The files in this binary; `None` if it was built without them.
    pub fn embedded() -> Option<Self> {
        Self::assemble(|name| Embedded::get(name).map(|file| file.data))
    }

    /// The files in a directory.
    ///
    /// # Errors
    /// Names the file that is missing.
    pub fn in_directory(directory: &Path) -> io::Result<Self> {
        for name in [LOADER, GLUE, WASM] {
            let path = directory.join(name);
            std::fs::metadata(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        }
        Self::assemble(|name| std::fs::read(directory.join(name)).ok().map(Cow::Owned))
            .ok_or_else(|| io::Error::other(format!("{}: loader.js lacks its placeholder", directory.display())))
    }

    /// A file of this version, in the best of the encodings that the browser takes.
    pub fn file(&self, name: &str, accepts: impl Fn(Encoding) -> bool) -> Option<(Encoding, &[u8])> {
        let file = self.files.get(name)?;
        let encoded = [(Encoding::Brotli, &file.brotli), (Encoding::Gzip, &file.gzip)];
        let mut taken = encoded.into_iter().filter(|(encoding, _)| accepts(*encoding));
        let found = taken.find_map(|(encoding, bytes)| Some((encoding, bytes.as_ref()?)));
        Some(found.map_or((Encoding::Identity, file.identity.as_ref()), |(encoding, bytes)| (encoding, bytes.as_ref())))
    }

    /// The digest of a file, as browsers check it: `sha384-…`. `None` if this version has no such file.
    pub fn integrity(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|file| file.integrity.as_str())
    }

    fn assemble(read: impl Fn(&str) -> Option<Bytes>) -> Option<Self> {
        let loader = String::from_utf8(read(LOADER)?.into_owned()).ok()?;
        if !loader.contains(SETTINGS_PLACEHOLDER) {
            return None;
        }
        let mut digest = Sha256::new();
        let mut files = HashMap::new();
        for name in [GLUE, WASM, EXTRA] {
            let identity = match read(name) {
                Some(identity) => identity,
                None if name == EXTRA => continue,
                None => return None,
            };
            digest.update(&identity);
            let integrity = format!("sha384-{}", STANDARD.encode(Sha384::digest(&identity)));
            let [brotli, gzip] = ["br", "gz"].map(|extension| read(&format!("{name}.{extension}")));
            files.insert(name, File { identity, brotli, gzip, integrity });
        }
        let hash = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Some(Self { loader, hash, files })
    }
}

/// The media type of a file of this name.
pub fn media_type(name: &str) -> &'static str {
    if name.ends_with(".wasm") { "application/wasm" } else { "text/javascript; charset=utf-8" }
}
