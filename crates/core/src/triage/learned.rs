//! The trained part of triage: n-grams of the text and what the phrase rules found go into one linear model, whose outputs
//! are the topics, hostility, health details, staff and who speaks.

use std::{cmp::Reverse, ops::Range};

use super::{Evidence, Lang, Signal, SignalKind, Speaker, Topic, TopicScore};
use crate::{
    model::{LANES, Sum, Table, each_word},
    text::{MENTION, URL, Words},
};

/// The weights that `cargo xtask train triage` wrote, a table per language.
static ENGLISH: &[u8] = include_bytes!("../../../../models/triage_en.bin");
static GERMAN: &[u8] = include_bytes!("../../../../models/triage_de.bin");

/// What an output of the model says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// The text has the topic.
    Topic(Topic),
    /// It is at least so hostile, 1 to 3.
    Hostile(u8),
    /// A health detail of a particular person is in it.
    Health,
    /// A member of staff is named.
    Staff,
    /// Who speaks.
    Speaker(Speaker),
}

impl Output {
    /// All outputs, in the order of the model's lanes.
    pub fn all() -> impl Iterator<Item = Self> {
        let topics = Topic::ALL.iter().map(|topic| Self::Topic(*topic));
        let hostile = (1..=3).map(Self::Hostile);
        let speakers = Speaker::ALL.iter().map(|speaker| Self::Speaker(*speaker));
        topics.chain(hostile).chain([Self::Health, Self::Staff]).chain(speakers)
    }

    /// Its place among the model's outputs.
    fn lane(self) -> usize {
        match self {
            Self::Topic(topic) => topic as usize,
            Self::Hostile(level) => 20 + usize::from(level.clamp(1, 3)),
            Self::Health => 24,
            Self::Staff => 25,
            Self::Speaker(speaker) => 26 + speaker as usize,
        }
    }
}

/// What the model reads of a text beside its n-grams: how many there are.
pub const DENSE: usize = 40;

/// A text as the model reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// The buckets of its n-grams.
    pub grams: Vec<u32>,
    /// The other features that are not zero, by number.
    pub dense: Vec<(usize, f32)>,
}

/// What the rules found, as numbers.
#[derive(Debug, Default)]
pub(super) struct Dense(pub(super) Vec<(usize, f32)>);

impl Dense {
    pub(super) fn topic(&mut self, topic: Topic, score: f32) {
        self.0.push((topic as usize, score));
    }
    pub(super) fn hostile(&mut self, level: u8) {
        (0..level.min(3)).for_each(|n| self.0.push((21 + usize::from(n), 1.0)));
    }
    pub(super) fn speaker(&mut self, speaker: Speaker) {
        self.0.push((24 + speaker as usize, 1.0));
    }
    pub(super) fn flag(&mut self, flag: Flag, value: f32) {
        if value > 0.0 {
            self.0.push((30 + flag as usize, value));
        }
    }
}

/// The features that are neither a topic nor a speaker.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flag {
    Health,
    Staff,
    Claim,
    Asked,
    Mention,
    Link,
    Capitals,
    German,
    Foreign,
    Short,
}

/// What the model says of a text.
#[derive(Debug)]
pub(super) struct Judged {
    probabilities: [f32; LANES],
    by_word: Vec<Sum>,
}

/// The models, where there are any.
#[derive(Debug)]
pub(super) struct Learned {
    english: Option<Table>,
    german: Option<Table>,
}

impl Learned {
    pub(super) fn new() -> Self {
        let read = |file| Table::read(file).filter(|table| table.dense() == DENSE);
        Self { english: read(ENGLISH), german: read(GERMAN) }
    }

    pub(super) fn with(english: Option<Table>, german: Option<Table>) -> Self {
        Self { english, german }
    }

    /// Reads a text by the model of its language; where that is not known, by both, whose mean then stands.
    pub(super) fn judge(&self, words: &Words<'_>, dense: &Dense, lang: Lang) -> Option<Judged> {
        let by = |table: &Option<Table>| table.as_ref().map(|table| judge_by(table, words, dense));
        match lang {
            Lang::En => by(&self.english),
            Lang::De => by(&self.german),
            Lang::Unknown => match (by(&self.english), by(&self.german)) {
                (Some(one), Some(other)) => Some(one.mean(&other)),
                (one, other) => one.or(other),
            },
        }
    }
}

fn judge_by(table: &Table, words: &Words<'_>, dense: &Dense) -> Judged {
    let mut by_word = Vec::with_capacity(words.all().len());
    let mut sums = [0_i32; LANES];
    let mut grams = 0;
    each_word(words, table.bits(), |_, buckets| {
        let sum = table.sum(buckets);
        sums.iter_mut().zip(&sum).for_each(|(all, one)| *all += i32::from(*one));
        grams += buckets.len();
        by_word.push(sum);
    });
    let outputs = table.outputs(&sums, grams, &dense.0);
    Judged { probabilities: table.calibrated(&outputs), by_word }
}

impl Judged {
    /// The mean of two readings of one text.
    fn mean(mut self, other: &Self) -> Self {
        self.probabilities
            .iter_mut()
            .zip(&other.probabilities)
            .for_each(|(one, other)| *one = f32::midpoint(*one, *other));
        for (one, other) in self.by_word.iter_mut().zip(&other.by_word) {
            one.iter_mut().zip(other).for_each(|(one, other)| *one = one.midpoint(*other));
        }
        self
    }

    pub(super) fn of(&self, output: Output) -> f32 {
        self.probabilities.get(output.lane()).copied().unwrap_or(0.0)
    }

    /// The words that speak most for an output, neighbours together: at most three places, each word at least a third as
    /// strong as the strongest.
    fn places(&self, output: Output) -> Vec<Range<usize>> {
        let lane = output.lane();
        let weight = |at: usize| self.by_word.get(at).and_then(|sum| sum.get(lane)).copied().unwrap_or(0);
        let mut strong: Vec<usize> = (0..self.by_word.len()).filter(|at| weight(*at) > 0).collect();
        strong.sort_unstable_by_key(|at| (Reverse(weight(*at)), *at));
        let least = strong.first().map_or(0, |at| weight(*at) / 3);
        strong.retain(|at| weight(*at) >= least);
        strong.truncate(6);
        strong.sort_unstable();
        let mut places: Vec<Range<usize>> = Vec::new();
        for at in strong {
            match places.last_mut() {
                Some(last) if last.end == at => last.end = at + 1,
                _ => places.push(at..at + 1),
            }
        }
        places.sort_by_key(|place| Reverse(place.clone().map(|at| i32::from(weight(at))).sum::<i32>()));
        places.truncate(3);
        places
    }
}

/// Adds the places for which the model found what the rules show no place for.
pub(super) fn explain(
    judged: &Judged,
    words: &Words<'_>,
    topics: &[TopicScore],
    health: bool,
    signals: &mut Vec<Signal>,
) {
    let placed: Vec<Topic> = signals.iter().filter_map(|signal| signal.topic).collect();
    let mut show = |output: Output, kind: SignalKind, topic: Option<Topic>| {
        let evidence = Evidence::Model(judged.of(output));
        let signal = |place| Signal { kind, topic, span: words.span(place), evidence: evidence.clone() };
        signals.extend(judged.places(output).into_iter().map(signal));
    };
    for topic in topics.iter().map(|one| one.topic) {
        if topic != Topic::Other && !placed.contains(&topic) {
            show(Output::Topic(topic), SignalKind::Topic, Some(topic));
        }
    }
    if health {
        show(Output::Health, SignalKind::HealthDetail, None);
    }
}

/// What a text looks like, apart from its words.
pub(super) fn shape(words: &Words<'_>, lang: Lang, dense: &mut Dense) {
    let all = words.all();
    let any = |test: bool| f32::from(u8::from(test));
    let capitals = all.iter().filter(|word| word.is_capital).count();
    let is = |name: &str| (0..all.len()).any(|at| words.folded(at) == name);
    dense.flag(Flag::Asked, any(all.iter().any(|word| word.asked)));
    dense.flag(Flag::Mention, any(is(MENTION)));
    dense.flag(Flag::Link, any(is(URL)));
    dense.flag(Flag::Capitals, capitals as f32 / all.len().max(1) as f32);
    dense.flag(Flag::German, any(lang == Lang::De));
    dense.flag(Flag::Foreign, any(lang == Lang::Unknown));
    dense.flag(Flag::Short, any(all.len() < 6));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Plain;

    #[test]
    fn a_text_of_no_known_language_is_judged_by_the_mean_of_both_models() {
        let learned = Learned::new();
        let plain = Plain::new("ok danke, cu tomorrow");
        let words = Words::new(&plain);
        let other = |lang| learned.judge(&words, &Dense::default(), lang).unwrap().of(Output::Topic(Topic::Other));
        let (english, german, both) = (other(Lang::En), other(Lang::De), other(Lang::Unknown));
        assert!((english - german).abs() > 0.001, "two models, two minds");
        assert!((both - f32::midpoint(english, german)).abs() < 1e-6);
    }
}
