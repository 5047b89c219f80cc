//! Everything SQL: one SQL text on two engines, sealing of text, the key store and the search index.
//!
//! A step of the road begins a [`Tx`], calls functions of the table families with it, and commits once.

mod db;
mod error;
mod keys;
mod many;
mod migrate;
mod seal;
mod value;
mod writer;

pub mod alarms;
pub mod balance;
pub mod cases;
pub mod channels;
pub mod chart;
pub mod clocks;
pub mod desk;
pub mod door;
pub mod drafts;
pub mod emr;
pub mod examples;
pub mod exchange;
pub mod hold_letters;
pub mod incidents;
pub mod jobs;
pub mod keeping;
pub mod labels;
pub mod library;
pub mod log;
pub mod media;
pub mod moving;
pub mod outbox;
pub mod own_posts;
pub mod people;
pub mod posts;
pub mod rules;
pub mod search;
pub mod shown;
pub mod sites;
pub mod state;
pub mod strikes;
pub mod takings;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use bedside_core::time::Timestamp;

use self::{db::Db, search::Search};
pub use self::{
    db::{Engine, Tx},
    error::StoreError,
    keys::Keys,
    seal::{BadMasterKey, DataKey, Lookup, MasterKey, Phi, random},
};

/// Where the data lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// SQLite files in this folder: `bedside.db`, `keys/keys.db`, `search.db`.
    Folder(PathBuf),
    /// A PostgreSQL database: schemas `bedside`, `bedside_keys`, `bedside_search`.
    Postgres(String),
}

/// The opened store.
#[derive(Debug, Clone)]
pub struct Store {
    main: Db,
    keys: Keys,
    search: Search,
    lookup: Lookup,
}

impl Store {
    /// Opens the store, creates and migrates what is missing.
    ///
    /// # Errors
    /// A database can't be opened or migrated, it was used by a newer Bedside, or the master key is not the one the
    /// data was sealed with.
    pub async fn open(location: &Location, master: &MasterKey, now: Timestamp) -> Result<Self, StoreError> {
        let (main, keys, search) = match location {
            Location::Folder(folder) => {
                let keys_folder = folder.join("keys");
                std::fs::create_dir_all(&keys_folder).map_err(|error| StoreError::Open {
                    what: keys_folder.display().to_string(),
                    error: sqlx::Error::Io(error),
                })?;
                (
                    Db::sqlite(&folder.join("bedside.db"), 8192).await?,
                    Db::sqlite_overwriting(&keys_folder.join("keys.db"), 2048).await?,
                    Db::sqlite(&folder.join("search.db"), 4096).await?,
                )
            }
            Location::Postgres(url) => (
                Db::postgres(url, "bedside").await?,
                Db::postgres(url, "bedside_keys").await?,
                Db::postgres(url, "bedside_search").await?,
            ),
        };
        migrate::migrate(&keys, migrate::KEYS, now).await?;
        let keys = Keys::open(keys, master, now).await?;
        migrate::migrate(&main, migrate::MAIN, now).await?;
        let search = Search::open(search, master).await?;
        Ok(Self { main, keys, search, lookup: Lookup::new(&master.purpose("lookup")) })
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// The engine gives none.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.main.begin().await?.opening_with(self.keys.clone()))
    }

    /// Begins a transaction that only reads and sees one state.
    ///
    /// # Errors
    /// The engine gives none.
    pub async fn begin_read(&self) -> Result<Tx, StoreError> {
        Ok(self.main.begin_read().await?.opening_with(self.keys.clone()))
    }

    /// Which engine holds the data.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.main.engine()
    }

    /// The key store.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The search index.
    #[must_use]
    pub const fn search(&self) -> &Search {
        &self.search
    }

    /// Keyed hashes of handles and addresses.
    #[must_use]
    pub const fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// Closes everything in order.
    pub async fn close(&self) {
        self.search.close().await;
        self.main.close().await;
        self.keys.close().await;
    }
}
