//! Moving: brings all rows of one database into another, whichever engines they run on. A backup, its way back and a move to
//! PostgreSQL are the same act: what is there already and alike stays, what differs is written, what is too much goes. So one
//! that was interrupted is taken up again by doing it again.

mod shape;
mod table;

use std::path::{Path, PathBuf};

use bedside_core::time::Timestamp;

use self::{shape::Table, table::Walk};
use crate::{
    Engine, Location, StoreError,
    db::{Db, Tx},
    migrate::{self, HALF_MOVED},
};

/// Where the two databases of a store lie. The search index is built anew wherever it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    data: Place,
    keys: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Schema(String, &'static str),
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The table in hand.
    pub table: String,
    /// Its rows so far.
    pub rows: u64,
    /// How many of them had to be written, over all walks.
    pub written: u64,
    /// Whether the table is done and was compared.
    pub is_done: bool,
}

/// Told how far it is, after each page of rows.
pub type Tell<'a> = &'a mut (dyn FnMut(&Moved) + Send);

impl Places {
    /// Of a store.
    #[must_use]
    pub fn of(location: &Location) -> Self {
        match location {
            Location::Folder(folder) => Self::apart(folder, &folder.join("keys")),
            Location::Postgres(url) => {
                Self { data: Place::Schema(url.clone(), "bedside"), keys: Place::Schema(url.clone(), "bedside_keys") }
            }
        }
    }

    /// Data and keys in two folders, as a backup keeps them.
    #[must_use]
    pub fn apart(data: &Path, keys: &Path) -> Self {
        Self { data: Place::File(data.join("bedside.db")), keys: Place::File(keys.join("keys.db")) }
    }
}

impl Place {
    /// Opens what must be there.
    async fn open(&self) -> Result<Db, StoreError> {
        if let Self::File(path) = self
            && !path.exists()
        {
            let error = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such file");
            return Err(StoreError::Open { what: path.display().to_string(), error: sqlx::Error::Io(error) });
        }
        self.begin().await
    }

    async fn begin(&self) -> Result<Db, StoreError> {
        match self {
            // What was erased at the source must not lie on in a copy that is brought up to date.
            Self::File(path) => Db::sqlite_overwriting(path, 8192).await,
            Self::Schema(url, schema) => Db::postgres(url, schema).await,
        }
    }
}

/// Makes `to` the same as `from`, and compares all of it afterwards. The source may be in use: each of its databases is read
/// as it stood at one moment, the data before the keys. Gives the rows of each table of the data.
///
/// # Errors
/// A database can't be opened; the source is of another version, or itself only half of a copy; both run on PostgreSQL; the
/// target holds something else; or what arrived is not what left.
pub async fn copy(from: &Places, to: &Places, now: Timestamp, tell: Tell<'_>) -> Result<Vec<Moved>, StoreError> {
    let (data, moved) = bring(&from.data, &to.data, migrate::MAIN, now, tell).await?;
    // Read after the data, so that no text comes without its key; and the data counts as whole only with them.
    let (keys, _) = bring(&from.keys, &to.keys, migrate::KEYS, now, tell).await?;
    end(&keys, migrate::KEYS).await?;
    end(&data, migrate::MAIN).await?;
    Ok(moved)
}

/// Whether a target may be written: it is empty, or a copy that was begun before.
///
/// # Errors
/// It can't be opened.
pub async fn is_free(to: &Places) -> Result<bool, StoreError> {
    let data = there(&to.data).await?;
    // Keys alone are somebody's as well: without them their data is lost.
    Ok(is_half(&data)
        || (data.is_empty() && {
            let keys = there(&to.keys).await?;
            keys.is_empty() || is_half(&keys)
        }))
}

fn is_half(applied: &[String]) -> bool {
    applied.iter().any(|name| name == HALF_MOVED)
}

/// The migrations of what lies there.
async fn there(place: &Place) -> Result<Vec<String>, StoreError> {
    if matches!(place, Place::File(path) if !path.exists()) {
        return Ok(Vec::new());
    }
    let db = place.open().await?;
    let applied = migrate::applied(&mut db.begin().await?).await?;
    db.close().await;
    Ok(applied)
}

/// Brings one database over. Gives the target, still marked as half a copy, and what it holds.
async fn bring(
    from: &Place,
    to: &Place,
    list: &[(&str, &str)],
    now: Timestamp,
    tell: Tell<'_>,
) -> Result<(Db, Vec<Moved>), StoreError> {
    let source = from.open().await?;
    let target = to.begin().await?;
    let mut read = source.begin_read().await?;
    must_be_whole(&migrate::applied(&mut read).await?, list)?;
    begin(&target, list, now).await?;
    let tables = match (source.engine(), target.engine()) {
        (Engine::Sqlite, _) => shape::read(&mut read).await?,
        (_, Engine::Sqlite) => shape::read(&mut target.begin_read().await?).await?,
        _ => return Err(StoreError::TwoServers),
    };
    for table in tables.iter().rev() {
        table::drop_surplus(table, &mut read, &target).await?;
    }
    let mut moved = Vec::with_capacity(tables.len());
    for table in &tables {
        moved.push(whole(table, &mut read, &target, tell).await?);
    }
    drop(read);
    source.close().await;
    Ok((target, moved))
}

/// Brings one table over and looks at it again until nothing differs. A table whose rows point at each other needs a second
/// walk, as the first one may meet a row before that at which it points.
async fn whole(table: &Table, read: &mut Tx, target: &Db, tell: Tell<'_>) -> Result<Moved, StoreError> {
    let mut written = 0;
    for walk in [Walk::Loose, Walk::Bound] {
        if walk == Walk::Bound || table.points_at_itself() {
            written += table::bring(table, walk, read, target, written, tell).await?;
        }
    }
    let (rows, differ) = table::compare(table, read, target).await?;
    if differ > 0 {
        return Err(StoreError::NotArrived { table: table.name.clone(), rows: differ });
    }
    let moved = Moved { table: table.name.clone(), rows, written, is_done: true };
    tell(&moved);
    Ok(moved)
}

fn must_be_whole(applied: &[String], list: &[(&str, &str)]) -> Result<(), StoreError> {
    if is_half(applied) {
        return Err(StoreError::HalfMoved);
    }
    let is_same = applied.len() == list.len() && list.iter().all(|(name, _)| applied.iter().any(|one| one == name));
    if is_same { Ok(()) } else { Err(StoreError::OtherVersion) }
}

/// Makes the target's tables, and marks it as half a copy, which no Bedside opens.
async fn begin(target: &Db, list: &[(&str, &str)], now: Timestamp) -> Result<(), StoreError> {
    let mut tx = target.begin().await?;
    tx.alone().await?;
    let applied = migrate::applied(&mut tx).await?;
    if !applied.is_empty() && !is_half(&applied) {
        // A backup that is brought up to date; `is_free` keeps anything else away.
        must_be_whole(&applied, list)?;
    }
    migrate::begin_half(&mut tx, &applied, list, now).await?;
    tx.commit().await
}

/// Takes the mark away; from now on it is a whole store.
async fn end(target: &Db, list: &[(&str, &str)]) -> Result<(), StoreError> {
    let mut tx = target.begin().await?;
    migrate::unmark(&mut tx).await?;
    must_be_whole(&migrate::applied(&mut tx).await?, list)?;
    tx.commit().await?;
    target.empty_journal().await?;
    target.close().await;
    Ok(())
}
