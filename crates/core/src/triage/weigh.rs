//! From phrases found to scores: figures of speech are taken out, denials count little, several hints add up, fiction,
//! news and jokes count less.

use super::{
    Lang, Topic, TopicScore,
    lists::{Means, Says},
};
use crate::text::{Found, Gap, Hit, Places, Words};

/// From this score on a topic is found.
pub(super) const FOUND: f32 = 0.5;

/// A phrase that counts.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) hit: Hit,
    pub(super) says: Says,
    /// Said not to be so.
    pub(super) denied: bool,
}

/// Topics that always reach a person.
pub(super) const SAFETY: &[Topic] =
    &[Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Threat, Topic::Safeguarding];

/// Phrases that speak for topics, without figures of speech. Lists of the other language count for safety alone.
pub(super) fn count(found: &Found<'_>, means: &[Means], words: &Words<'_>, lang: Lang) -> Vec<Counted> {
    let meaning = |hit: &Hit| means.get(hit.line);
    let nots = nots(found, means);
    let mut counted = Vec::new();
    for hit in &found.hits {
        let Some(Means::Says(says)) = meaning(hit) else {
            continue;
        };
        let foreign = lang != Lang::Unknown && says.lang != lang;
        if foreign && !SAFETY.contains(&says.topic) {
            continue;
        }
        if nots.get(says.topic as usize).is_some_and(|places| places.touches(&hit.words)) {
            continue;
        }
        counted.push(Counted { hit: hit.clone(), says: *says, denied: is_denied(found, words, hit) });
    }
    counted
}

/// By topic the places of what does not count for it; nothing where there are none at all.
fn nots(found: &Found<'_>, means: &[Means]) -> Vec<Places> {
    let mut ranges: Vec<Vec<&std::ops::Range<usize>>> = Vec::new();
    for hit in &found.hits {
        if let Some(Means::Not(topic)) = means.get(hit.line) {
            ranges.resize_with(Topic::ALL.len(), Vec::new);
            if let Some(of_topic) = ranges.get_mut(*topic as usize) {
                of_topic.push(&hit.words);
            }
        }
    }
    ranges.into_iter().map(|ranges| ranges.into_iter().collect()).collect()
}

/// Whether a negation stands up to three words before, in the same clause. "Can't stop …", "not only …" deny nothing.
fn is_denied(found: &Found<'_>, words: &Words<'_>, hit: &Hit) -> bool {
    let mut at = hit.words.start;
    for _ in 0..3 {
        let same_clause = words.all().get(at).is_some_and(|word| word.gap == Gap::None);
        if at == 0 || !same_clause {
            return false;
        }
        at -= 1;
        if found.is_negation(at) {
            return !UNDENYING.contains(&words.folded(at + 1));
        }
    }
    false
}

/// After these words a negation denies nothing: "I can't stop thinking of …", "I don't know, I want …".
const UNDENYING: &[&str] = &[
    "stop",
    "only",
    "just",
    "nur",
    "know",
    "help",
    "aufhoeren",
    "wait",
    "care",
    "weiss",
    "mehr",
    "anymore",
    "one",
    "longer",
];

/// Scores of the topics, the strongest first; those below [`FOUND`] too.
pub(super) fn scores(counted: &[Counted], found: &Found<'_>, means: &[Means]) -> Vec<TopicScore> {
    let mut all = Vec::new();
    for topic in Topic::ALL {
        let mut miss = 1.0_f32;
        let mut last = usize::MAX;
        for one in counted.iter().filter(|one| one.says.topic == *topic) {
            if std::mem::replace(&mut last, one.hit.line) == one.hit.line {
                continue;
            }
            miss *= 1.0 - if one.denied { one.says.weight * 0.3 } else { one.says.weight };
        }
        if miss >= 1.0 {
            continue;
        }
        let less = least(found, means, *topic);
        all.push(TopicScore { topic: *topic, score: (1.0 - miss) * less });
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all
}

/// The strongest reason to count less.
fn least(found: &Found<'_>, means: &[Means], topic: Topic) -> f32 {
    let factors = found.hits.iter().filter_map(|hit| match means.get(hit.line) {
        Some(Means::Less(of, factor)) if *of == topic => Some(*factor),
        _ => None,
    });
    factors.fold(1.0, f32::min)
}
