//! What may not leave the house: reads a draft and says what is wrong with it, where, why, and what could be put instead.
//! Verdicts only; that a blocked draft cannot be sent is the business of those who call.

mod checks;
mod draft;
mod findings;
pub mod identifiers;
mod kinds;
mod lists;
mod numbers;
mod open;
mod telling;

pub use draft::{Check, DraftText, Finding, Guard, Severity, Suggestion, Verdict, check};
pub use kinds::Kind;

use crate::text::Plain;

/// The text with every identifier covered, for previews, logs and whoever has no need to know.
#[must_use]
pub fn mask(text: &str) -> String {
    let plain = Plain::new(text);
    let mut found = identifiers::find(&plain).into_iter().map(|one| one.span).peekable();
    let mut out = String::with_capacity(text.len());
    for (at, c) in (0u32..).zip(text.chars()) {
        while found.next_if(|span| span.end <= at).is_some() {}
        match found.peek() {
            Some(span) if span.start <= at && c.is_whitespace() => out.push(c),
            Some(span) if span.start <= at => out.push('▒'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_covers_identifiers_and_nothing_else() {
        for (text, masked) in [
            ("Ruf 0170 1234567 an", "Ruf ▒▒▒▒ ▒▒▒▒▒▒▒ an"),
            ("jo@example.org schreibt", "▒▒▒▒▒▒▒▒▒▒▒▒▒▒ schreibt"),
            ("Danke für alles", "Danke für alles"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }
}
