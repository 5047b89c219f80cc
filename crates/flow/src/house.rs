//! A house with its rules and hours, ready to judge by.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use bedside_core::{
    door::Day,
    guard::{self, Check, DraftText},
    holiday::Calendar,
    label::LabelKind,
    policy::{Decision, Effect, Facts, HouseFacts, HouseHours, clock::ClockKind},
    time::{Span, Timestamp},
};
use bedside_store::sites::{Site, Staffed};
use jiff::{ToSpan as _, Zoned, civil::Date, tz::TimeZone};

use crate::{
    FlowError,
    facts::Around,
    rules::{InForce, RulesRead},
};

/// So far ahead it is looked for the next time at which somebody is at the desk.
const LOOK_AHEAD_DAYS: i64 = 31;

/// A site with its rules read and its time zone known.
#[derive(Debug)]
pub struct House {
    /// The site as stored.
    pub site: Site,
    calendar: Calendar,
    zone: TimeZone,
    in_force: RwLock<Arc<InForce>>,
    failing: Mutex<Option<RulesFailing>>,
}

/// Rules that could not be evaluated for some post since they came into force. What they touch is left to persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesFailing {
    /// Their ids.
    pub rules: BTreeSet<String>,
    /// When that was last seen.
    pub last_at: Timestamp,
}

impl House {
    /// Reads the rules of a site. Overlays named `*.clocks.toml` add clocks of law or contract, other `*.toml` settle warnings of
    /// the guard, all others are Cedar.
    ///
    /// # Errors
    /// A rule is not as it must be (with file and line), or the time zone is unknown.
    pub fn open(site: Site, overlays: &[(&str, &str)]) -> Result<Self, FlowError> {
        let read = Arc::new(RulesRead::of(site.jurisdiction, overlays)?);
        Self::with(site, InForce::first(read))
    }

    /// A site with what is in force there.
    pub(crate) fn with(site: Site, in_force: InForce) -> Result<Self, FlowError> {
        let zone = TimeZone::get(&site.time_zone)
            .map_err(|_| FlowError::Zone { site: site.slug.clone(), zone: site.time_zone.clone() })?;
        let calendar = Calendar::read(site.settings.holidays.iter().map(String::as_str))?;
        Ok(Self { calendar, site, zone, in_force: RwLock::new(Arc::new(in_force)), failing: Mutex::new(None) })
    }

    /// Whether an overlay of this name is no rule: it settles warnings of the guard, or adds clocks.
    #[must_use]
    pub fn settles(overlay: &str) -> bool {
        RulesRead::settles(overlay)
    }

    /// The rules that are in force. They may be others a moment later: who asks twice about one thing holds on to them.
    #[must_use]
    pub fn rules(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over what came into force, unless something later did already. Gives whether it was taken over.
    pub(crate) fn take_over(&self, next: InForce) -> bool {
        let mut known = self.in_force.write().unwrap_or_else(PoisonError::into_inner);
        if next.since() <= known.since() {
            return false;
        }
        *known = Arc::new(next);
        // Other rules: what failed before says nothing of them.
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = None;
        true
    }

    /// What the guard says of a text, with what the house's rules settle today.
    #[must_use]
    pub fn check(&self, draft: &DraftText<'_>, now: Timestamp) -> Check {
        self.settled(guard::check(draft), now)
    }

    /// What is left of a check with what the house's rules settle today.
    pub(crate) fn settled(&self, check: Check, now: Timestamp) -> Check {
        self.rules().settlements().settle(check, self.today(now))
    }

    /// Decides by the house's rules, and remembers those that fail.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let decision = self.rules().decide(facts);
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

    /// The rules that fail; `None`: none has failed since they came into force.
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

    /// What rules may know of the house now, about a post that was written at `posted`.
    pub(crate) fn facts(&self, now: Timestamp, posted: Timestamp, around: &Around) -> HouseFacts {
        let incident = around.incident;
        HouseFacts {
            jurisdiction: self.site.jurisdiction,
            page_owner: self.site.page_owner,
            staffed_now: self.is_staffed(now),
            crisis_mode: incident.is_some() || around.site_labels.contains(&LabelKind::Incident),
            incident: incident.map(|one| one.kind),
            stage: incident.map(|one| one.stage),
            approved_statement: incident.map(|one| one.has_statement),
            hours: HouseHours {
                holiday: self.is_holiday(now),
                until_staffed: self.next_staffed(now).map(|at| at.since(now).max(Span::ZERO)),
                staffed_at_post: self.is_staffed(posted),
            },
            paused: around.paused,
        }
    }

    /// The day at the house (`2026-11-27`), and how many minutes of it have passed; `None`: outside the calendar.
    pub(crate) fn day_and_minute(&self, now: Timestamp) -> Option<(String, u16)> {
        let local = self.local(now)?;
        let minute = u16::try_from(i16::from(local.hour()) * 60 + i16::from(local.minute())).ok()?;
        Some((local.date().to_string(), minute))
    }

    fn local(&self, at: Timestamp) -> Option<Zoned> {
        Some(jiff::Timestamp::from_microsecond(at.as_micros()).ok()?.to_zoned(self.zone.clone()))
    }

    /// Whether it is a holiday at the house; `None`: no calendar is set up.
    #[must_use]
    pub fn is_holiday(&self, now: Timestamp) -> Option<bool> {
        let day = self.local(now)?.date();
        (!self.calendar.is_empty()).then(|| self.calendar.is_holiday(day))
    }

    /// When a clock that counts from then is over at this house.
    #[must_use]
    pub fn due(&self, kind: &ClockKind, from: Timestamp) -> Timestamp {
        // Outside the calendar it counts as over, so that somebody looks.
        kind.within.due(from, &self.zone, &self.calendar).unwrap_or(from)
    }

    /// When the desk is staffed next: now, or when the next stretch begins. `None`: no hours are set up, or none within a
    /// month.
    #[must_use]
    pub fn next_staffed(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_staffed(now)? {
            return Some(now);
        }
        let today = self.local(now)?.date();
        (0..LOOK_AHEAD_DAYS).find_map(|days| self.opens_on(today.checked_add(days.days()).ok()?, now))
    }

    /// When the first stretch of a day begins after `now`.
    fn opens_on(&self, day: Date, now: Timestamp) -> Option<Timestamp> {
        if self.calendar.is_holiday(day) {
            return None;
        }
        let weekday = day.weekday().to_monday_one_offset();
        let open = self.site.settings.staffed.iter().filter(|open| open.weekday == weekday);
        open.filter_map(|open| {
            let (hour, minute) = (i8::try_from(open.from_min / 60).ok()?, i8::try_from(open.from_min % 60).ok()?);
            let at = day.at(hour, minute, 0, 0).to_zoned(self.zone.clone()).ok()?;
            Some(Timestamp::from_micros(at.timestamp().as_microsecond())).filter(|at| *at > now)
        })
        .min()
    }

    /// Whether the desk is staffed; nobody is on a holiday. `None`: no hours are set up.
    pub(crate) fn is_staffed(&self, now: Timestamp) -> Option<bool> {
        let staffed = &self.site.settings.staffed;
        let is_closed = || self.local(now).is_some_and(|local| self.calendar.is_holiday(local.date()));
        (!staffed.is_empty()).then(|| !is_closed() && self.is_within(staffed, now))
    }

    /// Whether it is one of these times at the house.
    pub(crate) fn is_within(&self, stretches: &[Staffed], now: Timestamp) -> bool {
        let Some(local) = self.local(now) else { return false };
        let weekday = local.weekday().to_monday_one_offset();
        let minute = u16::try_from(i16::from(local.hour()) * 60 + i16::from(local.minute())).unwrap_or(0);
        stretches.iter().any(|open| open.weekday == weekday && (open.from_min..open.to_min).contains(&minute))
    }
}
