//! What the house says in a private conversation: one row per reply of the outbox.

use bedside_core::{
    id::{ChannelId, KeyId, OutboxId, ThreadId},
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// Something the house said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidRow {
    /// The row of the outbox that it is.
    pub outbox: OutboxId,
    /// The language it is written in.
    pub lang: String,
    /// When it was said.
    pub at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

macro_rules! columns {
    () => {
        "outbox_id, lang, said_at, key_id, sealed FROM door_said"
    };
}

statements! {
    SAY = "INSERT INTO door_said (outbox_id, channel_id, thread_id, lang, key_id, sealed, said_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (outbox_id) DO NOTHING";
    SAID = concat!("SELECT ", columns!(), " WHERE channel_id = $1 AND outbox_id = $2 AND taken_down_at IS NULL");
    IN_THREAD = concat!("SELECT ", columns!(), " WHERE thread_id = $1 AND taken_down_at IS NULL ORDER BY said_at DESC, outbox_id DESC LIMIT 200");
    UNSAY = "UPDATE door_said SET taken_down_at = $3 WHERE channel_id = $1 AND outbox_id = $2 AND taken_down_at IS NULL";
}

/// Says something; the same reply twice is one.
///
/// # Errors
/// The engine refuses.
pub async fn say(
    tx: &mut Tx,
    outbox: OutboxId,
    (channel, thread): (ChannelId, ThreadId),
    (text, lang): (&str, &str),
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(outbox), text.as_bytes())?;
    tx.run(SAY, args![outbox, channel, thread, lang, key.id(), sealed, now]).await.map(drop)
}

/// Whether a reply has been said and stands.
///
/// # Errors
/// The engine refuses.
pub async fn said_once(tx: &mut Tx, channel: ChannelId, outbox: OutboxId) -> Result<Option<SaidRow>, StoreError> {
    tx.row(SAID, args![channel, outbox]).await?.as_ref().map(read).transpose()
}

/// What the house has said last in a conversation, at most 200 times, the oldest of them first.
///
/// # Errors
/// The engine refuses.
pub async fn said_in(tx: &mut Tx, thread: ThreadId) -> Result<Vec<SaidRow>, StoreError> {
    tx.rows(IN_THREAD, args![thread]).await?.iter().rev().map(read).collect()
}

/// Takes a reply down.
///
/// # Errors
/// The engine refuses.
pub async fn unsay(tx: &mut Tx, channel: ChannelId, outbox: OutboxId, now: Timestamp) -> Result<(), StoreError> {
    tx.run(UNSAY, args![channel, outbox, now]).await.map(drop)
}

impl SaidRow {
    /// The text; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn text(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &place(self.outbox), &self.sealed).await
    }
}

fn place(outbox: OutboxId) -> String {
    format!("said:{outbox}")
}

fn read(row: &Row) -> Result<SaidRow, StoreError> {
    Ok(SaidRow { outbox: row.id(0)?, lang: row.text(1)?, at: row.time(2)?, key: row.id(3)?, sealed: row.bytes(4)? })
}
