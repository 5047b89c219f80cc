//! Reads a TOML document section by section and remembers which keys were asked for: what nobody asked for is unknown.
//! Problems are collected, so that a person sees all of them at once.

use std::cell::RefCell;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::problem::{Problem, nearest};

/// The document being read.
pub(super) struct Page<'a> {
    /// The file's name as given.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    problems: RefCell<Vec<Problem>>,
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told<T> {
    pub value: T,
    pub at: At,
}

/// A place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    pub line: usize,
    /// The key with its section.
    pub key: String,
}

impl<T> Told<T> {
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Told<U> {
        Told { value: change(self.value), at: self.at }
    }
}

impl<'a> Page<'a> {
    pub const fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, problems: RefCell::new(Vec::new()) }
    }

    /// The parsed document; `None`: it is no TOML.
    pub fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        DeTable::parse(self.text)
            .map_err(|error| {
                let at = At { line: self.line(error.span().map_or(0, |span| span.start)), key: "syntax".to_owned() };
                // The parser's second line quotes nothing of ours, but the first says enough.
                self.problem(&at, error.message().lines().next().unwrap_or_default());
            })
            .ok()
    }

    pub fn problem(&self, at: &At, what: impl Into<String>) {
        self.push(at, what.into(), None);
    }

    pub fn problem_with_help(&self, at: &At, what: impl Into<String>, help: impl Into<String>) {
        self.push(at, what.into(), Some(help.into()));
    }

    /// `value` is none of the words of `known`.
    pub fn unknown_word(&self, at: &At, value: &str, known: &[&str]) {
        let list = known.join(", ");
        let help = nearest(value, known)
            .map_or(format!("known are {list}"), |near| format!("did you mean {near}? Known are {list}"));
        self.problem_with_help(at, format!("'{value}' is not known"), help);
    }

    fn push(&self, at: &At, what: String, help: Option<String>) {
        let problem = Problem { file: self.file.to_owned(), line: at.line, key: at.key.clone(), what, help };
        self.problems.borrow_mut().push(problem);
    }

    /// Everything found, in the order of the lines.
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }
}

/// One table of the document.
pub(super) struct Section<'a> {
    page: &'a Page<'a>,
    title: String,
    line: usize,
    table: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The document itself.
    pub fn top(page: &'a Page<'a>, table: &'a DeTable<'a>) -> Self {
        Self { page, title: String::new(), line: 1, table: Some(table), asked: Vec::new() }
    }

    /// What is said about the section as a whole, e.g. that a key is missing.
    pub fn at(&self, key: &str) -> At {
        if key.is_empty() {
            return At { line: self.line, key: self.title.trim_end_matches(':').to_owned() };
        }
        let space = if self.title.is_empty() { "" } else { " " };
        At { line: self.line, key: format!("{}{space}{key}", self.title) }
    }

    /// Names the section by the slug it has, so that problems in it can be told apart.
    pub fn name(&mut self, slug: &str) {
        self.title = format!("{} {slug}:", self.title);
    }

    /// Whether the document holds this section.
    pub const fn is_there(&self) -> bool {
        self.table.is_some()
    }

    pub const fn page(&self) -> &'a Page<'a> {
        self.page
    }

    fn find(&mut self, key: &'static str) -> Option<Told<&'a DeValue<'a>>> {
        self.asked.push(key);
        let (name, value) = self.table?.iter().find(|(name, _)| name.get_ref() == key)?;
        let line = self.page.line(name.span().start);
        Some(Told { value: value.get_ref(), at: At { line, ..self.at(key) } })
    }

    /// A text. An empty one is a problem: leave the key out instead.
    pub fn text(&mut self, key: &'static str) -> Option<Told<String>> {
        let Told { value, at } = self.find(key)?;
        match value.as_str().map(str::trim) {
            Some("") => self.page.problem(&at, "is empty"),
            Some(text) => return Some(Told { value: text.to_owned(), at }),
            None => self.page.problem(&at, format!("must be text in quotes, found {}", kind(value))),
        }
        None
    }

    /// A whole number.
    pub fn number(&mut self, key: &'static str) -> Option<Told<i64>> {
        let Told { value, at } = self.find(key)?;
        let number = value.as_integer().and_then(|digits| i64::from_str_radix(digits.as_str(), digits.radix()).ok());
        match number {
            Some(value) => return Some(Told { value, at }),
            None => self.page.problem(&at, format!("must be a whole number, found {}", kind(value))),
        }
        None
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<Told<bool>> {
        let Told { value, at } = self.find(key)?;
        match value.as_bool() {
            Some(value) => return Some(Told { value, at }),
            None => self.page.problem(&at, format!("must be true or false, found {}", kind(value))),
        }
        None
    }

    /// A text that must be there; `help` says what belongs there.
    pub fn needed(&mut self, key: &'static str, help: &str) -> Option<Told<String>> {
        let is_missing = self.table.is_none_or(|table| table.iter().all(|(name, _)| name.get_ref() != key));
        if is_missing {
            self.asked.push(key);
            self.page.problem_with_help(&self.at(key), "is missing", help);
            return None;
        }
        self.text(key)
    }

    /// A list of texts; empty if it is not there.
    pub fn texts(&mut self, key: &'static str) -> Vec<Told<String>> {
        let Some(Told { value, at }) = self.find(key) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.page.problem_with_help(&at, format!("must be a list, found {}", kind(value)), "[\"…\", \"…\"]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in list.iter() {
            let at = At { line: self.page.line(item.span().start), key: at.key.clone() };
            match item.get_ref().as_str().map(str::trim) {
                Some(text) if !text.is_empty() => texts.push(Told { value: text.to_owned(), at }),
                Some(_) => self.page.problem(&at, "holds an empty text"),
                None => self.page.problem(&at, format!("must hold texts in quotes, found {}", kind(item.get_ref()))),
            }
        }
        texts
    }

    /// A table `[key]`; a section without keys if it is not there.
    pub fn section(&mut self, key: &'static str) -> Self {
        let found = self.find(key);
        let (line, table) = match &found {
            Some(told) => (told.at.line, told.value.as_table()),
            None => (1, None),
        };
        if let (Some(told), None) = (&found, table) {
            self.page.problem_with_help(&told.at, "must be a section", format!("write [{key}] on a line of its own"));
        }
        Self { page: self.page, title: format!("[{key}]"), line, table, asked: Vec::new() }
    }

    /// Every table `[[key]]`.
    pub fn sections(&mut self, key: &'static str) -> Vec<Self> {
        let Some(told) = self.find(key) else { return Vec::new() };
        let tables: Option<Vec<_>> = told
            .value
            .as_array()
            .and_then(|list| list.iter().map(|one| Some((one.span().start, one.get_ref().as_table()?))).collect());
        let Some(tables) = tables else {
            let help = format!("write [[{key}]], with two brackets, before each");
            self.page.problem_with_help(&told.at, "must be a list of sections", help);
            return Vec::new();
        };
        let section = |(offset, table)| Self {
            page: self.page,
            title: format!("[[{key}]]"),
            line: self.page.line(offset),
            table: Some(table),
            asked: Vec::new(),
        };
        tables.into_iter().map(section).collect()
    }

    /// A key that must not be there, and why.
    pub fn refuse(&mut self, key: &'static str, why: &str, help: &str) {
        if let Some(told) = self.find(key) {
            self.page.problem_with_help(&told.at, why, help);
        }
    }

    /// Names every key that nobody asked for.
    pub fn end(self) {
        for (name, _) in self.table.into_iter().flat_map(|table| table.iter()) {
            let key = name.get_ref().as_ref();
            if self.asked.contains(&key) {
                continue;
            }
            let at = At { line: self.page.line(name.span().start), ..self.at(key) };
            let mut known = self.asked.clone();
            known.sort_unstable();
            let help = nearest(key, &known)
                .map_or(format!("known are {}", known.join(", ")), |near| format!("did you mean {near}?"));
            self.page.problem_with_help(&at, "unknown key", help);
        }
    }
}

/// What a value is, in words.
const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}
