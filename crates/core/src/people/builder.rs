//! Makes a list: persons one after the other, each as the hashes of their names and numbers.

use super::{
    People, PeopleKey,
    table::Table,
    words::{self, number, of_names},
};
use crate::text::fold;

/// A person who is to be on the list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Person<'a> {
    /// Their given names: each may hold several words, "Anna Maria", "Hans-Peter".
    pub given: &'a [&'a str],
    /// Their family names, also former ones: "von der Müller-Groß".
    pub family: &'a [&'a str],
    /// Their numbers: patient, case, insurance, staff.
    pub numbers: &'a [&'a str],
}

/// How many parts the hashes are collected in; each is sorted and freed by itself.
const PARTS: usize = 256;
/// No person has more pairs of names on the list.
const MOST_PAIRS: usize = 24;

/// Makes a list of people.
#[derive(Debug)]
pub struct Builder {
    key: PeopleKey,
    parts: Vec<Vec<u64>>,
    persons: u64,
}

impl Builder {
    /// Begins a list under a key.
    #[must_use]
    pub fn new(key: PeopleKey) -> Self {
        Self { key, parts: vec![Vec::new(); PARTS], persons: 0 }
    }

    /// Puts a person on the list. Returns whether anything of them can be found: a family name alone can't, nor a number
    /// of fewer than five signs.
    pub fn add(&mut self, person: &Person<'_>) -> bool {
        let given = name_words(person.given);
        let family = name_words(person.family);
        let pairs = given.iter().flat_map(|one| family.iter().map(move |other| (one, other)));
        let mut is_on = false;
        for (one, other) in pairs.filter(|(one, other)| one != other).take(MOST_PAIRS) {
            let hash = self.key.pair(one, other);
            self.put(hash);
            is_on = true;
        }
        for number in person.numbers.iter().filter_map(|written| number(written)) {
            let hash = self.key.number(&number);
            self.put(hash);
            is_on = true;
        }
        self.persons += u64::from(is_on);
        is_on
    }

    /// How many persons can be found.
    #[must_use]
    pub const fn persons(&self) -> u64 {
        self.persons
    }

    /// The finished list.
    #[must_use]
    pub fn finish(mut self) -> People {
        let hashes = self.sort();
        // Each part is freed as soon as the table has it.
        let table = Table::new(hashes, self.parts.into_iter());
        People::of(self.key, table)
    }

    /// The list as it is now; more persons can be added afterwards.
    #[must_use]
    pub fn list(&mut self) -> People {
        let hashes = self.sort();
        People::of(self.key.clone(), Table::new(hashes, self.parts.iter().cloned()))
    }

    /// Sorts the hashes and keeps each once; how many there are.
    fn sort(&mut self) -> usize {
        for part in &mut self.parts {
            part.sort_unstable();
            part.dedup();
        }
        self.parts.iter().map(Vec::len).sum()
    }

    fn put(&mut self, hash: u64) {
        let part = usize::try_from(hash >> 56).unwrap_or(0);
        if let Some(part) = self.parts.get_mut(part) {
            // Growing by an eighth instead of doubling: millions of hashes must not need twice their room.
            if part.len() == part.capacity() {
                part.reserve_exact(part.len() / 8 + 16);
            }
            part.push(hash);
        }
    }
}

/// The words by which somebody is found: each that counts, and each written name in one word ("Hanspeter", "Alhashimi",
/// "Oneill") where it has several.
fn name_words(names: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        all.extend(of_names(name).into_iter().map(|word| word.folded));
        // What is parted by a blank is another name; hyphens, apostrophes and capitals are within one.
        all.extend(name.split_whitespace().map(joined));
        if has_particle(name) {
            all.push(joined(name));
        }
    }
    let mut seen: Vec<String> = Vec::with_capacity(all.len());
    for word in all {
        if word.chars().nth(1).is_some() && !seen.contains(&word) && !words::is_particle(&word) {
            seen.push(word);
        }
    }
    seen
}

fn joined(part: &str) -> String {
    fold(&part.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
}

fn has_particle(name: &str) -> bool {
    name.split_whitespace().next().is_some_and(|first| words::is_particle(&fold(first)))
}
