//! Files handed in at the door, sealed under the key of who handed them in.

use bedside_core::{
    door::FileKind,
    id::{ChannelId, FileId, KeyId, PostId, ThreadId},
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A file as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its id.
    pub id: FileId,
    /// The message it came with.
    pub post: PostId,
    /// What it is.
    pub kind: FileKind,
    /// How large it is.
    pub size_bytes: i64,
    key: KeyId,
}

/// A file on its way into the store.
#[derive(Debug)]
pub struct NewFile<'a> {
    /// Its id.
    pub id: FileId,
    /// The door's channel.
    pub channel: ChannelId,
    /// The message it comes with, by the channel's id of it.
    pub message: &'a str,
    /// What it is.
    pub kind: FileKind,
    /// Its bytes.
    pub bytes: &'a [u8],
}

statements! {
    ADD = "INSERT INTO door_file (id, channel_id, post_hash, kind, size_bytes, key_id, sealed, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    IN_THREAD = "SELECT f.id, p.id, f.kind, f.size_bytes, f.key_id FROM post p JOIN door_file f ON f.channel_id = p.channel_id \
        AND f.post_hash = p.ext_hash WHERE p.thread_id = $1 ORDER BY f.id LIMIT 1000";
    BYTES = "SELECT sealed FROM door_file WHERE id = $1";
}

/// Keeps a file. Its message follows; one that never comes leaves a file that nobody sees.
///
/// # Errors
/// The engine refuses.
pub async fn add_file(
    store: &Store,
    tx: &mut Tx,
    file: &NewFile<'_>,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let hash = store.lookup().hash(&["post", &file.channel.to_string(), file.message]);
    let sealed = key.seal(&place(file.id), file.bytes)?;
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    tx.run(ADD, args![file.id, file.channel, hash, file.kind.as_str(), size, key.id(), sealed, now]).await.map(drop)
}

/// The files of a conversation, the oldest first; as many as a conversation can have within the limits of the door.
///
/// # Errors
/// The engine refuses.
pub async fn files_in(tx: &mut Tx, thread: ThreadId) -> Result<Vec<FileRow>, StoreError> {
    tx.rows(IN_THREAD, args![thread]).await?.iter().map(read).collect()
}

/// A file's bytes; `None`: its key was erased.
///
/// # Errors
/// The engine refuses, or the sealed bytes were changed.
pub async fn file(store: &Store, tx: &mut Tx, row: &FileRow) -> Result<Option<Phi<Vec<u8>>>, StoreError> {
    let sealed = tx.row(BYTES, args![row.id]).await?.ok_or_else(|| StoreError::missing("file", row.id))?.bytes(0)?;
    let Some(key) = store.keys().by_id(row.key).await? else { return Ok(None) };
    Ok(Some(Phi(key.open(&place(row.id), &sealed)?)))
}

fn place(id: FileId) -> String {
    format!("file:{id}")
}

fn read(row: &Row) -> Result<FileRow, StoreError> {
    Ok(FileRow {
        id: row.id(0)?,
        post: row.id(1)?,
        kind: row.word(2, FileKind::from_word)?,
        size_bytes: row.int(3)?,
        key: row.id(4)?,
    })
}
