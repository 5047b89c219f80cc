//! What can be wrong with the configuration: each problem names its file, line and key, and what may help.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// Where in the file, as a person would say it: `[server] listen`, `[[channel]] bsky: kind`.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What may help.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.key, self.what)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// Everything that is wrong with a configuration, in the order of its lines. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(problems) = self;
        for (n, problem) in problems.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// The word of `known` that `word` was most likely meant to be.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // A shared beginning says more than letters do: `trusted` for `trusted_proxies`.
    let is_begun = |candidate: &&str| word.len() >= 4 && (candidate.starts_with(word) || word.starts_with(*candidate));
    let begun = known.iter().copied().filter(is_begun).min_by_key(|candidate| candidate.len().abs_diff(word.len()));
    let near =
        || known.iter().copied().min_by_key(|candidate| distance(word, candidate)).filter(|best| is_near(word, best));
    begun.or_else(near)
}

/// Whether at most a third of the letters are wrong.
fn is_near(word: &str, candidate: &str) -> bool {
    let letters = word.chars().count().max(candidate.chars().count());
    distance(word, candidate) <= letters.div_ceil(3)
}

/// How many letters to insert, delete or replace (Levenshtein), upper and lower case alike.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (n, letter) in one.to_lowercase().chars().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        let mut left = n + 1;
        row.push(left);
        for (against, pair) in other.iter().zip(above.windows(2)) {
            let &[diagonal, over] = pair else { continue };
            left = (left + 1).min(over + 1).min(diagonal + usize::from(*against != letter));
            row.push(left);
        }
        above = row;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_only_if_it_is_near() {
        for (word, expect) in [
            ("lissten", Some("listen")),
            ("Listen", Some("listen")),
            ("public-url", Some("public_url")),
            ("trusted", Some("trusted_proxies")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &["listen", "public_url", "trusted_proxies"]), expect, "{word}");
        }
        assert_eq!(distance("Sonntag", "sonnig"), 2);
    }
}
