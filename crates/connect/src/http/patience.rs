//! How long a server asks us to wait, in the several ways servers say so.

use bedside_core::time::{Span, Timestamp};
use jiff::fmt::rfc2822;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Without a word from the server.
const DEFAULT: Span = Span::seconds(60);
const LEAST: Span = Span::seconds(1);
/// Longer than this we don't believe: a clock that is wrong must not silence a channel for a day.
const MOST: Span = Span::hours(1);

/// What the headers ask for, between one second and one hour. `Retry-After` (RFC 9110 §10.2.3) speaks first, then
/// `RateLimit-Reset` (AT Protocol: Unix seconds; IETF draft: seconds from now), then `X-RateLimit-Reset` (Mastodon: a time).
pub(super) fn asked(headers: &HeaderMap, now: Timestamp) -> Span {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    [RETRY_AFTER.as_str(), "ratelimit-reset", "x-ratelimit-reset"]
        .into_iter()
        .find_map(|name| text(name).and_then(|value| span_of(value, now)))
        .unwrap_or(DEFAULT)
        .clamp(LEAST, MOST)
}

fn span_of(value: &str, now: Timestamp) -> Option<Span> {
    /// 2001: smaller numbers are lengths of time, larger ones points in time.
    const FIRST_UNIX_SECOND: i64 = 1_000_000_000;
    if let Ok(seconds) = value.parse::<i64>() {
        let is_time = seconds >= FIRST_UNIX_SECOND;
        let until = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
        return Some(if is_time { until.since(now) } else { Span::seconds(seconds) });
    }
    let date = rfc2822::parse(value).ok().map(|at| Timestamp::from_micros(at.timestamp().as_microsecond()));
    date.or_else(|| Timestamp::parse_rfc3339(value).ok()).map(|until| until.since(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    #[test]
    fn the_servers_wish_is_read_in_every_form_and_bounded() {
        let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
        for (name, value, seconds) in [
            ("retry-after", "7", 7),
            ("retry-after", "0", 1),
            ("retry-after", "-5", 1),
            ("retry-after", "86400", 3600),
            ("retry-after", "Sun, 22 Nov 2026 12:02:00 GMT", 120),
            ("retry-after", "Sun, 22 Nov 2026 11:00:00 GMT", 1),
            ("retry-after", "soon", 60),
            ("ratelimit-reset", "1795348830", 30),
            ("ratelimit-reset", "45", 45),
            ("x-ratelimit-reset", "2026-11-22T12:05:00.000Z", 300),
            ("x-other", "5", 60),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            assert_eq!(asked(&headers, now).as_seconds(), seconds, "{name}: {value}");
        }
    }

    #[test]
    fn retry_after_speaks_before_the_reset_headers() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("2026-11-22T12:05:00Z"));
        headers.insert("retry-after", HeaderValue::from_static("3"));
        assert_eq!(asked(&headers, Timestamp::from_micros(0)).as_seconds(), 3);
    }
}
