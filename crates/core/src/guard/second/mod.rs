//! The second reader of a draft. The word lists know what must not be said; this one knows how answers to everybody sound,
//! from drafts that people judged: what reads like words to one person is stopped, what reads like neither is shown to a
//! second person. A linear model over words, their classes and their order, sentence by sentence.

mod classes;
mod features;
mod weights;

pub(super) use classes::Classed;
pub use classes::Classes;
pub use features::{Feature, Sentence, TABLE};
pub use weights::{BadWeights, KIND_TABLE, Weights};

use std::ops::Range;

use super::{DraftText, Finding, Kind, Severity, Suggestion};
use crate::text::{Plain, TextSpan, Words};

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

/// The sentences of a draft with what the model sees of each.
#[must_use]
pub fn sentences(classes: &Classes, draft: &DraftText<'_>) -> Vec<Sentence> {
    let plain = Plain::new(draft.text);
    let words = Words::new(&plain);
    features::of(classes, &classes.find(&words), &words, draft.inbound_text.unwrap_or_default())
}

/// A draft as the second reader reads it.
pub(super) struct SecondReading(Vec<(Range<usize>, Reading)>);

impl SecondReading {
    /// Reads every sentence.
    pub(super) fn new(
        weights: &Weights,
        classes: &Classes,
        classed: &Classed,
        words: &Words<'_>,
        draft: &DraftText<'_>,
    ) -> Self {
        let all = features::of(classes, classed, words, draft.inbound_text.unwrap_or_default());
        Self(all.into_iter().map(|sentence| (sentence.words.clone(), weights.judge(&sentence))).collect())
    }

    /// Whether all of it plainly sounds like an answer to everybody, so that what a list of words objects to may be meant
    /// otherwise: a second person decides.
    pub(super) fn is_calm(&self, weights: &Weights) -> bool {
        self.0.iter().all(|(_, reading)| reading.score < weights.calm_below())
    }

    /// What it finds in sentences that the lists have not stopped (`is_stopped`, by place).
    pub(super) fn findings(&self, words: &Words<'_>, is_stopped: impl Fn(TextSpan) -> bool) -> Vec<Finding> {
        let found = self.0.iter().filter_map(|(sentence, reading)| {
            let severity = reading.severity?;
            let span = words.span(sentence.clone());
            let kind = if severity == Severity::Block { reading.kind } else { Kind::MaySpeakOfPerson };
            let suggestion = Some(Suggestion { span, replace: String::new() });
            (!is_stopped(span)).then_some(Finding::new(kind, span, severity, suggestion))
        });
        found.collect()
    }
}

/// Kinds that lists find by words which can be meant otherwise; names, numbers and open places can't.
pub(super) const fn can_be_meant_otherwise(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ConfirmsRelationship
            | Kind::DeniesRelationship
            | Kind::HealthDetail
            | Kind::DateOfCare
            | Kind::InsuranceOrCost
            | Kind::CompensationInPublic
            | Kind::StatementOnLitigation
            | Kind::DerogatoryTone
            | Kind::ClinicalAdvice
            | Kind::ConditionRelease
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_weights_can_be_read() {
        assert!(Weights::built_in().is_some());
    }
}
