//! The hospital's own people beside what a reading finds anyway. A name that is listed and one that only looks like a name
//! get the same finding, so that no finding tells who is listed.

use std::sync::LazyLock;

use super::{
    Found, PhiKind, Scanner,
    known::{FAMILY, FIRST, Known},
    token::hash_of,
};
use crate::{
    people::{Builder, Hit, People, PeopleKey, What, is_ordinary},
    text::{Plain, TextSpan},
    triage::Lang,
};

/// How sure a name or number is that is listed, or looks as if it were.
const SCORE: f32 = 0.9;

impl Scanner {
    /// As [`Self::scan`], and finds the people of a list. With a list, every two words that are like a given and a
    /// family name, in either order and any case, and every number of seven digits are found too, for the same reason and
    /// with the same score as those of the list.
    #[must_use]
    pub fn scan_with(&self, text: &str, hint: Lang, people: Option<&People>) -> Vec<Found> {
        let found = self.scan(text, hint);
        let Some(people) = people else { return found };
        let plain = Plain::new(text);
        let hits = people_in(plain.text(), Some(people));
        merge(found, hits.iter().map(|hit| (plain.span(hit.bytes.clone()), hit.what)))
    }
}

/// The findings without those that repeat what the house says of itself in public: its name, address, telephone, opening hours,
/// named spokespeople. `text` is the text they were found in.
#[must_use]
pub fn without_public(mut found: Vec<Found>, text: &str, public_facts: &[String]) -> Vec<Found> {
    let public: Vec<String> = public_facts.iter().map(|fact| compact(fact)).filter(|fact| !fact.is_empty()).collect();
    let is_public = |one: &Found| {
        let said = compact(one.span.slice(text));
        !said.is_empty() && public.iter().any(|fact| fact.contains(&said))
    };
    found.retain(|one| !is_public(one));
    found
}

/// Letters and digits in small letters, without disguise.
pub(crate) fn compact(text: &str) -> String {
    Plain::new(text).text().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The people of a list in a text without disguise, and whatever looks like one of them; without a list the latter alone.
pub(crate) fn people_in(text: &str, people: Option<&People>) -> Vec<Hit> {
    static NOBODY: LazyLock<People> = LazyLock::new(|| Builder::new(PeopleKey::new(&[0; 32])).finish());
    people.unwrap_or(&NOBODY).find(text, is_like)
}

/// Whether two words are like a given and a family name, in either order: both stand in the lists and not both are ordinary words
/// ("Ende August"), or one is a given name, both have capitals, and neither is mostly an ordinary word.
fn is_like(one: &str, other: &str) -> bool {
    static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);
    // Two letters with a capital are "RT", "PM", "Li": names only where the lists say so.
    let is_capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase) && word.chars().nth(2).is_some();
    let capitals = is_capital(one) && is_capital(other);
    let of = |word: &str| (KNOWN.of(hash_of(word)), is_ordinary(word));
    let is_one = |first: (u8, bool), last: (u8, bool)| {
        first.0 & FIRST != 0 && ((last.0 & FAMILY != 0 && !(first.1 && last.1)) || (capitals && !first.1 && !last.1))
    };
    let (one, other) = (of(one), of(other));
    is_one(one, other) | is_one(other, one)
}

/// Adds hits that are not covered yet, both by place; what a hit touches becomes part of it.
fn merge(found: Vec<Found>, hits: impl Iterator<Item = (TextSpan, What)>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::with_capacity(found.len());
    let mut found = found.into_iter().peekable();
    for (span, what) in hits {
        out.extend(std::iter::from_fn(|| found.next_if(|one| one.span.end <= span.start)));
        let is_covered = found.peek().is_some_and(|one| one.span.start <= span.start && span.end <= one.span.end);
        // What an earlier hit took in may reach as far.
        let mut whole = match out.pop_if(|last| last.span.end > span.start) {
            Some(last) => Found { span: both(last.span, span), ..last },
            None if is_covered => continue,
            None => of(span, what),
        };
        while let Some(one) = found.next_if(|one| one.span.start < whole.span.end) {
            whole.span = both(whole.span, one.span);
        }
        out.push(whole);
    }
    out.extend(found);
    out
}

const fn of(span: TextSpan, what: What) -> Found {
    let (kind, why) = match what {
        What::Name => (PhiKind::Name, "name"),
        What::Number => (PhiKind::Id, "number"),
    };
    Found { span, kind, score: SCORE, why }
}

fn both(one: TextSpan, other: TextSpan) -> TextSpan {
    TextSpan { start: one.start.min(other.start), end: one.end.max(other.end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Person;

    fn list(persons: &[(&str, &str, &str)]) -> People {
        let mut list = Builder::new(PeopleKey::new(&[3; 32]));
        for (given, family, number) in persons {
            list.add(&Person { given: &[given], family: &[family], numbers: &[number] });
        }
        list.finish()
    }

    /// Names as people have them, of several countries, with numbers.
    const ORDINARY: [(&str, &str, &str); 12] = [
        ("Anna", "Müller", "4711081"),
        ("Peter", "Schmidt", "4711082"),
        ("Maria", "Fischer", "4711083"),
        ("Thomas", "Weber", "4711084"),
        ("Susanne", "Wagner", "4711085"),
        ("Michael", "Becker", "4711086"),
        ("Mehmet", "Yilmaz", "4711087"),
        ("Olga", "Petrov", "4711088"),
        ("James", "Smith", "4711089"),
        ("Mary", "Johnson", "4711090"),
        ("Patricia", "Williams", "4711091"),
        ("Robert", "Taylor", "4711092"),
    ];

    const SENTENCES: [&str; 8] = [
        "Gestern war * bei uns.",
        "ich habe gehört, dass * hier liegt",
        "*, bitte melden Sie sich!",
        "Dank an * und das ganze Team",
        "I saw * in the waiting room",
        "is * still there?",
        "* told me so.",
        "Nur ein Wort: *",
    ];

    #[test]
    fn whether_a_name_is_listed_changes_nothing_of_what_is_found() {
        let scanner = Scanner::new();
        let (nobody, everybody) = (list(&[("Xaver", "Qwirl", "99999")]), list(&ORDINARY));
        let mut found = 0;
        for (given, family, number) in ORDINARY {
            let ways = [
                format!("{given} {family}"),
                format!("{family}, {given}"),
                format!("{family} {given}").to_lowercase(),
                format!("{given} {family}").to_uppercase(),
                number.to_owned(),
            ];
            for (way, sentence) in ways.iter().flat_map(|way| SENTENCES.map(|sentence| (way, sentence))) {
                let text = sentence.replace('*', way);
                let listed = scanner.scan_with(&text, Lang::Unknown, Some(&everybody));
                let unlisted = scanner.scan_with(&text, Lang::Unknown, Some(&nobody));
                assert_eq!(listed, unlisted, "{text}");
                found += usize::from(!listed.is_empty());
            }
        }
        assert_eq!(found, ORDINARY.len() * 5 * SENTENCES.len(), "each is found, listed or not");
    }

    #[test]
    fn a_family_name_in_no_list_is_found_by_its_capital_listed_or_not() {
        let scanner = Scanner::new();
        let (nobody, her) = (list(&[]), list(&[("Olga", "Brzhezinska", "")]));
        for sentence in SENTENCES {
            for way in ["Olga Brzhezinska", "Brzhezinska, Olga", "OLGA BRZHEZINSKA"] {
                let text = sentence.replace('*', way);
                let [listed, unlisted] =
                    [&her, &nobody].map(|list| scanner.scan_with(&text, Lang::Unknown, Some(list)));
                assert_eq!(listed, unlisted, "{text}");
                assert!(listed.iter().any(|one| one.span.slice(&text).contains(way)), "{text}: {listed:?}");
            }
        }
    }

    #[test]
    fn own_people_with_unusual_names_and_short_numbers_are_found() {
        let scanner = Scanner::new();
        let people = list(&[("Xaveria", "Qwirlbach", "20-331")]);
        let seen = |text: &str| {
            let found = scanner.scan_with(text, Lang::De, Some(&people));
            found.into_iter().map(|one| (one.kind, one.span.slice(text).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(seen("wo ist qwirlbach xaveria jetzt"), [(PhiKind::Name, "qwirlbach xaveria".to_owned())]);
        assert!(
            seen("Nummer 20 331 fehlt").contains(&(PhiKind::Id, "20 331".to_owned())),
            "{:?}",
            seen("Nummer 20 331 fehlt")
        );
        for text in ["Xaveria Qwirlbach ist da", "q\u{200b}wirlbach x\u{200b}averia"] {
            let found = seen(text);
            // The whole name is found; as what, where it looks like a place, is the model's word.
            assert!(found.iter().any(|(_, words)| words.chars().count() >= 17), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_the_house_says_of_itself_is_no_finding() {
        let (scanner, people) = (Scanner::new(), list(&ORDINARY));
        let facts = [
            "030 555 0100".to_owned(),
            "Pressesprecherin: Anna Müller".to_owned(),
            "Lindenallee 1, 10115 Berlin".to_owned(),
        ];
        for (text, left) in [
            ("Rufen Sie 030/5550100 an, fragen Sie nach Anna Müller.", 0),
            ("Anna Müller und Peter Schmidt", 1),
            ("Lindenallee 1, 10115 Berlin", 0),
            ("Rufen Sie 030 555 0101 an", 1),
        ] {
            let found = without_public(scanner.scan_with(text, Lang::De, Some(&people)), text, &facts);
            assert_eq!(found.len(), left, "{text}: {found:?}");
        }
    }

    #[test]
    fn findings_never_lie_over_each_other() {
        let (scanner, people) = (Scanner::new(), list(&ORDINARY));
        for text in [
            "anna.mueller@example.org und Anna Müller-Weg 5, 80331 München",
            "Tel. 4711081 Anna Müller @annamueller geb. 3.4.1961",
            "Frau Dr. Anna Müller, Peter Schmidt Thomas Weber",
        ] {
            let found = scanner.scan_with(text, Lang::De, Some(&people));
            assert!(found.windows(2).all(|two| two[0].span.end <= two[1].span.start), "{text}: {found:?}");
        }
    }
}
