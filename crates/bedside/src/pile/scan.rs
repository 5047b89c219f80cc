//! `bedside scan`: where texts identify a person, or the texts with that replaced.

use bedside_core::{
    people::People,
    scan::{Found, Scanner},
    triage::Lang,
};
use serde::{Deserialize, Serialize};

use super::row::{self, Id, Rejected};

#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    id: Id,
    text: String,
    #[serde(default)]
    lang: Option<String>,
}

/// A row of the output.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Scanned {
    /// What was found.
    Found {
        /// The row's id.
        id: Id,
        /// By place, none over another.
        spans: Vec<One>,
    },
    /// The text without it.
    Masked {
        /// The row's id.
        id: Id,
        /// With `[TYPE]` in place of each finding.
        text: String,
    },
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct One {
    start: u32,
    end: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    score: f32,
    why: &'static str,
}

/// Scans texts.
#[derive(Debug)]
pub struct Scan {
    scanner: Scanner,
    people: Option<People>,
    is_mask: bool,
    lang: Lang,
}

impl Scan {
    /// With the people to find besides, and the language of rows that name none.
    pub fn new(people: Option<People>, is_mask: bool, lang: Lang) -> Self {
        Self { scanner: Scanner::new(), people, is_mask, lang }
    }

    /// Scans one row.
    pub fn row(&self, line: &[u8]) -> Result<Scanned, Rejected> {
        let row: Text = row::read(line)?;
        let lang = row::lang(row.lang.as_deref(), self.lang);
        let spans = self.find(&row.text, lang);
        Ok(match self.is_mask {
            true => Scanned::Masked { id: row.id, text: masked(&row.text, &spans) },
            false => Scanned::Found { id: row.id, spans },
        })
    }

    fn find(&self, text: &str, lang: Lang) -> Vec<One> {
        let found = self.scanner.scan_with(text, lang, self.people.as_ref());
        let one = |one: Found| One {
            start: one.span.start,
            end: one.span.end,
            kind: one.kind.as_str(),
            score: one.score,
            why: one.why,
        };
        found.into_iter().map(one).collect()
    }
}

/// The text with each finding replaced by its type in brackets.
fn masked(text: &str, spans: &[One]) -> String {
    let mut spans = spans.iter().peekable();
    let mut out = String::with_capacity(text.len());
    let mut hidden_to = 0;
    for (at, c) in (0_u32..).zip(text.chars()) {
        while let Some(span) = spans.next_if(|span| span.start <= at) {
            if span.end > hidden_to {
                out.push('[');
                out.push_str(span.kind);
                out.push(']');
                hidden_to = span.end;
            }
        }
        if at >= hidden_to {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_leaves_nothing_of_what_it_replaces() {
        let one = |start, end, kind| One { start, end, kind, score: 1.0, why: "rule" };
        let text = "Grüße an Änne, 0170 1234567";
        assert_eq!(masked(text, &[one(9, 13, "NAME"), one(15, 27, "PHONE")]), "Grüße an [NAME], [PHONE]");
        assert_eq!(masked(text, &[one(9, 20, "NAME"), one(15, 18, "ID")]), "Grüße an [NAME]1234567");
        assert_eq!(masked(text, &[]), text);
    }
}
