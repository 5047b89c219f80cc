//! The guard's word lists of both languages and what their lines mean. Lists of illness and first names are shared with
//! triage.

use super::{Kind, Severity};
use crate::text::{Line, Source};

/// What a line of the guard's lists means when its phrase is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// Something is wrong.
    Wrong(Kind, Severity),
    /// What a kind finds here is in order.
    Fine(Kind),
    /// A way to reach us.
    Contact,
    /// An apology.
    Apology,
    /// The number or address in this sentence belongs to the author or another person.
    Theirs,
    /// Part of the question whether a sentence tells what happened.
    Tells(Telling),
    /// A word of illness, body or treatment.
    Health,
    /// A named group: means nothing by itself.
    Nothing,
}

/// What a phrase is in a sentence that may tell what happened; see [`super::telling`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// The author.
    You,
    /// Another person.
    Them,
    /// The house or its people.
    Ours,
    /// A word of care or illness with "the".
    Care,
    /// A past form.
    Past,
    /// Writing, asking, correcting: may be told.
    Told,
    /// The clause only supposes.
    Supposed,
    /// The author's message, of which may be told.
    Noun,
}

impl Telling {
    /// Every one, in the order above.
    pub(super) const ALL: [Self; 8] =
        [Self::You, Self::Them, Self::Ours, Self::Care, Self::Past, Self::Told, Self::Supposed, Self::Noun];
}

macro_rules! list {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("words/", $name, ".txt")) }
    };
    (shared $name:literal) => {
        Source { name: $name, text: include_str!(concat!("../triage/words/", $name, ".txt")) }
    };
}

/// All lists; groups come before the lists that use them.
pub(super) const SOURCES: &[Source] = &[
    list!(shared "en/groups"),
    list!(shared "en/first"),
    list!(shared "en/health"),
    list!("en/relationship"),
    list!("en/content"),
    list!("en/contact"),
    list!("en/telling"),
    list!(shared "de/groups"),
    list!(shared "de/first"),
    list!(shared "de/health"),
    list!("de/relationship"),
    list!("de/content"),
    list!("de/contact"),
    list!("de/telling"),
];

/// What a line means. `None`: its head is not understood; a test holds that there is no such line.
pub(super) fn meaning(line: &Line) -> Option<Means> {
    match line.list.split('/').nth(1)? {
        "groups" | "first" => return Some(Means::Nothing),
        "health" => return Some(Means::Health),
        _ => {}
    }
    let (first, second) = line.head.split_once(' ').unwrap_or((&line.head, ""));
    match (first, second) {
        ("contact", "") => Some(Means::Contact),
        ("apology", "") => Some(Means::Apology),
        ("theirs", "") => Some(Means::Theirs),
        ("you", "") => Some(Means::Tells(Telling::You)),
        ("them", "") => Some(Means::Tells(Telling::Them)),
        ("ours", "") => Some(Means::Tells(Telling::Ours)),
        ("care", "") => Some(Means::Tells(Telling::Care)),
        ("past", "") => Some(Means::Tells(Telling::Past)),
        ("told", "") => Some(Means::Tells(Telling::Told)),
        ("supposed", "") => Some(Means::Tells(Telling::Supposed)),
        ("nouns", "") => Some(Means::Tells(Telling::Noun)),
        ("ok", kind) => Kind::from_word(kind).map(Means::Fine),
        (kind, "block") => Some(Means::Wrong(Kind::from_word(kind)?, Severity::Block)),
        (kind, "warn") => Some(Means::Wrong(Kind::from_word(kind)?, Severity::Warn)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::read_lists;

    #[test]
    fn every_line_of_every_list_is_understood() {
        let (lines, bad) = read_lists(SOURCES);
        assert!(bad.is_empty(), "{bad:#?}");
        let unknown: Vec<_> = lines
            .iter()
            .filter(|line| meaning(line).is_none())
            .map(|l| format!("{}:{} {}", l.list, l.number, l.head))
            .collect();
        assert!(unknown.is_empty(), "{unknown:#?}");
    }
}
