//! Backend services (SMART App Launch 2.2): a program signs in with a key of its own, as client and as server.

use std::fmt;

use serde_json::{Value, json};

use super::{
    jwk::Jwks,
    jwt::{Algorithm, Claims, Expected, Rejected, Token, verify},
};
use crate::fhir::{code::codes, id::Id, read::text, time::Instant};

/// What client_assertion_type is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The standard's limit for an assertion.
const MOST_SECONDS: i64 = 300;
const LEEWAY_SECONDS: i64 = 30;

/// The claims by which we sign in at another's server.
#[derive(Debug, Clone, Copy)]
pub struct ClientAssertion<'a> {
    /// Who we are there.
    pub client_id: &'a str,
    /// The address the token is asked at.
    pub token_endpoint: &'a str,
    /// Never used before.
    pub id: &'a str,
    /// The time.
    pub now: Instant,
}

impl ClientAssertion<'_> {
    /// As claims, valid for four minutes: below the limit of five even if clocks differ a little.
    #[must_use]
    pub fn claims(&self) -> Value {
        let now = self.now.as_seconds();
        json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.token_endpoint,
            "jti": self.id,
            "iat": now,
            "exp": now.saturating_add(240),
        })
    }
}

/// The form that asks for a token with a signed assertion.
#[must_use]
pub fn token_request<'a>(assertion: &'a str, scope: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ]
}

/// Verifies the assertion by which `client_id` signs in at our server. The caller still has to see that its id is new.
///
/// # Errors
/// It isn't believed.
pub fn verify_assertion(
    assertion: &str,
    keys: &Jwks,
    client_id: &str,
    token_endpoint: &str,
    now: Instant,
) -> Result<Claims, Rejected> {
    let expected = Expected {
        algorithms: Algorithm::SMART,
        now,
        leeway_seconds: LEEWAY_SECONDS,
        issuer: Some(client_id),
        audiences: &[token_endpoint],
        most_seconds: Some(MOST_SECONDS),
    };
    let claims = verify(&Token::parse(assertion)?, keys, &expected)?;
    if claims.subject.as_deref() != Some(client_id) {
        return Err(Rejected::Subject);
    }
    if claims.id.is_none() {
        return Err(Rejected::NoId);
    }
    Ok(claims)
}

/// What a token endpoint answers. Printing it shows no token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenResponse {
    /// The token.
    pub access_token: String,
    /// For how long, in seconds; if it isn't said, five minutes, which SMART recommends as the most.
    pub expires_in_seconds: i64,
    /// What it is good for; may be less than was asked for.
    pub scope: String,
    /// Who signed in, as a token.
    pub id_token: Option<String>,
    /// The patient in the chart.
    pub patient: Option<Id>,
    /// The stay in the chart.
    pub encounter: Option<Id>,
}

impl TokenResponse {
    /// Reads an answer; `None`: it has no bearer token.
    #[must_use]
    pub fn read(answer: &Value) -> Option<Self> {
        let is_bearer = text(answer, "token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        let token = text(answer, "access_token").filter(|token| is_bearer && !token.is_empty())?;
        let expires = answer.get("expires_in");
        // Some servers write the number as text.
        let seconds = expires.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
        Some(Self {
            access_token: token.to_owned(),
            expires_in_seconds: seconds.unwrap_or(300),
            scope: text(answer, "scope").unwrap_or_default().to_owned(),
            id_token: text(answer, "id_token").map(str::to_owned),
            patient: text(answer, "patient").and_then(Id::parse),
            encounter: text(answer, "encounter").and_then(Id::parse),
        })
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("expires_in_seconds", &self.expires_in_seconds)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// What our token endpoint answers.
#[must_use]
pub fn token_answer(token: &str, expires_in_seconds: i64, scope: &str) -> Value {
    json!({ "access_token": token, "token_type": "bearer", "expires_in": expires_in_seconds, "scope": scope })
}

codes! {
    /// Why no token is given (RFC 6749 §5.2).
    OAuthError {
        InvalidRequest => "invalid_request",
        InvalidClient => "invalid_client",
        InvalidGrant => "invalid_grant",
        UnauthorizedClient => "unauthorized_client",
        UnsupportedGrantType => "unsupported_grant_type",
        InvalidScope => "invalid_scope",
    }
}

impl OAuthError {
    /// HTTP status and body.
    #[must_use]
    pub fn answer(self, description: &str) -> (u16, Value) {
        let status = if self == Self::InvalidClient { 401 } else { 400 };
        (status, json!({ "error": self.code(), "error_description": description }))
    }
}

/// Type and id of the user of an id token (`fhirUser`, older `profile`), which may be relative or below the server's address.
/// `None`: there is none, or it is on another server.
#[must_use]
pub fn fhir_user(claims: &Claims, base: &str) -> Option<(String, Id)> {
    let user = text(&claims.all, "fhirUser").or_else(|| text(&claims.all, "profile"))?;
    let local = user.strip_prefix(base).map_or(user, |rest| rest.strip_prefix('/').unwrap_or(rest));
    let (kind, id) = local.split_once('/')?;
    let is_user = ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Person"].contains(&kind);
    if is_user { Id::parse(id).map(|id| (kind.to_owned(), id)) } else { None }
}

#[cfg(test)]
mod tests {
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
    };

    use super::*;
    use crate::fhir::smart::{SigningKey, sign};

    fn key(random: &SystemRandom) -> SigningKey {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, random).unwrap();
        let body = STANDARD.encode(der.as_ref());
        SigningKey::read(&format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"), random).unwrap()
    }

    #[test]
    fn a_program_signs_in_with_its_key() {
        let random = SystemRandom::new();
        let key = key(&random);
        let keys = Jwks::read(Jwks::publish([&key]).to_string().as_bytes()).unwrap();
        let now = Instant::from_seconds(1_000);
        let endpoint = "https://b.example/token";
        let claims = ClientAssertion { client_id: "app", token_endpoint: endpoint, id: "j1", now }.claims();
        let try_with = |claims: &Value, client: &str, endpoint: &str, at: i64| {
            let token = sign(claims, &key, &random).unwrap();
            verify_assertion(&token, &keys, client, endpoint, Instant::from_seconds(at)).map(|claims| claims.id)
        };
        assert_eq!(try_with(&claims, "app", endpoint, 1_010), Ok(Some("j1".to_owned())));
        assert_eq!(try_with(&claims, "other", endpoint, 1_010), Err(Rejected::Issuer));
        assert_eq!(try_with(&claims, "app", "https://c.example/token", 1_010), Err(Rejected::Audience));
        assert_eq!(try_with(&claims, "app", endpoint, 1_400), Err(Rejected::Expired));
        for (name, value, rejected) in [("sub", json!("x"), Rejected::Subject), ("jti", json!(""), Rejected::NoId)] {
            let mut changed = claims.clone();
            changed[name] = value;
            assert_eq!(try_with(&changed, "app", endpoint, 1_010), Err(rejected));
        }
        let form = token_request("a.b.c", "system/Task.rs");
        assert_eq!(form[0], ("grant_type", "client_credentials"));
    }

    #[test]
    fn an_answer_is_read_and_never_printed() {
        let read = TokenResponse::read(&json!({ "access_token": "s3cret", "token_type": "Bearer", "expires_in": "60",
            "scope": "system/Task.rs", "patient": "p1" }))
        .unwrap();
        assert_eq!((read.expires_in_seconds, read.patient.as_ref()), (60, Id::parse("p1").as_ref()));
        assert!(!format!("{read:?}").contains("s3cret"));
        assert_eq!(
            TokenResponse::read(&token_answer("t", 300, "")).map(|read| read.access_token),
            Some("t".to_owned())
        );
        assert_eq!(TokenResponse::read(&json!({ "access_token": "x", "token_type": "mac" })), None);
        assert_eq!(OAuthError::InvalidClient.answer("no").0, 401);
    }

    #[test]
    fn the_user_may_be_named_relative_or_absolute() {
        let claims = |all: Value| Claims {
            issuer: None,
            subject: None,
            audiences: Vec::new(),
            expires: Instant::from_seconds(0),
            issued_at: None,
            id: None,
            all,
        };
        let base = "https://kis.example/fhir";
        let user = |name: &str, value: &str| {
            fhir_user(&claims(json!({ name: value })), base).map(|(kind, id)| format!("{kind}/{id}"))
        };
        assert_eq!(user("fhirUser", "Practitioner/n1").as_deref(), Some("Practitioner/n1"));
        assert_eq!(user("profile", "https://kis.example/fhir/Patient/p1").as_deref(), Some("Patient/p1"));
        assert_eq!(user("fhirUser", "https://evil.example/Practitioner/n1"), None);
        assert_eq!(user("fhirUser", "Device/d1"), None);
    }
}
