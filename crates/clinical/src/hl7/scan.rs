//! Finds the segments in a message's text: any line end, lines broken within a field, segments that lost their line end.

use super::flaw::{FlawKind, Flaws, Place};

/// Where a segment stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Segments of which it is known that senders lose the line end before them, all with a number in their first field.
const GLUED: &[&str] = &["NK1", "PV1", "PV2", "IN1", "IN2", "GT1", "DG1", "AL1", "OBX", "PR1", "ROL", "ACC"];
/// Segments in which that is looked for. Free text is none of them.
const GLUED_TO: &[&str] =
    &["EVN", "PID", "PD1", "NK1", "PV1", "PV2", "ZBE", "MRG", "IN1", "IN2", "GT1", "DG1", "AL1", "PR1"];
/// Segments that may come without any field.
const BARE: &[&str] = &["EVN", "PID", "PD1", "PV1", "PV2", "MRG", "DSC", "OBX", "NTE", "BTS", "FTS"];

/// The segments of `text`, which begins with MSH. `None`: there are more than `most`. Each costs memory beside the text,
/// so it is not waited until all are found.
pub fn segments(text: &str, separator: char, most: usize, flaws: &mut Flaws) -> Option<Vec<Span>> {
    let mut spans: Vec<Span> = Vec::with_capacity(16);
    let mut is_blank_seen = false;
    for line in Lines::new(text, flaws) {
        let content = text.get(line.start..line.end).unwrap_or_default();
        let trimmed = content.trim_start_matches([' ', '\t']);
        if trimmed.trim_end().is_empty() {
            is_blank_seen = true;
            continue;
        }
        if begins_segment(trimmed, separator) {
            let start = line.end - trimmed.len();
            if start > line.start {
                flaws.add(FlawKind::Indented, place(trimmed));
            }
            if is_blank_seen {
                flaws.add(FlawKind::BlankLine, place(trimmed));
            }
            spans.push(Span { start, end: line.end });
            if spans.len() > most {
                return None;
            }
        } else if let Some(last) = spans.last_mut() {
            last.end = line.end;
            flaws.add(FlawKind::BrokenLine, place(text.get(last.start..).unwrap_or_default()));
        }
        is_blank_seen = false;
    }
    let mut unglued = Vec::with_capacity(spans.len());
    for span in spans {
        push_unglued(text, separator, span, &mut unglued, flaws);
        if unglued.len() > most {
            return None;
        }
    }
    Some(unglued)
}

fn place(segment: &str) -> Place {
    Place::first(segment.get(..3).unwrap_or_default(), 0)
}

/// Whether a line begins with a segment's name and the separator.
pub fn begins_segment(line: &str, separator: char) -> bool {
    let Some((name, rest)) = line.split_at_checked(3) else {
        return false;
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let is_bare = || rest.trim_end().is_empty() && (name.starts_with('Z') || BARE.contains(&name));
    is_name && (rest.starts_with(separator) || is_bare())
}

fn push_unglued(text: &str, separator: char, mut span: Span, spans: &mut Vec<Span>, flaws: &mut Flaws) {
    while let Some(cut) = find_glued(text.get(span.start..span.end).unwrap_or_default(), separator) {
        let at = span.start + cut;
        let before = text.get(span.start..at).unwrap_or_default();
        spans.push(Span { start: span.start, end: span.start + before.trim_end_matches([' ', '\r', '\n']).len() });
        flaws.add(FlawKind::GluedSegment, place(text.get(at..).unwrap_or_default()));
        span.start = at;
    }
    spans.push(span);
}

/// Where within a segment another one begins: `…||AIN1|1|102171012|…`.
fn find_glued(segment: &str, separator: char) -> Option<usize> {
    if !GLUED_TO.contains(&segment.get(..3)?) {
        return None;
    }
    let mut end = segment.find(separator)?;
    loop {
        let rest = segment.get(end + separator.len_utf8()..)?;
        end += separator.len_utf8() + rest.find(separator)?;
        let Some(name) = segment.get(..end)?.get(end - 3..).filter(|name| GLUED.contains(name)) else {
            continue;
        };
        let after = segment.get(end + separator.len_utf8()..)?;
        let number = after.split(separator).next().unwrap_or_default();
        let is_numbered = (1..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if is_numbered {
            return Some(end - name.len());
        }
    }
}

/// Lines by carriage return, line feed, or both.
struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, flaws: &mut Flaws) -> Self {
        let bytes = text.as_bytes();
        if bytes.contains(&b'\n') {
            flaws.add(FlawKind::LineFeed, Place::MESSAGE);
        }
        if !bytes.ends_with(b"\r") && !bytes.ends_with(b"\n") {
            flaws.add(FlawKind::NoFinalReturn, Place::MESSAGE);
        }
        Self { bytes, at: 0 }
    }
}

impl Iterator for Lines<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let end = start + length;
        let is_pair = self.bytes.get(end..end + 2) == Some(b"\r\n");
        self.at = end + if is_pair { 2 } else { 1 };
        Some(Span { start, end })
    }
}
