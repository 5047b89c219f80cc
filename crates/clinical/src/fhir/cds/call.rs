//! Who calls a CDS service: a token that the EMR signs (CDS Hooks 2.0, §5.1). Its keys are read only from the address that
//! is configured for that EMR; an address in the token leads nowhere else.

use crate::fhir::{
    smart::{Algorithm, Claims, Expected, Jwks, Rejected, Token, verify},
    time::Instant,
};

/// An EMR that may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What its tokens say they are from.
    pub issuer: String,
    /// Where its keys are.
    pub jku: String,
}

/// Which of the EMRs that may call has signed the token, as it says. Its keys are at [`Client::jku`].
///
/// # Errors
/// None of them; or the token wants its keys read from elsewhere.
pub fn client<'a>(token: &Token<'_>, allowed: &'a [Client]) -> Result<&'a Client, Rejected> {
    let issuer = token.unverified_issuer().ok_or(Rejected::Issuer)?;
    let client = allowed.iter().find(|client| client.issuer == issuer).ok_or(Rejected::Issuer)?;
    match token.jku() {
        Some(jku) if jku != client.jku => Err(Rejected::KeyAddress),
        _ => Ok(client),
    }
}

/// Verifies a call of the service at `service_url`. The caller still has to see that the token's id is new.
///
/// # Errors
/// It isn't believed.
pub fn verify_call(
    token: &Token<'_>,
    client: &Client,
    keys: &Jwks,
    service_url: &str,
    now: Instant,
) -> Result<Claims, Rejected> {
    let expected = Expected {
        algorithms: Algorithm::SMART,
        now,
        leeway_seconds: 30,
        issuer: Some(&client.issuer),
        audiences: &[service_url],
        most_seconds: Some(300),
    };
    let claims = verify(token, keys, &expected)?;
    if claims.id.is_none() {
        return Err(Rejected::NoId);
    }
    if claims.issued_at.is_none() { Err(Rejected::NotYet) } else { Ok(claims) }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
    };
    use serde_json::{Value, json};

    use super::*;
    use crate::fhir::smart::{SigningKey, sign};

    #[test]
    fn only_a_known_emr_with_its_own_keys_may_call() {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", STANDARD.encode(der.as_ref()));
        let key = SigningKey::read(&pem, &random).unwrap();
        let keys = Jwks::read(Jwks::publish([&key]).to_string().as_bytes()).unwrap();
        let allowed = [Client { issuer: "https://kis.example".to_owned(), jku: "https://kis.example/jwks".to_owned() }];
        let url = "https://b.example/cds-services/s";
        let try_with = |change: (&str, Value)| {
            let mut claims =
                json!({ "iss": "https://kis.example", "aud": url, "iat": 1_000, "exp": 1_300, "jti": "j1" });
            claims[change.0] = change.1;
            let text = sign(&claims, &key, &random).unwrap();
            let token = Token::parse(&text).unwrap();
            let client = client(&token, &allowed)?;
            verify_call(&token, client, &keys, url, Instant::from_seconds(1_000)).map(|claims| claims.id)
        };
        assert_eq!(try_with(("x", json!(1))), Ok(Some("j1".to_owned())));
        assert_eq!(try_with(("iss", json!("https://evil.example"))), Err(Rejected::Issuer));
        assert_eq!(try_with(("aud", json!("https://b.example/cds-services/t"))), Err(Rejected::Audience));
        assert_eq!(try_with(("jti", json!(null))), Err(Rejected::NoId));
        assert_eq!(try_with(("iat", json!(null))), Err(Rejected::NotYet));
    }

    #[test]
    fn a_token_cannot_say_where_its_keys_are() {
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let allowed = [Client { issuer: "https://kis.example".to_owned(), jku: "https://kis.example/jwks".to_owned() }];
        for (jku, expected) in
            [("https://kis.example/jwks", None), ("http://169.254.169.254/", Some(Rejected::KeyAddress))]
        {
            let header = part(json!({ "alg": "ES384", "jku": jku }));
            let text = format!("{header}.{}.AA", part(json!({ "iss": "https://kis.example" })));
            assert_eq!(client(&Token::parse(&text).unwrap(), &allowed).err(), expected);
        }
    }
}
