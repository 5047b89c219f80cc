//! Signed notes (C2SP signed-note): a text, an empty line, and a line per signature. Ed25519 (type 1) only; lines of
//! unknown keys, such as a witness's, are left alone.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::hash::sha256;

/// Bytes of the secret seed that an Ed25519 key is made from (RFC 8032 §5.1.5).
pub const SEED_BYTES: usize = 32;

const KEY_BYTES: usize = 32;
const ED25519_TYPE: u8 = 1;
const NOTE_BYTES: usize = 65_536;
const SIGNATURES: usize = 100;

/// Why a key, a note or a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A key's name is empty, or holds a space, a control character or a plus.
    #[error("a key's name must not be empty nor hold spaces, control characters or +")]
    BadName,
    /// The text is no verifier key.
    #[error("not a verifier key: <name>+<8 hexadecimal digits>+<base64>, of type Ed25519, is expected")]
    BadVerifierKey,
    /// The verifier key's id doesn't belong to its name and key: a character was lost or changed.
    #[error("the verifier key's id does not fit its name and key")]
    WrongKeyId,
    /// Ed25519 refused the seed.
    #[error("the seed gives no Ed25519 key")]
    BadSeed,
    /// The bytes are no signed note.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// There is no signature by the key asked for.
    #[error("not signed by the key {wanted}, but by {}", if .found.is_empty() { "none".to_owned() } else { .found.join(", ") })]
    NotSignedBy {
        /// The key asked for, `<name>+<id>`.
        wanted: String,
        /// The keys that signed, `<name>+<id>`.
        found: Vec<String>,
    },
    /// There is a signature by that key, but it doesn't fit the text.
    #[error("the signature by {key} does not fit the text")]
    BadSignature {
        /// The key, `<name>+<id>`.
        key: String,
    },
}

/// A public key with its name. Written as a verifier key, `<name>+<id>+<base64 of type and key>`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: [u8; KEY_BYTES],
}

impl VerifierKey {
    /// The key's name; for a log also its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id: the first four bytes of SHA-256 over name, newline, type and key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[ED25519_TYPE], &self.key]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        [a, b, c, d]
    }

    fn short(&self) -> String {
        key_text(&self.name, self.id())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519_TYPE];
        key.extend_from_slice(&self.key);
        write!(f, "{}+{}", self.short(), STANDARD.encode(key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, rest) = text.split_once('+').ok_or(NoteError::BadVerifierKey)?;
        let (id, key) = rest.split_once('+').ok_or(NoteError::BadVerifierKey)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::BadVerifierKey)?;
        let [ED25519_TYPE, key @ ..] = key.as_slice() else {
            return Err(NoteError::BadVerifierKey);
        };
        let key = key.try_into().map_err(|_| NoteError::BadVerifierKey)?;
        let key = Self { name: checked_name(name)?, key };
        let fits = id.len() == 8 && u32::from_str_radix(id, 16) == Ok(u32::from_be_bytes(key.id()));
        if fits { Ok(key) } else { Err(NoteError::WrongKeyId) }
    }
}

/// A key that signs.
pub struct Signer {
    public: VerifierKey,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// The signer `name` with the key of `seed`: 32 bytes from the system's random source, kept secret.
    ///
    /// # Errors
    /// [`NoteError::BadName`], or [`NoteError::BadSeed`] if Ed25519 refuses the seed.
    pub fn from_seed(name: &str, seed: &[u8; SEED_BYTES]) -> Result<Self, NoteError> {
        let name = checked_name(name)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::BadSeed)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| NoteError::BadSeed)?;
        Ok(Self { public: VerifierKey { name, key }, pair })
    }

    /// The public half, to be handed to whoever verifies.
    #[must_use]
    pub const fn verifier_key(&self) -> &VerifierKey {
        &self.public
    }

    /// Signs `text` and gives the note. Ed25519 is deterministic: the same text gives the same note.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] if the text is empty, doesn't end with a newline or holds control characters.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        check_text(text)?;
        let mut signature = self.public.id().to_vec();
        signature.extend_from_slice(self.pair.sign(text.as_bytes()).as_ref());
        Ok(format!("{text}\n— {} {}\n", self.public.name, STANDARD.encode(signature)))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public.short())
    }
}

/// The text of `note` if it is signed by `key`.
///
/// # Errors
/// [`NoteError`]: malformed, not signed by that key, or signed for another text.
pub fn open_note<'a>(note: &'a [u8], key: &VerifierKey) -> Result<&'a str, NoteError> {
    let (text, lines) = split_note(note)?;
    let mut found = Vec::new();
    let mut signed = false;
    for line in lines.lines() {
        let (name, id, signature) = read_signature(line)?;
        if found.len() == SIGNATURES {
            return Err(NoteError::Malformed("more than 100 signatures"));
        }
        if name == key.name && id == key.id() {
            UnparsedPublicKey::new(&ED25519, &key.key)
                .verify(text.as_bytes(), &signature)
                .map_err(|_| NoteError::BadSignature { key: key.short() })?;
            signed = true;
        }
        found.push(key_text(name, id));
    }
    if signed { Ok(text) } else { Err(NoteError::NotSignedBy { wanted: key.short(), found }) }
}

/// The text of `note` whoever signed it. What it says is worth nothing yet.
///
/// # Errors
/// [`NoteError::Malformed`].
pub fn unverified_text(note: &[u8]) -> Result<&str, NoteError> {
    split_note(note).map(|(text, _)| text)
}

fn split_note(note: &[u8]) -> Result<(&str, &str), NoteError> {
    if note.len() > NOTE_BYTES {
        return Err(NoteError::Malformed("longer than 64 KiB"));
    }
    let note = std::str::from_utf8(note).map_err(|_| NoteError::Malformed("not UTF-8"))?;
    if !note.ends_with('\n') {
        return Err(NoteError::Malformed("no newline at the end"));
    }
    let blank = note.rfind("\n\n").ok_or(NoteError::Malformed("no empty line before the signatures"))?;
    let (text, lines) = note.split_at_checked(blank + 1).ok_or(NoteError::Malformed("no text"))?;
    check_text(text)?;
    match lines.strip_prefix('\n') {
        Some(lines) if !lines.is_empty() => Ok((text, lines)),
        Some(_) | None => Err(NoteError::Malformed("no signature")),
    }
}

fn read_signature(line: &str) -> Result<(&str, [u8; 4], Vec<u8>), NoteError> {
    let malformed = NoteError::Malformed("a signature line is not '— <name> <base64>'");
    let Some((name, signature)) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')) else {
        return Err(malformed);
    };
    let Ok(bytes) = STANDARD.decode(signature) else {
        return Err(malformed);
    };
    match bytes.split_first_chunk::<4>() {
        Some((id, signature)) if !signature.is_empty() && is_name(name) => Ok((name, *id, signature.to_vec())),
        Some(_) | None => Err(malformed),
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed("the text does not end with a newline"));
    }
    if text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Malformed("control characters"));
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<String, NoteError> {
    if is_name(name) { Ok(name.to_owned()) } else { Err(NoteError::BadName) }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control())
}

fn key_text(name: &str, id: [u8; 4]) -> String {
    format!("{name}+{:08x}", u32::from_be_bytes(id))
}
