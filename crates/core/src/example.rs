//! What a person says was found wrongly, or not at all, and the labelled row that training reads of it. Rows have the shape of
//! the data they are trained with: texts with a topic, texts with spans, drafts with what the guard must say.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    guard::Kind,
    scan::mask,
    site::Jurisdiction,
    text::TextSpan,
    triage::{Lang, SignalKind, Topic, Urgency},
};

/// What was found, or should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// What a post is about.
    Topic(Topic),
    /// A place in a post.
    Signal(SignalKind),
    /// Whether somebody has to look now.
    Urgency(Urgency),
    /// What the guard says of a draft.
    Guard(Kind),
}

impl Found {
    /// The words for store, forms and log: what sort of thing, and which.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Topic(topic) => ("topic", topic.as_str()),
            Self::Signal(kind) => ("signal", kind.as_str()),
            Self::Urgency(urgency) => ("urgency", urgency.as_str()),
            Self::Guard(kind) => ("guard", kind.as_str()),
        }
    }

    /// The one with these words, as [`Found::word`] writes them.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let (sort, which) = word.split_once(':')?;
        match sort {
            "topic" => Topic::from_word(which).map(Self::Topic),
            "signal" => SignalKind::from_word(which).map(Self::Signal),
            "urgency" => Urgency::from_word(which).map(Self::Urgency),
            "guard" => Kind::from_word(which).map(Self::Guard),
            _ => None,
        }
    }

    /// Both words as one, `topic:complaint`.
    #[must_use]
    pub fn word(self) -> String {
        let (sort, which) = self.words();
        format!("{sort}:{which}")
    }
}

/// Something in a text that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where, in code points.
    #[serde(rename = "p")]
    pub span: TextSpan,
    /// Its kind, in the words of what found it.
    #[serde(rename = "k")]
    pub kind: String,
}

/// The text and what stood in it when a person said so. Sealed in the store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The post's or the draft's text.
    #[serde(rename = "t")]
    pub text: String,
    /// The post that a draft answers.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    /// Where the finding is, or should be.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub span: Option<TextSpan>,
    /// Why the program said so: a rule, or a model with its score.
    #[serde(rename = "e", default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// The topics that stood.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Topic>,
    /// The places that stood: identifiers of a post, findings of a draft.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// What would have been right, in a word of the same list.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
    /// What the person adds.
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

/// Never prints what somebody wrote.
impl std::fmt::Debug for Example {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Example").finish_non_exhaustive()
    }
}

/// What an example is about, outside the sealed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// What was found, or should have been.
    pub found: Found,
    /// It was not found and should have been; else it was found and is wrong.
    pub is_missing: bool,
    /// The text's language.
    pub lang: Lang,
    /// The house's law.
    pub jurisdiction: Jurisdiction,
}

impl Example {
    /// The row that training reads. Numbers and addresses are covered where they are not what is learned.
    #[must_use]
    pub fn row(&self, about: About) -> Value {
        let mut row = match about.found {
            Found::Topic(topic) => self.topic_row(topic, about.is_missing),
            Found::Urgency(urgency) => self.urgency_row(urgency, about.is_missing),
            Found::Signal(kind @ (SignalKind::Identifier | SignalKind::StaffNamed)) => {
                self.spans_row(kind, about.is_missing)
            }
            Found::Signal(kind) => self.signal_row(kind, about.is_missing),
            Found::Guard(kind) => self.draft_row(kind, about),
        };
        if let Some(fields) = row.as_object_mut() {
            fields.insert("lang".to_owned(), json!(about.lang.as_str()));
            fields.insert("source".to_owned(), json!("desk"));
            fields.insert("quality".to_owned(), json!("desk"));
            if !self.comment.is_empty() {
                fields.insert("comment".to_owned(), json!(mask(&self.comment)));
            }
        }
        row
    }

    fn topic_row(&self, topic: Topic, is_missing: bool) -> Value {
        let right = self.right.as_deref().and_then(Topic::from_word);
        let mut topics: Vec<Topic> = self.topics.iter().copied().filter(|one| *one != topic).collect();
        if let Some(first) = if is_missing { Some(topic) } else { right } {
            topics.retain(|one| *one != first);
            topics.insert(0, first);
        }
        let not = (!is_missing).then_some(topic.as_str());
        json!({ "text": mask(&self.text), "label": label(&topics), "topics": words(&topics), "not": not.as_slice() })
    }

    fn urgency_row(&self, urgency: Urgency, is_missing: bool) -> Value {
        let right = self.right.as_deref().and_then(Urgency::from_word);
        let urgency = if is_missing { urgency } else { right.unwrap_or(Urgency::None) };
        let (label, topics) = (label(&self.topics), words(&self.topics));
        json!({ "text": mask(&self.text), "label": label, "topics": topics, "urgency": urgency.as_str() })
    }

    fn signal_row(&self, kind: SignalKind, is_missing: bool) -> Value {
        let (label, topics) = (label(&self.topics), words(&self.topics));
        let span = self.span.map(|span| [span.start, span.end]);
        json!({ "text": mask(&self.text), "label": label, "topics": topics,
            "signals": [{ "kind": kind.as_str(), "span": span, "there": is_missing }] })
    }

    fn spans_row(&self, kind: SignalKind, is_missing: bool) -> Value {
        let mut places = self.places.clone();
        if let Some(span) = self.span {
            places.retain(|place| is_missing || place.span != span);
            let named = self.right.clone().filter(|right| !right.is_empty());
            if is_missing || named.is_some() {
                let usual = if kind == SignalKind::StaffNamed { "name" } else { "id" };
                places.push(Place { span, kind: named.unwrap_or_else(|| usual.to_owned()) });
            }
        }
        places.sort_by_key(|place| (place.span.start, place.span.end));
        let spans = places.iter().map(
            |place| json!({ "start": place.span.start, "end": place.span.end, "type": place.kind.to_ascii_uppercase() }),
        );
        json!({ "text": self.text, "spans": spans.collect::<Vec<_>>() })
    }

    fn draft_row(&self, kind: Kind, about: About) -> Value {
        let mut kinds: Vec<&str> = self.places.iter().map(|place| place.kind.as_str()).collect();
        kinds.retain(|one| *one != kind.as_str());
        if about.is_missing {
            kinds.push(kind.as_str());
        }
        kinds.sort_unstable();
        kinds.dedup();
        let expected = if kinds.is_empty() { "allow" } else { "block" };
        json!({ "draft": self.text, "inbound_post": self.answers.as_deref().map(mask), "violations": kinds,
            "jurisdiction": about.jurisdiction.as_str().to_uppercase(), "expected": expected })
    }
}

fn label(topics: &[Topic]) -> &'static str {
    topics.first().map_or(Topic::Other.as_str(), |topic| topic.as_str())
}

fn words(topics: &[Topic]) -> Vec<&'static str> {
    topics.iter().map(|topic| topic.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str) -> Example {
        Example {
            text: text.to_owned(),
            answers: None,
            span: None,
            evidence: String::new(),
            topics: vec![Topic::Complaint, Topic::Staff],
            places: Vec::new(),
            right: None,
            comment: String::new(),
        }
    }

    fn about(found: Found, is_missing: bool) -> About {
        About { found, is_missing, lang: Lang::De, jurisdiction: Jurisdiction::De }
    }

    #[test]
    fn a_word_names_what_was_found() {
        let all = Topic::ALL.iter().map(|one| Found::Topic(*one));
        let all = all.chain(SignalKind::ALL.iter().map(|one| Found::Signal(*one)));
        let all = all.chain(Urgency::ALL.iter().map(|one| Found::Urgency(*one)));
        for found in all.chain(Kind::ALL.iter().map(|one| Found::Guard(*one))) {
            assert_eq!(Found::from_word(&found.word()), Some(found));
        }
        assert_eq!(Found::from_word("topic:none"), None);
        assert_eq!(Found::from_word("complaint"), None);
    }

    #[test]
    fn a_wrong_topic_makes_way_for_the_right_one() {
        let mut it = example("Ruf mich an: 0170 1234567");
        let row = it.row(about(Found::Topic(Topic::Complaint), false));
        assert_eq!(row["label"], "staff");
        assert_eq!(row["not"], json!(["complaint"]));
        assert_eq!(row["text"], "Ruf mich an: ▒▒▒▒ ▒▒▒▒▒▒▒");
        assert_eq!((&row["source"], &row["quality"], &row["lang"]), (&json!("desk"), &json!("desk"), &json!("de")));
        it.right = Some("praise".to_owned());
        assert_eq!(it.row(about(Found::Topic(Topic::Complaint), false))["topics"], json!(["praise", "staff"]));
        let row = it.row(about(Found::Topic(Topic::Threat), true));
        assert_eq!((&row["label"], &row["topics"]), (&json!("threat"), &json!(["threat", "complaint", "staff"])));
        it.topics = vec![Topic::Spam];
        it.right = None;
        assert_eq!(it.row(about(Found::Topic(Topic::Spam), false))["label"], "other");
    }

    #[test]
    fn a_span_is_taken_away_or_added() {
        let span = |start, end| TextSpan { start, end };
        let mut it = example("Bett 12, Anna Beck");
        it.places = vec![Place { span: span(0, 7), kind: "room".to_owned() }];
        it.span = Some(span(0, 7));
        assert_eq!(it.row(about(Found::Signal(SignalKind::Identifier), false))["spans"], json!([]));
        it.span = Some(span(9, 18));
        it.right = Some("name".to_owned());
        let row = it.row(about(Found::Signal(SignalKind::Identifier), true));
        let there = json!([{ "start": 0, "end": 7, "type": "ROOM" }, { "start": 9, "end": 18, "type": "NAME" }]);
        assert_eq!(row["spans"], there);
    }

    #[test]
    fn a_draft_says_what_the_guard_must_say() {
        let mut it = example("Danke für Ihr Lob.");
        it.answers = Some("Toll!".to_owned());
        it.places = vec![Place { span: TextSpan { start: 0, end: 5 }, kind: "thanks_in_DE".to_owned() }];
        let row = it.row(about(Found::Guard(Kind::ThanksInDe), false));
        assert_eq!((&row["expected"], &row["violations"]), (&json!("allow"), &json!([])));
        let row = it.row(about(Found::Guard(Kind::DateOfCare), true));
        assert_eq!((&row["expected"], &row["inbound_post"]), (&json!("block"), &json!("Toll!")));
        assert_eq!(row["violations"], json!(["date_of_care", "thanks_in_DE"]));
    }

    #[test]
    fn an_example_prints_nothing_of_its_text() {
        assert!(!format!("{:?}", example("geheim")).contains("geheim"));
    }
}
