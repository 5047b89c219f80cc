//! HL7 times (DTM, TS, DT; HL7 v2.5.1 §2.A.22, §2.A.77): as precise as they were sent, with or without an offset. What
//! instant a time without offset means depends on the sender's zone; that is for the caller to know.

use std::fmt;

/// A time as it was sent. What was not sent is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Time {
    /// The year, 1800 to 2199.
    pub year: u16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31, and within the month.
    pub day: Option<u8>,
    /// 0 to 23.
    pub hour: Option<u8>,
    /// 0 to 59.
    pub minute: Option<u8>,
    /// 0 to 59. A leap second is taken for the second before.
    pub second: Option<u8>,
    /// Millionths of a second.
    pub micros: Option<u32>,
    /// Minutes east of UTC.
    pub offset_minutes: Option<i16>,
}

/// Why a time can't be taken as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFault {
    /// There is no such date or time of day.
    Impossible,
    /// It is not written as HL7 writes times.
    Malformed,
}

impl Time {
    /// Reads a time. With a fault comes what can be trusted nevertheless: the date if only the time of day or the offset
    /// is wrong, else nothing. A date of zeros, as some senders write for none, is none.
    #[must_use]
    pub fn read(text: &str) -> (Option<Self>, Option<TimeFault>) {
        let text = text.trim();
        if text.is_empty() {
            return (None, None);
        }
        if let Some(time) = from_iso(text) {
            return (Some(time), Some(TimeFault::Malformed));
        }
        let (digits, fraction, offset) = pieces(text);
        let Some(parts) = Parts::of(digits) else {
            return (None, Some(TimeFault::Malformed));
        };
        let Some(date) = parts.date() else {
            return (None, Some(TimeFault::Impossible));
        };
        let whole = parts.clock(date).and_then(|time| with_rest(time, fraction, offset));
        whole.map_or_else(|fault| (Some(date), Some(fault)), |time| (Some(time), None))
    }

    /// Whether the day is known, so that it is a date.
    #[must_use]
    pub const fn is_date(&self) -> bool {
        self.day.is_some()
    }

    /// Seconds since 1970-01-01 of the start of what was sent, as if the local time were UTC. To be corrected by the
    /// offset or the link's zone.
    #[must_use]
    pub fn local_seconds(&self) -> i64 {
        let part = |part: Option<u8>, none: u8| i64::from(part.unwrap_or(none));
        let days = days_since_epoch(i64::from(self.year), part(self.month, 1), part(self.day, 1));
        ((days * 24 + part(self.hour, 0)) * 60 + part(self.minute, 0)) * 60 + part(self.second, 0)
    }

    /// Microseconds since 1970-01-01 UTC; `None` without an offset.
    #[must_use]
    pub fn instant_micros(&self) -> Option<i64> {
        let seconds = self.local_seconds() - i64::from(self.offset_minutes?) * 60;
        Some(seconds * 1_000_000 + i64::from(self.micros.unwrap_or(0)))
    }

    /// The moment in HL7's form with seconds and an offset, from microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn write(instant_micros: i64, offset_minutes: i16) -> String {
        let seconds = instant_micros.div_euclid(1_000_000) + i64::from(offset_minutes) * 60;
        let (year, month, day) = date_of(seconds.div_euclid(86_400));
        let clock = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        let sign = if offset_minutes < 0 { '-' } else { '+' };
        let (east_hours, east_minutes) = (offset_minutes.unsigned_abs() / 60, offset_minutes.unsigned_abs() % 60);
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{sign}{east_hours:02}{east_minutes:02}")
    }
}

/// As ISO 8601 writes it, as far as it is known.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        let Some(month) = self.month else { return Ok(()) };
        write!(f, "-{month:02}")?;
        let Some(day) = self.day else { return Ok(()) };
        write!(f, "-{day:02}")?;
        let Some(hour) = self.hour else { return Ok(()) };
        write!(f, "T{hour:02}:{:02}", self.minute.unwrap_or(0))?;
        if let Some(second) = self.second {
            write!(f, ":{second:02}")?;
        }
        match self.offset_minutes {
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", offset.unsigned_abs() / 60, offset.unsigned_abs() % 60)
            }
            None => Ok(()),
        }
    }
}

/// Digits, fraction behind the point, offset with its sign.
fn pieces(text: &str) -> (&str, Option<&str>, Option<&str>) {
    let at = text.find(['+', '-']).unwrap_or(text.len());
    let (local, offset) = text.split_at(at);
    let offset = Some(offset).filter(|offset| !offset.is_empty());
    match local.split_once('.') {
        Some((digits, fraction)) => (digits, Some(fraction), offset),
        None => (local, None, offset),
    }
}

struct Parts {
    year: u16,
    /// Month, day, hour, minute, second, as many as there are.
    pairs: [Option<u8>; 5],
}

impl Parts {
    fn of(digits: &str) -> Option<Self> {
        let is_form =
            digits.bytes().all(|byte| byte.is_ascii_digit()) && matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14);
        if !is_form {
            return None;
        }
        let (year, rest) = digits.split_at_checked(4)?;
        let mut pairs = [None; 5];
        for (pair, two) in pairs.iter_mut().zip(rest.as_bytes().as_chunks::<2>().0) {
            let [ten, one] = two;
            *pair = Some((ten - b'0') * 10 + (one - b'0'));
        }
        Some(Self { year: year.parse().ok()?, pairs })
    }

    fn date(&self) -> Option<Time> {
        let [month, day, ..] = self.pairs;
        let is_month = month.is_none_or(|month| (1..=12).contains(&month));
        let is_day = day.is_none_or(|day| day >= 1 && day <= days_in(self.year, month.unwrap_or(0)));
        let is_date = (1800..2200).contains(&self.year) && is_month && is_day;
        is_date.then_some(Time {
            year: self.year,
            month,
            day,
            hour: None,
            minute: None,
            second: None,
            micros: None,
            offset_minutes: None,
        })
    }

    fn clock(&self, date: Time) -> Result<Time, TimeFault> {
        let [_, _, hour, minute, second] = self.pairs;
        let second = second.map(|second| if second == 60 { 59 } else { second });
        let is_clock = hour.is_none_or(|hour| hour < 24)
            && minute.is_none_or(|minute| minute < 60)
            && second.is_none_or(|second| second < 60);
        if is_clock { Ok(Time { hour, minute, second, ..date }) } else { Err(TimeFault::Impossible) }
    }
}

fn with_rest(time: Time, fraction: Option<&str>, offset: Option<&str>) -> Result<Time, TimeFault> {
    let micros = fraction.map(read_fraction).transpose()?;
    let offset_minutes = offset.map(read_offset).transpose()?;
    Ok(Time { micros, offset_minutes, ..time })
}

fn read_fraction(fraction: &str) -> Result<u32, TimeFault> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeFault::Malformed);
    }
    let digits = fraction.chars().chain(std::iter::repeat('0')).take(6).filter_map(|digit| digit.to_digit(10));
    Ok(digits.fold(0, |micros, digit| micros * 10 + digit))
}

fn read_offset(offset: &str) -> Result<i16, TimeFault> {
    let (sign, digits) = offset.split_at_checked(1).ok_or(TimeFault::Malformed)?;
    let (hours, minutes) = match digits.len() {
        2 => (digits, "0"),
        4 => digits.split_at_checked(2).ok_or(TimeFault::Malformed)?,
        _ => return Err(TimeFault::Malformed),
    };
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let read = |text: &str| text.parse::<i16>().ok().filter(|_| is_number).ok_or(TimeFault::Malformed);
    let (hours, minutes) = (read(hours)?, read(minutes)?);
    if hours > 14 || minutes > 59 {
        return Err(TimeFault::Impossible);
    }
    Ok((hours * 60 + minutes) * if sign == "-" { -1 } else { 1 })
}

/// `2026-04-03` or `2026-04-03T15:18:46`, as programs send that know HL7 from hearsay.
fn from_iso(text: &str) -> Option<Time> {
    let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let is_dashed = date.as_bytes().get(4) == Some(&b'-') && date.as_bytes().get(7) == Some(&b'-');
    if !is_dashed
        || date.len() != 10
        || date.matches('-').count() != 2
        || !clock.chars().all(|c| c.is_ascii_digit() || c == ':')
    {
        return None;
    }
    let digits: String = date.chars().chain(clock.chars()).filter(char::is_ascii_digit).collect();
    let parts = Parts::of(&digits)?;
    let date = parts.date()?;
    parts.clock(date).ok()
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of the Gregorian calendar, counted in years that begin in March.
const fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = (shifted + 2) % 12 + 1;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str, fault: Option<TimeFault>) {
        let (time, found) = Time::read(text);
        assert_eq!((time.map(|time| time.to_string()).unwrap_or_default().as_str(), found), (expect, fault), "{text}");
    }

    #[test]
    fn times_are_as_precise_as_they_were_sent() {
        check("", "", None);
        check("2026", "2026", None);
        check("202611", "2026-11", None);
        check("20261127", "2026-11-27", None);
        check("2026112706", "2026-11-27T06:00", None);
        check("202611270614", "2026-11-27T06:14", None);
        check("20261127061456", "2026-11-27T06:14:56", None);
        check("20261127061456.1234+0100", "2026-11-27T06:14:56+01:00", None);
        check("202611270614-0330", "2026-11-27T06:14-03:30", None);
        check("20261127061456+01", "2026-11-27T06:14:56+01:00", None);
        check(" 20240229 ", "2024-02-29", None);
        check("20261231235960", "2026-12-31T23:59:59", None);
    }

    #[test]
    fn impossible_times_are_flaws_and_the_date_stays_if_it_is_one() {
        use TimeFault::{Impossible, Malformed};
        for text in ["20230229", "20261301", "20260132", "09541218", "00000000", "99991231", "20260100"] {
            check(text, "", Some(Impossible));
        }
        check("202611272500", "2026-11-27", Some(Impossible));
        check("19940502161633609", "", Some(Malformed));
        check("1994050216163360", "", Some(Malformed));
        check("20261127061460+9900", "2026-11-27", Some(Impossible));
        check("20261127061456+1", "2026-11-27", Some(Malformed));
        check("20261127061456.", "2026-11-27", Some(Malformed));
        for text in ["196203520", "Aug 15, 1942", "YYYYMMDDHHMMSS", "+0100", "-", ".", "２０２６"] {
            check(text, "", Some(Malformed));
        }
        check("2026-11-27", "2026-11-27", Some(Malformed));
        check("2026-11-27T06:14:56", "2026-11-27T06:14:56", Some(Malformed));
        check("2026-13-27", "2026", Some(Malformed));
    }

    #[test]
    fn instants_are_counted_from_1970() {
        let seconds = |text: &str| Time::read(text).0.unwrap().local_seconds();
        assert_eq!(seconds("19700101"), 0);
        assert_eq!(seconds("20000301"), 951_868_800);
        assert_eq!(seconds("19691231235959"), -1);
        assert_eq!(Time::read("20261127061456").0.unwrap().instant_micros(), None);
        let instant = Time::read("20261127071456.5+0100").0.unwrap().instant_micros();
        assert_eq!(instant, Some(1_795_760_096_500_000));
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (micros, offset) in [(0, 0), (1_795_760_096_000_000, 60), (-1_000_000, -210), (951_868_799_000_000, 0)] {
            let written = Time::write(micros, offset);
            assert_eq!(Time::read(&written).0.unwrap().instant_micros(), Some(micros), "{written}");
        }
        assert_eq!(Time::write(1_795_760_096_000_000, 60), "20261127071456+0100");
    }
}
