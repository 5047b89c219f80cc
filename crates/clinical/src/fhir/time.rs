//! FHIR's instants and its dates of varying precision. `2026`, `2026-11` and `2026-11-27T06:14:56.5Z` each stand for a range
//! of time (FHIR R4, search, §3.1.1.4.5), and comparing means comparing ranges.

use std::fmt;

use jiff::{
    civil::{Date, DateTime},
    tz::Offset,
};
use serde_json::Value;

use super::object::Json;

const SECOND: i64 = 1_000_000;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From microseconds since the Unix epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds since the Unix epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Seconds since the Unix epoch, rounded down: the NumericDate of a JWT.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Reads a FHIR instant: a date with a time and an offset. `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let has_offset = text.ends_with('Z') || text.len() > 19 && text.get(19..)?.contains(['+', '-']);
        if has_offset { Range::parse(text).map(|range| Self(range.from)) } else { None }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::Timestamp::from_microsecond(self.0).map_err(|_| fmt::Error)?;
        // All digits there are: with fewer, a client that asks for what came after the last time it saw would miss some.
        let format = if self.0 % 1000 == 0 { "%Y-%m-%dT%H:%M:%S%.3fZ" } else { "%Y-%m-%dT%H:%M:%S%.6fZ" };
        write!(f, "{}", at.strftime(format))
    }
}

impl Json for Instant {
    fn json(&self) -> Value {
        let in_reach = jiff::Timestamp::from_microsecond(self.0).is_ok();
        if in_reach { Value::String(self.to_string()) } else { Value::Null }
    }
}

/// The time that a FHIR date of some precision stands for: from `from` on, until just before `until`, in microseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first microsecond within.
    pub from: i64,
    /// The first microsecond after.
    pub until: i64,
}

impl Range {
    /// Reads a FHIR date, dateTime or instant. Seconds may be missing, as in searches; without an offset it is UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
        match time {
            None => whole_days(date),
            Some(time) => within_a_day(date, time),
        }
    }

    /// The range of a single point in time.
    #[must_use]
    pub const fn at(instant: Instant) -> Self {
        Self { from: instant.0, until: instant.0.saturating_add(1) }
    }
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn small(text: &str) -> Option<i8> {
    number(text, 2).and_then(|n| i8::try_from(n).ok())
}

fn whole_days(text: &str) -> Option<Range> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(small);
    let day = parts.next().map(small);
    if parts.next().is_some() {
        return None;
    }
    let (first, next) = match (month, day) {
        (None, _) => (Date::new(year, 1, 1).ok()?, Date::new(year.checked_add(1)?, 1, 1).ok()),
        (Some(month), None) => {
            let first = Date::new(year, month?, 1).ok()?;
            (first, first.last_of_month().tomorrow().ok())
        }
        (Some(month), Some(day)) => {
            let first = Date::new(year, month?, day?).ok()?;
            (first, first.tomorrow().ok())
        }
    };
    let from = micros(first.to_datetime(jiff::civil::Time::midnight()), Offset::UTC)?;
    let until = next.and_then(|next| micros(next.to_datetime(jiff::civil::Time::midnight()), Offset::UTC));
    Some(Range { from, until: until.unwrap_or(i64::MAX) })
}

fn within_a_day(date: &str, time: &str) -> Option<Range> {
    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, small(parts.next()?)?, small(parts.next()?)?);
    let (clock, offset) = split_offset(time)?;
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.split(':');
    let (hour, minute) = (small(parts.next()?)?, small(parts.next()?)?);
    let second = parts.next().map(small);
    if parts.next().is_some() || fraction.is_some() && second.is_none() {
        return None;
    }
    let (second, whole) = match second {
        // A leap second has no number of its own in Unix time.
        Some(second) => (second?.min(59), SECOND),
        None => (0, 60 * SECOND),
    };
    let (beyond, width) = fraction.map_or(Some((0, whole)), fraction_of_a_second)?;
    let at = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    let from = micros(at, offset)?.checked_add(beyond)?;
    Some(Range { from, until: from.checked_add(width)? })
}

/// Microseconds, and how many microseconds the last digit stands for.
fn fraction_of_a_second(digits: &str) -> Option<(i64, i64)> {
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = digits.get(..digits.len().min(6))?;
    let width = 10_i64.pow(u32::try_from(6 - kept.len()).ok()?);
    Some((kept.parse::<i64>().ok()?.checked_mul(width)?, width))
}

fn split_offset(time: &str) -> Option<(&str, Offset)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, Offset::UTC));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, Offset::UTC)) };
    let (clock, offset) = (time.get(..at)?, time.get(at..)?);
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = i32::from(small(hours)?) * 3600 + i32::from(small(minutes)?) * 60;
    let signed = if offset.starts_with('-') { -seconds } else { seconds };
    Some((clock, Offset::from_seconds(signed).ok()?))
}

fn micros(at: DateTime, offset: Offset) -> Option<i64> {
    offset.to_timestamp(at).ok().map(jiff::Timestamp::as_microsecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_stands_for_all_the_time_it_names() {
        let day = 86_400 * SECOND;
        let check = |text: &str, from: i64, width: i64| {
            assert_eq!(Range::parse(text), Some(Range { from, until: from + width }), "{text}");
        };
        check("1970", 0, 365 * day);
        check("1970-02", 31 * day, 28 * day);
        check("1972-02", 761 * day, 29 * day);
        check("1970-01-02", day, day);
        check("1970-01-02T00:00Z", day, 60 * SECOND);
        check("1970-01-02T00:00:01Z", day + SECOND, SECOND);
        check("1970-01-02T01:00:01.5+01:00", day + 1_500_000, 100_000);
        check("1970-01-01T23:30:00.000001-00:30", day + 1, 1);
        check("1970-01-01T00:00:00.1234567Z", 123_456, 1);
        assert_eq!(Range::parse("9999").map(|range| range.until), Some(i64::MAX));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "26",
            "2026-",
            "2026-13",
            "2026-1",
            "2026-02-30",
            "2026-11-27T",
            "2026-11-27T25:00Z",
            "2026-11-27T10Z",
            "2026-11-27T10:00.5Z",
            "2026-11-27T10:00:00+1:00",
            "2026-11-27T10:00:00.Z",
            "2026-11-27-01",
            "ü",
            "2026T10:00",
            "20.6-11",
        ] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_written_with_all_their_digits_and_read_back() {
        let at = Instant::parse("2026-11-27T07:14:56.123+01:00").unwrap();
        assert_eq!(at.to_string(), "2026-11-27T06:14:56.123Z");
        let finer = Instant::from_micros(at.as_micros() + 1);
        assert_eq!(finer.to_string(), "2026-11-27T06:14:56.123001Z");
        assert_eq!(Instant::parse(&finer.to_string()), Some(finer));
        assert_eq!(Instant::parse("2026-11-27T06:14:56"), None, "an instant has an offset");
        assert_eq!(Instant::from_micros(i64::MAX).json(), Value::Null);
        assert_eq!(Instant::from_micros(-1).as_seconds(), -1);
    }
}
