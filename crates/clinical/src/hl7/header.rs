//! MSH and EVN: who sends what to whom, and what happened when.

use super::datatype::Hd;
use super::flaw::{FlawKind, Flaws};
use super::given::{Fields, Given};
use super::message::Message;
use super::time::Time;

/// When the sender wants an acknowledgement (table 0155).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `AL`
    Always,
    /// `NE`
    Never,
    /// `ER`: on error or rejection only.
    OnError,
    /// `SU`: on success only.
    OnSuccess,
}

/// MSH, typed. Texts are without escape sequences; empty means not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// MSH-3.
    pub sending_application: Hd,
    /// MSH-4.
    pub sending_facility: Hd,
    /// MSH-5.
    pub receiving_application: Hd,
    /// MSH-6.
    pub receiving_facility: Hd,
    /// MSH-7.
    pub time: Option<Time>,
    /// MSH-9.1: `ADT`.
    pub kind: String,
    /// MSH-9.2: `A01`.
    pub event: String,
    /// MSH-9.3: `ADT_A01`.
    pub structure: String,
    /// MSH-10. Not unique in the wild.
    pub control_id: String,
    /// MSH-11.1: `P` production, `T` training, `D` debugging.
    pub processing_id: String,
    /// MSH-12.1: `2.5`.
    pub version: String,
    /// MSH-15: when to say that the message is safe.
    pub accept_acknowledgement: Option<Condition>,
    /// MSH-16: when to say that it was understood.
    pub application_acknowledgement: Option<Condition>,
    /// MSH-17: `DEU`.
    pub country: String,
    /// MSH-18 as declared.
    pub charsets: Vec<String>,
    /// MSH-19.1.
    pub language: String,
}

impl Header {
    /// Reads MSH.
    #[must_use]
    pub fn read(message: &Message, flaws: &mut Flaws) -> Self {
        let segment = message.header();
        let mut fields = Fields { segment, flaws };
        Self {
            sending_application: fields.hd(3),
            sending_facility: fields.hd(4),
            receiving_application: fields.hd(5),
            receiving_facility: fields.hd(6),
            time: fields.time(7).value().copied(),
            kind: segment.text(9, 1).to_ascii_uppercase(),
            event: segment.text(9, 2).to_ascii_uppercase(),
            structure: segment.text(9, 3),
            control_id: segment.field(10).value().into_string(),
            processing_id: segment.text(11, 1),
            version: segment.text(12, 1),
            accept_acknowledgement: condition(&mut fields, 15),
            application_acknowledgement: condition(&mut fields, 16),
            country: segment.text(17, 1),
            charsets: fields.repetitions(18).map(|name| name.text(1)).collect(),
            language: segment.text(19, 1),
        }
    }

    /// Whether the sender's version is at least this one. A missing or garbled version is the oldest.
    #[must_use]
    pub fn is_at_least(&self, major: u16, minor: u16) -> bool {
        let mut numbers = self.version.split('.').map(|number| number.trim().parse::<u16>().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (major, minor)
    }
}

fn condition(fields: &mut Fields<'_, '_>, field: usize) -> Option<Condition> {
    let text = match fields.text(field) {
        Given::Is(text) => text,
        Given::Delete | Given::Absent => return None,
    };
    match text.to_ascii_uppercase().as_str() {
        "AL" => Some(Condition::Always),
        "NE" => Some(Condition::Never),
        "ER" => Some(Condition::OnError),
        "SU" => Some(Condition::OnSuccess),
        _ => {
            fields.flaw(FlawKind::CodeUnknown, field);
            None
        }
    }
}

/// EVN, typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// EVN-1, which v2.5 dropped in favour of MSH-9.2.
    pub code: String,
    /// EVN-2: when it was written down.
    pub recorded: Option<Time>,
    /// EVN-6: when it happened.
    pub occurred: Option<Time>,
}

impl Event {
    /// Reads EVN; all empty if there is none.
    #[must_use]
    pub fn read(message: &Message, flaws: &mut Flaws) -> Self {
        let Some(segment) = message.segment("EVN") else {
            return Self::default();
        };
        let mut fields = Fields { segment, flaws };
        Self {
            code: segment.text(1, 1).to_ascii_uppercase(),
            recorded: fields.time(2).value().copied(),
            occurred: fields.time(6).value().copied(),
        }
    }
}
