//! One reading of a text: rules first, then the sequence model, which sees what the rules say; both become findings.

use std::ops::Range;

use super::{
    PhiKind,
    chain::{self, Chain, LABELS, PerLabel},
    dates,
    feature::{self, Case},
    identifiers::{self, Mark, Sort},
    known::{Known, Usage},
    spans::{self, Thresholds},
    token::{Class, Tokens},
};
use crate::{
    text::{Plain, TextSpan},
    triage::Lang,
};

/// Something that identifies a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Where, in code points of the text, end exclusive.
    pub span: TextSpan,
    /// What it is.
    pub kind: PhiKind,
    /// How sure, from 0 to 1. Rules give 1, the sequence model its probability.
    pub score: f32,
    /// What found it: `rule`, `checksum or context`, `handle`, `model`.
    pub why: &'static str,
}

/// Finds what identifies a person. Made once, used for all texts, from any thread.
#[derive(Debug)]
pub struct Scanner {
    known: Known,
    de: Reader,
    en: Reader,
    strictness: f32,
}

/// What reads one language.
#[derive(Debug, Default)]
pub struct Reader {
    /// The weights; without them rules alone find something.
    pub chain: Option<Chain>,
    /// How its words are used.
    pub usage: Usage,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

/// The weights of a language.
macro_rules! reader {
    ($lang:literal) => {
        Reader {
            chain: Chain::from_bytes(include_bytes!(concat!("../../../../models/scan_", $lang, ".bin"))),
            usage: Usage::from_bytes(include_bytes!(concat!("../../../../models/usage_", $lang, ".bin"))),
        }
    };
}

impl Scanner {
    /// Makes lists and weights ready; some milliseconds.
    #[must_use]
    pub fn new() -> Self {
        Self::with(reader!("de"), reader!("en"))
    }

    /// With other weights than the program's; a trainer measures them so.
    #[must_use]
    pub fn with(de: Reader, en: Reader) -> Self {
        Self { known: Known::new(), de, en, strictness: 1.0 }
    }

    /// With the model's thresholds multiplied: below 1 more is found, and more that is none.
    #[must_use]
    pub const fn with_strictness(mut self, strictness: f32) -> Self {
        self.strictness = strictness;
        self
    }

    /// Everything found, by place; no two overlap. `hint` is the language where it is known.
    #[must_use]
    pub fn scan(&self, text: &str, hint: Lang) -> Vec<Found> {
        let plain = Plain::new(text);
        let german = is_german(text, hint);
        let reader = if german { &self.de } else { &self.en };
        let seen = See::new(&plain, &self.known, &reader.usage);
        let mut found = seen.ruled();
        if let Some(chain) = &reader.chain
            && !seen.tokens.all.is_empty()
        {
            let likely = seen.marginals(chain);
            let letter = german && dates::is_letter(plain.text());
            spans::read(&seen, &likely, &Thresholds { german, letter, strictness: self.strictness }, &mut found);
        }
        found.sort_unstable_by_key(|one| (one.span.start, one.span.end));
        // A character that stands for several may belong to two findings: they are one then.
        found.dedup_by(|next, last| {
            let overlaps = next.span.start < last.span.end;
            if overlaps {
                last.span.end = last.span.end.max(next.span.end);
            }
            overlaps
        });
        found
    }

    /// The text with everything found covered, white space kept; as many characters as before.
    #[must_use]
    pub fn mask(&self, text: &str, hint: Lang) -> String {
        cover(text, self.scan(text, hint).into_iter().map(|one| one.span))
    }

    /// The words and signs of a text as hashes, for counting what stands beside what.
    #[must_use]
    pub fn words(&self, text: &str) -> Vec<u64> {
        let tokens = Tokens::new(Plain::new(text).text(), &self.known, &Usage::default());
        tokens.all.iter().map(|token| if token.class == Class::Number { 1 } else { token.word }).collect()
    }

    /// What the sequence model sees of a text; for training it.
    #[must_use]
    pub fn see(&self, text: &str, lang: Lang) -> Vec<Seen> {
        let plain = Plain::new(text);
        let reader = if lang == Lang::De { &self.de } else { &self.en };
        let see = See::new(&plain, &self.known, &reader.usage);
        let seen = |n: usize| {
            let token = see.tokens.all.get(n)?;
            let mut rows = Vec::with_capacity(60);
            feature::rows(&see.tokens, see.case, n, |row| rows.push(row as u32));
            Some(Seen {
                span: plain.span(token.bytes()),
                rows,
                rule: kind_of(token.rule),
                open: see.is_open(n),
                is_number: token.class == Class::Number,
            })
        };
        (0..see.tokens.all.len()).filter_map(seen).collect()
    }
}

/// What the sequence model sees of one token.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Where it is in the text.
    pub span: TextSpan,
    /// The rows of its weights.
    pub rows: Vec<u32>,
    /// What a rule takes it for.
    pub rule: Option<PhiKind>,
    /// It could be part of a date, number or address: where rows leave those unmarked, nothing is known of it.
    pub open: bool,
    /// It is digits alone.
    pub is_number: bool,
}

/// Whether the German weights read a text.
fn is_german(text: &str, hint: Lang) -> bool {
    match hint {
        Lang::De => true,
        Lang::En => false,
        _ => whichlang::detect_language(text) == whichlang::Lang::Deu,
    }
}

/// One text made ready: tokens, and what the rules say of them.
pub(super) struct See<'a> {
    pub(super) plain: &'a Plain,
    pub(super) tokens: Tokens,
    pub(super) marks: Vec<Mark>,
    pub(super) handles: Vec<Range<usize>>,
    case: Case,
}

impl<'a> See<'a> {
    fn new(plain: &'a Plain, known: &Known, usage: &Usage) -> Self {
        let text = plain.text();
        let mut tokens = Tokens::new(text, known, usage);
        let (marks, refused) = identifiers::marks(text);
        let handles = handles(text, &marks);
        let mut at = 0;
        for mark in &marks {
            let number = kind_of_sort(mark.sort) as u8 + 1 + if mark.sure { 0 } else { UNSURE };
            at = put_rule(&mut tokens, at, &mark.bytes, number);
        }
        at = 0;
        for bytes in &handles {
            at = put_rule(&mut tokens, at, bytes, PhiKind::Handle as u8 + 1);
        }
        at = 0;
        for bytes in &refused {
            at = put_rule(&mut tokens, at, bytes, REFUSED);
        }
        let case = Case::of(&tokens);
        Self { plain, tokens, marks, handles, case }
    }

    /// What the rules found.
    fn ruled(&self) -> Vec<Found> {
        let sure = self.marks.iter().filter(|mark| mark.sure);
        let marks = sure.map(|mark| (mark.bytes.clone(), kind_of_sort(mark.sort), "rule"));
        let handles = self.handles.iter().map(|bytes| (bytes.clone(), PhiKind::Handle, "handle"));
        let all = marks.chain(handles);
        all.map(|(bytes, kind, why)| Found { span: self.plain.span(bytes), kind, score: 1.0, why }).collect()
    }

    fn marginals(&self, chain: &Chain) -> Vec<PerLabel> {
        let mut likely: Vec<PerLabel> = Vec::with_capacity(self.tokens.all.len());
        for n in 0..self.tokens.all.len() {
            let mut sums = [0i32; LABELS];
            feature::rows(&self.tokens, self.case, n, |row| chain.add(row, &mut sums));
            likely.push(chain.likelihood(&sums));
        }
        chain::marginals(&mut likely, chain.transitions(), &mut Vec::with_capacity(self.tokens.all.len()));
        likely
    }

    /// A number, or what a rule takes for a date.
    fn is_open(&self, n: usize) -> bool {
        self.tokens.all.get(n).is_some_and(|token| {
            let date = token.rule % UNSURE == PhiKind::Date as u8 + 1;
            date || token.rule == 0 && token.class == Class::Number && token.end - token.start > 3
        })
    }
}

/// Added to a rule's number where the rule only hints.
pub(super) const UNSURE: u8 = 32;
/// A long number that the rules refuse.
pub(super) const REFUSED: u8 = 31;

fn kind_of(rule: u8) -> Option<PhiKind> {
    rule.checked_sub(1).filter(|_| rule <= UNSURE).and_then(|n| PhiKind::ALL.get(usize::from(n)).copied())
}

/// Marks the tokens in `bytes`; gives the first token to look at for the next range.
fn put_rule(tokens: &mut Tokens, from: usize, bytes: &Range<usize>, number: u8) -> usize {
    let all = tokens.all.get_mut(from..).unwrap_or_default();
    let first = all.partition_point(|token| token.end as usize <= bytes.start);
    let here = all.iter_mut().skip(first).take_while(|token| (token.start as usize) < bytes.end);
    here.for_each(|token| token.rule = number);
    from + first
}

const fn kind_of_sort(sort: Sort) -> PhiKind {
    match sort {
        Sort::Id => PhiKind::Id,
        Sort::Card => PhiKind::CreditCard,
        Sort::Ssn => PhiKind::Ssn,
        Sort::Iban => PhiKind::Iban,
        Sort::Phone => PhiKind::Phone,
        Sort::Email => PhiKind::Email,
        Sort::Link => PhiKind::Url,
        Sort::Ip => PhiKind::Ip,
        Sort::Address => PhiKind::Address,
        Sort::Date => PhiKind::Date,
        Sort::Age => PhiKind::Age,
        Sort::Zip => PhiKind::Zip,
    }
}

/// Names of accounts, with their @, where no mail address or link has them.
fn handles(text: &str, marks: &[Mark]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut marks = marks.iter().peekable();
    for (at, _) in text.match_indices('@') {
        while marks.next_if(|mark| mark.bytes.end <= at).is_some() {}
        let within = marks.peek().is_some_and(|mark| mark.bytes.start <= at);
        let follows = text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric()));
        let name = text.get(at + 1..).unwrap_or_default();
        let length = name.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')).count();
        let length = name.get(..length).map_or(0, |name| name.trim_end_matches(['.', '-']).len());
        if !within && !follows && length > 1 {
            found.push(at..at + 1 + length);
        }
    }
    found
}

/// The text with spans, sorted by place, covered; white space is kept.
pub(crate) fn cover(text: &str, spans: impl Iterator<Item = TextSpan>) -> String {
    let mut spans = spans.peekable();
    let mut out = String::with_capacity(text.len());
    for (at, c) in (0u32..).zip(text.chars()) {
        while spans.next_if(|span| span.end <= at).is_some() {}
        match spans.peek() {
            Some(span) if span.start <= at && !c.is_whitespace() => out.push('▒'),
            _ => out.push(c),
        }
    }
    out
}
