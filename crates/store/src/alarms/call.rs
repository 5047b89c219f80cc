//! Calls: one row per member, way and attempt to reach them. A row is leased for one handing over; a process that dies after
//! that leaves it to the next, so that a call may come twice and is never lost.

use bedside_core::{
    alarm::Way,
    id::{AlarmId, CallId},
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    random,
    value::args,
};

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Waits to be handed over, or to be tried again.
    Waiting,
    /// Handed over: the mail server or the receiver has taken it.
    Sent,
    /// It can't be handed over: its address is refused.
    Failed,
    /// A later call took its place, or nobody need be called any more.
    Dropped,
}

impl CallState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Failed, Self::Dropped];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A call as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// Its id.
    pub id: CallId,
    /// The alarm.
    pub alarm: AlarmId,
    /// Who is called, by their name in the rota.
    pub member: String,
    /// How.
    pub way: Way,
    /// Which call of the alarm it is, from 1.
    pub number: i64,
    /// Whether it tells that the alarm is over.
    pub is_over: bool,
    /// Where it stands.
    pub state: CallState,
    /// Why, in a word of ours.
    pub code: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was put in line.
    pub created_at: Timestamp,
    /// When it was handed over or given up.
    pub settled_at: Option<Timestamp>,
}

/// A call to be put in line.
#[derive(Debug, Clone, Copy)]
pub struct NewCall<'a> {
    /// The alarm.
    pub alarm: AlarmId,
    /// Who is called.
    pub member: &'a str,
    /// How.
    pub way: Way,
    /// Which call of the alarm it is.
    pub number: i64,
    /// Whether it tells that the alarm is over.
    pub is_over: bool,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, alarm_id, member, way, number, is_over, state, code, attempts, created_at, settled_at FROM alarm_call ",
            $rest
        )
    };
}

statements! {
    ADD = "INSERT INTO alarm_call (id, alarm_id, member, way, number, is_over, state, code, attempts, due_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', 0, $7, $7)";
    SUPERSEDE = "UPDATE alarm_call SET state = 'dropped', code = 'later_call', settled_at = $4 \
        WHERE alarm_id = $1 AND member = $2 AND way = $3 AND state = 'waiting'";
    DROP = "UPDATE alarm_call SET state = 'dropped', code = $3, settled_at = $2 WHERE alarm_id = $1 AND state = 'waiting' AND NOT is_over";
    DUE = select!("WHERE state = 'waiting' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at, id LIMIT $2");
    LEASE = "UPDATE alarm_call SET lease_by = $2, lease_until = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting' \
        AND (lease_until IS NULL OR lease_until < $4)";
    SETTLE = "UPDATE alarm_call SET state = $2, code = $3, due_at = $4, settled_at = $5, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND state = 'waiting'";
    OF_ALARM = select!("WHERE alarm_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100");
    FAILING = "SELECT COUNT(*) FROM alarm_call WHERE state = 'waiting' AND attempts > 0 AND code <> ''";
}

/// Puts a call in line; one to the same member over the same way that still waits is dropped for it.
///
/// # Errors
/// The engine refuses.
pub async fn add_call(tx: &mut Tx, new: &NewCall<'_>, now: Timestamp) -> Result<CallId, StoreError> {
    tx.run(SUPERSEDE, args![new.alarm, new.member, new.way.as_str(), now]).await?;
    let id = CallId::new(now, &random()?);
    let args = args![id, new.alarm, new.member, new.way.as_str(), new.number, new.is_over, now];
    tx.run(ADD, args).await?;
    Ok(id)
}

/// Drops what waits of an alarm that calls nobody any more, for a reason in a word of ours.
///
/// # Errors
/// The engine refuses.
pub async fn drop_calls(tx: &mut Tx, alarm: AlarmId, code: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.run(DROP, args![alarm, now, code]).await.map(drop)
}

/// The calls whose turn it is.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn call_due(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<CallRow>, StoreError> {
    tx.rows(DUE, args![now, most]).await?.iter().map(read).collect()
}

/// Leases a call to `by` for one attempt. `false`: somebody else has it, or it waits no longer.
///
/// # Errors
/// The engine refuses.
pub async fn lease_call(tx: &mut Tx, id: CallId, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![id, by, now.plus(length), now]).await? > 0)
}

/// Notes what became of a call; one that still waits is tried again at `due_at`.
///
/// # Errors
/// The engine refuses.
pub async fn settle_call(
    tx: &mut Tx,
    id: CallId,
    (state, code): (CallState, &str),
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let settled_at = (state != CallState::Waiting).then_some(now);
    tx.run(SETTLE, args![id, state.as_str(), code, due_at, settled_at]).await.map(drop)
}

/// The calls of an alarm, the newest first.
///
/// # Errors
/// As [`call_due`].
pub async fn calls_of(tx: &mut Tx, alarm: AlarmId) -> Result<Vec<CallRow>, StoreError> {
    tx.rows(OF_ALARM, args![alarm]).await?.iter().map(read).collect()
}

/// How many calls could not be handed over so far and are tried again.
///
/// # Errors
/// The engine refuses.
pub async fn failing_calls(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.row(FAILING, args![]).await?.map_or(Ok(0), |row| row.int(0))
}

fn read(row: &Row) -> Result<CallRow, StoreError> {
    Ok(CallRow {
        id: row.id(0)?,
        alarm: row.id(1)?,
        member: row.text(2)?,
        way: row.word(3, Way::from_word)?,
        number: row.int(4)?,
        is_over: row.flag(5)?,
        state: row.word(6, CallState::from_word)?,
        code: row.text(7)?,
        attempts: row.int(8)?,
        created_at: row.time(9)?,
        settled_at: row.opt_time(10)?,
    })
}
