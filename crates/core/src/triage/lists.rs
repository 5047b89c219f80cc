//! The word lists of both languages and what their lines mean. The lists themselves lie beside, in `words/`.

use super::{Lang, Speaker, Topic};
use crate::text::{Line, Source};

/// What a line of a list means when its phrase is found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Means {
    /// Speaks for a topic.
    Says(Says),
    /// What a topic's list finds here is a figure of speech or something else: it does not count.
    Not(Topic),
    /// The whole text counts less for a topic: fiction, news, jokes.
    Less(Topic, f32),
    /// Hostile words, 1 to 3.
    Hostile(u8),
    /// Who speaks.
    Speaks(Speaker),
    /// A member of staff by name.
    Named,
    /// Looks like a name of staff and is none.
    Unnamed,
    /// A word of illness, body or treatment.
    Health,
    /// Makes the sentence be about a person.
    Person,
    /// A time, as [`super::when`] reads it.
    When(String),
    /// A word of this language.
    Speech(Lang),
    /// A named group or a negation: means nothing by itself.
    Nothing,
}

/// How a line speaks for its topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Says {
    /// The topic.
    pub(super) topic: Topic,
    /// The list's language.
    pub(super) lang: Lang,
    /// How surely, 0 to 1.
    pub(super) weight: f32,
    /// Wakes the rota.
    pub(super) pages: bool,
    /// Says that somebody really died.
    pub(super) death: bool,
    /// Blames care or staff.
    pub(super) claim: bool,
}

macro_rules! list {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("words/", $name, ".txt")) }
    };
}

/// All lists; groups come before the lists that use them.
pub(super) const SOURCES: &[Source] = &[
    list!("en/groups"),
    list!("en/first"),
    list!("en/health"),
    list!("en/language"),
    list!("en/who"),
    list!("en/when"),
    list!("en/hostility"),
    list!("en/crisis_suicide"),
    list!("en/medical_emergency"),
    list!("en/threat"),
    list!("en/safeguarding"),
    list!("en/adverse_event"),
    list!("en/bereavement"),
    list!("en/complaint"),
    list!("en/praise"),
    list!("en/harassment"),
    list!("en/legal_threat"),
    list!("en/media_inquiry"),
    list!("en/admin_question"),
    list!("en/medical_advice"),
    list!("en/misinformation"),
    list!("en/privacy"),
    list!("en/data_rights"),
    list!("en/scam"),
    list!("en/staff"),
    list!("en/job"),
    list!("en/spam"),
    list!("en/other"),
    list!("de/groups"),
    list!("de/first"),
    list!("de/health"),
    list!("de/language"),
    list!("de/who"),
    list!("de/when"),
    list!("de/hostility"),
    list!("de/crisis_suicide"),
    list!("de/medical_emergency"),
    list!("de/threat"),
    list!("de/safeguarding"),
    list!("de/adverse_event"),
    list!("de/bereavement"),
    list!("de/complaint"),
    list!("de/praise"),
    list!("de/harassment"),
    list!("de/legal_threat"),
    list!("de/media_inquiry"),
    list!("de/admin_question"),
    list!("de/medical_advice"),
    list!("de/misinformation"),
    list!("de/privacy"),
    list!("de/data_rights"),
    list!("de/scam"),
    list!("de/staff"),
    list!("de/job"),
    list!("de/spam"),
    list!("de/other"),
];

/// What a line means. `None`: its head is not understood; a test holds that there is no such line.
pub(super) fn meaning(line: &Line) -> Option<Means> {
    let list = line.list.split('/').nth(1)?;
    let head = line.head.as_str();
    match list {
        "groups" | "first" => Some(Means::Nothing),
        "health" => Some(Means::Health),
        "language" => Some(Means::Speech(Lang::from_tag(head))),
        "when" => Some(Means::When(head.to_owned())),
        "hostility" if head == "not" => Some(Means::Not(Topic::Harassment)),
        "hostility" => head.parse().ok().map(Means::Hostile),
        "who" => who(head),
        _ => of_topic(Topic::from_word(list)?, Lang::from_tag(line.list.split('/').next()?), head),
    }
}

fn who(head: &str) -> Option<Means> {
    match head {
        "named" => Some(Means::Named),
        "unnamed" => Some(Means::Unnamed),
        "person" => Some(Means::Person),
        "blamed" => Some(Means::Nothing),
        _ => Speaker::from_word(head).map(Means::Speaks),
    }
}

fn of_topic(topic: Topic, lang: Lang, head: &str) -> Option<Means> {
    let mut words = head.split_whitespace();
    let first = words.next()?;
    if first == "not" {
        return Some(Means::Not(topic));
    }
    if first == "less" {
        return words.next()?.parse().ok().map(|factor| Means::Less(topic, factor));
    }
    let weight = first.parse().ok()?;
    let mut says = Says { topic, lang, weight, pages: false, death: false, claim: false };
    for word in words {
        match word {
            "page" => says.pages = true,
            "death" => says.death = true,
            "claim" => says.claim = true,
            _ => return None,
        }
    }
    Some(Means::Says(says))
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
