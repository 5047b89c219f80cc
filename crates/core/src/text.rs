//! Places in a text, text folded for searching, and the phrases that word lists are written in.

mod grammar;
mod phrases;
mod places;
mod plain;
mod words;

pub(crate) use grammar::{Line, Source};
pub(crate) use phrases::{Found, Hit, Phrases};
pub(crate) use places::Places;
pub(crate) use plain::Plain;
pub(crate) use words::{Gap, MENTION, URL, Words};

#[cfg(test)]
pub(crate) use grammar::read as read_lists;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A place in a text in Unicode code points: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextSpan {
    /// The first code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
}

impl TextSpan {
    /// The span of code points for a range of byte offsets of `text`, as regex and aho-corasick give them.
    #[must_use]
    pub fn from_bytes(text: &str, bytes: std::ops::Range<usize>) -> Self {
        let count = |to: usize| text.char_indices().take_while(|(at, _)| *at < to).count();
        Self { start: to_u32(count(bytes.start)), end: to_u32(count(bytes.end)) }
    }

    /// The part of `text` that the span names; empty where the span lies outside.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        let byte_of = |n: u32| text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at);
        text.get(byte_of(self.start)..byte_of(self.end)).unwrap_or_default()
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Words of a text, folded so that "Müller", "MUELLER" and "Muller" meet: lower case, no diacritics, ß as ss,
/// and ae, oe, ue as a, o, u (the folding of DIN 5007-2 and of a keyboard without umlauts at once).
pub fn folded_words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|word| !word.is_empty()).map(fold)
}

/// One word folded as [`folded_words`] does.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match (c, out.chars().last()) {
            ('ß', _) => out.push_str("ss"),
            ('ø', _) => out.push('o'),
            ('æ', _) => out.push('a'),
            ('ł', _) => out.push('l'),
            ('e', Some('a' | 'o' | 'u')) => {}
            (c, _) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umlauts_meet_their_spellings() {
        for (one, other) in
            [("Müller", "MUELLER"), ("Müller", "Muller"), ("Straße", "strasse"), ("ﬁeber", "Fieber"), ("Bär", "baer")]
        {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_eq!(folded_words("Herr Dr. Groß-Öhm, 4B!").collect::<Vec<_>>(), ["herr", "dr", "gross", "ohm", "4b"]);
    }

    #[test]
    fn spans_count_code_points() {
        let text = "Grüße, Schwester Anja";
        let at = text.find("Anja").unwrap();
        let span = TextSpan::from_bytes(text, at..at + 4);
        assert_eq!(span, TextSpan { start: 17, end: 21 });
        assert_eq!(span.slice(text), "Anja");
        assert_eq!(TextSpan { start: 90, end: 99 }.slice(text), "");
    }
}
