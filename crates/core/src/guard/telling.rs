//! Whether a sentence tells what happened to somebody. Answers in public speak of what is and will be; a sentence in the
//! past about the author or another person says that there was something between them and the house. What was written,
//! asked or corrected in the open may be told.

use std::ops::Range;

use super::{Kind, Severity, lists::Telling};
use crate::text::{Gap, Hit, Words};

/// A sentence that tells.
pub(super) struct Told {
    /// The words of its telling part.
    pub(super) words: Range<usize>,
    pub(super) kind: Kind,
    pub(super) severity: Severity,
}

/// Looks at each sentence that has a past form.
pub(super) fn find(hits: &[(Telling, &Hit)], words: &Words<'_>) -> Vec<Told> {
    let of = |kind: Telling| hits.iter().filter(move |(k, _)| *k == kind).map(|(_, hit)| *hit);
    let mut all = Vec::new();
    for past in of(Telling::Past) {
        let sentence = words.sentence(past.words.start);
        let excused = of(Telling::Told).any(|told| overlap(&told.words, &past.words) || near(&told.words, &past.words));
        if excused || is_supposed(&of, words, past) {
            continue;
        }
        let here = |kind: Telling| of(kind).find(|hit| sentence.contains(&hit.words.start));
        let person = here(Telling::You).or_else(|| here(Telling::Them)).or_else(|| here(Telling::Care));
        let of_message = here(Telling::Noun).is_some() && here(Telling::You).is_none() && here(Telling::Care).is_none();
        let severity = match (person, here(Telling::Ours)) {
            (Some(_), _) if !of_message => Severity::Block,
            (None, Some(_)) => Severity::Warn,
            _ => continue,
        };
        all.push(Told { words: past.words.clone(), kind: Kind::ConfirmsRelationship, severity });
    }
    all
}

/// Whether the past form stands in a clause that only supposes: "if you were unhappy", "whoever was here".
fn is_supposed<'a, I: Iterator<Item = &'a Hit>>(of: &impl Fn(Telling) -> I, words: &Words<'_>, past: &Hit) -> bool {
    let clause = words.all().get(..=past.words.start).unwrap_or_default();
    let start = clause.iter().rposition(|word| word.gap != Gap::None).unwrap_or(0);
    let supposing = |hit: &Hit| start <= hit.words.start && hit.words.start <= past.words.start;
    of(Telling::Supposed).any(supposing)
}

/// A word of telling up to two words after the past form belongs to it: "have already been corrected".
fn near(told: &Range<usize>, past: &Range<usize>) -> bool {
    told.start >= past.start && told.start <= past.end + 2
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
