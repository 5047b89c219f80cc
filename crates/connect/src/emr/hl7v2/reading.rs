//! A message as it came: what it means, what of it may be kept, and what its sender is told once it is stored.

use bedside_clinical::hl7::{
    Content, Header, Message, Place, Reading, Time,
    ack::{self, ErrorCode, Fault, Outcome, Stamp},
    judge,
};
use bedside_core::{
    emr::{Received, Verdict},
    time::Timestamp,
};

use super::{
    Manner,
    event::{Lack, event},
};

/// Longest type and trigger event that is kept, such as `ADT^A01`.
const TRIGGER_CHARS: usize = 11;

/// A message, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is stored.
    pub received: Received,
    /// What its sender is told after that; `None`: nothing, as the sender wants or because it is itself an
    /// acknowledgement.
    pub ack: Option<Vec<u8>>,
}

/// Reads one message. `None`: not even its header can be read, so that nobody could be answered.
#[must_use]
pub fn read(bytes: &[u8], manner: &Manner, now: Timestamp) -> Option<Answer> {
    let reading = Reading { charset: manner.charset };
    let (message, content, outcome) = match Message::parse(bytes, &reading) {
        Ok(message) => {
            let content = Content::read(&message);
            let outcome = outcome(&content, manner);
            (message, content, outcome)
        }
        Err(error) => {
            let message = Message::parse_header(bytes, &reading)?;
            let content = Content::read(&message);
            let fault = Fault::new(ErrorCode::DataType, Place::MESSAGE, error.to_string());
            (message, content, Outcome::Rejected(vec![fault]))
        }
    };
    let (outcome, verdict) = match outcome {
        Outcome::Accepted => match event(&content, manner) {
            Ok(event) => (Outcome::Accepted, Verdict::Accepted(Box::new(event))),
            Err(lack) => refused(Outcome::Error(vec![fault(lack)])),
        },
        other => refused(other),
    };
    let code = ack::code(&content.header, content.trigger, manner.ack, &outcome);
    let (time, control_id) = (local_time(now, manner), format!("B{}", now.as_micros()));
    let stamp = Stamp { time: &time, control_id: &control_id };
    let received = Received {
        control_id: content.header.control_id.clone(),
        trigger: trigger(&content.header),
        raw: manner.keep.filter(&message),
        flaws: flaws(&content),
        verdict,
        whole: bytes.to_vec(),
    };
    Some(Answer { received, ack: code.map(|code| ack::answer(&message, code, &outcome, stamp)) })
}

/// MSH-7 of an answer, in the link's zone.
fn local_time(now: Timestamp, manner: &Manner) -> String {
    let instant = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or_default();
    let minutes = manner.zone.to_offset(instant).seconds() / 60;
    Time::write(now.as_micros(), i16::try_from(minutes).unwrap_or(0))
}

/// Whether the link takes it: who sends it, then what it says.
fn outcome(content: &Content, manner: &Manner) -> Outcome {
    let header = &content.header;
    let is_known = |list: &[String], name: &str| list.is_empty() || list.iter().any(|known| known == name);
    let checks = [
        (is_known(&manner.applications, header.sending_application.name()), 3, "the sending application (MSH-3)"),
        (is_known(&manner.facilities, header.sending_facility.name()), 4, "the sending facility (MSH-4)"),
    ];
    let strangers: Vec<Fault> = checks
        .into_iter()
        .filter(|(is_known, ..)| !is_known)
        .map(|(_, field, what)| {
            let text = format!("{what} is not one that this link takes messages of");
            Fault::new(ErrorCode::TableValueNotFound, Place::first("MSH", field), text)
        })
        .collect();
    if strangers.is_empty() { judge(content) } else { Outcome::Rejected(strangers) }
}

fn refused(outcome: Outcome) -> (Outcome, Verdict) {
    let code = match &outcome {
        Outcome::Accepted => "",
        Outcome::Error(faults) | Outcome::Rejected(faults) => faults.first().map_or("", |fault| word(fault.code)),
    };
    (outcome, Verdict::Refused { code })
}

fn fault(lack: Lack) -> Fault {
    let code = if lack.field == 0 { ErrorCode::SegmentSequence } else { ErrorCode::RequiredFieldMissing };
    let what = match lack.code {
        "no_patient" => "there is no PID segment, so nobody is named",
        "no_identifier" => "PID-3 holds no identifier",
        "no_prior" => "there is no MRG segment beside PID, so nothing says which record this is about",
        "no_prior_identifier" => "MRG-1 holds no identifier",
        "no_second_patient" => "the event needs two PID segments",
        _ => "neither PV1-19 nor MRG-5 holds a visit number",
    };
    Fault::new(code, Place::first(lack.segment, lack.field), what)
}

/// A word of ours for a code of table 0357.
const fn word(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::SegmentSequence => "segment_sequence",
        ErrorCode::RequiredFieldMissing => "required_field_missing",
        ErrorCode::DataType => "data_type",
        ErrorCode::TableValueNotFound => "unknown_sender",
        ErrorCode::UnsupportedMessageType => "unsupported_type",
        ErrorCode::UnsupportedEvent => "unsupported_event",
        ErrorCode::UnsupportedProcessingId => "unsupported_processing_id",
        ErrorCode::UnsupportedVersion => "unsupported_version",
        ErrorCode::UnknownKey => "unknown_key",
        ErrorCode::DuplicateKey => "duplicate_key",
        ErrorCode::RecordLocked => "record_locked",
        ErrorCode::Internal => "internal",
    }
}

/// Type and event, if they look like such; a sender's free text must not end up in counts and lists.
fn trigger(header: &Header) -> String {
    let text = format!("{}^{}", header.kind, header.event);
    let is_code = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '^');
    if is_code && text.len() <= TRIGGER_CHARS { text } else { "other".to_owned() }
}

fn flaws(content: &Content) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = content.flaws.all().iter().map(|flaw| flaw.kind.word()).collect();
    words.sort_unstable();
    words.dedup();
    words
}
