//! The second reader of a draft. The word lists know what must not be said; this one knows how answers to everybody sound,
//! from drafts that people judged: what reads like words to one person is stopped, what reads like neither is shown to a
//! second person. A linear model over words, their classes and their order, sentence by sentence.

mod classes;
mod features;
mod weights;

pub use classes::Classes;
pub use features::{Feature, Sentence, TABLE};
pub use weights::{BadWeights, KIND_TABLE, Weights};

use super::{DraftText, Finding, Kind, Severity, Suggestion};
use crate::text::{Plain, Words};

/// What the second reader says of one sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// How much it speaks of a person, in log odds.
    pub score: f32,
    /// What it would be.
    pub kind: Kind,
    /// Where that stands on the scale of the weights; `None`: in order.
    pub severity: Option<Severity>,
}

/// The sentences of a draft with what the model reads of each.
#[must_use]
pub fn sentences(classes: &Classes, draft: &DraftText<'_>) -> Vec<Sentence> {
    let plain = Plain::new(draft.text);
    let words = Words::new(&plain);
    features::of(classes, &words, draft.inbound_text.unwrap_or_default())
}

/// What the second reader finds in sentences that the lists have not stopped (`is_stopped`, by the sentence's words).
pub(super) fn findings(
    weights: &Weights,
    classes: &Classes,
    words: &Words<'_>,
    draft: &DraftText<'_>,
    is_stopped: impl Fn(&std::ops::Range<usize>) -> bool,
) -> Vec<Finding> {
    let all = features::of(classes, words, draft.inbound_text.unwrap_or_default());
    let open = all.into_iter().filter(|sentence| !is_stopped(&sentence.words));
    open.filter_map(|sentence| {
        let reading = weights.judge(&sentence);
        let severity = reading.severity?;
        let kind = if severity == Severity::Block { reading.kind } else { Kind::MaySpeakOfPerson };
        let span = words.span(sentence.words);
        let suggestion = Some(Suggestion { span, replace: String::new() });
        Some(Finding { kind, span, severity, suggestion })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_weights_can_be_read() {
        assert!(Weights::built_in().is_some());
    }
}
