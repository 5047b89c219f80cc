//! The audit log's rows: entries wait here until the one sequencer gives them their place in the tree.

mod verify;

use bedside_core::{
    id::{CaseId, EntryId},
    time::Timestamp,
};

use crate::{
    Store, StoreError, Tx,
    db::statements,
    many::many_statements,
    value::{Arg, args},
};

pub use self::verify::{LogOnly, verify, verify_telling};

statements! {
    PENDING = "SELECT id, case_id, at, body FROM log_pending ORDER BY id LIMIT $1";
    PENDING_COUNT = "SELECT COUNT(*) FROM log_pending";
    NEWEST = "SELECT size, note, at FROM log_checkpoint ORDER BY size DESC LIMIT 1";
    ADD_CHECKPOINT = "INSERT INTO log_checkpoint (size, note, at) VALUES ($1, $2, $3)";
    DROP_OLDER = "DELETE FROM log_checkpoint WHERE size < $1";
    ENTRIES = "SELECT leaf, body FROM log_entry WHERE leaf >= $1 ORDER BY leaf LIMIT $2";
    LAST = "SELECT leaf, body FROM log_entry WHERE leaf < $1 ORDER BY leaf DESC LIMIT $2";
    OF_CASE = "SELECT leaf, body FROM log_entry WHERE case_id = $1 ORDER BY leaf DESC LIMIT $2";
    AT = "SELECT at FROM log_entry WHERE leaf = $1";
    FILED = "SELECT leaf, body, id, case_id, at FROM log_entry WHERE leaf >= $1 ORDER BY leaf LIMIT $2";
    TILE = "SELECT width, body FROM log_tile WHERE level = $1 AND tile = $2";
}

many_statements! {
    ADD = "INSERT INTO log_pending (id, case_id, at, body)", [4], "";
    INTEGRATE = "INSERT INTO log_entry (leaf, id, case_id, at, body)", [5], "";
    DROP_PENDING = "DELETE FROM log_pending WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
    PUT_TILES = "INSERT INTO log_tile (level, tile, width, body)", [4],
        " ON CONFLICT (level, tile) DO UPDATE SET width = excluded.width, body = excluded.body";
}

/// An encoded entry on its way into the log.
#[derive(Debug, Clone)]
pub struct PendingEntry {
    /// Its id.
    pub id: EntryId,
    /// The case it speaks of, so that the case page finds it.
    pub case: Option<CaseId>,
    /// When it happened.
    pub at: Timestamp,
    /// The encoded entry.
    pub body: Vec<u8>,
}

/// Adds entries; in the transaction of the step they tell of.
///
/// # Errors
/// The engine refuses.
pub async fn add(tx: &mut Tx, entries: Vec<PendingEntry>) -> Result<(), StoreError> {
    let rows = entries.into_iter().map(|entry| args![entry.id, entry.case, entry.at, entry.body]).collect();
    ADD.run(tx, rows).await.map(drop)
}

/// Entries that wait for their place, in the order they get it.
///
/// # Errors
/// The engine refuses.
pub async fn pending(tx: &mut Tx, most: u32) -> Result<Vec<PendingEntry>, StoreError> {
    let rows = tx.rows(PENDING, args![most]).await?;
    rows.iter()
        .map(|row| Ok(PendingEntry { id: row.id(0)?, case: row.opt_id(1)?, at: row.time(2)?, body: row.bytes(3)? }))
        .collect()
}

/// How many entries wait.
///
/// # Errors
/// The engine refuses.
pub async fn pending_count(tx: &mut Tx) -> Result<u64, StoreError> {
    let row = tx.row(PENDING_COUNT, args![]).await?;
    row.map_or(Ok(0), |row| row.int(0)).map(|n| u64::try_from(n).unwrap_or(0))
}

/// A tile to be kept: level, index, number of hashes, bytes.
pub type TileRow = (u8, u64, usize, Vec<u8>);

/// Gives entries their places from `first` on and stores the tiles and the signed checkpoint that cover them.
///
/// # Errors
/// The engine refuses.
pub async fn integrate(
    tx: &mut Tx,
    first: u64,
    entries: Vec<PendingEntry>,
    tiles: Vec<TileRow>,
    (size, note): (u64, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    DROP_PENDING.run(tx, entries.iter().map(|entry| args![entry.id]).collect()).await?;
    let rows: Vec<Vec<Arg>> = entries
        .into_iter()
        .zip(first..)
        .map(|(entry, leaf)| args![number(leaf), entry.id, entry.case, entry.at, entry.body])
        .collect();
    INTEGRATE.run(tx, rows).await?;
    let tiles = tiles
        .into_iter()
        .map(|(level, tile, width, body)| args![i64::from(level), number(tile), number(width as u64), body]);
    PUT_TILES.run(tx, tiles.collect()).await?;
    tx.run(ADD_CHECKPOINT, args![number(size), note.as_bytes(), now]).await?;
    tx.run(DROP_OLDER, args![number(size)]).await.map(drop)
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The newest checkpoint: size, signed note, when.
///
/// # Errors
/// The engine refuses.
pub async fn newest_checkpoint(tx: &mut Tx) -> Result<Option<(u64, Vec<u8>, Timestamp)>, StoreError> {
    let row = tx.row(NEWEST, args![]).await?;
    row.map(|row| Ok((u64::try_from(row.int(0)?).unwrap_or(0), row.bytes(1)?, row.time(2)?))).transpose()
}

/// Up to `most` entries from a place on: place and bytes.
///
/// # Errors
/// The engine refuses.
pub async fn entries(tx: &mut Tx, from: u64, most: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    tx.rows(ENTRIES, args![number(from), most]).await?.iter().map(read).collect()
}

/// The last entries before a place, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn last(tx: &mut Tx, before: u64, most: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    tx.rows(LAST, args![number(before), most]).await?.iter().map(read).collect()
}

/// The first place whose entry was written at `at` or later, as far as places follow the clock; `size` where there is none.
///
/// # Errors
/// The engine refuses.
pub async fn since(tx: &mut Tx, at: Timestamp, size: u64) -> Result<u64, StoreError> {
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        let is_before = match tx.row(AT, args![number(middle)]).await? {
            Some(row) => row.time(0)? < at,
            None => false,
        };
        (low, high) = if is_before { (middle + 1, high) } else { (low, middle) };
    }
    Ok(low)
}

/// The entries about a case, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn of_case(tx: &mut Tx, case: CaseId, most: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    tx.rows(OF_CASE, args![case, most]).await?.iter().map(read).collect()
}

/// The bytes of a tile.
///
/// # Errors
/// The engine refuses.
pub async fn tile(tx: &mut Tx, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(tile_filed(tx, level, index).await?.map(|(_, body)| body))
}

/// The bytes of a tile with the width it is filed with.
async fn tile_filed(tx: &mut Tx, level: u8, index: u64) -> Result<Option<(usize, Vec<u8>)>, StoreError> {
    let row = tx.row(TILE, args![i64::from(level), number(index)]).await?;
    row.map(|row| Ok((usize::try_from(row.int(0)?).unwrap_or(usize::MAX), row.bytes(1)?))).transpose()
}

/// Up to `most` entries from a place on, with what is filed beside them.
async fn filed(tx: &mut Tx, from: u64, most: u32) -> Result<Vec<verify::Filed>, StoreError> {
    let rows = tx.rows(FILED, args![number(from), most]).await?;
    rows.iter()
        .map(|row| {
            let (leaf, body) = read(row)?;
            Ok(verify::Filed { leaf, body, id: row.text(2)?, case: row.opt_text(3)?, at: row.time(4)? })
        })
        .collect()
}

fn read(row: &crate::db::Row) -> Result<(u64, Vec<u8>), StoreError> {
    Ok((
        u64::try_from(row.int(0)?).map_err(|_| StoreError::corrupt("a place in the log", "a negative number"))?,
        row.bytes(1)?,
    ))
}

impl Store {
    /// The seed of the log's signing key, made on first use.
    ///
    /// # Errors
    /// The key store can't be read or written.
    pub async fn log_seed(&self, now: Timestamp) -> Result<[u8; 32], StoreError> {
        self.keys().named("log", now).await
    }
}
