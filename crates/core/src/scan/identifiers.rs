//! Numbers and addresses that point to a person, in incoming and outgoing text: by form and check digit where there is
//! one, by the word before them where there is none.

use std::ops::Range;

use regex::Regex;

use super::{
    ages,
    dates::{self, Sure},
    numbers,
    patterns::{DATE_WORDS, IP6, LINK_WITH_ID, LINKS, MAIL, PLATE, POSTCODE, STREET, is_shortened},
    runs,
};
use crate::text::{Plain, TextSpan};

/// What an identifier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// A mail address, also written with "at" and "dot".
    Email,
    /// A telephone number.
    Phone,
    /// A bank account.
    Iban,
    /// A payment card.
    Card,
    /// A number of a health insurance or a social insurance (KVNR, NHS, MBI, SSN, pension, Austrian).
    Insurance,
    /// A tax id.
    TaxId,
    /// A case, patient, record, policy or file number, by the word before it.
    Record,
    /// A room, bed or ward with its number.
    Room,
    /// A date of birth, admission, discharge or death, by the word before it.
    Date,
    /// An age over 89 (45 CFR 164.514(b)(2)(i)(C)).
    Age,
    /// A link that holds a number or key.
    Link,
    /// A licence plate.
    Plate,
    /// A street with a number.
    Street,
}

impl IdKind {
    /// The word for evidence and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Iban => "iban",
            Self::Card => "credit_card",
            Self::Insurance => "insurance_number",
            Self::TaxId => "tax_id",
            Self::Record => "record_number",
            Self::Room => "room",
            Self::Date => "date",
            Self::Age => "age",
            Self::Link => "link_with_id",
            Self::Plate => "licence_plate",
            Self::Street => "street",
        }
    }
}

/// An identifier with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdFound {
    /// What it is.
    pub kind: IdKind,
    /// Where it is, in code points of the original text.
    pub span: TextSpan,
    /// Where it is in the plain text, in bytes, with the words that say what it is.
    pub(crate) bytes: Range<usize>,
}

/// Which number it is, for a scan: finer than [`IdKind`] where the rows tell more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Id,
    Card,
    Ssn,
    Iban,
    Phone,
    Email,
    Link,
    Ip,
    Address,
    Date,
    Age,
    Zip,
}

/// What a rule found in the plain text.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) kind: IdKind,
    pub(super) sort: Sort,
    /// The number or address alone.
    pub(super) bytes: Range<usize>,
    /// Where the words begin that say what it is.
    pub(super) from: usize,
    /// Whether it counts by itself; else it is a hint for the sequence model.
    pub(super) sure: bool,
}

/// All identifiers of a text that count by themselves, by place.
pub(crate) fn find(plain: &Plain) -> Vec<IdFound> {
    let text = plain.text();
    let counts = |mark: &Mark| {
        mark.sure
            && match mark.sort {
                Sort::Zip => false,
                Sort::Date => mark.from < mark.bytes.start,
                Sort::Age => {
                    text.get(mark.bytes.clone()).and_then(|age| age.parse().ok()).is_some_and(|age: u32| age > 89)
                }
                Sort::Link => LINK_WITH_ID
                    .as_ref()
                    .is_some_and(|with| text.get(mark.bytes.clone()).is_some_and(|link| with.is_match(link))),
                _ => true,
            }
    };
    let found = marks(text).0.into_iter().filter(counts);
    found
        .map(|mark| {
            let bytes = mark.from..mark.bytes.end;
            IdFound { kind: mark.kind, span: plain.span(bytes.clone()), bytes }
        })
        .collect()
}

/// Everything the rules see in a plain text, by place. What one rule takes, no later one takes.
///
/// The second part are long numbers that the rules refuse.
pub(super) fn marks(text: &str) -> (Vec<Mark>, Vec<Range<usize>>) {
    let mut marks = Marks { text, found: Vec::new(), taken: Vec::new(), refused: Vec::new() };
    if may_hold_mail(text) {
        marks.take_all(&MAIL, IdKind::Email, Sort::Email);
    }
    if text.contains("://") || text.contains("www.") || text.contains("WWW.") {
        marks.links();
    }
    if text.bytes().any(|b| b.is_ascii_digit()) {
        marks.with_digits();
    }
    marks.found.sort_unstable_by_key(|mark| mark.bytes.start);
    (marks.found, marks.refused)
}

/// A cheap look before the costly ones: nearly every English text holds the letters "at".
fn may_hold_mail(text: &str) -> bool {
    let spelled = |sign: &str| text.contains(sign);
    text.as_bytes().contains(&b'@')
        || [
            "(at",
            "[at",
            "{at",
            "<at",
            "(AT",
            "[AT",
            "(ät",
            "[ät",
            " dot ",
            " punkt ",
            " DOT ",
            " Punkt ",
            "lammeraffe",
        ]
        .into_iter()
        .any(spelled)
}

/// What is found, and which bytes it takes.
struct Marks<'a> {
    text: &'a str,
    found: Vec<Mark>,
    taken: Vec<bool>,
    refused: Vec<Range<usize>>,
}

impl Marks<'_> {
    fn is_taken(&self, range: &Range<usize>) -> bool {
        self.taken.get(range.clone()).is_some_and(|bytes| bytes.contains(&true))
    }

    fn put(&mut self, mark: Mark) {
        if self.is_taken(&mark.bytes) {
            return;
        }
        if mark.sure {
            self.taken.resize(self.text.len(), false);
            if let Some(bytes) = self.taken.get_mut(mark.bytes.clone()) {
                bytes.fill(true);
            }
        }
        self.found.push(mark);
    }

    fn take_all(&mut self, patterns: &[Regex], kind: IdKind, sort: Sort) {
        for pattern in patterns {
            self.take(Some(pattern), kind, sort);
        }
    }

    fn take(&mut self, pattern: Option<&Regex>, kind: IdKind, sort: Sort) {
        let Some(pattern) = pattern else { return };
        for found in pattern.find_iter(self.text) {
            let starts_word = !found.as_str().starts_with(char::is_alphanumeric)
                || !self.text.get(..found.start()).is_some_and(|before| before.ends_with(char::is_alphanumeric));
            if starts_word {
                self.put(Mark { kind, sort, bytes: found.range(), from: found.start(), sure: true });
            }
        }
    }

    fn links(&mut self) {
        let Some(links) = LINKS.as_ref() else { return };
        for found in links.find_iter(self.text) {
            let length =
                found.as_str().trim_end_matches(['.', ',', '!', '?', ';', ':', '\'', '"', ')', ']', '…']).len();
            let sure = !is_shortened(found.as_str());
            let bytes = found.start()..found.start() + length;
            self.put(Mark { kind: IdKind::Link, sort: Sort::Link, from: bytes.start, bytes, sure });
        }
    }

    fn with_digits(&mut self) {
        let text = self.text;
        let runs = runs::cut(text);
        let (dates, mut letter) = (dates::find(text, &runs), None);
        for (bytes, sure) in dates {
            let from = date_said_from(text, bytes.start);
            let mut in_letter = || *letter.get_or_insert_with(|| dates::is_letter(text));
            let sure = match sure {
                Sure::Whole => true,
                Sure::Partial => from < bytes.start || in_letter(),
                Sure::InLetters => in_letter(),
                Sure::Hint => false,
            };
            self.put(Mark { kind: IdKind::Date, sort: Sort::Date, bytes, from, sure });
        }
        if text.matches(':').count() >= 3 {
            self.take(IP6.as_ref(), IdKind::Link, Sort::Ip);
        }
        self.take(STREET.as_ref(), IdKind::Street, Sort::Address);
        for bytes in ages::all(text, &runs) {
            self.put(Mark { kind: IdKind::Age, sort: Sort::Age, from: bytes.start, bytes, sure: true });
        }
        self.take(PLATE.as_ref(), IdKind::Plate, Sort::Id);
        let (hits, refused) = numbers::find(text, &runs, &|range| self.is_taken(range));
        self.refused = refused;
        for (kind, sort, bytes, from) in hits {
            self.put(Mark { kind, sort, bytes, from, sure: true });
        }
        self.take(POSTCODE.as_ref(), IdKind::Street, Sort::Zip);
    }
}

/// Where the words begin that say that a date is of somebody's life or care; `start` where none do.
fn date_said_from(text: &str, start: usize) -> usize {
    let from = (start.saturating_sub(24)..=start).find(|from| text.is_char_boundary(*from)).unwrap_or(start);
    let near = text.get(from..start).unwrap_or_default();
    let said = DATE_WORDS.as_ref().and_then(|words| words.find_iter(near).last());
    let Some(said) = said.filter(|said| said.end() == near.len()) else { return start };
    let lead = said.as_str().find(|c: char| c.is_alphabetic() || c == '*').unwrap_or(0);
    from + said.start() + lead
}

/// The text without separators.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let plain = Plain::new(text);
        let found = find(&plain);
        let seen: Vec<_> = found.iter().map(|one| (one.kind.as_str(), one.span.slice(text))).collect();
        assert_eq!(seen, expect, "{text}");
    }

    #[test]
    fn identifiers_are_found_as_written() {
        check("mail me: jo.doe@example.org!", &[("email", "jo.doe@example.org")]);
        check("jo (at) example (dot) org", &[("email", "jo (at) example (dot) org")]);
        check("jo at example dot org", &[("email", "jo at example dot org")]);
        check("I was at home. Then", &[]);
        check("look at example.org", &[]);
        check("ruf an: 0170 1234567", &[("phone", "0170 1234567")]);
        check("+49 (0)89 1234-567 bitte", &[("phone", "+49 (0)89 1234-567")]);
        check("０１７０ １２３４５６７", &[("phone", "０１７０ １２３４５６７")]);
        check("0\u{200b}170 1234567", &[("phone", "0\u{200b}170 1234567")]);
        check("call 555-0100 or (212) 555-0123", &[("phone", "555-0100"), ("phone", "(212) 555-0123")]);
        check("116 117 und 0800 111 0 111", &[]);
        check("am 03.04.2026 um 8.30 Uhr", &[]);
        check("DE89 3704 0044 0532 0130 00", &[("iban", "DE89 3704 0044 0532 0130 00")]);
        check("4111 1111 1111 1111", &[("credit_card", "4111 1111 1111 1111")]);
        check("4111 1111 1111 1112", &[]);
        check("KVNR A123456780", &[("insurance_number", "A123456780")]);
        check("meine Karte A123456780", &[("insurance_number", "A123456780")]);
        check("A123456781", &[]);
        check("943 476 5919", &[("insurance_number", "943 476 5919")]);
        check("078-05-1120", &[("insurance_number", "078-05-1120")]);
        check("86 095 742 719", &[("tax_id", "86 095 742 719")]);
        check("Fallnummer 4711-08, geb. 3.4.61", &[("record_number", "Fallnummer 4711-08"), ("date", "geb. 3.4.61")]);
        check("Case number 4711-08, born 3.4.61", &[("record_number", "Case number 4711-08"), ("date", "born 3.4.61")]);
        check("in Zimmer 312 liegt", &[("room", "Zimmer 312")]);
        check("ward 4B", &[("room", "ward 4B")]);
        check("she is a 93-year-old", &[("age", "93")]);
        check(
            "https://portal.example.org/p?patient=88x1",
            &[("link_with_id", "https://portal.example.org/p?patient=88x1")],
        );
        check("https://example.org/parking", &[]);
        check("12 Mill Lane", &[("street", "12 Mill Lane")]);
        check("Lindenstraße 4a", &[("street", "Lindenstraße 4a")]);
        check("we have 24 beds and 3 wards", &[]);
    }
}
