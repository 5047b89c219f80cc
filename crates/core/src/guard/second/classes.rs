//! Classes of words: whom an answer speaks to, of what, when. The same classes in both languages.

use std::ops::Range;

use crate::text::{Phrases, Source, Words};

macro_rules! list {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("../words/", $name, ".txt")) }
    };
    (shared $name:literal) => {
        Source { name: $name, text: include_str!(concat!("../../triage/words/", $name, ".txt")) }
    };
}

/// Groups and health words are shared with triage; their lines carry no class.
const SOURCES: &[Source] = &[
    list!(shared "en/groups"),
    list!(shared "en/first"),
    list!(shared "en/health"),
    list!("en/classes"),
    list!(shared "de/groups"),
    list!(shared "de/first"),
    list!(shared "de/health"),
    list!("de/classes"),
];

/// The word classes of both languages, made ready once.
#[derive(Debug)]
pub struct Classes {
    phrases: Phrases,
    /// For each line its class and whether it is German; `None`: no class.
    lines: Vec<Option<(u8, bool)>>,
    names: Vec<String>,
}

/// The classes found in a text.
pub(in crate::guard) struct Classed {
    /// For each word the classes of the phrases that start at it, with the number of words they span.
    pub(super) at: Vec<Vec<(u8, usize)>>,
    /// For each word how many phrases of each language start at it.
    votes: Vec<[u16; 2]>,
}

impl Classed {
    /// The folder of the lists whose language these words are plainly in.
    pub(in crate::guard) fn language(&self, words: &Range<usize>) -> Option<&'static str> {
        let votes = self.votes.get(words.clone()).unwrap_or_default();
        let of = |lang: usize| votes.iter().filter_map(|both| both.get(lang)).map(|n| usize::from(*n)).sum::<usize>();
        let (english, german) = (of(0), of(1));
        match (english > 3 * german, german > 3 * english) {
            (true, _) => Some("en"),
            (_, true) => Some("de"),
            _ => None,
        }
    }
}

impl Default for Classes {
    fn default() -> Self {
        Self::new()
    }
}

impl Classes {
    /// Makes the lists ready.
    #[must_use]
    pub fn new() -> Self {
        let phrases = Phrases::new(SOURCES);
        let mut names: Vec<String> = Vec::new();
        let mut lines = Vec::with_capacity(phrases.lines().len());
        for line in phrases.lines() {
            let classed = line.list.ends_with("/classes").then(|| {
                let known = names.iter().position(|name| *name == line.head);
                let class = known.unwrap_or_else(|| {
                    names.push(line.head.clone());
                    names.len() - 1
                });
                (u8::try_from(class).unwrap_or(u8::MAX), line.list.starts_with("de/"))
            });
            lines.push(classed);
        }
        Self { phrases, lines, names }
    }

    /// The name of a class.
    pub(super) fn name(&self, class: u8) -> &str {
        self.names.get(usize::from(class)).map_or("", String::as_str)
    }

    /// The classes of the words of a text, of the language that more of it belongs to.
    pub(in crate::guard) fn find(&self, words: &Words<'_>) -> Classed {
        let found = self.phrases.find(words);
        let of = |line: usize| self.lines.get(line).copied().flatten();
        let german = found.hits.iter().filter(|hit| of(hit.line).is_some_and(|(_, german)| german)).count();
        let is_german = german * 2 > found.hits.iter().filter(|hit| of(hit.line).is_some()).count();
        let mut at = vec![Vec::new(); words.all().len()];
        let mut votes = vec![[0_u16; 2]; words.all().len()];
        for hit in &found.hits {
            let lang = of(hit.line).map(|(_, german)| usize::from(german));
            let vote = lang.and_then(|lang| votes.get_mut(hit.words.start)?.get_mut(lang));
            vote.into_iter().for_each(|vote| *vote = vote.saturating_add(1));
        }
        for hit in &found.hits {
            if let Some((class, german)) = of(hit.line)
                && german == is_german
                && let Some(here) = at.get_mut(hit.words.start)
            {
                here.push((class, hit.words.len()));
            }
        }
        Classed { at, votes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Plain, read_lists};

    #[test]
    fn every_line_is_understood_and_both_languages_know_the_same_classes() {
        let (lines, bad) = read_lists(SOURCES);
        assert!(bad.is_empty(), "{bad:#?}");
        let of = |folder: &str| {
            let list = format!("{folder}/classes");
            let mut heads: Vec<_> = lines.iter().filter(|l| l.list == list).map(|l| l.head.clone()).collect();
            heads.sort();
            heads
        };
        assert_eq!(of("en"), of("de"));
    }

    #[test]
    fn a_text_has_the_classes_of_its_language() {
        let classes = Classes::new();
        let seen = |text: &str| {
            let plain = Plain::new(text);
            let words = Words::new(&plain);
            let mut seen: Vec<String> =
                classes.find(&words).at.iter().flatten().map(|(class, _)| classes.name(*class).to_owned()).collect();
            seen.sort();
            seen.dedup();
            seen
        };
        let english = seen("Die in the records of your mother");
        let german = seen("Die Unterlagen Ihrer Mutter");
        assert!(english.contains(&"die".to_owned()) && english.contains(&"kin".to_owned()), "{english:?}");
        assert!(!german.contains(&"die".to_owned()) && german.contains(&"record".to_owned()), "{german:?}");
    }
}
