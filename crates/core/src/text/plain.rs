//! A text as a reader sees it: compatibility forms, look-alike letters and invisible characters undone, and for every
//! byte the code point it came from, so that what is found can be shown in the text as it was written.

use std::ops::Range;

use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, is_combining_mark},
};

use super::TextSpan;

/// The text without disguise, with the way back to the original.
#[derive(Debug)]
pub(crate) struct Plain {
    text: String,
    /// The code point of the original for each byte, and one past the last at the end.
    at: Vec<u32>,
}

impl Plain {
    /// Undoes the disguise of `original` in one pass.
    pub(crate) fn new(original: &str) -> Self {
        let mut plain =
            Self { text: String::with_capacity(original.len()), at: Vec::with_capacity(original.len() + 1) };
        let (mut n, mut rest) = (0u32, original);
        while !rest.is_empty() {
            let ascii = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
            let (run, other) = rest.split_at_checked(ascii).unwrap_or_default();
            let end = n.saturating_add(u32::try_from(ascii).unwrap_or(u32::MAX));
            plain.text.push_str(run);
            plain.at.extend(n..end);
            n = end;
            let mut chars = other.chars();
            if let Some(c) = chars.next() {
                plain.push(c, n);
                n = n.saturating_add(1);
            }
            rest = chars.as_str();
        }
        plain.at.push(n);
        plain
    }

    /// The text without disguise. Case and umlauts are as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the original for a range of bytes of [`Self::text`].
    pub(crate) fn span(&self, bytes: Range<usize>) -> TextSpan {
        let end_of_text = self.at.last().copied().unwrap_or(0);
        let of = |byte: usize| self.at.get(byte).copied().unwrap_or(end_of_text);
        let start = of(bytes.start);
        if bytes.end <= bytes.start {
            return TextSpan { start, end: start };
        }
        // Invisible characters and combining marks after the last letter belong to it: a mask must cover them.
        TextSpan { start, end: of(bytes.end).max(of(bytes.end - 1).saturating_add(1)) }
    }

    fn push(&mut self, c: char, n: u32) {
        if c.is_ascii() || matches!(c, 'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü' | 'ß') {
            return self.put(c, n);
        }
        if is_invisible(c) {
            return;
        }
        if is_combining_mark(c) {
            if let Some(last) = self.text.chars().next_back()
                && let Some(both) = compose(last, c)
            {
                let from = self.text.len() - last.len_utf8();
                let at = self.at.get(from).copied().unwrap_or(n);
                self.text.truncate(from);
                self.at.truncate(from);
                self.put(both, at);
            }
            return;
        }
        for c in std::iter::once(c).nfkc() {
            self.put(look_alike(c), n);
        }
    }

    fn put(&mut self, c: char, n: u32) {
        self.text.push(c);
        self.at.resize(self.text.len(), n);
    }
}

/// Characters that show nothing: zero-width, directional marks, soft hyphen, variation selectors, skin tones, tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The Latin letter or ASCII sign that a character is mistaken for (from Unicode TS 39 confusables, the ones in use).
const fn look_alike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'с' | 'ϲ' => 'c',
        'С' => 'C',
        'ԁ' => 'd',
        'е' | 'ҽ' => 'e',
        'Е' | 'Ε' => 'E',
        'һ' => 'h',
        'Н' | 'Η' => 'H',
        'і' | 'ι' | 'ı' => 'i',
        'І' | 'Ι' => 'I',
        'ј' => 'j',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'к' | 'κ' => 'k',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'о' | 'ο' => 'o',
        'О' | 'Ο' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ѕ' => 's',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'υ' => 'u',
        'ν' => 'v',
        'ѡ' => 'w',
        'х' | 'χ' => 'x',
        'Х' | 'Χ' => 'X',
        'у' => 'y',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        '‘' | '’' | '‛' | '´' | 'ʼ' | '′' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‐'..='―' | '−' => '-',
        '․' => '.',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguise_is_undone_and_leads_back_to_the_original() {
        for (original, plain, find, shown) in [
            ("ich 𝐛𝐫𝐢𝐧𝐠 mich um", "ich bring mich um", "bring", "𝐛𝐫𝐢𝐧𝐠"),
            ("k\u{200b}ill", "kill", "kill", "k\u{200b}ill"),
            ("tel ０１２３", "tel 0123", "0123", "０１２３"),
            ("Mu\u{308}ller ist da", "Müller ist da", "Müller", "Mu\u{308}ller"),
            ("раin", "pain", "pain", "раin"),
            ("don’t…", "don't...", "don't", "don’t"),
            ("a ﬁne day", "a fine day", "fine", "ﬁne"),
        ] {
            let read = Plain::new(original);
            assert_eq!(read.text(), plain);
            let at = read.text().find(find).unwrap();
            assert_eq!(read.span(at..at + find.len()).slice(original), shown);
        }
    }
}
