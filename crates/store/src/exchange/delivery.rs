//! What is to be told to whom, in order; looked at with the consents each time it is asked for.

use bedside_core::{id::AuthorId, time::Timestamp};

use super::resource::{Event, event_columns, read_event};
use crate::{
    StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waits for its turn, or to be tried again.
    Waiting,
    /// The receiver has it.
    Sent,
    /// Not sent any more: the consent was taken back.
    Dropped,
    /// Tried too often.
    Dead,
}

impl DeliveryState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dropped, Self::Dead];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }
    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What is put in line for a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryText {
    /// Of which event.
    pub event: i64,
    /// Whose.
    pub author: AuthorId,
    /// About what: what is about the same is sent in order.
    pub subject: String,
}

/// A delivery as stored.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// Its number with this target, one more than the one before.
    pub number: i64,
    /// What happened. `row.is_permitted` says whether it may be told now.
    pub event: Event,
    /// Where it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            event_columns!(),
            ", d.number, d.state, d.attempts, d.due_at FROM exchange_delivery d JOIN exchange_event e ON e.n = d.event_n \
             JOIN exchange_resource r ON r.kind = e.kind AND r.id = e.id \
             JOIN exchange_version v ON v.kind = e.kind AND v.id = e.id AND v.version = e.version ",
            $rest
        )
    };
}

statements! {
    HEARD = "UPDATE exchange_target SET heard = $2, events = $3 WHERE id = $1 AND heard < $2";
    DUE = select!("WHERE d.target_id = $1 AND d.state = 'waiting' AND d.due_at <= $2 AND NOT EXISTS (SELECT 1 \
        FROM exchange_delivery b WHERE b.target_id = d.target_id AND b.subject = d.subject AND b.number < d.number \
        AND b.state = 'waiting') ORDER BY d.number LIMIT $3");
    IN_ORDER = select!("WHERE d.target_id = $1 AND d.state = 'waiting' ORDER BY d.number LIMIT $2");
    SINCE = select!("WHERE d.target_id = $1 AND d.number >= $2 AND d.number <= $3 ORDER BY d.number LIMIT $4");
    SETTLE = "UPDATE exchange_delivery SET state = $3, code = $4, attempts = attempts + 1, settled_at = $5 WHERE target_id = $1 \
        AND number = $2";
    PUT_OFF = "UPDATE exchange_delivery SET attempts = attempts + 1, due_at = $3, code = $4 WHERE target_id = $1 AND number = $2 \
        AND state = 'waiting'";
    DROP_OF = "UPDATE exchange_delivery SET state = 'dropped', code = 'consent_revoked', settled_at = $2 WHERE author_id = $1 \
        AND state = 'waiting' AND event_n IN (SELECT e.n FROM exchange_event e JOIN exchange_resource r ON r.kind = e.kind \
        AND r.id = e.id WHERE r.author_id = $1 AND r.needs_consent)";
    COUNT = "SELECT state, COUNT(*) FROM exchange_delivery WHERE target_id = $1 GROUP BY state";
    SWEEP = "DELETE FROM exchange_delivery WHERE settled_at < $1";
}

many_statements! {
    LINE_UP = "INSERT INTO exchange_delivery (target_id, number, event_n, author_id, subject, state, code, attempts, due_at, \
        created_at)", [10], " ON CONFLICT (target_id, number) DO NOTHING";
}

/// Puts in line what a target is told of the events up to `heard`; numbers follow those before. `false`: somebody else did.
///
/// # Errors
/// The engine refuses.
pub async fn line_up(
    tx: &mut Tx,
    target: &str,
    (heard, events): (i64, i64),
    new: &[DeliveryText],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let last = events + i64::try_from(new.len()).unwrap_or(i64::MAX);
    if tx.run(HEARD, args![target, heard, last]).await? == 0 {
        return Ok(false);
    }
    let rows = new.iter().zip(events + 1..).map(|(one, number)| {
        args![target, number, one.event, one.author, &one.subject, "waiting", "", 0_i64, now, now]
    });
    LINE_UP.run(tx, rows.collect()).await?;
    Ok(true)
}

/// The next deliveries of a target. With `by_subject` nothing of the same subject stands before each, and it is due; else
/// they are the first of the line, due or not.
///
/// # Errors
/// The engine refuses.
pub async fn due(
    tx: &mut Tx,
    target: &str,
    by_subject: bool,
    most: u32,
    now: Timestamp,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let rows = match by_subject {
        true => tx.rows(DUE, args![target, now, most]).await?,
        false => tx.rows(IN_ORDER, args![target, most]).await?,
    };
    rows.iter().map(read).collect()
}

/// What a target was told, or is to be, from one number to another.
///
/// # Errors
/// The engine refuses.
pub async fn deliveries_since(
    tx: &mut Tx,
    target: &str,
    (from, to): (i64, i64),
    most: u32,
) -> Result<Vec<DeliveryRow>, StoreError> {
    tx.rows(SINCE, args![target, from, to, most]).await?.iter().map(read).collect()
}

/// Notes that a delivery is over.
///
/// # Errors
/// The engine refuses.
pub async fn settle(
    tx: &mut Tx,
    target: &str,
    number: i64,
    (state, code): (DeliveryState, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(SETTLE, args![target, number, state.as_str(), code, now]).await.map(drop)
}

/// Puts a delivery off until `due_at`.
///
/// # Errors
/// The engine refuses.
pub async fn put_off(tx: &mut Tx, target: &str, number: i64, code: &str, due_at: Timestamp) -> Result<(), StoreError> {
    tx.run(PUT_OFF, args![target, number, due_at, code]).await.map(drop)
}

/// Drops what waits of an account whose consent was taken back; what tells of that goes on. Gives how many.
///
/// # Errors
/// The engine refuses.
pub async fn drop_of(tx: &mut Tx, author: AuthorId, now: Timestamp) -> Result<u64, StoreError> {
    tx.run(DROP_OF, args![author, now]).await
}

/// How many deliveries of a target are in each state.
///
/// # Errors
/// The engine refuses.
pub async fn counts(tx: &mut Tx, target: &str) -> Result<Vec<(DeliveryState, i64)>, StoreError> {
    let rows = tx.rows(COUNT, args![target]).await?;
    rows.iter().map(|row| Ok((row.word(0, DeliveryState::from_word)?, row.int(1)?))).collect()
}

/// Forgets deliveries that were over before `before`.
///
/// # Errors
/// The engine refuses.
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    tx.run(SWEEP, args![before]).await.map(drop)
}

fn read(row: &Row) -> Result<DeliveryRow, StoreError> {
    Ok(DeliveryRow {
        event: read_event(row, 14)?,
        number: row.int(16)?,
        state: row.word(17, DeliveryState::from_word)?,
        attempts: row.int(18)?,
        due_at: row.time(19)?,
    })
}
