//! Secrets handed to browsers: 32 random bytes as text. The store keeps their SHA-256 alone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bedside_store::{StoreError, random};
use ring::digest::{SHA256, digest};

/// A new secret, 43 characters of base64url.
pub(crate) fn fresh() -> Result<String, StoreError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What the store keeps of a secret. It needs no slow hash: nobody guesses 256 random bits.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Whether two secrets are the same. Compared by their hashes, so that the time it takes tells nothing of the secret.
pub(crate) fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && hash(one) == hash(other)
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
