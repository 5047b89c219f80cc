//! Acknowledgements (HL7 v2.5.1 §2.9): what to answer, how it is written, and how others' are read.
//!
//! Original mode: one answer AA, AE or AR. Enhanced mode, which either of MSH-15 and MSH-16 asks for: CA, CE or CR says
//! whether the message is safe. What is safe here is also understood, so where both are asked for the first is the answer.

use super::charset::Charset;
use super::escape::escape;
use super::flaw::Place;
use super::header::{Condition, Header};
use super::message::Message;
use super::part::Segment;
use super::syntax::Syntax;
use super::trigger::Trigger;

/// How a link acknowledges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// As MSH-15 and MSH-16 of each message ask.
    #[default]
    AsAsked,
    /// Always AA, AE or AR, for senders that ask for something else than they wait for.
    Original,
    /// Always CA, CE or CR.
    Enhanced,
    /// Never.
    Silent,
}

/// MSA-1 (table 0008).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// Application accept.
    AA,
    /// Application error.
    AE,
    /// Application reject.
    AR,
    /// Commit accept.
    CA,
    /// Commit error.
    CE,
    /// Commit reject.
    CR,
}

impl Code {
    /// As it stands in MSA-1.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::AA => "AA",
            Self::AE => "AE",
            Self::AR => "AR",
            Self::CA => "CA",
            Self::CE => "CE",
            Self::CR => "CR",
        }
    }

    /// The code of a text.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        [Self::AA, Self::AE, Self::AR, Self::CA, Self::CE, Self::CR]
            .into_iter()
            .find(|code| code.text().eq_ignore_ascii_case(text))
    }

    /// Whether the receiver has the message and the sender may forget it.
    #[must_use]
    pub const fn is_accept(self) -> bool {
        matches!(self, Self::AA | Self::CA)
    }
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored, or was already.
    Accepted,
    /// Its content is at fault; the same message again fails again.
    Error(Vec<Fault>),
    /// It can't be taken, whatever its content: not for this link, not now.
    Rejected(Vec<Fault>),
}

/// ERR-3 (table 0357).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// 100
    SegmentSequence,
    /// 101
    RequiredFieldMissing,
    /// 102
    DataType,
    /// 103
    TableValueNotFound,
    /// 200
    UnsupportedMessageType,
    /// 201
    UnsupportedEvent,
    /// 202
    UnsupportedProcessingId,
    /// 203
    UnsupportedVersion,
    /// 204
    UnknownKey,
    /// 205
    DuplicateKey,
    /// 206
    RecordLocked,
    /// 207
    Internal,
}

impl ErrorCode {
    /// Number and name in table 0357.
    #[must_use]
    pub const fn of_table(self) -> (&'static str, &'static str) {
        match self {
            Self::SegmentSequence => ("100", "Segment sequence error"),
            Self::RequiredFieldMissing => ("101", "Required field missing"),
            Self::DataType => ("102", "Data type error"),
            Self::TableValueNotFound => ("103", "Table value not found"),
            Self::UnsupportedMessageType => ("200", "Unsupported message type"),
            Self::UnsupportedEvent => ("201", "Unsupported event code"),
            Self::UnsupportedProcessingId => ("202", "Unsupported processing id"),
            Self::UnsupportedVersion => ("203", "Unsupported version id"),
            Self::UnknownKey => ("204", "Unknown key identifier"),
            Self::DuplicateKey => ("205", "Duplicate key identifier"),
            Self::RecordLocked => ("206", "Application record locked"),
            Self::Internal => ("207", "Application internal error"),
        }
    }
}

/// One reason why a message was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind.
    pub code: ErrorCode,
    /// Where.
    pub place: Place,
    /// The component; 0: the whole field.
    pub component: u16,
    /// What the engineer at the other end should read. Goes to the sender as it is: no word of the message's content.
    pub text: String,
}

impl Fault {
    /// A fault of a segment or field.
    #[must_use]
    pub fn new(code: ErrorCode, place: Place, text: impl Into<String>) -> Self {
        Self { code, place, component: 0, text: text.into() }
    }
}

/// Which answer goes back, if any. An acknowledgement is never acknowledged, whatever the mode.
#[must_use]
pub fn code(header: &Header, trigger: Trigger, mode: Mode, outcome: &Outcome) -> Option<Code> {
    let pick = |accept, error, reject| match outcome {
        Outcome::Accepted => accept,
        Outcome::Error(_) => error,
        Outcome::Rejected(_) => reject,
    };
    let application = pick(Code::AA, Code::AE, Code::AR);
    let commit = pick(Code::CA, Code::CE, Code::CR);
    if trigger == Trigger::Acknowledgement {
        return None;
    }
    match mode {
        Mode::Silent => None,
        Mode::Original => Some(application),
        Mode::Enhanced => Some(commit),
        Mode::AsAsked => match (header.accept_acknowledgement, header.application_acknowledgement) {
            (None, None) => Some(application),
            (accept, _) if is_wanted(accept, outcome) => Some(commit),
            (_, application_wanted) => is_wanted(application_wanted, outcome).then_some(application),
        },
    }
}

fn is_wanted(condition: Option<Condition>, outcome: &Outcome) -> bool {
    match condition {
        Some(Condition::Always) => true,
        Some(Condition::Never) | None => false,
        Some(Condition::OnError) => *outcome != Outcome::Accepted,
        Some(Condition::OnSuccess) => *outcome == Outcome::Accepted,
    }
}

/// What an answer needs besides the message.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// MSH-7 in HL7's form, see [`super::Time::write`].
    pub time: &'a str,
    /// MSH-10 of the answer.
    pub control_id: &'a str,
}

/// The answer to a message: in its delimiters, character set and version, from its receiver to its sender.
#[must_use]
pub fn answer(message: &Message, code: Code, outcome: &Outcome, stamp: Stamp<'_>) -> Vec<u8> {
    let header = Header::read(message, &mut super::flaw::Flaws::default());
    let faults = match outcome {
        Outcome::Accepted => &[][..],
        Outcome::Error(faults) | Outcome::Rejected(faults) => faults,
    };
    let syntax = message.syntax();
    let mut segments = vec![msh(message, &header, stamp), msa(message, &header, code, faults)];
    if header.is_at_least(2, 5) {
        segments.extend(faults.iter().map(|fault| err(fault, syntax)));
    } else if !faults.is_empty() {
        segments.push(old_err(faults, syntax));
    }
    let mut text = segments.join("\r");
    text.push('\r');
    // A delimiter that the sender does without is written as nothing.
    text.retain(|character| character != '\0');
    message.charset().encode(&text).bytes
}

fn msh(message: &Message, header: &Header, stamp: Stamp<'_>) -> String {
    let syntax = message.syntax();
    let sent = message.header();
    let charset = match message.charset() {
        Charset::Ascii => String::new(),
        charset if sent.field(18).raw().is_empty() => escape(charset.name(), syntax).into_owned(),
        charset if header.charsets.first().and_then(|name| Charset::named(name)) == Some(charset) => {
            echoed(sent.field(18).first().raw())
        }
        charset => escape(charset.name(), syntax).into_owned(),
    };
    let kind = answer_type(header, syntax);
    let raw = |field| echoed(sent.field(field).raw());
    let or = |text: String, usual: &str| if text.is_empty() { usual.to_owned() } else { text };
    let (processing, version) = (or(raw(11), "P"), or(raw(12), "2.5"));
    let fields = [
        &raw(5),
        &raw(6),
        &raw(3),
        &raw(4),
        stamp.time,
        "",
        &kind,
        stamp.control_id,
        &processing,
        &version,
        "",
        "",
        "",
        "",
        "",
        &charset,
    ];
    let separator = syntax.field.to_string();
    let line = format!("MSH{separator}{}{separator}{}", syntax.encoding_characters(), fields.join(&separator));
    line.trim_end_matches(syntax.field).to_owned()
}

/// What the sender sent, but for control characters: they could end the segment or the frame.
fn echoed(raw: &str) -> String {
    raw.chars().filter(|character| *character >= ' ').collect()
}

/// `ACK`, with the event since v2.3 and the structure since v2.3.1.
fn answer_type(header: &Header, syntax: Syntax) -> String {
    let component = syntax.component;
    let event = escape(&header.event, syntax);
    let has_structure = header.is_at_least(2, 4) || header.version.starts_with("2.3.1");
    match (event.is_empty(), has_structure) {
        (true, _) => "ACK".to_owned(),
        (false, true) => format!("ACK{component}{event}{component}ACK"),
        (false, false) if header.is_at_least(2, 3) => format!("ACK{component}{event}"),
        (false, false) => "ACK".to_owned(),
    }
}

fn msa(message: &Message, header: &Header, code: Code, faults: &[Fault]) -> String {
    let separator = message.syntax().field;
    // As it was sent, byte for byte: the sender compares.
    let mut segment = format!("MSA{separator}{}{separator}{}", code.text(), echoed(message.control_id()));
    // MSA-3 was withdrawn in v2.7, when nobody any more looked at ERR's absence.
    if let Some(fault) = faults.first().filter(|_| !header.is_at_least(2, 7)) {
        segment.push(separator);
        segment.push_str(&escape(&fault.text, message.syntax()));
    }
    segment
}

/// `PID^1^5`, with what is known.
fn location(fault: &Fault, component: char) -> String {
    let place = fault.place;
    if place.segment().is_empty() {
        return String::new();
    }
    let mut location = format!("{}{component}{}", place.segment(), place.sequence.max(1));
    if place.field > 0 {
        location.push_str(&format!("{component}{}", place.field));
    }
    if fault.component > 0 {
        location.push_str(&format!("{component}1{component}{}", fault.component));
    }
    location
}

fn err(fault: &Fault, syntax: Syntax) -> String {
    let (number, name) = fault.code.of_table();
    let Syntax { field, component, .. } = syntax;
    let location = location(fault, component);
    let text = escape(&fault.text, syntax);
    format!(
        "ERR{field}{field}{location}{field}{number}{component}{name}{component}HL70357{field}E{field}{field}{field}{field}{text}"
    )
}

/// ERR-1 of v2.4 and before: segment, sequence, field, and the code as subcomponents.
fn old_err(faults: &[Fault], syntax: Syntax) -> String {
    let Syntax { field, component, subcomponent, repetition, .. } = syntax;
    let one = |fault: &Fault| {
        let (number, name) = fault.code.of_table();
        let place = fault.place;
        let sequence = if place.segment().is_empty() { String::new() } else { place.sequence.max(1).to_string() };
        let position = if place.field > 0 { place.field.to_string() } else { String::new() };
        format!(
            "{}{component}{sequence}{component}{position}{component}{number}{subcomponent}{name}{subcomponent}HL70357",
            place.segment()
        )
    };
    let all: Vec<String> = faults.iter().map(one).collect();
    format!("ERR{field}{}", all.join(&repetition.to_string()))
}

/// Somebody's answer to a message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// MSA-1. `None`: something that is no code; to be taken for an error.
    pub code: Option<Code>,
    /// MSA-2: which message it answers. To be compared with what was sent: a late answer must not be taken for the next.
    pub control_id: String,
    /// MSA-3 and what ERR says, for people. May hold PHI.
    pub texts: Vec<String>,
}

impl Acknowledgement {
    /// Reads an answer. `None`: the message has no MSA and is none.
    #[must_use]
    pub fn read(message: &Message) -> Option<Self> {
        let msa = message.segment("MSA")?;
        let errors = message.segments().filter(|segment| segment.name() == "ERR").map(error_text);
        let texts = std::iter::once(msa.text(3, 1)).chain(errors).filter(|text| !text.is_empty()).collect();
        Some(Self { code: Code::of(msa.field(1).raw()), control_id: msa.field(2).value().into_string(), texts })
    }

    /// Whether it says that the message with this control id was accepted.
    #[must_use]
    pub fn accepts(&self, control_id: &str) -> bool {
        self.code.is_some_and(Code::is_accept) && self.control_id == control_id
    }
}

/// Place, code and text of an ERR, of either form.
fn error_text(segment: Segment<'_>) -> String {
    let components = |field: usize, count: usize| {
        let first = segment.field(field).first();
        let texts: Vec<String> = (1..=count).map(|number| first.text(number)).filter(|text| !text.is_empty()).collect();
        texts.join("-")
    };
    let old_code = segment.field(1).first().component(4);
    let old = [1, 2].map(|number| old_code.subcomponent(number).value().into_string()).join(" ");
    let parts = [
        components(1, 3),
        old.trim().to_owned(),
        components(2, 3),
        [1, 2].map(|number| segment.text(3, number)).join(" ").trim().to_owned(),
        segment.text(7, 1),
        segment.text(8, 1),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests;
