use proptest::prelude::*;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};

use super::*;
use crate::fhir::smart::BadKey;

/// The published key of RFC 7515, appendix A.2.
const RFC_KEY: &str = r#"{"kty":"RSA",
"n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
"e":"AQAB",
"d":"Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
"p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
"q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
"dp":"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
"dq":"h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
"qi":"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"}"#;
/// The token of the same appendix, RS256.
const RFC_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

fn pem(der: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

fn keys() -> Vec<SigningKey> {
    let random = SystemRandom::new();
    let p384 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
    let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    [RFC_KEY, &pem(p384.as_ref()), &pem(p256.as_ref())]
        .into_iter()
        .map(|source| SigningKey::read(source, &random).unwrap())
        .collect()
}

fn set(keys: &[SigningKey]) -> Jwks {
    Jwks::read(Jwks::publish(keys).to_string().as_bytes()).unwrap()
}

fn expected() -> Expected<'static> {
    Expected {
        algorithms: Algorithm::ALL,
        now: Instant::from_seconds(1_000),
        leeway_seconds: 5,
        issuer: Some("app"),
        audiences: &["https://b.example/token"],
        most_seconds: Some(300),
    }
}

fn claims() -> Value {
    json!({ "iss": "app", "sub": "app", "aud": "https://b.example/token", "exp": 1_300, "iat": 1_000, "jti": "j1" })
}

#[test]
fn the_token_of_the_standard_is_verified_with_its_key() {
    let random = SystemRandom::new();
    let key = SigningKey::read(RFC_KEY, &random).unwrap();
    let token = Token::parse(RFC_TOKEN).unwrap();
    assert_eq!(
        (token.kid(), token.unverified_issuer(), token.algorithm()),
        (None, Some("joe"), Some(Algorithm::Rs256))
    );
    let mut jwk = key.public_jwk();
    jwk.as_object_mut().unwrap().remove("alg");
    let keys = Jwks::read(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
    let rules =
        Expected { now: Instant::from_seconds(1_300_819_370), issuer: Some("joe"), most_seconds: None, ..expected() };
    assert_eq!(verify(&token, &keys, &rules), Err(Rejected::Audience), "the signature fits; it has no audience");
    let now = Instant::from_seconds(1_300_819_385);
    assert_eq!(verify(&token, &keys, &Expected { now, ..rules }), Err(Rejected::Expired));
}

#[test]
fn what_each_kind_of_key_signs_is_verified_with_the_published_set() {
    let keys = keys();
    let published = set(&keys);
    assert_eq!(published.len(), 3);
    let random = SystemRandom::new();
    for (key, algorithm) in keys.iter().zip([Algorithm::Rs384, Algorithm::Es384, Algorithm::Es256]) {
        assert_eq!(key.algorithm(), algorithm);
        let text = sign(&claims(), key, &random).unwrap();
        let token = Token::parse(&text).unwrap();
        assert_eq!(token.kid(), Some(key.kid()));
        let read = verify(&token, &published, &expected()).unwrap();
        assert_eq!((read.subject.as_deref(), read.id.as_deref()), (Some("app"), Some("j1")));
        assert_eq!(read.expires, Instant::from_seconds(1_300));
        let only_smart = Expected { algorithms: Algorithm::SMART, ..expected() };
        assert_eq!(verify(&token, &published, &only_smart).is_ok(), algorithm != Algorithm::Es256);
        assert!(!format!("{key:?}").contains("Pair"), "{key:?}");
    }
}

#[test]
fn without_a_name_all_keys_are_tried_and_a_wrong_name_is_said() {
    let keys = keys();
    let random = SystemRandom::new();
    let text = sign(&claims(), &keys[1], &random).unwrap();
    let token = Token::parse(&text).unwrap();
    let mut nameless = Jwks::publish(&keys);
    for key in nameless["keys"].as_array_mut().unwrap() {
        key.as_object_mut().unwrap().remove("kid");
    }
    let nameless = Jwks::read(nameless.to_string().as_bytes()).unwrap();
    assert!(verify(&token, &nameless, &expected()).is_ok());
    assert_eq!(verify(&token, &set(&keys[..1]), &expected()), Err(Rejected::UnknownKey));
    assert_eq!(verify(&token, &Jwks::default(), &expected()), Err(Rejected::UnknownKey));
}

#[test]
fn a_forged_token_is_not_believed() {
    let keys = keys();
    let random = SystemRandom::new();
    let text = sign(&claims(), &keys[1], &random).unwrap();
    let parts: Vec<&str> = text.split('.').collect();
    let other = encode(
        json!({ "iss": "app", "sub": "root", "aud": "https://b.example/token", "exp": 1_300 }).to_string().as_bytes(),
    );
    let reject = |text: &str| Token::parse(text).and_then(|token| verify(&token, &set(&keys), &expected()).map(drop));
    assert_eq!(reject(&format!("{}.{other}.{}", parts[0], parts[2])), Err(Rejected::Signature));
    for alg in ["none", "HS256", "HS384", "PS384", "es384", ""] {
        let header = encode(json!({ "alg": alg }).to_string().as_bytes());
        assert_eq!(reject(&format!("{header}.{}.{}", parts[1], parts[2])), Err(Rejected::Algorithm), "{alg}");
    }
    let critical = encode(json!({ "alg": "ES384", "crit": ["b64"] }).to_string().as_bytes());
    assert_eq!(reject(&format!("{critical}.{}.{}", parts[1], parts[2])), Err(Rejected::Critical));
    let confused = encode(json!({ "alg": "RS384", "kid": keys[1].kid() }).to_string().as_bytes());
    assert_eq!(reject(&format!("{confused}.{}.{}", parts[1], parts[2])), Err(Rejected::UnknownKey));
    for text in ["", "a", "a.b", "a.b.c", "e30.e30", "e30.W10.", &"a".repeat(20_000)] {
        assert_eq!(Token::parse(text), Err(Rejected::Malformed), "{text:.20}");
    }
}

#[test]
fn what_a_token_says_must_be_what_is_expected() {
    let keys = keys();
    let random = SystemRandom::new();
    let check = |change: Value, expected_result: Result<(), Rejected>| {
        let mut claims = claims();
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let text = sign(&claims, &keys[1], &random).unwrap();
        let result = verify(&Token::parse(&text).unwrap(), &set(&keys), &expected()).map(drop);
        assert_eq!(result, expected_result, "{change}");
    };
    check(json!({}), Ok(()));
    check(json!({ "exp": 996 }), Ok(()));
    check(json!({ "exp": 995 }), Err(Rejected::Expired));
    check(json!({ "exp": null }), Err(Rejected::Expired));
    check(json!({ "exp": "soon" }), Err(Rejected::Expired));
    check(json!({ "exp": 1_305.9 }), Ok(()));
    check(json!({ "exp": 1_306 }), Err(Rejected::TooLong));
    check(json!({ "exp": 1e300 }), Err(Rejected::TooLong));
    check(json!({ "iat": 1_006 }), Err(Rejected::NotYet));
    check(json!({ "nbf": 1_006, "iat": null }), Err(Rejected::NotYet));
    check(json!({ "iss": "other" }), Err(Rejected::Issuer));
    check(json!({ "aud": ["x", "https://b.example/token"] }), Ok(()));
    check(json!({ "aud": "https://b.example/token/" }), Err(Rejected::Audience));
    check(json!({ "aud": null }), Err(Rejected::Audience));
}

#[test]
fn keys_that_are_none_are_refused_with_a_reason() {
    let random = SystemRandom::new();
    for (source, fault) in [
        ("", BadKey::Format),
        ("{}", BadKey::Kind),
        ("{", BadKey::Format),
        (r#"{"kty":"EC","crv":"P-521","d":"AA","x":"AA","y":"AA"}"#, BadKey::Kind),
        (r#"{"kty":"oct","k":"AA"}"#, BadKey::Kind),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", BadKey::Kind),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", BadKey::Format),
    ] {
        assert_eq!(SigningKey::read(source, &random).map(drop), Err(fault), "{source}");
    }
    assert_eq!(Jwks::read(b"[]"), Err(BadKey::NoSet));
    let odd = br#"{"keys":[{"kty":"oct","k":"AA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"RSA","use":"enc","n":"AA","e":"AQAB"},7]}"#;
    assert_eq!(Jwks::read(odd).map(|set| set.len()), Ok(0));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[ -~]{0,80}", header in "[ -~]{0,30}", claims in "[ -~]{0,30}") {
        let keys = Jwks::default();
        for text in [text, format!("{}.{}.AA", encode(header.as_bytes()), encode(claims.as_bytes()))] {
            if let Ok(token) = Token::parse(&text) {
                let _ = verify(&token, &keys, &expected());
            }
        }
    }
}
