//! From a model's numbers to topics with scores.

use std::collections::HashSet;

use bedside_core::triage::{Topic, TopicScore};

use super::Scores;

/// The topics that score `min` or more, the strongest first. Numbers that are none, and labels that mean nothing, are left out.
pub(super) fn topics(values: &[f32], labels: &[Option<Topic>], scores: Scores, min: f32) -> Vec<TopicScore> {
    let all = match scores {
        Scores::AsIs => values.to_vec(),
        Scores::Sigmoid => values.iter().map(|value| 1.0 / (1.0 + (-value).exp())).collect(),
        Scores::Softmax => softmax(values),
    };
    let named = all.into_iter().zip(labels).filter_map(|(score, label)| Some(TopicScore { topic: (*label)?, score }));
    let mut found: Vec<TopicScore> = named.filter(|one| one.score.is_finite() && one.score >= min).collect();
    found.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.topic.cmp(&other.topic)));
    // Several labels may speak for one topic: the strongest counts.
    let mut seen = HashSet::new();
    found.retain(|one| seen.insert(one.topic));
    found
}

fn softmax(values: &[f32]) -> Vec<f32> {
    // The largest is taken off first, so that nothing overflows.
    let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = values.iter().map(|value| (value - most).exp()).collect();
    let sum: f32 = raised.iter().sum();
    raised.into_iter().map(|one| one / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f32], scores: Scores, min: f32, expect: &[Topic]) {
        let labels = [Some(Topic::Threat), None, Some(Topic::Praise)];
        let found: Vec<Topic> = topics(values, &labels, scores, min).into_iter().map(|one| one.topic).collect();
        assert_eq!(found, expect, "{values:?} {scores:?}");
    }

    #[test]
    fn numbers_become_topics_with_the_strongest_first() {
        check(&[0.1, 9.0, 2.0], Scores::Sigmoid, 0.5, &[Topic::Praise, Topic::Threat]);
        check(&[-0.1, 9.0, 2.0], Scores::Sigmoid, 0.5, &[Topic::Praise]);
        check(&[5.0, 1.0, 1.0], Scores::Softmax, 0.5, &[Topic::Threat]);
        check(&[1000.0, 1.0, 1.0], Scores::Softmax, 0.5, &[Topic::Threat]);
        check(&[1.0, 5.0, 1.0], Scores::Softmax, 0.5, &[]);
        check(&[0.4, 0.9, 0.6], Scores::AsIs, 0.5, &[Topic::Praise]);
        check(&[f32::NAN, 0.9, f32::INFINITY], Scores::AsIs, 0.5, &[]);
        check(&[f32::NAN, 0.9, 1.0], Scores::Softmax, 0.5, &[]);
    }
}
