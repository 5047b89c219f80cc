//! When the desk is staffed, as a person writes it: `Mon-Fri 08:00-18:00`, `Sa 09:00-12:00`, `Sun 22:00-06:00`.

use bedside_store::sites::Staffed;

/// English and German names of the weekdays, Monday first (ISO 8601).
const DAYS: [[&str; 4]; 7] = [
    ["mon", "monday", "mo", "montag"],
    ["tue", "tuesday", "di", "dienstag"],
    ["wed", "wednesday", "mi", "mittwoch"],
    ["thu", "thursday", "do", "donnerstag"],
    ["fri", "friday", "fr", "freitag"],
    ["sat", "saturday", "sa", "samstag"],
    ["sun", "sunday", "so", "sonntag"],
];

pub(super) const DAY_MIN: u16 = 24 * 60;

/// What was expected, for whoever wrote something else.
pub(super) const EXPECTED: &str = "write e.g. \"Mon-Fri 08:00-18:00\" or \"Sat 09:00-12:00\"";

/// Reads one stretch. A shift over midnight becomes two stretches, one on each day.
pub(super) fn parse(text: &str) -> Option<Vec<Staffed>> {
    let (days, times) = text.split_once(' ')?;
    let (from, to) = times.trim().split_once('-')?;
    let (from_min, to_min) = (minutes(from.trim())?, minutes(to.trim())?);
    if from_min == to_min || from_min == DAY_MIN {
        return None;
    }
    Some(weekdays(days)?.into_iter().flat_map(|weekday| stretches(weekday, from_min, to_min)).collect())
}

fn stretches(weekday: i8, from_min: u16, to_min: u16) -> Vec<Staffed> {
    if from_min < to_min {
        return vec![Staffed { weekday, from_min, to_min }];
    }
    let mut both = vec![Staffed { weekday, from_min, to_min: DAY_MIN }];
    if to_min > 0 {
        both.push(Staffed { weekday: weekday % 7 + 1, from_min: 0, to_min });
    }
    both
}

/// `Mon`, `Mon-Fri` or `Sat-Mon`, from 1 for Monday to 7 for Sunday.
fn weekdays(text: &str) -> Option<Vec<i8>> {
    let (first, last) = text.split_once(['-', '–']).unwrap_or((text, text));
    let (first, last) = (weekday(first)?, weekday(last)?);
    let count = (last - first).rem_euclid(7) + 1;
    Some((0..count).map(|n| (first - 1 + n) % 7 + 1).collect())
}

fn weekday(name: &str) -> Option<i8> {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    (1..).zip(DAYS).find(|(_, names)| names.contains(&name.as_str())).map(|(n, _)| n)
}

/// A time of day, `9:00` or `24:00`, in minutes after midnight.
pub(super) fn time(text: &str) -> Option<u16> {
    minutes(text)
}

pub(super) fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let is_time = (1..=2).contains(&hours.len()) && minutes.len() == 2;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (is_time && minutes < 60 && total <= DAY_MIN).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(i8, u16, u16)>> {
        Some(parse(text)?.into_iter().map(|one| (one.weekday, one.from_min, one.to_min)).collect())
    }

    #[test]
    fn hours_are_read_in_both_languages_and_over_midnight() {
        for (text, expect) in [
            ("Mon-Wed 08:00-18:00", vec![(1, 480, 1080), (2, 480, 1080), (3, 480, 1080)]),
            ("Sa 9:00-12:30", vec![(6, 540, 750)]),
            ("sat-mon 00:00-24:00", vec![(6, 0, 1440), (7, 0, 1440), (1, 0, 1440)]),
            ("So. 22:00 - 06:00", vec![(7, 1320, 1440), (1, 0, 360)]),
            ("Sun 22:00-00:00", vec![(7, 1320, 1440)]),
        ] {
            assert_eq!(read(text), Some(expect), "{text}");
        }
        for text in [
            "Mon",
            "Mon 8-18",
            "Mon 08:00-25:00",
            "Mun 08:00-18:00",
            "Mon 08:00-08:00",
            "08:00-18:00",
            "Mon 08:60-09:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
