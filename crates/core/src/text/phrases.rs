//! Finds all phrases of all lists in one pass: Aho-Corasick finds their words, each rare word wakes the phrases that
//! hang on it, and those are followed to both sides with sets of places, so that no phrase costs more than linear time.

use std::{collections::HashMap, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{
    grammar::{self, Line, Node, Source},
    words::{Gap, Word, Words},
};

/// Word lists made ready for reading.
#[derive(Debug)]
pub(crate) struct Phrases {
    lines: Vec<Line>,
    /// All forms of all words with their borders, e.g. " kill " or " kill".
    forms: Option<AhoCorasick>,
    groups: Vec<Bits>,
    threads: Vec<Thread>,
    /// For each form the threads that hang on it.
    wakes: Vec<Vec<u32>>,
    /// The forms that say no.
    negations: Bits,
}

/// A phrase found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The line of the lists, as numbered by [`Phrases::lines`].
    pub(crate) line: usize,
    /// Its words.
    pub(crate) words: Range<usize>,
}

/// A phrase with the word it hangs on.
#[derive(Debug)]
struct Thread {
    line: usize,
    before: Vec<Step>,
    group: usize,
    capital: bool,
    after: Vec<Step>,
}

/// A part of a phrase made ready.
#[derive(Debug, Clone)]
enum Step {
    Group(usize),
    Named(usize),
    Any,
    Number,
    Capital,
    Gap { most: u8, any: bool },
    One(Vec<Vec<Step>>),
    Maybe(Vec<Vec<Step>>),
    Start,
    End,
}

/// A set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, n: usize) {
        if self.0.len() <= n / 64 {
            self.0.resize(n / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(n / 64) {
            *word |= 1 << (n % 64);
        }
    }
    fn has(&self, n: u32) -> bool {
        self.0.get(n as usize / 64).is_some_and(|word| word >> (n % 64) & 1 == 1)
    }
    fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.0
            .iter()
            .enumerate()
            .flat_map(|(at, word)| (0..64).filter(move |n| word >> n & 1 == 1).map(move |n| at * 64 + n))
    }
}

/// The name of the group of negations, which gaps do not pass over.
const NEGATIONS: &str = "@negation";

impl Phrases {
    /// Makes lists ready. Lines that can't be read are left out; a test holds that there are none.
    pub(crate) fn new(sources: &[Source]) -> Self {
        let (mut lines, _) = grammar::read(sources);
        let mut weaver = Weaver::default();
        for (number, line) in lines.iter().enumerate() {
            weaver.weave(number, line.nodes.clone());
        }
        let negations = lines.iter().filter(|line| line.head == NEGATIONS).flat_map(|line| &line.nodes);
        let negations = weaver.bits_of(negations);
        // What a phrase looks like is in the threads now.
        lines.iter_mut().for_each(|line| line.nodes = Vec::new());
        weaver.finish(lines, negations)
    }

    /// The lines of the lists, in order.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Every phrase in the text, by line and place, the longest reading of each place.
    pub(crate) fn find(&self, words: &Words<'_>) -> Found<'_> {
        let seen = self.see(words);
        let mut hits = Vec::new();
        for at in 0..words.all().len() {
            for form in seen.of(at) {
                for thread in self.wakes.get(*form as usize).into_iter().flatten() {
                    let Some(thread) = self.threads.get(*thread as usize) else {
                        continue;
                    };
                    if thread.capital && words.all().get(at).is_none_or(|word| !word.is_capital) {
                        continue;
                    }
                    if let Some(range) = self.follow(thread, at, &seen, words.all()) {
                        hits.push(Hit { line: thread.line, words: range });
                    }
                }
            }
        }
        hits.sort_unstable_by(|a, b| (a.line, a.words.start, b.words.end).cmp(&(b.line, b.words.start, a.words.end)));
        hits.dedup_by(|later, kept| later.line == kept.line && later.words.end <= kept.words.end);
        Found { hits, phrases: self, seen }
    }

    fn see(&self, words: &Words<'_>) -> Seen {
        let mut seen = Seen { starts: Vec::with_capacity(words.all().len() + 1), forms: Vec::new() };
        seen.starts.push(0);
        let (mut at, all) = (0, words.all());
        let Some(forms) = &self.forms else {
            return seen;
        };
        for found in forms.find_overlapping_iter(words.stream()) {
            // A form ends inside its word or at the space after it; words come in order.
            while all.get(at).is_some_and(|word| word.stream.end + 1 < found.end()) {
                at += 1;
                seen.starts.push(seen.forms.len());
            }
            seen.forms.push(found.pattern().as_u32());
        }
        seen.starts.resize(all.len() + 1, seen.forms.len());
        seen
    }

    fn follow(&self, thread: &Thread, at: usize, seen: &Seen, words: &[Word]) -> Option<Range<usize>> {
        let back = Walk { phrases: self, seen, words, origin: at, forward: false }.sequence(&thread.before, 1);
        if back == 0 {
            return None;
        }
        let forth = Walk { phrases: self, seen, words, origin: at + 1, forward: true }.sequence(&thread.after, 1);
        if forth == 0 {
            return None;
        }
        let far = |places: u64| (63 - places.leading_zeros()) as usize;
        Some(at.saturating_sub(far(back))..at + 1 + far(forth))
    }
}

/// The phrases found in a text, with what is needed to ask for negations.
pub(crate) struct Found<'a> {
    /// By line, then place.
    pub(crate) hits: Vec<Hit>,
    phrases: &'a Phrases,
    seen: Seen,
}

impl Found<'_> {
    /// Whether the word with this number says no.
    pub(crate) fn is_negation(&self, at: usize) -> bool {
        self.seen.of(at).iter().any(|form| self.phrases.negations.has(*form))
    }
}

/// The forms seen at each word.
struct Seen {
    starts: Vec<usize>,
    forms: Vec<u32>,
}

impl Seen {
    fn of(&self, word: usize) -> &[u32] {
        let from = self.starts.get(word).copied().unwrap_or(self.forms.len());
        let to = self.starts.get(word + 1).copied().unwrap_or(self.forms.len());
        self.forms.get(from..to).unwrap_or_default()
    }
}

/// Follows a phrase from its word to one side. Places are bits: bit n is n words away from the origin.
struct Walk<'a> {
    phrases: &'a Phrases,
    seen: &'a Seen,
    words: &'a [Word],
    origin: usize,
    forward: bool,
}

impl Walk<'_> {
    fn sequence(&self, steps: &[Step], mut places: u64) -> u64 {
        for step in steps {
            if places == 0 {
                return 0;
            }
            places = self.step(step, places);
        }
        places
    }

    fn step(&self, step: &Step, places: u64) -> u64 {
        match step {
            Step::Group(group) => {
                let Some(group) = self.phrases.groups.get(*group) else {
                    return 0;
                };
                self.advance(places, |at, _| self.seen.of(at).iter().any(|form| group.has(*form)))
            }
            Step::Named(group) => {
                let Some(group) = self.phrases.groups.get(*group) else {
                    return 0;
                };
                self.advance(places, |at, word| word.is_capital && self.seen.of(at).iter().any(|form| group.has(*form)))
            }
            Step::Any => self.advance(places, |_, _| true),
            Step::Number => self.advance(places, |_, word| word.is_number),
            Step::Capital => self.advance(places, |_, word| word.is_capital),
            Step::Gap { most, any } => {
                let mut all = places;
                let mut edge = places;
                for _ in 0..*most {
                    edge = self.advance(edge, |at, _| *any || !self.says_no(at));
                    all |= edge;
                }
                all
            }
            Step::One(ways) => ways.iter().fold(0, |all, way| all | self.sequence(way, places)),
            Step::Maybe(ways) => ways.iter().fold(places, |all, way| all | self.sequence(way, places)),
            Step::Start => self.keep(places, |at| self.starts_sentence(at)),
            Step::End => self.keep(places, |at| at >= self.words.len() || self.starts_sentence(at)),
        }
    }

    fn says_no(&self, at: usize) -> bool {
        self.seen.of(at).iter().any(|form| self.phrases.negations.has(*form))
    }

    fn starts_sentence(&self, at: usize) -> bool {
        at == 0 || self.words.get(at).is_some_and(|word| word.gap == Gap::Hard)
    }

    /// Places moved on by one word that passes `test`, never over the end of a sentence.
    fn advance(&self, places: u64, test: impl Fn(usize, &Word) -> bool) -> u64 {
        let mut next = 0;
        let mut left = places;
        while left != 0 {
            let place = left.trailing_zeros() as usize;
            left &= left - 1;
            let at = if self.forward { Some(self.origin + place) } else { self.origin.checked_sub(1 + place) };
            let Some((at, word)) = at.and_then(|at| self.words.get(at).map(|word| (at, word))) else {
                continue;
            };
            let border = if self.forward { Some(word) } else { self.words.get(at + 1) };
            if place < 63 && border.is_some_and(|word| word.gap != Gap::Hard) && test(at, word) {
                next |= 1 << (place + 1);
            }
        }
        next
    }

    /// Places whose border, named by the word after it, passes `test`.
    fn keep(&self, places: u64, test: impl Fn(usize) -> bool) -> u64 {
        let at = |n: usize| {
            if self.forward { self.origin + n } else { self.origin.saturating_sub(n) }
        };
        (0..64).filter(|n| places >> n & 1 == 1 && test(at(*n))).fold(0, |all, n| all | 1 << n)
    }
}

/// Makes the lists ready.
#[derive(Default)]
struct Weaver {
    forms: Vec<String>,
    numbers: HashMap<String, usize>,
    groups: Vec<Bits>,
    group_numbers: HashMap<Bits, usize>,
    threads: Vec<Thread>,
}

impl Weaver {
    /// Hangs a phrase on its rarest word. A phrase without one that must be there is taken apart at its first choice.
    fn weave(&mut self, line: usize, nodes: Vec<Node>) {
        let rarest = nodes
            .iter()
            .enumerate()
            .filter_map(|(at, node)| match node {
                Node::Word(forms) | Node::Named(forms) => Some((usage(forms), at)),
                _ => None,
            })
            .min();
        let choice = nodes.iter().position(|node| matches!(node, Node::One(_)));
        match (rarest, choice) {
            (Some((usage, at)), choice) if usage < COMMON || choice.is_none() => self.hang(line, &nodes, at),
            (_, Some(at)) => {
                let Some(Node::One(ways)) = nodes.get(at) else {
                    return;
                };
                for way in ways.clone() {
                    let mut whole: Vec<Node> = nodes.iter().take(at).cloned().collect();
                    whole.extend(way);
                    whole.extend(nodes.iter().skip(at + 1).cloned());
                    self.weave(line, whole);
                }
            }
            _ => {}
        }
    }

    fn hang(&mut self, line: usize, nodes: &[Node], at: usize) {
        let (before, rest) = nodes.split_at_checked(at).unwrap_or_default();
        let Some((Node::Word(forms) | Node::Named(forms), after)) = rest.split_first() else {
            return;
        };
        let capital = matches!(rest.first(), Some(Node::Named(_)));
        let group = self.group(forms);
        let before = self.steps(before, true);
        let after = self.steps(after, false);
        self.threads.push(Thread { line, before, group, capital, after });
    }

    fn steps(&mut self, nodes: &[Node], backwards: bool) -> Vec<Step> {
        let mut steps: Vec<Step> = nodes.iter().map(|node| self.one_step(node, backwards)).collect();
        if backwards {
            steps.reverse();
        }
        steps
    }

    fn one_step(&mut self, node: &Node, backwards: bool) -> Step {
        match node {
            Node::Word(forms) => Step::Group(self.group(forms)),
            Node::Named(forms) => Step::Named(self.group(forms)),
            Node::Any => Step::Any,
            Node::Number => Step::Number,
            Node::Capital => Step::Capital,
            Node::Gap { most, any } => Step::Gap { most: *most, any: *any },
            Node::One(ways) => Step::One(ways.iter().map(|way| self.steps(way, backwards)).collect()),
            Node::Maybe(ways) => Step::Maybe(ways.iter().map(|way| self.steps(way, backwards)).collect()),
            Node::Start => Step::Start,
            Node::End => Step::End,
        }
    }

    fn group(&mut self, forms: &[String]) -> usize {
        let mut bits = Bits::default();
        for form in forms {
            let n = self.form(form);
            bits.insert(n);
        }
        let next = self.groups.len();
        let number = *self.group_numbers.entry(bits.clone()).or_insert(next);
        if number == next {
            self.groups.push(bits);
        }
        number
    }

    fn form(&mut self, form: &str) -> usize {
        let next = self.forms.len();
        let number = *self.numbers.entry(form.to_owned()).or_insert(next);
        if number == next {
            let inner = form.trim_matches('*');
            let head = if form.starts_with('*') { "" } else { " " };
            let tail = if form.ends_with('*') { "" } else { " " };
            self.forms.push(format!("{head}{inner}{tail}"));
        }
        number
    }

    fn bits_of<'a>(&mut self, nodes: impl Iterator<Item = &'a Node>) -> Bits {
        let mut bits = Bits::default();
        for node in nodes {
            if let Node::Word(forms) = node {
                forms.iter().for_each(|form| bits.insert(self.form(form)));
            }
        }
        bits
    }

    fn finish(self, lines: Vec<Line>, negations: Bits) -> Phrases {
        let mut wakes: Vec<Vec<u32>> = vec![Vec::new(); self.forms.len()];
        for (number, thread) in (0u32..).zip(&self.threads) {
            for form in self.groups.get(thread.group).into_iter().flat_map(Bits::all) {
                if let Some(woken) = wakes.get_mut(form) {
                    woken.push(number);
                }
            }
        }
        let forms = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&self.forms).ok();
        Phrases { lines, forms, groups: self.groups, threads: self.threads, wakes, negations }
    }
}

/// At or above this a word is too common to hang a phrase on.
const COMMON: usize = 1000;

/// How often a word with these forms is met, roughly: common words first, then the number of forms.
fn usage(forms: &[String]) -> usize {
    let common = forms.iter().filter(|form| COMMON_WORDS.contains(&form.as_str())).count();
    let short = forms.iter().filter(|form| form.contains('*') && form.len() < 4).count();
    COMMON * (common + short) + forms.len()
}

/// The commonest words of both languages, folded.
const COMMON_WORDS: &[&str] = &[
    "the", "a", "an", "and", "or", "but", "of", "to", "in", "on", "at", "for", "with", "from", "by", "i", "im", "ive",
    "me", "my", "you", "your", "he", "she", "it", "its", "we", "our", "they", "their", "them", "us", "is", "are",
    "was", "were", "be", "been", "am", "have", "has", "had", "do", "does", "did", "not", "no", "so", "as", "if",
    "this", "that", "there", "here", "what", "when", "who", "how", "can", "could", "will", "would", "just", "get",
    "got", "all", "any", "go", "about", "up", "out", "now", "want", "like", "her", "his", "him", "than", "then",
    "more", "one", "people", "don", "dont", "cant", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen",
    "einem", "einer", "und", "oder", "aber", "in", "im", "an", "am", "auf", "zu", "zum", "zur", "mit", "von", "vom",
    "bei", "fuer", "fur", "ich", "mich", "mir", "mein", "meine", "meinen", "meiner", "du", "dir", "dich", "er", "sie",
    "es", "wir", "uns", "ihr", "euch", "man", "ist", "sind", "war", "waren", "bin", "hat", "haben", "habe", "hab",
    "wird", "werden", "nicht", "kein", "keine", "ja", "nein", "so", "wie", "was", "wenn", "dass", "das", "auch",
    "noch", "nur", "schon", "mal", "da", "hier", "sich", "als", "aus", "nach", "um", "kann", "will", "mehr", "sehr",
    "immer", "ihre", "ihren", "ihrem",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Plain;

    const LIST: &str = "
@negation = not | never | nicht | kein*
@negation : @negation
@kin = mother | step mother | schwester* | *oma
@fruit = apple
1 : (kill|hurt) ..3 myself
2 : my @kin (is|was) dead
3 : für @kin
4 : ^ stop $
5 : # (days|tage) ~2 ago
6 : dr %
7 : [oh] dear (me|my [good] god)
8 : %@fruit pie
";

    fn check(phrases: &Phrases, text: &str, expect: &[(&str, &str)]) {
        let plain = Plain::new(text);
        let words = Words::new(&plain);
        let found = phrases.find(&words);
        let seen: Vec<(&str, &str)> = found
            .hits
            .iter()
            .map(|hit| (phrases.lines()[hit.line].head.as_str(), words.span(hit.words.clone()).slice(text)))
            .filter(|(head, _)| *head != NEGATIONS)
            .collect();
        assert_eq!(seen, expect, "{text}");
    }

    #[test]
    fn phrases_are_found_where_the_grammar_says() {
        let phrases = Phrases::new(&[Source { name: "en/a", text: LIST }]);
        for (text, expect) in [
            ("I will kill or hurt myself!", &[("1", "kill or hurt myself")][..]),
            ("kill but not myself", &[]),
            ("kill. myself", &[]),
            ("My step-mother was dead", &[("2", "My step-mother was dead")]),
            ("Für Uroma, fur Oma", &[("3", "Für Uroma"), ("3", "fur Oma")]),
            ("Stop! Don't stop now", &[("4", "Stop")]),
            ("3 Tage really long ago", &[("5", "3 Tage really long ago")]),
            ("dr weber, Dr. Weber", &[("6", "Dr. Weber")]),
            ("oh dear my God", &[("7", "oh dear my God")]),
            ("apple pie and Apple pie", &[("8", "Apple pie")]),
        ] {
            check(&phrases, text, expect);
        }
    }
}
