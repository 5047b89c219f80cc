//! Commitments: an entry can prove later which text was meant, and says nothing about it before or after.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::hash::HASH_BYTES;

/// Bytes of a commitment's salt. A fresh one from the system's random source for each text.
pub const SALT_BYTES: usize = 32;

/// A salted commitment to a text: HMAC-SHA-256 (RFC 2104) with the salt as key over
/// `len(domain) as 8 bytes big-endian ‖ domain ‖ text`, both as UTF-8.
///
/// The salt is stored beside the text and is erased with it. From then on nobody can test a guess against the
/// commitment: without the key the HMAC tells nothing, not even for a text of one word. With the salt nobody can
/// find a second text that fits (SHA-256 is collision resistant and the salt has a fixed length). The domain keeps
/// the commitment to a draft from being shown as one to a post.
///
/// There is no way to make one from bytes: a plain hash of a text would be a commitment without a salt.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commitment([u8; HASH_BYTES]);

impl Commitment {
    /// Commits to `text` in `domain` (such as `post.text`).
    #[must_use]
    pub fn new(salt: &[u8; SALT_BYTES], domain: &str, text: &str) -> Self {
        let mut bytes = [0; HASH_BYTES];
        bytes.copy_from_slice(Self::mac(salt, domain, text).sign().as_ref());
        Self(bytes)
    }

    /// The commitment's bytes, to be kept beside what they commit to. There is no way back from bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// Whether this commitment is to `text`. Takes the same time wherever the difference lies.
    #[must_use]
    pub fn opens(&self, salt: &[u8; SALT_BYTES], domain: &str, text: &str) -> bool {
        let other = Self::new(salt, domain, text);
        self.0.iter().zip(other.0).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }

    fn mac(salt: &[u8; SALT_BYTES], domain: &str, text: &str) -> hmac::Context {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, salt));
        let length = u64::try_from(domain.len()).unwrap_or(u64::MAX);
        mac.update(&length.to_be_bytes());
        mac.update(domain.as_bytes());
        mac.update(text.as_bytes());
        mac
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({self})")
    }
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        let bytes = STANDARD.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
        let bytes = bytes.try_into().map_err(|_| serde::de::Error::custom("a commitment has 32 bytes"))?;
        Ok(Self(bytes))
    }
}
