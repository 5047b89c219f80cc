//! A house with its rules and hours, ready to judge by.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use bedside_core::{
    door::Day,
    guard::{self, Check, DraftText, Settlements},
    label::LabelKind,
    policy::{Decision, Effect, Facts, HouseFacts, Rules},
    site::Jurisdiction,
    time::Timestamp,
};
use bedside_store::sites::Site;
use jiff::tz::TimeZone;

use crate::FlowError;

/// A site with its rules read and its time zone known.
#[derive(Debug)]
pub struct House {
    /// The site as stored.
    pub site: Site,
    /// Its rules: the common pack, its jurisdiction's, its own overlays.
    pub rules: Rules,
    /// The warnings of the guard that its privacy officer has settled.
    pub settlements: Settlements,
    zone: TimeZone,
    failing: Mutex<Option<RulesFailing>>,
}

/// Rules that could not be evaluated for some post since the program started. What they touch is left to persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesFailing {
    /// Their ids.
    pub rules: BTreeSet<String>,
    /// When that was last seen.
    pub last_at: Timestamp,
}

impl House {
    /// Reads the rules of a site. Overlays named `*.toml` settle warnings of the guard, all others are Cedar.
    ///
    /// # Errors
    /// A rule is not as it must be (with file and line), or the time zone is unknown.
    pub fn open(site: Site, overlays: &[(&str, &str)]) -> Result<Self, FlowError> {
        let zone = TimeZone::get(&site.time_zone)
            .map_err(|_| FlowError::Zone { site: site.slug.clone(), zone: site.time_zone.clone() })?;
        let (rules, settlements) = Self::read(site.jurisdiction, overlays)?;
        Ok(Self { rules, settlements, site, zone, failing: Mutex::new(None) })
    }

    /// Whether an overlay of this name settles warnings of the guard; all others are Cedar.
    #[must_use]
    pub fn settles(overlay: &str) -> bool {
        overlay.to_ascii_lowercase().ends_with(".toml")
    }

    /// The rules of a jurisdiction with these overlays.
    ///
    /// # Errors
    /// A rule is not as it must be.
    pub fn read(jurisdiction: Jurisdiction, overlays: &[(&str, &str)]) -> Result<(Rules, Settlements), FlowError> {
        let (guard, cedar): (Vec<_>, Vec<_>) = overlays.iter().partition(|(name, _)| Self::settles(name));
        let mut settlements = Settlements::default();
        for (name, text) in guard {
            settlements.add(name, text)?;
        }
        Ok((Rules::load(jurisdiction, &cedar)?, settlements))
    }

    /// What the guard says of a text, with what the house's rules settle today.
    #[must_use]
    pub fn check(&self, draft: &DraftText<'_>, now: Timestamp) -> Check {
        self.settled(guard::check(draft), now)
    }

    /// What is left of a check with what the house's rules settle today.
    pub(crate) fn settled(&self, check: Check, now: Timestamp) -> Check {
        self.settlements.settle(check, self.today(now))
    }

    /// Decides by the house's rules, and remembers those that fail.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let decision = self.rules.decide(facts);
        if decision.has_error() {
            self.failed(&decision, facts.now);
        }
        decision
    }

    fn failed(&self, decision: &Decision, now: Timestamp) {
        let errors = decision.because.iter().filter(|one| one.effect == Effect::Errors).map(|one| one.rule.clone());
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failing.get_or_insert(RulesFailing { rules: BTreeSet::new(), last_at: now });
        known.last_at = now;
        for rule in errors {
            if known.rules.insert(rule.clone()) {
                tracing::error!(site = %self.site.slug, rule, "a rule can't be evaluated; what it touches waits for a person");
            }
        }
    }

    /// The rules that fail; `None`: none has failed since the program started.
    #[must_use]
    pub fn failing(&self) -> Option<RulesFailing> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The house's time zone.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The day it is at the house; `None`: outside the calendar.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Option<Day> {
        let local = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?.to_zoned(self.zone.clone());
        Day::read(&local.date().to_string())
    }

    /// What rules may know of the house now.
    #[must_use]
    pub fn facts(&self, now: Timestamp, site_labels: &[LabelKind], paused: bool) -> HouseFacts {
        HouseFacts {
            jurisdiction: self.site.jurisdiction,
            page_owner: self.site.page_owner,
            staffed_now: self.is_staffed(now),
            crisis_mode: site_labels.contains(&LabelKind::Incident),
            incident: None,
            approved_statement: None,
            paused,
        }
    }

    /// Whether the desk is staffed; `None`: no hours are set up.
    pub(crate) fn is_staffed(&self, now: Timestamp) -> Option<bool> {
        if self.site.settings.staffed.is_empty() {
            return None;
        }
        let local = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?.to_zoned(self.zone.clone());
        let weekday = local.weekday().to_monday_one_offset();
        let minute = u16::try_from(i16::from(local.hour()) * 60 + i16::from(local.minute())).unwrap_or(0);
        let mut stretches = self.site.settings.staffed.iter();
        Some(stretches.any(|open| open.weekday == weekday && (open.from_min..open.to_min).contains(&minute)))
    }
}
