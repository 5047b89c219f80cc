//! What the second reader's model sees of a sentence: words and their runs, pieces of words (for compounds), classes, which
//! class stands before which, runs in which words give way to their classes, what the draft says elsewhere, and what it
//! repeats of the post. Training and use share this.

use std::{collections::HashSet, ops::Range};

use super::classes::{Classed, Classes};
use crate::text::{Gap, Plain, Words};

/// The number of places in the table of weights.
pub const TABLE: u32 = 1 << 17;

/// A place in the table and how much of it a sentence has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feature {
    /// Below [`TABLE`].
    pub place: u32,
    /// Each group of features has the same length, whatever the sentence's.
    pub much: f32,
}

/// One sentence as the model sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Its words, by number.
    pub words: Range<usize>,
    /// Sorted by place, each once.
    pub features: Vec<Feature>,
}

/// The groups, their salt and their weight.
const GROUPS: [(u8, f32); 6] = [(b'w', 1.0), (b'p', 0.8), (b'c', 1.0), (b'o', 1.0), (b'm', 1.0), (b'd', 0.5)];

/// Places of one sentence by group.
#[derive(Default)]
struct Places([Vec<u32>; GROUPS.len()]);

#[derive(Clone, Copy)]
enum Group {
    Words,
    Pieces,
    Classes,
    Order,
    Mixed,
    Draft,
}

impl Places {
    fn put<'a>(&mut self, group: Group, parts: impl IntoIterator<Item = &'a str>) {
        if let (Some(places), Some((salt, _))) = (self.0.get_mut(group as usize), GROUPS.get(group as usize)) {
            places.push(place(*salt, parts));
        }
    }

    fn finish(mut self) -> Vec<Feature> {
        let mut all: Vec<Feature> = Vec::new();
        for (places, (_, weight)) in self.0.iter_mut().zip(GROUPS) {
            places.sort_unstable();
            places.dedup();
            let much = weight / (places.len().max(1) as f32).sqrt();
            all.extend(places.iter().map(|place| Feature { place: *place, much }));
        }
        all.sort_unstable_by_key(|feature| feature.place);
        all.dedup_by(|later, kept| {
            let same = later.place == kept.place;
            if same {
                kept.much += later.much;
            }
            same
        });
        all
    }
}

/// FNV-1a over the parts with a border between them.
fn place<'a>(salt: u8, parts: impl IntoIterator<Item = &'a str>) -> u32 {
    let mut hash = (0xcbf2_9ce4_8422_2325_u64 ^ u64::from(salt)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        for byte in part.bytes().chain(std::iter::once(0)) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    u32::try_from((hash >> 40) % u64::from(TABLE)).unwrap_or(0)
}

/// All sentences of a text that answers `post`.
pub(super) fn of(classes: &Classes, classed: &Classed, words: &Words<'_>, post: &str) -> Vec<Sentence> {
    let text = Text { classes, words, classed, post: stems(post) };
    let count = words.all().len();
    let mut starts: Vec<usize> =
        words.all().iter().enumerate().filter(|(n, word)| *n == 0 || word.gap == Gap::Hard).map(|(n, _)| n).collect();
    starts.push(count);
    let ranges = joined(starts.windows(2).filter_map(|pair| Some(*pair.first()?..*pair.get(1)?)));
    let whole: HashSet<u8> = text.classed.at.iter().flatten().map(|(class, _)| *class).collect();
    let mut whole: Vec<u8> = whole.into_iter().collect();
    whole.sort_unstable();
    ranges.into_iter().map(|range| text.sentence(range, &whole, starts.len() - 1)).collect()
}

/// "Ha!" and "Gladly!" say nothing by themselves: a sentence of a few words is read with the one that follows it, the last
/// with the one before.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if last.len() <= FEW || range.len() <= FEW => last.end = range.end,
            _ => all.push(range),
        }
    }
    all
}

struct Text<'a> {
    classes: &'a Classes,
    words: &'a Words<'a>,
    classed: &'a Classed,
    post: HashSet<String>,
}

impl Text<'_> {
    fn sentence(&self, range: Range<usize>, whole: &[u8], sentences: usize) -> Sentence {
        let mut places = Places::default();
        let said: Vec<&str> = range.clone().map(|n| self.said(n)).collect();
        for run in 1..=3 {
            said.windows(run).for_each(|run| places.put(Group::Words, run.iter().copied()));
        }
        said.iter().for_each(|word| pieces(word, &mut places));
        self.classes(&range, &mut places);
        let mixed: Vec<&str> = self.mixed(&range);
        for run in 2..=4 {
            mixed.windows(run).for_each(|run| places.put(Group::Mixed, run.iter().copied()));
        }
        self.around(&range, whole, sentences, &mut places);
        Sentence { words: range, features: places.finish() }
    }

    /// A word; digits all alike, by their number.
    fn said(&self, n: usize) -> &str {
        match self.words.all().get(n) {
            Some(word) if word.is_number && word.stream.len() > 2 => "##",
            Some(word) if word.is_number => "#",
            _ => self.words.folded(n),
        }
    }

    /// The classes of a sentence, each with those that follow it.
    fn classes(&self, range: &Range<usize>, places: &mut Places) {
        let mut order: Vec<(&str, usize)> = Vec::new();
        for n in range.clone() {
            for (class, _) in self.classed.at.get(n).into_iter().flatten() {
                let name = self.classes.name(*class);
                if name != "fn" && order.len() < MOST_CLASSES {
                    order.push((name, n));
                }
            }
            let is_name_like = n > range.start
                && self.words.all().get(n).is_some_and(|word| word.is_capital && word.plain.len() > 2)
                && self.classed.at.get(n).is_none_or(Vec::is_empty);
            if is_name_like {
                order.push(("named", n));
            }
            if is_participle(self.words.folded(n)) {
                order.push(("participle", n));
            }
        }
        for (at, (one, from)) in order.iter().enumerate() {
            places.put(Group::Classes, [*one]);
            for (other, to) in order.iter().skip(at + 1).filter(|(other, to)| other != one && to > from) {
                places.put(Group::Order, [*one, *other]);
                if to - from <= NEAR {
                    places.put(Group::Order, [*one, "near", *other]);
                }
            }
        }
        let asked = range.end.checked_sub(1).and_then(|last| self.words.all().get(last)).is_some_and(|word| word.asked);
        if asked {
            places.put(Group::Classes, ["asked"]);
        }
        // Answers to everybody are made of known parts; how much of a sentence is not, tells.
        let unknown = range.clone().filter(|n| self.classed.at.get(*n).is_none_or(Vec::is_empty)).count();
        let tenths = (unknown * 5 / range.len().max(1)).to_string();
        places.put(Group::Classes, ["unknown", &tenths]);
        places.put(Group::Classes, ["length", length_of(range.len())]);
    }

    /// The words, those of a class by its name, others by themselves if short.
    fn mixed(&self, range: &Range<usize>) -> Vec<&str> {
        let mut mixed = vec!["^"];
        let mut covered = range.start;
        for n in range.clone() {
            if n < covered {
                continue;
            }
            let classed = self.classed.at.get(n).into_iter().flatten();
            let best = classed
                .filter(|(class, _)| self.classes.name(*class) != "fn")
                .max_by_key(|(class, length)| (*length, u8::MAX - class));
            if let Some((class, length)) = best {
                mixed.push(self.classes.name(*class));
                covered = n + length;
            } else {
                let word = self.said(n);
                mixed.push(if word.len() <= 4 { word } else { "_" });
            }
        }
        mixed.push("$");
        mixed
    }

    /// What the draft says elsewhere, and what this sentence repeats of the post.
    fn around(&self, range: &Range<usize>, whole: &[u8], sentences: usize, places: &mut Places) {
        for class in whole {
            places.put(Group::Draft, [self.classes.name(*class)]);
        }
        places.put(Group::Draft, ["sentences", length_of(sentences)]);
        places.put(Group::Draft, [if range.start == 0 { "first" } else { "later" }]);
        let mut repeated = 0;
        for n in range.clone() {
            let word = self.words.folded(n);
            if word.len() >= STEM && self.post.contains(stem(word)) {
                repeated += 1;
                for (class, _) in self.classed.at.get(n).into_iter().flatten() {
                    places.put(Group::Classes, ["repeated", self.classes.name(*class)]);
                }
            }
        }
        places.put(Group::Classes, ["repeats", length_of(repeated)]);
    }
}

/// More classes in one sentence are not looked at, so that no sentence costs its square.
const MOST_CLASSES: usize = 60;
/// A sentence of so many words is no sentence.
const FEW: usize = 3;
/// So many words apart two classes are near.
const NEAR: usize = 3;
/// Words are compared with the post's by so many letters.
const STEM: usize = 5;

const fn length_of(n: usize) -> &'static str {
    match n {
        0 => "0",
        1 => "1",
        2 => "2",
        3..=5 => "few",
        6..=11 => "some",
        _ => "many",
    }
}

fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).map_or(word, |(at, _)| word.get(..at).unwrap_or(word))
}

fn stems(post: &str) -> HashSet<String> {
    let plain = Plain::new(post);
    let words = Words::new(&plain);
    let all = (0..words.all().len()).map(|n| words.folded(n)).filter(|word| word.len() >= STEM);
    all.map(|word| stem(word).to_owned()).collect()
}

/// Runs of four and five letters of longer words, with their borders.
fn pieces(word: &str, places: &mut Places) {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    if !(5..=40).contains(&letters.len()) || word.starts_with('<') {
        return;
    }
    let end = |n: usize| letters.get(n).map_or(word.len(), |(at, _)| *at);
    for run in [4, 5] {
        for n in 0..=letters.len() - run {
            let piece = word.get(end(n)..end(n + run)).unwrap_or_default();
            let border = if n == 0 {
                "^"
            } else if n + run == letters.len() {
                "$"
            } else {
                ""
            };
            places.put(Group::Pieces, [border, piece]);
        }
    }
}

/// German and English participles, by their shape.
fn is_participle(word: &str) -> bool {
    let body = ["ge", "ver", "be", "er", "zer", "ent"].iter().any(|start| word.starts_with(start));
    let inner = word.get(2..).is_some_and(|rest| rest.contains("ge"));
    let german = word.len() > 5 && (body || inner) && (word.ends_with('t') || word.ends_with("en"));
    german || word.ends_with("iert")
}
