//! `bedside triage`: what each post is about, who speaks, and whether a person must look now.

use bedside_core::{
    text::TextSpan,
    time::Timestamp,
    triage::{Lang, SignalKind, Signals, Topic, Triage, TriageInput},
};
use serde::{Deserialize, Serialize};

use super::row::{self, Id, Rejected};

#[derive(Deserialize)]
struct Post {
    #[serde(default)]
    id: Id,
    text: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    at: Option<String>,
}

/// A row of the output.
#[derive(Debug, Serialize)]
pub struct Sorted {
    id: Id,
    lang: &'static str,
    topics: Vec<OneTopic>,
    hostility: u8,
    speaker: Option<&'static str>,
    health_detail: bool,
    staff_named: bool,
    sure: bool,
    urgency: &'static str,
}

#[derive(Debug, Serialize)]
struct OneTopic {
    topic: &'static str,
    score: f32,
    spans: Vec<TextSpan>,
}

/// Sorts posts.
#[derive(Debug)]
pub struct Sorting {
    triage: Triage,
    lang: Lang,
}

impl Sorting {
    /// With the language to assume where a row names none and its text is too short to tell.
    pub fn new(lang: Lang) -> Self {
        Self { triage: Triage::new(), lang }
    }

    /// Sorts one row.
    pub fn row(&self, line: &[u8]) -> Result<Sorted, Rejected> {
        let post: Post = row::read(line)?;
        let at = match &post.at {
            None => Timestamp::from_micros(0),
            Some(at) => Timestamp::parse_rfc3339(at)
                .map_err(|_| Rejected::of(&post.id, "at is no time with its zone, like 2026-03-01T10:00:00+01:00"))?,
        };
        let lang_hint = row::lang(post.lang.as_deref(), self.lang);
        let signals = self.triage.read(&TriageInput { text: &post.text, lang_hint, at });
        Ok(sorted(post.id, &signals))
    }
}

fn sorted(id: Id, signals: &Signals) -> Sorted {
    // Those below the line too, with their scores: who has a pile may draw a line of their own.
    let topics = signals.topics.iter().chain(&signals.weaker).map(|one| OneTopic {
        topic: one.topic.as_str(),
        score: one.score,
        spans: spans(signals, one.topic),
    });
    Sorted {
        id,
        lang: signals.lang.as_str(),
        topics: topics.collect(),
        hostility: signals.hostility.0,
        speaker: signals.speaker.map(|speaker| speaker.as_str()),
        health_detail: signals.health_detail,
        staff_named: signals.staff_named,
        sure: !signals.topics.is_empty(),
        urgency: signals.urgency.as_str(),
    }
}

/// Where the text speaks for a topic.
fn spans(signals: &Signals, topic: Topic) -> Vec<TextSpan> {
    let speaks = signals.signals.iter().filter(|one| one.kind == SignalKind::Topic && one.topic == Some(topic));
    let mut spans: Vec<TextSpan> = speaks.map(|one| one.span).collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}
