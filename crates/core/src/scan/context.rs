//! What the words before a number say that it is: "Fallnummer", "case no.", "Zimmer", "call me on".

use super::words::{CARDS, MARKED_RECORDS, NOT_RECORDS, OF_RECORDS, PHONE_WORDS, PHONES, RECORDS, ROOMS};

/// What is said of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A case, patient, insurance or file number.
    Record,
    /// A room, bed or ward.
    Room,
    /// A US social security number.
    Social,
    /// A payment card.
    Card,
    /// A telephone number.
    Phone,
}

/// So many bytes before a number are looked at.
const REACH: usize = 56;
/// So many words.
const MOST_WORDS: usize = 6;

/// What is said before byte `at`, and where the word that says it begins.
pub(super) fn before(text: &str, at: usize) -> Option<(Said, usize)> {
    let from = (at.saturating_sub(REACH)..=at).find(|from| text.is_char_boundary(*from))?;
    let near = text.get(from..at)?;
    let line = near.rfind('\n').map_or(0, |line| line + 1);
    let near = near.get(line..)?;
    let marked = near.trim_end().ends_with([':', '#', '='])
        || near.trim_end().ends_with("no.")
        || near.trim_end().ends_with("Nr.");
    let words = words_back(near);
    for (n, (place, word)) in words.iter().enumerate() {
        let next = words.get(n + 1).map(|(_, word)| word.as_str()).unwrap_or_default();
        let numbered = words.get(..n).unwrap_or_default().iter().any(|(_, word)| is_number_word(word));
        if let Some((said, two)) = means(word, next, marked || numbered, n) {
            let place = if two { words.get(n + 1).map_or(*place, |(place, _)| *place) } else { *place };
            return Some((said, from + line + place));
        }
        if n > 0 && said_only_near(word) {
            return None;
        }
    }
    None
}

/// The words before the number, the nearest first, in lower case without dots and hyphens, each with its place.
fn words_back(near: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut end = None;
    let signs = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '\'' | '’' | '/'));
    for (at, c) in near.char_indices().rev() {
        if signs(c) {
            push_word(near, at + c.len_utf8(), end.take(), &mut words);
            if matches!(c, '!' | '?' | ';') || words.len() >= MOST_WORDS {
                return words;
            }
        } else {
            end = end.or(Some(at + c.len_utf8()));
        }
    }
    push_word(near, 0, end, &mut words);
    words
}

fn push_word(near: &str, start: usize, end: Option<usize>, words: &mut Vec<(usize, String)>) {
    let Some(word) = end.and_then(|end| near.get(start..end)) else { return };
    let bare: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if !bare.is_empty() {
        words.push((start, bare));
    }
}

/// What a word means with the word before it; whether both are needed.
fn means(word: &str, before: &str, marked: bool, distance: usize) -> Option<(Said, bool)> {
    let near = distance <= 3;
    if is_number_word(word) && before == "security" {
        return Some((Said::Social, true));
    }
    if near && is_number_word(word) && OF_RECORDS.contains(&before) {
        return Some((Said::Record, true));
    }
    if near && (RECORDS.contains(&word) || is_compound(word)) || near && marked && MARKED_RECORDS.contains(&word) {
        return Some((Said::Record, false));
    }
    if (distance == 0 || distance == 1 && marked) && ROOMS.contains(&word) {
        return Some((Said::Room, false));
    }
    match word {
        "ssn" => Some((Said::Social, false)),
        "security" if before == "social" => Some((Said::Social, true)),
        _ if CARDS.contains(&word) => Some((Said::Card, false)),
        _ if PHONES.iter().any(|phone| word.starts_with(phone)) || PHONE_WORDS.contains(&word) => {
            Some((Said::Phone, false))
        }
        _ => None,
    }
}

/// Words after which nothing farther back counts.
fn said_only_near(word: &str) -> bool {
    matches!(word, "euro" | "eur" | "uhr" | "usd" | "pounds" | "dollars")
}

fn is_number_word(word: &str) -> bool {
    matches!(word, "number" | "no" | "num" | "nr" | "nummer" | "id" | "code" | "zeichen" | "zahl")
}

/// "fallnummer", "patientennr", "kassenzeichen": any compound that ends so, but for numbers of other things.
fn is_compound(word: &str) -> bool {
    let head =
        ["nummer", "nr", "zeichen", "fallzahl", "patientenid", "patid"].iter().find_map(|end| word.strip_suffix(end));
    head.is_some_and(|head| {
        (head.len() > 2 || word == "fallzahl" || word.ends_with("id"))
            && !NOT_RECORDS.iter().any(|other| head.ends_with(other))
            && (word.len() > head.len() + 2 || OF_RECORDS.iter().any(|of| head.starts_with(of)))
    })
}
