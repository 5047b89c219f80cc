//! Warnings that a house's privacy officer has settled: a written rule in the site's overlay says which kind of warning needs
//! no second person's confirmation, why, who said so and until when. A block is never settled, and no rule lasts longer
//! than a year.

use std::sync::Arc;

use serde::Deserialize;

use super::{Check, Kind, Severity, Verdict};
use crate::{door::Day, triage::Lang};

/// The longest that a rule may last, in days.
pub const LONGEST_DAYS: i32 = 366;

/// One rule that settles a kind of warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its name in logs.
    pub id: String,
    /// The kind of warning.
    pub kind: Kind,
    /// Why, in German.
    pub reason_de: String,
    /// Why, in English.
    pub reason_en: String,
    /// Who decided it.
    pub set_by: String,
    /// Since when, with that day.
    pub since: Day,
    /// Until when, with that day.
    pub until: Day,
}

impl Settled {
    /// Why, in the reader's language.
    #[must_use]
    pub fn reason(&self, lang: Lang) -> &str {
        if lang == Lang::De { &self.reason_de } else { &self.reason_en }
    }
}

/// A rule that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSettlement {
    /// The file is not TOML, or has a key that there is not.
    #[error("{file}: {why}")]
    Form {
        /// The overlay's name.
        file: String,
        /// What is wrong and where.
        why: String,
    },
    /// A rule says something that can't be.
    #[error("{file}: rule \"{id}\": {why}")]
    Rule {
        /// The overlay's name.
        file: String,
        /// The rule.
        id: String,
        /// What is wrong.
        why: String,
    },
}

/// The rules of one house that settle warnings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlements(Vec<Arc<Settled>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    guard_settled: Vec<Written>,
    /// Read by [`crate::crisis::CrisisRules`].
    #[serde(default, rename = "crisis")]
    _crisis: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    kind: String,
    reason_de: String,
    reason_en: String,
    set_by: String,
    since: String,
    until: String,
}

impl Settlements {
    /// Adds the rules of an overlay: TOML with `[[guard_settled]]` tables.
    ///
    /// # Errors
    /// A key or kind that there is not, a reason or name left out, a day that is none, more than a year from first to last,
    /// or a name that another rule has.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), BadSettlement> {
        let form = |error: toml::de::Error| BadSettlement::Form { file: file.to_owned(), why: error.to_string() };
        let read: File = toml::from_str(text).map_err(form)?;
        for written in read.guard_settled {
            let id = written.id.clone();
            let rule = self.read(written);
            let rule = rule.map_err(|why| BadSettlement::Rule { file: file.to_owned(), id, why })?;
            self.0.push(Arc::new(rule));
        }
        Ok(())
    }

    fn read(&self, written: Written) -> Result<Settled, String> {
        let given = |name: &str, text: String| {
            let text = text.trim().to_owned();
            if text.is_empty() { Err(format!("{name} is empty")) } else { Ok(text) }
        };
        let day = |name: &str, text: &str| Day::read(text).ok_or(format!("{name} = \"{text}\" is no day (2027-03-31)"));
        let kind = Kind::from_word(&written.kind).ok_or_else(|| {
            let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("the guard has no kind \"{}\"; there are {}", written.kind, all.join(", "))
        })?;
        let (since, until) = (day("since", &written.since)?, day("until", &written.until)?);
        if !(0..=LONGEST_DAYS).contains(&since.days_until(until)) {
            return Err(format!("from {since} to {until} is more than a year, or backwards"));
        }
        let id = given("id", written.id)?;
        if self.0.iter().any(|rule| rule.id == id) {
            return Err("another rule has this id".to_owned());
        }
        Ok(Settled {
            id,
            kind,
            reason_de: given("reason_de", written.reason_de)?,
            reason_en: given("reason_en", written.reason_en)?,
            set_by: given("set_by", written.set_by)?,
            since,
            until,
        })
    }

    /// All rules, also those that have ended.
    pub fn all(&self) -> impl Iterator<Item = &Settled> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Marks the warnings that rules of `today` settle; they no longer weigh. `today`: the day it is at the house, without
    /// which no rule holds.
    #[must_use]
    pub fn settle(&self, mut check: Check, today: Option<Day>) -> Check {
        let in_force = |rule: &&Arc<Settled>| today.is_some_and(|today| rule.since <= today && today <= rule.until);
        for finding in check.findings.iter_mut().filter(|one| one.severity == Severity::Warn) {
            finding.settled = self.0.iter().filter(in_force).find(|rule| rule.kind == finding.kind).cloned();
        }
        check.verdict = Verdict::of(&check.findings);
        check
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::{DraftText, check};
    use crate::site::Jurisdiction;

    const RULE: &str = r#"
[[guard_settled]]
id = "house.thanks"
kind = "thanks_in_DE"
reason_de = "Nach Prüfung vertretbar."
reason_en = "Held to be defensible."
set_by = "A. Klein, privacy officer"
since = "2026-04-01"
until = "2026-12-31"
"#;

    fn read(text: &str) -> Result<Settlements, BadSettlement> {
        let mut all = Settlements::default();
        all.add("mitte.toml", text).map(|()| all)
    }

    fn draft(text: &str) -> DraftText<'_> {
        DraftText {
            text,
            lang: Lang::De,
            jurisdiction: Jurisdiction::De,
            public: true,
            consented: false,
            inbound_text: Some("Alles gut!"),
            inbound_handle: None,
            public_facts: &[],
            people: None,
        }
    }

    #[test]
    fn a_settled_warning_needs_nobody_until_its_last_day() {
        let rules = read(RULE).unwrap();
        let text = "Danke für Ihr Lob!";
        assert_eq!(check(&draft(text)).verdict, Verdict::Warn);
        for (day, verdict) in [
            ("2026-03-31", Verdict::Warn),
            ("2026-04-01", Verdict::Allow),
            ("2026-12-31", Verdict::Allow),
            ("2027-01-01", Verdict::Warn),
        ] {
            let settled = rules.settle(check(&draft(text)), Day::read(day));
            assert_eq!(settled.verdict, verdict, "{day}");
            assert_eq!(settled.findings.iter().any(|one| one.settled.is_some()), verdict == Verdict::Allow);
        }
        assert_eq!(rules.settle(check(&draft(text)), None).verdict, Verdict::Warn);
    }

    #[test]
    fn a_block_is_never_settled() {
        let rules = read(&RULE.replace("thanks_in_DE", "confirms_relationship")).unwrap();
        let blocked = check(&draft("Danke für Ihren Aufenthalt bei uns."));
        assert_eq!(blocked.verdict, Verdict::Block);
        assert_eq!(rules.settle(blocked.clone(), Day::read("2026-05-01")), blocked);
    }

    #[test]
    fn a_rule_that_is_not_as_it_must_be_is_refused_with_its_fault() {
        for (from, to, said) in [
            ("thanks_in_DE", "thanks", "no kind \"thanks\""),
            ("Held to be defensible.", " ", "reason_en is empty"),
            ("A. Klein, privacy officer", "", "set_by is empty"),
            ("2026-12-31", "2027-12-31", "more than a year"),
            ("2026-12-31", "2026-03-31", "backwards"),
            ("2026-12-31", "soon", "no day"),
            ("set_by", "setby", "unknown field `setby`"),
            ("until = \"2026-12-31\"", "", "missing field `until`"),
        ] {
            let error = read(&RULE.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(said) && error.starts_with("mitte.toml"), "{error}");
        }
        let twice = read(&format!("{RULE}{RULE}")).unwrap_err().to_string();
        assert!(twice.contains("another rule"), "{twice}");
    }
}
