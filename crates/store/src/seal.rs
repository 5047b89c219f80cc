//! Sealing: ChaCha20-Poly1305 (RFC 8439) under a data key per person or thread, each wrapped by the master key.
//! The place a sealed value lies (table, row) is authenticated, so that sealed values can't be swapped.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_core::id::KeyId;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
    rand::{SecureRandom as _, SystemRandom},
};

use crate::StoreError;

/// Something that must not be printed: text of patients, names, tokens. Prints as `▒▒`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Phi<T>(pub T);

impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("▒▒")
    }
}

/// The key that wraps all others. It lies outside the data folder; without it no text can be read.
pub struct MasterKey {
    prk: hkdf::Prk,
    id: String,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

/// The text is no master key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no master key: expected 32 bytes as base64 (44 characters), as `bedside new-key` writes it")]
pub struct BadMasterKey;

impl MasterKey {
    /// Reads the key from its base64 text (32 bytes).
    ///
    /// # Errors
    /// The text is not base64 of 32 bytes.
    pub fn from_text(text: &str) -> Result<Self, BadMasterKey> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| BadMasterKey)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| BadMasterKey)?;
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"bedside master key v1").extract(&bytes);
        let id: [u8; 32] = derive(&prk, "id");
        let id = id.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { prk, id })
    }

    /// A new random key as text, to be kept outside the data folder.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn generate_text() -> Result<String, StoreError> {
        Ok(STANDARD.encode(random::<32>()?))
    }

    /// The key's short public id, kept beside what it wraps.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A key for one purpose.
    #[must_use]
    pub fn purpose(&self, name: &'static str) -> [u8; 32] {
        derive(&self.prk, name)
    }
}

fn derive(prk: &hkdf::Prk, name: &str) -> [u8; 32] {
    let mut out = [0; 32];
    let info = [name.as_bytes()];
    // HKDF-Expand of 32 bytes fails for no input; a key of zeros is never used: `check` would not open.
    if let Ok(okm) = prk.expand(&info, hkdf::HKDF_SHA256) {
        okm.fill(&mut out).unwrap_or_default();
    }
    out
}

/// Random bytes of the operating system.
///
/// # Errors
/// The system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreError::Randomness)?;
    Ok(bytes)
}

/// A data key, ready for use.
#[derive(Clone)]
pub struct DataKey {
    id: KeyId,
    bytes: [u8; 32],
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

impl DataKey {
    /// A key with its id.
    pub(crate) const fn new(id: KeyId, bytes: [u8; 32]) -> Self {
        Self { id, bytes }
    }

    /// Its id, kept beside what it seals.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Seals `plain` for the place `at` (e.g. `post:0198…`).
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn seal(&self, at: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        seal(&self.bytes, at, plain)
    }

    /// Opens what was sealed for the place `at`.
    ///
    /// # Errors
    /// It was sealed under another key or for another place, or it was changed.
    pub fn open(&self, at: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        open(&self.bytes, at, sealed)
    }
}

/// Seals under raw key bytes: nonce, then ciphertext with tag.
pub(crate) fn seal(key: &[u8; 32], at: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce = random::<NONCE_LEN>()?;
    let mut out = Vec::with_capacity(NONCE_LEN + plain.len() + CHACHA20_POLY1305.tag_len());
    out.extend_from_slice(&nonce);
    let mut body = plain.to_vec();
    aead_key(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(at.as_bytes()), &mut body)
        .map_err(|_| StoreError::Sealed { at: at.to_owned() })?;
    out.extend_from_slice(&body);
    Ok(out)
}

/// Opens what [`seal`] made.
pub(crate) fn open(key: &[u8; 32], at: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let failed = || StoreError::Sealed { at: at.to_owned() };
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(failed)?;
    let mut body = body.to_vec();
    let plain = aead_key(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(at.as_bytes()), &mut body)
        .map_err(|_| failed())?;
    Ok(plain.to_vec())
}

fn aead_key(key: &[u8; 32]) -> Result<LessSafeKey, StoreError> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map(LessSafeKey::new).map_err(|_| StoreError::Randomness)
}

/// Keyed hashes that find a row without keeping the handle or address it stands for.
#[derive(Clone)]
pub struct Lookup(hmac::Key);

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

impl Lookup {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The keyed hash of `parts`; each part's length is hashed too.
    #[must_use]
    pub fn hash(&self, parts: &[&str]) -> Vec<u8> {
        self.hash_each(parts.iter().map(|part| part.as_bytes()))
    }

    /// As [`Lookup::hash`], of parts that need not be text.
    #[must_use]
    pub fn hash_bytes(&self, parts: &[&[u8]]) -> Vec<u8> {
        self.hash_each(parts.iter().copied())
    }

    fn hash_each<'a>(&self, parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        // 128 bits keep the index small; a collision among 10^9 posts has odds below 10^-20.
        context.sign().as_ref().iter().copied().take(16).collect()
    }

    /// Whether `kept` is the keyed hash of `parts`. The time it takes doesn't tell how much of it fits.
    #[must_use]
    pub fn fits(&self, kept: &[u8], parts: &[&str]) -> bool {
        let hash = self.hash(parts);
        let differing = hash.iter().zip(kept).fold(0, |all, (one, other)| all | (one ^ other));
        hash.len() == kept.len() && differing == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bedside_core::time::Timestamp;

    fn key(fill: u8) -> DataKey {
        DataKey::new(KeyId::new(Timestamp::from_micros(0), &[0; 10]), [fill; 32])
    }

    #[test]
    fn sealed_text_opens_only_with_its_key_at_its_place_and_unchanged() {
        let sealed = key(1).seal("post:1", "Grüße".as_bytes()).unwrap();
        assert_eq!(key(1).open("post:1", &sealed).unwrap(), "Grüße".as_bytes());
        assert!(key(2).open("post:1", &sealed).is_err());
        assert!(key(1).open("post:2", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key(1).open("post:1", &changed).is_err());
        }
    }

    #[test]
    fn a_master_key_is_32_bytes_of_base64() {
        let text = MasterKey::generate_text().unwrap();
        assert_eq!(MasterKey::from_text(&text).unwrap().id(), MasterKey::from_text(&format!("{text}\n")).unwrap().id());
        assert_eq!(MasterKey::from_text("c2hvcnQ=").unwrap_err(), BadMasterKey);
    }

    #[test]
    fn a_keyed_hash_fits_its_own_parts_alone() {
        let lookup = Lookup::new(&[7; 32]);
        let hash = lookup.hash(&["door", "K7QM4XTD"]);
        assert!(lookup.fits(&hash, &["door", "K7QM4XTD"]));
        assert!(!lookup.fits(&hash, &["door", "K7QM4XTE"]) && !lookup.fits(&hash, &["doo", "rK7QM4XTD"]));
        assert!(!lookup.fits(&hash[..8], &["door", "K7QM4XTD"]) && !lookup.fits(&[], &["door", "K7QM4XTD"]));
    }

    #[test]
    fn what_must_not_be_printed_is_not_printed() {
        assert_eq!(format!("{:?}", Phi("Anja")), "▒▒");
    }
}
