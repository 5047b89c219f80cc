//! Words and numbers as the list knows them, cut from names and from texts in one way.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use unicode_normalization::char::is_combining_mark;

use crate::text::fold;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Folded as [`fold`] does.
    pub(super) folded: String,
    /// Its bytes.
    pub(super) bytes: Range<usize>,
    /// Starts with a capital.
    pub(super) is_capital: bool,
    /// A sentence, a paragraph or something else begins here.
    pub(super) begins: bool,
}

/// The words of a text that a name can be made of: without digits, particles and single letters ("Max A. Muster").
/// "McDonald" and "AnnaMuster" are two words each.
pub(super) fn of_names(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut begins = true;
    let mut rest = 0;
    for bytes in runs(text) {
        let between = text.get(rest..bytes.start).unwrap_or_default();
        begins |= (is_border(between) && !ends_short(text, rest)) || between.contains(PARTS);
        rest = bytes.end;
        let Some(word) = text.get(bytes.clone()) else { continue };
        // "don't", "can't": neither part is a name.
        if matches!(word, "t" | "T") && text.get(..bytes.start).is_some_and(|before| before.ends_with(['\'', '’'])) {
            words.pop();
            continue;
        }
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            begins = true;
            continue;
        }
        for part in at_capitals(word) {
            let Some(part_text) = word.get(part.clone()) else { continue };
            let folded = fold(part_text);
            let counts = folded.chars().nth(1).is_some() && !is_particle(&folded);
            if counts {
                let is_capital = part_text.chars().next().is_some_and(char::is_uppercase);
                let bytes = bytes.start + part.start..bytes.start + part.end;
                words.push(Word { folded, bytes, is_capital, begins });
                begins = false;
            }
        }
    }
    words
}

/// Runs of letters and digits.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let is_letter = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + text.get(at..)?.find(is_letter)?;
        let length = text.get(from..)?.find(|c| !is_letter(c)).unwrap_or(text.len() - from);
        at = from + length;
        Some(from..at)
    })
}

/// A word cut before each capital that follows a small letter.
fn at_capitals(word: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    let mut was_small = false;
    let ends = word.char_indices().filter_map(move |(at, c)| {
        let cuts = was_small && c.is_uppercase();
        was_small = c.is_lowercase();
        cuts.then_some(at)
    });
    ends.chain(std::iter::once(word.len())).map(move |to| std::mem::replace(&mut from, to)..to)
}

/// Signs that part what is no name together: "RT @anna", "Anna | Muster".
const PARTS: [char; 10] = ['@', '#', '|', '*', '=', '<', '>', '&', '+', '~'];

/// Whether what stands between two words ends a sentence or a paragraph.
fn is_border(between: &str) -> bool {
    let mut marks = between.chars().skip_while(|c| !matches!(c, '.' | '!' | '?' | '…'));
    (marks.next().is_some() && marks.any(char::is_whitespace)) || between.matches('\n').count() > 1
}

/// Whether the word before `end` is an initial or a title, whose dot ends no sentence.
fn ends_short(text: &str, end: usize) -> bool {
    let before = text.get(..end).unwrap_or_default();
    let letters = before.chars().rev().take_while(|c| c.is_alphabetic()).take(5).count();
    letters == 1 || (letters < 5 && TITLES.iter().any(|title| before.ends_with(title)))
}

const TITLES: &[&str] = &["Dr", "dr", "Prof", "prof", "Hr", "Fr", "Mr", "Mrs", "Ms", "St", "Jr", "Sr", "med", "Dipl"];

/// Words between names that are no name: nobody is found by them.
pub(super) fn is_particle(folded: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "abu", "af", "al", "ap", "av", "bin", "bint", "da", "dal", "de", "degli", "dei", "del", "della", "dem", "den",
        "der", "des", "di", "do", "dos", "dr", "du", "el", "ibn", "la", "las", "le", "los", "mac", "mc", "med", "prof",
        "san", "st", "ten", "ter", "van", "vander", "vom", "von", "zu", "zum", "zur", "ul", "ud",
    ];
    PARTICLES.contains(&folded)
}

/// Words that are far more often no name: two words of which one is such a word are a name only where both have a capital.
pub(super) fn is_common(folded: &str) -> bool {
    static ORDINARY: LazyLock<HashSet<&str>> =
        LazyLock::new(|| include_str!("../../../../models/names/ordinary.txt").lines().collect());
    ORDINARY.contains(folded)
}

/// A number as the list knows it: letters and digits without separators, capitals, no leading zeros. `None`: too short to
/// be anybody's, or hardly a number.
pub(super) fn number(written: &str) -> Option<String> {
    let compact: String =
        written.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(LONGEST).collect();
    let number = compact.trim_start_matches('0');
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (number.len() >= SHORTEST && digits >= 4 && compact.len() < LONGEST).then(|| number.to_owned())
}

/// A number of fewer signs is on no list: it would be a year, a price, a room.
pub(super) const SHORTEST: usize = 5;
const LONGEST: usize = 40;

/// One group of a number that is written in groups: "A 123-456".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Its bytes.
    pub(super) bytes: Range<usize>,
    /// Follows the group before it with one separator between.
    pub(super) joins: bool,
    /// Holds a digit.
    pub(super) has_digit: bool,
}

/// The groups of a text that numbers can be made of: those with digits, and up to four letters beside them.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for bytes in runs(text) {
        let Some(word) = text.get(bytes.clone()) else { continue };
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit && (word.len() > 4 || !word.is_ascii()) {
            continue;
        }
        let before = groups.last().and_then(|last| text.get(last.bytes.end..bytes.start));
        let joins = before.is_some_and(|between| matches!(between, " " | "-" | "." | "/" | "_" | ":" | " - " | " / "));
        groups.push(Group { bytes, joins, has_digit });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let words: Vec<String> = of_names(text)
            .into_iter()
            .map(|word| format!("{}{}", if word.begins { "|" } else { "" }, word.folded))
            .collect();
        assert_eq!(words, expect, "{text}");
    }

    #[test]
    fn names_are_cut_into_the_words_that_count() {
        check("Max A. von der Müller-Groß", &["|max", "muller", "gross"]);
        check("Dr. Anna O'Neill, geb. McDonald", &["|anna", "neill", "geb", "|donald"]);
        check("#AnnaMuster and anna_muster", &["|anna", "muster", "and", "anna", "muster"]);
        check("RT @anna: Muster", &["|rt", "|anna", "muster"]);
        check("Es war Mark. Will kam 2 mal", &["|es", "war", "mark", "|will", "kam", "|mal"]);
    }

    #[test]
    fn numbers_lose_their_separators() {
        for (written, expect) in [
            ("4711-08 15", Some("47110815")),
            ("a 123.456.780", Some("A123456780")),
            ("0000471108", Some("471108")),
            ("2026", None),
            ("00002026", None),
            ("ABCDE1", None),
        ] {
            assert_eq!(number(written).as_deref(), expect, "{written}");
        }
    }

    #[test]
    fn ordinary_words_are_known_folded() {
        assert!(is_common("will") && is_common("ab") && is_common("your") && is_common("und") && !is_common("muller"));
        let ordinary = include_str!("../../../../models/names/ordinary.txt");
        assert!(ordinary.lines().all(|word| fold(word) == word), "as words of texts are folded");
    }
}
