//! Whether a sentence tells what happened to somebody. Answers in public speak of what is and will be; a sentence in the
//! past about the author or another person says that there was something between them and the house. What was written,
//! asked or corrected in the open may be told.

use std::ops::Range;

use super::{Kind, Severity, lists::Telling};
use crate::text::{Gap, Hit, Places, Words};

/// A sentence that tells.
pub(super) struct Told {
    /// The words of its telling part.
    pub(super) words: Range<usize>,
    pub(super) kind: Kind,
    pub(super) severity: Severity,
}

/// The phrases of one text, by what they are.
pub(super) struct Tellings([Places; Telling::ALL.len()]);

impl Tellings {
    /// Sorts the phrases found.
    pub(super) fn new(hits: &[(Telling, &Hit)]) -> Self {
        Self(Telling::ALL.map(|kind| hits.iter().filter(|(k, _)| *k == kind).map(|(_, hit)| &hit.words).collect()))
    }

    fn of(&self, kind: Telling) -> &Places {
        let [you, them, ours, care, past, told, supposed, noun] = &self.0;
        match kind {
            Telling::You => you,
            Telling::Them => them,
            Telling::Ours => ours,
            Telling::Care => care,
            Telling::Past => past,
            Telling::Told => told,
            Telling::Supposed => supposed,
            Telling::Noun => noun,
        }
    }

    /// Looks at each sentence that has a past form.
    pub(super) fn find(&self, words: &Words<'_>) -> Vec<Told> {
        let everything = 0..words.all().len();
        let telling = |past: &Range<usize>| {
            let near = past.start..past.end + 3;
            let excused = self.of(Telling::Told).touches(past) || self.of(Telling::Told).starts_in(&near);
            if excused || self.is_supposed(words, past) {
                return None;
            }
            let severity = self.severity(&words.sentence(past.start))?;
            Some(Told { words: past.clone(), kind: Kind::ConfirmsRelationship, severity })
        };
        self.of(Telling::Past).starting_in(&everything).filter_map(telling).collect()
    }

    /// How much a past form weighs in its sentence: of a person it blocks, of the house alone it warns.
    fn severity(&self, sentence: &Range<usize>) -> Option<Severity> {
        let here = |kind: Telling| self.of(kind).starts_in(sentence);
        let about_care = here(Telling::You) || here(Telling::Care);
        let of_message = here(Telling::Noun) && !about_care;
        let of_person = about_care || here(Telling::Them);
        if of_person && !of_message {
            return Some(Severity::Block);
        }
        (!of_person && here(Telling::Ours)).then_some(Severity::Warn)
    }

    /// Whether the past form stands in a clause that only supposes: "if you were unhappy", "whoever was here".
    fn is_supposed(&self, words: &Words<'_>, past: &Range<usize>) -> bool {
        let sentence = words.sentence(past.start);
        let clause = words.all().get(sentence.start..=past.start).unwrap_or_default();
        let start = sentence.start + clause.iter().rposition(|word| word.gap != Gap::None).unwrap_or(0);
        self.of(Telling::Supposed).starts_in(&(start..past.start + 1))
    }
}
