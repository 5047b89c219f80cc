//! What a parameter wants, read from its value (FHIR R4, search, §3.1.1.4): tokens, references, dates, texts, addresses.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::fhir::{code::codes, time::Range};

codes! {
    /// How a date is compared (search, §3.1.1.4.5).
    Prefix {
        Equal => "eq",
        NotEqual => "ne",
        Greater => "gt",
        Less => "lt",
        GreaterOrEqual => "ge",
        LessOrEqual => "le",
        StartsAfter => "sa",
        EndsBefore => "eb",
        Approximately => "ap",
    }
}

/// One value that a parameter accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A code or an identifier.
    Token {
        /// Of which system.
        system: System,
        /// The code; `None`: any of the system.
        code: Option<String>,
    },
    /// A reference to a resource.
    Reference {
        /// Its type; `None`: any.
        kind: Option<String>,
        /// Its id, or an address on another server.
        id: String,
    },
    /// A reference by the name that its target has elsewhere.
    ReferenceName {
        /// Of which system.
        system: System,
        /// The name.
        value: Option<String>,
    },
    /// A time.
    Date {
        /// How it is compared.
        prefix: Prefix,
        /// With what.
        range: Range,
    },
    /// A text.
    Text {
        /// How it is compared.
        how: TextMatch,
        /// With what; folded unless it is to be exact.
        text: String,
    },
    /// An address.
    Uri(String),
}

/// The system a token asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum System {
    /// Whatever.
    Any,
    /// None at all.
    None,
    /// This.
    Is(String),
}

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMatch {
    /// Begins with it, whatever the case and the accents.
    Begins,
    /// Holds it, whatever the case and the accents.
    Contains,
    /// Is it.
    Exact,
}

/// A text without case and accents.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

pub(super) fn token(value: &str) -> Option<Wanted> {
    let (system, code) = system_and_code(value)?;
    Some(Wanted::Token { system, code })
}

pub(super) fn reference_name(value: &str) -> Option<Wanted> {
    let (system, value) = system_and_code(value)?;
    Some(Wanted::ReferenceName { system, value })
}

fn system_and_code(value: &str) -> Option<(System, Option<String>)> {
    let (system, code) = match split_at(value, '|') {
        None => (System::Any, value),
        Some(("", code)) => (System::None, code),
        Some((system, code)) => (System::Is(unescape(system)), code),
    };
    let code = Some(unescape(code)).filter(|code| !code.is_empty());
    let says_something = code.is_some() || matches!(system, System::Is(_));
    says_something.then_some((system, code))
}

/// `base`: the address of our own server. Below it an address is the same as the relative one.
pub(super) fn reference(value: &str, kind: Option<&str>, base: &str) -> Option<Wanted> {
    let value = unescape(value);
    let (named, id) = target(&value, base);
    if id.is_empty() || matches!((named, kind), (Some(named), Some(kind)) if named != kind) {
        return None;
    }
    Some(Wanted::Reference { kind: named.or(kind).map(str::to_owned), id: id.to_owned() })
}

/// Type and id of a reference; a foreign address stays whole and has no type of its own here.
pub(super) fn target<'a>(reference: &'a str, base: &str) -> (Option<&'a str>, &'a str) {
    let local = if base.is_empty() {
        reference
    } else {
        reference.strip_prefix(base).map_or(reference, |rest| rest.strip_prefix('/').unwrap_or(reference))
    };
    if local.contains("://") || local.starts_with("urn:") || local.starts_with('#') {
        return (None, local);
    }
    let mut parts = local.splitn(3, '/');
    match (parts.next(), parts.next()) {
        (Some(kind), Some(id)) => (Some(kind), id),
        _ => (None, local),
    }
}

pub(super) fn date(value: &str) -> Option<Wanted> {
    let prefix = value.get(..2).and_then(Prefix::from_code);
    let text = if prefix.is_some() { value.get(2..)? } else { value };
    Some(Wanted::Date { prefix: prefix.unwrap_or(Prefix::Equal), range: Range::parse(text)? })
}

pub(super) fn text(value: &str, how: TextMatch) -> Option<Wanted> {
    let text = unescape(value);
    let text = if how == TextMatch::Exact { text } else { fold(&text) };
    (!text.is_empty()).then_some(Wanted::Text { how, text })
}

/// Splits at commas that are not escaped.
pub(super) fn alternatives(value: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = value;
    while let Some((part, more)) = split_at(rest, ',') {
        parts.push(part);
        rest = more;
    }
    parts.push(rest);
    parts
}

/// Splits at the first `at` that has no backslash before it.
fn split_at(text: &str, at: char) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (index, c) in text.char_indices() {
        match c {
            '\\' if !is_escaped => is_escaped = true,
            c if c == at && !is_escaped => return Some((text.get(..index)?, text.get(index + c.len_utf8()..)?)),
            _ => is_escaped = false,
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_bars_and_backslashes_can_be_escaped() {
        assert_eq!(alternatives(r"a\,b,c,"), [r"a\,b", "c", ""]);
        assert_eq!(alternatives(r"a\\,b"), [r"a\\", "b"]);
        let check = |value: &str, system: System, code: Option<&str>| {
            let code = code.map(str::to_owned);
            assert_eq!(token(value), Some(Wanted::Token { system, code }), "{value}");
        };
        check("a", System::Any, Some("a"));
        check("|a", System::None, Some("a"));
        check("s|", System::Is("s".to_owned()), None);
        check(r"s\|t|a\,b", System::Is("s|t".to_owned()), Some("a,b"));
        assert_eq!(token("|"), None);
        assert_eq!(token(""), None);
    }

    #[test]
    fn our_own_address_is_the_same_as_none() {
        let base = "https://b.example/fhir";
        let check = |value: &str, kind: Option<&str>, expected: Option<(Option<&str>, &str)>| {
            let read = reference(value, kind, base);
            let expected =
                expected.map(|(kind, id)| Wanted::Reference { kind: kind.map(str::to_owned), id: id.to_owned() });
            assert_eq!(read, expected, "{value}");
        };
        check("p1", None, Some((None, "p1")));
        check("p1", Some("Patient"), Some((Some("Patient"), "p1")));
        check("Patient/p1", None, Some((Some("Patient"), "p1")));
        check("https://b.example/fhir/Patient/p1", None, Some((Some("Patient"), "p1")));
        check("Patient/p1/_history/3", None, Some((Some("Patient"), "p1")));
        check("https://c.example/Patient/p1", None, Some((None, "https://c.example/Patient/p1")));
        check("https://b.example/fhirx/Patient/p1", None, Some((None, "https://b.example/fhirx/Patient/p1")));
        check("Group/g1", Some("Patient"), None);
        check("Patient/", None, None);
    }

    #[test]
    fn dates_have_prefixes_and_texts_no_case() {
        assert!(matches!(date("ge2026-11"), Some(Wanted::Date { prefix: Prefix::GreaterOrEqual, .. })));
        assert!(matches!(date("2026"), Some(Wanted::Date { prefix: Prefix::Equal, .. })));
        assert_eq!(date("xx2026"), None);
        assert_eq!(date("ü2026"), None);
        assert_eq!(fold("Äpfel ÉCOLE Straße"), "apfel ecole straße");
    }
}
