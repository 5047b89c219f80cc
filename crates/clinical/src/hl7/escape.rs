//! Escape sequences (HL7 v2.5.1 §2.7). Unknown ones are left as they are: what they meant is lost if they are dropped.

use std::borrow::Cow;

use super::{Charset, Syntax};

/// Text without escape sequences. `\.br\` becomes a line end, highlighting goes, `\Xhh\` is read in the message's set.
#[must_use]
pub fn unescape(raw: &str, syntax: Syntax, charset: Charset) -> Cow<'_, str> {
    if syntax.escape == '\0' || !raw.contains(syntax.escape) {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    // The bytes of one character may stand in several sequences: \XC3\\XA4\.
    let mut bytes = Vec::new();
    while let Some((before, sequence, after)) = cut(rest, syntax.escape) {
        if !before.is_empty() {
            spell(&mut text, &mut bytes, charset);
            text.push_str(before);
        }
        rest = after;
        if push_hex(sequence, &mut bytes) {
            continue;
        }
        spell(&mut text, &mut bytes, charset);
        if let Some(meaning) = meaning(sequence, syntax) {
            text.push_str(&meaning);
        } else {
            // Perhaps the first escape character stands alone and the second begins a sequence.
            text.push(syntax.escape);
            text.push_str(sequence);
            rest = raw.get(raw.len() - after.len() - syntax.escape.len_utf8()..).unwrap_or_default();
        }
    }
    spell(&mut text, &mut bytes, charset);
    text.push_str(rest);
    Cow::Owned(text)
}

/// Text before the next sequence, the sequence, and what follows it.
fn cut(text: &str, escape: char) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(escape)?;
    let (sequence, after) = rest.split_once(escape)?;
    Some((before, sequence, after))
}

/// Appends the bytes gathered from `\X..\`. In a message without a single-byte set they are UTF-8 or, failing that, Windows'.
fn spell(text: &mut String, bytes: &mut Vec<u8>, charset: Charset) {
    let bytes = std::mem::take(bytes);
    match (charset, std::str::from_utf8(&bytes)) {
        (Charset::Ascii | Charset::Utf8, Ok(spelt)) => text.push_str(spelt),
        (Charset::Ascii | Charset::Utf8, Err(_)) => text.push_str(&Charset::Windows1252.decode(&bytes)),
        _ => text.push_str(&charset.decode(&bytes)),
    }
}

fn push_hex(sequence: &str, bytes: &mut Vec<u8>) -> bool {
    let Some(digits) = sequence.strip_prefix(['X', 'x']) else {
        return false;
    };
    let (pairs, odd) = digits.as_bytes().as_chunks::<2>();
    let read: Option<Vec<u8>> = pairs
        .iter()
        .map(|pair| {
            let digits = std::str::from_utf8(pair).ok().filter(|_| pair.iter().all(u8::is_ascii_hexdigit))?;
            u8::from_str_radix(digits, 16).ok()
        })
        .collect();
    match read {
        Some(read) if odd.is_empty() && !read.is_empty() => {
            bytes.extend(read);
            true
        }
        _ => false,
    }
}

fn meaning(sequence: &str, syntax: Syntax) -> Option<Cow<'static, str>> {
    let character = |character: char| (character != '\0').then(|| Cow::Owned(character.to_string()));
    match sequence {
        "F" => character(syntax.field),
        "S" => character(syntax.component),
        "T" => character(syntax.subcomponent),
        "R" => character(syntax.repetition),
        "E" => character(syntax.escape),
        "P" => character(if syntax.truncation == '\0' { '#' } else { syntax.truncation }),
        "H" | "N" | ".fi" | ".nf" => Some(Cow::Borrowed("")),
        ".br" | ".BR" | ".ce" | ".sp" => Some(Cow::Borrowed("\n")),
        _ => lines(sequence),
    }
}

/// `\.sp3\`: three lines down. More than a page of them is a fault.
fn lines(sequence: &str) -> Option<Cow<'static, str>> {
    let count: usize = sequence.strip_prefix(".sp")?.trim().trim_start_matches('+').parse().ok()?;
    (count <= 66).then(|| Cow::Owned("\n".repeat(count)))
}

/// Text with everything escaped that would be taken for a delimiter or would end the segment.
#[must_use]
pub fn escape(text: &str, syntax: Syntax) -> Cow<'_, str> {
    let is_special = |character: char| character < ' ' || is_delimiter(character, syntax);
    if !text.contains(is_special) {
        return Cow::Borrowed(text);
    }
    if syntax.escape == '\0' {
        return Cow::Owned(text.replace(is_special, " "));
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let code = match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                ".br"
            }
            '\n' => ".br",
            c if c == syntax.escape => "E",
            c if c == syntax.field => "F",
            c if c == syntax.component => "S",
            c if c == syntax.subcomponent => "T",
            c if c == syntax.repetition => "R",
            c if c == syntax.truncation && c != '\0' => "P",
            // Control characters have no place in a message; within a frame two of them would end it.
            '\0'..='\u{1f}' => {
                escaped.push(' ');
                continue;
            }
            c => {
                escaped.push(c);
                continue;
            }
        };
        escaped.push(syntax.escape);
        escaped.push_str(code);
        escaped.push(syntax.escape);
    }
    Cow::Owned(escaped)
}

fn is_delimiter(character: char, syntax: Syntax) -> bool {
    [syntax.field, syntax.component, syntax.repetition, syntax.escape, syntax.subcomponent, syntax.truncation]
        .contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expect: &str) {
        assert_eq!(unescape(raw, Syntax::STANDARD, Charset::Utf8), expect, "{raw}");
    }

    #[test]
    fn sequences_are_read_and_unknown_ones_left() {
        check("plain", "plain");
        check("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f");
        check("M\\XC3B6\\ller", "Möller");
        check("M\\XC3\\\\XB6\\ller", "Möller");
        check("M\\xc3b6\\", "Mö");
        check("one\\.br\\two", "one\ntwo");
        check("a\\.sp2\\b\\.sp\\c", "a\n\nb\nc");
        check("\\H\\bold\\N\\ plain", "bold plain");
        check("\\Zxy\\ \\C2842\\ \\.in+4\\", "\\Zxy\\ \\C2842\\ \\.in+4\\");
        check("M\\XF6\\ller", "Möller");
        check("\\X\\ \\X1\\ \\XGG\\ \\X+1\\", "\\X\\ \\X1\\ \\XGG\\ \\X+1\\");
        check("C:\\temp\\F\\x", "C:\\temp|x");
        check("ends\\", "ends\\");
        check("\\", "\\");
        check("\\\\", "\\\\");
        check("\\.sp999999\\", "\\.sp999999\\");
        check("\\P\\", "#");
    }

    #[test]
    fn hex_is_read_in_the_set_of_the_message() {
        assert_eq!(unescape("M\\XF6\\ller", Syntax::STANDARD, Charset::Latin1), "Möller");
    }

    #[test]
    fn custom_delimiters_have_their_own_sequences() {
        let syntax = Syntax::read('!', "$%*@").unwrap().0;
        assert_eq!(unescape("a*F*b*S*c*E*", syntax, Charset::Utf8), "a!b$c*");
        assert_eq!(escape("a!b$c*d|", syntax), "a*F*b*S*c*E*d|");
    }

    #[test]
    fn what_is_escaped_comes_back() {
        for text in ["a|b^c&d~e\\f", "one\ntwo\nthree", "Straße 7", "\\F\\", "\\", "\\X41\\"] {
            let escaped = escape(text, Syntax::STANDARD).into_owned();
            assert!(!escaped.contains(['|', '^', '&', '~', '\r', '\n']), "{escaped}");
            check(&escaped, text);
        }
        assert_eq!(escape("a\r\nb\rc\x1c\r", Syntax::STANDARD), "a\\.br\\b\\.br\\c \\.br\\");
    }
}
