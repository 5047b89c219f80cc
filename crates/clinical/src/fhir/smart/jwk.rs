//! Keys: our own, which sign, and those of others, which only verify.

use std::fmt;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    digest,
    rand::SecureRandom,
    rsa::{self, KeyPairComponents},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PKCS1_SHA384, RsaKeyPair,
    },
};
use serde_json::{Value, json};

use super::jwt::Algorithm;
use crate::fhir::read::{items, text};

/// The key can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Neither PEM with PKCS #8 nor a private JWK.
    #[error("the key is neither PEM (PKCS #8, \"BEGIN PRIVATE KEY\") nor a private JWK")]
    Format,
    /// RSA below 2048 bits, or another curve than P-256 and P-384.
    #[error("the key must be RSA of 2048 bits or more, or on the curve P-384 or P-256")]
    Kind,
    /// No set of keys.
    #[error("this is no JSON Web Key Set")]
    NoSet,
}

/// A private key of ours. Printing it shows its name alone.
pub struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// Modulus and exponent.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// Uncompressed point, and on which curve.
    Ec { point: Vec<u8>, algorithm: Algorithm },
}

impl SigningKey {
    /// Reads a key in PEM (PKCS #8) or as a private JWK. Its name is its thumbprint (RFC 7638), so that a changed key has
    /// another name. RSA signs with RS384, P-384 with ES384, P-256 with ES256.
    ///
    /// # Errors
    /// It can't be read or isn't of a kind that SMART allows.
    pub fn read(source: &str, random: &dyn SecureRandom) -> Result<Self, BadKey> {
        if source.trim_start().starts_with('{') {
            return Self::from_jwk(source, random);
        }
        let body: String = source
            .split_once("-----BEGIN PRIVATE KEY-----")
            .and_then(|(_, rest)| rest.split_once("-----END PRIVATE KEY-----"))
            .map(|(body, _)| body.split_ascii_whitespace().collect())
            .ok_or(BadKey::Format)?;
        let der = STANDARD.decode(body).map_err(|_| BadKey::Format)?;
        if let Ok(pair) = RsaKeyPair::from_pkcs8(&der) {
            return Ok(Self::rsa(pair));
        }
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &der, random) {
            return Ok(Self::ec(pair, Algorithm::Es384));
        }
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, random)
            .map(|pair| Self::ec(pair, Algorithm::Es256))
            .map_err(|_| BadKey::Kind)
    }

    fn from_jwk(source: &str, random: &dyn SecureRandom) -> Result<Self, BadKey> {
        let jwk: Value = serde_json::from_str(source).map_err(|_| BadKey::Format)?;
        let part = |name: &str| text(&jwk, name).and_then(decode).ok_or(BadKey::Format);
        match text(&jwk, "kty") {
            Some("RSA") => {
                let public_key = rsa::PublicKeyComponents { n: part("n")?, e: part("e")? };
                let components = KeyPairComponents {
                    public_key,
                    d: part("d")?,
                    p: part("p")?,
                    q: part("q")?,
                    dP: part("dp")?,
                    dQ: part("dq")?,
                    qInv: part("qi")?,
                };
                RsaKeyPair::from_components(&components).map(Self::rsa).map_err(|_| BadKey::Kind)
            }
            Some("EC") => {
                let (algorithm, ring) = match text(&jwk, "crv") {
                    Some("P-384") => (Algorithm::Es384, &ECDSA_P384_SHA384_FIXED_SIGNING),
                    Some("P-256") => (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED_SIGNING),
                    _ => return Err(BadKey::Kind),
                };
                let point = [&[4][..], &part("x")?, &part("y")?].concat();
                EcdsaKeyPair::from_private_key_and_public_key(ring, &part("d")?, &point, random)
                    .map(|pair| Self::ec(pair, algorithm))
                    .map_err(|_| BadKey::Kind)
            }
            _ => Err(BadKey::Kind),
        }
    }

    fn rsa(pair: RsaKeyPair) -> Self {
        let components = rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
        let public = PublicKey::Rsa { n: components.n, e: components.e };
        Self { kid: public.thumbprint(), algorithm: Algorithm::Rs384, pair: Pair::Rsa(Box::new(pair)), public }
    }

    fn ec(pair: EcdsaKeyPair, algorithm: Algorithm) -> Self {
        let public = PublicKey::Ec { point: pair.public_key().as_ref().to_vec(), algorithm };
        Self { kid: public.thumbprint(), algorithm, pair: Pair::Ec(Box::new(pair)), public }
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its public half, to be published in a set.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let mut jwk = self.public.jwk();
        if let Some(fields) = jwk.as_object_mut() {
            fields.insert("kid".to_owned(), self.kid.as_str().into());
            fields.insert("alg".to_owned(), self.algorithm.code().into());
            fields.insert("use".to_owned(), "sig".into());
            fields.insert("key_ops".to_owned(), json!(["verify"]));
        }
        jwk
    }

    pub(super) fn sign(&self, message: &[u8], random: &dyn SecureRandom) -> Option<Vec<u8>> {
        match &self.pair {
            Pair::Ec(pair) => pair.sign(random, message).ok().map(|signature| signature.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let padding = if self.algorithm == Algorithm::Rs256 { &RSA_PKCS1_SHA256 } else { &RSA_PKCS1_SHA384 };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, random, message, &mut signature).ok().map(|()| signature)
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {})", self.algorithm, self.kid)
    }
}

impl PublicKey {
    fn read(jwk: &Value) -> Option<Self> {
        let part = |name: &str| text(jwk, name).and_then(decode);
        match text(jwk, "kty")? {
            "RSA" => Some(Self::Rsa { n: part("n")?, e: part("e")? }),
            "EC" => {
                let (algorithm, size) = match text(jwk, "crv")? {
                    "P-384" => (Algorithm::Es384, 48),
                    "P-256" => (Algorithm::Es256, 32),
                    _ => return None,
                };
                let (x, y) = (part("x")?, part("y")?);
                let is_whole = x.len() == size && y.len() == size;
                is_whole.then(|| Self::Ec { point: [&[4][..], &x, &y].concat(), algorithm })
            }
            _ => None,
        }
    }

    fn jwk(&self) -> Value {
        match self {
            Self::Rsa { n, e } => json!({ "kty": "RSA", "n": encode(n), "e": encode(e) }),
            Self::Ec { point, algorithm } => {
                let curve = if *algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
                let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) })
            }
        }
    }

    /// RFC 7638: SHA-256 of the required members in the order of their names, which is how serde_json writes them.
    fn thumbprint(&self) -> String {
        encode(digest::digest(&digest::SHA256, self.jwk().to_string().as_bytes()).as_ref())
    }
}

/// Public keys of somebody else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jwks {
    pub(super) keys: Vec<Jwk>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Jwk {
    pub(super) kid: Option<String>,
    pub(super) algorithm: Option<String>,
    pub(super) key: PublicKey,
}

impl Jwks {
    /// Reads a set. Keys of kinds that we don't use, and keys for encryption, are passed over.
    ///
    /// # Errors
    /// It is no set.
    pub fn read(bytes: &[u8]) -> Result<Self, BadKey> {
        let set: Value = serde_json::from_slice(bytes).map_err(|_| BadKey::NoSet)?;
        if !set.get("keys").is_some_and(Value::is_array) {
            return Err(BadKey::NoSet);
        }
        let key = |jwk: &Value| {
            let signs = text(jwk, "use").is_none_or(|usage| usage == "sig");
            let key = PublicKey::read(jwk).filter(|_| signs)?;
            let owned = |name: &str| text(jwk, name).map(str::to_owned);
            Some(Jwk { kid: owned("kid"), algorithm: owned("alg"), key })
        };
        Ok(Self { keys: items(&set, "keys").filter_map(key).collect() })
    }

    /// A set to be published.
    #[must_use]
    pub fn publish<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Value {
        json!({ "keys": keys.into_iter().map(SigningKey::public_jwk).collect::<Vec<_>>() })
    }

    /// How many keys can be used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
