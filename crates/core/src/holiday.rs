//! Public holidays: which days a house counts as none of its working days. A calendar is made of regions, whose days are
//! computed from the law of the region, and of single days that the house names.

use jiff::civil::{Date, Weekday};

use crate::words::words;

words! {
    /// A region whose public holidays are known here. Municipal and regional-party holidays are left out: a house names them
    /// as single days.
    Region {
        /// Baden-Württemberg (FTG BW).
        DeBw = "de-bw",
        /// Bavaria (FTG BY); Assumption Day, as most of its municipalities keep it.
        DeBy = "de-by",
        /// Berlin (FeiertG BE).
        DeBe = "de-be",
        /// Brandenburg (FTG BB).
        DeBb = "de-bb",
        /// Bremen (FeiertG HB).
        DeHb = "de-hb",
        /// Hamburg (FeiertG HH).
        DeHh = "de-hh",
        /// Hesse (HFeiertG).
        DeHe = "de-he",
        /// Mecklenburg-Vorpommern (FTG M-V).
        DeMv = "de-mv",
        /// Lower Saxony (NFeiertagsG).
        DeNi = "de-ni",
        /// North Rhine-Westphalia (FeiertG NW).
        DeNw = "de-nw",
        /// Rhineland-Palatinate (LFtG RP).
        DeRp = "de-rp",
        /// Saarland (SFG).
        DeSl = "de-sl",
        /// Saxony (SächsSFG).
        DeSn = "de-sn",
        /// Saxony-Anhalt (FeiertG LSA).
        DeSt = "de-st",
        /// Schleswig-Holstein (SFTG).
        DeSh = "de-sh",
        /// Thuringia (ThürFtG).
        DeTh = "de-th",
        /// Austria (Feiertagsruhegesetz 1957 § 1).
        At = "at",
        /// England and Wales (Banking and Financial Dealings Act 1971 sch. 1, with substitute days).
        UkEng = "uk-eng",
        /// United States, federal (5 U.S.C. 6103, with days observed in lieu).
        Us = "us",
    }
}

/// The holidays of a house.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    regions: Vec<Region>,
    days: Vec<Date>,
}

/// What a house wrote is no day and no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no day like 2026-12-24 and no region like de-be")]
pub struct BadHoliday(String);

impl Calendar {
    /// Reads regions and days in any order.
    ///
    /// # Errors
    /// A text is neither.
    pub fn read<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, BadHoliday> {
        let mut calendar = Self::default();
        for text in texts {
            match (Region::from_word(text), text.parse::<Date>()) {
                (Some(region), _) => calendar.regions.push(region),
                (None, Ok(day)) if text.len() == 10 => calendar.days.push(day),
                (None, _) => return Err(BadHoliday(text.to_owned())),
            }
        }
        Ok(calendar)
    }

    /// Whether nothing is set up: then it is not known whether a day is a holiday.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.regions.is_empty() && self.days.is_empty()
    }

    /// Whether the day is a holiday.
    #[must_use]
    pub fn is_holiday(&self, day: Date) -> bool {
        self.days.contains(&day) || self.regions.iter().any(|region| region.keeps(day))
    }

    /// Whether the day is a working day: Monday to Friday and no holiday.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.is_holiday(day)
    }
}

impl Region {
    fn keeps(self, day: Date) -> bool {
        match self {
            Self::At => austria(day),
            Self::UkEng => england(day),
            Self::Us => united_states(day),
            _ => germany(day) || self.of_its_land(day),
        }
    }

    /// What a Land keeps beside the days that all keep.
    fn of_its_land(self, day: Date) -> bool {
        use Region::{DeBb, DeBe, DeBw, DeBy, DeHb, DeHe, DeHh, DeMv, DeNi, DeNw, DeRp, DeSh, DeSl, DeSn, DeSt, DeTh};
        match (day.month(), day.day()) {
            (1, 6) => matches!(self, DeBw | DeBy | DeSt),
            (3, 8) => self == DeBe || (self == DeMv && day.year() >= 2023),
            (8, 15) => matches!(self, DeSl | DeBy),
            (9, 20) => self == DeTh && day.year() >= 2019,
            (10, 31) => matches!(self, DeBb | DeHb | DeHh | DeMv | DeNi | DeSn | DeSt | DeSh | DeTh),
            (11, 1) => matches!(self, DeBw | DeBy | DeNw | DeRp | DeSl),
            // The Wednesday before 23 November: day of repentance and prayer.
            (11, 16..=22) => self == DeSn && day.weekday() == Weekday::Wednesday,
            _ => matches!(self, DeBw | DeBy | DeHe | DeNw | DeRp | DeSl) && after_easter(day) == Some(60),
        }
    }
}

/// Unification Treaty Art. 2(2) and what every Land keeps.
fn germany(day: Date) -> bool {
    matches!((day.month(), day.day()), (1 | 5, 1) | (10, 3) | (12, 25 | 26))
        || matches!(after_easter(day), Some(-2 | 1 | 39 | 50))
}

fn austria(day: Date) -> bool {
    let fixed = [(1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26)];
    fixed.contains(&(day.month(), day.day())) || matches!(after_easter(day), Some(1 | 39 | 50 | 60))
}

fn england(day: Date) -> bool {
    let first_monday = day.weekday() == Weekday::Monday && day.day() <= 7;
    let last_monday = day.weekday() == Weekday::Monday && day.day() > 24;
    match (day.month(), day.day()) {
        (1, 1) => is_weekday(day),
        // In lieu of a New Year's Day on a weekend.
        (1, 2 | 3) => day.weekday() == Weekday::Monday,
        (12, 25 | 26) => is_weekday(day),
        // In lieu of Christmas and Boxing Day on a weekend.
        (12, 27) => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
        (12, 28) => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
        (5, _) => first_monday || last_monday,
        (8, 25..=31) => last_monday,
        _ => matches!(after_easter(day), Some(-2 | 1)),
    }
}

fn united_states(day: Date) -> bool {
    let nth_monday = |n: i8| day.weekday() == Weekday::Monday && (day.day() - 1) / 7 == n - 1;
    let fixed = |day: Date| matches!((day.month(), day.day()), (1, 1) | (6, 19) | (7, 4) | (11, 11) | (12, 25));
    // A holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after.
    let in_lieu = match day.weekday() {
        Weekday::Friday => day.tomorrow().is_ok_and(fixed),
        Weekday::Monday => day.yesterday().is_ok_and(fixed),
        _ => false,
    };
    let floating = match day.month() {
        1 | 2 => nth_monday(3),
        5 => day.weekday() == Weekday::Monday && day.day() > 24,
        9 => nth_monday(1),
        10 => nth_monday(2),
        11 => day.weekday() == Weekday::Thursday && (22..=28).contains(&day.day()),
        _ => false,
    };
    (fixed(day) && is_weekday(day)) || in_lieu || floating
}

fn is_weekday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days from Easter Sunday of the day's year to the day.
fn after_easter(day: Date) -> Option<i32> {
    let easter = easter(day.year())?;
    easter.until(day).ok().map(|span| span.get_days())
}

/// Easter Sunday (anonymous Gregorian algorithm, Meeus/Jones/Butcher).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(region: Region, year: i16, expected: &[&str]) {
        let calendar = Calendar::read([region.as_str()]).unwrap();
        let mut day = Date::new(year, 1, 1).unwrap();
        let mut found = Vec::new();
        while day.year() == year {
            if calendar.is_holiday(day) {
                found.push(day.to_string().split_off(5));
            }
            day = day.tomorrow().unwrap();
        }
        assert_eq!(found, expected, "{region:?} {year}");
    }

    /// Against the published lists of these years.
    #[test]
    fn holidays_are_those_that_the_regions_publish() {
        let berlin = ["01-01", "03-08", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"];
        check(Region::DeBe, 2026, &berlin);
        let saxony =
            ["01-01", "03-29", "04-01", "05-01", "05-09", "05-20", "10-03", "10-31", "11-20", "12-25", "12-26"];
        check(Region::DeSn, 2024, &saxony);
        let nrw = ["01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "06-19", "10-03", "11-01", "12-25", "12-26"];
        check(Region::DeNw, 2025, &nrw);
        let england = ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"];
        check(Region::UkEng, 2026, &england);
        check(Region::UkEng, 2021, &["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]);
        let us = ["01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"];
        check(Region::Us, 2026, &us);
        let austria = [
            "01-01", "01-06", "04-06", "05-01", "05-14", "05-25", "06-04", "08-15", "10-26", "11-01", "12-08", "12-25",
            "12-26",
        ];
        check(Region::At, 2026, &austria);
    }

    #[test]
    fn a_house_adds_days_of_its_own_and_what_is_neither_is_refused() {
        let calendar = Calendar::read(["de-be", "2026-12-24"]).unwrap();
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(calendar.is_holiday(day("2026-12-24")) && !calendar.is_holiday(day("2027-12-24")));
        assert!(!calendar.is_working_day(day("2026-12-24")) && calendar.is_working_day(day("2026-12-23")));
        assert!(!calendar.is_working_day(day("2026-12-20")), "a Sunday");
        assert!(Calendar::default().is_empty() && !calendar.is_empty());
        for bad in ["de-xx", "24.12.2026", "2026-13-01", ""] {
            assert_eq!(Calendar::read([bad]), Err(BadHoliday(bad.to_owned())));
        }
    }
}
