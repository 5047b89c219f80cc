//! From how likely each label is to findings: tokens over a kind's threshold, joined, without signs at their ends. A word
//! that is surely a name in one place of a text is one in all.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use super::{
    PhiKind,
    chain::PerLabel,
    scanner::{Found, See, UNSURE},
    token::{Class, Token, hash_of},
};

/// A kind of the sequence model: its labels (start, rest), and from which probability on a token counts, English and German.
struct Wanted {
    kind: PhiKind,
    start: usize,
    rest: usize,
    least: [f32; 2],
}

const WANTED: [Wanted; 9] = [
    Wanted { kind: PhiKind::Name, start: 1, rest: 2, least: [0.045, 0.06] },
    Wanted { kind: PhiKind::Location, start: 3, rest: 4, least: [0.10, 0.18] },
    Wanted { kind: PhiKind::Org, start: 5, rest: 6, least: [0.12, 0.20] },
    Wanted { kind: PhiKind::Address, start: 7, rest: 8, least: [0.12, 0.12] },
    Wanted { kind: PhiKind::Date, start: 9, rest: 10, least: [0.03, 0.06] },
    Wanted { kind: PhiKind::Id, start: 11, rest: 12, least: [0.15, 0.12] },
    Wanted { kind: PhiKind::Title, start: 13, rest: 13, least: [0.30, 0.30] },
    Wanted { kind: PhiKind::Nrp, start: 14, rest: 14, least: [0.15, 0.28] },
    Wanted { kind: PhiKind::Zip, start: 15, rest: 15, least: [0.20, 0.20] },
];

/// Which thresholds hold.
pub(super) struct Thresholds {
    pub(super) german: bool,
    /// Doctors' letters are full of drugs and parts of the body, and say before a name that it is one.
    pub(super) letter: bool,
    /// Multiplies all of them.
    pub(super) strictness: f32,
}

/// So much surer a name, place, house or group must be in a doctor's letter.
const IN_LETTERS: f32 = 2.0;

impl Thresholds {
    fn least(&self, wanted: &Wanted) -> f32 {
        let words = matches!(wanted.kind, PhiKind::Name | PhiKind::Location | PhiKind::Org | PhiKind::Nrp);
        let least = if self.german { wanted.least[1] } else { wanted.least[0] };
        self.strictness * least * if self.letter && words { IN_LETTERS } else { 1.0 }
    }
}

/// From this probability on a name makes its other mentions names.
const SURE_NAME: f32 = 0.7;
/// What another mention must have of its own.
const SECOND_NAME: f32 = 0.02;

fn of(likely: &PerLabel, label: usize) -> f32 {
    likely.get(label).copied().unwrap_or(0.0)
}

impl Wanted {
    fn mass(&self, likely: &PerLabel) -> f32 {
        if self.start == self.rest { of(likely, self.start) } else { of(likely, self.start) + of(likely, self.rest) }
    }
}

/// Adds what the sequence model finds where no rule did.
pub(super) fn read(see: &See<'_>, likely: &[PerLabel], thresholds: &Thresholds, found: &mut Vec<Found>) {
    let tokens = &see.tokens.all;
    let sure = sure_names(tokens, likely);
    let mut open: Option<Open> = None;
    let mut out = Out { see, found, name: None };
    for (n, (token, likely)) in tokens.iter().zip(likely).enumerate() {
        let link = token.rule % UNSURE == PhiKind::Url as u8 + 1;
        let ruled = link || (1..=UNSURE).contains(&token.rule);
        let wanted = if ruled { None } else { best(likely, thresholds).or_else(|| again(token, likely, &sure)) };
        let wanted = wanted.filter(|(wanted, mass)| *mass >= SURELY || wanted.kind != PhiKind::Name || !opens(token));
        let Some((wanted, mass)) = wanted else {
            out.close(open.take());
            continue;
        };
        let starts = of(likely, wanted.start) > of(likely, wanted.rest) && wanted.start != wanted.rest;
        match &mut open {
            Some(open) if open.kind == wanted.kind && !starts => {
                open.tokens.end = n + 1;
                open.score = open.score.max(mass);
            }
            _ => {
                out.close(open.take());
                open = Some(Open { kind: wanted.kind, tokens: n..n + 1, score: mass });
            }
        }
    }
    out.close(open);
}

/// A finding that may go on.
struct Open {
    kind: PhiKind,
    tokens: Range<usize>,
    score: f32,
}

/// The likeliest kind over its threshold.
fn best(likely: &PerLabel, thresholds: &Thresholds) -> Option<(&'static Wanted, f32)> {
    if of(likely, 0) > 0.99 {
        return None;
    }
    let over = WANTED
        .iter()
        .map(|wanted| (wanted, wanted.mass(likely)))
        .filter(|(wanted, mass)| *mass >= thresholds.least(wanted));
    over.max_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// From this probability on also a word that mostly opens a sentence is a name.
const SURELY: f32 = 0.9;

/// Whether it is a word with which people open a sentence or a line, and no name: "Hm", "Ruf mich an", "Cheers".
fn opens(token: &Token) -> bool {
    static OPENERS: LazyLock<HashSet<u64>> =
        LazyLock::new(|| include_str!("../../../../models/names/openers.txt").lines().map(hash_of).collect());
    token.class == Class::Word && OPENERS.contains(&token.word)
}

/// Words that are surely names somewhere in the text.
fn sure_names(tokens: &[Token], likely: &[PerLabel]) -> HashSet<u64> {
    let name = |(token, likely): &(&Token, &PerLabel)| {
        token.class == Class::Word && token.end - token.start > 2 && of(likely, 1) + of(likely, 2) >= SURE_NAME
    };
    tokens.iter().zip(likely).filter(name).map(|(token, _)| token.word).collect()
}

fn again(token: &Token, likely: &PerLabel, sure: &HashSet<u64>) -> Option<(&'static Wanted, f32)> {
    let name = WANTED.first()?;
    let mass = name.mass(likely);
    (mass >= SECOND_NAME && !sure.is_empty() && sure.contains(&token.word)).then_some((name, mass))
}

/// Where findings go.
struct Out<'a, 'b> {
    see: &'a See<'b>,
    found: &'a mut Vec<Found>,
    /// Where in the plain text the last finding ends, if it is a name.
    name: Option<usize>,
}

impl Out<'_, '_> {
    /// Adds a finding without the signs at its ends. A topic keeps its #, and what only a space, a hyphen or an apostrophe parts
    /// from a name before it is of the same name: "Siobhán O'Hara-Lim".
    fn close(&mut self, open: Option<Open>) {
        let Some(open) = open else { return };
        let tokens = self.see.tokens.all.get(open.tokens.clone()).unwrap_or_default();
        let carries = |token: &&Token| !matches!(token.class, Class::Sign | Class::Break);
        let (Some(first), Some(last)) = (tokens.iter().find(carries), tokens.iter().rev().find(carries)) else {
            return;
        };
        let (mut start, end) = (first.start as usize, last.end as usize);
        let is_name = open.kind == PhiKind::Name;
        let text = self.see.plain.text();
        if is_name && text.get(..start).is_some_and(|before| before.ends_with('#')) {
            start -= 1;
        }
        let joins =
            |end: usize| text.get(end..start).is_some_and(|gap| is_joint(gap, text.get(..end).unwrap_or_default()));
        let span = self.see.plain.span(start..end);
        match (self.name.take_if(|end| is_name && joins(*end)), self.found.last_mut()) {
            (Some(_), Some(name)) => {
                name.span.end = span.end;
                name.score = name.score.max(open.score);
            }
            _ => self.found.push(Found { span, kind: open.kind, score: open.score, why: "model" }),
        }
        self.name = is_name.then_some(end);
    }
}

/// Whether what stands between two names makes them one; `before` ends with the first.
fn is_joint(gap: &str, before: &str) -> bool {
    let initial = || before.chars().rev().nth(1).is_none_or(|c| !c.is_alphanumeric());
    matches!(gap, " " | "-" | "'" | "’") || gap == ". " && initial()
}
