//! What would become of messages, for a person who hooks up a sender: what they are, their flaws, what would be answered.

use std::fmt;

use super::ack::{self, Code, Mode, Outcome};
use super::batch::split;
use super::charset::Charset;
use super::content::Content;
use super::demand::judge;
use super::filter::Keep;
use super::message::{Message, NotHl7, Reading};

/// One message of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It is none.
    Refused(NotHl7),
    /// It is one.
    Read(Box<Report>),
}

/// What is to be said of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was read of it, flaws and all.
    pub content: Content,
    /// The character set in which it really was.
    pub charset: Charset,
    /// Segments that would be dropped before storing.
    pub dropped: Vec<String>,
    /// What would become of it.
    pub outcome: Outcome,
    /// What would be answered. `None`: nothing, as the sender or the link wants.
    pub code: Option<Code>,
}

/// Looks at every message in these bytes, which may be a frame, a file or a batch.
#[must_use]
pub fn check(bytes: &[u8], reading: &Reading, mode: Mode, keep: &Keep) -> Vec<Checked> {
    split(bytes).into_iter().map(|piece| check_one(piece, reading, mode, keep)).collect()
}

fn check_one(bytes: &[u8], reading: &Reading, mode: Mode, keep: &Keep) -> Checked {
    let message = match Message::parse(bytes, reading) {
        Ok(message) => message,
        Err(reason) => return Checked::Refused(reason),
    };
    let content = Content::read(&message);
    let outcome = judge(&content);
    let code = ack::code(&content.header, content.trigger, mode, &outcome);
    let dropped = keep.dropped(&message).into_iter().map(str::to_owned).collect();
    Checked::Read(Box::new(Report { content, charset: message.charset(), dropped, outcome, code }))
}

/// For a terminal. Holds nothing of the message but its type, control id and places.
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => writeln!(f, "refused: {reason}"),
            Self::Read(report) => report.fmt(f),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = &self.content.header;
        writeln!(
            f,
            "{}^{} {} v{} {}: {:?}",
            header.kind,
            header.event,
            header.control_id,
            header.version,
            self.charset.name(),
            self.content.trigger
        )?;
        for flaw in self.content.flaws.all() {
            writeln!(f, "  flaw: {flaw}")?;
        }
        if !self.dropped.is_empty() {
            writeln!(f, "  not stored: {}", self.dropped.join(" "))?;
        }
        match &self.outcome {
            Outcome::Accepted => {}
            Outcome::Error(faults) | Outcome::Rejected(faults) => {
                for fault in faults {
                    writeln!(f, "  fault: {}: {} ({})", fault.place, fault.text, fault.code.of_table().0)?;
                }
            }
        }
        writeln!(f, "  answer: {}", self.code.map_or("none", Code::text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        check(bytes, &Reading::default(), Mode::AsAsked, &Keep::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_message_of_a_file_is_reported() {
        let file = b"\x0bMSH|^~\\&|A|B|||20261127||ADT^A04|1|P|2.3\nEVN|A08|2026\nPID|||7^^^H\nPV1||O\nDG1|1\n\x1c\r\
            \x0bMSH|^~\\&|A|B|||20261127||ADT^A01^ADT_A01|2|P|2.5|||AL|NE\rEVN||2026\rPV1||I\r\x1c\r";
        assert_eq!(
            lines(file),
            [
                "ADT^A04 1 v2.3 ASCII: Register\n  flaw: message: bytes of a frame stand within the message\n  \
                 flaw: message: segments end with a line feed instead of a carriage return\n  \
                 flaw: EVN-1: the event segment names another trigger event than the header\n  \
                 not stored: DG1\n  answer: AA\n",
                "ADT^A01 2 v2.5 ASCII: Admit\n  flaw: message: bytes of a frame stand within the message\n  \
                 flaw: PID: a segment that the event requires is missing\n  \
                 fault: PID: the event needs a PID segment (100)\n  answer: CE\n",
            ]
        );
        assert_eq!(lines(b"hello"), ["refused: there is no MSH segment\n"]);
    }
}
