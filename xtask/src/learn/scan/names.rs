//! Rows once more with other names and places in them, so that the model learns where names stand and how they look, and
//! not which there were. One in four is no known name but the halves of two.

use std::path::Path;

use anyhow::Result;
use bedside_core::scan::PhiKind;

use super::rows::{Row, Span, spread};
use crate::learn::rows;

/// The lists of `models/names`.
pub struct Names {
    first: Vec<String>,
    family: Vec<String>,
    places: Vec<String>,
}

impl Names {
    /// Reads the lists.
    pub fn read(root: &Path) -> Result<Self> {
        let list = |name: &str| -> Result<Vec<String>> {
            Ok(rows::lines(&root.join(format!("models/names/{name}.txt")))?.into_iter().map(|(_, word)| word).collect())
        };
        Ok(Self { first: list("first")?, family: list("family")?, places: list("places")? })
    }

    /// The row with other names; `None` where it has none.
    pub fn renamed(&self, row: &Row) -> Option<Row> {
        let mut chance = Chance::new(spread(&row.text));
        let mut spans = row.spans.clone();
        spans.sort_by_key(|span| span.start);
        if !spans.iter().any(|span| matches!(span.kind, PhiKind::Name | PhiKind::Location)) {
            return None;
        }
        let chars: Vec<char> = row.text.chars().collect();
        let part = |from: u32, to: u32| -> String { chars.iter().take(to as usize).skip(from as usize).collect() };
        let (mut text, mut out, mut at) = (String::new(), Vec::new(), 0);
        for span in &spans {
            if span.start < at {
                return None;
            }
            text.push_str(&part(at, span.start));
            let start = count(&text);
            text.push_str(&self.instead(span.kind, &part(span.start, span.end), &mut chance));
            out.push(Span { start, end: count(&text), kind: span.kind });
            at = span.end;
        }
        text.push_str(&part(at, count(&row.text)));
        Some(Row { text, spans: out, ..row.clone() })
    }

    /// Another name in the same form, word by word.
    fn instead(&self, kind: PhiKind, old: &str, chance: &mut Chance) -> String {
        let words: Vec<&str> = old.split(' ').collect();
        let usual = words.len() <= 3
            && words.iter().all(|word| word.chars().count() > 2 && word.chars().all(char::is_alphabetic));
        if !usual || !matches!(kind, PhiKind::Name | PhiKind::Location) || chance.below(5) == 0 {
            return old.to_owned();
        }
        let new = words.iter().enumerate().map(|(n, word)| {
            let list = match kind {
                PhiKind::Location => &self.places,
                _ if n + 1 == words.len() && (n > 0 || self.family.binary_search(&word.to_lowercase()).is_ok()) => {
                    &self.family
                }
                _ => &self.first,
            };
            alike(word, &pick(list, chance))
        });
        new.collect::<Vec<_>>().join(" ")
    }
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

fn pick(list: &[String], chance: &mut Chance) -> String {
    let one = |chance: &mut Chance| list.get(chance.below(list.len())).map(String::as_str).unwrap_or_default();
    let word = one(chance);
    if chance.below(4) > 0 {
        return word.to_owned();
    }
    let other = one(chance);
    let head = word.chars().take(word.chars().count().div_ceil(2));
    head.chain(other.chars().skip(other.chars().count() / 2)).collect()
}

/// `new` with capitals as `old` has them.
fn alike(old: &str, new: &str) -> String {
    let capital = old.chars().next().is_some_and(char::is_uppercase);
    let all = old.chars().all(char::is_uppercase);
    let raised =
        |(n, c): (usize, char)| if all || capital && n == 0 { c.to_uppercase().next().unwrap_or(c) } else { c };
    new.chars().enumerate().map(raised).collect()
}

/// Numbers that look random and are always the same (xorshift64*).
pub struct Chance(u64);

impl Chance {
    /// Begins at `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(0x2545_f491_4f6c_dd1d ^ seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n.max(1)
    }

    /// Another order.
    pub fn shuffle(&mut self, order: &mut [usize]) {
        for n in (1..order.len()).rev() {
            let other = self.below(n + 1);
            order.swap(n, other);
        }
    }
}
