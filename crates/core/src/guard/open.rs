//! Parts of a template that nobody has filled in.

use std::sync::LazyLock;

use regex::Regex;

/// Brackets around a word, double braces, a run of underscores, three X, a note to oneself.
static OPEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{[^{}\n]{1,60}\}|\[[^\[\]\n]{1,60}\]|<[\p{L}][^<>\n]{1,60}>|%[a-z_]{3,30}%|_{3,}|\.{5,}",
        r"|\b[Xx]{3,}\b|\b(?i:todo|tbd|fixme|lorem ipsum|tba|n\.n\.)(?:\b|\s|$)|(?i:\b(?:name|datum|date|telefonnummer|phone number|nummer) (?:hier )?(?:einsetzen|einfügen|eintragen|insert|here)\b)|\((?i:hier )?[^()\n]{0,40}(?i:einfügen|einsetzen|eintragen|ergänzen|insert|fill in|add here)[^()\n]{0,40}\)|(?i:\binsert (?:name|date|number|phone|link)\b)|«[^«»\n]{1,40}»|#{3,}|\?{4,}"
    ))
    .ok()
});

/// Open parts of a text, in bytes.
pub(super) fn find(text: &str) -> Vec<std::ops::Range<usize>> {
    OPEN.as_ref().map(|open| open.find_iter(text).map(|found| found.range()).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_parts_are_found() {
        for text in [
            "Dear [Name], thanks",
            "Hallo {{name}}",
            "Liebe/r <Name einsetzen>",
            "Rufen Sie an: ___",
            "TODO: check",
            "Phone XXX",
            "Hi {first_name}",
            "%vorname%",
            "call .....",
            "insert number",
        ] {
            assert_eq!(find(text).len(), 1, "{text}");
        }
        for text in ["Thank you... really", "We are open 24/7.", "a < b and c > d", "Wir sind da (immer).", "xx"] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
