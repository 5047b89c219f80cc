//! A card in the chart. Its summary fits the 140 characters that the standard allows, because one that doesn't fit isn't
//! shown by some EMRs at all.

use serde_json::{Value, json};

use crate::fhir::{
    code::codes,
    data::Coding,
    object::{Json, Object},
};

const MOST_CHARACTERS: usize = 139;

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Names the card in feedback.
    pub uuid: uuid::Uuid,
    /// In a line.
    pub summary: Summary,
    /// In Markdown; see [`escape_markdown`].
    pub detail: Option<String>,
    /// How urgent.
    pub indicator: Indicator,
    /// Who says so.
    pub source: Source,
    /// Where to go from here.
    pub links: Vec<Link>,
    /// Reasons a person may give for passing over it.
    pub override_reasons: Vec<Coding>,
}

/// A line of fewer than 140 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary(String);

impl Summary {
    /// The text, shortened at a word's end if it is too long.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= MOST_CHARACTERS {
            return Self(line);
        }
        let kept: String = line.chars().take(MOST_CHARACTERS - 1).collect();
        let words = kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words);
        Self(format!("{words}…"))
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

codes! {
    /// How urgent a card is.
    Indicator {
        Info => "info",
        Warning => "warning",
        Critical => "critical",
    }
}

/// Who says what a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// In words.
    pub label: String,
    /// More about it.
    pub url: Option<String>,
    /// What the card is about.
    pub topic: Option<Coding>,
}

/// A link of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// How it is opened.
    pub kind: LinkKind,
}

/// How a link is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// As a page.
    Absolute,
    /// As a SMART app, with this context if there is any.
    Smart {
        /// Handed to the app at launch.
        app_context: Option<String>,
    },
}

impl Json for Card {
    fn json(&self) -> Value {
        let source = Object::new()
            .put("label", &self.source.label)
            .put("url", &self.source.url)
            .put("topic", &self.source.topic);
        Object::new()
            .put("uuid", self.uuid.to_string())
            .put("summary", &self.summary.0)
            .put("detail", &self.detail)
            .put("indicator", self.indicator)
            .put("source", source)
            .put("links", &self.links)
            .put("overrideReasons", &self.override_reasons)
            .done()
    }
}

impl Json for Link {
    fn json(&self) -> Value {
        let object = Object::new().put("label", &self.label).put("url", &self.url);
        match &self.kind {
            LinkKind::Absolute => object.put("type", "absolute"),
            LinkKind::Smart { app_context } => object.put("type", "smart").put("appContext", app_context),
        }
        .done()
    }
}

/// What a service answers. No cards is an answer, too.
#[must_use]
pub fn answer(cards: &[Card]) -> Value {
    json!({ "cards": cards.iter().map(Json::json).collect::<Vec<_>>() })
}

/// Text that Markdown shows as it is: words of the public can't become links or pictures in a chart.
#[must_use]
pub fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Colons, dots and @ too: an address that stands alone becomes a link in GitHub's Markdown.
            c if c.is_ascii_punctuation() => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_card_says_who_when_and_where_to_go() {
        let card = Card {
            uuid: uuid::Uuid::nil(),
            summary: Summary::new("Wrote to us on Mastodon 2 hours ago,\n waiting for patient relations"),
            detail: None,
            indicator: Indicator::Info,
            source: Source { label: "Bedside".to_owned(), url: None, topic: None },
            links: vec![
                Link {
                    label: "Open".to_owned(),
                    url: "https://b.example/launch".to_owned(),
                    kind: LinkKind::Smart { app_context: Some("F-2841".to_owned()) },
                },
                Link { label: "Help".to_owned(), url: "https://b.example/help".to_owned(), kind: LinkKind::Absolute },
            ],
            override_reasons: vec![Coding::fixed("https://b.example/reasons", "known", "I know already")],
        };
        assert_eq!(
            answer(&[card]),
            json!({ "cards": [{
                "uuid": "00000000-0000-0000-0000-000000000000",
                "summary": "Wrote to us on Mastodon 2 hours ago, waiting for patient relations",
                "indicator": "info",
                "source": { "label": "Bedside" },
                "links": [
                    { "label": "Open", "url": "https://b.example/launch", "type": "smart", "appContext": "F-2841" },
                    { "label": "Help", "url": "https://b.example/help", "type": "absolute" },
                ],
                "overrideReasons": [{ "system": "https://b.example/reasons", "code": "known",
                    "display": "I know already" }],
            }] })
        );
        assert_eq!(answer(&[]), json!({ "cards": [] }));
    }

    #[test]
    fn words_of_the_public_stay_words() {
        assert_eq!(
            escape_markdown("![x](http://evil.example) <b> *a*"),
            r"\!\[x\]\(http\:\/\/evil\.example\) &lt;b&gt; \*a\*"
        );
    }

    proptest! {
        #[test]
        fn a_summary_always_fits(text in "[a-zäöü \n]{0,300}") {
            let summary = Summary::new(&text);
            prop_assert!(summary.as_str().chars().count() < 140);
            prop_assert!(!summary.as_str().contains('\n'));
        }
    }
}
