//! The reader of a page: language, the time now and the hospital's time zone. All words and times go through it.

use jiff::tz::TimeZone;

use super::{Arg, Lang, grouped, t};

/// Who reads: everything that turns a key or a moment into words.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language of the page.
    pub lang: Lang,
    /// The time of rendering, microseconds since 1970 UTC. Ages and countdowns are measured from it.
    pub now: i64,
    /// The hospital's time zone.
    pub zone: TimeZone,
}

impl Reader {
    /// A reader in `lang` at `now` (microseconds UTC) in the hospital's `zone`.
    #[must_use]
    pub fn new(lang: Lang, now: i64, zone: TimeZone) -> Self {
        Reader { lang, now, zone }
    }

    /// A sentence without values.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        t(self.lang, key, &[])
    }

    /// A sentence with values.
    #[must_use]
    pub fn say(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        t(self.lang, key, args)
    }

    /// A count, grouped ("184 302").
    #[must_use]
    pub fn num(&self, n: impl Into<i64>) -> String {
        grouped(n.into())
    }

    /// A quotation in the language's own marks: „…“ or “…”.
    #[must_use]
    pub fn quote(&self, words: &str) -> String {
        match self.lang {
            Lang::De => format!("„{}“", isolated(words)),
            Lang::En => format!("“{}”", isolated(words)),
        }
    }

    /// A stranger's name for use inside a sentence: isolated, so that right-to-left letters don't turn the sentence round.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        isolated(name)
    }
}

/// Wraps words that hold right-to-left letters or bidi controls into U+2068 … U+2069 (Unicode UAX #9); others stay as they are.
fn isolated(words: &str) -> String {
    let turns = words.chars().any(|c| {
        matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    });
    if !turns {
        return words.to_owned();
    }
    // Controls of the stranger's own are dropped: an unbalanced one would reach past our isolate.
    let calm: String =
        words.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect();
    format!("\u{2068}{calm}\u{2069}")
}
