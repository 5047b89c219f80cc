//! Rules as they are written: a text split into statements with their lines, and what can be wrong with them.

use std::{fmt, ops::Range};

/// One statement of a rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'a> {
    /// The file it stands in.
    pub file: &'a str,
    /// The line it begins on, from 1.
    pub line: usize,
    /// Its text with the closing semicolon.
    pub text: &'a str,
}

/// One thing wrong with a set of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The rule's `@id`, where it has one.
    pub rule: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What may help.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if let Some(rule) = &self.rule {
            write!(f, "rule {rule}: ")?;
        }
        f.write_str(&self.what)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// The rules can't be used. Names every problem with file, line and rule; the running rules stay in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RulesError {
    /// What is wrong, in the order of the files. Never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.problems.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl<'a> Written<'a> {
    /// The statements of `text`. What follows the last semicolon is a statement too unless it is only comment.
    pub fn split(file: &'a str, text: &'a str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut start = None;
        for token in Tokens::of(text) {
            let begin = *start.get_or_insert(token.at.start);
            if token.char == ';' {
                found.push(Self::cut(file, text, begin..token.at.end));
                start = None;
            }
        }
        found.extend(start.map(|begin| Self::cut(file, text, begin..text.len())));
        found
    }

    fn cut(file: &'a str, text: &'a str, at: Range<usize>) -> Self {
        let line = line_at(text, at.start);
        Self { file, line, text: text.get(at).unwrap_or_default() }
    }

    /// A problem at a byte offset of this statement.
    pub fn problem(&self, rule: Option<&str>, offset: usize, what: impl Into<String>) -> Problem {
        Problem {
            file: self.file.to_owned(),
            line: self.line + line_at(self.text, offset) - 1,
            rule: rule.map(str::to_owned),
            what: what.into(),
            help: None,
        }
    }
}

/// The line (from 1) of a byte offset.
fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// A character of Cedar text outside comments and strings; a string counts as one `"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub char: char,
    pub at: Range<usize>,
}

/// Walks through Cedar text without comments, white space and what is inside strings.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn end_of_string(&self) -> usize {
        let mut escaped = false;
        for (at, char) in self.rest().char_indices().skip(1) {
            match char {
                '"' if !escaped => return self.at + at + 1,
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        self.text.len()
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.rest();
            let char = rest.chars().next()?;
            let begin = self.at;
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            self.at = if char == '"' { self.end_of_string() } else { begin + char.len_utf8() };
            if !char.is_whitespace() {
                return Some(Token { char, at: begin..self.at });
            }
        }
    }
}

/// The names after `context has` in a rule, each with its place. Strings and comments don't count.
pub(super) fn asked_for(text: &str) -> Vec<(String, usize)> {
    let mut words: Vec<(String, Range<usize>)> = Vec::new();
    for token in Tokens::of(text) {
        let joins = token.char.is_alphanumeric() || token.char == '_';
        match words.last_mut() {
            Some((word, at)) if joins && at.end == token.at.start && !word.is_empty() => {
                word.push(token.char);
                at.end = token.at.end;
            }
            // What is no letter stands as an empty word between the others.
            _ => words.push((if joins { token.char.to_string() } else { String::new() }, token.at)),
        }
    }
    let asked = words.windows(3).filter_map(|three| match three {
        [(one, _), (has, _), (name, at)] if one == "context" && has == "has" => Some((name.clone(), at.start)),
        _ => None,
    });
    asked.filter(|(name, _)| !name.is_empty()).collect()
}

/// The known word nearest to a mistyped one, if it is near.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let near = known.into_iter().map(|one| (distance(word, one), one)).min()?;
    (near.0 <= 1 + word.chars().count() / 4).then(|| format!("did you mean {}?", near.1))
}

/// Levenshtein distance in characters.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (n, a) in one.chars().enumerate() {
        let mut before = n;
        let mut left = n + 1;
        for (cell, b) in row.iter_mut().zip([None].into_iter().chain(other.chars().map(Some))) {
            let here = match b {
                None => n + 1,
                Some(b) => (before + usize::from(a != b)).min(left + 1).min(*cell + 1),
            };
            before = std::mem::replace(cell, here);
            left = here;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_found_with_their_lines() {
        let text = "// a; comment\n@id(\"x; \\\" y\")\npermit (p);\n\n// next\nforbid (p); // end\n";
        let found = Written::split("f", text);
        assert_eq!(found.iter().map(|w| (w.line, w.text.len())).collect::<Vec<_>>(), [(2, 26), (6, 11)]);
        assert_eq!(found[1].text, "forbid (p);");
        assert_eq!(Written::split("f", "permit (p)").len(), 1);
    }

    #[test]
    fn a_mistyped_word_is_met_by_its_neighbour() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(nearest("resaon_de", ["reason_de", "source"]), Some("did you mean reason_de?".to_owned()));
        assert_eq!(nearest("colour", ["reason_de", "source"]), None);
    }
}
