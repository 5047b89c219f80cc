//! Letters typed or read for digits they look like: O for 0, I and l for 1. They count only where a check digit, a fixed form
//! or the form of a telephone number then fits.

use super::{
    checks,
    numbers::{Hit, Number},
    runs::Run,
};

/// The digit that a letter looks like.
pub(super) const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'O' | b'o' => Some(b'0'),
        b'I' | b'l' | b'L' => Some(b'1'),
        _ => None,
    }
}

/// Whether a word may be a group of digits: "OOOI".
pub(super) fn is_group(word: &str) -> bool {
    (2..=4).contains(&word.len()) && word.bytes().all(|b| digit(b).is_some()) && !word.eq_ignore_ascii_case("lol")
}

/// Whether a text in capitals is an account with letters where digits belong; most of it are digits.
pub(super) fn is_iban(compact: &str) -> bool {
    compact.bytes().filter(u8::is_ascii_digit).count() * 2 > compact.len() && checks::is_iban(&mapped(compact, 0..2))
}

/// Reads a number that has letters where digits belong; `said`: words around it speak of a telephone.
pub(super) fn read(number: &Number<'_>, said: bool) -> Option<Hit> {
    let compact = number.compact.as_str();
    let some = compact.is_ascii() && compact.bytes().any(|b| digit(b).is_some());
    if !some || number.digits.len() < 4 || number.digits.len() == compact.len() {
        return None;
    }
    let letters = || compact.bytes().enumerate().filter(|(_, b)| b.is_ascii_alphabetic()).map(|(n, _)| n);
    // An insurance number begins with a letter, a pension number has one in ninth place: it may be an O or I of its own.
    let own = match compact.len() {
        10 => Some(0),
        12 => Some(8),
        _ => None,
    };
    if let Some(own) = own {
        if letters().eq([own]) {
            return None;
        }
        let kept = with(number, own..own + 1, |number| number.by_itself());
        if kept.is_some() {
            return kept;
        }
    }
    // An insurance number with a wrong check digit is no health number of another country by chance.
    let starts_with_letter = compact.len() == 10 && compact.starts_with(|c: char| c.is_ascii_alphabetic());
    with(number, 0..0, |number| {
        if starts_with_letter {
            return said.then(|| number.phone(true)).flatten();
        }
        let digits_alone = number.digits.len() == number.compact.len();
        number.by_itself().or_else(|| digits_alone.then(|| number.phone(said)).flatten())
    })
}

/// What `reading` makes of the number with digits for letters, but for those in `kept`.
fn with(
    number: &Number<'_>,
    kept: std::ops::Range<usize>,
    reading: impl FnOnce(&Number<'_>) -> Option<Hit>,
) -> Option<Hit> {
    let compact = mapped(&number.compact, kept);
    let mut at = 0;
    let count = |run: &Run| {
        let length = run.digits + run.letters;
        let digits = compact.get(at..at + length).map_or(0, |part| part.bytes().filter(u8::is_ascii_digit).count());
        at += length;
        Run { digits, letters: length - digits, ..*run }
    };
    let runs: Vec<Run> = number.runs.iter().map(count).collect();
    let digits = compact.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    reading(&Number { text: number.text, runs: &runs, bytes: number.bytes.clone(), compact, digits })
}

fn mapped(compact: &str, kept: std::ops::Range<usize>) -> String {
    let map = |(n, c): (usize, char)| match u8::try_from(c).ok().and_then(digit) {
        Some(digit) if !kept.contains(&n) => char::from(digit),
        _ => c,
    };
    compact.chars().enumerate().map(map).collect()
}
