//! Character sets (HL7 table 0211). What MSH-18 declares is often wrong, so it is weighed against the bytes: the declared
//! one, then strict UTF-8, then what the link is known to send. Few single-byte sets by hand weigh less than a crate of all.

use std::borrow::Cow;

use super::flaw::FlawKind;

/// A character set that hospitals send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// Plain ASCII, what an empty MSH-18 means.
    Ascii,
    /// ISO 8859-1, Western Europe.
    Latin1,
    /// ISO 8859-2, Central Europe.
    Latin2,
    /// ISO 8859-5, Cyrillic.
    Cyrillic,
    /// ISO 8859-9, Turkish.
    Latin5,
    /// ISO 8859-15, Western Europe with the euro sign.
    Latin9,
    /// Windows-1252, what is meant when a program says it sends "ANSI" or says nothing.
    Windows1252,
    /// UTF-8.
    Utf8,
}

/// Text that was read from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// The set it was in.
    pub charset: Charset,
    /// What was wrong with the declaration or the bytes.
    pub flaws: Vec<FlawKind>,
}

/// Bytes made from text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many characters the set does not have. They stand as their nearest likeness or as `?`.
    pub replaced: usize,
}

impl Charset {
    /// All sets.
    pub const ALL: &[Self] = &[
        Self::Ascii,
        Self::Latin1,
        Self::Latin2,
        Self::Cyrillic,
        Self::Latin5,
        Self::Latin9,
        Self::Windows1252,
        Self::Utf8,
    ];

    /// The set's name in MSH-18. Windows-1252 has none in table 0211; its common name stands for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Latin1 => "8859/1",
            Self::Latin2 => "8859/2",
            Self::Cyrillic => "8859/5",
            Self::Latin5 => "8859/9",
            Self::Latin9 => "8859/15",
            Self::Windows1252 => "WINDOWS-1252",
            Self::Utf8 => "UNICODE UTF-8",
        }
    }

    /// The set by the name in MSH-18 or in a configuration, however it is spelt: `8859/1`, `ISO-8859-1`, `ISO IR100`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        Some(match plain.as_str() {
            "ASCII" | "USASCII" | "ISOIR6" | "ISO646" => Self::Ascii,
            "88591" | "ISO88591" | "ISOIR100" | "LATIN1" => Self::Latin1,
            "88592" | "ISO88592" | "ISOIR101" | "LATIN2" => Self::Latin2,
            "88595" | "ISO88595" | "ISOIR144" => Self::Cyrillic,
            "88599" | "ISO88599" | "ISOIR148" | "LATIN5" => Self::Latin5,
            "885915" | "ISO885915" | "ISOIR203" | "LATIN9" => Self::Latin9,
            "WINDOWS1252" | "CP1252" | "ANSI" | "WIN1252" => Self::Windows1252,
            "UNICODEUTF8" | "UTF8" | "UNICODE" | "ISOIR192" => Self::Utf8,
            _ => return None,
        })
    }

    /// The character of one byte. Bytes that the set leaves open are control characters, as in WHATWG's tables.
    fn character(self, byte: u8) -> char {
        let code = char::from(byte);
        match self {
            Self::Windows1252 if matches!(byte, 0x80..=0x9f) => nth(WINDOWS_1252, byte - 0x80).unwrap_or(code),
            Self::Latin2 if byte >= 0xa0 => nth(LATIN_2, byte - 0xa0).unwrap_or(code),
            Self::Cyrillic if byte >= 0xa0 => cyrillic(byte),
            Self::Latin5 => swap(LATIN_5, byte).unwrap_or(code),
            Self::Latin9 => swap(LATIN_9, byte).unwrap_or(code),
            _ => code,
        }
    }

    fn byte(self, character: char) -> Option<u8> {
        if character.is_ascii() {
            return u8::try_from(character).ok();
        }
        match self {
            Self::Ascii | Self::Utf8 => None,
            _ => (0x80..=0xff).find(|byte| self.character(*byte) == character),
        }
    }

    /// Text in this set. What it has no character for becomes its nearest likeness, else `?`, and is counted.
    #[must_use]
    pub fn encode(self, text: &str) -> Encoded {
        if self == Self::Utf8 || text.is_ascii() {
            return Encoded { bytes: text.as_bytes().to_vec(), replaced: 0 };
        }
        let mut encoded = Encoded { bytes: Vec::with_capacity(text.len()), replaced: 0 };
        for character in text.chars() {
            if let Some(byte) = self.byte(character) {
                encoded.bytes.push(byte);
            } else {
                encoded.replaced += 1;
                encoded.bytes.extend_from_slice(likeness(character).as_bytes());
            }
        }
        encoded
    }

    /// Bytes taken as text of this set, come what may.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            _ => bytes.iter().map(|byte| self.character(*byte)).collect(),
        }
    }
}

/// Reads the bytes of a message of which MSH-18 `declared` these sets and whose link sends `usual` when in doubt.
#[must_use]
pub fn decode(bytes: &[u8], declared: &[&str], usual: Charset) -> Decoded {
    if let Some(decoded) = by_mark(bytes) {
        return decoded;
    }
    let named: Vec<Option<Charset>> =
        declared.iter().filter(|name| !name.trim().is_empty()).map(|name| Charset::named(name)).collect();
    let unknown = if named.contains(&None) { vec![FlawKind::CharsetUnknown] } else { Vec::new() };
    let text = std::str::from_utf8(bytes).ok();
    if let Some(text) = text
        && text.is_ascii()
    {
        let charset = named.first().copied().flatten().unwrap_or(Charset::Ascii);
        return Decoded { text: text.to_owned(), charset, flaws: unknown };
    }
    for (place, charset) in named.iter().enumerate().filter_map(|(place, charset)| Some((place, (*charset)?))) {
        if is_plausible(charset, bytes, text) {
            // Repetitions are for switching sets by escape, which nobody does: the first that fits is taken.
            let flaws = if place == 0 { unknown } else { with(unknown, FlawKind::CharsetWrong) };
            return Decoded { text: read(charset, bytes, text), charset, flaws };
        }
    }
    let wrong = if named.is_empty() { FlawKind::CharsetMissing } else { FlawKind::CharsetWrong };
    let flaws = if unknown.is_empty() { vec![wrong] } else { unknown };
    if let Some(text) = text {
        return Decoded { text: text.to_owned(), charset: Charset::Utf8, flaws };
    }
    let is_utf8_meant = usual == Charset::Utf8 || named.contains(&Some(Charset::Utf8));
    if let Some(text) = is_utf8_meant.then(|| mostly_utf8(bytes)).flatten() {
        return Decoded { text, charset: Charset::Utf8, flaws: vec![FlawKind::CharsetBroken] };
    }
    let charset = if matches!(usual, Charset::Utf8 | Charset::Ascii) { Charset::Windows1252 } else { usual };
    let charset = if has_controls(bytes) { Charset::Windows1252 } else { charset };
    Decoded { text: charset.decode(bytes), charset, flaws }
}

fn with(mut flaws: Vec<FlawKind>, flaw: FlawKind) -> Vec<FlawKind> {
    flaws.push(flaw);
    flaws
}

fn read(charset: Charset, bytes: &[u8], utf8: Option<&str>) -> String {
    match (charset, utf8) {
        (Charset::Utf8, Some(text)) => text.to_owned(),
        _ => charset.decode(bytes),
    }
}

/// A byte order mark settles the matter. UTF-16 must not stand in a frame, but it does in files.
fn by_mark(bytes: &[u8]) -> Option<Decoded> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => return None,
    };
    let is_broken = text.contains('\u{fffd}');
    let mark = vec![FlawKind::ByteOrderMark];
    let flaws = if is_broken { with(mark, FlawKind::CharsetBroken) } else { mark };
    Some(Decoded { text, charset: Charset::Utf8, flaws })
}

/// Whether the bytes, which are not all ASCII, can be meant as text of this set.
fn is_plausible(charset: Charset, bytes: &[u8], utf8: Option<&str>) -> bool {
    match charset {
        Charset::Ascii => false,
        Charset::Utf8 => utf8.is_some(),
        Charset::Windows1252 => !utf8.is_some_and(is_western),
        // A single-byte set fits every byte. But text that also is UTF-8 and makes sense as such is UTF-8, as nobody
        // writes "Ã¼"; and the bytes of C1 control characters are Windows' quotes and euro sign.
        Charset::Latin1 | Charset::Latin2 | Charset::Cyrillic | Charset::Latin5 | Charset::Latin9 => {
            !has_controls(bytes) && !utf8.is_some_and(is_western)
        }
    }
}

fn has_controls(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte, 0x80..=0x9f))
}

/// Letters of European languages in Latin script, and typography. In Latin-2 and Cyrillic two capitals in a row may look
/// like UTF-8, but then of no such letter.
fn is_western(text: &str) -> bool {
    let is_usual = |c: char| matches!(c, '\u{a0}'..='\u{17f}' | '\u{218}'..='\u{21b}' | 'ẞ' | '\u{2010}'..='\u{20bf}');
    text.chars().filter(|character| !character.is_ascii()).all(is_usual)
}

/// UTF-8 with few broken places, as when a field was cut in the midst of a character.
fn mostly_utf8(bytes: &[u8]) -> Option<String> {
    let (mut broken, mut whole) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    (whole > broken).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// What a reader will understand in place of a character that can't be sent.
fn likeness(character: char) -> Cow<'static, str> {
    Cow::Borrowed(match character {
        '„' | '“' | '”' | '«' | '»' => "\"",
        '‚' | '‘' | '’' | '‹' | '›' => "'",
        '‐' | '‑' | '–' | '—' => "-",
        '…' => "...",
        '•' => "*",
        '€' => "EUR",
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'Ä' => "Ae",
        'Ö' => "Oe",
        'Ü' => "Ue",
        'ß' => "ss",
        'ẞ' => "SS",
        'ı' => "i",
        'İ' => "I",
        'Ł' => "L",
        'ł' => "l",
        _ => return decomposed(character),
    })
}

/// The bare letter of one with a mark, for the letters of Latin-1 and Latin Extended-A.
fn decomposed(character: char) -> Cow<'static, str> {
    const BARE: &[(&str, &str)] = &[
        ("ÀÁÂÃÅĀĂĄ", "A"),
        ("àáâãåāăą", "a"),
        ("ÇĆĈĊČ", "C"),
        ("çćĉċč", "c"),
        ("ĎĐ", "D"),
        ("ďđ", "d"),
        ("ÈÉÊËĒĔĖĘĚ", "E"),
        ("èéêëēĕėęě", "e"),
        ("ĜĞĠĢ", "G"),
        ("ĝğġģ", "g"),
        ("ÌÍÎÏĨĪĬĮ", "I"),
        ("ìíîïĩīĭį", "i"),
        ("ÑŃŅŇ", "N"),
        ("ñńņň", "n"),
        ("ÒÓÔÕØŌŎŐ", "O"),
        ("òóôõøōŏő", "o"),
        ("ŔŖŘ", "R"),
        ("ŕŗř", "r"),
        ("ŚŜŞŠȘ", "S"),
        ("śŝşšș", "s"),
        ("ŢŤȚ", "T"),
        ("ţťț", "t"),
        ("ÙÚÛŨŪŬŮŰŲ", "U"),
        ("ùúûũūŭůűų", "u"),
        ("ÝŶŸ", "Y"),
        ("ýŷÿ", "y"),
        ("ŹŻŽ", "Z"),
        ("źżž", "z"),
    ];
    let found = BARE.iter().find(|(letters, _)| letters.contains(character));
    Cow::Borrowed(found.map_or("?", |(_, bare)| bare))
}

fn nth(table: &str, place: u8) -> Option<char> {
    table.chars().nth(usize::from(place))
}

fn swap(table: &[(u8, char)], byte: u8) -> Option<char> {
    table.iter().find(|(at, _)| *at == byte).map(|(_, character)| *character)
}

fn cyrillic(byte: u8) -> char {
    match byte {
        0xa0 | 0xad => char::from(byte),
        0xf0 => '№',
        0xfd => '§',
        _ => char::from_u32(u32::from(byte) - 0xa0 + 0x400).unwrap_or(char::from(byte)),
    }
}

const LATIN_9: &[(u8, char)] =
    &[(0xa4, '€'), (0xa6, 'Š'), (0xa8, 'š'), (0xb4, 'Ž'), (0xb8, 'ž'), (0xbc, 'Œ'), (0xbd, 'œ'), (0xbe, 'Ÿ')];
const LATIN_5: &[(u8, char)] = &[(0xd0, 'Ğ'), (0xdd, 'İ'), (0xde, 'Ş'), (0xf0, 'ğ'), (0xfd, 'ı'), (0xfe, 'ş')];
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
const LATIN_2: &str =
    "\u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";

#[cfg(test)]
mod tests {
    use super::*;
    use FlawKind::{ByteOrderMark, CharsetBroken, CharsetMissing, CharsetUnknown, CharsetWrong};

    const NAME: &str = "Jürgen Großkötter-Ägidius, Çelik";

    fn check(bytes: &[u8], declared: &[&str], usual: Charset, expect: (&str, Charset, &[FlawKind])) {
        let decoded = decode(bytes, declared, usual);
        assert_eq!(
            (decoded.text.as_str(), decoded.charset, decoded.flaws.as_slice()),
            expect,
            "{declared:?} {usual:?}"
        );
    }

    #[test]
    fn umlauts_are_right_whatever_was_declared() {
        let latin = Charset::Latin1.encode(NAME).bytes;
        let utf8 = NAME.as_bytes();
        for usual in [Charset::Latin1, Charset::Latin9, Charset::Windows1252, Charset::Utf8, Charset::Ascii] {
            check(&latin, &["8859/1"], usual, (NAME, Charset::Latin1, &[]));
            check(&latin, &["8859/15"], usual, (NAME, Charset::Latin9, &[]));
            check(utf8, &["UNICODE UTF-8"], usual, (NAME, Charset::Utf8, &[]));
            check(utf8, &["8859/1"], usual, (NAME, Charset::Utf8, &[CharsetWrong]));
            check(utf8, &["8859/15"], usual, (NAME, Charset::Utf8, &[CharsetWrong]));
            check(utf8, &["ASCII"], usual, (NAME, Charset::Utf8, &[CharsetWrong]));
            check(utf8, &[], usual, (NAME, Charset::Utf8, &[CharsetMissing]));
            check(utf8, &["KLINGON"], usual, (NAME, Charset::Utf8, &[CharsetUnknown]));
            for declared in [&["UNICODE UTF-8"][..], &["ASCII"], &[""], &["KLINGON"]] {
                assert_eq!(decode(&latin, declared, usual).text, NAME, "{declared:?} {usual:?}");
                assert_eq!(decode(&latin, declared, usual).flaws.len(), 1);
            }
        }
    }

    #[test]
    fn the_link_decides_where_nothing_else_does() {
        check(b"5 \xa4", &[], Charset::Latin9, ("5 €", Charset::Latin9, &[CharsetMissing]));
        check(b"5 \xa4", &[], Charset::Latin1, ("5 ¤", Charset::Latin1, &[CharsetMissing]));
        check(b"5 \x80", &[], Charset::Latin1, ("5 €", Charset::Windows1252, &[CharsetMissing]));
        check(b"5 \x80", &["8859/1"], Charset::Latin1, ("5 €", Charset::Windows1252, &[CharsetWrong]));
        check(b"\xa3\xf3d\xbc", &["8859/2"], Charset::Latin1, ("Łódź", Charset::Latin2, &[]));
        check(b"J\xd3\xacWIAK", &["8859/2"], Charset::Latin1, ("JÓŹWIAK", Charset::Latin2, &[]));
        check(b"\xb8\xd2\xd0\xdd", &["8859/5"], Charset::Latin1, ("Иван", Charset::Cyrillic, &[]));
        check(b"\xde", &["", "8859/9"], Charset::Latin1, ("Ş", Charset::Latin5, &[]));
        check("Ş".as_bytes(), &["8859/9", "UNICODE UTF-8"], Charset::Latin1, ("Ş", Charset::Utf8, &[CharsetWrong]));
    }

    #[test]
    fn a_byte_order_mark_settles_it() {
        check(b"\xef\xbb\xbfM\xc3\xb6", &["8859/1"], Charset::Latin1, ("Mö", Charset::Utf8, &[ByteOrderMark]));
        check(b"\xff\xfeM\0\xf6\0", &[], Charset::Latin1, ("Mö", Charset::Utf8, &[ByteOrderMark]));
        check(b"\xfe\xff\0M\0\xf6", &[], Charset::Latin1, ("Mö", Charset::Utf8, &[ByteOrderMark]));
    }

    #[test]
    fn one_cut_character_does_not_spoil_the_rest() {
        let bytes = [NAME.as_bytes(), &[0xc3]].concat();
        let expect = format!("{NAME}\u{fffd}");
        check(&bytes, &["UNICODE UTF-8"], Charset::Latin1, (&expect, Charset::Utf8, &[CharsetBroken]));
    }

    #[test]
    fn every_byte_survives_in_every_single_byte_set() {
        let bytes: Vec<u8> = (0..=255).collect();
        for charset in Charset::ALL.iter().filter(|set| !matches!(set, Charset::Ascii | Charset::Utf8)) {
            assert_eq!(charset.encode(&charset.decode(&bytes)), Encoded { bytes: bytes.clone(), replaced: 0 });
        }
    }

    #[test]
    fn what_a_set_lacks_becomes_its_likeness() {
        let check = |charset: Charset, text: &str, expect: &str, replaced: usize| {
            let encoded = charset.encode(text);
            assert_eq!((charset.decode(&encoded.bytes).as_str(), encoded.replaced), (expect, replaced));
        };
        check(Charset::Latin1, "„Łódź“ – 5 €", "\"Lódz\" - 5 EUR", 6);
        check(Charset::Ascii, NAME, "Juergen Grosskoetter-Aegidius, Celik", 5);
        check(Charset::Latin9, "5 € 漢", "5 € ?", 1);
        check(Charset::Utf8, "漢", "漢", 0);
    }

    #[test]
    fn names_are_known_however_spelt() {
        for charset in Charset::ALL {
            assert_eq!(Charset::named(charset.name()), Some(*charset));
        }
        for (name, expect) in [("ISO-8859-1", Charset::Latin1), ("utf-8", Charset::Utf8), ("UNICODE", Charset::Utf8)] {
            assert_eq!(Charset::named(name), Some(expect));
        }
        assert_eq!(Charset::named("ISO IR87"), None);
    }
}
