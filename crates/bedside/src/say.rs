//! What the program says on the command line: results to the standard output, everything else to the standard error.
//! A closed pipe is no reason to fail.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// German
    De,
    /// English
    En,
}

impl Tongue {
    /// The language of the system: German where its locale says so, otherwise English.
    #[must_use]
    pub fn of_system(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|text| !text.is_empty());
        if locale.is_some_and(|text| text.to_ascii_lowercase().starts_with("de")) { Self::De } else { Self::En }
    }

    /// The German or the English words.
    #[must_use]
    pub const fn pick<'a>(self, de: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::De => de,
            Self::En => en,
        }
    }

    /// The word for the desk.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.pick("de", "en")
    }
}

/// A result, for people and pipes.
pub fn result(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Something a person should know while or before it happens.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Something that went wrong.
pub fn error(text: &str) {
    let mark = if io::stderr().is_terminal() { "\x1b[1;31merror\x1b[0m" } else { "error" };
    let _ = writeln!(io::stderr().lock(), "{mark}: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_chooses_the_language() {
        let of = |set: &[(&str, &str)]| {
            Tongue::of_system(|name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Tongue::De);
        assert_eq!(of(&[("LC_ALL", "C.UTF-8"), ("LANG", "de_DE.UTF-8")]), Tongue::En);
        assert_eq!(of(&[("LC_ALL", ""), ("LANG", "de_AT")]), Tongue::De);
        assert_eq!(of(&[]), Tongue::En);
    }
}
