//! Clocks that law or contract set: they run beside every decision, never stop while something is held, and no hold ends
//! later than they do. What there is stands as data in the packs (`policies/*/clocks.toml`); a house adds its contracts'.

use jiff::{Span as CivilSpan, civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::packs;
use crate::{holiday::Calendar, label::LabelKind, site::Jurisdiction, time::Timestamp, triage::Lang, words::words};

words! {
    /// What makes a clock binding.
    Basis {
        /// A law or regulation.
        Law = "law",
        /// A contract, or a supervisor's guidance that the house is held to.
        Contract = "contract",
        /// No figure is set from outside ("without undue delay"): the figure is this pack's.
        House = "house",
    }
}

/// How long a clock runs. Days and months end with the day, at midnight of the house (Regulation (EEC, Euratom) 1182/71
/// Art. 3(2)); that a period ending on a holiday runs on (Art. 3(4)) is left out: whoever is told earlier loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Hours on the clock, holidays or not.
    Hours(u16),
    /// Calendar days; the day it starts does not count.
    Days(u16),
    /// Days from Monday to Friday that are no holidays of the house; the day it starts does not count.
    WorkingDays(u16),
    /// Calendar months: to the same day of the month, or its last day.
    Months(u16),
}

impl Within {
    fn read(text: &str) -> Option<Self> {
        let (number, unit) = text.split_once(' ')?;
        let n: u16 = number.parse().ok().filter(|n| *n > 0)?;
        match unit {
            "hour" | "hours" => Some(Self::Hours(n)),
            "day" | "days" => Some(Self::Days(n)),
            "working day" | "working days" => Some(Self::WorkingDays(n)),
            "month" | "months" => Some(Self::Months(n)),
            _ => None,
        }
    }

    /// When it is over, on the calendar of the house. `None`: outside the calendar.
    #[must_use]
    pub fn due(self, from: Timestamp, zone: &TimeZone, calendar: &Calendar) -> Option<Timestamp> {
        let start = jiff::Timestamp::from_microsecond(from.as_micros()).ok()?.to_zoned(zone.clone());
        let last = match self {
            Self::Hours(n) => return Some(from.plus(crate::time::Span::hours(n.into()))),
            Self::Days(n) => start.date().checked_add(CivilSpan::new().days(i64::from(n))).ok()?,
            Self::Months(n) => start.date().checked_add(CivilSpan::new().months(i64::from(n))).ok()?,
            Self::WorkingDays(n) => working_day_after(start.date(), n, calendar)?,
        };
        // The last minute of the day, so that the day that is shown is the day it ends on.
        let end = last.at(23, 59, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(Timestamp::from_micros(end.timestamp().as_microsecond()))
    }
}

fn working_day_after(from: Date, n: u16, calendar: &Calendar) -> Option<Date> {
    let (mut day, mut left) = (from, n);
    while left > 0 {
        day = day.tomorrow().ok()?;
        left -= u16::from(calendar.is_working_day(day));
    }
    Some(day)
}

/// A kind of clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockKind {
    /// Its name in rules, store and log, e.g. `data_request`.
    pub id: String,
    name_de: String,
    name_en: String,
    /// Law or contract, with section.
    pub source: String,
    /// How long it runs.
    pub within: Within,
    /// What makes it binding.
    pub basis: Basis,
    /// Setting this label on a case's author, thread or house starts it there.
    pub label: Option<LabelKind>,
    /// Whether it counts from the post (what was asked for in it was received then); else from the decision (when the house
    /// became aware).
    pub from_post: bool,
}

impl ClockKind {
    /// What it is, in German or (any other language) English.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        if lang == Lang::De { &self.name_de } else { &self.name_en }
    }
}

/// A clock's file is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {why}")]
pub struct BadClock {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub why: String,
}

/// The clocks of a house.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks(Vec<ClockKind>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    clock: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name_de: String,
    name_en: String,
    source: String,
    within: String,
    basis: String,
    #[serde(default)]
    label: Option<String>,
    from: String,
}

impl Clocks {
    /// The clocks of a jurisdiction, then a house's own files. One with a known id takes its place.
    ///
    /// # Errors
    /// A key, unit or word that there is not, or a text left out.
    pub fn load(jurisdiction: Jurisdiction, own: &[(&str, &str)]) -> Result<Self, BadClock> {
        let mut all = Self::default();
        for (file, text) in std::iter::once(packs::clocks(jurisdiction)).chain(own.iter().copied()) {
            all.add(file, text)?;
        }
        Ok(all)
    }

    fn add(&mut self, file: &str, text: &str) -> Result<(), BadClock> {
        let bad = |why: String| BadClock { file: file.to_owned(), why };
        let read: File = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        for written in read.clock {
            let id = written.id.clone();
            let kind = written.read().map_err(|why| bad(format!("clock \"{id}\": {why}")))?;
            self.0.retain(|known| known.id != kind.id);
            self.0.push(kind);
        }
        Ok(())
    }

    /// The clock with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&ClockKind> {
        self.0.iter().find(|kind| kind.id == id)
    }

    /// Every clock, in the order of the files.
    pub fn all(&self) -> impl Iterator<Item = &ClockKind> {
        self.0.iter()
    }
}

impl Written {
    fn read(self) -> Result<ClockKind, String> {
        let given = |name: &str, text: String| {
            if text.trim().is_empty() { Err(format!("{name} is empty")) } else { Ok(text.trim().to_owned()) }
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.id.is_empty() || !self.id.chars().all(plain) {
            return Err("an id has small letters, digits and _ only".to_owned());
        }
        let within = Within::read(&self.within).ok_or_else(|| {
            format!("within = \"{}\" is not like \"72 hours\", \"3 working days\", \"1 month\"", self.within)
        })?;
        let basis = Basis::from_word(&self.basis)
            .ok_or_else(|| format!("basis = \"{}\" is none of law, contract, house", self.basis))?;
        let label = match self.label {
            Some(word) => Some(LabelKind::from_word(&word).ok_or_else(|| format!("there is no label \"{word}\""))?),
            None => None,
        };
        let from_post = match self.from.as_str() {
            "post" => true,
            "now" => false,
            other => return Err(format!("from = \"{other}\" is neither \"post\" nor \"now\"")),
        };
        Ok(ClockKind {
            name_de: given("name_de", self.name_de)?,
            name_en: given("name_en", self.name_en)?,
            source: given("source", self.source)?,
            id: self.id,
            within,
            basis,
            label,
            from_post,
        })
    }
}

/// The ids of the packs' clocks, of every jurisdiction: what a rule may name. Where a jurisdiction has none, none runs.
pub(super) fn known() -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for clocks in Jurisdiction::ALL.into_iter().filter_map(|one| Clocks::load(one, &[]).ok()) {
        ids.extend(clocks.0.into_iter().map(|kind| kind.id));
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(within: Within, from: &str, due: &str) {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let calendar = Calendar::read(["de-be"]).unwrap();
        let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
        assert_eq!(within.due(at(from), &zone, &calendar), Some(at(due)), "{within:?} from {from}");
    }

    #[test]
    fn periods_end_with_the_day_on_the_calendar_of_the_house() {
        check(Within::Months(1), "2026-01-31T10:00:00+01:00", "2026-02-28T23:59:00+01:00");
        check(Within::Months(1), "2026-11-14T14:02:00+01:00", "2026-12-14T23:59:00+01:00");
        // Summer time begins in between.
        check(Within::Months(1), "2026-03-10T23:30:00+01:00", "2026-04-10T23:59:00+02:00");
        // Late in the evening in UTC it is the next day in Berlin.
        check(Within::Days(7), "2026-06-30T22:30:00Z", "2026-07-08T23:59:00+02:00");
        // Thursday before Easter: Friday and Monday are holidays.
        check(Within::WorkingDays(3), "2026-04-02T09:00:00+02:00", "2026-04-09T23:59:00+02:00");
        check(Within::WorkingDays(3), "2026-12-23T09:00:00+01:00", "2026-12-29T23:59:00+01:00");
        // 72 hours are 72 hours, also over the change of the clocks and over a weekend.
        check(Within::Hours(72), "2026-03-28T12:00:00+01:00", "2026-03-31T13:00:00+02:00");
    }

    #[test]
    fn each_jurisdiction_has_its_clocks_with_source_and_words() {
        let within = |jurisdiction: Jurisdiction, id: &str| {
            Clocks::load(jurisdiction, &[]).unwrap().get(id).map(|kind| kind.within)
        };
        for eu in [Jurisdiction::De, Jurisdiction::At, Jurisdiction::Uk] {
            assert_eq!(within(eu, "data_request"), Some(Within::Months(1)), "{eu:?}");
            assert_eq!(within(eu, "breach"), Some(Within::Hours(72)), "{eu:?}");
        }
        assert_eq!(within(Jurisdiction::Us, "data_request"), Some(Within::Days(30)));
        assert_eq!(within(Jurisdiction::Us, "breach"), Some(Within::Days(60)));
        assert_eq!(within(Jurisdiction::Us, "complaint"), Some(Within::Days(7)));
        assert_eq!(within(Jurisdiction::Uk, "complaint"), Some(Within::WorkingDays(3)));
        assert_eq!(within(Jurisdiction::De, "complaint"), None, "no statute sets a German hospital a time");
        for one in Jurisdiction::ALL {
            for kind in Clocks::load(one, &[]).unwrap().all() {
                assert!(!kind.source.is_empty() && kind.name(Lang::De) != kind.name(Lang::En), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_house_adds_the_clocks_of_its_contracts_and_what_is_mistyped_is_refused() {
        let contract = "[[clock]]\nid = \"complaint\"\nname_de = \"Antwort laut Vertrag\"\nname_en = \"Answer by contract\"\n\
            within = \"10 working days\"\nfrom = \"now\"\nbasis = \"contract\"\nsource = \"Contract § 7\"\nlabel = \"open_complaint\"\n";
        let clocks = Clocks::load(Jurisdiction::De, &[("own.clocks.toml", contract)]).unwrap();
        assert_eq!(clocks.get("complaint").map(|kind| kind.within), Some(Within::WorkingDays(10)));
        for (from, to) in [
            ("working days", "weeks"),
            ("\"contract\"", "\"wish\""),
            ("open_complaint", "angry"),
            ("\"now\"", "\"then\""),
        ] {
            let bad = Clocks::load(Jurisdiction::De, &[("own.clocks.toml", &contract.replacen(from, to, 1))]);
            assert_eq!(bad.unwrap_err().file, "own.clocks.toml", "{to}");
        }
    }
}
