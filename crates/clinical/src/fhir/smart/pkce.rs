//! PKCE (RFC 7636) with S256, the only method SMART allows.

use ring::digest::{SHA256, digest};

use super::jwk::encode;

/// The challenge for a verifier.
#[must_use]
pub fn challenge(verifier: &str) -> String {
    encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}

/// Whether `verifier` answers the challenge. It must be of the length and the characters that the standard asks for.
#[must_use]
pub fn is_answer(verifier: &str, asked: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_allowed) && challenge(verifier) == asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_holds() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let asked = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(challenge(verifier), asked);
        assert!(is_answer(verifier, asked));
        assert!(!is_answer(&verifier[1..], &challenge(&verifier[1..])), "42 characters are too few");
        assert!(!is_answer(verifier, verifier), "plain is no method");
    }
}
