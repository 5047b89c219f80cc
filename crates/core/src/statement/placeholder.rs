//! Placeholders: `{opening hours}`. A name in braces, because no prose holds one, a clerk sees at once what belongs there, and
//! the guard refuses every brace pair in an answer.

use super::{Fact, OwnFacts};
use crate::text::TextSpan;

/// The longest name, in characters. The guard's own pattern takes half as much again.
pub const LONGEST_NAME: usize = 40;

/// A place that is to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the braces, without spaces around it.
    pub name: String,
    /// The house fills it in by itself with this; `None`: whoever takes the text does.
    pub fact: Option<Fact>,
    /// Where it is, braces and all, in code points.
    pub span: TextSpan,
    /// Where it is in bytes.
    bytes: (usize, usize),
}

/// Every placeholder of a text, in order.
#[must_use]
pub fn placeholders(text: &str) -> Vec<Placeholder> {
    read(text).0
}

/// Whether a brace of the text belongs to no placeholder.
#[must_use]
pub fn stray_braces(text: &str) -> bool {
    read(text).1
}

/// The text with everything filled in that the house knows of itself.
#[must_use]
pub fn fill(text: &str, own: &OwnFacts) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for place in placeholders(text) {
        let Some(value) = place.fact.and_then(|fact| own.get(fact)) else { continue };
        filled.push_str(text.get(from..place.bytes.0).unwrap_or_default());
        filled.push_str(value);
        from = place.bytes.1;
    }
    filled.push_str(text.get(from..).unwrap_or_default());
    filled
}

fn read(text: &str) -> (Vec<Placeholder>, bool) {
    let mut found = Vec::new();
    let mut is_stray = false;
    let mut open: Option<(usize, usize)> = None;
    for (n, (at, c)) in text.char_indices().enumerate() {
        match c {
            '{' => {
                is_stray |= open.is_some();
                open = Some((n, at));
            }
            '}' => match open.take() {
                Some((start, from)) => match named(text.get(from + 1..at).unwrap_or_default()) {
                    Some(name) => found.push(Placeholder {
                        fact: Fact::from_name(&name),
                        name,
                        span: TextSpan { start: place(start), end: place(n + 1) },
                        bytes: (from, at + 1),
                    }),
                    None => is_stray = true,
                },
                None => is_stray = true,
            },
            _ => {}
        }
    }
    (found, is_stray || open.is_some())
}

/// The name between two braces, if it is one: begins with a letter, on one line, short.
fn named(inner: &str) -> Option<String> {
    let name = inner.trim();
    let is_name = name.chars().next().is_some_and(char::is_alphabetic)
        && !inner.contains(['\n', '\r'])
        && inner.chars().count() <= LONGEST_NAME
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.' | ',' | '’' | '\''));
    is_name.then(|| name.to_owned())
}

fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        guard::{self, DraftText, Kind, Verdict},
        site::Jurisdiction,
        triage::Lang,
    };

    fn names(text: &str) -> Vec<String> {
        placeholders(text).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn a_name_in_braces_is_a_placeholder_and_nothing_else_is() {
        assert_eq!(names("Offen {Öffnungszeiten}, Station { B 2 }."), ["Öffnungszeiten", "B 2"]);
        for text in ["{}", "{ }", "{1}", "a { b", "b } a", "{a\nb}", "{{a}}", &format!("{{{}}}", "a".repeat(41))] {
            assert!(stray_braces(text), "{text}");
        }
        assert!(!stray_braces("Ein {Wort}, zwei {Worte}."));
        let found = placeholders("Grüße {Haus}");
        assert_eq!((found[0].span, found[0].fact), (TextSpan { start: 6, end: 12 }, Some(Fact::House)));
    }

    #[test]
    fn the_guard_refuses_every_placeholder_that_is_left_open() {
        for name in
            ["Station", "opening hours", "B 2", "Datum/Uhrzeit", "Name d. Hauses", "E-Mail", "a", &"ä".repeat(40)]
        {
            let text = format!("Besuche sind dort möglich: {{{name}}}.");
            assert_eq!(placeholders(&text).len(), 1, "{text}");
            let check = guard::check(&DraftText {
                text: &text,
                lang: Lang::De,
                jurisdiction: Jurisdiction::De,
                public: false,
                consented: true,
                inbound_text: None,
                inbound_handle: None,
                public_facts: &[],
                people: None,
            });
            assert_eq!(check.verdict, Verdict::Block, "{text}");
            assert!(check.findings.iter().any(|one| one.kind == Kind::OpenPlace), "{text}");
        }
    }

    #[test]
    fn only_what_the_house_knows_is_filled_in() {
        let own = OwnFacts::of("Lindenhof", "Gruppe", Jurisdiction::De, &[], None);
        assert_eq!(fill("{Haus}: {phone}, {Station}, {Notruf}!", &own), "Lindenhof: {phone}, {Station}, 112!");
    }
}
