//! An entry of the log: what happened, when, by whom, to what. Own ids, closed words, small numbers and salted
//! commitments; there is no field that could hold a handle, an address, a text or a hash of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code::{Code, RuleId};
use super::commitment::Commitment;
use super::kind::Kind;
use super::subject::{Actor, Subject};
use crate::id::{EntryId, SiteId};
use crate::time::Timestamp;

/// Most bytes of an encoded entry: tlog-tiles writes an entry's length in two bytes.
pub const ENTRY_BYTES: usize = 65_535;

/// Largest magnitude of a number in an entry: 2^53 − 1, which every JSON reader gives back exactly (RFC 8259 §6).
pub const NUMBER_MAX: i64 = 9_007_199_254_740_991;

const FORMAT: u8 = 1;

/// One entry. Built with [`Entry::new`] and the methods that add to it, then encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    id: EntryId,
    site: Option<SiteId>,
    kind: Kind,
    at: Timestamp,
    actor: Actor,
    subjects: Vec<Subject>,
    rules: Vec<RuleId>,
    codes: BTreeMap<Code, Code>,
    numbers: BTreeMap<Code, i64>,
    commitments: BTreeMap<Code, Commitment>,
}

/// Why an entry can't be encoded, or bytes are no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// More than [`ENTRY_BYTES`].
    #[error("a log entry of {bytes} bytes is longer than {ENTRY_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// An id is no UUIDv7. Versions 3 and 5 are hashes of a name, which the log must not hold.
    #[error("a log entry holds only UUIDs of version 7")]
    NotOurId,
    /// A number beyond ±(2^53 − 1).
    #[error("the number {name} in a log entry is beyond ±(2^53 − 1)")]
    NumberTooLarge {
        /// The number's name.
        name: Code,
    },
    /// A time outside the years −9999 to 9999.
    #[error("the time of a log entry is outside the calendar")]
    NoSuchTime,
    /// The bytes are no entry of this version.
    #[error("not a log entry: {0}")]
    Malformed(String),
    /// The bytes say the same as an entry but are not written as this version writes it.
    #[error("a log entry that is not in its canonical form")]
    NotCanonical,
}

impl Entry {
    /// An entry about `kind` at `at` by `actor`.
    #[must_use]
    pub const fn new(id: EntryId, kind: Kind, at: Timestamp, actor: Actor) -> Self {
        Self {
            id,
            site: None,
            kind,
            at,
            actor,
            subjects: Vec::new(),
            rules: Vec::new(),
            codes: BTreeMap::new(),
            numbers: BTreeMap::new(),
            commitments: BTreeMap::new(),
        }
    }

    /// Says at which site it happened.
    #[must_use]
    pub const fn at_site(mut self, site: SiteId) -> Self {
        self.site = Some(site);
        self
    }

    /// Adds a thing it is about, after those already there.
    #[must_use]
    pub fn about(mut self, subject: impl Into<Subject>) -> Self {
        self.subjects.push(subject.into());
        self
    }

    /// Adds a rule that took part, after those already there.
    #[must_use]
    pub fn by_rule(mut self, rule: RuleId) -> Self {
        self.rules.push(rule);
        self
    }

    /// Sets the word `name`, such as a reason.
    #[must_use]
    pub fn code(mut self, name: Code, value: Code) -> Self {
        self.codes.insert(name, value);
        self
    }

    /// Sets the number `name`, such as a count or a version.
    #[must_use]
    pub fn number(mut self, name: Code, value: i64) -> Self {
        self.numbers.insert(name, value);
        self
    }

    /// Sets the time `name`, such as the end of a hold; kept as a number of microseconds.
    #[must_use]
    pub fn time(self, name: Code, value: Timestamp) -> Self {
        self.number(name, value.as_micros())
    }

    /// Adds the commitment `name` to a text that lies elsewhere.
    #[must_use]
    pub fn committing(mut self, name: Code, commitment: Commitment) -> Self {
        self.commitments.insert(name, commitment);
        self
    }

    /// The entry's id.
    #[must_use]
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// The site, if it happened at one.
    #[must_use]
    pub const fn site(&self) -> Option<SiteId> {
        self.site
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Who did it.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What it is about, in the order given.
    #[must_use]
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The rules that took part, in the order given.
    #[must_use]
    pub fn rules(&self) -> &[RuleId] {
        &self.rules
    }

    /// Words by name.
    #[must_use]
    pub const fn codes(&self) -> &BTreeMap<Code, Code> {
        &self.codes
    }

    /// Numbers by name.
    #[must_use]
    pub const fn numbers(&self) -> &BTreeMap<Code, i64> {
        &self.numbers
    }

    /// Commitments by name.
    #[must_use]
    pub const fn commitments(&self) -> &BTreeMap<Code, Commitment> {
        &self.commitments
    }

    /// The bytes that are logged: JSON without spaces, keys in a fixed order, names within a map sorted by byte, empty
    /// fields left out, the time in UTC with six digits of a second. The same entry always gives the same bytes.
    ///
    /// # Errors
    /// [`EntryError`] if an id, a number, the time or the length is not allowed.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        self.check()?;
        let wire = Wire {
            v: FORMAT,
            id: self.id,
            site: self.site,
            kind: self.kind,
            at: written_time(self.at)?,
            actor: self.actor.clone(),
            subjects: self.subjects.clone(),
            rules: self.rules.clone(),
            codes: self.codes.clone(),
            numbers: self.numbers.clone(),
            commitments: self.commitments.clone(),
        };
        let bytes = serde_json::to_vec(&wire).map_err(|error| EntryError::Malformed(error.to_string()))?;
        if bytes.len() > ENTRY_BYTES { Err(EntryError::TooLong { bytes: bytes.len() }) } else { Ok(bytes) }
    }

    /// Reads logged bytes. Strict: only what [`Entry::encode`] writes is read.
    ///
    /// # Errors
    /// [`EntryError`] if the bytes are not exactly what an entry encodes to.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES {
            return Err(EntryError::TooLong { bytes: bytes.len() });
        }
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| malformed(&error))?;
        if wire.v != FORMAT {
            return Err(EntryError::Malformed(format!("version {} is unknown", wire.v)));
        }
        let entry = Self {
            id: wire.id,
            site: wire.site,
            kind: wire.kind,
            at: Timestamp::parse_rfc3339(&wire.at).map_err(|_| EntryError::NoSuchTime)?,
            actor: wire.actor,
            subjects: wire.subjects,
            rules: wire.rules,
            codes: wire.codes,
            numbers: wire.numbers,
            commitments: wire.commitments,
        };
        if entry.encode()? == bytes { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }

    fn check(&self) -> Result<(), EntryError> {
        let person = match &self.actor {
            Actor::Person(id) => Some(id.uuid()),
            Actor::System | Actor::Rule(_) => None,
        };
        let mut ids = [Some(self.id.uuid()), self.site.map(SiteId::uuid), person]
            .into_iter()
            .flatten()
            .chain(self.subjects.iter().map(|subject| subject.uuid()));
        if !ids.all(is_version_7) {
            return Err(EntryError::NotOurId);
        }
        match self.numbers.iter().find(|(_, value)| !(-NUMBER_MAX..=NUMBER_MAX).contains(*value)) {
            Some((name, _)) => Err(EntryError::NumberTooLarge { name: name.clone() }),
            None => Ok(()),
        }
    }
}

fn is_version_7(id: Uuid) -> bool {
    id.get_version_num() == 7
}

fn written_time(at: Timestamp) -> Result<String, EntryError> {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).map_err(|_| EntryError::NoSuchTime)?;
    Ok(format!("{at:.6}"))
}

/// What serde says, without the values it may quote.
fn malformed(error: &serde_json::Error) -> EntryError {
    EntryError::Malformed(format!("line {} column {}", error.line(), error.column()))
}

/// The fields in the order they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    id: EntryId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site: Option<SiteId>,
    kind: Kind,
    at: String,
    actor: Actor,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<Subject>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    codes: BTreeMap<Code, Code>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    numbers: BTreeMap<Code, i64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    commitments: BTreeMap<Code, Commitment>,
}
