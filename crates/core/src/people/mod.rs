//! The hospital's own people as keyed hashes: whether a text names one of them by given and family name or by a number.
//! The table holds no name, and without its key it tells nothing. A look-up does the same work whatever it finds, so that
//! nobody learns from the time it takes who is on the list.

mod builder;
mod file;
mod find;
mod key;
mod table;
mod words;

#[cfg(test)]
mod tests;

pub use builder::{Builder, Person};
pub use file::{PeopleError, Reader};
pub use find::{Hit, What};
pub use key::PeopleKey;

use std::sync::Arc;

use table::Table;

/// The people of one site, as keyed hashes.
#[derive(Debug, Clone)]
pub struct People {
    key: PeopleKey,
    table: Arc<Table>,
    /// Who came since the table was made; looked through with every look-up, also where it is empty.
    recent: Arc<Table>,
}

/// Whether a word is far more often no name than one ("will", "und", "lang").
pub(crate) fn is_ordinary(word: &str) -> bool {
    words::is_common(&crate::text::fold(word))
}

impl People {
    /// Whether somebody is listed under the name that these words make: one of their given and one of their family
    /// names, in either order and any case, umlauts in any spelling, particles ("von", "de", "al") or not. All pairs of
    /// words are looked up in the same way, whether one is listed or not. Never true for one word alone.
    #[must_use]
    pub fn holds_name(&self, name: &[&str]) -> bool {
        find::holds_name(self, name)
    }

    /// Whether somebody is listed under this number, with or without blanks and separators.
    #[must_use]
    pub fn holds_number(&self, number: &str) -> bool {
        words::number(number).is_some_and(|number| self.holds(self.key.number(&number)))
    }

    /// The same list, and who came since it was made; it shares what is big. Both were made with one key.
    #[must_use]
    pub fn with_recent(&self, recent: &Self) -> Self {
        Self { key: self.key.clone(), table: Arc::clone(&self.table), recent: Arc::clone(&recent.table) }
    }

    /// How many hashes the list holds: about four a person.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len() + self.recent.len()
    }

    /// Whether nobody is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the list takes in memory, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.table.size_bytes() + self.recent.size_bytes()
    }

    fn of(key: PeopleKey, table: Table) -> Self {
        Self { key, table: Arc::new(table), recent: Arc::default() }
    }

    /// Looks through both tables, whatever the first one says.
    fn holds(&self, hash: u64) -> bool {
        self.table.holds(hash) | self.recent.holds(hash)
    }
}
