//! SMART on FHIR (App Launch 2.2): signed tokens, keys, scopes, backend services, PKCE. Randomness and time are handed in.

mod backend;
mod jwk;
mod jwt;
mod pkce;
mod scope;

pub use backend::{
    ASSERTION_TYPE, ClientAssertion, OAuthError, TokenResponse, fhir_user, token_answer, token_request,
    verify_assertion,
};
pub use jwk::{BadKey, Jwks, SigningKey};
pub use jwt::{Algorithm, Claims, Expected, Rejected, Token, sign, verify};
pub use pkce::{challenge, is_answer};
pub use scope::{Context, Permissions, ResourceScope, Scopes};
