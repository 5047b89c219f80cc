//! Looks for the people of a list in a text: every pair of words up to two apart, every group of digits.

use std::ops::Range;

use super::{
    People,
    words::{self, Group, Word, is_common},
};

/// What of a person was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// A given and a family name.
    Name,
    /// A number.
    Number,
}

/// A place where a text names somebody of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub what: What,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
}

/// How many groups a number is written in at most, where it is not all there is.
const MOST_GROUPS: usize = 6;

pub(super) fn holds_name(people: &People, name: &[&str]) -> bool {
    let words: Vec<Word> = name.iter().flat_map(|part| words::of_names(part)).collect();
    let mut held = false;
    for (n, one) in words.iter().enumerate() {
        for other in words.iter().skip(n + 1) {
            held |= people.holds(people.key.pair(&one.folded, &other.folded));
        }
    }
    held
}

impl People {
    /// Where a text names people of the list, by place; none lies over another of its kind. What is looked up, and how
    /// often, follows from the text alone. The text should be without disguise (NFKC, no invisible characters).
    ///
    /// `is_like` says whether two words, as written, are like somebody's given and family name in either order: such words
    /// are found whether listed or not, and so are numbers of seven digits, so that being found tells nothing.
    #[must_use]
    pub fn find(&self, text: &str, is_like: impl Fn(&str, &str) -> bool) -> Vec<Hit> {
        let words = words::of_names(text);
        let mut hits = spans(&words, &self.names(text, &words, is_like));
        let groups = words::groups(text);
        hits.extend(self.numbers(text, &groups));
        hits.sort_by_key(|hit| hit.bytes.start);
        hits
    }

    /// For each word how many of the words after it belong to a name that begins with it.
    fn names(&self, text: &str, words: &[Word], is_like: impl Fn(&str, &str) -> bool) -> Vec<u8> {
        let written = |n: usize| words.get(n).and_then(|word| text.get(word.bytes.clone())).unwrap_or_default();
        let mut reach = vec![0_u8; words.len()];
        for (n, reach) in reach.iter_mut().enumerate() {
            let like = is_like(written(n), written(n + 1));
            let near = (self.pair(words, n, 1) | like)
                & may_be(words, n, 1)
                & !names_a_thing(text, words.get(n), words.get(n + 1));
            let far = self.pair(words, n, 2) & may_be(words, n, 2) & is_together(words, n);
            *reach = u8::from(near).max(2 * u8::from(far));
        }
        reach
    }

    /// Whether the word `n` and the one `apart` words later are somebody's, also with an s at its end that is none of
    /// the name ("Anna Müllers Akte").
    fn pair(&self, words: &[Word], n: usize, apart: usize) -> bool {
        let (Some(one), Some(other)) = (words.get(n), words.get(n + apart)) else { return false };
        let mut held = self.holds(self.key.pair(&one.folded, &other.folded));
        if let Some(stem) = other.folded.strip_suffix('s').filter(|stem| stem.len() >= 3) {
            held |= self.holds(self.key.pair(&one.folded, stem));
        }
        held
    }

    fn numbers(&self, text: &str, groups: &[Group]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut looked = Vec::new();
        for first in 0..groups.len() {
            looked.extend(windows(groups, first).map(|last| (first, last)));
        }
        for (first, last) in looked {
            let (Some(from), Some(to)) = (groups.get(first), groups.get(last)) else { continue };
            let bytes = from.bytes.start..to.bytes.end;
            let written = text.get(bytes.clone()).unwrap_or_default();
            let is_like = first == last && is_long(written);
            if self.holds_number(written) | is_like {
                match hits.last_mut() {
                    Some(before) if before.bytes.end > bytes.start => {
                        before.bytes.end = before.bytes.end.max(bytes.end)
                    }
                    _ => hits.push(Hit { what: What::Number, bytes }),
                }
            }
        }
        hits
    }
}

/// The last groups of the numbers that may begin with `first`: up to six groups, and the whole run where it begins one.
fn windows(groups: &[Group], first: usize) -> impl Iterator<Item = usize> {
    let joined = groups.get(first + 1..).unwrap_or_default().iter().take_while(|group| group.joins).take(24).count();
    let begins_run = !groups.get(first).is_some_and(|group| group.joins);
    let whole = (begins_run && joined >= MOST_GROUPS).then_some(first + joined);
    let some = first..=first + joined.min(MOST_GROUPS - 1);
    let holds_digit =
        move |last: &usize| groups.get(first..=*last).unwrap_or_default().iter().any(|group| group.has_digit);
    some.chain(whole).filter(holds_digit).collect::<Vec<_>>().into_iter()
}

/// Whether two words may be one name: in one sentence, and with capitals where one of them is mostly no name ("will").
fn may_be(words: &[Word], n: usize, apart: usize) -> bool {
    let (Some(one), Some(other)) = (words.get(n), words.get(n + apart)) else { return false };
    let begins = words.get(n + 1..=n + apart).unwrap_or_default().iter().any(|word| word.begins);
    let is_common = is_common(&one.folded) | is_common(&other.folded);
    !begins & (!is_common | (one.is_capital & other.is_capital))
}

/// Whether two words are the beginning of a longer compound: "Paul-Ehrlich-Institut" is no person.
fn names_a_thing(text: &str, one: Option<&Word>, other: Option<&Word>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let after =
        text.get(other.bytes.end..).and_then(|rest| rest.strip_prefix('-')).and_then(|rest| rest.chars().next());
    text.get(one.bytes.end..other.bytes.start) == Some("-") && after.is_some_and(char::is_uppercase)
}

/// Whether a number is so long that it is somebody's or some thing's, never an amount.
fn is_long(written: &str) -> bool {
    written.len() >= LONG && written.bytes().all(|byte| byte.is_ascii_digit())
}

const LONG: usize = 7;

/// Whether three words may be one name with a middle name: all with capitals. In small letters two words with any word
/// between them are rarely one.
fn is_together(words: &[Word], n: usize) -> bool {
    words.get(n..n + 3).unwrap_or_default().iter().all(|word| word.is_capital)
}

/// The places of names, those that touch made one.
fn spans(words: &[Word], reach: &[u8]) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut last_word = None;
    for (n, more) in reach.iter().enumerate().filter(|(_, more)| **more > 0) {
        let last = n + usize::from(*more);
        let (Some(from), Some(to)) = (words.get(n), words.get(last)) else { continue };
        match hits.last_mut() {
            Some(before) if last_word >= Some(n) => before.bytes.end = before.bytes.end.max(to.bytes.end),
            _ => hits.push(Hit { what: What::Name, bytes: from.bytes.start..to.bytes.end }),
        }
        last_word = last_word.max(Some(last));
    }
    hits
}
