//! A second opinion on posts that sorting left unsure: a model that the house's operator names, asked for the masked text
//! alone. What it says is a suggestion to people. It adds no topic that a rule could read, so that it never makes anything
//! speak, and it never lowers what sorting found; all it can do beside is put a post at the top of the queue.

use ring::digest::{SHA256, digest};

use crate::{
    channel::Promise,
    log::Code,
    text::TextSpan,
    triage::{Evidence, Signal, SignalKind, Signals, Topic, TopicScore, Urgency},
};

/// The most topics that one opinion adds to a post.
const MOST: usize = 3;
/// Bytes of the model's hash that the log keeps: a log's word is short.
const SHORT_BYTES: usize = 16;

/// Which model speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelId {
    /// Its name, as configured: `[a-z0-9_.-]{1,40}`.
    pub name: Code,
    /// The first 128 bits of the SHA-256 of the model's file, in hexadecimal; `None`: it runs elsewhere.
    pub hash: Option<Code>,
}

impl ModelId {
    /// A model in a file with these bytes.
    #[must_use]
    pub fn of_file(name: Code, bytes: &[u8]) -> Self {
        let hash: String =
            digest(&SHA256, bytes).as_ref().iter().take(SHORT_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Self { name, hash: Code::configured(&hash).ok() }
    }

    /// A model that runs on a server, whose bytes nobody here sees.
    #[must_use]
    pub const fn of_server(name: Code) -> Self {
        Self { name, hash: None }
    }
}

/// Why there is no opinion. Everything stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoOpinion {
    /// It took longer than it may.
    #[error("the model took too long")]
    TimedOut,
    /// It is still at another post, or too many wait.
    #[error("the model is busy")]
    Busy,
    /// It could not read the text.
    #[error("the model failed")]
    Failed,
}

impl NoOpinion {
    /// The word in the log.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::TimedOut => crate::code!("timed_out"),
            Self::Busy => crate::code!("busy"),
            Self::Failed => crate::code!("failed"),
        }
    }
}

/// Who gives second opinions. An implementation ends in time by itself.
pub trait SecondOpinion: Send + Sync {
    /// Which model it is.
    fn model(&self) -> &ModelId;

    /// What the model reads in a text that is masked already: the topics it is sure enough of, the strongest first.
    fn read<'a>(&'a self, masked: &'a str) -> Promise<'a, Result<Vec<TopicScore>, NoOpinion>>;
}

/// What an opinion added to a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Topics suggested to people.
    pub topics: Vec<Topic>,
    /// Whether the post goes to the top of the queue because of it.
    pub raised: bool,
}

/// Whether a post is one to ask about: sorting found no topic in it.
#[must_use]
pub fn is_unsure(signals: &Signals) -> bool {
    signals.topics.iter().all(|found| found.topic == Topic::Other)
}

/// Adds an opinion to what was found. The topics found by sorting, and so what rules see, stay as they are; urgency is
/// never less than before, and never wakes anybody.
pub fn add(signals: &mut Signals, model: &ModelId, opinion: &[TopicScore]) -> Added {
    let mut added = Added { topics: Vec::new(), raised: false };
    if !is_unsure(signals) {
        return added;
    }
    let says = |found: &&TopicScore| found.topic != Topic::Other && found.score.is_finite();
    for found in opinion.iter().filter(says).take(MOST) {
        // The model reads the whole text and shows no place in it.
        signals.signals.push(Signal {
            kind: SignalKind::Topic,
            topic: Some(found.topic),
            span: TextSpan { start: 0, end: 0 },
            evidence: Evidence::Second { model: model.name.to_string(), score: found.score },
        });
        added.topics.push(found.topic);
        if is_danger(found.topic) && signals.urgency == Urgency::None {
            signals.urgency = Urgency::LookNow;
            added.raised = true;
        }
    }
    added
}

const fn is_danger(topic: Topic) -> bool {
    matches!(topic, Topic::CrisisSuicide | Topic::MedicalEmergency | Topic::Threat | Topic::Safeguarding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        time::Timestamp,
        triage::{Lang, Triage, TriageInput},
    };

    fn read(text: &str) -> Signals {
        Triage::new().read(&TriageInput { text, lang_hint: Lang::Unknown, at: Timestamp::from_micros(0) })
    }

    fn model() -> ModelId {
        ModelId::of_file(crate::code!("minilm"), b"weights")
    }

    fn score(topic: Topic, score: f32) -> TopicScore {
        TopicScore { topic, score }
    }

    #[test]
    fn an_unsure_post_gets_suggestions_and_no_topic_that_a_rule_reads() {
        let mut signals = read("Hm.");
        assert!(is_unsure(&signals));
        let before = signals.clone();
        let added = add(&mut signals, &model(), &[score(Topic::Praise, 0.9), score(Topic::Other, 0.8)]);
        assert_eq!(added, Added { topics: vec![Topic::Praise], raised: false });
        assert_eq!((&signals.topics, signals.urgency), (&before.topics, before.urgency));
        let evidence = &signals.signals.last().unwrap().evidence;
        assert_eq!(*evidence, Evidence::Second { model: "minilm".to_owned(), score: 0.9 });
    }

    #[test]
    fn a_danger_is_looked_at_now_and_nobody_is_woken_or_calmed() {
        let opinion = [score(Topic::CrisisSuicide, 0.99)];
        for (before, after) in
            [(Urgency::None, Urgency::LookNow), (Urgency::LookNow, Urgency::LookNow), (Urgency::Page, Urgency::Page)]
        {
            let mut signals = Signals { urgency: before, ..read("Hm.") };
            assert_eq!(add(&mut signals, &model(), &opinion).raised, before != after);
            assert_eq!(signals.urgency, after);
        }
    }

    #[test]
    fn a_post_that_sorting_is_sure_of_stays_as_it_was() {
        let mut signals = read("Wo kann ich bei Ihnen parken und was kostet das?");
        let before = signals.clone();
        assert!(!is_unsure(&before));
        add(&mut signals, &model(), &[score(Topic::Threat, 1.0), score(Topic::Praise, 1.0)]);
        assert_eq!(signals, before);
    }

    #[test]
    fn what_is_no_number_is_no_opinion_and_no_more_than_three_are_taken() {
        let mut signals = read("Hm.");
        assert!(add(&mut signals, &model(), &[score(Topic::Threat, f32::NAN)]).topics.is_empty());
        let many: Vec<_> = Topic::ALL.iter().map(|topic| score(*topic, 0.9)).collect();
        assert_eq!(add(&mut signals, &model(), &many).topics.len(), 3);
    }

    #[test]
    fn the_log_is_told_the_beginning_of_the_sha_256_of_the_file() {
        // sha256sum of the seven bytes "weights".
        let hash = model().hash.unwrap();
        assert_eq!(hash.as_str().len(), 32);
        assert_ne!(model().hash, ModelId::of_file(crate::code!("minilm"), b"other").hash);
    }
}
