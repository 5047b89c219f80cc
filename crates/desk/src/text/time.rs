//! Moments and spans in words: clock times, ages, "until" and "left", short and the same everywhere.

use jiff::{Timestamp, Zoned};

use super::{Lang, Reader};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Between a number and its unit, so that a line never ends between them.
const NBSP: char = '\u{a0}';

const DAYS_DE: [&str; 7] = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS_DE: [&str; 12] =
    ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];
const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Reader {
    /// For `<time datetime>`: RFC 3339 in UTC.
    #[must_use]
    pub fn machine(&self, at: i64) -> String {
        stamp(at).to_string()
    }

    /// "14:02".
    #[must_use]
    pub fn clock(&self, at: i64) -> String {
        self.zoned(at).strftime("%H:%M").to_string()
    }

    /// "14:02:37".
    #[must_use]
    pub fn clock_s(&self, at: i64) -> String {
        self.zoned(at).strftime("%H:%M:%S").to_string()
    }

    /// "14. Nov." / "14 Nov", with the year if it is not this one.
    #[must_use]
    pub fn date(&self, at: i64) -> String {
        let z = self.zoned(at);
        let month = usize::try_from(z.month()).unwrap_or(1).saturating_sub(1);
        let mut out = match self.lang {
            Lang::De => format!("{}.{NBSP}{}", z.day(), pick(&MONTHS_DE, month)),
            Lang::En => format!("{}{NBSP}{}", z.day(), pick(&MONTHS_EN, month)),
        };
        if z.year() != self.zoned(self.now).year() {
            out.push(NBSP);
            out.push_str(&z.year().to_string());
        }
        out
    }

    /// A moment on a page: "14:02" today, "Fr 23:04" within six days, else "11. Nov., 19:20".
    #[must_use]
    pub fn moment(&self, at: i64) -> String {
        let (z, now) = (self.zoned(at), self.zoned(self.now));
        if z.date() == now.date() {
            return self.clock(at);
        }
        if (at - self.now).abs() < 6 * DAY {
            return format!("{}{NBSP}{}", self.weekday(&z), self.clock(at));
        }
        format!("{}, {}", self.date(at), self.clock(at))
    }

    /// A moment in full, for titles: "Sa 14. Nov., 14:02" / "Sat 14 Nov, 14:02".
    #[must_use]
    pub fn full(&self, at: i64) -> String {
        format!("{}{NBSP}{}, {}", self.weekday(&self.zoned(at)), self.date(at), self.clock(at))
    }

    /// The end of a hold: "18:00" today, "Di, 14:00" / "Tue 14:00" within six days, else with the date.
    #[must_use]
    pub fn until(&self, at: i64) -> String {
        let z = self.zoned(at);
        if z.date() == self.zoned(self.now).date() {
            return self.clock(at);
        }
        let comma = if self.lang == Lang::De { "," } else { "" };
        if (at - self.now).abs() < 6 * DAY {
            return format!("{}{comma}{NBSP}{}", self.weekday(&z), self.clock(at));
        }
        format!("{}{comma}{NBSP}{}, {}", self.weekday(&z), self.date(at), self.clock(at))
    }

    /// The end of something long: as `until` within six days, else the date alone.
    #[must_use]
    pub fn until_day(&self, at: i64) -> String {
        if (at - self.now).abs() < 6 * DAY { self.until(at) } else { self.date(at) }
    }

    /// How old something is, for a row: "40 s", "11 min", "2 h", then "Fr 23:04", then "11. Nov.".
    #[must_use]
    pub fn age(&self, at: i64) -> String {
        let past = (self.now - at).max(0);
        if past < MINUTE {
            return format!("{}{NBSP}s", past / SECOND);
        }
        if past < HOUR {
            return format!("{}{NBSP}min", past / MINUTE);
        }
        if past < 12 * HOUR {
            return format!("{}{NBSP}{}", past / HOUR, self.hour_word());
        }
        if past < 6 * DAY { self.moment(at) } else { self.date(at) }
    }

    /// The time from now to `at` as a span; nothing left is "0:00".
    #[must_use]
    pub fn left(&self, at: i64) -> String {
        self.span(at - self.now)
    }

    /// A span of microseconds: "2 T 23 Std 48 min", "1 Std 05 min", "48 min", and "1:42" under two minutes.
    #[must_use]
    pub fn span(&self, micros: i64) -> String {
        let s = micros.max(0) / SECOND;
        if s < 120 {
            return format!("{}:{:02}", s / 60, s % 60);
        }
        let (days, hours, minutes) = (s / 86_400, s % 86_400 / 3600, s % 3600 / 60);
        let (day, hour) = (self.day_word(), self.hour_word());
        match (days, hours) {
            (0, 0) => format!("{minutes}{NBSP}min"),
            (0, _) => format!("{hours}{NBSP}{hour} {minutes:02}{NBSP}min"),
            _ => format!("{days}{NBSP}{day} {hours}{NBSP}{hour} {minutes:02}{NBSP}min"),
        }
    }

    /// A lag or a wait in one unit: "2 s", "4 min", "3 h", "2 T".
    #[must_use]
    pub fn brief(&self, micros: i64) -> String {
        let micros = micros.max(0);
        let (n, unit) = match micros {
            m if m < MINUTE => (m / SECOND, "s"),
            m if m < HOUR => (m / MINUTE, "min"),
            m if m < 2 * DAY => (m / HOUR, self.hour_word()),
            m => (m / DAY, self.day_word()),
        };
        format!("{n}{NBSP}{unit}")
    }

    /// The value of an `<input type="datetime-local">`, in the hospital's zone.
    #[must_use]
    pub fn field(&self, at: i64) -> String {
        self.zoned(at).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The unit "day" as a countdown writes it.
    pub(crate) fn day_word(&self) -> &'static str {
        match self.lang {
            Lang::De => "T",
            Lang::En => "d",
        }
    }

    /// The unit "hour" as a countdown writes it.
    pub(crate) fn hour_word(&self) -> &'static str {
        match self.lang {
            Lang::De => "Std",
            Lang::En => "h",
        }
    }

    fn weekday(&self, z: &Zoned) -> &'static str {
        let day = usize::try_from(z.weekday().to_monday_zero_offset()).unwrap_or(0);
        match self.lang {
            Lang::De => pick(&DAYS_DE, day),
            Lang::En => pick(&DAYS_EN, day),
        }
    }

    fn zoned(&self, at: i64) -> Zoned {
        stamp(at).to_zoned(self.zone.clone())
    }
}

/// A moment out of jiff's range is shown as 1970: visibly wrong, but the page stands.
fn stamp(at: i64) -> Timestamp {
    Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn pick(names: &[&'static str], i: usize) -> &'static str {
    names.get(i).copied().unwrap_or("–")
}
