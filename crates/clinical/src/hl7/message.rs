//! A message: its text, where its segments are, and what was wrong with it.

use std::collections::HashMap;

use super::batch::header_starts;
use super::charset::{self, Charset};
use super::flaw::{Flaw, FlawKind, Flaws, Place};
use super::part::{Manner, Segment};
use super::scan::{self, Span};
use super::syntax::Syntax;

/// No message has more. Each costs memory beside its text, and a frame full of line ends must not cost much.
const MOST_SEGMENTS: usize = 100_000;

/// How a link's messages are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The character set when MSH-18 says nothing or nonsense.
    pub charset: Charset,
}

impl Default for Reading {
    fn default() -> Self {
        Self { charset: Charset::Windows1252 }
    }
}

/// Why bytes are not a message. Holds nothing of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHl7 {
    /// There is nothing.
    #[error("the message is empty")]
    Empty,
    /// No line begins with MSH.
    #[error("there is no MSH segment")]
    NoHeader,
    /// MSH-1 is a letter or a digit.
    #[error("MSH-1 is no field separator")]
    NoSeparator,
    /// A batch, which must be split first.
    #[error("there are {count} messages in one")]
    Many {
        /// How many.
        count: usize,
    },
    /// More segments than any message has.
    #[error("the message has more than {most} segments")]
    TooManySegments {
        /// The limit.
        most: usize,
    },
}

/// An HL7 v2 message. Owns its text; segments and fields are views into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    text: String,
    spans: Vec<Span>,
    manner: Manner,
    flaws: Flaws,
}

impl Message {
    /// Reads one message. What is wrong with it but can be read is told by `flaws`.
    ///
    /// # Errors
    /// It is no message.
    pub fn parse(bytes: &[u8], reading: &Reading) -> Result<Self, NotHl7> {
        let mut flaws = Flaws::default();
        let bytes = without_frame(bytes, &mut flaws);
        if bytes.trim_ascii().is_empty() {
            return Err(NotHl7::Empty);
        }
        let decoded = charset::decode(bytes, &declared(bytes), reading.charset);
        for flaw in &decoded.flaws {
            flaws.add(*flaw, charset_place(*flaw));
        }
        let text = from_header(decoded.text, &mut flaws)?;
        let syntax = read_syntax(&text, &mut flaws)?;
        let spans = scan::segments(&text, syntax.field, MOST_SEGMENTS, &mut flaws);
        let mut spans = spans.ok_or(NotHl7::TooManySegments { most: MOST_SEGMENTS })?;
        drop_envelope(&text, &mut spans, &mut flaws);
        let message = Self { text, spans, manner: Manner { syntax, charset: decoded.charset }, flaws };
        Ok(message.with_header_flaws())
    }

    /// Only MSH of something that `parse` refuses, so that the sender can be told. `None`: not even that can be read.
    #[must_use]
    pub fn parse_header(bytes: &[u8], reading: &Reading) -> Option<Self> {
        let header = header_starts(bytes).next().and_then(|start| bytes.get(start..))?;
        let line = header.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty())?;
        Self::parse(line, reading).ok()
    }

    /// All segments in their order. The first is MSH.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let mut seen: HashMap<&str, u16> = HashMap::new();
        self.spans.iter().map(move |span| {
            let raw = self.raw_segment(*span);
            let sequence = seen.entry(raw.get(..3).unwrap_or_default()).or_default();
            *sequence = sequence.saturating_add(1);
            Segment { raw, manner: self.manner, sequence: *sequence }
        })
    }

    /// The first segment of this name.
    #[must_use]
    pub fn segment(&self, name: &str) -> Option<Segment<'_>> {
        let raw = self.spans.iter().map(|span| self.raw_segment(*span)).find(|raw| raw.starts_with(name))?;
        Some(Segment { raw, manner: self.manner, sequence: 1 })
    }

    /// MSH.
    #[must_use]
    pub fn header(&self) -> Segment<'_> {
        let raw = self.spans.first().map(|span| self.raw_segment(*span)).unwrap_or_default();
        Segment { raw, manner: self.manner, sequence: 1 }
    }

    /// What was wrong with its form. What is wrong with its content the views tell.
    #[must_use]
    pub fn flaws(&self) -> &[Flaw] {
        self.flaws.all()
    }

    /// The encoding characters.
    #[must_use]
    pub const fn syntax(&self) -> Syntax {
        self.manner.syntax
    }

    /// The character set in which the message really was.
    #[must_use]
    pub const fn charset(&self) -> Charset {
        self.manner.charset
    }

    /// MSH-10, as it was sent. May be empty, and is not unique in the wild.
    #[must_use]
    pub fn control_id(&self) -> &str {
        self.header().field(10).raw().trim()
    }

    fn raw_segment(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    fn with_header_flaws(mut self) -> Self {
        let header = self.header();
        let kind = header.field(9);
        let lacking = [
            (header.field(10).raw().trim().is_empty(), FlawKind::NoControlId, 10),
            (kind.component(1).raw().is_empty(), FlawKind::NoType, 9),
            (header.field(12).raw().is_empty(), FlawKind::NoVersion, 12),
            (kind.component(3).raw().is_empty() && wants_structure(&header), FlawKind::NoStructure, 9),
        ];
        for (_, kind, field) in lacking.into_iter().filter(|(is_lacking, ..)| *is_lacking) {
            self.flaws.add(kind, Place::first("MSH", field));
        }
        self
    }
}

/// MSH-9.3 came with v2.3.1 and is required since v2.4. An acknowledgement's may be inferred.
fn wants_structure(header: &Segment<'_>) -> bool {
    header.text(12, 1).as_str() >= "2.4" && header.text(9, 1) != "ACK"
}

fn charset_place(flaw: FlawKind) -> Place {
    if flaw == FlawKind::ByteOrderMark { Place::MESSAGE } else { Place::first("MSH", 18) }
}

/// Files and lazy senders leave the frame's bytes around the message.
fn without_frame<'b>(bytes: &'b [u8], flaws: &mut Flaws) -> &'b [u8] {
    let mut inner = bytes;
    while let [0x0b | 0, rest @ ..] = inner {
        inner = rest;
    }
    while let [rest @ .., 0x0b | 0] = inner {
        inner = rest;
    }
    // A carriage return behind <FS> is the frame's, one before it the last segment's.
    let trimmed = inner.trim_ascii_end();
    if let Some(before) = trimmed.strip_suffix(&[0x1c]) {
        inner = before;
    }
    if inner.len() < bytes.len() {
        flaws.add(FlawKind::Framing, Place::MESSAGE);
    }
    inner
}

/// MSH-18's repetitions, read before the bytes are text. All sets agree in ASCII.
fn declared(bytes: &[u8]) -> Vec<&str> {
    let header = header_starts(bytes).next().and_then(|start| bytes.get(start..)).unwrap_or_default();
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header).trim_ascii_start();
    let line = header.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let (Some(separator), repetition) = (line.get(3), line.get(5).unwrap_or(&b'~')) else {
        return Vec::new();
    };
    let field = line.split(|byte| byte == separator).nth(17).unwrap_or_default();
    let names = field.split(|byte| byte == repetition).filter_map(|name| std::str::from_utf8(name).ok());
    names.map(str::trim).filter(|name| !name.is_empty()).take(8).collect()
}

/// Drops what stands before MSH.
fn from_header(mut text: String, flaws: &mut Flaws) -> Result<String, NotHl7> {
    let mut starts = header_starts(text.as_bytes());
    let start = starts.next().ok_or(NotHl7::NoHeader)?;
    let others = starts.count();
    if others > 0 {
        return Err(NotHl7::Many { count: others + 1 });
    }
    let line = text.get(start..).unwrap_or_default();
    let start = start + line.find("MSH").unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    for line in before.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
        let is_envelope = ["FHS", "BHS", "BTS", "FTS"].iter().any(|name| line.starts_with(name));
        flaws.add(if is_envelope { FlawKind::Batch } else { FlawKind::Preamble }, Place::MESSAGE);
    }
    if start > 0 {
        text.drain(..start);
    }
    Ok(text)
}

fn read_syntax(text: &str, flaws: &mut Flaws) -> Result<Syntax, NotHl7> {
    let separator = text.chars().nth(3).ok_or(NotHl7::NoSeparator)?;
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let encoding = line.split(separator).nth(1).unwrap_or_default();
    let (syntax, is_mended) = Syntax::read(separator, encoding).ok_or(NotHl7::NoSeparator)?;
    if is_mended {
        flaws.add(FlawKind::Delimiters, Place::first("MSH", 2));
    }
    Ok(syntax)
}

fn drop_envelope(text: &str, spans: &mut Vec<Span>, flaws: &mut Flaws) {
    let whole = spans.len();
    spans.retain(|span| {
        let segment = text.get(span.start..span.end).unwrap_or_default();
        !["FHS", "BHS", "BTS", "FTS"].iter().any(|name| segment.starts_with(name))
    });
    if spans.len() < whole {
        flaws.add(FlawKind::Batch, Place::MESSAGE);
    }
}

#[cfg(test)]
mod tests;
