//! A draft, what can be said of it, and the guard that says it.

use std::sync::LazyLock;

use super::{
    Kind,
    findings::Reading,
    lists::{self, Means},
};
use crate::{
    people::People,
    site::Jurisdiction,
    text::{Phrases, Plain, TextSpan, Words},
    triage::Lang,
};

/// A draft as it would be published.
#[derive(Debug, Clone, Copy)]
pub struct DraftText<'a> {
    /// What would be published.
    pub text: &'a str,
    /// The language it is written in, where known; chooses nothing but the words of reasons.
    pub lang: Lang,
    /// Whose law.
    pub jurisdiction: Jurisdiction,
    /// Whether strangers can read it.
    pub public: bool,
    /// Whether the person has consented to speak with us here about their care. Counts only where not public.
    pub consented: bool,
    /// The post it answers.
    pub inbound_text: Option<&'a str>,
    /// The author's handle and name as the platform shows them.
    pub inbound_handle: Option<&'a str>,
    /// What the house says of itself in public: its name, addresses, numbers, named spokespeople.
    pub public_facts: &'a [String],
    /// The hospital's own people. Their names get the finding that any name gets.
    pub people: Option<&'a People>,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A second person must confirm by name.
    Warn,
    /// Must not be sent.
    Block,
}

/// A repair: put `replace` in place of `span`; empty text means strike it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to take out, in code points of the draft.
    pub span: TextSpan,
    /// What to put there.
    pub replace: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it is, in code points of the draft.
    pub span: TextSpan,
    /// How much it weighs.
    pub severity: Severity,
    /// How it could be repaired.
    pub suggestion: Option<Suggestion>,
}

impl Finding {
    /// Why, for the person who writes.
    #[must_use]
    pub const fn reason(&self, lang: Lang) -> &'static str {
        self.kind.reason(lang)
    }
}

/// What may be done with the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing found.
    Allow,
    /// A second person must confirm by name.
    Warn,
    /// Must not be sent.
    Block,
}

impl Verdict {
    /// The word for tables and store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// What was found in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// By place.
    pub findings: Vec<Finding>,
    /// The heaviest finding decides.
    pub verdict: Verdict,
}

/// Checks a draft with the lists of the program, which are made ready once.
#[must_use]
pub fn check(draft: &DraftText<'_>) -> Check {
    static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);
    GUARD.check(draft)
}

/// Checks drafts. Made once, used for all drafts, from any thread.
#[derive(Debug)]
pub struct Guard {
    pub(super) phrases: Phrases,
    pub(super) means: Vec<Means>,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Guard {
    /// Makes the word lists ready.
    #[must_use]
    pub fn new() -> Self {
        let phrases = Phrases::new(lists::SOURCES);
        let means = phrases.lines().iter().map(|line| lists::meaning(line).unwrap_or(Means::Nothing)).collect();
        Self { phrases, means }
    }

    /// Every text that a repair may put into a draft.
    pub fn repairs(&self) -> impl Iterator<Item = &str> {
        self.phrases.lines().iter().filter_map(|line| line.instead.as_deref())
    }

    /// What is wrong with the draft.
    #[must_use]
    pub fn check(&self, draft: &DraftText<'_>) -> Check {
        let plain = Plain::new(draft.text);
        let words = Words::new(&plain);
        let found = self.phrases.find(&words);
        let reading = Reading { guard: self, draft, plain: &plain, words: &words, found: &found };
        let mut findings = reading.findings();
        findings.sort_by(|a, b| (a.span, a.kind, b.severity).cmp(&(b.span, b.kind, a.severity)));
        findings.dedup_by(|later, kept| {
            let same = later.kind == kept.kind && later.span.end <= kept.span.end;
            if same {
                kept.severity = kept.severity.max(later.severity);
            }
            same
        });
        let verdict = match findings.iter().map(|finding| finding.severity).max() {
            None => Verdict::Allow,
            Some(Severity::Warn) => Verdict::Warn,
            Some(Severity::Block) => Verdict::Block,
        };
        Check { findings, verdict }
    }
}
