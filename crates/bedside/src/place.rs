//! Where the data lies, and opening it: never with the wrong key, and never half of it.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use bedside_core::time::Timestamp;
use bedside_store::{Location, MasterKey, Store};

use crate::{
    cli::Common,
    config::{Config, Data},
    keys::{self, KeyFrom, Surroundings},
};

/// Where the data lies.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite in this folder.
    Folder(PathBuf),
    /// PostgreSQL at this address, which holds a password.
    Postgres(String),
}

/// The opened data.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Where the master key came from.
    pub key: KeyFrom,
}

impl Place {
    /// As configured, unless the command line names a folder.
    ///
    /// # Errors
    /// The PostgreSQL address can't be read.
    pub fn of(config: &Config, common: &Common) -> Result<Self> {
        if let Some(folder) = &common.data {
            return Ok(Self::Folder(folder.clone()));
        }
        Ok(match (&config.data, config.data.postgres()?) {
            (_, Some(url)) => Self::Postgres(url.expose().to_owned()),
            (Data::Folder(folder), None) => Self::Folder(folder.clone()),
            (Data::Postgres(_), None) => bail!("the address of the database is missing"),
        })
    }

    /// What to call it; holds no password.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Postgres(_) => "PostgreSQL".to_owned(),
        }
    }

    /// Whether there is data in the folder; for PostgreSQL only its server knows.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        match self {
            Self::Folder(folder) => Self::data_file(folder).exists() || Self::keys_file(folder).exists(),
            Self::Postgres(_) => false,
        }
    }

    /// The folder of the data; `None`: it lies in a database.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Postgres(_) => None,
        }
    }

    fn data_file(folder: &Path) -> PathBuf {
        folder.join("bedside.db")
    }

    fn keys_file(folder: &Path) -> PathBuf {
        folder.join("keys").join("keys.db")
    }

    /// Refuses to go on where there is nothing yet.
    ///
    /// # Errors
    /// The folder holds no data.
    pub fn must_be_begun(&self) -> Result<()> {
        match self {
            Self::Folder(folder) if !Self::data_file(folder).exists() => bail!(
                "there is no data in {} (--data FOLDER names another place; `bedside serve` begins one)",
                folder.display()
            ),
            Self::Folder(_) | Self::Postgres(_) => Ok(()),
        }
    }

    /// The same for the store.
    #[must_use]
    pub fn location(&self) -> Location {
        match self {
            Self::Folder(folder) => Location::Folder(folder.clone()),
            Self::Postgres(url) => Location::Postgres(url.clone()),
        }
    }

    /// Opens the data and begins it where there is none.
    ///
    /// # Errors
    /// As [`keys::find`] and [`Store::open`]; or the key store is missing beside the data.
    pub async fn open(self, config: &Config, around: &Surroundings, now: Timestamp) -> Result<Opened> {
        let (master, key) = keys::find(config, around, &self)?;
        let store = self.open_with(&master, now).await?;
        Ok(Opened { store, key })
    }

    /// Opens data that must be there already.
    ///
    /// # Errors
    /// As [`Place::open`], or there is none.
    pub async fn open_begun(self, config: &Config, around: &Surroundings, now: Timestamp) -> Result<Opened> {
        self.must_be_begun()?;
        self.open(config, around, now).await
    }

    async fn open_with(&self, master: &MasterKey, now: Timestamp) -> Result<Store> {
        if let Self::Folder(folder) = self {
            if Self::data_file(folder).exists() && !Self::keys_file(folder).exists() {
                bail!(
                    "{} is missing: without the key store no text can be read. It is backed up apart from the data; restore \
                     it from there",
                    Self::keys_file(folder).display()
                );
            }
            keys::private_folder(&folder.join("keys"))?;
        }
        Ok(Store::open(&self.location(), master, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    async fn open(folder: &Path, key: &str) -> Result<Opened> {
        let around = Surroundings { master_key: Some(key.to_owned()), config_home: None };
        Place::Folder(folder.join("data")).open(&Config::default(), &around, NOW).await
    }

    #[tokio::test]
    async fn a_wrong_key_and_a_missing_key_store_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (right, wrong) = (MasterKey::generate_text().unwrap(), MasterKey::generate_text().unwrap());
        open(folder.path(), &right).await.unwrap().store.close().await;
        let error = open(folder.path(), &wrong).await.err().unwrap().to_string();
        assert!(error.contains("wrong master key"), "{error}");
        open(folder.path(), &right).await.unwrap().store.close().await;
        for entry in std::fs::read_dir(folder.path().join("data/keys")).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let error = open(folder.path(), &right).await.err().unwrap().to_string();
        assert!(error.contains("keys.db is missing"), "{error}");
    }

    #[tokio::test]
    async fn commands_that_only_look_begin_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().join("data"));
        let around = Surroundings { master_key: None, config_home: Some(folder.path().join("config")) };
        let error = place.open_begun(&Config::default(), &around, NOW).await.err().unwrap().to_string();
        assert!(error.contains("there is no data in"), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
