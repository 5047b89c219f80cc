//! Rows for the scan: labelled texts of the data folder and our own with inline marks.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use bedside_core::scan::PhiKind;
use serde::Deserialize;

use crate::learn::rows;

/// The source of German letters.
pub const LETTERS: &str = "grascco_phi";
/// The source of our own rows.
pub const AUTHORED: &str = "authored";

/// A labelled text.
#[derive(Debug, Clone)]
pub struct Row {
    pub text: String,
    pub spans: Vec<Span>,
    pub source: String,
    pub group: String,
}

/// A place in code points and what it is.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub start: u32,
    pub end: u32,
    pub kind: PhiKind,
}

impl Row {
    /// One of five parts, the same for all rows of a group.
    pub fn fold(&self) -> u64 {
        spread(&self.group) % 5
    }

    /// Another cut in five, for the letters.
    pub fn part(&self) -> u64 {
        spread(&self.group) / 5 % 5
    }

    /// Whether only names, places and houses were marked: nothing is known of dates, numbers and addresses.
    pub fn is_partial(&self) -> bool {
        ["btc", "wnut", "germeval"].iter().any(|start| self.source.starts_with(start))
    }
}

/// FNV-1a, 64 bits.
pub fn spread(text: &str) -> u64 {
    let hash =
        text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    hash ^ hash >> 29
}

#[derive(Deserialize)]
struct Line {
    text: String,
    spans: Vec<LineSpan>,
    source: String,
    group: String,
}

#[derive(Deserialize)]
struct LineSpan {
    start: u32,
    end: u32,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

/// The texts of any file of rows.
pub fn texts(path: &Path) -> Result<Vec<String>> {
    Ok(rows::jsonl::<Text>(path)?.into_iter().map(|row| row.text).collect())
}

/// All rows of a language, `de` or `en`.
pub fn read(root: &Path, data: &Path, lang: &str) -> Result<Vec<Row>> {
    let path = data.join(format!("phi_{lang}.jsonl"));
    let mut rows = Vec::new();
    for (n, line) in rows::jsonl::<Line>(&path)?.into_iter().enumerate() {
        rows.push(row_of(line).with_context(|| format!("{}:{}", path.display(), n + 1))?);
    }
    let path = root.join(format!("models/authored/phi/{lang}.txt"));
    for (n, line) in rows::lines(&path)? {
        rows.push(marked(&line).with_context(|| format!("{}:{n}", path.display()))?);
    }
    Ok(rows)
}

fn row_of(line: Line) -> Result<Row> {
    let span = |span: LineSpan| {
        let kind = PhiKind::from_word(&span.kind).with_context(|| format!("{} is no kind", span.kind))?;
        Ok(Span { start: span.start, end: span.end, kind })
    };
    let spans = line.spans.into_iter().map(span).collect::<Result<_>>()?;
    Ok(Row { text: line.text, spans, source: line.source, group: line.group })
}

/// A line with inline marks: `Frau [NAME:Sommer] rief an`.
fn marked(line: &str) -> Result<Row> {
    let (mut text, mut spans, mut rest) = (String::new(), Vec::new(), line);
    let count = |text: &str| u32::try_from(text.chars().count());
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        let Some((mark, after)) = after.split_once(']') else { bail!("a bracket is not closed") };
        let (kind, inner) = mark.split_once(':').with_context(|| format!("{mark} has no kind"))?;
        let kind = PhiKind::from_word(kind).with_context(|| format!("{kind} is no kind"))?;
        let start = count(&text)?;
        text.push_str(inner);
        spans.push(Span { start, end: count(&text)?, kind });
        rest = after;
    }
    text.push_str(rest);
    Ok(Row { group: text.clone(), text, spans, source: AUTHORED.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans_in_code_points() {
        let row = marked("Grüße an [NAME:Müller], Zi. [ID:417]!").unwrap();
        assert_eq!(row.text, "Grüße an Müller, Zi. 417!");
        let spans: Vec<_> = row.spans.iter().map(|span| (span.start, span.end, span.kind)).collect();
        assert_eq!(spans, [(9, 15, PhiKind::Name), (21, 24, PhiKind::Id)]);
        assert!(marked("[NAME:x").is_err() && marked("[NOBODY:x]").is_err());
    }
}
