//! Who may know a caller's number. It is kept under a keyed hash, by which calls of one caller are found, and sealed or not
//! at all; whoever has the store but not the key has neither.

use super::CallDesk;
use crate::{
    domain::{
        call::caller::Caller,
        number::TrackingNumber,
        routing::{address::user_part, is_withheld},
    },
    store::{StoreError, records::DocumentKind},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The document that says by which key an installation keeps its callers.
const FINGERPRINT: &str = "caller-key";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// How callers' numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Sealed: who has the key can read them.
    Encrypted,
    /// Only under the keyed hash: nobody can read them, calls of one caller are still found.
    Hashed,
}

/// Reads callers' numbers and shows them to whoever may see them.
pub struct CallerKeys {
    hashing: [u8; KEY_BYTES],
    blinding: [u8; KEY_BYTES],
    cipher: XChaCha20Poly1305,
    keeping: Keeping,
    fingerprint: String,
}

/// What a call system says of a caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadCaller {
    /// The caller as it may be kept; `None` if nobody was named.
    pub caller: Option<Caller>,
    /// The number was withheld.
    pub is_anonymous: bool,
}

impl CallerKeys {
    /// Everything follows from 32 random bytes.
    pub fn new(key: &[u8; KEY_BYTES], keeping: Keeping) -> Self {
        let part = |name: &str| -> [u8; KEY_BYTES] { mac(key, name.as_bytes()) };
        let fingerprint = hex(&part("fingerprint")[..8]);
        let cipher = XChaCha20Poly1305::new(&part("sealing").into());
        Self { hashing: part("hashing"), blinding: part("blinding"), cipher, keeping, fingerprint }
    }

    /// Reads the key from its file, and makes it if there is none.
    ///
    /// # Errors
    /// When it can neither be read nor made, in a sentence.
    pub fn open(path: &Path, keeping: Keeping) -> Result<Self, String> {
        let failed = |error: io::Error| format!("caller key {}: {error}", path.display());
        match make(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        let mut key = Vec::with_capacity(KEY_BYTES);
        let file = OpenOptions::new().read(true).open(path).map_err(failed)?;
        file.take(KEY_BYTES as u64 + 1).read_to_end(&mut key).map_err(failed)?;
        let key: [u8; KEY_BYTES] = key.try_into().map_err(|read: Vec<u8>| {
            let rule = "put back the one with which callers were kept, or remove it to have a new one made";
            let path = path.display();
            if read.len() > KEY_BYTES {
                format!("caller key {path} has more than {KEY_BYTES} bytes: {rule}")
            } else {
                format!("caller key {path} has {} of {KEY_BYTES} bytes: {rule}", read.len())
            }
        })?;
        Ok(Self::new(&key, keeping))
    }

    /// Reads a caller as a call system tells it: a number in any spelling, a SIP address, or that it was withheld.
    pub fn read(&self, told: &str) -> ReadCaller {
        let told = told.trim();
        let name = user_part(told);
        if name.is_empty() || is_withheld(told) {
            return ReadCaller { caller: None, is_anonymous: !told.is_empty() };
        }
        let (number, national) = normal(name);
        let sealed = (self.keeping == Keeping::Encrypted).then(|| self.seal(&number));
        let caller = Caller { key: self.key(&number), sealed, masked: masked(&national) };
        ReadCaller { caller: Some(caller), is_anonymous: false }
    }

    /// The keyed hash by which calls of this caller are found.
    pub fn key_of(&self, told: &str) -> Option<String> {
        self.read(told).caller.map(|caller| caller.key)
    }

    /// The caller's number, if it is kept and was sealed with this key.
    pub fn shown(&self, caller: &Caller) -> Option<String> {
        let number = self.unseal(caller.sealed.as_deref()?)?;
        Some(TrackingNumber::from_key(&number).map_or(number, |number| number.to_string()))
    }

    /// Any text so that only this key reads it. The same text is sealed alike, so that what is told twice is one.
    pub fn seal(&self, text: &str) -> String {
        let nonce = &mac(&self.blinding, text.as_bytes())[..NONCE_BYTES];
        let nonce = XNonce::try_from(nonce).unwrap_or_default();
        // Encrypting fails only beyond 256 GiB.
        let sealed = self.cipher.encrypt(&nonce, Payload { msg: text.as_bytes(), aad: &[] }).unwrap_or_default();
        STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed with this key.
    pub fn unseal(&self, sealed: &str) -> Option<String> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        String::from_utf8(self.cipher.decrypt(&nonce, Payload { msg: sealed, aad: &[] }).ok()?).ok()
    }

    /// A digest that says nothing of what was digested to whoever lacks the key, in 32 hexadecimal digits.
    pub fn digest(&self, bytes: &[u8]) -> String {
        hex(&mac(&self.blinding, bytes)[..16])
    }

    fn key(&self, number: &str) -> String {
        hex(&mac(&self.hashing, number.as_bytes())[..16])
    }
}

impl CallDesk {
    /// Makes sure that callers are kept under the key of this installation; the first copy of the service says which that
    /// is. With another one, callers who called before would not be recognised.
    ///
    /// # Errors
    /// When it is another key, or the store does not answer.
    pub async fn be_sure_of_key(&self) -> Result<(), StoreError> {
        self.is_sure_of_key.get_or_try_init(|| self.compare_key()).await.copied()
    }

    /// Makes this copy's key that of the installation, whichever that was. Numbers that were kept before cannot be read any
    /// more, and their callers are not recognised.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn adopt_key(&self) -> Result<(), StoreError> {
        let text = format!("{:?}", self.callers.fingerprint);
        self.store.put_document(DocumentKind::Installation, FINGERPRINT, None, &text, None).await?;
        self.note("caller key adopted", "the installation", std::slice::from_ref(&self.callers.fingerprint)).await
    }

    async fn compare_key(&self) -> Result<(), StoreError> {
        let own = &self.callers.fingerprint;
        let text = format!("{own:?}");
        loop {
            let known = self.store.document(DocumentKind::Installation, FINGERPRINT).await?;
            match known {
                Some(known) if known.text == text => return Ok(()),
                Some(known) => {
                    let known = known.text.trim_matches('"').to_owned();
                    return Err(StoreError::Unsuitable(format!(
                        "callers are kept under the key {known}, and this copy of the service has {own}: give it the \
                         file calls.key_file of the others; if that key is lost, `hatsuban calls adopt-key` takes this one"
                    )));
                }
                None => {
                    let put = self.store.put_document(DocumentKind::Installation, FINGERPRINT, Some(0), &text, None);
                    if put.await? {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// Makes a key, for this user alone; whole or not at all.
fn make(path: &Path) -> io::Result<()> {
    if path.try_exists()? {
        return Ok(());
    }
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(&key)?;
    file.sync_all()?;
    // Not a rename: a key that another process made meanwhile stays.
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    linked
}

/// A caller in the one form under which it is kept, and as a person reads it: `+81 90…` and `090…` are one, and so is
/// `8190…`, as some call systems write it.
fn normal(name: &str) -> (String, String) {
    let is_bare = (8..=15).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit());
    let with_plus = || TrackingNumber::parse(&format!("+{name}")).ok().filter(|_| is_bare);
    match TrackingNumber::parse(name).ok().or_else(with_plus) {
        Some(number) => (number.key().to_owned(), number.key().to_owned()),
        None => (name.to_lowercase(), name.to_owned()),
    }
}

/// A number as people may see it: `090****5678`. Of shorter names less is shown.
fn masked(name: &str) -> String {
    let characters: Vec<char> = name.chars().filter(|c| !c.is_control()).take(32).collect();
    let (head, tail) = match characters.len() {
        0..=3 => (0, 0),
        4..=8 => (0, 2),
        _ => (3, 4.min(characters.len() - 7)),
    };
    let shown = |part: &[char]| part.iter().collect::<String>();
    format!("{}****{}", shown(&characters[..head]), shown(&characters[characters.len() - tail..]))
}

fn mac(key: &[u8; KEY_BYTES], bytes: &[u8]) -> [u8; KEY_BYTES] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; KEY_BYTES] };
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(keeping: Keeping) -> CallerKeys {
        CallerKeys::new(&[7; KEY_BYTES], keeping)
    }

    #[test]
    fn every_spelling_of_a_caller_is_the_same_caller() {
        let keys = keys(Keeping::Encrypted);
        let one = keys.read("090-1234-5678").caller.expect("a caller");
        for told in [
            "+81 90 1234 5678",
            "819012345678",
            "sip:+819012345678@carrier.example;user=phone",
            "\"Taro\" <sip:09012345678@carrier.example>",
            "tel:+81-90-1234-5678",
            "０９０１２３４５６７８",
        ] {
            assert_eq!(keys.read(told).caller.as_ref(), Some(&one), "{told}");
        }
        assert_eq!(one.masked, "090****5678");
        assert_eq!(keys.shown(&one).as_deref(), Some("09012345678"));
        assert_ne!(keys.key_of("090-1234-5679"), Some(one.key));
        let foreign = keys.read("+14155550100").caller.expect("a caller");
        assert_eq!(keys.shown(&foreign).as_deref(), Some("+14155550100"));
        let name = keys.read("sip:alice@carrier.example").caller.expect("a caller");
        assert_eq!((keys.shown(&name).as_deref(), name.masked.as_str()), (Some("alice"), "****ce"));
    }

    #[test]
    fn whoever_withheld_the_number_is_nobody() {
        let keys = keys(Keeping::Encrypted);
        for told in [
            "anonymous",
            "Anonymous",
            "sip:anonymous@anonymous.invalid",
            "+266696687",
            "+7378742833",
            "+86282452253",
            "非通知",
            "公衆電話",
            "unknown",
            "-",
            "－－",
            "********",
        ] {
            assert_eq!(keys.read(told), ReadCaller { caller: None, is_anonymous: true }, "{told}");
        }
        assert_eq!(keys.read("  "), ReadCaller::default());
    }

    #[test]
    fn a_sealed_number_says_nothing_without_its_key() {
        let caller = keys(Keeping::Encrypted).read("090-1234-5678").caller.expect("a caller");
        let other = CallerKeys::new(&[8; KEY_BYTES], Keeping::Encrypted);
        assert_eq!(other.shown(&caller), None);
        assert_ne!(other.key_of("090-1234-5678"), Some(caller.key.clone()));
        assert!(!serde_json::to_string(&caller).expect("JSON").contains("12345678"));
        let hashed = keys(Keeping::Hashed).read("090-1234-5678").caller.expect("a caller");
        assert_eq!((hashed.sealed.as_deref(), &hashed.key), (None, &caller.key));
    }

    #[test]
    fn the_key_is_made_once_and_is_for_its_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("caller.key");
        let made = CallerKeys::open(&path, Keeping::Encrypted).expect("a key");
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(CallerKeys::open(&path, Keeping::Encrypted).expect("a key").fingerprint, made.fingerprint);
        assert_eq!(std::fs::read_dir(directory.path()).expect("a directory").count(), 1);
        std::fs::write(&path, "short").expect("written");
        let error = CallerKeys::open(&path, Keeping::Encrypted).err().expect("refused");
        assert!(error.contains("has 5 of 32 bytes"), "{error}");
    }
}
