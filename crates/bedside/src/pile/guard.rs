//! `bedside guard`: whether each draft may leave, and what is wrong with it.

use bedside_core::{
    guard::{self, DraftText, Finding},
    site::Jurisdiction,
    triage::Lang,
};
use serde::{Deserialize, Serialize};

use super::row::{self, Id, Rejected};

#[derive(Deserialize)]
struct Draft {
    #[serde(default)]
    id: Id,
    draft: String,
    jurisdiction: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    inbound_post: Option<String>,
    #[serde(default)]
    inbound_handle: Option<String>,
    #[serde(default = "yes")]
    public: bool,
    #[serde(default)]
    consented: bool,
    #[serde(default)]
    public_facts: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// A row of the output.
#[derive(Debug, Serialize)]
pub struct Checked {
    id: Id,
    verdict: &'static str,
    findings: Vec<One>,
}

#[derive(Debug, Serialize)]
struct One {
    kind: &'static str,
    start: u32,
    end: u32,
    reason: &'static str,
    suggestion: Option<Repair>,
}

/// Put `replace` in place of what lies from `start` to `end` in the draft; empty: strike it.
#[derive(Debug, Serialize)]
struct Repair {
    start: u32,
    end: u32,
    replace: String,
}

/// Checks drafts.
#[derive(Debug)]
pub struct Drafts {
    lang: Lang,
}

impl Drafts {
    /// With the language of reasons where a row names none.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// Checks one row.
    pub fn row(&self, line: &[u8]) -> Result<Checked, Rejected> {
        let row: Draft = row::read(line)?;
        let Some(jurisdiction) = Jurisdiction::from_word(&row.jurisdiction.to_ascii_lowercase()) else {
            let known = Jurisdiction::ALL.map(Jurisdiction::as_str).join(", ");
            return Err(Rejected::of(&row.id, format!("jurisdiction is none of {known}")));
        };
        let lang = row::lang(row.lang.as_deref(), self.lang);
        let check = guard::check(&DraftText {
            text: &row.draft,
            lang,
            jurisdiction,
            public: row.public,
            consented: row.consented,
            inbound_text: row.inbound_post.as_deref(),
            inbound_handle: row.inbound_handle.as_deref(),
            public_facts: &row.public_facts,
            people: None,
        });
        let findings = check.findings.iter().map(|one| told(one, lang)).collect();
        Ok(Checked { id: row.id, verdict: check.verdict.as_str(), findings })
    }
}

fn told(finding: &Finding, lang: Lang) -> One {
    One {
        kind: finding.kind.as_str(),
        start: finding.span.start,
        end: finding.span.end,
        reason: finding.reason(lang),
        suggestion: finding.suggestion.as_ref().map(|one| Repair {
            start: one.span.start,
            end: one.span.end,
            replace: one.replace.clone(),
        }),
    }
}
