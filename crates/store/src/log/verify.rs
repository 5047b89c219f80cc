//! Verifies the stored log: reads it in one state of the database, on a thread of its own, as the maths know no async.

use bedside_core::{
    log::{Entry, Finding, HASH_BYTES, LogReader, Report, Subject, TileId, VerifierKey},
    time::Timestamp,
};
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

/// Verifies the whole log in the state that `tx` sees, and what is filed beside it; see [`bedside_core::log::verify()`].
///
/// # Errors
/// Only when reading fails; what is wrong with the log is in the report.
pub async fn verify(tx: Tx, key: VerifierKey, kept: Option<Vec<u8>>) -> Result<Report, StoreError> {
    verify_telling(tx, key, kept, |_| {}).await
}

/// Does what [`verify`] does and tells `progress` the place reached, now and then.
///
/// # Errors
/// As [`verify`].
pub async fn verify_telling(
    tx: Tx,
    key: VerifierKey,
    kept: Option<Vec<u8>>,
    progress: impl FnMut(u64) + Send + 'static,
) -> Result<Report, StoreError> {
    let mut reader = Reader { tx, handle: Handle::current(), progress, misfiled: Vec::new() };
    let verified =
        tokio::task::spawn_blocking(move || bedside_core::log::verify(&mut reader, &key, kept.as_deref())).await;
    verified.map_err(|error| StoreError::Engine(sqlx::Error::Io(std::io::Error::other(error))))?
}

struct Reader<P> {
    tx: Tx,
    handle: Handle,
    progress: P,
    misfiled: Vec<Finding>,
}

impl<P: FnMut(u64)> LogReader for Reader<P> {
    type Error = StoreError;

    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let newest = self.handle.block_on(super::newest_checkpoint(&mut self.tx))?;
        Ok(newest.map(|(_, note, _)| note))
    }

    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        (self.progress)(from);
        let most = u32::try_from(max).unwrap_or(u32::MAX);
        let filed = self.handle.block_on(super::filed(&mut self.tx, from, most))?;
        let wrong = filed.iter().filter_map(|one| Some((one.leaf, one.wrong()?)));
        self.misfiled.extend(wrong.map(|(index, field)| Finding::EntryMisfiled { index, field }));
        Ok(filed.into_iter().map(|one| (one.leaf, one.body)).collect())
    }

    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((width, body)) = self.handle.block_on(super::tile_filed(&mut self.tx, id.level, id.index))? else {
            return Ok(None);
        };
        let finding = Finding::TileMisfiled { tile: id };
        // A tile may be read more than once.
        if width.checked_mul(HASH_BYTES) != Some(body.len()) && !self.misfiled.contains(&finding) {
            self.misfiled.push(finding);
        }
        Ok(Some(body))
    }

    fn pending(&mut self) -> Result<u64, StoreError> {
        self.handle.block_on(super::pending_count(&mut self.tx))
    }

    fn misfiled(&mut self) -> Result<Vec<Finding>, StoreError> {
        Ok(std::mem::take(&mut self.misfiled))
    }
}

/// An entry with what lies beside it, as text: what is wrong there is found, and stops no reading.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) leaf: u64,
    pub(super) body: Vec<u8>,
    pub(super) id: String,
    pub(super) case: Option<String>,
    pub(super) at: Timestamp,
}

impl Filed {
    /// What beside the entry is not as in it; `None`: nothing, or the entry itself can't be read, which its hash tells.
    fn wrong(&self) -> Option<&'static str> {
        let entry = Entry::decode(&self.body).ok()?;
        let case = entry.subjects().iter().find_map(|one| match one {
            Subject::Case(case) => Some(case.to_string()),
            _ => None,
        });
        if entry.id().to_string() != self.id {
            Some("id")
        } else if entry.at() != self.at {
            Some("at")
        } else {
            (case != self.case).then_some("case")
        }
    }
}
