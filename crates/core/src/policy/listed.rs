//! The rules in force, one by one, for people who have never seen Cedar: what each does, why, and where it is written.

use super::{annotation::Leaves, rules::Rules};
use crate::{policy::Obligation, time::Span};

/// What a rule does where its conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// It permits these actions.
    Permits,
    /// It forbids them: nothing is said.
    Silences,
    /// It forbids them for so long.
    Holds(Span),
    /// It leaves them to a person.
    LeavesToPerson,
    /// It tells these teams, within that time.
    Tells {
        /// The teams.
        to: Vec<String>,
        /// By when somebody must have taken it.
        within: Span,
    },
}

/// One rule in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its `@id`.
    pub id: String,
    /// What it does.
    pub does: Does,
    /// On which actions, in the words of the schema, the most helpful first.
    pub acts: Vec<&'static str>,
    /// Why, in German.
    pub reason_de: String,
    /// Why, in English.
    pub reason_en: String,
    /// Law, guidance, research.
    pub source: String,
    /// The file it is written in.
    pub file: String,
    /// The line it begins on, from 1.
    pub line: usize,
    /// The facts and topics that its conditions ask for.
    pub rests_on: Vec<String>,
    /// What else must happen where it applies.
    pub obliges: Vec<Obligation>,
}

impl Rules {
    /// Every rule, in the order of the files: packs, then the house's own.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        self.rules()
            .map(|rule| Listed {
                id: rule.notes.id.clone(),
                does: match (&rule.notes.alarm, rule.permits, &rule.notes.leaves) {
                    (Some(alarm), ..) => Does::Tells { to: alarm.to.clone(), within: alarm.within },
                    (None, true, _) => Does::Permits,
                    (None, false, Leaves::Silence) => Does::Silences,
                    (None, false, Leaves::Person) => Does::LeavesToPerson,
                    (None, false, Leaves::Wait { span, .. }) => Does::Holds(*span),
                },
                acts: rule.acts.iter().map(|act| act.as_str()).collect(),
                reason_de: rule.notes.reason_de.clone(),
                reason_en: rule.notes.reason_en.clone(),
                source: rule.notes.source.clone(),
                file: rule.file.clone(),
                line: rule.line,
                rests_on: rule.rests_on.clone(),
                obliges: rule.notes.obliges.clone(),
            })
            .collect()
    }
}
