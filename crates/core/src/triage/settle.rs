//! What rules and model say together. The model knows what the rules found, so its probability stands; a topic that the
//! rules are sure of is found all the same, and danger is seen where either sees it.

use super::{
    Hostility, Speaker, Topic, TopicScore, Urgency,
    learned::{Judged, Output},
    weigh::FOUND,
};

/// Below this a topic is not worth a line.
const SHOWN: f32 = 0.01;

/// Topics found and those too weak, the strongest first.
pub(super) fn topics(rules: &[TopicScore], judged: Option<&Judged>) -> (Vec<TopicScore>, Vec<TopicScore>) {
    let rule = |topic: Topic| rules.iter().find(|one| one.topic == topic).map_or(0.0, |one| one.score);
    let score = |topic: Topic| judged.map_or_else(|| rule(topic), |judged| judged.of(Output::Topic(topic)));
    let mut all: Vec<TopicScore> =
        Topic::ALL.iter().map(|topic| TopicScore { topic: *topic, score: score(*topic) }).collect();
    all.retain(|one| one.score >= SHOWN || rule(one.topic) >= FOUND);
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all.into_iter().partition(|one| one.score >= needed(one.topic) || rule(one.topic) >= FOUND)
}

/// From which probability on the model alone finds a topic. Topics on which a rule of conduct hangs need more: a post is
/// looked at long before it is treated as a threat.
const fn needed(topic: Topic) -> f32 {
    match topic {
        Topic::CrisisSuicide | Topic::MedicalEmergency | Topic::Threat | Topic::Safeguarding => 0.85,
        Topic::LegalThreat | Topic::Privacy | Topic::Scam | Topic::DataRights | Topic::Bereavement => 0.8,
        _ => FOUND,
    }
}

/// From which probability on the model alone puts a post at the top of the queue, and from which it wakes somebody. Set so
/// that on ordinary posts kept back fewer than five of a hundred are looked at and less than one of a thousand pages. Whoever
/// speaks of suicide is looked at from a low one on: a look too many costs a minute.
const THRESHOLDS: &[(Topic, f32, f32)] = &[
    (Topic::CrisisSuicide, 0.11, 0.995),
    (Topic::MedicalEmergency, 0.6, 0.995),
    (Topic::Threat, 0.7, 0.995),
    (Topic::Safeguarding, 0.6, 0.995),
];

/// Where the phrase lists see a figure of speech, so much is needed to have it looked at all the same.
const DESPITE_FIGURE: f32 = 0.35;

/// What the model alone says of danger; `is_figure`: the lists see a figure of speech for the topic.
pub(super) fn urgency(judged: Option<&Judged>, is_figure: impl Fn(Topic) -> bool) -> Urgency {
    let Some(judged) = judged else { return Urgency::None };
    let of = |(topic, look, page): &(Topic, f32, f32)| match judged.of(Output::Topic(*topic)) {
        p if p >= *page => Urgency::Page,
        p if p >= DESPITE_FIGURE && p >= *look => Urgency::LookNow,
        p if p >= *look && !is_figure(*topic) => Urgency::LookNow,
        _ => Urgency::None,
    };
    THRESHOLDS.iter().map(of).max().unwrap_or(Urgency::None)
}

/// The highest level that is more probable than not; a threat that the rules see stays one.
pub(super) fn hostility(rules: Hostility, judged: Option<&Judged>) -> Hostility {
    let Some(judged) = judged else { return rules };
    let enough = |level: &u8| judged.of(Output::Hostile(*level)) >= if *level == 3 { 0.9 } else { 0.5 };
    let level = (1..=3).rev().find(enough).unwrap_or(0);
    Hostility(if rules.0 >= 3 { 3 } else { level })
}

/// Who speaks and what is given away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub(super) health: bool,
    pub(super) staff: bool,
    pub(super) speaker: Option<Speaker>,
}

/// From this probability on a speaker is told; below, who speaks is not known. Those for whom somebody else answers need more: a
/// visitor who is taken for a journalist waits for the press office.
const fn speaks(speaker: Speaker) -> f32 {
    match speaker {
        Speaker::Journalist | Speaker::Lawyer | Speaker::Staff => 0.95,
        Speaker::Patient | Speaker::Relative | Speaker::Public => 0.6,
    }
}

/// The rules' word, and the model's where they have none.
pub(super) fn rest(rules: Said, judged: Option<&Judged>) -> Said {
    let Some(judged) = judged else { return rules };
    let likeliest = Speaker::ALL.iter().map(|speaker| (judged.of(Output::Speaker(*speaker)), *speaker));
    let likeliest = likeliest.max_by(|a, b| a.0.total_cmp(&b.0));
    // "Anybody" is what the model falls back to: that is not known.
    let likeliest = likeliest.filter(|(p, speaker)| *p >= speaks(*speaker) && *speaker != Speaker::Public);
    Said {
        health: rules.health || judged.of(Output::Health) >= 0.5,
        staff: rules.staff || judged.of(Output::Staff) >= 0.7,
        speaker: rules.speaker.or(likeliest.map(|(_, speaker)| speaker)),
    }
}
