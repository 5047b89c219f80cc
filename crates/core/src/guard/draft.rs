//! Checks one draft against all lists, identifiers, the post it answers and the house's public facts.

use std::{ops::Range, sync::LazyLock};

use super::{
    Kind, identifiers, lists,
    lists::Means,
    numbers::{self, Around},
    open, telling,
};
use crate::{
    site::Jurisdiction,
    text::{Found, Hit, Phrases, Plain, TextSpan, Words},
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

/// One draft being read.
struct Reading<'a> {
    guard: &'a Guard,
    draft: &'a DraftText<'a>,
    plain: &'a Plain,
    words: &'a Words<'a>,
    found: &'a Found<'a>,
}

impl Reading<'_> {
    fn findings(&self) -> Vec<Finding> {
        if !self.draft.text.chars().any(char::is_alphanumeric) {
            let span = TextSpan { start: 0, end: u32::try_from(self.draft.text.chars().count()).unwrap_or(u32::MAX) };
            return vec![Finding { kind: Kind::Empty, span, severity: Severity::Block, suggestion: None }];
        }
        let mut findings = self.phrases();
        findings.extend(self.identifiers());
        findings.extend(open::find(self.plain.text()).into_iter().map(|range| Finding {
            kind: Kind::OpenPlace,
            span: self.plain.span(range),
            severity: Severity::Block,
            suggestion: None,
        }));
        findings.extend(self.telling());
        findings.extend(self.repeated_health());
        findings.extend(self.authors_name());
        findings.extend(self.lonely_apology());
        findings
    }

    fn meant<'a>(&'a self, test: impl Fn(Means) -> bool + 'a) -> impl Iterator<Item = &'a Hit> {
        self.found.hits.iter().filter(move |hit| self.guard.means.get(hit.line).is_some_and(|means| test(*means)))
    }

    /// Findings of the lists, where no "fine" line covers them and the case applies.
    fn phrases(&self) -> Vec<Finding> {
        let fine: Vec<(Kind, &Hit)> = self
            .found
            .hits
            .iter()
            .filter_map(|hit| match self.guard.means.get(hit.line) {
                Some(Means::Fine(kind)) => Some((*kind, hit)),
                _ => None,
            })
            .collect();
        let mut findings = Vec::new();
        for hit in &self.found.hits {
            let Some(Means::Wrong(kind, severity)) = self.guard.means.get(hit.line).copied() else {
                continue;
            };
            let is_fine = fine.iter().any(|(of, fine)| *of == kind && overlap(&fine.words, &hit.words));
            if is_fine || !self.applies(kind) || (names(kind) && self.is_public_fact(hit)) {
                continue;
            }
            let span = self.words.span(hit.words.clone());
            let suggestion = self.suggestion(kind, hit);
            findings.push(Finding { kind, span, severity, suggestion });
        }
        findings
    }

    /// Whether a kind is a matter at all: among two people with consent care may be spoken of; thanks are a matter of law.
    fn applies(&self, kind: Kind) -> bool {
        let among_two = !self.draft.public && self.draft.consented;
        match kind {
            Kind::ThanksInDe => {
                self.draft.public && matches!(self.draft.jurisdiction, Jurisdiction::De | Jurisdiction::At)
            }
            Kind::ConfirmsRelationship | Kind::DateOfCare | Kind::HealthDetail | Kind::NamesPerson => !among_two,
            Kind::InsuranceOrCost | Kind::StaffNamed | Kind::AsksForIdentifiers | Kind::PlatformMessage => !among_two,
            Kind::CompensationInPublic => self.draft.public,
            _ => true,
        }
    }

    /// Whether the words are among what the house says of itself.
    fn is_public_fact(&self, hit: &Hit) -> bool {
        let said: Vec<&str> = hit.words.clone().map(|n| self.words.folded(n)).collect();
        self.draft.public_facts.iter().any(|fact| {
            let plain = Plain::new(fact);
            let fact = Words::new(&plain);
            let fact: Vec<&str> = (0..fact.all().len()).map(|n| fact.folded(n)).collect();
            said.last().is_some_and(|name| fact.contains(name))
        })
    }

    fn suggestion(&self, kind: Kind, hit: &Hit) -> Option<Suggestion> {
        let instead = self.guard.phrases.lines().get(hit.line)?.instead.as_deref();
        if let Some(replace) = instead {
            return Some(Suggestion { span: self.words.span(hit.words.clone()), replace: replace.to_owned() });
        }
        // Most of what is wrong can't be said better, only left out: the sentence goes.
        let strikes = !matches!(kind, Kind::ThanksInDe);
        strikes
            .then(|| Suggestion { span: self.words.span(self.words.sentence(hit.words.start)), replace: String::new() })
    }

    fn identifiers(&self) -> Vec<Finding> {
        let post = self.draft.inbound_text.map(|post| identifiers::compact(post).to_lowercase()).unwrap_or_default();
        let offers = self.meant(|means| means == Means::Contact).next().is_some();
        let mut findings = Vec::new();
        for found in identifiers::find(self.plain) {
            let written = self.plain.text().get(found.bytes.clone()).unwrap_or_default();
            let sentence = self.sentence_at(found.bytes.start);
            let here = |means: Means| self.meant(move |m| m == means).any(|hit| sentence.contains(&hit.words.start));
            let around = Around {
                in_post: post.contains(&identifiers::compact(written).to_lowercase()),
                offers_contact: offers || sentence.clone().any(|n| OURS.contains(&self.words.folded(n))),
                is_theirs: here(Means::Theirs),
                public_facts: self.draft.public_facts,
            };
            if let Some(severity) = numbers::judge(&found, written, &around) {
                let suggestion = Some(Suggestion { span: found.span, replace: String::new() });
                findings.push(Finding { kind: Kind::Identifier, span: found.span, severity, suggestion });
            }
        }
        findings
    }

    /// The words of the sentence that holds this byte of the plain text.
    fn sentence_at(&self, byte: usize) -> Range<usize> {
        let at = self.words.all().iter().rposition(|word| word.plain.start <= byte).unwrap_or(0);
        self.words.sentence(at)
    }

    /// Sentences that tell what happened to somebody.
    fn telling(&self) -> Vec<Finding> {
        if !self.applies(Kind::ConfirmsRelationship) {
            return Vec::new();
        }
        let hits: Vec<_> = self
            .found
            .hits
            .iter()
            .filter_map(|hit| match self.guard.means.get(hit.line) {
                Some(Means::Tells(telling)) => Some((*telling, hit)),
                _ => None,
            })
            .collect();
        let told = telling::find(&hits, self.words).into_iter().map(|told| {
            let span = self.words.span(self.words.sentence(told.words.start));
            let suggestion = Some(Suggestion { span, replace: String::new() });
            Finding { kind: told.kind, span: self.words.span(told.words), severity: told.severity, suggestion }
        });
        told.collect()
    }

    /// A word of illness that the author wrote, repeated in a sentence addressed to them.
    fn repeated_health(&self) -> Vec<Finding> {
        let Some(post) = self.draft.inbound_text.filter(|_| self.applies(Kind::HealthDetail)) else {
            return Vec::new();
        };
        let plain = Plain::new(post);
        let post = Words::new(&plain);
        let told = self.guard.phrases.find(&post);
        let told: Vec<String> = told
            .hits
            .iter()
            .filter(|hit| self.guard.means.get(hit.line) == Some(&Means::Health))
            .map(|hit| stem(post.folded(hit.words.start)))
            .collect();
        let mut findings = Vec::new();
        for hit in self.meant(|means| means == Means::Health) {
            let sentence = self.words.sentence(hit.words.start);
            let personal = sentence.clone().any(|n| PERSONAL.contains(&self.words.folded(n)));
            let general = sentence.clone().any(|n| GENERAL.contains(&self.words.folded(n)));
            if personal && !general && told.contains(&stem(self.words.folded(hit.words.start))) {
                let span = self.words.span(hit.words.clone());
                let suggestion = Some(Suggestion { span: self.words.span(sentence), replace: String::new() });
                findings.push(Finding { kind: Kind::HealthDetail, span, severity: Severity::Block, suggestion });
            }
        }
        findings
    }

    /// Words of the author's handle or shown name, other than as a mention.
    fn authors_name(&self) -> Vec<Finding> {
        let Some(handle) = self.draft.inbound_handle.filter(|_| self.applies(Kind::NamesPerson)) else {
            return Vec::new();
        };
        let plain = Plain::new(handle);
        let name = Words::new(&plain);
        let parts: Vec<&str> = (0..name.all().len()).map(|n| name.folded(n)).filter(|part| part.len() >= 3).collect();
        let mut findings = Vec::new();
        for (n, word) in self.words.all().iter().enumerate() {
            if word.is_capital && parts.contains(&self.words.folded(n)) {
                let span = self.words.span(n..n + 1);
                let suggestion = Some(Suggestion { span, replace: String::new() });
                findings.push(Finding { kind: Kind::UnmasksAuthor, span, severity: Severity::Block, suggestion });
            }
        }
        findings
    }

    fn lonely_apology(&self) -> Option<Finding> {
        let apology = self.meant(|means| means == Means::Apology).next()?;
        let reachable = self.meant(|means| means == Means::Contact).next().is_some()
            || !identifiers::find(self.plain).is_empty()
            || self.draft.public_facts.iter().any(|fact| !fact.is_empty() && self.draft.text.contains(fact));
        (!reachable && self.draft.public).then(|| Finding {
            kind: Kind::ApologyWithoutContact,
            span: self.words.span(apology.words.clone()),
            severity: Severity::Warn,
            suggestion: None,
        })
    }
}

/// Words that address the author.
const PERSONAL: &[&str] = &[
    "you", "your", "youre", "yours", "sie", "ihr", "ihre", "ihren", "ihrem", "ihrer", "ihnen", "du", "dein", "deine",
    "dir", "dich", "euch",
];

/// Words of the house itself.
const OURS: &[&str] = &["we", "us", "our", "ours", "wir", "uns", "unser", "unsere", "unserem", "unserer", "unseren"];

/// Words that speak of everybody.
const GENERAL: &[&str] = &[
    "if",
    "anyone",
    "people",
    "everyone",
    "falls",
    "wenn",
    "wer",
    "menschen",
    "personen",
    "jeder",
    "vaccine",
    "impfung",
    "112",
    "911",
    "999",
    "144",
    "notruf",
    "notfall",
    "emergency",
];

/// Kinds that a public name excuses.
const fn names(kind: Kind) -> bool {
    matches!(kind, Kind::NamesPerson | Kind::StaffNamed)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The first letters of a word, so that "hip" meets "hips" and "Operation" meets "Operationen".
fn stem(word: &str) -> String {
    let keep = word.chars().count().saturating_sub(2).clamp(3, 7);
    word.chars().take(keep).collect()
}
