//! When something happened, read from words such as "this morning" or "vor drei Tagen" against the time of the post.
//! A part of a day stands for its middle; without a year the last such day is meant. Nothing said: nothing known.

use jiff::civil::Weekday;

use crate::{
    text::Words,
    time::{Span, Timestamp},
};

/// The moment that a time phrase (a head of the lists `when`) names, before `at`.
pub(super) fn moment(head: &str, words: &Words<'_>, range: std::ops::Range<usize>, at: Timestamp) -> Option<Timestamp> {
    let number = range.clone().find_map(|n| number(words.folded(n))).unwrap_or(1);
    let back = |span: Span| Some(at.minus(span));
    match head {
        "now" => Some(at),
        "hour" => back(Span::hours(number)),
        "day" => back(Span::days(number)),
        "week" => back(Span::days(number * 7)),
        "month" => back(Span::days(number * 30)),
        "year" => back(Span::days(number * 365)),
        "morning" => last_time(at, 8, 0),
        "today" => last_time(at, 12, 0).filter(|noon| at.since(*noon) < Span::hours(12)).or(Some(at)),
        "night" => last_time(at, 2, 0),
        "yesterday" => back(Span::days(1)),
        "before" => back(Span::days(2)),
        "lastweek" => back(Span::days(7)),
        "lastmonth" => back(Span::days(30)),
        "lastyear" => back(Span::days(365)),
        _ => last_weekday(at, weekday(head)?),
    }
}

fn weekday(head: &str) -> Option<Weekday> {
    Some(match head {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// The last time before `at` that the clock (UTC) showed this hour, at least `days` days back.
fn last_time(at: Timestamp, hour: i64, days: i64) -> Option<Timestamp> {
    let day = Span::days(1).as_micros();
    let midnight = at.as_micros().div_euclid(day) * day;
    let mut then = Timestamp::from_micros(midnight).plus(Span::hours(hour)).minus(Span::days(days));
    if then > at {
        then = then.minus(Span::days(1));
    }
    Some(then)
}

/// Noon of the last such weekday; today counts where noon has passed.
fn last_weekday(at: Timestamp, weekday: Weekday) -> Option<Timestamp> {
    let today = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?.to_zoned(jiff::tz::TimeZone::UTC).weekday();
    let days = i64::from(weekday.until(today).rem_euclid(7));
    last_time(at, 12, days)
}

/// A number in digits or as a word of either language; `None` for other words.
fn number(word: &str) -> Option<i64> {
    if let Ok(n) = word.parse::<u16>() {
        return Some(i64::from(n));
    }
    Some(match word {
        "a" | "an" | "one" | "einer" | "einem" | "einen" => 1,
        "two" | "zwei" | "couple" | "paar" | "wenigen" => 2,
        "three" | "drei" | "few" | "einigen" | "several" => 3,
        "four" | "vier" => 4,
        "five" | "fuenf" | "funf" => 5,
        "six" | "sechs" => 6,
        "seven" | "sieben" => 7,
        "eight" | "acht" => 8,
        "nine" | "neun" => 9,
        "ten" | "zehn" => 10,
        "eleven" | "elf" => 11,
        "twelve" | "zwoelf" | "zwolf" => 12,
        "fourteen" | "vierzehn" => 14,
        "twenty" | "zwanzig" => 20,
        "thirty" | "dreissig" => 30,
        _ => return None,
    })
}
