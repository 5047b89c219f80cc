//! A draft, what can be said of it, and the guard that says it.

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{Arc, LazyLock},
};

use super::{
    Kind, Settled,
    findings::Reading,
    lists::{self, Means},
    repair,
    second::{self, Classed, Classes, SecondReading, Weights},
};
use crate::{
    people::People,
    site::Jurisdiction,
    text::{Hit, Phrases, Plain, TextSpan, Words},
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

impl Suggestion {
    /// The text with this repair.
    #[must_use]
    pub fn applied(&self, text: &str) -> String {
        let before = text.chars().take(self.span.start as usize);
        let after = text.chars().skip(self.span.end as usize);
        before.chain(self.replace.chars()).chain(after).collect()
    }
}

/// So many repairs of one draft are tried out, fewer of a long one, since the guard reads along while somebody types; what
/// is wrong beyond them is better written anew.
const MOST_TRIED: usize = 8;
/// All tries together read about so much.
const TRIED_CHARACTERS: usize = 4_000;

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
    /// The house's rule that settles this warning; see [`super::Settlements`].
    pub settled: Option<Arc<Settled>>,
}

impl Finding {
    /// A finding as the guard makes it: settled by nothing.
    pub(super) const fn new(kind: Kind, span: TextSpan, severity: Severity, suggestion: Option<Suggestion>) -> Self {
        Self { kind, span, severity, suggestion, settled: None }
    }

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
    /// What follows from findings: the heaviest that nothing settles decides.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        match findings.iter().filter(|one| one.settled.is_none()).map(|one| one.severity).max() {
            None => Self::Allow,
            Some(Severity::Warn) => Self::Warn,
            Some(Severity::Block) => Self::Block,
        }
    }

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
    classes: Classes,
    weights: Option<Weights>,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Guard {
    /// Makes the word lists and the second reader of the program ready.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Weights::built_in())
    }

    /// A guard whose second reader has these weights; `None`: the lists read alone.
    #[must_use]
    pub fn with(weights: Option<Weights>) -> Self {
        let phrases = Phrases::new(lists::SOURCES);
        let means = phrases.lines().iter().map(|line| lists::meaning(line).unwrap_or(Means::Nothing)).collect();
        Self { phrases, means, classes: Classes::new(), weights }
    }

    /// The word classes of the second reader.
    #[must_use]
    pub const fn classes(&self) -> &Classes {
        &self.classes
    }

    /// Every text that a repair may put into a draft.
    pub fn repairs(&self) -> impl Iterator<Item = &str> {
        self.phrases.lines().iter().filter_map(|line| line.instead.as_deref()).chain(repair::forms())
    }

    /// What is wrong with the draft. No repair it proposes leads to an objection that was not there before.
    #[must_use]
    pub fn check(&self, draft: &DraftText<'_>) -> Check {
        let (mut check, is_german) = self.look(draft);
        let before: BTreeSet<Kind> = check.findings.iter().map(|one| one.kind).collect();
        let tried = (TRIED_CHARACTERS / draft.text.len().max(1)).min(MOST_TRIED);
        for (n, finding) in check.findings.iter_mut().enumerate() {
            let Some(suggestion) = &finding.suggestion else {
                continue;
            };
            // A long list of faults is not worth mending one by one.
            if n >= tried || !self.mends(draft, suggestion, &before) {
                finding.suggestion = Some(repair::answer_anew(draft, is_german));
            }
        }
        check
    }

    /// Whether the draft after a repair has no fault that it did not have.
    fn mends(&self, draft: &DraftText<'_>, suggestion: &Suggestion, before: &BTreeSet<Kind>) -> bool {
        let text = suggestion.applied(draft.text);
        let (after, _) = self.look(&DraftText { text: &text, ..*draft });
        after.findings.iter().all(|one| one.kind == Kind::Empty || before.contains(&one.kind))
    }

    /// One look: what is wrong, what could be put instead as far as this look tells, and whether it is in German.
    fn look(&self, draft: &DraftText<'_>) -> (Check, bool) {
        let plain = Plain::new(draft.text);
        let words = Words::new(&plain);
        let classed = self.classes.find(&words);
        let mut found = self.phrases.find(&words);
        found.hits.retain(|hit| self.is_of_its_language(hit, &words, &classed));
        let reading = Reading { guard: self, draft, plain: &plain, words: &words, found: &found };
        let mut findings = reading.findings();
        // Among two people with consent care may be spoken of; the second reader is not asked there.
        if let Some(weights) = self.weights.as_ref().filter(|_| draft.public || !draft.consented) {
            let second = SecondReading::new(weights, &self.classes, &classed, &words, draft);
            merge(&mut findings, &second, weights, &words);
        }
        let mut check = settle(findings);
        let german = classed.language(&(0..words.all().len())).unwrap_or(draft.lang.as_str()) == "de";
        self.offer(&mut check.findings, draft, &words, german, reading.has_contact());
        (check, german)
    }

    /// Says what could be put instead of sentences that must go.
    fn offer(
        &self,
        findings: &mut [Finding],
        draft: &DraftText<'_>,
        words: &Words<'_>,
        is_german: bool,
        has_contact: bool,
    ) {
        let text: Vec<char> = draft.text.chars().collect();
        let mut sentences = Vec::new();
        let mut from = 0;
        while from < words.all().len() {
            let sentence = words.sentence(from);
            from = sentence.end.max(from + 1);
            sentences.push(words.span(sentence));
        }
        repair::offer(findings, draft, &repair::Around { sentences: &sentences, text: &text, has_contact, is_german });
    }

    /// Whether what tells a tale was found with the words of the sentence's own language: "was" and "hat" are words of both.
    fn is_of_its_language(&self, hit: &Hit, words: &Words<'_>, classed: &Classed) -> bool {
        let Some(Means::Tells(_)) = self.means.get(hit.line) else {
            return true;
        };
        let list = self.phrases.lines().get(hit.line).map_or("", |line| line.list);
        classed.language(&words.sentence(hit.words.start)).is_none_or(|language| list.starts_with(language))
    }
}

/// Places that are objected to already, by where they start, with how far any so far has reached: asked in logarithmic time.
struct Known(Vec<(usize, usize)>);

impl Known {
    fn new(mut spans: Vec<Range<usize>>) -> Self {
        spans.sort_unstable_by_key(|span| span.start);
        let mut reached = 0;
        Self(
            spans
                .into_iter()
                .map(|span| {
                    (span.start, {
                        reached = span.end.max(reached);
                        reached
                    })
                })
                .collect(),
        )
    }

    fn touches(&self, span: TextSpan) -> bool {
        let before = self.0.partition_point(|(start, _)| *start < span.end as usize);
        before.checked_sub(1).and_then(|n| self.0.get(n)).is_some_and(|(_, reached)| *reached > span.start as usize)
    }
}

/// Puts both readings together.
fn merge(findings: &mut Vec<Finding>, second: &SecondReading, weights: &Weights, words: &Words<'_>) {
    let spans = |from: Severity| -> Vec<Range<usize>> {
        let heavy = findings.iter().filter(|one| one.severity >= from);
        heavy.map(|one| one.span.start as usize..one.span.end as usize).collect()
    };
    let (any, blocks) = (Known::new(spans(Severity::Warn)), Known::new(spans(Severity::Block)));
    if second.is_calm(weights) {
        // A number of nobody in the post and of nobody addressed, in a draft to everybody: it is a number of the house.
        findings.retain(|one| one.kind != Kind::Identifier || one.severity != Severity::Warn);
        let doubtful = |one: &&mut Finding| second::can_be_meant_otherwise(one.kind);
        findings.iter_mut().filter(doubtful).for_each(|one| one.severity = Severity::Warn);
    }
    // Where the lists know what is wrong, the second reader adds nothing lighter.
    let is_known = |severity: Severity, span: TextSpan| match severity {
        Severity::Warn => any.touches(span),
        Severity::Block => blocks.touches(span),
    };
    findings.extend(second.findings(words, is_known));
}

/// Sorts findings and says what follows from them.
fn settle(mut findings: Vec<Finding>) -> Check {
    findings.sort_by(|a, b| (a.span, a.kind, b.severity).cmp(&(b.span, b.kind, a.severity)));
    findings.dedup_by(|later, kept| {
        let same = later.kind == kept.kind && later.span.end <= kept.span.end;
        if same {
            kept.severity = kept.severity.max(later.severity);
        }
        same
    });
    let verdict = Verdict::of(&findings);
    Check { findings, verdict }
}
