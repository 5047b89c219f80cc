//! Posts that another system hands in: signed as Standard Webhooks say (standardwebhooks.com, symmetric `v1`), with rows as
//! `bedside import` reads them. Pure: the desk has the HTTP route, and says what time it is.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_core::time::{Span, Timestamp};
use ring::hmac;

use crate::{
    Secret,
    row::{self, Row, RowError},
};

/// How far the sender's clock may be off, either way; also how long a recorded delivery could be played again.
const TOLERANCE: Span = Span::minutes(5);
/// The specification asks for 24 to 64 bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The three headers of a delivery, as they came.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`, Unix seconds
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more `v1,<base64>`, separated by spaces (while a secret is being changed)
    pub signature: &'a str,
}

/// Why a delivery is not accepted. Tells the sender what to mend, and a forger nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// The configured secret is no `whsec_…` of 24 to 64 bytes: ours to mend.
    #[error("the secret is not whsec_ and 24 to 64 bytes in base64")]
    BadSecret,
    /// A header is missing or not of the right form.
    #[error("header {0} is missing or malformed")]
    BadHeader(&'static str),
    /// The time lies more than five minutes in the past or in the future.
    #[error("webhook-timestamp is more than 5 minutes off")]
    OutOfTime,
    /// No signature fits.
    #[error("no signature fits")]
    WrongSignature,
}

/// Checks that `body`, the raw bytes, was signed with `secret` within five minutes of `now`. Signatures are compared in
/// constant time; of other versions than `v1` none is believed.
///
/// # Errors
/// See [`Unverified`].
pub fn verify(secret: &Secret, headers: Headers<'_>, body: &[u8], now: Timestamp) -> Result<(), Unverified> {
    let key = key_of(secret)?;
    if headers.id.is_empty() || headers.id.len() > 256 {
        return Err(Unverified::BadHeader("webhook-id"));
    }
    let seconds = headers.timestamp.parse::<i64>().map_err(|_| Unverified::BadHeader("webhook-timestamp"))?;
    let off = now.since(Timestamp::from_micros(seconds.saturating_mul(1_000_000)));
    if off > TOLERANCE || off < Span::micros(-TOLERANCE.as_micros()) {
        return Err(Unverified::OutOfTime);
    }
    let signed = [headers.id.as_bytes(), headers.timestamp.as_bytes(), body].join(&b'.');
    let mut signatures =
        headers.signature.split_ascii_whitespace().filter_map(|part| part.strip_prefix("v1,")).peekable();
    if signatures.peek().is_none() {
        return Err(Unverified::BadHeader("webhook-signature"));
    }
    let fits = |tag: Vec<u8>| hmac::verify(&key, &signed, &tag).is_ok();
    if signatures.any(|text| STANDARD.decode(text).is_ok_and(fits)) { Ok(()) } else { Err(Unverified::WrongSignature) }
}

/// The `webhook-signature` that `body` needs; for tests and for those who send.
///
/// # Errors
/// The secret is none.
pub fn sign(secret: &Secret, id: &str, timestamp: i64, body: &[u8]) -> Result<String, Unverified> {
    let signed = [id.as_bytes(), timestamp.to_string().as_bytes(), body].join(&b'.');
    let tag = hmac::sign(&key_of(secret)?, &signed);
    Ok(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

fn key_of(secret: &Secret) -> Result<hmac::Key, Unverified> {
    let text = secret.expose();
    let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).map_err(|_| Unverified::BadSecret)?;
    if KEY_BYTES.contains(&bytes.len()) {
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    } else {
        Err(Unverified::BadSecret)
    }
}

/// Reads the posts of a verified delivery: one row as a JSON object, or several as an array. All or none, so that the
/// sender can send the same delivery again.
///
/// # Errors
/// The first row that can't be read, counted from 1.
pub fn parse(body: &[u8]) -> Result<Vec<Row>, RowError> {
    let whole = |reason: String| RowError { line: 1, field: None, reason };
    let text = std::str::from_utf8(body).map_err(|_| whole("is not UTF-8".to_owned()))?;
    if text.trim_start().starts_with('[') {
        row::from_json_list(text)
    } else {
        row::from_json(1, text).map(|row| vec![row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // From the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn check(secret: &str, id: &str, at: &str, signature: &str, body: &[u8], now: i64) -> Result<(), Unverified> {
        let headers = Headers { id, timestamp: at, signature };
        verify(&Secret::new(secret), headers, body, Timestamp::from_micros(now * 1_000_000))
    }

    #[test]
    fn the_specifications_own_example_is_accepted() {
        let at = AT.to_string();
        assert_eq!(check(SECRET, ID, &at, SIGNATURE, BODY, AT), Ok(()));
        assert_eq!(sign(&Secret::new(SECRET), ID, AT, BODY).as_deref(), Ok(SIGNATURE));
        let bare = SECRET.strip_prefix("whsec_").unwrap();
        assert_eq!(check(bare, ID, &at, SIGNATURE, BODY, AT), Ok(()));
        let several = format!("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,xxx {SIGNATURE}");
        assert_eq!(check(SECRET, ID, &at, &several, BODY, AT + 299), Ok(()));
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        use Unverified::{BadHeader, BadSecret, OutOfTime, WrongSignature};
        let at = AT.to_string();
        for (signature, expect) in [
            ("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", WrongSignature),
            ("v1,***", WrongSignature),
            ("v1,", WrongSignature),
            ("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BadHeader("webhook-signature")),
            ("", BadHeader("webhook-signature")),
        ] {
            assert_eq!(check(SECRET, ID, &at, signature, BODY, AT), Err(expect), "{signature}");
        }
        assert_eq!(check(SECRET, ID, &at, SIGNATURE, br#"{"test": 2432232315}"#, AT), Err(WrongSignature));
        assert_eq!(check(SECRET, "msg_2", &at, SIGNATURE, BODY, AT), Err(WrongSignature));
        assert_eq!(check(SECRET, "", &at, SIGNATURE, BODY, AT), Err(BadHeader("webhook-id")));
        assert_eq!(check(SECRET, ID, "soon", SIGNATURE, BODY, AT), Err(BadHeader("webhook-timestamp")));
        assert_eq!(check(SECRET, ID, &at, SIGNATURE, BODY, AT + 301), Err(OutOfTime));
        assert_eq!(check(SECRET, ID, &at, SIGNATURE, BODY, AT - 301), Err(OutOfTime));
        assert_eq!(check("whsec_c2hvcnQ=", ID, &at, SIGNATURE, BODY, AT), Err(BadSecret));
        assert_eq!(check("whsec_***", ID, &at, SIGNATURE, BODY, AT), Err(BadSecret));
    }

    #[test]
    fn a_delivery_holds_one_row_or_several_and_all_or_none() {
        let row = |id: &str| {
            format!(r#"{{"id":"{id}","channel":"crm","author":"eva","text":"Ä","at":"2026-11-22T12:00:00Z"}}"#)
        };
        let ids = |body: &str| {
            parse(body.as_bytes()).map(|rows| rows.into_iter().map(|r| r.post.external_id).collect::<Vec<_>>())
        };
        assert_eq!(ids(&row("1")), Ok(vec!["1".to_owned()]));
        assert_eq!(ids(&format!(" [{}, {}]", row("1"), row("2"))), Ok(vec!["1".to_owned(), "2".to_owned()]));
        assert_eq!(ids("[]"), Ok(vec![]));
        let second_is_bad = ids(&format!("[{}, {{\"id\":\"2\"}}]", row("1"))).unwrap_err();
        assert_eq!((second_is_bad.line, second_is_bad.field), (2, Some("channel")));
        assert!(ids("[1,").is_err());
        assert!(parse(&[0xff, 0xfe]).is_err());
    }
}
