//! What goes wrong with a FHIR server, in words that a person can act upon, and whether time alone can mend it.

use std::fmt;

use bedside_clinical::fhir::read::{self, OperationOutcome};
use bedside_core::{channel::Fault, filing::FilingFault, time::Span};
use serde_json::Value;

use crate::http::{Answer, NoAnswer};

/// Most of a server's own words that are kept.
const MOST_CHARS: usize = 2_000;

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There was no answer.
    NoAnswer(NoAnswer),
    /// The server has read what was asked and does not do it.
    Refused(Refusal),
    /// No token was given, or the server does not believe the one that it gave.
    SignIn {
        /// What is wrong, in our words; nothing secret.
        why: String,
        /// Whether time alone can mend it.
        is_passing: bool,
    },
    /// What answers there is no FHIR server, or does not speak as one.
    NotFhir {
        /// What was found instead.
        found: String,
    },
    /// A decision of ours not to go on.
    Stopped {
        /// A word of ours.
        code: &'static str,
        /// Why, for a person.
        why: String,
    },
}

/// What a server answered instead of doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Codes and places of its OperationOutcome: may be logged.
    pub codes: String,
    /// Its words, which may quote what was sent: for a person who may see that.
    pub words: String,
    /// How long it asks to wait; a minute where it doesn't say.
    pub after: Span,
}

impl Refusal {
    /// Reads an answer that is no success.
    pub(super) fn of(answer: &Answer) -> Self {
        let body = answer.json::<Value>("outcome").unwrap_or_default();
        let outcome = OperationOutcome::new(&body);
        let words: Vec<&str> = outcome.words().collect();
        Self {
            status: answer.status(),
            codes: outcome.to_string(),
            words: words.join("; ").chars().filter(|c| !c.is_control()).take(MOST_CHARS).collect(),
            after: answer.patience(),
        }
    }

    /// Of an entry of a transaction.
    pub(super) fn of_entry(status: u16, outcome: Option<&Value>) -> Self {
        let outcome = outcome.map(OperationOutcome::new);
        let words: Vec<&str> = outcome.iter().flat_map(OperationOutcome::words).collect();
        Self {
            status,
            codes: outcome.map(|one| one.to_string()).unwrap_or_default(),
            words: words.join("; ").chars().filter(|c| !c.is_control()).take(MOST_CHARS).collect(),
            after: Span::minutes(1),
        }
    }

    /// Whether the server may do it later without a person: it has trouble, or asks for patience.
    const fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..)
    }
}

impl Trouble {
    pub(super) fn stopped(code: &'static str, why: impl Into<String>) -> Self {
        Self::Stopped { code, why: why.into() }
    }

    pub(super) fn not_fhir(found: impl Into<String>) -> Self {
        Self::NotFhir { found: found.into() }
    }

    /// What was found there is not what was asked for.
    pub(super) fn unexpected(what: &str, value: &Value) -> Self {
        let kind = read::Resource::new(value.clone()).map(|resource| resource.kind().to_owned());
        Self::not_fhir(format!(
            "{what}: a {} came instead",
            kind.unwrap_or_else(|_| "thing that is no resource".to_owned())
        ))
    }

    /// Whether the server may have acted all the same.
    #[must_use]
    pub const fn is_unclear(&self) -> bool {
        match self {
            Self::NoAnswer(none) => !none.is_unsent,
            Self::Refused(refusal) => refusal.status >= 500,
            Self::NotFhir { .. } => true,
            Self::SignIn { .. } | Self::Stopped { .. } => false,
        }
    }

    /// The HTTP status of a refusal.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// As the road is told.
    #[must_use]
    pub fn filing_fault(self) -> FilingFault {
        let passing = |code, after| FilingFault { code, is_passing: true, said: String::new(), after };
        match self {
            Self::NoAnswer(none) => match none.fault {
                Fault::TimedOut => passing("timed_out", None),
                _ if none.tls.is_some() => {
                    FilingFault { said: none.tls.unwrap_or_default(), ..passing("tls_refused", None) }
                }
                _ => passing("unreachable", None),
            },
            Self::Refused(refusal) => FilingFault {
                code: if refusal.is_passing() { "busy" } else { "refused" },
                is_passing: refusal.is_passing(),
                after: refusal.is_passing().then_some(refusal.after),
                said: format!("{} {} {}", refusal.status, refusal.codes, refusal.words).trim().to_owned(),
            },
            // A key that was not registered yet, or has ended, is mended on the other side: what waits goes then.
            Self::SignIn { why, .. } => FilingFault { said: why, ..passing("signed_out", Some(Span::minutes(5))) },
            Self::NotFhir { found } => FilingFault { said: found, ..passing("not_understood", Some(Span::minutes(5))) },
            Self::Stopped { code, why } => FilingFault { code, is_passing: false, said: why, after: None },
        }
    }
}

/// For a log: nothing that a server may have quoted.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer(NoAnswer { tls: Some(tls), .. }) => write!(f, "TLS did not come about: {tls}"),
            Self::NoAnswer(none) => none.fault.fmt(f),
            Self::Refused(refusal) => write!(f, "refused with {} {}", refusal.status, refusal.codes),
            Self::SignIn { why, .. } => write!(f, "not signed in: {why}"),
            Self::NotFhir { found } => write!(f, "not FHIR: {found}"),
            Self::Stopped { code, .. } => write!(f, "stopped: {code}"),
        }
    }
}
