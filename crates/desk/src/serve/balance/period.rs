//! Which days a balance is of, and the stretches of time in it, as the house's clock counts them.

use bedside_core::time::Timestamp;
use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::page::balance::By;

/// Days shown unless others are asked for.
const DAYS: i64 = 14;
/// The most bars of a chart; a longer period goes by weeks, or by months.
const MOST_BARS: usize = 120;
/// The longest period: ten years.
const LONGEST_DAYS: i32 = 3_660;

/// The days of a balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// By which stretches.
    pub by: By,
    /// The limits of the stretches: the first day of each, and the day after the last.
    pub edges: Vec<Date>,
    zone: TimeZone,
}

impl Period {
    /// Reads what was asked for; what can't be read is as if it had not been asked.
    pub(super) fn read(
        from: Option<&str>,
        to: Option<&str>,
        by: Option<&str>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Self {
        let today = day(now, zone);
        let last = to.and_then(|day| day.parse::<Date>().ok()).unwrap_or(today);
        let usual = last.checked_sub((DAYS - 1).days()).unwrap_or(last);
        let first = from.and_then(|day| day.parse::<Date>().ok()).unwrap_or(usual).min(last);
        let earliest = last.checked_sub(i64::from(LONGEST_DAYS).days()).unwrap_or(first);
        let first = first.max(earliest);
        let asked = By::ALL.into_iter().find(|one| Some(one.code()) == by);
        let mut by = asked.unwrap_or(By::Day);
        let mut edges = edges(first, last, by);
        while edges.len() > MOST_BARS + 1 {
            by = if by == By::Day { By::Week } else { By::Month };
            let wider = self::edges(first, last, by);
            if wider.len() == edges.len() {
                break;
            }
            edges = wider;
        }
        Self { first, last, by, edges, zone: zone.clone() }
    }

    /// The limits as moments.
    pub(super) fn moments(&self) -> Vec<Timestamp> {
        self.edges.iter().map(|edge| midnight(*edge, &self.zone)).collect()
    }
}

fn edges(first: Date, last: Date, by: By) -> Vec<Date> {
    let end = last.tomorrow().unwrap_or(last);
    let mut edges = vec![first];
    let mut at = first;
    while let Some(next) = next(at, by).filter(|next| *next < end) {
        edges.push(next);
        at = next;
    }
    edges.push(end);
    edges
}

/// The first day of the next stretch.
fn next(at: Date, by: By) -> Option<Date> {
    match by {
        By::Day => at.tomorrow().ok(),
        By::Week => at.nth_weekday(1, Weekday::Monday).ok(),
        By::Month => at.first_of_month().checked_add(1.month()).ok(),
    }
}

/// When a day begins at the house; where its clock skips midnight, the first moment after it.
fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone())
        .map_or(Timestamp::from_micros(0), |at| Timestamp::from_micros(at.timestamp().as_microsecond()))
}

fn day(now: Timestamp, zone: &TimeZone) -> Date {
    let at = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-14T14:12:00+01:00").unwrap()
    }

    fn days(from: &str, to: &str, by: &str) -> Vec<String> {
        let period = Period::read(Some(from), Some(to), Some(by), &berlin(), now());
        period.edges.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first_within_the_days_asked_for() {
        assert_eq!(days("2026-11-12", "2026-11-14", "day"), ["2026-11-12", "2026-11-13", "2026-11-14", "2026-11-15"]);
        assert_eq!(days("2026-11-05", "2026-11-17", "week"), ["2026-11-05", "2026-11-09", "2026-11-16", "2026-11-18"]);
        assert_eq!(days("2026-11-09", "2026-11-15", "week"), ["2026-11-09", "2026-11-16"]);
        assert_eq!(days("2026-01-31", "2026-03-01", "month"), ["2026-01-31", "2026-02-01", "2026-03-01", "2026-03-02"]);
    }

    #[test]
    fn the_day_on_which_clocks_go_back_has_25_hours() {
        let period = Period::read(Some("2026-10-24"), Some("2026-10-26"), Some("day"), &berlin(), now());
        let hours: Vec<i64> = period.moments().windows(2).map(|pair| pair[1].since(pair[0]).as_hours()).collect();
        assert_eq!(hours, [24, 25, 24]);
    }

    #[test]
    fn what_can_not_be_read_is_the_last_two_weeks_and_a_long_time_goes_by_longer_stretches() {
        let period = Period::read(Some("gestern"), Some(""), None, &berlin(), now());
        assert_eq!((period.first.to_string(), period.last.to_string()), ("2026-11-01".into(), "2026-11-14".into()));
        assert_eq!((period.by, period.edges.len()), (By::Day, 15));
        let long = Period::read(Some("2026-01-01"), Some("2026-11-14"), Some("day"), &berlin(), now());
        assert_eq!(long.by, By::Week);
        let longest = Period::read(Some("1900-01-01"), Some("2026-11-14"), Some("day"), &berlin(), now());
        assert_eq!(longest.by, By::Month);
        assert!(longest.edges.len() <= MOST_BARS + 3, "{}", longest.edges.len());
        let turned = Period::read(Some("2026-11-14"), Some("2026-11-01"), None, &berlin(), now());
        assert_eq!(turned.first, turned.last);
    }
}
