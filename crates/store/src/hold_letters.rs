//! Letters to whoever owns a hold that ends soon: in line, sent, or of no use any more. Address and words are made up when one leaves.

use bedside_core::{
    id::{CaseId, LetterId, PersonId},
    time::{Span, Timestamp},
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    door::LetterState,
    value::args,
};

/// A letter as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldLetterRow {
    /// Its id.
    pub id: LetterId,
    /// The case that is held.
    pub case: CaseId,
    /// When the hold ends.
    pub until: Timestamp,
    /// To whom it goes.
    pub person: PersonId,
    /// Whether that is the deputy, because no owner is on duty.
    pub is_deputy: bool,
    /// Where it is: waiting, sent or unsent.
    pub state: LetterState,
    /// Why, in a word of ours.
    pub code: String,
    /// How often sending was tried.
    pub attempts: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, case_id, until_at, person_id, is_deputy, state, code, attempts FROM hold_letter ", $rest)
    };
}

statements! {
    // One for each end of a hold, however often it is decided anew meanwhile.
    ADD = "INSERT INTO hold_letter (id, case_id, until_at, person_id, is_deputy, state, code, attempts, due_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, 'waiting', '', 0, $6, $6) ON CONFLICT (case_id, until_at) DO NOTHING";
    DUE = select!("WHERE state = 'waiting' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at LIMIT 1");
    LEASE = "UPDATE hold_letter SET lease_by = $2, lease_until = $3, attempts = attempts + 1 WHERE id = $1 \
        AND state = 'waiting' AND (lease_until IS NULL OR lease_until < $4)";
    SETTLE = "UPDATE hold_letter SET state = $2, code = $3, due_at = $4, settled_at = $5, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND state = 'waiting'";
    OF_CASE = select!("WHERE case_id = $1 ORDER BY created_at, id LIMIT 50");
}

/// Puts a letter in line; `false`: one about this end of the hold was before.
///
/// # Errors
/// The engine refuses.
pub async fn add(tx: &mut Tx, row: &HoldLetterRow, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(ADD, args![row.id, row.case, row.until, row.person, row.is_deputy, now]).await? > 0)
}

/// The next letter whose turn it is.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn due(tx: &mut Tx, now: Timestamp) -> Result<Option<HoldLetterRow>, StoreError> {
    tx.row(DUE, args![now]).await?.as_ref().map(read).transpose()
}

/// Takes a letter for this process and counts the attempt; `false`: another was faster.
///
/// # Errors
/// The engine refuses.
pub async fn lease(tx: &mut Tx, id: LetterId, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![id, by, now.plus(length), now]).await? > 0)
}

/// Notes what became of a letter; one that still waits is tried again at `again`.
///
/// # Errors
/// The engine refuses.
pub async fn settle(
    tx: &mut Tx,
    id: LetterId,
    (state, code): (LetterState, &str),
    again: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let settled = (state != LetterState::Waiting).then_some(now);
    tx.run(SETTLE, args![id, state.as_str(), code, again, settled]).await.map(drop)
}

/// The letters about a case's holds, the oldest first.
///
/// # Errors
/// As [`due`].
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<HoldLetterRow>, StoreError> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<HoldLetterRow, StoreError> {
    Ok(HoldLetterRow {
        id: row.id(0)?,
        case: row.id(1)?,
        until: row.time(2)?,
        person: row.id(3)?,
        is_deputy: row.flag(4)?,
        state: row.word(5, LetterState::from_word)?,
        code: row.text(6)?,
        attempts: row.int(7)?,
    })
}
