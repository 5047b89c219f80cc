//! What rules and model say together: one score per topic.

use super::{
    Topic, TopicScore,
    learned::{Judged, Output},
    weigh::FOUND,
};

/// Below this a topic is not worth a line.
const SHOWN: f32 = 0.01;

/// Topics found and those too weak, the strongest first.
pub(super) fn topics(rules: &[TopicScore], judged: Option<&Judged>) -> (Vec<TopicScore>, Vec<TopicScore>) {
    let mut all: Vec<TopicScore> = Topic::ALL.iter().map(|topic| settled(*topic, rules, judged)).collect();
    all.retain(|one| one.score >= SHOWN);
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all.into_iter().partition(|one| one.score >= FOUND)
}

fn settled(topic: Topic, rules: &[TopicScore], judged: Option<&Judged>) -> TopicScore {
    let rule = rules.iter().find(|one| one.topic == topic).map_or(0.0, |one| one.score);
    let score = match judged {
        None => rule,
        Some(judged) => judged.of(Output::Topic(topic)),
    };
    TopicScore { topic, score }
}
