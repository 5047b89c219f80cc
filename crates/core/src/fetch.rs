//! The port through which the desk gets the public keys of others.

use crate::channel::{Fault, Promise};

/// Fetches sets of public keys (JWKS, RFC 7517 §5) from addresses that the configuration names, and from no others: an
/// address that a caller brings along is never visited.
pub trait FetchKeys: Send + Sync {
    /// The set at `url`, as it came. Not kept: whoever asks remembers it for a while.
    fn keys<'a>(&'a self, url: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>>;
}
