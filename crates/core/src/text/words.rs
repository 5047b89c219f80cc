//! A text cut into words, folded for comparing: lower case, ä as ae, no accents, no apostrophes. Links and handles are
//! one word each, so that their letters mean nothing.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Plain, TextSpan};

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// A space or hyphen.
    None,
    /// A comma, colon, bracket or three dots.
    Soft,
    /// The end of a sentence or a line.
    Hard,
}

/// One word.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// Its bytes in [`Words::stream`].
    pub(crate) stream: Range<usize>,
    /// Its bytes in the plain text.
    pub(crate) plain: Range<usize>,
    /// What stands before it.
    pub(crate) gap: Gap,
    /// Digits alone.
    pub(crate) is_number: bool,
    /// Starts with a capital.
    pub(crate) is_capital: bool,
    /// What ends the sentence after it is a question mark.
    pub(crate) asked: bool,
}

/// The words of a text.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    plain: &'a Plain,
    words: Vec<Word>,
    stream: String,
}

/// The word that stands for a link.
pub(crate) const URL: &str = "<url>";
/// The word that stands for somebody's handle.
pub(crate) const MENTION: &str = "<mention>";

impl<'a> Words<'a> {
    /// Cuts a text.
    pub(crate) fn new(plain: &'a Plain) -> Self {
        let mut cutter = Cutter {
            text: plain.text(),
            at: 0,
            gap: Gap::Hard,
            words: Vec::with_capacity(plain.text().len() / 5),
            stream: String::with_capacity(plain.text().len() + 16),
            since_border: 0,
        };
        cutter.stream.push(' ');
        while cutter.next_word() {}
        Self { plain, words: cutter.words, stream: cutter.stream }
    }

    /// The words in order.
    pub(crate) fn all(&self) -> &[Word] {
        &self.words
    }

    /// All folded words with one space before, between and after.
    pub(crate) fn stream(&self) -> &str {
        &self.stream
    }

    /// The folded word with this number; empty past the end.
    pub(crate) fn folded(&self, n: usize) -> &str {
        self.words.get(n).and_then(|word| self.stream.get(word.stream.clone())).unwrap_or_default()
    }

    /// The place of a range of words in the original text.
    pub(crate) fn span(&self, words: Range<usize>) -> TextSpan {
        let first = self.words.get(words.start).map_or(0, |word| word.plain.start);
        let last = words.end.checked_sub(1).and_then(|n| self.words.get(n)).map_or(first, |word| word.plain.end);
        self.plain.span(first..last)
    }

    /// The number of the word that holds this byte of the plain text, or of the last one before it.
    pub(crate) fn at_byte(&self, byte: usize) -> usize {
        self.words.partition_point(|word| word.plain.start <= byte).saturating_sub(1)
    }

    /// The range of words of the sentence around word `n`.
    pub(crate) fn sentence(&self, n: usize) -> Range<usize> {
        let hard = |word: &Word| word.gap == Gap::Hard;
        let start = self.words.get(..=n).and_then(|upto| upto.iter().rposition(hard)).unwrap_or(0);
        let end = self.words.get(n + 1..).and_then(|rest| rest.iter().position(hard));
        start..end.map_or(self.words.len(), |more| n + 1 + more)
    }
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
    gap: Gap,
    words: Vec<Word>,
    stream: String,
    since_border: usize,
}

/// After so many words without an end a sentence ends all the same, so that no look at a sentence costs more.
const LONGEST_SENTENCE: usize = 200;

impl Cutter<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Cuts the next word, if there is one.
    fn next_word(&mut self) -> bool {
        while let Some(c) = self.rest().chars().next() {
            if c.is_alphanumeric() {
                match link_length(self.rest()) {
                    Some(length) => self.put_whole(length, URL),
                    None => self.put_word(),
                }
                return true;
            }
            if c == '@'
                && let Some(length) = handle_length(self.rest())
            {
                self.put_whole(length, MENTION);
                return true;
            }
            if is_picture(c) {
                let from = self.at;
                self.at += c.len_utf8();
                let stream = self.stream.len();
                self.stream.push(c);
                self.finish(from, stream);
                return true;
            }
            self.pass(c);
        }
        false
    }

    /// Goes past a sign between words and notes what it means for the sentence.
    fn pass(&mut self, c: char) {
        let gap = match c {
            '!' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Gap::Hard,
            '?' => {
                if let Some(word) = self.words.last_mut() {
                    word.asked = true;
                }
                Gap::Hard
            }
            ';' => Gap::Hard,
            '.' => self.full_stop(),
            '|' => Gap::Hard,
            ',' | ':' | '(' | ')' | '"' | '[' | ']' | '/' => Gap::Soft,
            _ => Gap::None,
        };
        self.gap = self.gap.max(gap);
        self.at += c.len_utf8();
    }

    /// Whether a full stop ends a sentence: not after a number, an initial or a usual abbreviation, not in "...".
    fn full_stop(&self) -> Gap {
        let rest = self.rest();
        let before = self.text.get(..self.at).unwrap_or_default();
        if before.ends_with('.') || rest.starts_with("..") {
            return Gap::Soft;
        }
        if rest.chars().nth(1).is_some_and(|c| c.is_alphanumeric() || c == '-') {
            return Gap::Soft;
        }
        let last = self.words.last().and_then(|word| self.stream.get(word.stream.clone())).unwrap_or_default();
        let short = last.len() == 1 && last.chars().all(char::is_alphabetic) && last != "i";
        if short || last.bytes().all(|b| b.is_ascii_digit()) || ABBREVIATIONS.contains(&last) {
            Gap::Soft
        } else {
            Gap::Hard
        }
    }

    fn put_word(&mut self) {
        let (from, stream) = (self.at, self.stream.len());
        let text = self.text;
        self.put_ascii();
        let base = self.at;
        let goes_on = |byte: &u8| !byte.is_ascii() || matches!(byte, b'\'' | b'`' | b'*');
        if !text.as_bytes().get(base).is_some_and(goes_on) {
            return self.finish(from, stream);
        }
        let mut chars = text.get(base..).unwrap_or_default().char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            self.at = base + offset;
            let next = chars.peek().map(|(_, c)| *c);
            if c.is_alphanumeric() {
                self.put_letter(c);
            } else if (c == '\'' || c == '`') && next.is_some_and(char::is_alphabetic) {
                // "We're" must not read as "were".
                let rest = text.get(base + offset + c.len_utf8()..).unwrap_or_default();
                let said = self.stream.get(stream..).unwrap_or_default();
                if said == "we" && rest.get(..2).is_some_and(|rest| rest.eq_ignore_ascii_case("re")) {
                    self.stream.push('a');
                }
            } else if c == '*' && next.is_some_and(|c| c.is_alphabetic() || c == '*') {
                self.stream.push('+');
            } else {
                return self.finish(from, stream);
            }
            self.at = base + offset + c.len_utf8();
        }
        self.finish(from, stream);
    }

    /// Puts the letters and digits of ASCII that come next, most words whole.
    fn put_ascii(&mut self) {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let run = self.text.get(self.at..self.at + length).unwrap_or_default();
        let from = self.stream.len();
        self.stream.push_str(run);
        if let Some(put) = self.stream.get_mut(from..) {
            put.make_ascii_lowercase();
        }
        self.at += length;
    }

    fn put_letter(&mut self, c: char) {
        match c {
            'a'..='z' | '0'..='9' => self.stream.push(c),
            'A'..='Z' => self.stream.push(c.to_ascii_lowercase()),
            'ä' | 'Ä' => self.stream.push_str("ae"),
            'ö' | 'Ö' => self.stream.push_str("oe"),
            'ü' | 'Ü' => self.stream.push_str("ue"),
            'ß' | 'ẞ' => self.stream.push_str("ss"),
            'ø' | 'Ø' => self.stream.push('o'),
            'ł' | 'Ł' => self.stream.push('l'),
            _ => self
                .stream
                .extend(std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)),
        }
    }

    fn put_whole(&mut self, length: usize, word: &str) {
        let (from, stream) = (self.at, self.stream.len());
        self.at += length;
        self.stream.push_str(word);
        self.finish(from, stream);
    }

    fn finish(&mut self, from: usize, stream: usize) {
        let folded = self.stream.get(stream..).unwrap_or_default();
        let is_number = folded.bytes().all(|b| b.is_ascii_digit());
        let is_capital = self.text.get(from..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
        let end = self.stream.len();
        self.stream.push(' ');
        self.since_border = if self.gap == Gap::Hard { 0 } else { self.since_border + 1 };
        let gap = if self.words.is_empty() || self.since_border >= LONGEST_SENTENCE { Gap::Hard } else { self.gap };
        if gap == Gap::Hard {
            self.since_border = 0;
        }
        self.words.push(Word { stream: stream..end, plain: from..self.at, gap, is_number, is_capital, asked: false });
        self.gap = Gap::None;
    }
}

/// Words after which a full stop ends nothing, folded.
const ABBREVIATIONS: &[&str] = &[
    "dr", "prof", "mr", "mrs", "ms", "mx", "st", "nr", "no", "hr", "fr", "geb", "ca", "bzw", "tel", "str", "vs",
    "approx", "rev", "sr", "jr", "med", "dipl", "ing", "bsp", "evtl", "ggf", "inkl", "usw", "etc", "jan", "feb", "aug",
    "sep", "sept", "okt", "oct", "nov", "dez", "dec", "pfl",
];

/// Emoji and pictographs: a word of their own.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// How many bytes of `rest` are a link; `None` where it starts with none. Only its head is looked at to tell, so that a
/// long run without spaces is not read again from each of its words.
fn link_length(rest: &str) -> Option<usize> {
    let mut near = rest.bytes().take(256).take_while(|byte| !byte.is_ascii_whitespace());
    if !near.any(|byte| matches!(byte, b'.' | b':')) {
        return None;
    }
    let cut = rest.char_indices().map(|(at, _)| at).take_while(|at| *at < 256).last().unwrap_or(0);
    let head = first_run(rest.get(..cut + 1).unwrap_or(rest));
    let starts = |scheme: &str| head.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if starts("http://") || starts("https://") || starts("www.") || is_bare_host(head) {
        let trimmed = first_run(rest).trim_end_matches(['.', ',', '!', '?', ';', ':', '\'']);
        return (!trimmed.is_empty()).then_some(trimmed.len());
    }
    None
}

/// Up to the first space or closing sign.
fn first_run(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ')' | ']' | '|')).next().unwrap_or_default()
}

/// Whether a word is an address without scheme, such as `klinik.example.org/parken`. Mail addresses are not.
fn is_bare_host(word: &str) -> bool {
    let host = word.split(['/', '?', '#']).next().unwrap_or_default().trim_end_matches(['.', ',', '!', ':', ';']);
    let Some((name, top)) = host.rsplit_once('.') else {
        return false;
    };
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && TOP_LEVEL.iter().any(|one| top.eq_ignore_ascii_case(one))
}

const TOP_LEVEL: &[&str] = &[
    "org", "com", "net", "de", "at", "ch", "uk", "eu", "info", "gov", "edu", "health", "io", "me", "ly", "example",
    "to",
];

fn handle_length(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix('@').filter(|name| name.starts_with(|c: char| c.is_alphanumeric() || c == '_'))?;
    let length = name
        .char_indices()
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@')))
        .map_or(name.len(), |(at, _)| at);
    let trimmed = name.get(..length)?.trim_end_matches(['.', '-', '@']);
    (!trimmed.is_empty()).then_some(1 + trimmed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let plain = Plain::new(text);
        let words = Words::new(&plain);
        let sign = |gap: Gap| match gap {
            Gap::None => " ",
            Gap::Soft => " , ",
            Gap::Hard => " . ",
        };
        (0..words.all().len()).map(|n| format!("{}{}", sign(words.all()[n].gap), words.folded(n))).collect()
    }

    #[test]
    fn words_are_folded_and_sentences_end_where_a_reader_ends_them() {
        for (text, expect) in [
            ("Dr. Weber half mir. Danke!", " . dr , weber half mir . danke"),
            ("Don't go… please", " . dont go , please"),
            ("We're here, WE’RE open, we were", " . weare here , weare open , we were"),
            ("Müßte heute? Ja 😀👍🏽", " . muesste heute . ja 😀 👍"),
            ("siehe https://a.org/x?y=1, ok", " . siehe <url> , ok"),
            ("example.org/parken. Gut", " . <url> . gut"),
            ("@klinik_x hallo", " . <mention> hallo"),
            ("am 3. Mai um 8.30 Uhr", " . am 3 , mai um 8 , 30 uhr"),
            ("s*icide", " . s+icide"),
        ] {
            assert_eq!(cut(text), expect, "{text}");
        }
    }
}
