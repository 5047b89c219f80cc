//! One row: an object with an id that comes back as it was, and text.

use std::borrow::Cow;

use bedside_core::triage::Lang;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::say::Tongue;

/// Why a row can't be read, with its id as far as that could be.
#[derive(Debug, Serialize)]
pub struct Rejected {
    /// Its id; `null`: it has none, or can't be read at all.
    pub id: Id,
    /// Why.
    pub error: String,
}

impl Rejected {
    /// A row that has an id.
    pub fn of(id: &Id, error: impl Into<String>) -> Self {
        Self { id: id.clone(), error: error.into() }
    }
}

/// A row's id: a string or a whole number, or none.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Id(Value);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            // A bigger or broken number would come back as another.
            Value::Number(number) if number.is_f64() => {
                Err(serde::de::Error::custom("id is no whole number of at most 64 bits; write it as a string"))
            }
            id @ (Value::String(_) | Value::Number(_) | Value::Null) => Ok(Self(id)),
            _ => Err(serde::de::Error::custom("id is neither a string nor a number")),
        }
    }
}

/// Reads a row. Halves of a UTF-16 pair that stand alone ("\ud83d") are read as U+FFFD, one code point each.
///
/// # Errors
/// The line is no JSON object with the fields of `T`.
pub fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, Rejected> {
    let text = std::str::from_utf8(line).map_err(|error| Rejected {
        id: Id::default(),
        error: format!("is not UTF-8 from byte {} on", error.valid_up_to() + 1),
    })?;
    let told = match serde_json::from_str(text) {
        Ok(row) => return Ok(row),
        Err(error) => match whole_pairs(text) {
            Cow::Owned(mended) => match serde_json::from_str(&mended) {
                Ok(row) => return Ok(row),
                Err(error) => error,
            },
            Cow::Borrowed(_) => error,
        },
    };
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        id: Id,
    }
    let id = serde_json::from_str::<Named>(text).map(|named| named.id).unwrap_or_default();
    Err(Rejected { id, error: words(&told) })
}

/// What serde says, without its line number, which counts within the row. It can quote a value's beginning: such words
/// stay out, because a row's text is not for a log.
fn words(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        serde_json::error::Category::Data if told.starts_with("missing field") || told.starts_with("id ") => {
            told.to_owned()
        }
        serde_json::error::Category::Data => match told.split_once(", expected ") {
            Some((_, expected)) => {
                format!("a field is not as it must be: expected {expected} (column {})", error.column())
            }
            None => format!("a field is not as it must be (column {})", error.column()),
        },
        _ => format!("is no JSON object: {told} (column {})", error.column()),
    }
}

/// The text with every escaped half of a UTF-16 pair that stands alone replaced by `\ufffd`; borrowed where there is none.
fn whole_pairs(text: &str) -> Cow<'_, str> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut out = String::new();
    let (mut at, mut kept) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        let low = || unit(at + 6).is_some_and(|unit| (0xDC00..0xE000).contains(&unit));
        match unit(at) {
            Some(0xD800..0xDC00) if low() => at += 12,
            Some(0xD800..0xE000) => {
                out.push_str(text.get(kept..at).unwrap_or_default());
                out.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            // The escape and what it escapes, which may be another backslash.
            _ => at += 1 + text.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8),
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(out)
}

/// The language that `--lang` names.
pub const fn lang_of(tongue: Option<Tongue>) -> Lang {
    match tongue {
        Some(Tongue::De) => Lang::De,
        Some(Tongue::En) => Lang::En,
        None => Lang::Unknown,
    }
}

/// The language a row names, otherwise the usual one.
pub fn lang(tag: Option<&str>, usual: Lang) -> Lang {
    match tag.map(Lang::from_tag) {
        Some(Lang::Unknown) | None => usual,
        Some(lang) => lang,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Row {
        #[serde(default)]
        id: Id,
        text: String,
    }

    #[test]
    fn ids_come_back_as_they_were_and_bad_rows_keep_theirs() {
        for id in [r#""a-1""#, "17", "-3", "18446744073709551615", "null"] {
            let row: Row = read(format!(r#"{{"text":"x","id":{id}}}"#).as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&row.id).unwrap(), id);
            let bad = read::<Row>(format!(r#"{{"id":{id},"text":7}}"#).as_bytes()).unwrap_err();
            assert_eq!(serde_json::to_string(&bad.id).unwrap(), id);
        }
        for (line, error) in [
            (r#"{"id":1.5,"text":"x"}"#, "id is no whole number of at most 64 bits; write it as a string"),
            (r#"{"id":1}"#, "missing field `text`"),
            (r#"{"id":1,"text":"Zimmer 12}"#, "is no JSON object: EOF while parsing a string (column 26)"),
        ] {
            assert_eq!(read::<Row>(line.as_bytes()).unwrap_err().error, error);
        }
        let quoted = read::<Vec<u8>>(br#""Anna Muster""#).unwrap_err().error;
        assert!(!quoted.contains("Anna"), "{quoted}");
        assert_eq!(read::<Row>(b"{\"text\":\"Gr\xfc\xdfe\"}").unwrap_err().error, "is not UTF-8 from byte 12 on");
    }

    #[test]
    fn halves_of_pairs_are_one_code_point_each() {
        for (escaped, expect) in [
            (r"a\ud83db", "a\u{fffd}b"),
            (r"\ude00\ud83d\ud83d\ude00", "\u{fffd}\u{fffd}😀"),
            (r"\\ud83d \ud83d", "\\ud83d \u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"ä\n\ud800", "ä\n\u{fffd}"),
        ] {
            let row: Row = read(format!(r#"{{"text":"{escaped}"}}"#).as_bytes()).unwrap();
            assert_eq!(row.text, expect);
        }
    }
}
