//! The port to the EMR behind an app in its chart (SMART App Launch 2.2): what the app asks of the one server that is
//! configured for it. What comes back is JSON as it came; who asks reads and checks it.

use serde_json::Value;

use crate::channel::{Fault, Promise};

/// What an app exchanges for a token (RFC 6749 §4.1.3, RFC 7636 §4.5).
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    /// The token endpoint, as the server's configuration names it.
    pub endpoint: &'a str,
    /// The code that the browser brought.
    pub code: &'a str,
    /// What answers the challenge that was sent before.
    pub verifier: &'a str,
    /// Where the browser was sent back to.
    pub redirect_uri: &'a str,
}

/// One EMR's FHIR server and its sign-in. Addresses that it names are visited only where the configuration says that it may
/// name them.
pub trait Ehr: Send + Sync {
    /// Its `.well-known/smart-configuration`; of an older server what its CapabilityStatement says of it.
    ///
    /// # Errors
    /// It does not answer, has none, or names an address that is not configured.
    fn configuration(&self) -> Promise<'_, Result<Value, Fault>>;
    /// Exchanges a code for a token, as the client that is configured. Gives the answer of the token endpoint.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    fn token<'a>(&'a self, grant: Grant<'a>) -> Promise<'a, Result<Value, Fault>>;
    /// The public keys (JWKS) at an address that its configuration names.
    ///
    /// # Errors
    /// As [`Ehr::configuration`].
    fn keys<'a>(&'a self, url: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>>;
    /// The public key by which we prove who we are there, as a JWK for the EMR to fetch; `None`: we have none.
    fn public_key(&self) -> Option<Value> {
        None
    }
    /// Reads one resource with a token.
    ///
    /// # Errors
    /// It is not there, not for this token, or the server does not answer.
    fn read<'a>(&'a self, token: &'a str, kind: &'a str, id: &'a str) -> Promise<'a, Result<Value, Fault>>;
}
