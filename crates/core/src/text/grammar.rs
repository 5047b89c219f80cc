//! The little language that word lists are written in, one phrase a line:
//!
//! ```text
//! # a remark
//! @kin = mother | mum | dad*          a named group; `dad*` any word that starts so, `*tod` ends so, `*tod*` holds it
//! 0.9 page : (kill|hurt) myself       weight and flags, then the phrase
//! ```
//! In a phrase: `(a|b c)` one of; `[a|b]` one of or nothing; `@kin` a group; `_` any word; `#` digits; `%` a word with a
//! capital; `%@kin` one of a group with a capital; `..` up to two words between, `..5` up to five, none of them a negation; `~3` up to three of any; `^` and `$`
//! the sentence's start and end; `<url>` and `<mention>`. An umlaut is also met as ae or a. A phrase never crosses the end of a sentence.

use std::collections::HashMap;

/// A word list compiled into the program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    /// Its name for people, e.g. `en/threat`.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// One phrase of a list with what stands before the colon.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The list's name.
    pub(crate) list: &'static str,
    /// Its line, from 1.
    pub(crate) number: usize,
    /// What stands before the colon.
    pub(crate) head: String,
    /// What follows `=>`: a text to put instead.
    pub(crate) instead: Option<String>,
    /// The phrase.
    pub(crate) nodes: Vec<Node>,
}

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// One word out of these forms.
    Word(Vec<String>),
    /// One word out of these forms, with a capital.
    Named(Vec<String>),
    /// Any word.
    Any,
    /// Digits.
    Number,
    /// A word with a capital.
    Capital,
    /// Up to so many words; negations only where `any`.
    Gap { most: u8, any: bool },
    /// One of several sequences.
    One(Vec<Vec<Node>>),
    /// One of several sequences, or nothing.
    Maybe(Vec<Vec<Node>>),
    /// The sentence starts here.
    Start,
    /// The sentence ends here.
    End,
}

/// Named groups, per language.
type Groups = HashMap<String, Vec<Vec<Node>>>;

/// Reads lists in order; groups named in one are known in the later ones of the same folder (`en/`).
/// Lines that can't be read come back as the second part.
pub(crate) fn read(sources: &[Source]) -> (Vec<Line>, Vec<String>) {
    let mut groups: HashMap<&str, Groups> = HashMap::new();
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    for source in sources {
        let folder = source.name.split('/').next().unwrap_or_default();
        let groups = groups.entry(folder).or_default();
        for (at, text) in source.text.lines().enumerate() {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            match read_line(source.name, at + 1, text, groups) {
                Ok(line) => lines.extend(line),
                Err(why) => bad.push(format!("{}:{}: {why}", source.name, at + 1)),
            }
        }
    }
    (lines, bad)
}

fn read_line(list: &'static str, number: usize, text: &str, groups: &mut Groups) -> Result<Option<Line>, String> {
    if let Some((name, members)) = text.strip_prefix('@').and_then(|rest| rest.split_once(" = ")) {
        let members = Reader::new(members, groups).alternatives(None)?;
        groups.entry(name.trim().to_owned()).or_default().extend(members);
        return Ok(None);
    }
    let (head, rest) = text.split_once(" : ").ok_or("expected 'weight : phrase'")?;
    let (phrase, instead) = match rest.split_once(" =>") {
        Some((phrase, instead)) => (phrase, Some(instead.trim().to_owned())),
        None => (rest, None),
    };
    let mut all = Reader::new(phrase, groups).alternatives(None)?;
    let nodes = if all.len() == 1 { all.pop().unwrap_or_default() } else { vec![tidy(all)] };
    Ok(Some(Line { list, number, head: head.trim().to_owned(), instead, nodes }))
}

/// Alternatives of one word each are one word with several forms.
fn tidy(sequences: Vec<Vec<Node>>) -> Node {
    let mut forms = Vec::new();
    for sequence in &sequences {
        match sequence.as_slice() {
            [Node::Word(words)] => forms.extend(words.iter().cloned()),
            _ => return Node::One(split_words(sequences)),
        }
    }
    Node::Word(forms)
}

/// Single words of a mixed group go together into one alternative.
fn split_words(sequences: Vec<Vec<Node>>) -> Vec<Vec<Node>> {
    let (mut forms, mut others) = (Vec::new(), Vec::new());
    for sequence in sequences {
        match sequence.as_slice() {
            [Node::Word(words)] => forms.extend(words.iter().cloned()),
            _ => others.push(sequence),
        }
    }
    if !forms.is_empty() {
        others.insert(0, vec![Node::Word(forms)]);
    }
    others
}

struct Reader<'a> {
    rest: &'a str,
    groups: &'a Groups,
}

impl<'a> Reader<'a> {
    fn new(rest: &'a str, groups: &'a Groups) -> Self {
        Self { rest, groups }
    }

    /// Reads `a | b c | d` up to `close`, or to the end.
    fn alternatives(&mut self, close: Option<char>) -> Result<Vec<Vec<Node>>, String> {
        let (mut all, mut one) = (Vec::new(), Vec::new());
        loop {
            self.rest = self.rest.trim_start();
            let Some(c) = self.rest.chars().next() else {
                return if close.is_none() { Ok(done(all, one)) } else { Err("a bracket is not closed".to_owned()) };
            };
            match c {
                '|' => {
                    all.push(std::mem::take(&mut one));
                    self.skip(c);
                }
                c if Some(c) == close => {
                    self.skip(c);
                    return Ok(done(all, one));
                }
                ')' | ']' => return Err("a bracket too many".to_owned()),
                '(' => {
                    self.skip(c);
                    one.push(tidy(self.alternatives(Some(')'))?));
                }
                '[' => {
                    self.skip(c);
                    one.push(Node::Maybe(split_words(self.alternatives(Some(']'))?)));
                }
                _ => {
                    let node = self.word()?;
                    one.push(node);
                }
            }
        }
    }

    fn skip(&mut self, c: char) {
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
    }

    fn word(&mut self) -> Result<Node, String> {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || matches!(c, '|' | '(' | ')' | '[' | ']'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        let number = |text: &str, usual: u8| {
            if text.is_empty() { Ok(usual) } else { text.parse::<u8>() }
        };
        if let Some(name) = word.strip_prefix('@') {
            let group = self.groups.get(name).ok_or_else(|| format!("no group @{name}"))?;
            return Ok(tidy(group.clone()));
        }
        if let Some(name) = word.strip_prefix("%@") {
            let group = self.groups.get(name).ok_or_else(|| format!("no group @{name}"))?;
            return match tidy(group.clone()) {
                Node::Word(forms) => Ok(Node::Named(forms)),
                _ => Err(format!("@{name} has phrases; only single words have a capital")),
            };
        }
        if let Some(most) = word.strip_prefix("..") {
            return number(most, 2).map(|most| Node::Gap { most, any: false }).map_err(|e| e.to_string());
        }
        if let Some(most) = word.strip_prefix('~') {
            return number(most, 2).map(|most| Node::Gap { most, any: true }).map_err(|e| e.to_string());
        }
        Ok(match word {
            "_" => Node::Any,
            "#" => Node::Number,
            "%" => Node::Capital,
            "^" => Node::Start,
            "$" => Node::End,
            _ => return forms(word),
        })
    }
}

fn done(mut all: Vec<Vec<Node>>, one: Vec<Node>) -> Vec<Vec<Node>> {
    all.push(one);
    all.retain(|sequence| !sequence.is_empty());
    all
}

/// The folded spellings of a word: "für" is met as "fuer" and as "fur".
fn forms(word: &str) -> Result<Node, String> {
    let mut all = vec![String::new()];
    for c in word.to_lowercase().chars() {
        let (one, other) = match c {
            'ä' => ("ae", Some("a")),
            'ö' => ("oe", Some("o")),
            'ü' => ("ue", Some("u")),
            'ß' => ("ss", None),
            '\'' | '’' => continue,
            c if c.is_alphanumeric() || matches!(c, '*' | '+' | '<' | '>') || !c.is_ascii() => {
                all.iter_mut().for_each(|form| form.push(c));
                continue;
            }
            c => return Err(format!("'{c}' in '{word}' has no meaning here")),
        };
        let more: Vec<String> = other.iter().flat_map(|o| all.iter().map(move |form| format!("{form}{o}"))).collect();
        all.iter_mut().for_each(|form| form.push_str(one));
        all.extend(more);
    }
    Ok(Node::Word(all))
}
