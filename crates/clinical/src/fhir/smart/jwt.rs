//! JSON Web Tokens (RFC 7519), signed with RS256, RS384, ES256 or ES384. There is no way to ask for `none` or for HMAC: with
//! them a token could be forged by who knows the public key.

use ring::{
    rand::SecureRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
        RsaPublicKeyComponents, UnparsedPublicKey,
    },
};
use serde_json::{Value, json};

use super::jwk::{Jwk, Jwks, PublicKey, SigningKey, decode, encode};
use crate::fhir::{
    code::codes,
    read::{text, texts},
    time::Instant,
};

const MOST_BYTES: usize = 16 * 1024;
/// A set without names of keys makes us try each; a set made to cost us time gets no further.
const MOST_KEYS: usize = 16;

codes! {
    /// How a token is signed.
    Algorithm {
        Rs256 => "RS256",
        Rs384 => "RS384",
        Es256 => "ES256",
        Es384 => "ES384",
    }
}

impl Algorithm {
    /// What SMART and CDS Hooks ask for.
    pub const SMART: &[Self] = &[Self::Es384, Self::Rs384];
}

/// Why a token isn't believed. Tells the sender what to mend, and a forger nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not three parts in base64url with JSON within, or too long.
    #[error("this is no JSON Web Token")]
    Malformed,
    /// An algorithm that isn't allowed.
    #[error("the token's algorithm is not allowed")]
    Algorithm,
    /// An extension that must be understood, and isn't.
    #[error("the token demands an extension (crit) that is not known")]
    Critical,
    /// The set has no key of this name: perhaps it is newer than the set.
    #[error("no key of the set fits the token")]
    UnknownKey,
    /// No key fits the signature.
    #[error("the token's signature does not fit")]
    Signature,
    /// No `exp`, or one that has passed.
    #[error("the token has expired or says not when it does")]
    Expired,
    /// `nbf` or `iat` lies ahead.
    #[error("the token is not valid yet")]
    NotYet,
    /// It lives longer than allowed.
    #[error("the token is valid for too long")]
    TooLong,
    /// From another than expected.
    #[error("the token's issuer is not the one expected")]
    Issuer,
    /// It wants its keys read from another address than the one that is configured.
    #[error("the token names another address for its keys (jku)")]
    KeyAddress,
    /// About another than expected.
    #[error("the token's subject is not the one expected")]
    Subject,
    /// For another than us.
    #[error("the token is for another audience")]
    Audience,
    /// No `jti`, without which a replay can't be seen.
    #[error("the token has no id (jti)")]
    NoId,
}

/// A token whose signature nobody has looked at yet. Only good for finding the keys to verify it with.
#[derive(Debug, Clone, PartialEq)]
pub struct Token<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    header: Value,
    claims: Value,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(token: &'a str) -> Result<Self, Rejected> {
        if token.len() > MOST_BYTES {
            return Err(Rejected::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejected::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Rejected::Malformed)?;
        let object = |part: &str| {
            let value: Value = serde_json::from_slice(&decode(part)?).ok()?;
            value.is_object().then_some(value)
        };
        Ok(Self {
            signed,
            signature: decode(signature).ok_or(Rejected::Malformed)?,
            header: object(header).ok_or(Rejected::Malformed)?,
            claims: object(claims).ok_or(Rejected::Malformed)?,
        })
    }

    /// How it says that it is signed; `None`: in a way that we never allow.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        text(&self.header, "alg").and_then(Algorithm::from_code)
    }

    /// The name of the key, if it gives one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        text(&self.header, "kid")
    }

    /// Where it says that its keys are. Only to be followed if that address is on a list.
    #[must_use]
    pub fn jku(&self) -> Option<&str> {
        text(&self.header, "jku")
    }

    /// Who it says it is from.
    #[must_use]
    pub fn unverified_issuer(&self) -> Option<&str> {
        text(&self.claims, "iss")
    }
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Algorithms that are allowed.
    pub algorithms: &'a [Algorithm],
    /// The time.
    pub now: Instant,
    /// How far clocks may differ, in seconds.
    pub leeway_seconds: i64,
    /// From whom; `None`: the caller has checked.
    pub issuer: Option<&'a str>,
    /// For whom: one of these.
    pub audiences: &'a [&'a str],
    /// How long after now it may still be valid, in seconds; `None`: as long as it says.
    pub most_seconds: Option<i64>,
}

/// What a token says that was verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// `iss`
    pub issuer: Option<String>,
    /// `sub`
    pub subject: Option<String>,
    /// `aud`
    pub audiences: Vec<String>,
    /// `exp`
    pub expires: Instant,
    /// `iat`
    pub issued_at: Option<Instant>,
    /// `jti`: remember it until `expires`, and take no second token with it.
    pub id: Option<String>,
    /// Everything.
    pub all: Value,
}

/// Verifies a token with the keys of who is said to have signed it. Without a name of a key all are tried.
///
/// # Errors
/// See [`Rejected`].
pub fn verify(token: &Token<'_>, keys: &Jwks, expected: &Expected<'_>) -> Result<Claims, Rejected> {
    let algorithm = token.algorithm().filter(|found| expected.algorithms.contains(found)).ok_or(Rejected::Algorithm)?;
    if token.header.get("crit").is_some() {
        return Err(Rejected::Critical);
    }
    let fits = |key: &&Jwk| {
        let is_named = token.kid().is_none_or(|kid| key.kid.as_deref().is_none_or(|found| found == kid));
        let is_of_algorithm = key.algorithm.as_deref().is_none_or(|found| found == algorithm.code());
        is_named && is_of_algorithm && key.key.can(algorithm)
    };
    let mut candidates = keys.keys.iter().filter(fits).take(MOST_KEYS).peekable();
    if candidates.peek().is_none() {
        return Err(Rejected::UnknownKey);
    }
    let message = token.signed.as_bytes();
    if !candidates.any(|key| key.key.verifies(algorithm, message, &token.signature)) {
        return Err(Rejected::Signature);
    }
    check(&token.claims, expected)
}

fn check(claims: &Value, expected: &Expected<'_>) -> Result<Claims, Rejected> {
    let now = expected.now.as_seconds();
    let expires = seconds(claims, "exp").ok_or(Rejected::Expired)?;
    if now.saturating_sub(expected.leeway_seconds) >= expires {
        return Err(Rejected::Expired);
    }
    let issued_at = seconds(claims, "iat");
    let begins = seconds(claims, "nbf").max(issued_at);
    if begins.is_some_and(|begins| begins > now.saturating_add(expected.leeway_seconds)) {
        return Err(Rejected::NotYet);
    }
    let latest = |most: i64| now.saturating_add(most).saturating_add(expected.leeway_seconds);
    if expected.most_seconds.is_some_and(|most| expires > latest(most)) {
        return Err(Rejected::TooLong);
    }
    let issuer = text(claims, "iss").map(str::to_owned);
    if expected.issuer.is_some_and(|wanted| issuer.as_deref() != Some(wanted)) {
        return Err(Rejected::Issuer);
    }
    let audiences: Vec<String> = texts(claims, "aud").map(str::to_owned).collect();
    if !audiences.iter().any(|audience| expected.audiences.contains(&audience.as_str())) {
        return Err(Rejected::Audience);
    }
    Ok(Claims {
        issuer,
        subject: text(claims, "sub").map(str::to_owned),
        audiences,
        expires: Instant::from_seconds(expires),
        issued_at: issued_at.map(Instant::from_seconds),
        id: text(claims, "jti").filter(|id| !id.is_empty()).map(str::to_owned),
        all: claims.clone(),
    })
}

/// A NumericDate; some write it with a fraction.
fn seconds(claims: &Value, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    // Saturates; a time beyond what an i64 holds is as good as its end.
    #[allow(clippy::cast_possible_truncation)]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64))
}

/// Signs claims. `None`: the source of randomness failed.
#[must_use]
pub fn sign(claims: &Value, key: &SigningKey, random: &dyn SecureRandom) -> Option<String> {
    let header = json!({ "alg": key.algorithm().code(), "kid": key.kid(), "typ": "JWT" });
    let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let signature = key.sign(signed.as_bytes(), random)?;
    Some(format!("{signed}.{}", encode(&signature)))
}

impl PublicKey {
    fn can(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => matches!(algorithm, Algorithm::Rs256 | Algorithm::Rs384),
            Self::Ec { algorithm: curve, .. } => *curve == algorithm,
        }
    }

    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa { n, e } => {
                let padding = match algorithm {
                    Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::Es256 | Algorithm::Es384 => return false,
                };
                RsaPublicKeyComponents { n, e }.verify(padding, message, signature).is_ok()
            }
            Self::Ec { point, .. } => {
                let curve = match algorithm {
                    Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
                    Algorithm::Es384 => &ECDSA_P384_SHA384_FIXED,
                    Algorithm::Rs256 | Algorithm::Rs384 => return false,
                };
                UnparsedPublicKey::new(curve, point).verify(message, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests;
