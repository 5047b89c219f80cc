//! Verifies the stored log: reads it in one state of the database, on a thread of its own, as the maths know no async.

use bedside_core::log::{LogReader, Report, TileId, VerifierKey};
use tokio::runtime::Handle;

use crate::{Location, StoreError, Tx, db::Db};

/// The log alone, opened to be verified. Needs no master key: entries hold no text.
#[derive(Debug)]
pub struct LogOnly(Db);

impl LogOnly {
    /// Opens the database that holds the log; changes nothing in it.
    ///
    /// # Errors
    /// It can't be opened.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        Ok(Self(match location {
            Location::Folder(folder) => Db::sqlite(&folder.join("bedside.db"), 2048).await?,
            Location::Postgres(url) => Db::postgres(url, "bedside").await?,
        }))
    }

    /// Begins a transaction that only reads and sees one state.
    ///
    /// # Errors
    /// The engine gives none.
    pub async fn begin_read(&self) -> Result<Tx, StoreError> {
        self.0.begin_read().await
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

/// Verifies the whole log in the state that `tx` sees; see [`bedside_core::log::verify()`].
///
/// # Errors
/// Only when reading fails; what is wrong with the log is in the report.
pub async fn verify(tx: Tx, key: VerifierKey, kept: Option<Vec<u8>>) -> Result<Report, StoreError> {
    let mut reader = Reader { tx, handle: Handle::current() };
    let verified =
        tokio::task::spawn_blocking(move || bedside_core::log::verify(&mut reader, &key, kept.as_deref())).await;
    verified.map_err(|error| StoreError::Engine(sqlx::Error::Io(std::io::Error::other(error))))?
}

struct Reader {
    tx: Tx,
    handle: Handle,
}

impl LogReader for Reader {
    type Error = StoreError;

    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let newest = self.handle.block_on(super::newest_checkpoint(&mut self.tx))?;
        Ok(newest.map(|(_, note, _)| note))
    }

    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let most = u32::try_from(max).unwrap_or(u32::MAX);
        self.handle.block_on(super::entries(&mut self.tx, from, most))
    }

    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.handle.block_on(super::tile(&mut self.tx, id.level, id.index))
    }

    fn pending(&mut self) -> Result<u64, StoreError> {
        self.handle.block_on(super::pending_count(&mut self.tx))
    }
}
