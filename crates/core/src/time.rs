//! Times and lengths of time: microseconds, UTC. The clock itself is elsewhere; core is told what time it is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the Unix epoch; 0 for times before it (UUIDv7 knows none).
    #[must_use]
    pub fn as_millis_unsigned(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0)
    }

    /// The length of time from `earlier` to this; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// This time, `span` later.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// This time, `span` earlier.
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// Reads an RFC 3339 time, e.g. `2026-11-14T14:02:00+01:00`.
    ///
    /// # Errors
    /// The text is no RFC 3339 time with an offset.
    pub fn parse_rfc3339(text: &str) -> Result<Self, BadTime> {
        text.parse::<jiff::Timestamp>().map(|at| Self(at.as_microsecond())).map_err(|_| BadTime(text.to_owned()))
    }

    /// Writes the time as RFC 3339 in UTC.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).map_or_else(|_| self.0.to_string(), |at| at.to_string())
    }
}

/// The text is no RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no RFC 3339 time (expected e.g. 2026-11-14T14:02:00+01:00)")]
pub struct BadTime(String);

/// A length of time in microseconds. Written and read as `90s`, `10m`, `72h`, `30d`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From microseconds.
    #[must_use]
    pub const fn micros(n: i64) -> Self {
        Self(n)
    }
    /// From milliseconds.
    #[must_use]
    pub const fn millis(n: i64) -> Self {
        Self(n.saturating_mul(1_000))
    }
    /// From seconds.
    #[must_use]
    pub const fn seconds(n: i64) -> Self {
        Self(n.saturating_mul(1_000_000))
    }
    /// From minutes.
    #[must_use]
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n.saturating_mul(60))
    }
    /// From hours.
    #[must_use]
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n.saturating_mul(60))
    }
    /// From days of 24 hours.
    #[must_use]
    pub const fn days(n: i64) -> Self {
        Self::hours(n.saturating_mul(24))
    }
    /// In microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }
    /// Whole seconds, rounded towards zero.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0 / 1_000_000
    }
    /// Whole hours, rounded towards zero.
    #[must_use]
    pub const fn as_hours(self) -> i64 {
        self.as_seconds() / 3600
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.as_seconds();
        match seconds {
            s if s != 0 && s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            s if s != 0 && s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s != 0 && s % 60 == 0 => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

/// The text is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no length of time (expected a number with s, m, h or d, e.g. 72h)")]
pub struct BadSpan(String);

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let unit = text.chars().last().ok_or_else(bad)?;
        let number = text.strip_suffix(unit).unwrap_or_default();
        let n = number.parse::<u32>().map(i64::from).map_err(|_| bad())?;
        match unit {
            's' => Ok(Self::seconds(n)),
            'm' => Ok(Self::minutes(n)),
            'h' => Ok(Self::hours(n)),
            'd' => Ok(Self::days(n)),
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written_in_their_largest_whole_unit() {
        for (text, span) in
            [("90s", Span::seconds(90)), ("10m", Span::minutes(10)), ("71h", Span::hours(71)), ("3d", Span::days(3))]
        {
            assert_eq!(text.parse(), Ok(span));
            assert_eq!(span.to_string(), text);
        }
        for text in ["", "h", "-3h", "3w", "3 h", "3ü"] {
            assert_eq!(text.parse::<Span>(), Err(BadSpan(text.to_owned())));
        }
    }

    #[test]
    fn a_time_without_offset_is_refused() {
        assert_eq!(
            Timestamp::parse_rfc3339("2026-11-14T14:02:00+01:00").map(Timestamp::to_rfc3339),
            Ok("2026-11-14T13:02:00Z".to_owned())
        );
        assert!(Timestamp::parse_rfc3339("2026-11-14T14:02:00").is_err());
    }
}
