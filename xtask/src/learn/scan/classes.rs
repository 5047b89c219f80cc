//! Classes of words that stand in like places in everyday texts: each word goes where the words before and after it are
//! foretold best (two-sided exchange clustering, after Kneser and Ney 1993). Whole numbers only: the same texts give the same
//! classes.

use std::collections::{BTreeMap, HashMap};

/// So many classes.
const CLASSES: usize = 120;
/// A word met more seldom has none.
const LEAST: u32 = 3;
const ROUNDS: usize = 12;

/// The words that stand for all rare ones, and for the end of a text.
const RARE: usize = 0;
const END: usize = 1;

/// Neighbours on one side of each word, and how often.
type Sides = Vec<Vec<(usize, u32)>>;

/// Each word's class, from 1; words as hashes.
pub fn classes(texts: &[Vec<u64>]) -> HashMap<u64, u8> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    texts.iter().flatten().for_each(|word| *counts.entry(*word).or_default() += 1);
    let mut words: Vec<(u64, u32)> = counts.into_iter().filter(|(_, n)| *n >= LEAST).collect();
    words.sort_by_key(|(word, n)| (std::cmp::Reverse(*n), *word));
    let index: HashMap<u64, usize> = words.iter().enumerate().map(|(n, (word, _))| (*word, n + 2)).collect();
    let mut exchange = Exchange::new(texts, &index, words.len() + 2);
    for _ in 0..ROUNDS {
        if !exchange.round() {
            break;
        }
    }
    let class = |word: &u64| index.get(word).and_then(|n| exchange.class.get(*n)).copied().unwrap_or(0);
    words.iter().map(|(word, _)| (*word, u8::try_from(class(word) + 1).unwrap_or(0))).collect()
}

/// The state of the exchange.
struct Exchange {
    before: Sides,
    after: Sides,
    totals: Vec<u32>,
    class: Vec<usize>,
    sizes: Vec<u32>,
    /// How often a class follows a word, and how often it stands before one: a row of classes for each word.
    follows: Vec<[u32; CLASSES]>,
    precedes: Vec<[u32; CLASSES]>,
    /// n · log n in 1024ths.
    weight: Vec<i64>,
}

impl Exchange {
    fn new(texts: &[Vec<u64>], index: &HashMap<u64, usize>, count: usize) -> Self {
        let mut pairs: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        for text in texts {
            let ids = text.iter().map(|word| index.get(word).copied().unwrap_or(RARE));
            let mut last = END;
            for id in ids.chain([END]) {
                *pairs.entry((last, id)).or_default() += 1;
                last = id;
            }
        }
        let (mut before, mut after) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        let mut totals = vec![0u32; count];
        for ((one, next), n) in pairs {
            add(&mut before, next, (one, n));
            add(&mut after, one, (next, n));
            if let Some(total) = totals.get_mut(next) {
                *total += n;
            }
        }
        let most: u32 = totals.iter().sum();
        let weight = (0..=most).map(|n| (f64::from(n) * f64::from(n.max(1)).ln() * 1024.0).round() as i64).collect();
        let class: Vec<usize> = (0..count).map(|n| n % CLASSES).collect();
        let mut state = Self {
            before,
            after,
            totals,
            class,
            sizes: vec![0; CLASSES],
            follows: vec![[0; CLASSES]; count],
            precedes: vec![[0; CLASSES]; count],
            weight,
        };
        (0..count).for_each(|word| state.enter(word, word % CLASSES));
        state
    }

    fn enter(&mut self, word: usize, class: usize) {
        self.shift(word, class, u32::wrapping_add);
    }

    fn leave(&mut self, word: usize, class: usize) {
        self.shift(word, class, u32::wrapping_sub);
    }

    fn shift(&mut self, word: usize, class: usize, change: impl Fn(u32, u32) -> u32) {
        let sides = [(&self.before, &mut self.follows), (&self.after, &mut self.precedes)];
        for (neighbours, table) in sides {
            for (other, n) in neighbours.get(word).into_iter().flatten() {
                if let Some(cell) = table.get_mut(*other).and_then(|row| row.get_mut(class)) {
                    *cell = change(*cell, *n);
                }
            }
        }
        if let (Some(size), Some(total)) = (self.sizes.get_mut(class), self.totals.get(word)) {
            *size = change(*size, *total);
        }
    }

    /// Moves every word to where it fits best; whether any moved.
    fn round(&mut self) -> bool {
        let mut moved = false;
        for word in 2..self.class.len() {
            let Some(old) = self.class.get(word).copied() else { continue };
            self.leave(word, old);
            let new = self.best(word).unwrap_or(old);
            self.enter(word, new);
            if let Some(slot) = self.class.get_mut(word) {
                *slot = new;
            }
            moved |= new != old;
        }
        moved
    }

    fn best(&self, word: usize) -> Option<usize> {
        let weight = |n: u32| self.weight.get(n as usize).copied().unwrap_or(0);
        let mut gains = [0i64; CLASSES];
        for (neighbours, table) in [(&self.before, &self.follows), (&self.after, &self.precedes)] {
            for (other, n) in neighbours.get(word)? {
                let row = table.get(*other)?;
                gains.iter_mut().zip(row).for_each(|(gain, held)| *gain += weight(held + n) - weight(*held));
            }
        }
        let total = *self.totals.get(word)?;
        gains.iter_mut().zip(&self.sizes).for_each(|(gain, size)| *gain -= 2 * (weight(size + total) - weight(*size)));
        (0..CLASSES).max_by_key(|class| (gains.get(*class).copied(), std::cmp::Reverse(*class)))
    }
}

fn add(sides: &mut Sides, word: usize, neighbour: (usize, u32)) {
    if let Some(side) = sides.get_mut(word) {
        side.push(neighbour);
    }
}
