//! What a field says: nothing, "forget it", or a value. And the reading of fields into it.

use super::datatype::{Cx, Hd, Xpn};
use super::flaw::{FlawKind, Flaws, Place};
use super::part::{Repetition, Segment, Value};
use super::time::{Time, TimeFault};

/// How many repetitions of a field are read. Nobody has more identifiers, names or telephones.
const MOST_REPETITIONS: usize = 100;

/// A field's message to the receiver (HL7 v2.5.1 §2.5.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Given<T> {
    /// Nothing: keep what is known.
    #[default]
    Absent,
    /// `""`: forget what is known.
    Delete,
    /// This is how it is.
    Is(T),
}

impl<T> Given<T> {
    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Delete => None,
        }
    }

    /// What is known after this message: the value, nothing, or what was known `before`.
    pub fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Absent => before,
            Self::Delete => None,
            Self::Is(value) => Some(value),
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Delete => Given::Delete,
            Self::Is(value) => Given::Is(change(value)),
        }
    }
}

/// Reads the fields of one segment and notes what is wrong with them.
pub(super) struct Fields<'a, 'm> {
    pub(super) segment: Segment<'m>,
    pub(super) flaws: &'a mut Flaws,
}

impl Fields<'_, '_> {
    pub(super) fn flaw(&mut self, kind: FlawKind, field: usize) {
        let place = Place::nth(self.segment.name(), self.segment.sequence(), u16::try_from(field).unwrap_or(u16::MAX));
        self.flaws.add(kind, place);
    }

    /// The first component of the first repetition.
    pub(super) fn text(&self, field: usize) -> Given<String> {
        let value = self.segment.field(field).component(1).subcomponent(1).value();
        match value {
            Value::Delete => Given::Delete,
            other => Some(other.into_string()).filter(|text| !text.is_empty()).map_or(Given::Absent, Given::Is),
        }
    }

    pub(super) fn time(&mut self, field: usize) -> Given<Time> {
        let text = match self.text(field) {
            Given::Is(text) => text,
            Given::Delete => return Given::Delete,
            Given::Absent => return Given::Absent,
        };
        let (time, fault) = Time::read(&text);
        if let Some(fault) = fault {
            self.flaw(
                match fault {
                    TimeFault::Impossible => FlawKind::TimeImpossible,
                    TimeFault::Malformed => FlawKind::TimeMalformed,
                },
                field,
            );
        }
        time.map_or(Given::Absent, Given::Is)
    }

    /// A field's repetitions, as many as are read: each costs more memory than it takes in the message.
    pub(super) fn repetitions(&mut self, field: usize) -> impl Iterator<Item = Repetition<'_>> {
        let repetitions = self.segment.field(field);
        if repetitions.repetitions().nth(MOST_REPETITIONS).is_some() {
            self.flaw(FlawKind::TooMany, field);
        }
        repetitions.repetitions().take(MOST_REPETITIONS)
    }

    /// All identifiers of a field. Those without a value, or with `""` for one, are none.
    pub(super) fn identifiers(&mut self, field: usize) -> Vec<Cx> {
        let ids = self.old_identifiers(field);
        if ids.iter().any(|id| id.authority.is_empty()) {
            self.flaw(FlawKind::NoAuthority, field);
        }
        ids
    }

    /// Identifiers of a field for which nobody expects to be told who assigned them.
    pub(super) fn old_identifiers(&mut self, field: usize) -> Vec<Cx> {
        self.repetitions(field).filter_map(Cx::read).collect()
    }

    /// A field with one identifier. A missing authority is usual for account and visit numbers and no flaw.
    pub(super) fn identifier(&self, field: usize) -> Given<Cx> {
        match self.text(field) {
            Given::Is(_) => Cx::read(self.segment.field(field).first()).map_or(Given::Absent, Given::Is),
            Given::Delete => Given::Delete,
            Given::Absent => Given::Absent,
        }
    }

    pub(super) fn names(&mut self, field: usize) -> Vec<Xpn> {
        self.repetitions(field).filter_map(Xpn::read).collect()
    }

    pub(super) fn hd(&self, field: usize) -> Hd {
        let field = self.segment.field(field).first();
        Hd { namespace: field.text(1), universal_id: field.text(2), universal_type: field.text(3) }
    }
}
