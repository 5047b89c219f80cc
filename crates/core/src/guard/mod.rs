//! What may not leave the house: reads a draft and says what is wrong with it, where, why, and what could be put instead.
//! Verdicts only; that a blocked draft cannot be sent is the business of those who call.

mod draft;
mod findings;
mod kinds;
mod lists;
mod numbers;
mod open;
mod people;
mod repair;
pub mod second;
mod settled;
mod telling;

pub use draft::{Check, DraftText, Finding, Guard, Severity, Suggestion, Verdict, check};
pub use kinds::Kind;
pub use settled::{BadSettlement, LONGEST_DAYS, Settled, Settlements};

use crate::{
    scan::{self, identifiers},
    text::Plain,
};

/// The text with every identifier covered, for previews, logs and whoever has no need to know.
#[must_use]
pub fn mask(text: &str) -> String {
    let plain = Plain::new(text);
    scan::cover(text, identifiers::find(&plain).into_iter().map(|one| one.span))
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
