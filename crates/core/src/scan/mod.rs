//! What identifies a person in a text: rules for numbers, dates and addresses, a sequence model for names and places, lists
//! that hint. Pure: the same text gives the same findings, each with its place, its kind and what found it.

mod ages;
mod alike;
mod chain;
mod checks;
mod context;
mod dates;
mod feature;
pub mod identifiers;
mod kind;
mod known;
mod numbers;
mod packed;
mod patterns;
mod people;
mod phone;
mod runs;
mod scanner;
mod spans;
mod token;
mod words;

use std::sync::LazyLock;

use crate::triage::Lang;

pub use chain::{Chain, LABELS, Label, PerLabel, exp, exponentials, marginals, may_follow};
pub use feature::BITS;
pub use kind::PhiKind;
pub use known::Usage;
pub use scanner::{Found, Reader, Scanner, Seen};

pub use people::without_public;
pub(crate) use people::{compact, people_in};

/// The text with everything covered that identifies a person, white space kept, as many characters as before: for previews,
/// models and whoever else has no need to know. The house's own lists play no part, so that nobody learns from it who is on them.
#[must_use]
pub fn mask(text: &str) -> String {
    static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);
    SCANNER.mask(text, Lang::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_covers_what_identifies_and_nothing_else() {
        for (text, masked) in [
            ("Ruf 0170 1234567 an", "Ruf ▒▒▒▒ ▒▒▒▒▒▒▒ an"),
            ("jo@example.org schreibt", "▒▒▒▒▒▒▒▒▒▒▒▒▒▒ schreibt"),
            ("Frau Gerda Wiechers liegt auf der Station", "Frau ▒▒▒▒▒ ▒▒▒▒▒▒▒▒ liegt auf der Station"),
            ("Danke für alles", "Danke für alles"),
            ("Hm, das war nichts", "Hm, das war nichts"),
            ("Cheers for nothing", "Cheers for nothing"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }
}
