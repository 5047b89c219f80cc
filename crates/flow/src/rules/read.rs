//! Rules as they were read, and what of them is in force at a house.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bedside_core::{
    crisis::CrisisRules,
    guard::{BadSettlement, Settlements},
    id::{RulesTermId, RulesVersionId},
    policy::{Because, Decision, Effect, Facts, OwnRules, Problem, Rules, Speech, clock::Clocks, fingerprint},
    site::Jurisdiction,
    time::Timestamp,
};
use bedside_store::rules::term::TermRow;

use crate::FlowError;

/// The name under which it stands that a house's own rules can't be read.
pub const OWN_UNREADABLE: &str = "own_rules_unreadable";

/// The rules of a house, read: the common pack, its jurisdiction's, its own.
#[derive(Debug)]
pub struct RulesRead {
    rules: Rules,
    settlements: Settlements,
    crisis: CrisisRules,
    clocks: Clocks,
    fingerprint: String,
}

impl RulesRead {
    /// Reads the packs of a jurisdiction with a house's own files. Those named `*.clocks.toml` add clocks, other
    /// `*.toml` settle warnings of the guard and say how crisis replies leave.
    ///
    /// # Errors
    /// A rule is not as it must be.
    pub fn of(jurisdiction: Jurisdiction, own: &[(&str, &str)]) -> Result<Self, FlowError> {
        let (guard, cedar): (Vec<_>, Vec<_>) = own.iter().partition(|(name, _)| Self::settles(name));
        let mut settlements = Settlements::default();
        let mut crisis = CrisisRules::default();
        let (clocks, guard): (Vec<_>, Vec<_>) = guard.into_iter().partition(|(name, _)| is_clocks(name));
        for (name, text) in guard {
            settlements.add(name, text)?;
            crisis.add(name, text).map_err(FlowError::CrisisRules)?;
        }
        let clocks = Clocks::load(jurisdiction, &clocks)?;
        let rules = Rules::load(jurisdiction, &cedar)?;
        let fingerprint = format!("{}-{}", rules.version(), fingerprint(jurisdiction, own));
        Ok(Self { rules, settlements, crisis, clocks, fingerprint })
    }

    /// Rules that were read elsewhere, nothing settled, and no clocks.
    #[must_use]
    pub fn only(rules: Rules) -> Self {
        let fingerprint = rules.version().to_owned();
        let (settlements, crisis, clocks) = (Settlements::default(), CrisisRules::default(), Clocks::default());
        Self { rules, settlements, crisis, clocks, fingerprint }
    }

    /// Fingerprint of everything that is read here: what decides, the clocks, what is settled, and how crisis replies leave.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) fn settles(overlay: &str) -> bool {
        overlay.to_ascii_lowercase().ends_with(".toml")
    }

    /// The rules.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }
}

fn is_clocks(own: &str) -> bool {
    own.to_ascii_lowercase().ends_with(".clocks.toml")
}

/// What is wrong with a house's own files, with file and line; empty: nothing.
#[must_use]
pub fn problems(jurisdiction: Jurisdiction, own: &OwnRules) -> Vec<Problem> {
    match RulesRead::of(jurisdiction, &own.texts()) {
        Ok(_) => Vec::new(),
        Err(FlowError::Rules(error)) => error.problems,
        Err(FlowError::Settlements(bad)) => vec![of_settlement(bad)],
        Err(other) => vec![Problem { file: String::new(), line: 1, rule: None, what: other.to_string(), help: None }],
    }
}

fn of_settlement(bad: BadSettlement) -> Problem {
    match bad {
        BadSettlement::Form { file, why } => {
            // TOML's message begins with "TOML parse error at line 3, column 5" and ends with what is wrong.
            let line = why.split_once("at line ").and_then(|(_, rest)| rest.split(',').next()?.trim().parse().ok());
            let what = why.trim().lines().last().unwrap_or_default().to_owned();
            Problem { file, line: line.unwrap_or(1), rule: None, what, help: None }
        }
        BadSettlement::Rule { file, id, why } => Problem { file, line: 1, rule: Some(id), what: why, help: None },
    }
}

/// Where in the order of what comes into force something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Since {
    from: Timestamp,
    set_at: Timestamp,
    term: RulesTermId,
}

impl Since {
    pub(crate) const fn of(term: &TermRow) -> Self {
        Self { from: term.from, set_at: term.set_at, term: term.id }
    }
}

/// Rules read lately. Reading takes a while, and nobody should wait for it in the transaction that decides.
#[derive(Debug, Default)]
pub(crate) struct ReadLately(Mutex<VecDeque<(Jurisdiction, String, Arc<RulesRead>)>>);

/// Versions kept read: those in force at a handful of houses, and the ones being tried.
const LATELY: usize = 12;

impl ReadLately {
    /// The rules of a version.
    ///
    /// # Errors
    /// A rule is not as it must be.
    pub(crate) fn of(&self, jurisdiction: Jurisdiction, own: &OwnRules) -> Result<Arc<RulesRead>, FlowError> {
        let hash = own.hash();
        let is_it = |one: &&(Jurisdiction, String, Arc<RulesRead>)| one.0 == jurisdiction && one.1 == hash;
        if let Some(found) = self.lock().iter().find(is_it) {
            return Ok(Arc::clone(&found.2));
        }
        let read = Arc::new(RulesRead::of(jurisdiction, &own.texts())?);
        let mut known = self.lock();
        known.push_front((jurisdiction, hash, Arc::clone(&read)));
        known.truncate(LATELY);
        Ok(read)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Jurisdiction, String, Arc<RulesRead>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What decides at a house.
#[derive(Debug, Clone)]
pub struct InForce {
    read: Arc<RulesRead>,
    since: Option<Since>,
    version: Option<RulesVersionId>,
    is_unreadable: bool,
}

impl InForce {
    /// Rules that stand in no store.
    pub(crate) const fn first(read: Arc<RulesRead>) -> Self {
        Self { read, since: None, version: None, is_unreadable: false }
    }

    /// What a term of the store puts in force.
    pub(crate) const fn of(read: Arc<RulesRead>, term: &TermRow) -> Self {
        Self { read, since: Some(Since::of(term)), version: Some(term.version), is_unreadable: false }
    }

    /// The same where the house's own files can't be read by this program: only the packs are known, and nothing is said.
    pub(crate) fn unreadable(self) -> Self {
        Self { is_unreadable: true, ..self }
    }

    pub(crate) const fn since(&self) -> Option<Since> {
        self.since
    }

    /// The version in the store; `None`: the rules stand in none.
    #[must_use]
    pub const fn own(&self) -> Option<RulesVersionId> {
        self.version
    }

    /// Whether the house's own files could not be read: then nothing is said.
    #[must_use]
    pub const fn is_unreadable(&self) -> bool {
        self.is_unreadable
    }

    /// The rules with what is settled.
    pub(crate) fn read(&self) -> Arc<RulesRead> {
        Arc::clone(&self.read)
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.read.rules
    }

    /// The warnings of the guard that the privacy officer has settled.
    #[must_use]
    pub fn settlements(&self) -> &Settlements {
        &self.read.settlements
    }

    /// The clocks of law and contract that bind the house.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.read.clocks
    }

    /// Whether crisis replies leave at once.
    #[must_use]
    pub fn crisis(&self) -> &CrisisRules {
        &self.read.crisis
    }

    /// As [`RulesRead::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        self.read.fingerprint()
    }

    /// Fingerprint of what decides.
    #[must_use]
    pub fn version(&self) -> &str {
        self.read.rules.version()
    }

    /// Decides. Where the house's own rules can't be read, nothing is said or removed and a person decides; who must be told is.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let decision = self.read.rules.decide(facts);
        if !self.is_unreadable {
            return decision;
        }
        let mut because = decision.because;
        because.retain(|one| one.action == "escalate_now");
        let error =
            Because { rule: OWN_UNREADABLE.to_owned(), effect: Effect::Errors, action: "left_to_person".to_owned() };
        because.push(error);
        Decision { speech: Speech::LeftToPerson, moderation: None, because, near: Vec::new(), ..decision }
    }
}
