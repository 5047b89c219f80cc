//! The private door in values: the code that proves an account, for whom somebody writes, what they claim and what they
//! consent to, and the kinds of files that are taken. Nothing here says whether a patient exists.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// For whom somebody writes at the door.
    SpeaksFor {
        /// For themselves.
        Myself = "myself",
        /// For their child.
        Child = "child",
        /// For somebody they care for, or a relative.
        Relative = "relative",
    }
}

words! {
    /// What a person can consent to, each by itself.
    Purpose {
        /// That their account is linked to their record.
        Link = "link",
        /// That their care team sees the conversation.
        CareTeam = "care_team",
        /// That the house contacts them at the door.
        Contact = "contact",
    }
}

words! {
    /// How far the link of an account to a record has come.
    LinkLevel {
        /// The person says so, by something that others may know too. Nothing is shown or filed.
        Claimed = "claimed",
        /// A named member of staff has confirmed it.
        Confirmed = "confirmed",
        /// A member of staff has refused it.
        Refused = "refused",
        /// The person has undone it.
        Undone = "undone",
    }
}

words! {
    /// What a person names their record by.
    IdentifierKind {
        /// The hospital's patient number.
        Mrn = "mrn",
        /// The number of a stay.
        CaseNumber = "case_number",
        /// The German health insurance number (SGB V § 290).
        Kvnr = "kvnr",
    }
}

words! {
    /// Kinds of files that are taken.
    FileKind {
        /// PDF.
        Pdf = "pdf",
        /// JPEG.
        Jpeg = "jpeg",
        /// PNG.
        Png = "png",
        /// WebP.
        Webp = "webp",
    }
}

/// The largest file that is taken.
pub const FILE_BYTES: usize = 5 * 1024 * 1024;

impl FileKind {
    /// What the first bytes say a file is; its name and what the browser says count for nothing.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"%PDF-") {
            return Some(Self::Pdf);
        }
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            return Some(Self::Jpeg);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        is_webp.then_some(Self::Webp)
    }

    /// The media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// A number that names a record, as it is compared: without spaces, in capitals.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// What kind of number.
    pub kind: IdentifierKind,
    /// The number.
    pub value: String,
}

impl Identifier {
    /// Reads what a person typed; `None`: it can't be such a number, whoever it may belong to.
    #[must_use]
    pub fn read(kind: IdentifierKind, typed: &str) -> Option<Self> {
        let value: String = typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/'));
        let fits = match kind {
            IdentifierKind::Mrn | IdentifierKind::CaseNumber => is_plain && (3..=40).contains(&value.len()),
            // A letter and nine digits; a wrong check digit is for the desk to see, not for the person.
            IdentifierKind::Kvnr => {
                let mut chars = value.chars();
                let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
                letter && value.len() == 10 && chars.all(|c| c.is_ascii_digit())
            }
        };
        fits.then_some(Self { kind, value })
    }
}

/// A day of the calendar, written `YYYY-MM-DD`: a day of birth, or today.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Reads `YYYY-MM-DD` as a browser's field gives it; `None`: there is no such day.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self)
    }

    /// A day of birth of somebody alive on `today`; `None`: it lies ahead, or too far back.
    #[must_use]
    pub fn birth(text: &str, today: Self) -> Option<Self> {
        Self::read(text).filter(|day| *day <= today && day.age(today) <= 130)
    }

    /// How many days lie from this day to `other`; negative where that is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i32 {
        self.0.until(other.0).map_or(0, |span| span.get_days())
    }

    /// Whole years from this day to `today`: the age of who was born on it.
    #[must_use]
    pub fn age(self, today: Self) -> i16 {
        let years = today.0.year() - self.0.year();
        let is_before_birthday = (today.0.month(), today.0.day()) < (self.0.month(), self.0.day());
        years - i16::from(is_before_birthday)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("▒▒")
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("no day of the calendar")
    }
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:▒▒", self.kind.as_str())
    }
}

/// Letters and digits of a code: none that is taken for another, and no vowel, so that no word is taken for a code.
const ALPHABET: [char; 26] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'M', 'P', 'Q', 'R', 'S', 'T', 'V',
    'W', 'X', 'Z',
];

/// How many of them a code has: 26^8 are two hundred thousand millions, and a code is tried five times in a quarter hour.
const CODE_LENGTH: usize = 8;

/// The code that somebody sends from an account to prove that it is theirs.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The code of eight random bytes (or of a keyed hash).
    #[must_use]
    pub fn of(bytes: [u8; 8]) -> Self {
        let mut rest = u64::from_be_bytes(bytes);
        let mut next = || {
            let letter = usize::try_from(rest % 26).ok().and_then(|at| ALPHABET.get(at)).copied();
            rest /= 26;
            letter.unwrap_or('2')
        };
        Self((0..CODE_LENGTH).map(|_| next()).collect())
    }

    /// As it is compared: eight capitals and digits.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.0
    }

    /// The codes that may stand in a text: `K7QM-4XTD`, `k7qm 4xtd` or `K7QM4XTD`. At most eight; nobody needs more.
    #[must_use]
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut before: Option<String> = None;
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = letters(word, CODE_LENGTH);
            match (&word, &before) {
                (Some(whole), _) if whole.len() == CODE_LENGTH => found.push(Self(whole.clone())),
                (Some(half), Some(first)) if half.len() + first.len() == CODE_LENGTH => {
                    found.push(Self(format!("{first}{half}")));
                }
                _ => {}
            }
            before = word.filter(|word| word.len() == CODE_LENGTH / 2);
            if found.len() == 8 {
                break;
            }
        }
        found
    }

    /// What a text says beside the code: without it, without addressing anybody, without links.
    #[must_use]
    pub fn beside(&self, text: &str) -> String {
        let (first, second) = self.0.split_at_checked(CODE_LENGTH / 2).unwrap_or((self.0.as_str(), ""));
        let is_part = |word: &str| {
            let bare: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
            bare == self.0 || bare == first || bare == second || bare.is_empty()
        };
        let is_address =
            |word: &str| word.starts_with('@') || word.starts_with("http://") || word.starts_with("https://");
        let rest = text.split_whitespace().filter(|word| !is_part(word) && !is_address(word));
        rest.collect::<Vec<_>>().join(" ")
    }
}

impl std::fmt::Display for Code {
    /// As people read it: in two halves.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, second) = self.0.split_at_checked(CODE_LENGTH / 2).unwrap_or((self.0.as_str(), ""));
        write!(f, "{first}-{second}")
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("▒▒")
    }
}

/// The word in capitals, if it is made of the alphabet alone and not longer than `most`.
fn letters(word: &str, most: usize) -> Option<String> {
    let word: String = word.chars().flat_map(char::to_uppercase).take(most + 1).collect();
    (word.len() <= most && word.chars().all(|c| ALPHABET.contains(&c))).then_some(word)
}

/// A handle as it is compared: without the leading @, in small letters.
#[must_use]
pub fn handle(typed: &str) -> String {
    typed.trim().trim_start_matches('@').to_lowercase()
}

/// The name in a handle: what stands before the server (`petra` of `petra@social.example`). Servers leave their own name
/// out where they speak of an account of theirs.
#[must_use]
pub fn name_in(handle: &str) -> &str {
    handle.split_once('@').map_or(handle, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_as_people_write_it_and_words_are_none() {
        let code = Code::of(*b"lindenho");
        let shown = code.to_string();
        let (a, b) = shown.split_once('-').unwrap();
        assert_eq!((a.len(), b.len()), (4, 4));
        for text in [
            shown.clone(),
            format!("@haus Code: {}", shown.to_lowercase()),
            format!("{a} {b}"),
            format!("({})", code.plain()),
            format!("{a} – {b}."),
        ] {
            assert!(Code::all_in(&text).contains(&code), "{text}");
        }
        for text in ["Wann ist Besuchszeit?", "1234 5678", "Strng0st", "BCDF", ""] {
            assert_eq!(Code::all_in(text), [], "{text}");
        }
        assert_eq!(Code::all_in("2345 6789").len(), 1);
    }

    #[test]
    fn what_is_said_beside_a_code_is_heard() {
        let code = Code::of([1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(code.beside(&format!("@haus@social.example {code}")), "");
        assert_eq!(code.beside(&format!("@haus {code}, ich kann nicht mehr https://x.example")), "ich kann nicht mehr");
    }

    #[test]
    fn codes_of_different_bytes_differ() {
        let mut all = std::collections::HashSet::new();
        for n in 0..1000_u64 {
            all.insert(Code::of(n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()).0);
        }
        assert_eq!(all.len(), 1000);
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (bytes, kind) in [
            (&b"%PDF-1.7 ..."[..], Some(FileKind::Pdf)),
            (&[0xff, 0xd8, 0xff, 0xe0], Some(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(FileKind::Png)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(FileKind::Webp)),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"<html>%PDF-", None),
            (b"MZ\x90", None),
            (b"", None),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn a_number_is_compared_without_spaces_and_can_be_told_from_none() {
        let read = |kind, text| Identifier::read(kind, text).map(|one| one.value);
        assert_eq!(read(IdentifierKind::Kvnr, "a 123 456 780").as_deref(), Some("A123456780"));
        assert_eq!(read(IdentifierKind::Kvnr, "1234567890"), None);
        assert_eq!(read(IdentifierKind::Mrn, " 00-4711 ").as_deref(), Some("00-4711"));
        assert_eq!(read(IdentifierKind::CaseNumber, "<b>"), None);
    }

    #[test]
    fn age_counts_birthdays() {
        let day = |text| Day::read(text).unwrap();
        let born = Day::birth("2010-11-28", day("2026-11-27")).unwrap();
        assert_eq!(born.age(day("2026-11-27")), 15);
        assert_eq!(born.age(day("2026-11-28")), 16);
        for none in ["2027-01-01", "2026-02-30", "1850-01-01", "gestern", ""] {
            assert_eq!(Day::birth(none, day("2026-11-27")), None, "{none}");
        }
    }

    #[test]
    fn handles_are_compared_as_people_type_them() {
        assert_eq!(handle(" @Petra@Social.Example "), "petra@social.example");
        assert_eq!(name_in("petra@social.example"), "petra");
        assert_eq!(name_in("petra.bsky.social"), "petra.bsky.social");
    }
}
