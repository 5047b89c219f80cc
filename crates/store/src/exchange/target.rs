//! Who is told: Subscriptions of clients, and configured webhooks.

use bedside_core::{
    id::KeyId,
    time::{Span, Timestamp},
};

use super::resource::newest_event;
use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// How it is with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetState {
    /// Asked for; the handshake is due.
    Requested,
    /// Is told.
    Active,
    /// Could not be told last; tried again.
    Error,
    /// Is not told any more: it failed for too long, ended, or its client may not any more.
    Off,
}

impl TargetState {
    const ALL: [Self; 4] = [Self::Requested, Self::Active, Self::Error, Self::Off];
    /// The word for the store; FHIR's SubscriptionStatus has the same.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Active => "active",
            Self::Error => "error",
            Self::Off => "off",
        }
    }
    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A target as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRow {
    /// A Subscription's id, or the webhook's slug.
    pub id: String,
    /// Whose Subscription; the slug again for a webhook.
    pub client: String,
    /// Whether it is a webhook.
    pub is_hook: bool,
    /// How it is.
    pub state: TargetState,
    /// What is wrong, in a word of ours.
    pub code: String,
    /// How often its client changed it.
    pub version: i64,
    /// Up to which event it was seen what it is told of.
    pub heard: i64,
    /// How many events it was told of, or is to be.
    pub events: i64,
    /// How often it could not be reached since it last was.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// Since when it can't be reached.
    pub failing_since: Option<Timestamp>,
    /// When it was reached last.
    pub last_ok_at: Option<Timestamp>,
    /// When it ends.
    pub end_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    sealed: Option<(KeyId, Vec<u8>)>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, client, is_hook, state, code, version, heard, events, attempts, due_at, failing_since, last_ok_at, end_at, \
             created_at, updated_at, key_id, sealed FROM exchange_target ",
            $rest
        )
    };
}

statements! {
    ADD = "INSERT INTO exchange_target (id, client, is_hook, state, code, version, key_id, sealed, heard, events, attempts, due_at, \
        end_at, created_at, updated_at) VALUES ($1, $2, $3, $4, '', 1, $5, $6, $7, 0, 0, $9, $8, $9, $9) ON CONFLICT (id) DO NOTHING";
    REVIVE = "UPDATE exchange_target SET state = 'active', code = '', attempts = 0, failing_since = NULL, due_at = $2, \
        updated_at = $2 WHERE id = $1 AND is_hook AND state = 'off'";
    REPLACE = "UPDATE exchange_target SET state = 'requested', code = '', version = version + 1, key_id = $2, sealed = $3, \
        end_at = $4, attempts = 0, failing_since = NULL, last_ok_at = NULL, due_at = $5, updated_at = $5 WHERE id = $1 AND removed_at IS NULL";
    STAND = "UPDATE exchange_target SET state = $2, code = $3, attempts = $4, due_at = $5, failing_since = $6, last_ok_at = $7, \
        updated_at = $8 WHERE id = $1 AND version = $9";
    REMOVE = "UPDATE exchange_target SET removed_at = $2, state = 'off', key_id = NULL, sealed = NULL WHERE id = $1 \
        AND removed_at IS NULL";
    ONE = select!("WHERE id = $1 AND removed_at IS NULL");
    OF_CLIENT = select!("WHERE client = $1 AND NOT is_hook AND removed_at IS NULL ORDER BY created_at, id LIMIT 500");
    FAILING = "SELECT COUNT(*) FROM exchange_target WHERE removed_at IS NULL AND (state = 'error' OR failing_since IS NOT NULL)";
    ALL = select!("WHERE removed_at IS NULL ORDER BY created_at, id LIMIT 2000");
}

/// Keeps a new target, which is told of what happens from now on. What is sealed is the Subscription as its client sent it.
///
/// # Errors
/// The engine refuses, or the system gives no randomness.
pub async fn add_target(
    tx: &mut Tx,
    (id, client): (&str, &str),
    subscription: Option<(&[u8], &DataKey)>,
    end_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let heard = newest_event(tx).await?;
    let sealed = subscription.map(|(text, key)| Ok::<_, StoreError>((key.id(), key.seal(&place(id), text)?)));
    let (key, sealed) = sealed.transpose()?.unzip();
    let is_hook = subscription.is_none();
    let state = if is_hook { TargetState::Active } else { TargetState::Requested };
    tx.run(ADD, args![id, client, is_hook, state.as_str(), key, sealed, heard, end_at, now]).await?;
    // A webhook that is configured again is told again.
    tx.run(REVIVE, args![id, now]).await.map(drop)
}

/// Replaces a Subscription: its handshake is due again. `false`: there is none.
///
/// # Errors
/// As [`add_target`].
pub async fn put_target(
    tx: &mut Tx,
    id: &str,
    (text, key): (&[u8], &DataKey),
    end_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = key.seal(&place(id), text)?;
    Ok(tx.run(REPLACE, args![id, key.id(), sealed, end_at, now]).await? > 0)
}

/// Notes how it is with a target after an attempt, unless its client changed it meanwhile: `after` is how long until the
/// next; `fault` a word of ours, none if it was reached.
///
/// # Errors
/// The engine refuses.
pub async fn set_target(
    tx: &mut Tx,
    row: &TargetRow,
    state: TargetState,
    fault: Option<&str>,
    after: Span,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (attempts, since, ok) = match fault {
        None => (0, None, Some(now)),
        Some(_) => (row.attempts + 1, Some(row.failing_since.unwrap_or(now)), row.last_ok_at),
    };
    let code = fault.unwrap_or_default();
    let args = args![&row.id, state.as_str(), code, attempts, now.plus(after), since, ok, now, row.version];
    tx.run(STAND, args).await.map(drop)
}

/// Takes a Subscription away. `false`: there is none.
///
/// # Errors
/// The engine refuses.
pub async fn remove_target(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(REMOVE, args![id, now]).await? > 0)
}

/// One target.
///
/// # Errors
/// The engine refuses.
pub async fn target(tx: &mut Tx, id: &str) -> Result<Option<TargetRow>, StoreError> {
    tx.row(ONE, args![id]).await?.as_ref().map(read).transpose()
}

/// The Subscriptions of a client.
///
/// # Errors
/// The engine refuses.
pub async fn targets_of(tx: &mut Tx, client: &str) -> Result<Vec<TargetRow>, StoreError> {
    tx.rows(OF_CLIENT, args![client]).await?.iter().map(read).collect()
}

/// How many targets can't be told at present.
///
/// # Errors
/// The engine refuses.
pub async fn failing_targets(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.row(FAILING, args![]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Every target.
///
/// # Errors
/// The engine refuses.
pub async fn all_targets(tx: &mut Tx) -> Result<Vec<TargetRow>, StoreError> {
    tx.rows(ALL, args![]).await?.iter().map(read).collect()
}

impl Store {
    /// Opens the Subscription of a target; `None`: it is a webhook, or the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_target(&self, row: &TargetRow) -> Result<Option<Phi<Vec<u8>>>, StoreError> {
        let Some((key, sealed)) = &row.sealed else { return Ok(None) };
        let Some(key) = self.keys.by_id(*key).await? else { return Ok(None) };
        key.open(&place(&row.id), sealed).map(Phi).map(Some)
    }
}

fn place(id: &str) -> String {
    format!("exchange_target:{id}")
}

fn read(row: &Row) -> Result<TargetRow, StoreError> {
    Ok(TargetRow {
        id: row.text(0)?,
        client: row.text(1)?,
        is_hook: row.flag(2)?,
        state: row.word(3, TargetState::from_word)?,
        code: row.text(4)?,
        version: row.int(5)?,
        heard: row.int(6)?,
        events: row.int(7)?,
        attempts: row.int(8)?,
        due_at: row.time(9)?,
        failing_since: row.opt_time(10)?,
        last_ok_at: row.opt_time(11)?,
        end_at: row.opt_time(12)?,
        created_at: row.time(13)?,
        updated_at: row.time(14)?,
        sealed: row.opt_id(15)?.zip(row.opt_bytes(16)?),
    })
}
